"""Endpoints of the desk's screens of repairs: what form, list, calendar and charts show beyond the document itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days

from property_service.property_service import access_codes
from property_service.property_service.endpoint import CHART_KEYS, endpoint
from property_service.property_service.link_search import as_list
from property_service.property_service.scope import check_may
from property_service.property_service.service_clock import site_now
from property_service.repairs import desk_figures, desk_form, equipment_hints, reading
from property_service.repairs.roles import FRONT_DESK, MANAGER

DOCTYPE = "Repair Request"
GET_OR_POST = ("GET", "POST")
TRACKING_DAYS = 60


@endpoint(methods=GET_OR_POST, ignores=CHART_KEYS)
def requests_per_day() -> dict:
    """Chart of new requests per day of the last 30 days."""
    _check_reader()
    return desk_figures.per_day(frappe.session.user)


@endpoint(methods=GET_OR_POST, ignores=CHART_KEYS)
def requests_by_category() -> dict:
    """Chart of the same month by category."""
    _check_reader()
    return desk_figures.by_category(frappe.session.user)


@endpoint(methods=("GET",))
def wished_visits(
    start: datetime,
    end: datetime,
    doctype: str | None = None,
    field_map: Any = None,
    fields: Any = None,
    filters: list | None = None,
) -> list:
    """Events of the calendar: visits that residents wish for between two site times; `filters` are those of the list."""
    _check_reader()
    return desk_figures.wished_visits(start, end, as_list(DOCTYPE, filters))


@endpoint(methods=("GET",))
def form_facts(name: str) -> dict:
    """What the form of a request shows beside its fields: acts allowed now, steps, banners; see `desk_form.form_facts`."""
    doc = frappe.get_doc(DOCTYPE, name)
    doc.check_permission("read")
    _check_reader()
    return desk_form.form_facts(doc)


@endpoint(methods=("GET",))
def place_facts(unit: str) -> dict:
    """A room at intake: who lives there, what is open there, where its water is shut off; see `desk_form.place_facts`."""
    frappe.get_doc("Property Unit", unit).check_permission("read")
    _check_reader()
    return desk_form.place_facts(unit)


@endpoint(methods=("GET",))
def equipment(category: str, unit: str | None = None, building: str | None = None, entrance: str | None = None) -> list:
    """Valves and switches to name at intake of a fault in a unit or a building; see `equipment_hints.equipment_for`."""
    _check_reader()
    check_may("Building Equipment", "read")
    if unit:
        place = frappe.get_doc("Property Unit", unit)
        place.check_permission("read")
        building, entrance = place.building, place.entrance
    elif building:
        frappe.get_doc("Building", building).check_permission("read")
    return equipment_hints.equipment_for(category, building or "", entrance or "")


@endpoint()
def tracking_code(name: str) -> dict:
    """A code the resident scans to follow his repair, valid for 60 days. Returns {address, svg}; for desk and manager."""
    doc = frappe.get_doc(DOCTYPE, name)
    doc.check_permission("write")
    frappe.only_for((FRONT_DESK, MANAGER))
    token = access_codes.issue(DOCTYPE, DOCTYPE, doc.name, doc.community, valid_to=add_days(site_now(), TRACKING_DAYS))
    address = access_codes.address(token)
    return {"address": address, "svg": access_codes.qr_svg(address)}


@endpoint(methods=("GET",))
def team_jobs() -> list:
    """Open jobs of the teams the session's user leads (all of his communities for a manager), the most urgent first."""
    _check_reader()
    return reading.team_jobs(frappe.session.user)


def _check_reader() -> None:
    check_may(DOCTYPE, "read")
    if frappe.get_cached_value("User", frappe.session.user, "user_type") == "Website User":
        frappe.throw(_("This page is for staff."), frappe.PermissionError)
