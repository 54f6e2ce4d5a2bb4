import json
from typing import Any

import frappe
from frappe import _

from property_service.fees import online_payments
from property_service.portal import fee_api, fee_pages, forms
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """The bills I have chosen, together with late fees, before I go on to the gateway."""
    open_page(context, _("Pay", context="Portal"), "bills")
    if forms.is_post():
        begun = forms.take(context, fee_api.pay, ("bills", "amount", "client_key"))
        if begun:
            forms.go_to(f"/resident/payment?name={begun['payment']}&go=1")
        chosen = _names(frappe.form_dict.get("bills"))
    else:
        chosen = frappe.request.args.getlist("bill")[: fee_api.MOST_BILLS]
    context.update(fee_pages.open_bills(chosen))
    context.money = fee_pages.money_text
    context.can_pay = online_payments.is_on()
    context.bills = [
        bill for community in context.communities for place in community["places"] for bill in place["bills"]
    ]
    context.chosen = json.dumps([bill.name for bill in context.bills])
    context.client_key = frappe.generate_hash(length=20)


def _names(sent: Any) -> list[str]:
    try:
        found = json.loads(sent or "[]")
    except ValueError:
        return []
    return [name for name in found if isinstance(name, str)] if isinstance(found, list) else []
