"""Endpoints of decoration permits for the desk. All check the permission on the permit; acts lock its row."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.decoration import (
    acceptance,
    extensions,
    fees,
    inspections,
    permits,
    permitted_acts,
    portal_view,
    usual_terms,
    worker_passes,
)
from property_service.decoration.inspections import Found, InspectionOrder
from property_service.decoration.permitted_acts import CASHIERS, DESK, require
from property_service.decoration.states import APPROVED, IN_PROGRESS, REJECTED, SUSPENDED, UNDER_REVIEW
from property_service.patrol import finding_acts
from property_service.property_service.endpoint import endpoint, raise_refused
from property_service.property_service.photos import sent_photo
from property_service.property_service.scope import check_may, check_roles, may_see_community


def _answer(doc: Any) -> dict[str, Any]:
    return {"name": doc.name, "status": doc.status, "modified": str(doc.modified)}


@endpoint(methods=("GET",))
def permit_facts(name: str) -> dict[str, Any]:
    """What the form shows beside the fields: {acts, unpaid: [side], view}; `view` as in `portal_view.permit_view`."""
    doc = _readable(name)
    return {
        "acts": permitted_acts.permitted(doc),
        "unpaid": permitted_acts.unpaid_sides(doc),
        "view": portal_view.permit_view(name),
    }


@endpoint()
def make_usual_terms(community: str) -> dict[str, Any]:
    """Make the usual terms of a community that has none, with calendars and fee items; returns {name}."""
    check_may("Decoration Terms", "create")
    if not may_see_community(community) or not frappe.db.exists("Community", community):
        frappe.throw(_("You do not work for this community. Choose another one."), frappe.PermissionError)
    return {"name": usual_terms.make(community).name}


# The application


@endpoint()
def send(name: str) -> dict[str, Any]:
    """Send a draft for review; returns {name, status, modified}, as all acts do."""
    return _move(name, "send", UNDER_REVIEW)


@endpoint()
def supply(name: str, document_name: str) -> dict[str, Any]:
    """Add the photo of a document, sent as multipart field `file`."""
    doc, photo = _locked(name, "supply"), sent_photo("file")
    if not photo:
        raise_refused(_("Please choose a photo."))
    return _answer(permits.supply(doc, document_name, photo))


@endpoint()
def note_paper(name: str, document_name: str, note: str = "") -> dict[str, Any]:
    """Note that a document is here on paper."""
    return _answer(permits.note_paper(_locked(name, "note_paper"), document_name, note))


@endpoint()
def ask_for(name: str, document_names: list, note: str = "") -> dict[str, Any]:
    """Ask the applicant for documents."""
    return _answer(permits.ask_for(_locked(name, "ask_for"), [str(one) for one in document_names], note))


@endpoint()
def approve(name: str, note: str = "") -> dict[str, Any]:
    """Approve an application; the sums of the terms are kept as they are now."""
    return _move(name, "approve", APPROVED, **({"review_note": note} if note else {}))


@endpoint()
def reject(name: str, reason: str) -> dict[str, Any]:
    """Refuse an application, with the reason the applicant reads."""
    return _move(name, "reject", REJECTED, rejected_because=reason)


# Money


@endpoint()
def take_deposit(name: str, side: str, mode: str, payer: str = "") -> dict[str, Any]:
    """Take the deposit of the Owner or the Contractor; returns {deposit, receipt_number} besides. Sent twice it is taken once."""
    check_roles(CASHIERS)
    doc = _readable(name)
    if payer and not frappe.db.exists("Resident", payer):
        raise_refused(_("Choose who pays the deposit."))
    deposit = fees.take_deposit(doc, side, mode, frappe.session.user, payer)
    answer = _answer(_readable(name))
    return {**answer, "deposit": deposit.name, "receipt_number": deposit.receipt_number}


@endpoint()
def refund(name: str, side: str, mode: str, original: str, client_key: str = "") -> dict[str, Any]:
    """Give back what is left of the Owner's or the Contractor's deposit; returns {movement} besides. Never twice."""
    check_roles(CASHIERS)
    _readable(name)
    key = f"{name}|{side}|{client_key}"[:140] if client_key else ""
    movement = acceptance.refund(name, side, mode, original, frappe.session.user, key)
    return {**_answer(_readable(name)), "movement": movement}


@endpoint()
def deduct(name: str, finding: str, side: str, amount: float, reason: str) -> dict[str, Any]:
    """Deduct from a deposit for a finding of this permit, for the manager, once for each finding; returns {movement} besides."""
    check_roles((permitted_acts.MANAGER,))
    doc = _readable(name)
    if side not in fees.SIDES or not doc.get(fees.SIDES[side].deposit):
        raise_refused(_("No such deposit was paid. Choose Owner or Contractor."))
    done = finding_acts.deduct(finding, doc.get(fees.SIDES[side].deposit), amount, reason, frappe.session.user)
    return {**_answer(_readable(name)), "movement": done.deposit_movement}


# Passes


@endpoint()
def make_pass(
    name: str,
    worker_name: str,
    id_last_four: str,
    trade: str = "",
    worker_phone: str = "",
    mode: str = "",
    client_key: str = "",
) -> dict[str, Any]:
    """Make a worker's pass; with `mode` its deposit is taken at once, by a cashier. Returns {pass, deposit} besides.

    The same `client_key` brings the same pass, with its fee and its deposit taken once.
    """
    doc = permits.locked(name)
    _judge(doc)
    key = f"{name}|{frappe.session.user}|{client_key}"[:140] if client_key else ""
    made = worker_passes.made_for(key, worker_name)
    if made is None:
        require(doc, "make_pass")
        made = frappe.get_doc(
            {
                "doctype": worker_passes.WORKER_PASS,
                "permit": name,
                "worker_name": worker_name,
                "id_last_four": id_last_four,
                "trade": trade,
                "worker_phone": worker_phone,
                "client_key": key or None,
            }
        ).insert()
    if mode:
        check_roles(CASHIERS)
        worker_passes.take_deposit(made, mode, frappe.session.user)
    return {**_answer(doc), "pass": made.name, "deposit": made.deposit or ""}


@endpoint()
def take_pass_deposit(name: str, mode: str) -> dict[str, Any]:
    """Take the deposit of a pass; returns {name, status, modified, deposit} of the pass."""
    check_roles(CASHIERS)
    doc = _pass(name)
    return {**_answer(doc), "deposit": worker_passes.take_deposit(doc, mode, frappe.session.user).name}


@endpoint()
def revoke_pass(name: str, because: str) -> dict[str, Any]:
    """Revoke a pass: somebody may not come in any more."""
    check_roles(DESK)
    return _answer(worker_passes.revoke(_pass(name), because))


@endpoint()
def take_back_pass(name: str, mode: str = "", original: str = "") -> dict[str, Any]:
    """A pass was handed in; with `mode` its deposit is given back, by a cashier."""
    check_roles(CASHIERS if mode else (*DESK, *CASHIERS))
    return _answer(worker_passes.take_back(_pass(name), mode, original, frappe.session.user))


# While work goes on


@endpoint()
def record_inspection(
    name: str, hours_kept: bool, passes_worn: bool, note: str = "", found: list | None = None, client_key: str = ""
) -> dict[str, Any]:
    """Record today's inspection; the same `client_key` brings the same one. `found`: rows {title, severity, description, fixed_note};
    photos as multipart fields `file`, `found_0`, `fixed_0` …; returns {inspection} besides."""
    doc = _readable(name)
    require(doc, "inspect")
    order = InspectionOrder(
        permit=name,
        hours_kept=hours_kept,
        passes_worn=passes_worn,
        note=note,
        photo=sent_photo("file"),
        found=[_found(number, row) for number, row in enumerate(found or [])],
        client_key=client_key,
    )
    inspection = inspections.record(order, frappe.session.user)
    return {**_answer(_readable(name)), "inspection": inspection.name}


@endpoint()
def raise_finding(name: str, found: list, client_key: str = "") -> dict[str, Any]:
    """Raise what was found on a site beside the inspection; rows and photos as in `record_inspection`. Returns {findings} besides."""
    doc = _readable(name)
    require(doc, "inspect")
    key = f"{frappe.session.user}|{name}|{client_key}"[:120] if client_key else ""
    rows = [_found(number, row) for number, row in enumerate(found)]
    names = inspections.raise_findings(doc, rows, key, frappe.session.user)
    return {**_answer(_readable(name)), "findings": names}


@endpoint()
def suspend(name: str, reason: str) -> dict[str, Any]:
    """Stop the works by hand, with the reason."""
    return _move(name, "suspend", SUSPENDED, suspended_because=reason)


@endpoint()
def resume(name: str) -> dict[str, Any]:
    """Let works go on that were stopped by hand; those stopped by a finding go on by its recheck."""
    return _move(name, "resume", IN_PROGRESS)


@endpoint()
def stop_work(name: str) -> dict[str, Any]:
    """Make the stop-work notice of the finding that stopped the works; returns {notice_no, finding} besides."""
    return _notice(name, "stop_work", "Stop-Work")


@endpoint()
def report(name: str, reported_to: str = "") -> dict[str, Any]:
    """Report the finding that stopped the works to the authority, that of the terms unless one is named."""
    authority = frappe.db.get_value("Decoration Terms", _readable(name).community, "authority")
    return _notice(name, "report", "Reported", reported_to or authority or "")


@endpoint()
def extend(name: str, until: date, reason: str) -> dict[str, Any]:
    """Extend the works, once."""
    return _answer(extensions.extend(_locked(name, "extend"), until, reason))


# The end of the works


@endpoint()
def start_water_test(name: str) -> dict[str, Any]:
    """The water stands from now on."""
    return _answer(acceptance.start_water_test(_locked(name, "start_water_test")))


@endpoint()
def finish_water_test(name: str, passed: bool, note: str = "") -> dict[str, Any]:
    """Record how the water test ended."""
    return _answer(acceptance.finish_water_test(_locked(name, "finish_water_test"), passed, note))


@endpoint()
def request_acceptance(name: str) -> dict[str, Any]:
    """Ask for the acceptance of finished works."""
    return _move(name, "request_acceptance", "Acceptance Requested")


@endpoint()
def record_acceptance(name: str, passed: bool, note: str = "") -> dict[str, Any]:
    """Record the acceptance of finished works; a photo as multipart field `file`."""
    doc = _locked(name, "record_acceptance")
    return _answer(acceptance.record_acceptance(doc, passed, note, frappe.session.user, sent_photo("file")))


@endpoint()
def record_observation(name: str, passed: bool, note: str = "") -> dict[str, Any]:
    """Record the recheck after the observation; a photo as multipart field `file`."""
    doc = _locked(name, "record_observation")
    return _answer(acceptance.record_observation(doc, passed, note, frappe.session.user, sent_photo("file")))


def _readable(name: str) -> Document:
    doc = frappe.get_doc(permits.DOCTYPE, name)
    _judge(doc)
    return doc


def _judge(doc: Document) -> None:
    """PermissionError for those who may not read it, and for residents, who have endpoints of their own."""
    doc.check_permission("read")
    if frappe.get_cached_value("User", frappe.session.user, "user_type") == "Website User":
        frappe.throw(_("This page is for staff."), frappe.PermissionError)


def _locked(name: str, act: str) -> Document:
    """The permit, its row locked; PermissionError for those who may not read it or do this."""
    doc = permits.locked(name)
    _judge(doc)
    require(doc, act)
    return doc


def _move(name: str, act: str, state: str, **values: Any) -> dict[str, Any]:
    """A step of the workflow, by the session's user and as the workflow allows it."""
    doc = _locked(name, act)
    doc.update({"status": state, **values})
    doc.save()
    return _answer(doc)


def _notice(name: str, act: str, level: str, reported_to: str = "") -> dict[str, Any]:
    # The finding is locked before the permit, as its own acts do it.
    doc = _readable(name)
    require(doc, act)
    finding = finding_acts.make_notice(doc.suspended_by, level, frappe.session.user, reported_to)
    return {**_answer(_readable(name)), "notice_no": finding.notice_no or "", "finding": finding.name}


def _pass(name: str) -> Document:
    doc = frappe.get_doc(worker_passes.WORKER_PASS, name, for_update=True)
    doc.check_permission("read")
    return doc


def _found(number: int, row: Any) -> Found:
    if not isinstance(row, dict) or not str(row.get("title") or "").strip():
        raise_refused(_("Please say what was found."))
    return Found(
        title=str(row["title"]),
        severity=str(row.get("severity") or "Normal"),
        description=str(row.get("description") or ""),
        fixed_note=str(row.get("fixed_note") or ""),
        photo=sent_photo(f"found_{number}"),
        fixed_photo=sent_photo(f"fixed_{number}"),
    )
