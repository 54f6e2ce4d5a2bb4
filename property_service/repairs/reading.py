"""What the desk and the phone page read of repairs: lists with their labels, and one request with all that can be done."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder import Case
from frappe.utils import cint

from property_service.property_service.scope import allowed_communities, has_role, may_see_community
from property_service.property_service.service_clock import site_now
from property_service.property_service.stages import DONE, OPEN, VOID, WAITING, WORKING
from property_service.repairs import rework, timeline, warranty_case, work_report
from property_service.repairs.categories import EMERGENCY
from property_service.repairs.categories import category as category_of
from property_service.repairs.dispatching import GRAB
from property_service.repairs.permitted_acts import permitted
from property_service.repairs.roles import MANAGER, teams_of

DOCTYPE = "Repair Request"
LIVE = (OPEN, WORKING, WAITING)
MOST_ROWS = 200
CARD = (
    *("name", "community", "unit", "building", "public_place", "category", "priority", "status", "stage"),
    *("description", "reporter_name", "reporter_phone", "wished_from", "wished_to", "respond_by", "finish_by"),
    *("response_late", "finish_late", "arrived_at", "team", "dispatch_mode", "assigned_to", "urge_count"),
    *("is_warranty", "is_rework", "quote_status", "reopened_count", "reported_at", "dispatched_at"),
)


def my_jobs(user: str) -> list[dict[str, Any]]:
    """Open jobs of a member, the most urgent first."""
    table = frappe.qb.DocType(DOCTYPE)
    return _cards(table, (table.assigned_to == user) & table.stage.isin(LIVE))


def pool(user: str) -> list[dict[str, Any]]:
    """Jobs the member's teams offer to whoever takes them first."""
    teams = teams_of(user)
    if not teams:
        return []
    table = frappe.qb.DocType(DOCTYPE)
    free = table.assigned_to.isnull() | (table.assigned_to == "")
    here = table.team.isin(teams) & (table.stage == OPEN)
    rows = _cards(table, here & (table.status == "Dispatched") & (table.dispatch_mode == GRAB) & free)
    return [row for row in rows if may_see_community(row.community, user)]


def team_jobs(user: str) -> list[dict[str, Any]]:
    """Open jobs of the teams a user leads or works in; all of his communities for a manager. The most urgent first."""
    table = frappe.qb.DocType(DOCTYPE)
    where = table.stage.isin(LIVE)
    communities = allowed_communities(user)
    if communities is not None:
        where &= table.community.isin(communities or ("",))
    if not has_role(MANAGER, user=user):
        where &= table.team.isin(teams_of(user) or ("",))
    rows = _cards(table, where)
    people = sorted({row.assigned_to for row in rows if row.assigned_to})
    names = dict(
        frappe.get_all("User", {"name": ["in", people]}, ["name", "full_name"], order_by="name asc", as_list=True)
    )
    for row in rows:
        row.assigned_name = names.get(row.assigned_to)
    return rows


def detail(doc: Document) -> dict[str, Any]:
    """One request as a card, with its history, photos, prices and the acts the reader may do now."""
    card = {fieldname: doc.get(fieldname) for fieldname in CARD}
    found = category_of(doc.category)
    card |= {
        "place": place_label(doc),
        "category_label": _(doc.category),
        "status_label": _(doc.status, context="Repair Request"),
        "assigned_name": doc.assigned_to and frappe.utils.get_fullname(doc.assigned_to),
        "late": _late(doc),
        "advice": _(found.advice) if found.advice else "",
        "shut_off_valve": valve_of(doc),
        "is_chargeable": cint(doc.is_chargeable),
        "needs_quote": work_report.needs_quote(doc),
        "price_from": found.price_from,
        "price_to": found.price_to,
        "materials": [
            {key: row.get(key) for key in ("item_name", "qty", "uom", "rate", "amount", "from_stock")}
            for row in doc.materials
        ],
        "photos": photos(doc.name),
        "steps": timeline.steps_of(doc.name),
        "acts": permitted(doc),
        "warranty_next": warranty_case.next_steps(doc),
        "incident": doc.incident,
        "incident_confirmed": cint(doc.incident_confirmed),
    }
    for fieldname in (
        *("quote_amount", "quote_text", "consent_by", "consent_note", "payment_status", "work_done", "labour_hours"),
        *("labour_grade", "labour_amount", "materials_amount", "total_amount", "warranty_until", "warranty_status"),
        *("responsibility", "contractor", "reminder_letters", "rating", "rating_text", "visit_status", "visit_result"),
        *("rating_speed", "rating_manner", "quote_from", "quote_to"),
        *("rework_of", "closing_reason", "referred_to", "finished_at", "closed_at", "modified"),
    ):
        card[fieldname] = doc.get(fieldname)
    return card


def photos(name: str) -> list[dict[str, str]]:
    """Pictures of a request, oldest first: rows {file_name, file_url}."""
    return frappe.get_all(
        "File",
        {"attached_to_doctype": DOCTYPE, "attached_to_name": name},
        ["file_name", "file_url"],
        order_by="creation asc",
        limit=50,
    )


def place_label(doc: Document | dict) -> str:
    """The place as people say it: 3-2-1203, or the public place with its building."""
    if doc.get("unit"):
        return frappe.get_cached_value("Property Unit", doc.get("unit"), "short_label") or doc.get("unit")
    parts = (
        doc.get("building") and frappe.get_cached_value("Building", doc.get("building"), "building_name"),
        doc.get("public_place"),
    )
    return " ".join(part for part in parts if part) or doc.get("community") or ""


def visit_context(visit: Document | dict) -> dict[str, Any] | None:
    """What was done, to be read before a return visit (extension point)."""
    if visit.get("reference_doctype") != DOCTYPE or not visit.get("reference_name"):
        return None
    fields = ["name", "category", "description", "work_done", "finished_at", "rating", "rating_text", "reopened_count"]
    row = frappe.db.get_value(DOCTYPE, visit.get("reference_name"), fields, as_dict=True)
    if not row:
        return None
    lines = [row.description or "", row.work_done or ""]
    if row.rating:
        lines.append(_("Rated {0} out of 5. {1}").format(row.rating, row.rating_text or ""))
    if row.reopened_count:
        lines.append(_("Reopened {0}×.").format(row.reopened_count))
    return {
        "title": f"{row.name} · {_(row.category)}",
        "lines": [line for line in lines if line],
        "url": frappe.utils.get_url_to_form(DOCTYPE, row.name),
    }


def similar(unit: str, category: str) -> dict[str, Any]:
    """Banners at intake: earlier and open requests, whether a new one would be rework, and the warranty."""
    from property_service.repairs import intake

    doc = frappe._dict(unit=unit, category=category, building=None)
    doc.community = frappe.get_cached_value("Property Unit", unit, "community")
    until = intake.warranty_end(doc)
    found = category_of(category)
    return {
        "requests": rework.similar(unit, category),
        "rework_of": rework.earlier_job(unit, category, site_now()),
        "warranty_until": until,
        "in_warranty": bool(until) and until >= site_now().date(),
        "advice": _(found.advice) if found.advice else "",
        "refer_to": _(found.refer_to) if found.refer_to else "",
        "shut_off_valve": valve_of(
            frappe._dict(doc, building=frappe.get_cached_value("Property Unit", unit, "building"))
        ),
    }


def _cards(table: Any, where: Any) -> list[dict[str, Any]]:
    unit, building = frappe.qb.DocType("Property Unit"), frappe.qb.DocType("Building")
    urgency = Case().when(table.priority == EMERGENCY, 0).else_(1)
    undated = Case().when(table.finish_by.isnull(), 1).else_(0)
    rows = (
        frappe.qb.from_(table)
        .left_join(unit)
        .on(unit.name == table.unit)
        .left_join(building)
        .on(building.name == table.building)
        .select(*(table[fieldname] for fieldname in CARD), unit.short_label, building.building_name)
        .where(where)
        .orderby(urgency)
        .orderby(undated)
        .orderby(table.finish_by)
        .orderby(table.name)
        .limit(MOST_ROWS)
        .run(as_dict=True)
    )
    for row in rows:
        row.place = row.short_label or " ".join(part for part in (row.building_name, row.public_place) if part)
        row.category_label, row.status_label, row.late = (
            _(row.category),
            _(row.status, context="Repair Request"),
            _late(row),
        )
    return rows


def _late(row: Any) -> bool:
    """True where a promise is broken by now."""
    now = site_now()
    if row.stage in (DONE, VOID):
        return bool(cint(row.response_late) or cint(row.finish_late))
    waiting = row.respond_by and not row.arrived_at and frappe.utils.get_datetime(row.respond_by) < now
    return bool(waiting or (row.finish_by and frappe.utils.get_datetime(row.finish_by) < now))


def valve_of(doc: Document | dict) -> str:
    """Where the water is shut off in the building, for categories that ask for it; "" for all others."""
    if not category_of(doc.get("category")).show_valve or not doc.get("building"):
        return ""
    return frappe.get_cached_value("Building", doc.get("building"), "shut_off_valve") or ""
