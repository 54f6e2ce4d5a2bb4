"""Committed communities in which money changes hands: taken away again, with everything that was written of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe

from property_service.tests import factories as make

OF_A_COMMUNITY = (
    *("Fee Ledger Entry", "Fee Receipt", "Fee Charge", "Fee Bill", "Fee Item", "Fee Receipt Counter"),
    *("Counter Closing", "Online Payment", "Payment Callback Log", "Service Message"),
    *("Unit Occupancy", "Property Unit", "Building"),
)


def remove_money(community: Any, residents: Sequence[str], users: Sequence[str]) -> None:
    """Delete a committed community with its money, its places, these residents and the accounts of these users."""
    frappe.db.rollback()
    frappe.set_user("Administrator")
    receipts = frappe.get_all("Fee Receipt", {"community": community.name}, pluck="name", order_by="name asc")
    for child in ("Fee Receipt Line", "Fee Receipt Tender"):
        frappe.db.delete(child, {"parent": ["in", receipts or [""]]})
    for doctype in OF_A_COMMUNITY:
        frappe.db.delete(doctype, {"community": community.name})
    frappe.db.delete("Resident Phone", {"parent": ["in", residents]})
    frappe.db.delete("Resident", {"name": ["in", residents]})
    make.remove_users(users)
    frappe.db.delete("Community", {"name": community.name})
    frappe.db.delete("Service Calendar Window", {"parent": community.service_calendar})
    frappe.db.delete("Service Calendar", {"name": community.service_calendar})
    frappe.db.commit()
