"""Where valves, switches, pumps and keys of a building are (设施位置): shown while somebody calls about water, gas or power."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service.errors import InputRefused
from property_service.property_service.plain_text import plain_text

EQUIPMENT = "Building Equipment"
WATER, GAS, POWER = "Water Shut-off Valve", "Gas Shut-off Valve", "Power Switch"
FIRE_PUMP, LIFT, DRAIN, KEYS = "Fire Pump", "Lift", "Drain", "Key Box"
KINDS = (WATER, GAS, POWER, FIRE_PUMP, LIFT, DRAIN, KEYS, "Other")
# What is asked for while something goes wrong, in this order.
URGENT = (WATER, GAS, POWER)
FIELDS = (
    *("name", "equipment_name", "kind", "community", "building", "entrance", "location", "serves", "how_to", "key_at"),
    "photo",
)


def for_building(building: str, entrance: str = "", kinds: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Enabled equipment that serves a building, nearest first: its entrance, the whole building, the whole community.

    Rows {name, equipment_name, kind, community, building, entrance, location, serves, how_to, key_at, photo}; of `kinds` only,
    in their order, all where left out. Other entrances are left out where `entrance` is known. One query. Whoever calls has
    judged who asks.
    """
    return for_places([(building, entrance)], kinds) if building else []


def for_places(places: Sequence[tuple[str, str]], kinds: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The same for several (building, entrance); each row once."""
    table, house = frappe.qb.DocType(EQUIPMENT), frappe.qb.DocType("Building")
    buildings = sorted({building for building, _entrance in places})
    homes = frappe.qb.from_(house).select(house.community).where(house.name.isin(buildings or [""]))
    of_all = (table.building.isnull() | (table.building == "")) & table.community.isin(homes)
    query = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in FIELDS))
        .where(table.enabled == 1)
        .where(table.building.isin(buildings or [""]) | of_all)
        .orderby(table.equipment_name)
        .orderby(table.name)
    )
    rows = (query.where(table.kind.isin(list(kinds))) if kinds else query).run(as_dict=True)
    near = [row for row in rows if not row.entrance or _asked_for(row, places)]
    order = {kind: place for place, kind in enumerate(kinds or KINDS)}
    near.sort(key=lambda row: (order.get(row.kind, len(order)), not row.entrance, not row.building))
    return [{**row, "entrance": row.entrance or "", "building": row.building or ""} for row in near]


def words(row: dict[str, Any]) -> str:
    """Where it is, what to do and where the key is, in one line."""
    key = _("Key: {0}").format(row["key_at"]) if row["key_at"] else ""
    return " · ".join(filter(None, (row["location"], row["how_to"], key)))


def _asked_for(row: Any, places: Sequence[tuple[str, str]]) -> bool:
    return any(row.building == building and entrance in ("", row.entrance) for building, entrance in places)


def check_equipment(doc: Document) -> None:
    """Place and texts fit. Raises InputRefused."""
    doc.equipment_name = plain_text(doc.equipment_name, _("Name"), 140, required=True)
    doc.location = plain_text(doc.location, _("Where It Is"), 500, required=True)
    for fieldname, label, most in (
        ("serves", _("Serves"), 140),
        ("how_to", _("What to Do"), 500),
        ("key_at", _("Key Is At"), 140),
    ):
        doc.set(fieldname, plain_text(doc.get(fieldname), label, most))
    home = frappe.get_cached_value("Entrance", doc.entrance, "building") if doc.entrance else None
    if doc.entrance and doc.building and home != doc.building:
        frappe.throw(_("{0} is not in {1}. Change one of the two.").format(doc.entrance, doc.building), InputRefused)
    doc.building = doc.building or home
