from typing import Any

import frappe
from frappe import _

from property_service.portal import forms, notice_api, notice_pages
from property_service.portal.viewer import open_page

no_cache = 1
FIELDS = ("name", "helpful", "remark")


def get_context(context: Any) -> None:
    """Questions and answers: search, and one of them with the question whether it helped."""
    viewer = open_page(context, _("Questions and Answers"), "me")
    name = str(frappe.form_dict.get("name") or "")
    if forms.is_post() and forms.take(context, notice_api.judge_answer, FIELDS):
        forms.go_to("/resident/answers?thanks=1")
    if frappe.form_dict.get("thanks"):
        context.done = _("Thank you for telling us.")
    context.update(notice_pages.answer_page(viewer, str(frappe.form_dict.get("q") or ""), name))
