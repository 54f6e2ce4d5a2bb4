"""What people may write on an event by hand: never its status, counts or times of what the system did."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_datetime

from property_service.community_life import event_rules as rules
from property_service.community_life.event_book import COUNTS, DRAFT, EVENT, OPEN, WAITING, has_begun, rows_of
from property_service.property_service.errors import InputRefused, NotAllowedNow, rules_speak
from property_service.property_service.money import money
from property_service.property_service.plain_text import plain_text

TEXTS = {"title": 140, "place": 140, "what_to_bring": 140, "report": 2000}
BY_ACTS = ("status", "cancelled_because")
STAMPS = ("reminded_at",)
# What an event that is over or cancelled keeps as it was.
SETTLED = ("kind", "place", "starts_at", "ends_at", "sign_up_from", "sign_up_until", "capacity", "most_persons")


def begin(doc: Document) -> None:
    """A new event is a draft without counts, whatever came with it. Refuses one that claims to be more."""
    if (doc.status or DRAFT) != DRAFT:
        frappe.throw(_("A new event is a draft. Publish it with the button of the form."), InputRefused)
    doc.status = DRAFT
    doc.update(dict.fromkeys((*COUNTS, "budget_total", "actual_total"), 0))
    doc.update(dict.fromkeys((*STAMPS, "cancelled_because")))


def complete(doc: Document) -> None:
    """Clean the texts, add up the cost, and refuse times and places that cannot be."""
    for field, most in TEXTS.items():
        needed = field in ("title", "place")
        doc.set(field, plain_text(doc.get(field), _(doc.meta.get_label(field)), most, required=needed) or None)
    for row in doc.costs:
        if money(row.budget or 0) < 0 or money(row.actual or 0) < 0:
            frappe.throw(_("Row {0}: a cost cannot be less than nothing.").format(row.idx), InputRefused)
    doc.budget_total = sum((money(row.budget or 0) for row in doc.costs), money(0))
    doc.actual_total = sum((money(row.actual or 0) for row in doc.costs), money(0))
    if not 0 <= cint(doc.visit_percent) <= 100:
        frappe.throw(_("Return visits: enter a percentage from 0 to 100."), InputRefused)
    times = [get_datetime(doc.get(field)) if doc.get(field) else None for field in SETTLED[2:6]]
    before = doc.get_doc_before_save()
    # From the start on more may have come than there are places, in the place of those who did not.
    lowered = before is not None and doc.status in (DRAFT, OPEN) and cint(doc.capacity) < cint(before.capacity)
    with rules_speak():
        rules.check_times(*times)
        rules.check_places(cint(doc.capacity), cint(doc.most_persons), cint(doc.taken_count) if lowered else 0)
        # From the start on nobody moves up any more.
        if lowered and cint(doc.waiting_count) and not has_begun(doc):
            rules.check_waiting(cint(doc.capacity), _waiting(doc))


def check_edit(doc: Document, before: Document) -> None:
    """Refuse what only acts may change; counts are those of the database, whatever an old form holds."""
    for field in BY_ACTS:
        if (doc.get(field) or None) != (before.get(field) or None):
            frappe.throw(
                _("{0} is not changed by hand. Use the buttons of the form.").format(_(doc.meta.get_label(field))),
                InputRefused,
            )
    # Locked, so that no sign-up falls between this reading and the save.
    stored = frappe.db.get_value(EVENT, doc.name, [*COUNTS, *STAMPS], as_dict=True, for_update=True)
    doc.update(stored)
    if before.status not in (DRAFT, OPEN) and any(_differs(doc, before, field) for field in SETTLED):
        frappe.throw(
            _("{0} is over or cancelled: cost, report and description can still be entered.").format(doc.title),
            NotAllowedNow,
        )
    if (
        doc.status == OPEN
        and _differs(doc, before, "starts_at")
        and get_datetime(doc.starts_at) <= frappe.utils.now_datetime()
    ):
        frappe.throw(
            _("An open event can be moved to a time to come only. Cancel it where it does not take place."),
            InputRefused,
        )


def _waiting(doc: Document) -> list[tuple[str, int]]:
    """Who waits, by name, with how many persons."""
    rows = rows_of(doc.name, WAITING)
    people = frappe.get_all(
        "Resident",
        {"name": ["in", [row.resident for row in rows]]},
        ["name", "resident_name"],
        order_by="name asc",
    )
    names = {person.name: person.resident_name for person in people}
    return [(names.get(row.resident, row.resident), cint(row.persons)) for row in rows]


def _differs(doc: Document, before: Document, field: str) -> bool:
    one, other = doc.get(field), before.get(field)
    if doc.meta.get_field(field).fieldtype == "Datetime":
        one, other = one and get_datetime(one), other and get_datetime(other)
    return (one or None) != (other or None)
