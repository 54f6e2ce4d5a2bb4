"""What a resident does about decorating his home, over HTTP. Who he is follows from the session alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.decoration import extensions, permits, portal_view
from property_service.decoration.permits import ApplicationOrder
from property_service.decoration.states import ACCEPTANCE_REQUESTED
from property_service.portal.access import is_portal_user, residents_of
from property_service.portal.viewer import viewer_of
from property_service.property_service.endpoint import endpoint, raise_refused
from property_service.property_service.errors import NotAllowedNow
from property_service.property_service.guarded_document import advance
from property_service.property_service.occupancies import STAFF
from property_service.property_service.photos import sent_photo

LONGEST_KEY = 64
YES = "Yes"


@endpoint(methods=("POST",))
def apply(
    unit: str,
    works: str,
    from_date: date,
    to_date: date,
    site_manager: str,
    site_manager_phone: str,
    contractor_name: str = "",
    licence_no: str = "",
    answers: dict | None = None,
    notes: dict | None = None,
    client_key: str = "",
    send: bool = True,
) -> dict[str, str]:
    """Apply for the decoration of a room one lives in or owns; returns {name}.

    `answers`: question of the community's terms → "Yes" or "No"; `notes`: question → remark. Photos come as files, each named
    "document-" and the place of its document in the terms, from 0. With `send` it goes to review at once, else it stays a draft. The
    same `client_key` brings the same permit.
    """
    room = viewer_of(frappe.session.user).room(unit) if unit else None
    if not room or room.relation == STAFF:
        frappe.throw(_("Please choose one of your units."), frappe.PermissionError)
    if len(client_key) > LONGEST_KEY:
        raise_refused(_("Load the page again, then send it once more."))
    order = ApplicationOrder(
        unit=room.name,
        applicant=room.resident,
        works=works,
        from_date=from_date,
        to_date=to_date,
        site_manager=site_manager,
        site_manager_phone=site_manager_phone,
        contractor_name=contractor_name,
        licence_no=licence_no,
        answers={str(question): told == YES for question, told in (answers or {}).items()},
        notes={str(question): str(note)[:140] for question, note in (notes or {}).items() if note},
        documents=_documents(room.community),
        channel="Portal",
        # Of this person: nobody finds another's permit by a key.
        client_key=f"{frappe.session.user}|{client_key}" if client_key else "",
        send=send,
    )
    return {"name": permits.apply_for(order, frappe.session.user).name}


@endpoint(methods=("POST",))
def supply(name: str, document_name: str) -> dict[str, str]:
    """Add the photo of a document, a file named "photo"; a newer one takes the place of an older. Returns {message}."""
    doc = _own(name, "supply")
    photo = sent_photo("photo")
    if photo is None:
        raise_refused(_("Please choose a photo."))
    permits.supply(doc, document_name, photo)
    return {"message": _("Thank you. We have the document.")}


@endpoint(methods=("POST",))
def send(name: str) -> dict[str, str]:
    """Send a draft for review. Returns {message}."""
    permits.send(_own(name, "send"))
    return {"message": _("Thank you. We will look at your application.")}


@endpoint(methods=("POST",))
def withdraw(name: str, reason: str = "") -> dict[str, str]:
    """Take back an application that is not decided yet. Returns {message}."""
    permits.withdraw(_own(name, "withdraw"), reason)
    return {"message": _("Your application has been withdrawn.")}


@endpoint(methods=("POST",))
def ask_acceptance(name: str) -> dict[str, str]:
    """Ask for the acceptance of finished works. Returns {message}."""
    doc = _own(name, "request_acceptance")
    doc.flags.by_rules = True
    advance(doc, ACCEPTANCE_REQUESTED, "asked for by the applicant", actor_kind="Resident")
    return {"message": _("Thank you. We will agree on a time with you.")}


@endpoint(methods=("POST",))
def ask_extension(name: str, until: date, reason: str) -> dict[str, str]:
    """Ask for more days, once; the manager decides. Returns {message}."""
    extensions.ask(_own(name, "ask_extension"), until, reason)
    return {"message": _("Thank you. The manager will decide about the days you asked for.")}


def own_permit(name: Any) -> Document:
    """The permit of this name if the session's user may see it; a foreign one and none at all look alike."""
    mine = isinstance(name, str) and name and is_portal_user()
    found = frappe.db.exists(permits.DOCTYPE, name) if mine else None
    doc = frappe.get_doc(permits.DOCTYPE, found) if found else None
    if not doc or not doc.has_permission("read"):
        frappe.throw(_("We cannot find this among yours. Please open it from your list."), frappe.PermissionError)
    return doc


def is_applicant(doc: Document) -> bool:
    """Whether the session's user applied for it and still lives in the room or owns it: he alone acts."""
    room = viewer_of(frappe.session.user).room(doc.unit)
    return bool(room) and doc.applicant in residents_of(frappe.session.user)


def _own(name: str, act: str) -> Document:
    """The permit, its row locked, once it is clear that its applicant may do this now."""
    if not is_applicant(own_permit(name)):
        frappe.throw(_("Only the applicant can do this. Please ask the front desk."), frappe.PermissionError)
    doc = permits.locked(name)
    if act not in portal_view.acts_of(doc):
        frappe.throw(_("This cannot be done any more. Load the page again to see where it stands."), NotAllowedNow)
    return doc


def _documents(community: str) -> dict[str, bytes]:
    """Document → photo, as the application's form sent them."""
    names = [row.document_name for row in portal_view.terms_of(community).documents]
    sent = {name: sent_photo(f"document-{place}") for place, name in enumerate(names)}
    return {name: photo for name, photo in sent.items() if photo is not None}
