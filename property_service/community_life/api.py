"""Endpoints of events for staff: the desk's acts, and the door's. All check the permission on the event; acts lock its row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.community_life import attendance, event_permits, event_reading, events, registrations
from property_service.community_life.event_book import EVENT, REGISTRATION, locked
from property_service.property_service.endpoint import endpoint
from property_service.property_service.link_search import as_list
from property_service.property_service.scope import check_may


@endpoint()
def publish(name: str) -> dict[str, str]:
    """Publish a draft: residents see it and sign up. Returns {name, status}, as all acts on an event do."""
    _event(name, "publish")
    return _told(events.publish(name))


@endpoint()
def close_sign_up(name: str) -> dict[str, str]:
    """End the sign-up of an event now; the waiting list still moves up."""
    _event(name, "close_sign_up")
    return _told(events.close_sign_up(name))


@endpoint()
def cancel_event(name: str, because: str) -> dict[str, str]:
    """Call an event off and tell everybody who signed up, with the reason."""
    _event(name, "cancel")
    return _told(events.cancel(name, because))


@endpoint()
def sign_up(event: str, resident: str, unit: str = "", persons: int = 1, note: str = "") -> dict[str, Any]:
    """Sign a resident up for him; returns {name, status, place_in_line} of the sign-up."""
    _event(event, "sign_up")
    row = registrations.sign_up(event, resident, unit, persons, frappe.session.user, note)
    return {"name": row.name, "status": row.status, "place_in_line": registrations.waiting_place(row)}


@endpoint()
def cancel_registration(name: str) -> dict[str, str]:
    """Cancel a sign-up for the resident; the first who wait move up. Returns {name, status}, as the door's acts do."""
    _registration(name, "cancel_registration")
    return _told(registrations.cancel(name, frappe.session.user))


@endpoint()
def check_in(name: str, came: int | None = None) -> dict[str, str]:
    """Record at the door that a party has come, with how many persons; all of it where nothing is said."""
    _registration(name, "check_in")
    return _told(attendance.check_in(name, frappe.session.user, came))


@endpoint()
def undo_check_in(name: str) -> dict[str, str]:
    """Take back a check-in that was a mistake."""
    _registration(name, "check_in")
    return _told(attendance.undo_check_in(name))


@endpoint()
def walk_in(event: str, resident: str, unit: str = "", persons: int = 1) -> dict[str, str]:
    """Let a resident in who did not sign up, if there is room."""
    _event(event, "walk_in")
    return _told(attendance.walk_in(event, resident, unit, persons, frappe.session.user))


@endpoint(methods=("GET",))
def door_list(event: str) -> dict[str, Any]:
    """Parties and live figures of an event's check-in page; see `event_reading.door_list`."""
    doc = frappe.get_doc(EVENT, event)
    doc.check_permission("read")
    event_permits.require(doc, "check_in")
    return event_reading.door_list(doc)


@endpoint(methods=("GET",))
def scanned(code: str) -> dict[str, str]:
    """What a scanned code says at the door: {event, registration}, registration "" for the code of the event itself."""
    found = event_reading.scanned(code)
    if not found:
        frappe.throw(
            _("This code leads to no sign-up you may check in. Search by name instead."), frappe.PermissionError
        )
    return found


@endpoint(methods=("GET",))
def event_facts(name: str) -> dict[str, Any]:
    """What the form of an event shows beside its fields; see `event_reading.form_facts`."""
    doc = frappe.get_doc(EVENT, name)
    doc.check_permission("read")
    return event_reading.form_facts(doc)


@endpoint(methods=("GET",))
def events_calendar(
    start: datetime,
    end: datetime,
    doctype: str | None = None,
    field_map: Any = None,
    fields: Any = None,
    filters: list | None = None,
) -> list:
    """Events between two site times for the calendar view; `filters` are those of the list."""
    check_may(EVENT, "read")
    return event_reading.calendar(start, end, as_list(EVENT, filters))


def _event(name: str, act: str) -> Document:
    """The event, its row locked; PermissionError for those who may not read it or do this."""
    doc = locked(name)
    doc.check_permission("read")
    event_permits.require(doc, act)
    return doc


def _registration(name: str, act: str) -> None:
    """The same by the name of a sign-up."""
    event = frappe.db.get_value(REGISTRATION, name, "event")
    if not event:
        frappe.throw(_("This sign-up does not exist any more. Load the page again."), frappe.DoesNotExistError)
    _event(event, act)


def _told(doc: Document) -> dict[str, str]:
    return {"name": doc.name, "status": doc.status}
