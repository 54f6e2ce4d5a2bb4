from typing import Any

import frappe
from frappe import _

from property_service.portal import account_api, forms
from property_service.portal.guest_pages import open_guest_page
from property_service.property_service.messages import sms_is_set_up

no_cache = 1
FORMS = {
    "password": (account_api.sign_in_by_password, ("phone", "password")),
    "send": (account_api.send_code, ("phone",)),
    "code": (account_api.sign_in_by_code, ("phone", "code")),
    "choose": (account_api.choose_person, ("key", "resident")),
}


def get_context(context: Any) -> None:
    """Sign in by phone: with a password, with a code; choose a name where several share the number."""
    open_guest_page(context, _("Sign In"))
    act = frappe.form_dict.get("act")
    context.by_sms = sms_is_set_up()
    context.way = frappe.form_dict.get("with") or ("code" if context.by_sms else "password")
    # Whether a code is to be sent first, or is there already.
    context.has_code = not context.by_sms or bool(frappe.form_dict.get("have"))
    if forms.is_post() and act in FORMS:
        call, fields = FORMS[act]
        result = forms.take(context, call, fields)
        context.way = "password" if act == "password" else "code"
        context.has_code = context.has_code or act == "code" or (act == "send" and bool(result))
        if act == "send" and result:
            context.sent = {"phone": frappe.form_dict.get("phone") or ""}
            context.done = _(
                "If this number is registered with us, a code is on its way. It is valid for a few minutes."
            )
        elif result and result["signed_in"]:
            forms.go_to(context.onward)
        elif result:
            context.update({"people": result["people"], "key": result["key"]})
