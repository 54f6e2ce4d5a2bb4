from typing import Any
from urllib.parse import quote

import frappe
from frappe import _

from property_service.portal import decoration_api, decoration_pages, forms
from property_service.portal.viewer import open_page
from property_service.property_service.occupancies import OWNING

no_cache = 1
FIELDS = (
    *("unit", "works", "from_date", "to_date", "site_manager", "site_manager_phone", "contractor_name", "licence_no"),
    *("client_key", "send"),
)


def get_context(context: Any) -> None:
    """Apply for a decoration."""
    viewer = open_page(context, _("Apply for a Decoration"), "home")
    context.sent = dict.fromkeys(FIELDS, "")
    wanted = str(frappe.form_dict.get("unit") or "")
    page = decoration_pages.form_page(viewer, wanted)
    questions = page.get("questions", [])
    told = [frappe.form_dict.get(f"a-{place}") or "" for place in range(len(questions))]
    if forms.is_post():
        answers = {one["text"]: answer for one, answer in zip(questions, told, strict=True) if answer}
        frappe.form_dict.answers = frappe.as_json(answers)
        made = forms.take(context, decoration_api.apply, (*FIELDS, "answers"))
        if made:
            forms.go_to(f"/resident/permit?name={quote(made['name'])}&done=apply")
    context.update(page)
    context.told, context.owning = told, OWNING
    context.key = frappe.generate_hash(length=20)
    # The platform refuses a larger request before any code of ours sees it.
    context.most_megabytes = max(frappe.request.max_content_length // 1024 // 1024, 1)
