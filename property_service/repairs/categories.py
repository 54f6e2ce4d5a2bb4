"""What a repair category says about a job: its parents, targets and rules. Read from the site's cache."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service.errors import InputRefused
from property_service.repairs.deadlines import PRIORITIES, Target, target_for

MOST_LEVELS = 5
EMERGENCY = "Emergency"


def category(name: str) -> Document:
    """The category by name, cached. Raises InputRefused with a sentence where there is none."""
    try:
        return frappe.get_cached_doc("Repair Category", name)
    except frappe.DoesNotExistError:
        frappe.clear_last_message()
        frappe.throw(_("Please choose a repair category from the list."), InputRefused)


def check_leaf(name: str) -> Document:
    """The category of a request: an active one that is no group. Raises InputRefused."""
    found = category(name)
    if found.is_group:
        frappe.throw(
            _("{0} is a group. Please choose one of the categories in it.").format(frappe.bold(_(name))), InputRefused
        )
    if not found.is_active:
        frappe.throw(
            _("{0} is no longer used. Please choose another category.").format(frappe.bold(_(name))), InputRefused
        )
    return found


def ancestors_of(name: str) -> tuple[str, ...]:
    """The parents of a category, nearest first."""
    found: list[str] = []
    parent = category(name).parent_category
    while parent and parent not in found and len(found) < MOST_LEVELS:
        found.append(parent)
        parent = frappe.get_cached_value("Repair Category", parent, "parent_category")
    return tuple(found)


def target_of(name: str, priority: str | None) -> Target | None:
    """What the category promises for a priority; a category without targets promises what its parent does."""
    for candidate in (name, *ancestors_of(name)):
        rows = category(candidate).targets
        if rows:
            return target_for([_target(row) for row in rows], priority or "Normal")
    return None


def default_priority(name: str) -> str:
    """The priority a request of this category starts with; an emergency category is always an emergency."""
    found = category(name)
    return EMERGENCY if found.is_emergency else found.default_priority or "Normal"


def check_priority(priority: str) -> str:
    """Raises InputRefused for a priority that does not exist."""
    if priority not in PRIORITIES:
        frappe.throw(_("Please choose a priority: {0}.").format(", ".join(map(_, PRIORITIES))), InputRefused)
    return priority


def _target(row: Any) -> Target:
    return Target(
        row.priority, int(row.arrive_minutes or 0), int(row.finish_minutes or 0), int(row.finish_working_days or 0)
    )
