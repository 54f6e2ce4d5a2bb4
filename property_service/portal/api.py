"""What a resident does in the portal, over HTTP. Who he is follows from the session alone."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from property_service.portal import messages
from property_service.portal.repair_pages import own_request
from property_service.portal.viewer import Viewer, viewer_of
from property_service.property_service.endpoint import endpoint, raise_refused
from property_service.property_service.errors import InputRefused
from property_service.property_service.photos import sent_photos, store_photo
from property_service.property_service.service_clock import site_zone, zone_of
from property_service.repairs import resident_acts
from property_service.repairs.categories import check_leaf

DEFAULT_PHOTOS, LONGEST_KEY = 6, 64


@endpoint(methods=("POST",))
def report_fault(
    category: str,
    description: str,
    unit: str | None = None,
    public_place: str | None = None,
    wished_from: datetime | None = None,
    wished_to: datetime | None = None,
    client_key: str = "",
) -> dict:
    """Report a fault of one's own room, or of a public place of its community; photos come as files named "photos".

    `unit` says for which room the resident speaks (the first one if left out); with `public_place` the fault is
    there, not in the room. Wished times are wall-clock times of the community. The same `client_key` brings the same
    request. Returns {name}.
    """
    return {"name": report(unit, public_place, category, description, wished_from, wished_to, client_key).name}


def report(
    unit: str | None,
    public_place: str | None,
    category: str,
    description: str,
    wished_from: datetime | None = None,
    wished_to: datetime | None = None,
    client_key: str = "",
) -> Document:
    """Check whose room it is, take the request and keep its photos. Raises PermissionError and InputRefused."""
    room = _viewer().room(unit)
    if not room:
        frappe.throw(_("Please choose one of your units."), frappe.PermissionError)
    if len(client_key) > LONGEST_KEY:
        raise_refused(_("Load the page again, then send it once more."))
    # Of this person: nobody finds another's request by a key.
    key = f"{room.resident}|{client_key}" if client_key else ""
    if sent_before := resident_acts.reported_by(key):
        return sent_before
    chosen = check_leaf(category)
    if chosen.part == "Public" and not public_place and not chosen.is_emergency:
        frappe.throw(_("Please say where it is, for example: lobby of building 3."), InputRefused)
    photos = _photos()
    doc = resident_acts.report_fault(
        room.resident,
        None if public_place else room.name,
        public_place or None,
        room.community,
        category,
        description,
        _to_site(room.community, wished_from),
        _to_site(room.community, wished_to),
        key,
    )
    for content in photos:
        store_photo(content, doc.doctype, doc.name, "report")
    return doc


@endpoint(methods=("POST",))
def urge(name: str) -> dict:
    """Ask for haste, at most once in an hour. Returns {message}."""
    doc = own_request(name)
    resident_acts.urge(doc, _resident_for(doc))
    return {"message": _("We have told the team. Thank you for your patience.")}


@endpoint(methods=("POST",))
def cancel(name: str, reason: str = "") -> dict:
    """Withdraw a request that nobody has accepted yet. Returns {message}."""
    resident_acts.cancel(own_request(name), reason)
    return {"message": _("Your request has been withdrawn.")}


@endpoint(methods=("POST",))
def rate(name: str, stars: int, text: str = "", speed: int | None = None, manner: int | None = None) -> dict:
    """Give finished work 1 to 5 stars, once; its speed and the manner of the technician as well. Returns {message}."""
    resident_acts.rate(own_request(name), stars, text, speed, manner)
    return {"message": _("Thank you for telling us.")}


@endpoint(methods=("POST",))
def send_back(name: str, reason: str) -> dict:
    """Say what is not right about finished work; it is open again. Returns {message}."""
    resident_acts.send_back(own_request(name), reason)
    return {"message": _("The repair has been reopened. We will come back.")}


@endpoint(methods=("POST",))
def answer_quote(name: str, agreed: bool, amount: float, note: str = "") -> dict:
    """Agree to the price of the work, or decline it. Returns {message}.

    `amount` is the price (yuan) the resident saw: 409 where he agrees to it and another one is asked by now.
    """
    resident_acts.answer_quote(own_request(name), agreed, amount, note)
    return {"message": _("Thank you. Work can begin.") if agreed else _("We will call you about it.")}


def _viewer() -> Viewer:
    return viewer_of(frappe.session.user)


def _resident_for(doc: Document) -> str:
    room = _viewer().room(doc.unit) or _viewer().room(None)
    return room.resident


def _photos() -> list[bytes]:
    """The pictures sent along."""
    most = cint(frappe.get_cached_doc("Property Service Settings").max_photos) or DEFAULT_PHOTOS
    sent = sent_photos("photos", most + 1)
    if len(sent) > most:
        raise_refused(_("Please send at most {0} photos.").format(most))
    return sent


def _to_site(community: str, moment: datetime | None) -> datetime | None:
    """A wall-clock time of the community as site time."""
    if not moment:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone_of(community)))
    return aware.astimezone(site_zone()).replace(tzinfo=None)


@endpoint(methods=("POST",))
def mark_read() -> dict:
    """Everything in the message list counts as read. Returns {}."""
    messages.mark_all_read(_viewer())
    return {}
