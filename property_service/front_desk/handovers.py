"""Shift handover (交接班): what is open stands on it by itself, whoever leaves hands over, somebody else receives; then it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import add_days, get_datetime

from property_service.front_desk.callback_promises import BROKEN, OPEN, PROMISE
from property_service.front_desk.promise_access import not_about_staff
from property_service.front_desk.return_visits import DUE
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rule_error import mark
from property_service.property_service.scope import check_roles, may_see_community
from property_service.property_service.service_clock import local_day, site_now, start_of_local_day
from property_service.property_service.staff_notices import staff_with_role, tell_staff

HANDOVER = "Shift Handover"
DRAFT, HANDED_OVER, RECEIVED, DISPUTED = "Draft", "Handed Over", "Received", "Disputed"
SHIFTS = ("Morning", "Middle", "Night", "Whole Day")
KINDS = ("Promise", "Complaint", "Incident", "Overdue Repair", "Visit", "Emergency", "Other")
HANDLERS = ("Property Front Desk", "Property Manager")
MOST_OF_A_KIND, LONGEST_NOTE, LONGEST_TEXT = 50, 140, 1000
OF_THE_SYSTEM = ("kind", "item_text", "due_at", "reference_doctype", "reference_name")
# DocTypes whose open documents are read here in full, past the ten rows of each room's part of Today.
OWN = ("Callback Promise", "Resident Complaint", "Service Incident", "Return Visit", "Emergency Log")

Row = dict[str, Any]


def begin(community: str, shift: str, day: date | None, by: str) -> Document:
    """Make the draft of a shift, prefilled; one's own draft of the same shift again is filled anew. Raises InputRefused."""
    if shift not in SHIFTS:
        frappe.throw(_("There is no shift {0}.").format(frappe.bold(frappe.utils.escape_html(shift))), InputRefused)
    day = day or local_day(community)
    known = frappe.db.get_value(
        HANDOVER, {"community": community, "shift": shift, "shift_date": day, "status": DRAFT, "handed_by": by}
    )
    if known:
        return fill_anew(known, by)
    return frappe.get_doc(
        {"doctype": HANDOVER, "community": community, "shift": shift, "shift_date": day, "handed_by": by}
    ).insert()


def fill(doc: Document) -> None:
    """Put what is open into a draft; notes stay with their matter, and so do the lines written by hand."""
    notes = {(row.reference_doctype, row.reference_name): row.note for row in doc.items if row.reference_name}
    by_hand = [row.as_dict() for row in doc.items if row.by_hand]
    doc.set("items", [])
    for row in open_matters(doc.community, doc.handed_by or frappe.session.user):
        note = notes.get((row.get("reference_doctype"), row.get("reference_name")))
        doc.append("items", {**row, "note": note})
    for row in by_hand:
        doc.append("items", {key: row.get(key) for key in ("kind", "item_text", "due_at", "note", "by_hand")})


def fill_anew(name: str, by: str) -> Document:
    """Read what is open once more into one's own draft."""
    doc = _of_maker(name, by)
    fill(doc)
    return _save(doc)


def hand_over(name: str, by: str) -> Document:
    """Sign a draft as whoever hands over; whoever takes over is told. From now on nobody edits it."""
    doc = _of_maker(name, by)
    doc.status, doc.handed_at = HANDED_OVER, site_now()
    _save(doc)
    receivers = (
        [doc.received_by]
        if doc.received_by
        else [user for role in HANDLERS for user in staff_with_role(role, doc.community)]
    )
    tell_staff(
        receivers,
        (mark("{0} is handed over and waits for your signature: {1} open matters."), doc.name, len(doc.items)),
        HANDOVER,
        doc.name,
    )
    return doc


def receive(name: str, by: str, remark: str = "") -> Document:
    """Sign as whoever takes over: another person than the one who handed over."""
    return _sign(name, by, RECEIVED, plain_text(remark, _("Remark"), LONGEST_TEXT))


def dispute(name: str, by: str, remark: str) -> Document:
    """Sign that it is not as it stands there, with the reason; the maker and the manager are told."""
    doc = _sign(name, by, DISPUTED, plain_text(remark, _("Remark"), LONGEST_TEXT, required=True))
    tell_staff(
        [doc.handed_by, *staff_with_role("Property Manager", doc.community)],
        (mark("The handover {0} is disputed: {1}"), doc.name, doc.receiver_note),
        HANDOVER,
        doc.name,
    )
    return doc


def acts_for(doc: Document, user: str) -> list[str]:
    """Names of the acts somebody may do on a handover now: fill_anew, hand_over, receive, dispute."""
    if doc.is_new() or not set(HANDLERS) & set(frappe.get_roles(user)) or not may_see_community(doc.community, user):
        return []
    if doc.status == DRAFT:
        return ["fill_anew", "hand_over"] if doc.handed_by == user else []
    return ["receive", "dispute"] if doc.status == HANDED_OVER and doc.handed_by != user else []


def open_matters(community: str, user: str) -> list[Row]:
    """Everything open in a community, as rows of the handover, soonest first in each kind.

    Complaints of a member of staff are the manager's and left out, with their visits and promises: whoever is complained of may be
    the next on duty.
    """
    rows: list[Row] = []
    for found in (
        _promises(community),
        _complaints(community),
        _incidents(community),
        _of_other_rooms(community, user),
        _visits(community),
        _emergencies(community),
    ):
        rows += found
    return rows


def _promises(community: str) -> list[Row]:
    table = frappe.qb.DocType(PROMISE)
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.about.as_("words"), table.unit, table.contact_name, table.due_at)
        .where(table.community == community)
        # Broken ones are still owed an answer.
        .where(table.status.isin([OPEN, BROKEN]) & table.answered_at.isnull())
        .orderby(table.due_at)
        .orderby(table.name)
        .limit(MOST_OF_A_KIND + 1)
    )
    return _as_rows("Promise", PROMISE, not_about_staff(query, table).run(as_dict=True))


def _complaints(community: str) -> list[Row]:
    rows = _read(
        "Resident Complaint",
        {"community": community, "stage": ["in", ["Open", "Working"]], "person_complained_of": ["is", "not set"]},
        ["name", "subject as words", "unit", "contact_name", "solve_due as due_at"],
        "solve_due asc, name asc",
    )
    return _as_rows("Complaint", "Resident Complaint", rows)


def _incidents(community: str) -> list[Row]:
    rows = _read(
        "Service Incident",
        {"community": community, "status": ["in", ["Proposed", "Open"]]},
        ["name", "title as words", "building as unit", "expected_until as due_at"],
        "started_at asc, name asc",
    )
    return _as_rows("Incident", "Service Incident", rows)


def _visits(community: str) -> list[Row]:
    tomorrow = start_of_local_day(community, add_days(local_day(community), 1))
    rows = _read(
        "Return Visit",
        {"community": community, "status": DUE, "due_at": ["<", tomorrow], "kept_from": ["is", "not set"]},
        ["name", "topic as words", "visit_kind", "unit", "contact_name", "due_at"],
        "due_at asc, name asc",
    )
    for row in rows:
        row.words = _(row.words) if row.words else _(row.visit_kind, context="Return Visit")
    return _as_rows("Visit", "Return Visit", rows)


def _emergencies(community: str) -> list[Row]:
    rows = _read(
        "Emergency Log",
        {"community": community, "status": "Open"},
        ["name", "title as words", "place as unit"],
        "happened_at asc, name asc",
    )
    return _as_rows("Emergency", "Emergency Log", rows)


def _of_other_rooms(community: str, user: str) -> list[Row]:
    """What the rooms above have to do today (extension point): repairs that are late, quotes that wait, passes that end."""
    rows, now = [], site_now()
    parts = call_extensions("property_service_today", communities=(community,), user=user)
    for part in sorted(filter(None, parts), key=lambda part: (part.get("order") or 0, part["key"])):
        shown = [row for row in part["rows"] if row.get("doctype") not in OWN]
        for row in shown:
            due = get_datetime(row["due_at"]) if row.get("due_at") else None
            late = row.get("doctype") == "Repair Request" and (row.get("tone") == "red" or bool(due and due <= now))
            words = " · ".join(filter(None, (row.get("text"), row.get("detail"))))
            rows.append(_row("Overdue Repair" if late else "Other", words, due, row.get("doctype"), row.get("name")))
        left = (part.get("count") or 0) - len(part["rows"])
        if shown and left > 0:
            rows.append(_row("Other", _("{0}: {1} more").format(part["title"], left)))
    return rows


def _read(doctype: str, filters: dict[str, Any], fields: list[str], order_by: str) -> list[frappe._dict]:
    return frappe.get_all(doctype, filters, fields, order_by=order_by, limit=MOST_OF_A_KIND + 1)


def _as_rows(kind: str, doctype: str, found: Iterable[frappe._dict]) -> list[Row]:
    """Rows of one kind; where there are more than fit, the last one says so."""
    found = list(found)
    rows = []
    for one in found[:MOST_OF_A_KIND]:
        words = " · ".join(filter(None, (one.words, one.unit, one.get("contact_name"))))
        rows.append(_row(kind, words or one.name, one.get("due_at"), doctype, one.name))
    if len(found) > MOST_OF_A_KIND:
        rows.append(_row(kind, _("There are more; see the list of {0}.").format(_(doctype))))
    return rows


def _row(kind: str, words: str, due_at: Any = None, doctype: str | None = None, name: str | None = None) -> Row:
    return {
        "kind": kind,
        "item_text": words[:140],
        "due_at": due_at,
        "reference_doctype": doctype,
        "reference_name": name,
    }


def _locked(name: str) -> Document:
    doc = frappe.get_doc(HANDOVER, name, for_update=True)
    doc.check_permission("read")
    check_roles(HANDLERS)
    return doc


def _of_maker(name: str, by: str) -> Document:
    doc = _locked(name)
    if doc.status != DRAFT:
        frappe.throw(_("This shift was handed over already and is kept as it is."), NotAllowedNow)
    if doc.handed_by != by:
        frappe.throw(_("Only whoever wrote it hands it over. Write your own handover."), frappe.PermissionError)
    return doc


def _sign(name: str, by: str, status: str, remark: str) -> Document:
    doc = _locked(name)
    if doc.handed_by == by:
        frappe.throw(_("Somebody else has to receive it: you handed it over yourself."), NotAllowedNow)
    if doc.status == DRAFT:
        frappe.throw(_("It is not handed over yet. Ask whoever wrote it to hand it over."), NotAllowedNow)
    if doc.status != HANDED_OVER:
        frappe.throw(_("This shift was handed over already and is kept as it is."), NotAllowedNow)
    doc.status, doc.received_by, doc.received_at = status, by, site_now()
    doc.receiver_note = remark or None
    return _save(doc)


def _save(doc: Document) -> Document:
    doc.flags.by_rules = True
    # Its rows name what was open when it was written, whatever became of it; who may sign was judged above.
    doc.flags.ignore_links = True
    doc.save(ignore_permissions=True)
    return doc
