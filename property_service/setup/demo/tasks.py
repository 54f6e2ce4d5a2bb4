"""The two stories that can be played at once, in one line each, with the rooms and the number they need."""

from __future__ import annotations

import frappe

from property_service.setup.demo.stories import FEWEST, LEAK

# As many calls make an incident.
CALLERS = 3
LIVED_IN = ("Owner Occupied", "Rented", "Decorating")


def burst_pipe() -> str:
    """What the front desk does when a pipe bursts."""
    rooms = ", ".join(_rooms_of_one_riser())
    return f"story 1: calls of 爆管 (Burst Pipe) from {rooms}; confirm the incident, read its text, close it"


def warranty_leak() -> str:
    """What the steward does about a leak in warranty."""
    name = frappe.db.get_value(
        "Repair Request",
        {"community": "YQ", "category": LEAK, "responsibility": "Developer", "stage": ["!=", "Done"]},
        order_by="reported_at desc",
    )
    return f"story 2: {name or 'a leak in warranty'}: second letter, fixed, visit Not Fixed, ordered anew, fixed, satisfied"


def _rooms_of_one_riser() -> list[str]:
    """Short labels of homes one above the other, in the last line of 绿湖花园 that has enough of them."""
    rows = frappe.get_all(
        "Property Unit",
        {"community": "LH", "usage": "Residence", "occupancy_status": ["in", LIVED_IN]},
        ["building", "entrance", "riser", "short_label"],
        order_by="building desc, entrance desc, riser desc, floor asc",
    )
    lines: dict[tuple, list[str]] = {}
    for row in rows:
        lines.setdefault((row.building, row.entrance, row.riser), []).append(row.short_label)
    found = next((line for line in lines.values() if len(line) >= FEWEST), next(iter(lines.values()), []))
    return found[:CALLERS]
