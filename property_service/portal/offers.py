"""What residents choose from and what they are promised: categories as tiles, targets, and how they were kept."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

ICONS = {
    "Structure": "wall",
    "Waterproofing": "leak",
    "Heating and Cooling": "heat",
    "Wiring": "bolt",
    "Plumbing": "drop",
    "Finishes": "paint",
    "Doors and Windows": "door",
    "Intercom": "intercom",
    "Sanitary": "basin",
    "Lamps": "lamp",
    "Drains": "drain",
    "Lifts": "lift",
    "Cleaning": "clean",
}


def icon_of(trade: str | None) -> str:
    """The drawing for a trade, one of those in templates/resident/icons.html."""
    return ICONS.get(trade or "", "more")


def category_icon(category: str | None) -> str:
    """The drawing for a category; read from the cache, where the few categories stay."""
    return icon_of(frappe.get_cached_value("Repair Category", category, "trade") if category else None)


def category_tiles() -> list[dict[str, Any]]:
    """Categories a resident chooses from: what is urgent, then by group what is at home, last what all share.

    Rows {label, tiles: [{name, label, icon, advice, urgent, public}]}; one query.
    """
    table, parent = frappe.qb.DocType("Repair Category"), frappe.qb.DocType("Repair Category").as_("parent")
    rows = (
        frappe.qb.from_(table)
        .left_join(parent)
        .on(parent.name == table.parent_category)
        .select(table.name, table.parent_category, table.is_emergency, table.advice, table.trade, table.part)
        .where(table.is_active == 1)
        .where(table.in_portal == 1)
        .where(table.is_group == 0)
        .orderby(parent.sort_order)
        .orderby(table.sort_order)
        .orderby(table.name)
        .run(as_dict=True)
    )
    urgent: list[dict[str, Any]] = []
    shared: list[dict[str, Any]] = []
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        tile = {
            "name": row.name,
            "label": _(row.name),
            "icon": icon_of(row.trade),
            "advice": _(row.advice) if row.advice else "",
            "urgent": cint(row.is_emergency),
            "public": int(row.part == "Public"),
        }
        if tile["urgent"]:
            urgent.append(tile)
        elif tile["public"]:
            shared.append(tile)
        else:
            groups.setdefault(row.parent_category or "", []).append(tile)
    listed = [(_("Urgent"), urgent)]
    listed += [(_(name) if name else _("More", context="Portal"), tiles) for name, tiles in groups.items()]
    listed += [(_("In shared areas"), shared)]
    return [{"label": label, "tiles": tiles} for label, tiles in listed if tiles]


def promised_times() -> list[dict[str, Any]]:
    """Published promises by category: rows {label, arrive_minutes, finish_minutes, finish_working_days, clock}.

    Of the priority a request of the category starts with; one query.
    """
    category, target = frappe.qb.DocType("Repair Category"), frappe.qb.DocType("Repair Category Target")
    rows = (
        frappe.qb.from_(category)
        .join(target)
        .on((target.parent == category.name) & (target.priority == category.default_priority))
        .select(category.name, category.clock, category.is_emergency)
        .select(target.arrive_minutes, target.finish_minutes, target.finish_working_days)
        .where(category.is_active == 1)
        .where(category.in_portal == 1)
        .where(category.is_group == 0)
        .orderby(category.is_emergency, order=frappe.qb.desc)
        .orderby(category.sort_order)
        .orderby(category.name)
        .run(as_dict=True)
    )
    return [{**row, "label": _(row.name)} for row in rows]
