from typing import Any

import frappe
from frappe import _

from property_service.portal import forms
from property_service.portal.guest_pages import lead_on
from property_service.portal.viewer import dress

no_cache = 1


def get_context(context: Any) -> None:
    """A scanned code. Leads on and changes nothing; guessed, revoked and expired codes look alike."""
    dress(context, _("Code", context="Portal"))
    path = lead_on(str(frappe.form_dict.get("token") or ""))
    if path:
        forms.go_to(path)
    context.http_status_code = 404
