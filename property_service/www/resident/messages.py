from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from property_service.portal import api, forms, messages
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """Messages of the front desk to me."""
    viewer = open_page(context, _("Messages", context="Portal"), "messages")
    if forms.is_post() and forms.take(context, api.mark_read, ()) is not None:
        forms.go_to("/resident/messages")
    context.update(messages.message_rows(viewer, cint(frappe.form_dict.get("page")) or 1))
    context.unread = any(not row.read_at for row in context.rows)
