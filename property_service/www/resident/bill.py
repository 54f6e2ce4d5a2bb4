from typing import Any

import frappe
from frappe import _

from property_service.portal import fee_pages, forms
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """One bill of mine and what makes it up."""
    open_page(context, _("Bill"), "bills")
    context.money = fee_pages.money_text
    try:
        context.bill, context.missing = fee_pages.bill_page(str(frappe.form_dict.get("name") or "")), ""
    except frappe.PermissionError as error:
        context.missing, context.http_status_code = forms.sentence_of(error), 403
