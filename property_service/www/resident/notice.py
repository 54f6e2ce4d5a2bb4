from typing import Any

import frappe
from frappe import _

from property_service.portal import forms, notice_api, notice_pages
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """One notice, read from now on; where it asks for it, a button to confirm that."""
    viewer = open_page(context, _("Notice", context="Portal"), "home")
    name = frappe.form_dict.get("name") or ""
    if forms.is_post() and forms.take(context, notice_api.confirm_notice, ("name",)):
        forms.go_to(f"/resident/notice?name={name}")
    context.update(notice_pages.open_notice(viewer, name))
