from typing import Any
from urllib.parse import quote

import frappe
from frappe import _

from property_service.portal import decoration_api, decoration_pages, forms
from property_service.portal.viewer import open_page

no_cache = 1
FORMS = {
    "supply": (decoration_api.supply, ("name", "document_name")),
    "send": (decoration_api.send, ("name",)),
    "withdraw": (decoration_api.withdraw, ("name", "reason")),
    "ask_acceptance": (decoration_api.ask_acceptance, ("name",)),
    "ask_extension": (decoration_api.ask_extension, ("name", "until", "reason")),
}


def get_context(context: Any) -> None:
    """One decoration: where it stands, what I have to do."""
    viewer = open_page(context, _("Decoration", context="Portal"), "home")
    name = str(frappe.form_dict.get("name") or "")
    context.sent = {}
    if forms.is_post() and frappe.form_dict.get("act") in FORMS:
        call, fields = FORMS[frappe.form_dict.act]
        if forms.take(context, call, fields):
            forms.go_to(f"/resident/permit?name={quote(name)}&done={frappe.form_dict.act}")
    try:
        context.missing = ""
        context.update(decoration_pages.permit_page(viewer, name))
    except frappe.PermissionError as error:
        context.missing, context.http_status_code = forms.sentence_of(error), 403
    context.done = {
        "apply": _("Thank you. We have received it: {0}").format(name),
        "supply": _("Thank you. We have the document."),
        "send": _("Thank you. We will look at your application."),
        "withdraw": _("Your application has been withdrawn."),
        "ask_acceptance": _("Thank you. We will agree on a time with you."),
        "ask_extension": _("Thank you. The manager will decide about the days you asked for."),
    }.get(frappe.form_dict.get("done"))
