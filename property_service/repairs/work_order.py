"""What the work order (the paper a technician takes along) says, and the same in words for a message."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_fullname, get_url

from property_service.property_service.access_codes import qr_svg
from property_service.property_service.papers import paper_of
from property_service.property_service.service_clock import local

# Lines on the paper for what is used; empty ones are filled in by hand.
MATERIAL_LINES = 6


@paper_of("Repair Request")
def work_order(doc: Document) -> dict[str, Any]:
    """Everything the print format shows, as plain texts; the template escapes them.

    Keys: community, place, building, where, contact, phone, category, priority, description, reported, wished, arrive_by,
    finish_by, team, technician, notes (list of sentences), valve, equipment, materials (rows item_name, qty, uom, rate,
    amount), blank_lines, qr (data URI). The caller holds print permission on `doc`.
    """
    building = _building(doc)
    category = frappe.get_cached_doc("Repair Category", doc.category)
    show_valve = cint(category.show_valve) or doc.priority == "Emergency"
    return {
        "community": frappe.get_cached_value("Community", doc.community, "community_name") or doc.community,
        "place": place_of(doc),
        "where": doc.public_place if doc.unit else None,
        "contact": _("Anonymous") if cint(doc.anonymous) else doc.reporter_name,
        "phone": None if cint(doc.anonymous) else doc.reporter_phone,
        "category": _(doc.category),
        "priority": _(doc.priority),
        "urgent": doc.priority in ("Emergency", "High"),
        "description": doc.description,
        "reported": _clock(doc, doc.reported_at),
        "wished": _window(doc),
        "arrive_by": _clock(doc, doc.respond_by),
        "finish_by": _clock(doc, doc.finish_by),
        "team": doc.team,
        "technician": get_fullname(doc.assigned_to) if doc.assigned_to else doc.contractor,
        "notes": _notes(doc),
        "valve": building.shut_off_valve if building and show_valve else None,
        "equipment": building.equipment_location if building and show_valve else None,
        "materials": doc.materials,
        "blank_lines": max(MATERIAL_LINES - len(doc.materials), 1),
        "qr": qr_data(job_link(doc.name)),
    }


def place_of(doc: Document) -> str:
    """Where the work is, as people say it: the room, else the public place with its building."""
    if doc.unit:
        return frappe.get_cached_value("Property Unit", doc.unit, "short_label") or doc.unit
    building = _building(doc)
    name = (building.building_name or building.building_no) if building else ""
    return " ".join(part for part in (name, doc.public_place) if part) or doc.community


def status_text(doc: Document) -> str:
    """How a repair stands, in a few lines to paste into a chat with the resident; in the language of the user."""
    lines = [
        _("Repair {0}: {1}").format(doc.name, _(doc.category)),
        _("Where: {0}").format(place_of(doc)),
        _("Now: {0}").format(_(doc.status, context="Repair Request")),
    ]
    if doc.assigned_to and doc.status in ("Dispatched", "Taken", "In Progress", "On Hold"):
        lines.append(_("Technician: {0}").format(get_fullname(doc.assigned_to)))
    if doc.status in ("Accepted", "Dispatched", "Taken") and doc.respond_by and not doc.arrived_at:
        lines.append(_("We will come by {0}.").format(_clock(doc, doc.respond_by)))
    elif doc.stage in ("Open", "Working") and doc.finish_by and doc.arrived_at:
        lines.append(_("To be finished by {0}.").format(_clock(doc, doc.finish_by)))
    if doc.status == "Quoted" and doc.quote_amount:
        lines.append(_("Price quoted: {0} yuan. Please tell us whether you agree.").format(f"{doc.quote_amount:,.2f}"))
    if doc.stage == "Done" and doc.work_done:
        lines.append(_("Done: {0}").format(doc.work_done))
    return "\n".join(lines)


def job_link(name: str) -> str:
    """Address of a job on the technicians' page."""
    return get_url(f"/jobs#job/{name}")


def qr_data(text: str) -> str:
    """A QR code as an SVG data URI, for `<img src>`."""
    return "data:image/svg+xml;base64," + base64.b64encode(qr_svg(text).encode()).decode()


def _building(doc: Document) -> Document | None:
    return frappe.get_cached_doc("Building", doc.building) if doc.building else None


def _clock(doc: Document, moment: datetime | str | None) -> str | None:
    return f"{local(doc.community, moment):%Y-%m-%d %H:%M}" if moment else None


def _window(doc: Document) -> str | None:
    if not doc.wished_from:
        return None
    begins = local(doc.community, doc.wished_from)
    ends = local(doc.community, doc.wished_to) if doc.wished_to else None
    if not ends:
        return f"{begins:%Y-%m-%d %H:%M}"
    same_day = begins.date() == ends.date()
    return f"{begins:%Y-%m-%d %H:%M} - {ends:{'%H:%M' if same_day else '%Y-%m-%d %H:%M'}}"


def _notes(doc: Document) -> list[str]:
    """What the technician must know before he rings the bell."""
    notes = []
    if cint(doc.is_rework):
        notes.append(_("Rework: the same fault was repaired before, see {0}.").format(doc.rework_of or "-"))
    if cint(doc.reopened_count):
        notes.append(_("Reopened: {0}").format(doc.closing_reason or _("the resident was not satisfied.")))
    if cint(doc.is_warranty):
        notes.append(_("In warranty until {0}: free for the resident.").format(doc.warranty_until or "-"))
    if cint(doc.is_chargeable) and doc.quote_status == "Agreed":
        notes.append(_("The resident agreed to {0} yuan.").format(f"{doc.quote_amount or 0:,.2f}"))
    elif cint(doc.is_chargeable):
        notes.append(_("Chargeable: quote a price and wait for consent before you begin."))
    if doc.incident:
        notes.append(_("Part of the incident {0}.").format(doc.incident))
    return notes
