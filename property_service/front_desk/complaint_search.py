"""The desk's Link fields find complaints by number, subject and name; never those about the reader (hook `standard_queries`)."""

from __future__ import annotations

from typing import Any

import frappe

from property_service.front_desk.complaint_states import DOCTYPE
from property_service.property_service.endpoint import bound_by_name
from property_service.property_service.estate_search import MOST
from property_service.property_service.link_search import as_list


@frappe.whitelist()
@bound_by_name
@frappe.validate_and_sanitize_search_inputs
def complaints(
    doctype: str,
    txt: str,
    searchfield: str,
    start: int,
    page_len: int,
    filters: dict | list | str | None = None,
    **_more: Any,
) -> list[tuple]:
    """Rows (name, subject, name of the complainant) of complaints the user may list, newest first."""
    if not frappe.has_permission(DOCTYPE, "read"):
        return []
    like = f"%{txt}%"
    rows = frappe.get_list(
        DOCTYPE,
        filters=as_list(DOCTYPE, filters),
        or_filters=[["name", "like", like], ["subject", "like", like], ["contact_name", "like", like]],
        fields=["name", "subject", "contact_name"],
        order_by="received_at desc, name desc",
        limit_start=start,
        limit_page_length=min(page_len, MOST),
    )
    return [(row.name, row.subject, row.contact_name or "") for row in rows]
