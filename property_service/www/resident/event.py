from typing import Any
from urllib.parse import quote

import frappe
from frappe import _

from property_service.portal import event_api, event_pages, forms
from property_service.portal.viewer import open_page

no_cache = 1
FORMS = {
    "sign_up": (event_api.sign_up, ("event", "persons", "unit", "note")),
    "cancel": (event_api.cancel, ("name",)),
    "feedback": (event_api.feedback, ("name", "stars", "text")),
}


def get_context(context: Any) -> None:
    """One event: what it is, whether I come, how it was."""
    viewer = open_page(context, _("Event", context="Portal"), "home")
    # The form of a sign-up names the sign-up; the page is always that of its event.
    event = str(frappe.form_dict.get("event") or frappe.form_dict.get("name") or "")
    context.sent = {}
    if forms.is_post() and frappe.form_dict.get("act") in FORMS:
        call, fields = FORMS[frappe.form_dict.act]
        if forms.take(context, call, fields):
            forms.go_to(f"/resident/event?name={quote(event)}&done={frappe.form_dict.act}")
    try:
        context.missing = ""
        context.update(event_pages.event_page(viewer, event))
    except frappe.PermissionError as error:
        context.missing, context.http_status_code = forms.sentence_of(error), 403
    context.done = {
        "sign_up": _("You are on the waiting list.") if context.get("line") else _("Thank you. You are signed up."),
        "cancel": _("Your sign-up is cancelled. Thank you for telling us."),
        "feedback": _("Thank you for telling us."),
    }.get(frappe.form_dict.get("done"))
