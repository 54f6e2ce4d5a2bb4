"""Which DocTypes belong to this app."""

from __future__ import annotations

import frappe

APP = "property_service"


def is_ours(doctype: str | None) -> bool:
    """True for a DocType of this app."""
    if not doctype:
        return False
    module = frappe.db.get_value("DocType", doctype, "module", cache=True)
    return bool(module) and frappe.local.module_app.get(frappe.scrub(module)) == APP


def our_doctypes() -> list[str]:
    """DocTypes of this app that can have attachments."""
    modules = frappe.get_module_list(APP)
    return frappe.get_all("DocType", {"module": ["in", modules], "istable": 0}, pluck="name", order_by="name asc")
