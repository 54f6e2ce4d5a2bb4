"""The caller's picture: where water, gas and power of his building are shut off."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from property_service.front_desk import equipment

MOST_ROWS = 10


def part(resident: str, units: tuple[str, ...]) -> dict[str, Any] | None:
    """Hook `property_service_picture`; None without a unit, without equipment, or for those who may not read it. Two queries."""
    if not units or not frappe.has_permission(equipment.EQUIPMENT, "read"):
        return None
    table = frappe.qb.DocType("Property Unit")
    places = (
        frappe.qb.from_(table)
        .select(table.building, table.entrance)
        .distinct()
        .where(table.name.isin(units))
        .where(table.building.isnotnull())
        .orderby(table.building)
        .orderby(table.entrance)
        .run()
    )
    rows = equipment.for_places([(building, entrance or "") for building, entrance in places], equipment.URGENT)
    if not rows:
        return None
    return {
        "key": "equipment",
        "title": _("Shut-off Valves and Switches"),
        "order": 90,
        "rows": [
            {
                "text": row["equipment_name"],
                "detail": equipment.words(row),
                "status": _(row["kind"], context=equipment.EQUIPMENT),
                "tone": "grey",
                "doctype": equipment.EQUIPMENT,
                "name": row["name"],
            }
            for row in rows[:MOST_ROWS]
        ],
        "banners": [],
        "figures": {},
        "more": max(len(rows) - MOST_ROWS, 0),
    }
