"""What the form of a repair request shows beside its fields, in one answer."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service.estate_hits import current_stays
from property_service.property_service.identity import shown_phone
from property_service.property_service.stages import OPEN, WAITING, WORKING
from property_service.repairs import dispatching, permitted_acts, reading, timeline, warranty_case
from property_service.repairs.categories import category as category_of
from property_service.repairs.work_order import status_text

DOCTYPE = "Repair Request"
PLACE_FIELDS = ["community", "building", "entrance", "short_label", "floor", "occupancy_status", "delivery_status"]


def form_facts(doc: Document) -> dict[str, Any]:
    """Acts, steps, photos, and the banners of a request the reader may see.

    Keys: acts, likely_team (where it may be dispatched), warranty_next, steps, photos, advice, shut_off_valve, equipment_location, refer_to, price_from, price_to,
    incident {name, title, status, text_to_read}, rework_of {name, finished_at, work_done, technician}, status_text.
    """
    found = category_of(doc.category)
    emergency = doc.priority == "Emergency"
    acts = permitted_acts.permitted(doc)
    return {
        "acts": acts,
        "likely_team": dispatching.likely_team(doc) if "dispatch" in acts else None,
        "warranty_next": warranty_case.next_steps(doc),
        "steps": timeline.steps_of(doc.name),
        "photos": reading.photos(doc.name),
        "advice": _(found.advice) if found.advice else "",
        "refer_to": _(found.refer_to) if found.refer_to else "",
        "price_from": found.price_from,
        "price_to": found.price_to,
        "shut_off_valve": _of_building(doc, "shut_off_valve") if found.show_valve or emergency else "",
        "equipment_location": _of_building(doc, "equipment_location") if found.show_valve or emergency else "",
        "incident": _incident(doc.incident),
        "rework_of": _earlier(doc.rework_of),
        "status_text": status_text(doc),
    }


def place_facts(unit: str) -> dict[str, Any]:
    """A room at intake: where it is, who lives there, what is open there already.

    Keys: community, building, entrance, short_label, floor, occupancy_status, delivery_status, shut_off_valve, people (rows
    {resident, resident_name, relation, phone, is_primary}), open_requests (rows {name, category, status, reported_at}).
    """
    room = frappe.db.get_value("Property Unit", unit, PLACE_FIELDS, as_dict=True)
    valve = room.building and frappe.get_cached_value("Building", room.building, "shut_off_valve")
    people = [
        {
            "resident": stay.resident,
            "resident_name": stay.resident_name,
            "relation": stay.relation,
            "phone": shown_phone(stay.primary_phone),
            "is_primary": stay.is_primary,
        }
        for stay in current_stays(units=[unit]).get(unit, [])
    ]
    live = frappe.get_list(
        DOCTYPE,
        filters={"unit": unit, "stage": ["in", [OPEN, WORKING, WAITING]]},
        fields=["name", "category", "status", "reported_at"],
        order_by="reported_at desc, name desc",
        limit_page_length=10,
    )
    return {**room, "shut_off_valve": valve or "", "people": people, "open_requests": live}


def _of_building(doc: Document, fieldname: str) -> str:
    return (doc.building and frappe.get_cached_value("Building", doc.building, fieldname)) or ""


def _incident(name: str | None) -> dict[str, Any] | None:
    if not name:
        return None
    return frappe.db.get_value("Service Incident", name, ["name", "title", "status", "text_to_read"], as_dict=True)


def _earlier(name: str | None) -> dict[str, Any] | None:
    if not name:
        return None
    row = frappe.db.get_value(DOCTYPE, name, ["name", "finished_at", "work_done", "assigned_to"], as_dict=True)
    if row:
        row.technician = frappe.utils.get_fullname(row.assigned_to) if row.assigned_to else ""
    return row
