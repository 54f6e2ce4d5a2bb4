"""At the door of an event: parties are checked in, others let in where there is room, and afterwards it shows who did not come.

Until the event starts, a place belongs to whoever signed up. From then on places of those who have not come are free for whoever
stands at the door: those on the waiting list, residents who did not sign up, and late comers alike.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NoReturn

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_datetime

from property_service.community_life import codes, event_letters
from property_service.community_life import event_rules as rules
from property_service.community_life.event_book import (
    ATTENDED,
    CANCELLED,
    HELD,
    NO_SHOW,
    OPEN,
    REGISTERED,
    REGISTRATION,
    has_begun,
    keep,
    locked,
    locked_registration,
    recount,
    rows_of,
)
from property_service.community_life.registrations import enter, move_up
from property_service.front_desk.return_visits import plan_visit
from property_service.property_service.errors import NotAllowedNow
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now

OPENS_BEFORE = timedelta(hours=2)
# A list kept on paper is entered within these days.
OPEN_AFTER = timedelta(days=7)
VISIT_WITHIN = timedelta(hours=48)


def check_in(name: str, by: str, came: int | None = None) -> Document:
    """Record that a party has come, with how many persons (all of it if left out); returns the sign-up.

    Raises NotAllowedNow for a cancelled or checked-in one, outside the hours of check-in and where no place is left; RuleError for
    a number of persons that cannot be.
    """
    doc, row = locked_registration(name)
    came = cint(row.persons) if came is None else came
    if row.status == CANCELLED:
        _refuse(_("This sign-up was cancelled. Let them in as guests at the door, if there is room."))
    if row.status == ATTENDED:
        _refuse(_("This party is checked in already."))
    _check_hours(doc)
    if not 1 <= came <= cint(row.persons):
        raise RuleError(_("Check in between 1 and {0} persons."), cint(row.persons))
    # After the end the record follows what happened, whatever the room.
    if doc.status == OPEN and came > room(doc, row):
        _refuse(_("There is no room for {0} persons."), came)
    keep(row, status=ATTENDED, came=came, checked_in_at=site_now(), checked_in_by=by)
    recount(doc)
    return row


def undo_check_in(name: str) -> Document:
    """Take back a check-in that was a mistake; the party is signed up as before. Refused once the event is over."""
    doc, row = locked_registration(name)
    if row.status != ATTENDED or doc.status != OPEN:
        _refuse(_("Only a check-in of an event that is going on can be taken back."))
    if cint(row.is_walk_in):
        keep(
            row,
            status=CANCELLED,
            came=0,
            checked_in_at=None,
            checked_in_by=None,
            cancelled_at=site_now(),
            live_key=None,
        )
        codes.revoke(row, _("Check-in taken back"))
    else:
        # Whoever came from the waiting list has had a place since.
        keep(row, status=REGISTERED, came=0, checked_in_at=None, checked_in_by=None)
    recount(doc)
    # The places of a guest are free again; before the start they belong to whoever waits.
    move_up(doc)
    return row


def walk_in(event: str, resident: str, unit: str, persons: int, by: str) -> Document:
    """Let in a resident who did not sign up, if there is room; returns his sign-up, checked in."""
    doc = locked(event)
    _check_hours(doc)
    if doc.status != OPEN:
        _refuse(_("This event is over. Nobody is let in any more."))
    rules.check_party(persons, cint(doc.most_persons), cint(doc.capacity))
    if persons > room(doc):
        _refuse(_("There is no room for {0} persons."), persons)
    row = enter(doc, resident, unit, persons, by, REGISTERED)
    keep(row, status=ATTENDED, came=persons, is_walk_in=1, checked_in_at=site_now(), checked_in_by=by)
    recount(doc)
    return row


def room(doc: Document, row: Document | None = None) -> int:
    """For how many persons of a sign-up (None: somebody without one) there is room now.

    A locked event's own counts. Before it starts those who signed up come first, and then whoever waits.
    """
    if has_begun(doc):
        return max(cint(doc.capacity) - cint(doc.came_count), 0)
    if row:
        return cint(row.persons) if row.status == REGISTERED else 0
    return 0 if cint(doc.waiting_count) else max(cint(doc.capacity) - cint(doc.taken_count), 0)


def close(doc: Document) -> int:
    """An event is over: who signed up and did not come is noted, some of those who came are to be visited, all of them asked.

    Returns how many persons came. The event's row is locked by the caller.
    """
    for row in rows_of(doc.name, REGISTERED):
        keep(frappe.get_doc(REGISTRATION, row.name), status=NO_SHOW)
    came = rows_of(doc.name, ATTENDED)
    event_letters.tell(doc, came, "asked")
    plan_visits(doc)
    recount(doc)
    return cint(doc.came_count)


def plan_visits(doc: Document) -> list[str]:
    """Draw the share of those who came that is called afterwards; returns the visits planned. The same ones, however often."""
    came = {row.name: row for row in rows_of(doc.name, ATTENDED)}
    names = rules.drawn(list(came), cint(doc.visit_percent), doc.name)
    people = {
        row.name: row
        for row in frappe.get_all(
            "Resident",
            {"name": ["in", [came[name].resident for name in names] or [""]]},
            ["name", "resident_name", "primary_phone"],
            order_by="name asc",
        )
    }
    visits = []
    for name in names:
        row = came[name]
        person = people.get(row.resident) or frappe._dict()
        visits.append(
            plan_visit(
                kind="Event",
                reference_doctype=REGISTRATION,
                reference_name=name,
                community=doc.community,
                unit=row.unit,
                resident=row.resident,
                contact_name=person.resident_name,
                contact_phone=person.primary_phone,
                doer=doc.organiser,
                reason="Rule",
                due_at=max(get_datetime(doc.ends_at), site_now()) + VISIT_WITHIN,
                topic=doc.title,
                occasion=0,
            )
        )
    return visits


def opens_at(doc: Document) -> datetime:
    """When the door of an event opens, in site time: nobody is checked in before."""
    return get_datetime(doc.starts_at) - OPENS_BEFORE


def _check_hours(doc: Document) -> None:
    now = site_now()
    if doc.status not in (OPEN, HELD):
        _refuse(_("Nobody is checked in for this event: it is not open."))
    if opens_at(doc) > now:
        _refuse(_("Check-in opens two hours before the event starts."))
    if get_datetime(doc.ends_at) + OPEN_AFTER < now:
        _refuse(_("The event was over a week ago. Its list is closed."))


def _refuse(sentence: str, *params: int) -> NoReturn:
    frappe.throw(frappe._(sentence).format(*params), NotAllowedNow)
