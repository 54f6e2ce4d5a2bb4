from typing import Any

import frappe
from frappe import _

from property_service.portal import api, forms, offers
from property_service.portal.viewer import open_page

no_cache = 1
FIELDS = ("unit", "public_place", "category", "description", "wished_from", "wished_to", "client_key")


def get_context(context: Any) -> None:
    """Report a fault."""
    viewer = open_page(context, _("Report a Fault"), "report")
    context.sent = {name: "" for name in FIELDS}
    if forms.is_post():
        made = forms.take(context, api.report_fault, FIELDS)
        if made:
            forms.go_to(f"/resident/repair?name={made['name']}&thanks=1")
    context.key = context.sent["client_key"] or frappe.generate_hash(length=20)
    context.groups = offers.category_tiles()
    context.room = viewer.room(context.sent["unit"] or frappe.form_dict.get("unit"))
    # The platform refuses a larger request before any code of ours sees it.
    context.most_megabytes = max(frappe.request.max_content_length // 1024 // 1024, 1)
    context.most_photos = frappe.get_cached_doc("Property Service Settings").max_photos or api.DEFAULT_PHOTOS
