from typing import Any

import frappe
from frappe import _

from property_service.portal import decoration_pages, event_pages, fee_pages, messages, notice_pages, repair_pages
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """Home: what needs me."""
    viewer = open_page(context, _("Home", context="Portal"), "home")
    room = viewer.room(frappe.form_dict.get("unit")) if frappe.form_dict.get("unit") else None
    context.unit = room.name if room else ""
    context.update(repair_pages.needs_me(viewer, context.unit or None))
    context.owing = fee_pages.owing(context.unit or None)
    context.unread = messages.unread_count(viewer)
    context.notices = notice_pages.notice_rows(viewer, only_unread=True)
    rows = decoration_pages.permit_rows(viewer, only_open=True)
    context.next_event = event_pages.next_of(viewer)
    context.decorations = [row for row in rows if not context.unit or row.unit == context.unit]
