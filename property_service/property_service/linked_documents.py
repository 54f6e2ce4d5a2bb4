"""What refers to a document: of all the platform finds, only what the reader may list."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.desk.form import linked_with


@frappe.whitelist()
def get(doctype: str, docname: str) -> dict[str, list[dict[str, Any]]]:
    """Stand in for the platform's `linked_with.get`: {DocType: rows}. Its own tells everybody of every document there is."""
    frappe.has_permission(doctype, "read", docname, throw=True)
    shown = {}
    for kind, rows in linked_with.get(doctype, docname).items():
        if not frappe.has_permission(kind, "read"):
            continue
        names = {"name": ["in", [row["name"] for row in rows]]}
        allowed = set(frappe.get_list(kind, names, pluck="name", order_by="name asc", limit_page_length=0))
        if kept := [row for row in rows if row["name"] in allowed]:
            shown[kind] = kept
    return shown
