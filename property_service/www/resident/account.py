from typing import Any

import frappe
from frappe import _

from property_service.portal import account_api, accounts, forms, sign_in
from property_service.portal.viewer import open_page

no_cache = 1
FORMS = {
    "language": (account_api.set_language, ("language",)),
    "password": (account_api.set_password, ("password", "current")),
    "greetings": (account_api.set_greetings, ("welcome",)),
    "sign_out": (account_api.sign_out, ()),
}


def get_context(context: Any) -> None:
    """Language, password, sign out."""
    open_page(context, _("Account", context="Portal"), "me")
    act = frappe.form_dict.get("act")
    if forms.is_post() and act in FORMS:
        call, fields = FORMS[act]
        if forms.take(context, call, fields):
            forms.go_to("/resident/sign-in" if act == "sign_out" else f"/resident/account?done={act}")
    context.has_password = accounts.has_password(frappe.session.user)
    context.asks_current = context.has_password and not sign_in.came_by_code()
    context.greetings = account_api.greetings_welcome()
    context.done = {
        "language": _("Pages and messages will be in this language from now on."),
        "greetings": _("Your choice about greetings has been saved."),
        "password": _("Your password has been set. Other devices have been signed out."),
    }.get(frappe.form_dict.get("done"))
