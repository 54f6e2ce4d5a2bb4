"""The estate as a tree: communities, their buildings, the rooms of a building by entrance, who lives in one. A query a level."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Count

from property_service.property_service.errors import InputRefused
from property_service.property_service.estate_hits import ROLES, current_stays
from property_service.property_service.identity import shown_phone
from property_service.property_service.scope import allowed_communities, check_roles, may_see_community

MOST_UNITS = 3000
STATUSES = ("Vacant", "Decorating", "Owner Occupied", "Rented")


def communities() -> list[dict]:
    """[{name, title, is_demo, units, statuses: {status: units}}] of the communities the user works for."""
    check_roles(ROLES)
    community, unit = frappe.qb.DocType("Community"), frappe.qb.DocType("Property Unit")
    query = (
        frappe.qb.from_(community)
        .left_join(unit)
        .on(unit.community == community.name)
        .select(community.name, community.community_name.as_("title"), community.is_demo)
        .select(unit.occupancy_status, Count(unit.name).as_("units"))
        .groupby(community.name, community.community_name, community.is_demo, unit.occupancy_status)
        .orderby(community.name)
    )
    allowed = allowed_communities()
    if allowed is not None:
        query = query.where(community.name.isin(allowed))
    return _with_statuses(query.run(as_dict=True))


def buildings(community: str) -> list[dict]:
    """[{name, title, number, usage, floors, units, statuses}] of a community."""
    _check(community)
    building, unit = frappe.qb.DocType("Building"), frappe.qb.DocType("Property Unit")
    columns = (building.name, building.building_name, building.building_no, building.usage, building.floors)
    rows = (
        frappe.qb.from_(building)
        .left_join(unit)
        .on(unit.building == building.name)
        .select(building.name, building.building_name.as_("title"), building.building_no.as_("number"))
        .select(building.usage, building.floors, unit.occupancy_status, Count(unit.name).as_("units"))
        .where(building.community == community)
        .groupby(*columns, unit.occupancy_status)
        .orderby(building.name)
        .run(as_dict=True)
    )
    return _with_statuses(rows)


def units(building: str) -> dict:
    """{building, entrances: [{name, number, floors: [{floor, units: [{name, room_no, usage, delivery_status, occupancy_status}]}]}]}.

    Entrances in their order, "" for rooms without one; floors from the roof down. Raises PermissionError, InputRefused.
    """
    place = frappe.db.get_value(
        "Building",
        building,
        [
            "name",
            "community",
            "building_no as number",
            "building_name as title",
            "shut_off_valve",
            "equipment_location",
        ],
        as_dict=True,
    )
    if not place:
        frappe.throw(_("There is no such building. Choose one from the tree."), InputRefused)
    _check(place.community)
    unit, entrance = frappe.qb.DocType("Property Unit"), frappe.qb.DocType("Entrance")
    rows = (
        frappe.qb.from_(unit)
        .left_join(entrance)
        .on(entrance.name == unit.entrance)
        .select(unit.name, unit.room_no, unit.floor, unit.usage, unit.delivery_status, unit.occupancy_status)
        .select(unit.entrance, entrance.entrance_no)
        .where(unit.building == building)
        .orderby(unit.name)
        .limit(MOST_UNITS)
        .run(as_dict=True)
    )
    return {"building": place, "entrances": _by_entrance(rows)}


def people(unit: str) -> dict:
    """One room: {unit, people: [{resident, resident_name, relation, phone, is_debtor, is_primary}], vehicles: [plates]}."""
    place = frappe.db.get_value(
        "Property Unit",
        unit,
        [
            "name",
            "community",
            "short_label",
            "usage",
            "floor",
            "billable_area",
            "delivery_status",
            "occupancy_status",
            "deemed_handover_date",
        ],
        as_dict=True,
    )
    if not place:
        frappe.throw(_("There is no such unit. Choose one from the tree."), InputRefused)
    _check(place.community)
    stays = current_stays(units=[unit]).get(unit, [])
    return {
        "unit": place,
        "people": [
            {
                "resident": stay.resident,
                "resident_name": stay.resident_name,
                "relation": stay.relation,
                "phone": shown_phone(stay.primary_phone),
                "is_debtor": stay.is_debtor,
                "is_primary": stay.is_primary,
            }
            for stay in stays
        ],
        "vehicles": frappe.get_all(
            "Resident Vehicle", {"unit": unit, "is_active": 1}, pluck="plate", order_by="plate asc"
        ),
    }


def _check(community: str) -> None:
    check_roles(ROLES)
    if not may_see_community(community):
        frappe.throw(_("You do not work for this community. Ask a manager."), frappe.PermissionError)


def _with_statuses(rows: list[Any]) -> list[dict]:
    """Fold rows that differ in occupancy status only into one with {status: units}."""
    found: dict[str, dict] = {}
    for row in rows:
        status, count = row.pop("occupancy_status"), row.pop("units")
        node = found.setdefault(row.name, {**row, "units": 0, "statuses": dict.fromkeys(STATUSES, 0)})
        if status:
            node["units"] += count
            node["statuses"][status] = count
    return list(found.values())


def _by_entrance(rows: list[Any]) -> list[dict]:
    entrances: dict[str, dict] = {}
    for row in rows:
        name, number = row.pop("entrance") or "", row.pop("entrance_no") or ""
        node = entrances.setdefault(name, {"name": name, "number": number, "floors": {}})
        node["floors"].setdefault(row.pop("floor") or 0, []).append(row)
    return [
        {
            **node,
            "floors": [
                {"floor": floor, "units": node["floors"][floor]} for floor in sorted(node["floors"], reverse=True)
            ],
        }
        for node in sorted(
            entrances.values(), key=lambda node: (not node["number"], len(node["number"]), node["number"])
        )
    ]
