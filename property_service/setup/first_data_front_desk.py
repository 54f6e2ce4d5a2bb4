"""What a new site starts with at the front desk: causes of complaints. Made if missing, never overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import frappe

CATEGORIES = Path(__file__).parent / "data" / "complaint_categories.json"


def ensure_front_desk() -> None:
    """The usual causes; one that nobody wants is switched off, not deleted: it would be made again."""
    known = set(frappe.get_all("Complaint Category", pluck="name", order_by="name asc"))
    for row in json.loads(CATEGORIES.read_text(encoding="utf-8"))["rows"]:
        if row["category_name"] not in known:
            # The installer acts for nobody.
            frappe.get_doc({"doctype": "Complaint Category", **row}).insert(ignore_permissions=True)
