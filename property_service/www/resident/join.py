from typing import Any

import frappe
from frappe import _

from property_service.portal import account_api, forms
from property_service.portal.guest_pages import open_guest_page
from property_service.property_service.access_tokens import is_token

no_cache = 1


def get_context(context: Any) -> None:
    """Join with the code or the QR code of the front desk."""
    open_guest_page(context, _("Join"))
    token = frappe.form_dict.get("t") or frappe.form_dict.get("token")
    context.token = token if is_token(token) else ""
    if forms.is_post():
        result = forms.take(context, account_api.join, ("phone", "code", "token", "password"))
        if result and result["signed_in"]:
            forms.go_to("/resident")
        elif result:
            context.update({"people": result["people"], "key": result["key"]})
