"""What refers to a document and how many there are: of all the platform finds, only what the reader may list."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.desk.form import linked_with
from frappe.utils import get_safe_filters

from property_service.compat import count_of_listed
from property_service.property_service.endpoint import bound_by_name
from property_service.property_service.link_search import as_list


@frappe.whitelist()
@bound_by_name
def get(doctype: str, docname: str) -> dict[str, list[dict[str, Any]]]:
    """Stand in for the platform's `linked_with.get`: {DocType: rows}. Its own tells everybody of every document there is."""
    frappe.get_doc(doctype, docname).check_permission("read")
    shown = {}
    for kind, rows in linked_with.get(doctype, docname).items():
        if not frappe.has_permission(kind, "read"):
            continue
        names = {"name": ["in", [row["name"] for row in rows]]}
        allowed = set(frappe.get_list(kind, names, pluck="name", order_by="name asc", limit_page_length=0))
        if kept := [row for row in rows if row["name"] in allowed]:
            shown[kind] = kept
    return shown


@frappe.whitelist()
@bound_by_name
def count(doctype: str, filters: str | list | dict | None = None, debug: bool = False, cache: bool = False) -> int:
    """Stand in for the platform's `client.get_count`. Its own counts what the reader may not list, by any filter: who asks
    letter by letter reads keys of accounts and names of residents. The database counts; there may be millions.
    """
    chosen = get_safe_filters(filters) or []
    chosen = as_list(doctype, {"name": chosen} if isinstance(chosen, str) else chosen)
    return count_of_listed(doctype, chosen)
