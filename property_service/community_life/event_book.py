"""Events and their sign-ups as the database holds them. Whatever changes a sign-up locks the event's row first, then its rows.

So the sign-ups of one event come one after the other, and the counts on the event are those of its rows.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Sum
from frappe.utils import cint, get_datetime

from property_service.property_service.locks import run_locked
from property_service.property_service.service_clock import site_now

EVENT, REGISTRATION = "Community Event", "Event Registration"
DRAFT, OPEN, HELD, CANCELLED = "Draft", "Open", "Held", "Cancelled"
REGISTERED, WAITING, ATTENDED, NO_SHOW = "Registered", "Waiting", "Attended", "No Show"
# Who holds a place, or held one.
PLACED = (REGISTERED, ATTENDED, NO_SHOW)
COUNTS = ("taken_count", "waiting_count", "came_count", "last_position", "feedback_count", "feedback_average")


def locked(name: str) -> Document:
    """Return an event, its row locked until the commit.

    In a request that has written nothing yet the transaction begins anew: whatever was read before would hide what others
    have committed while this one waited for the row.
    """
    _begin_anew()
    return frappe.get_doc(EVENT, name, for_update=True)


def locked_registration(name: str) -> tuple[Document, Document]:
    """Return the event of a sign-up and the sign-up, both rows locked in this order."""
    event = frappe.db.get_value(REGISTRATION, name, "event")
    if not event:
        raise frappe.DoesNotExistError(frappe._("This sign-up does not exist any more. Load the page again."))
    doc = locked(event)
    return doc, frappe.get_doc(REGISTRATION, name, for_update=True)


def rows_of(event: str, *statuses: str) -> list[Any]:
    """Return the sign-ups of a locked event in these states, locked, in order of time: {name, resident, unit, persons, position}."""
    table = frappe.qb.DocType(REGISTRATION)
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.resident, table.unit, table.persons, table.position)
        .where((table.event == event) & table.status.isin(statuses))
        .orderby(table.position)
        .orderby(table.name)
    )
    return run_locked(query, as_dict=True)


def recount(doc: Document) -> None:
    """Store how many persons have a place, wait and came, as the rows of a locked event say."""
    table = frappe.qb.DocType(REGISTRATION)
    query = (
        frappe.qb.from_(table)
        .select(table.status, Sum(table.persons), Sum(table.came))
        .where(table.event == doc.name)
        .groupby(table.status)
    )
    counted = {status: (cint(persons), cint(came)) for status, persons, came in run_locked(query)}
    doc.db_set(
        {
            "taken_count": sum(counted.get(status, (0, 0))[0] for status in PLACED),
            "waiting_count": counted.get(WAITING, (0, 0))[0],
            "came_count": counted.get(ATTENDED, (0, 0))[1],
        },
        # Whoever has the form open may still save it: the counts are never his.
        update_modified=False,
    )


def keep(doc: Document, **values: Any) -> Document:
    """Save what an act changes on an event or a sign-up; returns it. The act's caller has judged who may."""
    doc.update(values)
    doc.flags.by_rules = True
    # Their states move by the acts alone, which nobody's roles write.
    doc.save(ignore_permissions=True)
    doc.flags.by_rules = doc.flags.ignore_permissions = False
    return doc


def has_begun(doc: Document) -> bool:
    """Whether an event has started."""
    return get_datetime(doc.starts_at) <= site_now()


def has_ended(doc: Document) -> bool:
    """Whether an event is over."""
    return get_datetime(doc.ends_at) <= site_now()


def live_key(event: str, resident: str) -> str:
    """The key by which a resident has one sign-up of an event that is not cancelled."""
    return f"{event}|{resident}"


def _begin_anew() -> None:
    if getattr(frappe.local, "request", None) and not frappe.db.transaction_writes:
        frappe.db.rollback()
