from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from property_service.portal import repair_pages
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """My repairs, newest first, by room if asked."""
    viewer = open_page(context, _("My Repairs"), "repairs")
    room = viewer.room(frappe.form_dict.get("unit")) if frappe.form_dict.get("unit") else None
    context.unit = room.name if room else ""
    context.only_open = cint(frappe.form_dict.get("open"))
    context.update(
        repair_pages.repair_rows(
            viewer, context.unit or None, bool(context.only_open), cint(frappe.form_dict.get("page")) or 1
        )
    )
