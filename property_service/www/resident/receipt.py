from typing import Any

import frappe
from frappe import _

from property_service.portal import fee_api, fee_pages, forms
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """One receipt of mine, to print or download."""
    open_page(context, _("Receipt"), "bills")
    context.makes_pdf = fee_api.makes_pdf()
    try:
        context.update(fee_pages.receipt_page(str(frappe.form_dict.get("name") or "")))
        context.missing = ""
    except frappe.PermissionError as error:
        context.missing, context.http_status_code = forms.sentence_of(error), 403
