"""Forms of the portal that are sent without JavaScript: the page takes its own POST and answers with a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _


def is_post() -> bool:
    """True where the page was sent a form."""
    return frappe.request.method == "POST"


def go_to(path: str) -> None:
    """Answer with a redirect, so that a reload sends nothing twice. `path` is one of ours."""
    # The website's redirect ends the request normally, so what the form changed is committed.
    frappe.local.flags.redirect_location = path
    raise frappe.Redirect


def take(context: Any, call: Callable[..., Any], fields: tuple[str, ...]) -> Any:
    """Call an endpoint with the fields of the form. A refusal is shown on the page, and nothing of it is kept.

    Returns what the endpoint returns, None where it refused; then `context.refusal` holds the sentence.
    """
    sent = {name: frappe.form_dict.get(name) for name in fields if frappe.form_dict.get(name) not in (None, "")}
    try:
        return call.run(sent)
    except (frappe.ValidationError, frappe.PermissionError) as error:
        # The page did nothing before; a savepoint would be gone where the endpoint has begun anew after a deadlock.
        frappe.db.rollback()
        context.refusal = sentence_of(error)
        context.sent = {name: frappe.form_dict.get(name) or "" for name in fields}
        context.http_status_code = getattr(error, "http_status_code", 400)
        return None


def sentence_of(error: Exception) -> str:
    """What to say to the person whose form was refused, as plain text."""
    frappe.clear_messages()
    return frappe.utils.strip_html(str(error)) or _("This could not be done. Please check the form.")
