from typing import Any
from urllib.parse import quote

import frappe
from frappe import _

from property_service.portal import api, forms, repair_pages
from property_service.portal.viewer import open_page

no_cache = 1
FORMS = {
    "urge": (api.urge, ("name",)),
    "cancel": (api.cancel, ("name", "reason")),
    "rate": (api.rate, ("name", "stars", "text", "speed", "manner")),
    "send_back": (api.send_back, ("name", "reason")),
    "answer_quote": (api.answer_quote, ("name", "agreed", "amount", "note")),
}


def get_context(context: Any) -> None:
    """One repair: where it stands, what I may do."""
    viewer = open_page(context, _("Repair", context="Portal"), "repairs")
    name = str(frappe.form_dict.get("name") or "")
    context.sent = {}
    if forms.is_post() and frappe.form_dict.get("act") in FORMS:
        call, fields = FORMS[frappe.form_dict.act]
        if forms.take(context, call, fields):
            forms.go_to(f"/resident/repair?name={quote(name)}&done={frappe.form_dict.act}")
    try:
        context.missing = ""
        context.update(repair_pages.repair_page(viewer, name))
    except frappe.PermissionError as error:
        context.missing, context.http_status_code = forms.sentence_of(error), 403
    context.thanks = frappe.form_dict.get("thanks")
    context.done = {
        "urge": _("We have told the team. Thank you for your patience."),
        "cancel": _("Your request has been withdrawn."),
        "rate": _("Thank you for telling us."),
        "send_back": _("The repair has been reopened. We will come back."),
        "answer_quote": _("Thank you. We have your answer."),
    }.get(frappe.form_dict.get("done"))
