"""The desk's Link fields find complaints by number, subject and name; never those about the reader (hook `standard_queries`)."""

from __future__ import annotations

from typing import Any

import frappe

from property_service.front_desk.complaint_states import DOCTYPE
from property_service.property_service.endpoint import bound_by_name
from property_service.property_service.link_search import found_in


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
    return found_in(
        DOCTYPE, ("name", "subject", "contact_name"), txt, start, page_len, filters, "received_at desc, name desc"
    )
