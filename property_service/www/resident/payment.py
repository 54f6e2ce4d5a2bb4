from typing import Any
from urllib.parse import quote

import frappe
from frappe import _
from frappe.utils import get_url

from property_service.fees import online_payments
from property_service.portal import fee_pages, forms
from property_service.portal.viewer import open_page

no_cache = 1
CALLBACK = "/api/method/property_service.fees.payment_api.payment_callback"


def get_context(context: Any) -> None:
    """On to the gateway, and what became of a payment."""
    open_page(context, _("Payment"), "bills")
    context.address = ""
    try:
        context.update(fee_pages.payment_page(str(frappe.form_dict.get("name") or "")))
        context.missing = ""
    except frappe.PermissionError as error:
        context.missing, context.http_status_code = forms.sentence_of(error), 403
        return
    if context.waiting and online_payments.is_on():
        context.address = online_payments.gateway_address(
            context.payment,
            get_url(f"/resident/bills?paid={quote(context.payment.name)}"),
            get_url(CALLBACK),
            frappe.get_cached_value("Community", context.payment.community, "community_name"),
        )
    context.go = bool(context.address) and frappe.form_dict.get("go") == "1"
