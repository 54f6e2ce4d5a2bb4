"""What a resident does about events of his community, over HTTP. Who he is follows from the session alone."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, get_url, now_datetime

from property_service.community_life import registrations
from property_service.community_life.calendar_file import CalendarEvent, calendar_file
from property_service.community_life.event_book import CANCELLED, WAITING
from property_service.community_life.event_letters import event_text
from property_service.portal.event_access import check_own, own_event
from property_service.portal.viewer import viewer_of
from property_service.property_service.endpoint import endpoint, raise_refused
from property_service.property_service.service_clock import to_aware

LONGEST_TEXT = 600
# What a browser draws and never runs.
PICTURES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif"}


@endpoint(methods=("POST",))
def sign_up(event: str, persons: int, unit: str = "", note: str = "") -> dict[str, str]:
    """Sign up for an event with a number of persons, oneself included, from one of one's rooms there. Returns {name, status, message}."""
    doc = own_event(event)
    viewer = viewer_of(frappe.session.user)
    rooms = [room for room in viewer.rooms if room.community == doc.community and unit in ("", room.name)]
    if not rooms:
        raise_refused(_("Please choose one of your units."))
    user = frappe.session.user
    row = registrations.sign_up(doc.name, rooms[0].resident, rooms[0].name, persons, user, note)
    waits = row.status == WAITING
    return {
        "name": row.name,
        "status": row.status,
        "message": _("You are on the waiting list.")
        if waits
        else _("You are signed up. We look forward to seeing you."),
    }


@endpoint(methods=("POST",))
def cancel(name: str) -> dict[str, str]:
    """Cancel a sign-up of one's own until the event starts. Returns {message}."""
    registrations.cancel(check_own(name), frappe.session.user)
    return {"message": _("Your sign-up is cancelled. Thank you for telling us.")}


@endpoint(methods=("POST",))
def feedback(name: str, stars: int, text: str = "") -> dict[str, str]:
    """Say how one liked an event one came to, once. Returns {message}."""
    registrations.give_feedback(check_own(name), stars, text)
    return {"message": _("Thank you for telling us.")}


@endpoint(methods=("GET",))
def calendar(event: str) -> None:
    """Download an event as a file for the phone's calendar (.ics)."""
    doc = own_event(event)
    text = event_text(doc.description)[:LONGEST_TEXT]
    bring = _("Please bring: {0}").format(doc.what_to_bring) if doc.what_to_bring else ""
    community = frappe.get_cached_value("Community", doc.community, "community_name") or ""
    written = calendar_file(
        CalendarEvent(
            uid=f"{doc.name}@{frappe.local.site}",
            title=doc.title,
            starts_at=to_aware(doc.starts_at),
            ends_at=to_aware(doc.ends_at),
            stamp=to_aware(now_datetime()),
            place=", ".join(filter(None, (doc.place, community))),
            text="\n".join(filter(None, (text, bring))),
            address=get_url(f"/resident/event?name={doc.name}"),
            # Minutes since it was made: grows with every change, as calendars want it.
            sequence=max(cint((get_datetime(doc.modified) - get_datetime(doc.creation)).total_seconds() // 60), 0),
            is_cancelled=doc.status == CANCELLED,
        )
    )
    _answer(f"{doc.name}.ics", written.encode(), "text/calendar", "attachment")


@endpoint(methods=("GET",))
def photo(event: str) -> None:
    """The picture of an event one may see, as the desk attached it; 404 where it has none."""
    doc = own_event(event)
    attached = {"file_url": doc.photo or "", "attached_to_doctype": doc.doctype, "attached_to_name": doc.name}
    name = frappe.db.get_value("File", attached, "name", order_by="name asc") if doc.photo else None
    kind = PICTURES.get((doc.photo or "").rsplit(".", 1)[-1].lower())
    if not name or not kind:
        frappe.throw(_("This event has no picture."), frappe.DoesNotExistError)
    content = frappe.get_doc("File", name).get_content()
    _answer(f"{doc.name}.{kind.split('/')[-1]}", content, kind, "inline")


def _answer(filename: str, content: bytes | str, kind: str, shown: str) -> None:
    frappe.local.response.filename = filename
    frappe.local.response.filecontent = content
    frappe.local.response.content_type = kind
    frappe.local.response.display_content_as = shown
    frappe.local.response.type = "download"
