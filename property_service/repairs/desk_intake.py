"""A call at the desk: one save makes the request, accepted, with everything the desk should tell the caller."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from property_service.property_service.errors import InputRefused
from property_service.property_service.scope import check_may
from property_service.repairs import lifecycle, reading, staff_acts
from property_service.repairs.categories import category, check_leaf
from property_service.repairs.intake import CHANNEL_PORTAL

DOCTYPE = staff_acts.DOCTYPE


def take_call(values: dict[str, Any], accept_now: bool = True) -> dict[str, Any]:
    """Make a request from {category, description, place, reporter, channel, …} as the session's user.

    Returns {name, status, advice, shut_off_valve, refer_to, text_to_read, rework_of, is_warranty, warranty_until, incident}.
    Raises InputRefused and PermissionError.
    """
    check_may(DOCTYPE, "create")
    check_leaf(values["category"])
    _check_links(values)
    doc = frappe.get_doc({"doctype": DOCTYPE, **{key: value for key, value in values.items() if value is not None}})
    doc.flags.accept_at_once = accept_now
    doc.insert()
    if accept_now and doc.status == lifecycle.NEW:
        staff_acts.change(doc, lifecycle.ACCEPTED)
    found = category(doc.category)
    return {
        "name": doc.name,
        "status": doc.status,
        "place": reading.place_label(doc),
        "advice": _(found.advice) if found.advice else "",
        "refer_to": _(found.refer_to) if found.refer_to else "",
        "shut_off_valve": reading.valve_of(doc),
        "incident": doc.incident,
        "incident_confirmed": doc.incident_confirmed,
        "text_to_read": doc.incident and frappe.db.get_value("Service Incident", doc.incident, "text_to_read"),
        "rework_of": doc.rework_of,
        "is_warranty": doc.is_warranty,
        "warranty_until": doc.warranty_until,
        "respond_by": doc.respond_by,
        "finish_by": doc.finish_by,
    }


def _check_links(values: dict[str, Any]) -> None:
    if values.get("channel") == CHANNEL_PORTAL:
        frappe.throw(
            _("The portal is the residents' own channel. Please choose how this caller contacted us."), InputRefused
        )
    for doctype, fieldname in (("Property Unit", "unit"), ("Resident", "resident"), ("Service Incident", "incident")):
        if values.get(fieldname):
            frappe.get_doc(doctype, values[fieldname]).check_permission("read")
