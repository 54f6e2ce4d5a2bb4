"""The life of an event: a draft is published, sign-up closes, it is held or cancelled; what the days bring by themselves.

Its status moves by these functions alone. Nothing here commits but the scheduler's, one event after the other; callers have judged
who may.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_datetime
from pypika.terms import Criterion

from property_service.community_life import attendance, codes, event_letters, registrations
from property_service.community_life.event_book import (
    CANCELLED,
    DRAFT,
    EVENT,
    HELD,
    OPEN,
    REGISTERED,
    WAITING,
    has_begun,
    has_ended,
    keep,
    locked,
    rows_of,
)
from property_service.property_service.errors import NotAllowedNow
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now
from property_service.property_service.staff_notices import tell_staff

LONGEST_REASON = 500
SWEEP = 50
# What those who are signed up are told of when it changes.
WHEN_AND_WHERE = ("starts_at", "ends_at", "place")


def publish(name: str) -> Document:
    """Open a draft: residents see it in the portal and can sign up. Returns the event."""
    doc = locked(name)
    if doc.status != DRAFT:
        _refuse(_("Only a draft can be published."))
    if has_begun(doc):
        _refuse(_("This event would have begun already. Enter when it starts."))
    keep(doc, status=OPEN)
    codes.issue(doc, doc)
    return doc


def close_sign_up(name: str) -> Document:
    """Nobody new signs up from now on; whoever waits still moves up. Returns the event."""
    doc = locked(name)
    if doc.status != OPEN or registrations.why_not_now(doc):
        _refuse(_("Sign-up for this event is not open."))
    return keep(doc, sign_up_until=site_now())


def cancel(name: str, because: str) -> Document:
    """Call an event off, with the reason that residents read; everybody signed up or waiting is told. Returns it."""
    doc = locked(name)
    if doc.status not in (DRAFT, OPEN):
        _refuse(_("This event is over or cancelled already."))
    reason = plain_text(because, frappe._("Reason"), LONGEST_REASON, required=True)
    registrations.cancel_all(doc, reason)
    codes.revoke(doc, _("The event was cancelled"))
    return keep(doc, status=CANCELLED, cancelled_because=reason)


def after_edit(doc: Document, before: Document) -> None:
    """What follows an edit of an open event: free places let people move up, another time or place is told."""
    if doc.status != OPEN:
        return
    # Also where only its time changed: what became free after the old start was nobody's to move up to.
    registrations.move_up(doc)
    changed = [field for field in WHEN_AND_WHERE if _value(doc, field) != _value(before, field)]
    if not changed:
        return
    rows = rows_of(doc.name, REGISTERED, WAITING)
    if "ends_at" in changed:
        codes.prolong(doc, [row.name for row in rows])
    # The change itself is the occasion: moved there and back is told twice.
    event_letters.tell(doc, rows, "changed", occasion=str(doc.modified))
    if "starts_at" in changed:
        doc.db_set("reminded_at", None, update_modified=False)


def sweep() -> None:
    """Scheduler: remind those who are signed up, and close what is over. One event's trouble does not stop the others."""
    remind_all()
    close_all()


def remind_all() -> int:
    """Remind everybody who has a place, once, the set hours before; returns how many events."""
    hours = cint(frappe.get_cached_doc("Property Service Settings").event_reminder_hours)
    if not hours:
        return 0
    now, table = site_now(), frappe.qb.DocType(EVENT)
    soon = (table.starts_at > now) & (table.starts_at <= now + timedelta(hours=hours))
    return _each((table.status == OPEN) & table.reminded_at.isnull() & soon, _remind)


def close_all() -> int:
    """Note who did not come to what is over; returns how many events."""
    table = frappe.qb.DocType(EVENT)
    return _each((table.status == OPEN) & (table.ends_at < site_now()), _close)


def _remind(doc: Document) -> None:
    if doc.status != OPEN or doc.reminded_at:
        return
    event_letters.tell(doc, rows_of(doc.name, REGISTERED), "reminder", occasion=str(doc.starts_at))
    doc.db_set("reminded_at", site_now(), update_modified=False)


def _close(doc: Document) -> None:
    if doc.status != OPEN or not has_ended(doc):
        return
    came = attendance.close(doc)
    keep(doc, status=HELD)
    subject = (_("{0} is over: {1} came. Enter what became of it and what it cost."), doc.title, came)
    tell_staff([doc.organiser], subject, EVENT, doc.name)


def _each(condition: Criterion, act: Callable[[Document], None]) -> int:
    table = frappe.qb.DocType(EVENT)
    query = frappe.qb.from_(table).select(table.name).where(condition).orderby(table.starts_at).orderby(table.name)
    names = query.limit(SWEEP).run(pluck=True)
    for name in names:
        frappe.db.savepoint("one_event")
        try:
            act(locked(name))
        except Exception:
            frappe.db.rollback(save_point="one_event")
            frappe.log_error(title=f"Community Event {name} is left for the next run")
    return len(names)


def _value(doc: Document, field: str) -> Any:
    value = doc.get(field)
    return get_datetime(value) if field.endswith("_at") and value else value


def _refuse(sentence: str) -> None:
    frappe.throw(frappe._(sentence), NotAllowedNow)
