"""What a new repair request starts with: its place, who reported it, and what its category says."""

from __future__ import annotations

from datetime import date, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_datetime

from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.phone_numbers import normalise
from property_service.property_service.plain_text import plain_text
from property_service.property_service.service_clock import local_day, site_now
from property_service.property_service.stages import DONE, VOID, stage_of
from property_service.repairs import rework, warranty
from property_service.repairs.categories import EMERGENCY, check_leaf, check_priority, default_priority

MOST_DESCRIPTION, MOST_TEXT, MOST_LINE = 2000, 1000, 140
FURTHEST_WISH = timedelta(days=60)
CHANNEL_PORTAL = "Portal"
NOT_CHARGEABLE, UNPAID = "Not Chargeable", "Unpaid"


def prepare(doc: Document) -> None:
    """Fill in a new request: place, reporter, priority, warranty, rework, price. Raises InputRefused."""
    historic = doc.flags.historic_state
    doc.reported_at = get_datetime(doc.reported_at) if historic and doc.reported_at else site_now()
    check_leaf(doc.category) if not historic else None
    set_place(doc)
    set_reporter(doc)
    complete(doc)
    if not doc.is_rework and not historic:
        rework.mark(doc)


def complete(doc: Document) -> None:
    """Derive what follows from category, place and origin. Asks the database for nothing but cached masters."""
    doc.priority = check_priority(doc.priority or default_priority(doc.category))
    set_external_key(doc)
    apply_category(doc)
    if doc.flags.historic_state and stage_of(doc.doctype, doc.status) in (DONE, VOID):
        # What another system has closed is neither billed nor visited here.
        doc.is_chargeable = 0
        set_payment(doc)
        doc.visit_status = "Not Needed"


def apply_category(doc: Document) -> None:
    """Derive from the category whether it is an emergency, public, in warranty, and charged; again when the category changes."""
    found = frappe.get_cached_doc("Repair Category", doc.category)
    if default_priority(doc.category) == EMERGENCY:
        doc.priority = EMERGENCY
    doc.is_public = cint(found.part == "Public" or not doc.unit or cint(doc.is_public))
    until = warranty_end(doc)
    doc.warranty_until = until
    doc.is_warranty = cint(bool(until) and until >= local_day(doc.community, doc.reported_at))
    doc.is_chargeable = cint(found.is_chargeable and not doc.is_warranty and not doc.is_public)
    set_payment(doc)


def set_payment(doc: Document) -> None:
    """Payment runs beside the work: nothing to pay, or unpaid until somebody says otherwise."""
    if not doc.is_chargeable:
        doc.payment_status = NOT_CHARGEABLE
    elif doc.payment_status in (None, "", NOT_CHARGEABLE):
        doc.payment_status = UNPAID


def settle_charge(doc: Document, before: Document) -> None:
    """The desk has said that a repair is in warranty or not, or charged or not: warranty and public work is free."""
    found = frappe.get_cached_doc("Repair Category", doc.category)
    if cint(doc.is_warranty) or cint(doc.is_public):
        doc.is_chargeable = 0
    elif cint(before.is_warranty) and not cint(doc.is_warranty):
        doc.is_chargeable = cint(found.is_chargeable)
    set_payment(doc)


def set_place(doc: Document) -> None:
    """A room gives building, entrance and community; a public place is named in words and needs the community."""
    doc.public_place = plain_text(doc.public_place, _("Public Place"), MOST_LINE) or None
    if doc.unit:
        unit = frappe.get_cached_value("Property Unit", doc.unit, ["building", "entrance", "community"], as_dict=True)
        if not unit:
            frappe.throw(_("Please choose a unit from the list."), InputRefused)
        doc.building, doc.entrance, doc.community = unit.building, unit.entrance, unit.community
        return
    if doc.entrance:
        entrance = frappe.db.get_value("Entrance", doc.entrance, ["building", "community"], as_dict=True)
        if entrance:
            doc.building, doc.community = entrance.building, entrance.community
    if doc.building:
        doc.community = frappe.db.get_value("Building", doc.building, "community") or doc.community
    if not doc.community:
        frappe.throw(_("Please say where: a unit, or the community and the public place."), InputRefused)
    if not (doc.public_place or doc.building):
        frappe.throw(
            _("Please say where in {0}: a unit, or a public place such as the lobby or the garage.").format(
                frappe.bold(doc.community)
            ),
            InputRefused,
        )


def set_reporter(doc: Document) -> None:
    """Keep name and phone as they are now; an anonymous report keeps nobody."""
    if cint(doc.anonymous):
        doc.resident = doc.reporter_name = doc.reporter_phone = None
        return
    if doc.resident and not (doc.reporter_name and doc.reporter_phone):
        person = frappe.db.get_value("Resident", doc.resident, ["resident_name", "primary_phone"], as_dict=True)
        if person:
            doc.reporter_name = doc.reporter_name or person.resident_name
            doc.reporter_phone = doc.reporter_phone or person.primary_phone


def set_external_key(doc: Document) -> None:
    """The number in another system is kept once: `source|number` is unique."""
    if doc.external_id:
        doc.external_key = f"{doc.source_system or ''}|{doc.external_id}"[:140]


def check_fields(doc: Document, before: Document | None) -> None:
    """Refuse texts, phone and times that cannot be; only what changed is judged again."""
    for fieldname, label, most in (
        ("description", _("What Is Wrong"), MOST_DESCRIPTION),
        ("work_done", _("Work Done"), MOST_DESCRIPTION),
        ("closing_reason", _("Reason"), MOST_TEXT),
        ("quote_text", _("Quote Text"), MOST_TEXT),
        ("consent_note", _("Consent Note"), MOST_TEXT),
        ("reporter_name", _("Reporter"), MOST_LINE),
        ("contractor", _("Contractor"), MOST_LINE),
        ("referred_to", _("Referred To"), MOST_LINE),
    ):
        if _changed(doc, before, fieldname):
            text = plain_text(doc.get(fieldname), label, most, required=fieldname == "description")
            doc.set(fieldname, text or None)
    if _changed(doc, before, "reporter_phone") and doc.reporter_phone and not doc.flags.historic_state:
        with rules_speak():
            doc.reporter_phone = normalise(doc.reporter_phone)
    if _changed(doc, before, "wished_from") or _changed(doc, before, "wished_to"):
        check_wish(doc)
    if _changed(doc, before, "priority"):
        check_priority(doc.priority)
    if before and _changed(doc, before, "category"):
        check_leaf(doc.category)


def check_wish(doc: Document) -> None:
    """The visit a resident wishes for begins before it ends, ends in the future and within two months."""
    if not doc.wished_from and not doc.wished_to:
        return
    if not doc.wished_from:
        frappe.throw(_("Please also say from when a visit suits you."), InputRefused)
    begins = get_datetime(doc.wished_from)
    ends = get_datetime(doc.wished_to) if doc.wished_to else begins + timedelta(hours=2)
    doc.wished_from, doc.wished_to = begins, ends
    if ends <= begins:
        frappe.throw(_("The preferred time ends before it begins. Please correct one of the two times."), InputRefused)
    if doc.flags.historic_state:
        return
    if ends <= site_now():
        frappe.throw(_("The preferred time is in the past. Please choose a later time."), InputRefused)
    if begins > site_now() + FURTHEST_WISH:
        frappe.throw(_("The preferred time is more than two months away. Please choose an earlier time."), InputRefused)


def warranty_end(doc: Document) -> date | None:
    """The last day of the warranty for this category at this place; None where there is none or its start is unknown.

    Private parts count from the hand-over of the room, public parts from the completion of the building.
    """
    found = frappe.get_cached_doc("Repair Category", doc.category)
    if not found.warranty_months:
        return None
    private = found.part != "Public" and bool(doc.unit)
    handed_over = frappe.get_cached_value("Property Unit", doc.unit, "deemed_handover_date") if private else None
    completed = None
    if not private:
        completed = (doc.building and frappe.get_cached_value("Building", doc.building, "completed_on")) or (
            frappe.get_cached_value("Community", doc.community, "delivered_on")
        )
    start = warranty.warranty_start(private, None, _date(handed_over), _date(completed))
    return warranty.warranty_until(start, cint(found.warranty_months)) if start else None


def _date(value: object) -> date | None:
    return frappe.utils.getdate(value) if value else None


def _changed(doc: Document, before: Document | None, fieldname: str) -> bool:
    return before is None or (before.get(fieldname) or None) != (doc.get(fieldname) or None)
