"""Endpoints of complaints. All check the permission on the document; acts lock its row. The person complained of gets nothing."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.front_desk import complaint_people, complaint_view, complaints
from property_service.front_desk.complaint_permits import require
from property_service.front_desk.complaint_states import DOCTYPE
from property_service.front_desk.complaints import ComplaintOrder
from property_service.property_service.endpoint import endpoint, raise_refused
from property_service.property_service.permitted_acts import readable
from property_service.property_service.photos import sent_photo
from property_service.property_service.scope import check_may, may_see_community

LONGEST_KEY = 64


def _answer(doc: Document) -> dict[str, Any]:
    return {"name": doc.name, "status": doc.status, "modified": str(doc.modified)}


@endpoint()
def receive(
    subject: str,
    kind: str = "Complaint",
    community: str = "",
    category: str = "",
    level: str = "",
    channel: str = "Phone",
    details: str = "",
    resident: str = "",
    contact_name: str = "",
    contact_phone: str = "",
    unit: str = "",
    building: str = "",
    place: str = "",
    is_anonymous: bool = False,
    person_complained_of: str = "",
    team_complained_of: str = "",
    other_side: str = "",
    group_of: str = "",
    client_key: str = "",
) -> dict[str, Any]:
    """Take down a complaint, suggestion or praise; a photo as multipart field `file`. Returns {name, status, modified}, as all acts do."""
    values = dict(locals())
    check_may(DOCTYPE, "create")
    for doctype, field in (("Property Unit", "unit"), ("Building", "building")):
        if values[field]:
            place_doc = frappe.get_doc(doctype, values[field])
            place_doc.check_permission("read")
            values["community"] = values["community"] or place_doc.community
    if not values["community"] or not may_see_community(values["community"]):
        frappe.throw(_("You do not work for this community. Choose another one."), frappe.PermissionError)
    complaint_people.check_named(values)
    if group_of:
        readable(DOCTYPE, group_of)
    if len(client_key) > LONGEST_KEY:
        raise_refused(_("Load the page again, then send it once more."))
    # One's own form, one's own key: another's complaint is not told.
    values["client_key"] = f"{frappe.session.user}|{client_key}"[:140] if client_key else ""
    return _answer(complaints.receive(ComplaintOrder(**values, photo=sent_photo("file")), frappe.session.user))


@endpoint(methods=("GET",))
def complaint_facts(name: str) -> dict[str, Any]:
    """What the form shows beside the fields; shape in `complaint_view.facts`."""
    return complaint_view.facts(readable(DOCTYPE, name))


@endpoint()
def assign(name: str, user: str, note: str = "") -> dict[str, Any]:
    """Give the complaint to a handler."""
    _may(name, "assign")
    return _answer(complaints.assign(name, user, frappe.session.user, note))


@endpoint()
def start(name: str) -> dict[str, Any]:
    """Begin to look into it."""
    _may(name, "start")
    return _answer(complaints.start(name, frappe.session.user))


@endpoint()
def answer(name: str, text: str) -> dict[str, Any]:
    """Record the first answer; the complainant is told it in writing as well."""
    _may(name, "answer")
    return _answer(complaints.answer(name, frappe.session.user, text))


@endpoint()
def interim(name: str, text: str) -> dict[str, Any]:
    """Tell the complainant how it is going on."""
    _may(name, "interim")
    return _answer(complaints.interim(name, frappe.session.user, text))


@endpoint()
def resolve(
    name: str, resolution: str, told: str = "", is_valid: bool = True, is_typical: bool = False
) -> dict[str, Any]:
    """It is dealt with: what was done, what the complainant is told, whether he was right, whether it is a typical case."""
    _may(name, "resolve")
    return _answer(complaints.resolve(name, frappe.session.user, resolution, told, is_valid, is_typical))


@endpoint()
def reopen(name: str, because: str) -> dict[str, Any]:
    """Open again what is not right yet."""
    _may(name, "reopen")
    return _answer(complaints.reopen(name, frappe.session.user, because))


@endpoint()
def withdraw(name: str, because: str) -> dict[str, Any]:
    """The complainant takes it back, told to the desk."""
    _may(name, "withdraw")
    return _answer(complaints.withdraw(name, frappe.session.user, because))


@endpoint()
def note(name: str, text: str) -> dict[str, Any]:
    """Add a note to the log, for colleagues alone."""
    _may(name, "note")
    return _answer(complaints.note(name, frappe.session.user, text))


@endpoint()
def join(name: str, first: str = "") -> dict[str, Any]:
    """Let it follow the first complaint about the same thing; empty: take it out of the group again."""
    _may(name, "join")
    if first:
        readable(DOCTYPE, first)
    return _answer(complaints.join(name, first, frappe.session.user))


def _may(name: str, act: str) -> None:
    doc = complaints.locked(name)
    doc.check_permission("read")
    require(doc, act)
