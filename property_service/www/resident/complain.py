from typing import Any
from urllib.parse import quote

import frappe
from frappe import _

from property_service.portal import complaint_api, complaint_pages, forms
from property_service.portal.viewer import open_page

no_cache = 1
FIELDS = ("kind", "category", "unit", "place", "details", "is_anonymous", "client_key")


def get_context(context: Any) -> None:
    """Complain, suggest or praise."""
    viewer = open_page(context, _("Tell Us"), "home")
    context.sent = dict.fromkeys(FIELDS, "")
    if forms.is_post():
        made = forms.take(context, complaint_api.complain, FIELDS)
        if made:
            forms.go_to(f"/resident/complaint?name={quote(made['name'])}&done=complain")
    context.update(complaint_pages.form_page(viewer, context.sent["unit"] or frappe.form_dict.get("unit")))
    context.key = context.sent["client_key"] or frappe.generate_hash(length=20)
    # The platform refuses a larger request before any code of ours sees it.
    context.most_megabytes = max(frappe.request.max_content_length // 1024 // 1024, 1)
