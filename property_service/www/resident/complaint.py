from typing import Any
from urllib.parse import quote

import frappe
from frappe import _

from property_service.portal import complaint_api, complaint_pages, forms
from property_service.portal.viewer import open_page

no_cache = 1


def get_context(context: Any) -> None:
    """One complaint of mine: where it stands, what I was promised and told."""
    viewer = open_page(context, _("Complaints and Suggestions"), "home")
    name = str(frappe.form_dict.get("name") or "")
    context.sent = {}
    if forms.is_post() and frappe.form_dict.get("act") == "withdraw":
        if forms.take(context, complaint_api.withdraw, ("name", "reason")):
            forms.go_to(f"/resident/complaint?name={quote(name)}&done=withdraw")
    try:
        context.missing = ""
        context.update(complaint_pages.complaint_page(viewer, name))
    except frappe.PermissionError as error:
        context.missing, context.http_status_code = forms.sentence_of(error), 403
    context.done = {
        "complain": _("Thank you. We have received it: {0}").format(name),
        "withdraw": _("It has been withdrawn."),
    }.get(frappe.form_dict.get("done"))
