from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from property_service.fees import online_payments
from property_service.portal import fee_pages, forms
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """My bills: what is open, what makes it up, what was paid."""
    open_page(context, _("My Bills"), "bills")
    context.update(fee_pages.open_bills())
    context.update(fee_pages.paid_bills(cint(frappe.form_dict.get("year")) or None))
    context.can_pay = online_payments.is_on()
    context.money = fee_pages.money_text
    context.back_from = None
    if frappe.form_dict.get("paid"):
        try:
            context.back_from = fee_pages.payment_page(str(frappe.form_dict.paid))
        except frappe.PermissionError as error:
            context.refusal = forms.sentence_of(error)
