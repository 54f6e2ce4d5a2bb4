"""A permit as those see it who follow it: the applicant in the portal. No staff's names, no findings' inner life."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate

from property_service.decoration import fees, worker_passes
from property_service.decoration import hours as hours_rules
from property_service.decoration.application_rules import missing
from property_service.decoration.hours import Permitted
from property_service.decoration.intake import papers_of
from property_service.decoration.states import ACCEPTED, BEGUN, DOCTYPE, DRAFT, IN_PROGRESS, ON_SITE, UNDER_REVIEW
from property_service.decoration.terms import terms_of
from property_service.fees import deposit_book
from property_service.patrol import findings
from property_service.property_service import service_clock
from property_service.property_service.money import money
from property_service.property_service.service_calendars import WEEKDAYS, clock

CONTEXT = DOCTYPE
# What an applicant follows, in order.
STEPS = ("Draft", "Under Review", "Approved", "In Progress", "Acceptance Requested", "Accepted", "Deposit Settled")
PLAIN = (
    *("name", "unit", "community", "applicant", "works", "status", "stage", "from_date", "to_date", "extended_to"),
    *("extension_reason", "applied_at", "review_by", "started_on", "contractor", "contractor_name", "licence_no"),
    *("site_manager", "site_manager_phone", "asked_for", "review_note", "rejected_because", "suspended_because"),
    *("stop_work_no", "reported_at", "water_test_from", "water_test_until", "water_test_result", "water_test_note"),
    *("acceptance_requested_at", "accepted_on", "observation_until", "settle_by", "settled_at", "open_findings"),
)


def permit_view(name: str) -> dict[str, Any]:
    """Return everything a resident's page or the desk's form shows of a permit. The caller has judged the right to read it.

    Keys of PLAIN as stored, and: status_label; unit_label; applicant_name; contractor_label; last_day; steps [{state, label, done,
    current}]; answers [{question, if_yes, yes, note}]; documents [{name, label, is_needed, status, note, file}]; missing [labels];
    money {deposits [{side, label, payer_name, due, held, deducted, refunded, left, status, receipt_number, reasons [text]}], rubbish
    {due, charge, status}, pass_fee, pass_deposit}; passes [{name, worker_name, trade, status, valid_to}]; findings [{name, title,
    severity, status, due_at}]; acceptances [{no, kind, at, result, note}]; hours (see `hours_of`); now (Any Work, Quiet Work, None);
    notice; acts: what its applicant may do now: supply, send, withdraw, request_acceptance, ask_extension.
    """
    doc = frappe.get_doc(DOCTYPE, name)
    terms = terms_of(doc.community)
    contractor = doc.contractor and frappe.db.get_value("Resident", doc.contractor, "resident_name")
    return {
        **{field: doc.get(field) for field in PLAIN},
        "status_label": _(doc.status, context=CONTEXT),
        "unit_label": frappe.get_cached_value("Property Unit", doc.unit, "short_label") or doc.unit,
        "applicant_name": frappe.db.get_value("Resident", doc.applicant, "resident_name"),
        "contractor_label": contractor or doc.contractor_name or "",
        "last_day": getdate(doc.extended_to or doc.to_date),
        "steps": steps_of(doc),
        "answers": [
            {"question": row.question, "if_yes": row.if_yes, "yes": row.answer == "Yes", "note": row.note or ""}
            for row in doc.answers
        ],
        "documents": [
            {
                "name": row.document_name,
                "label": _(row.document_name),
                "is_needed": bool(cint(row.is_needed)),
                "status": row.status or "Missing",
                "note": row.note or "",
                "file": row.file or "",
            }
            for row in doc.documents
        ],
        "missing": missing(papers_of(doc)),
        "money": money_of(doc),
        "passes": worker_passes.passes_of(doc.name),
        "findings": [
            {key: row[key] for key in ("name", "title", "severity", "status", "due_at")}
            for row in findings.findings_view((DOCTYPE, doc.name))
        ],
        "acceptances": [
            {
                "no": row.acceptance_no,
                "kind": row.kind,
                "at": row.inspected_at,
                "result": row.result,
                "note": row.note or "",
            }
            for row in doc.acceptances
        ],
        "hours": hours_of(doc),
        "now": now_allowed(doc),
        "notice": terms.notice or "",
        "acts": acts_of(doc),
    }


def steps_of(doc: Document) -> list[dict[str, Any]]:
    """The way of a permit: [{state, label, done, current}]; a stop stands where the works stand."""
    at = IN_PROGRESS if doc.status == "Suspended" else doc.status
    place = STEPS.index(at) if at in STEPS else -1
    return [
        {"state": state, "label": _(state, context=CONTEXT), "done": number < place, "current": number == place}
        for number, state in enumerate(STEPS)
    ]


def money_of(doc: Document) -> dict[str, Any]:
    """The deposits of owner and contractor, the rubbish fee and what a pass costs; amounts as money."""
    names = [doc.get(side.deposit) for side in fees.SIDES.values() if doc.get(side.deposit)]
    fields = ["name", "payer_name", "held", "deducted", "refunded", "left_amount", "status", "receipt_number"]
    held = {
        row.name: row
        for row in frappe.get_all(deposit_book.DEPOSIT, {"name": ["in", names or [""]]}, fields, order_by="name asc")
    }
    moved = frappe.get_all(
        deposit_book.MOVEMENT,
        {"deposit": ["in", names or [""]], "kind": "Deducted", "docstatus": 1},
        ["deposit", "amount", "reason"],
        order_by="creation asc, name asc",
    )
    deposits = []
    for side, found in fees.SIDES.items():
        row = held.get(doc.get(found.deposit)) or frappe._dict()
        deposits.append(
            {
                "side": side,
                "label": _(found.purpose),
                "name": row.name or "",
                "payer_name": row.payer_name or "",
                "due": money(doc.get(found.due)),
                "held": money(row.held),
                "deducted": money(row.deducted),
                "refunded": money(row.refunded),
                "left": money(row.left_amount),
                "status": row.status or "",
                "receipt_number": row.receipt_number or "",
                "reasons": [move.reason for move in moved if move.deposit == row.name],
            }
        )
    charge = doc.rubbish_charge and frappe.db.get_value("Fee Charge", doc.rubbish_charge, "status")
    return {
        "deposits": deposits,
        "rubbish": {"due": money(doc.rubbish_due), "charge": doc.rubbish_charge or "", "status": charge or ""},
        "pass_fee": money(doc.pass_fee_due),
        "pass_deposit": money(doc.pass_deposit_due),
    }


def permitted(doc: Document) -> Permitted:
    """The permit as the rule of hours sees it."""
    terms = terms_of(doc.community)
    return Permitted(
        first=getdate(doc.from_date),
        last=getdate(doc.extended_to or doc.to_date),
        goes_on=doc.status in ON_SITE,
        work=service_clock.calendar_of(doc.community, terms.work_calendar),
        quiet=service_clock.calendar_of(doc.community, terms.quiet_calendar) if terms.quiet_calendar else None,
    )


def now_allowed(doc: Document) -> str:
    """What may be done at this moment: Any Work, Quiet Work or None."""
    return hours_rules.allowed_at(permitted(doc), service_clock.to_aware(service_clock.site_now()))


def hours_of(doc: Document) -> dict[str, Any]:
    """The hours of the community's terms: {work, quiet: [{weekday, label, from, to}], closed: [day] within the permit's days}."""
    terms = terms_of(doc.community)
    first, last = getdate(doc.from_date), getdate(doc.extended_to or doc.to_date)
    found: dict[str, Any] = {"work": [], "quiet": [], "closed": []}
    for key, calendar in (("work", terms.work_calendar), ("quiet", terms.quiet_calendar)):
        if not calendar:
            continue
        stored = frappe.get_cached_doc("Service Calendar", calendar)
        rows = sorted(stored.windows, key=lambda row: (WEEKDAYS.index(row.weekday), clock(row.from_time)))
        found[key] = [
            {
                "weekday": row.weekday,
                "label": _(row.weekday),
                "from": f"{clock(row.from_time):%H:%M}",
                "to": f"{clock(row.to_time):%H:%M}",
            }
            for row in rows
        ]
        days = {getdate(row.exception_date) for row in stored.exceptions if not (row.from_time and row.to_time)}
        found["closed"] = sorted({*found["closed"], *(day for day in days if first <= day <= last)})
    return found


def acts_of(doc: Document) -> list[str]:
    """What the applicant may do with his permit now."""
    acts = []
    if doc.status in (DRAFT, UNDER_REVIEW):
        acts += ["supply", "withdraw"]
    if doc.status == DRAFT:
        acts.append("send")
    if doc.status == IN_PROGRESS and not cint(doc.open_findings):
        acts.append("request_acceptance")
    if doc.status in BEGUN - {ACCEPTED} and not doc.extended_to:
        acts.append("ask_extension")
    return acts
