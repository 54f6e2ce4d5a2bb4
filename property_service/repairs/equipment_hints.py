"""Which valves and switches of a building belong to a kind of fault."""

from __future__ import annotations

from typing import Any

from frappe.utils import cint

from property_service.front_desk import equipment
from property_service.repairs.categories import category as category_of

BY_TRADE = {
    "Wiring": (equipment.POWER,),
    "Lamps": (equipment.POWER,),
    "Lifts": (equipment.LIFT, equipment.KEYS),
    "Drains": (equipment.DRAIN,),
}


def equipment_for(category: str, building: str, entrance: str = "") -> list[dict[str, Any]]:
    """What to show at intake of a fault in a building; shape in `equipment.for_building`, [] where nothing is shut off."""
    kinds = kinds_of(category)
    return equipment.for_building(building, entrance, kinds) if kinds and building else []


def kinds_of(category: str) -> tuple[str, ...]:
    """Kinds of equipment by category: water where it asks for the valve, else by trade; an emergency of no trade shows all that is urgent."""
    found = category_of(category)
    kinds = ((equipment.WATER,) if cint(found.show_valve) else ()) + BY_TRADE.get(found.trade or "", ())
    return kinds or (equipment.URGENT if cint(found.is_emergency) else ())
