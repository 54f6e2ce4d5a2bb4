"""Pages for those who are not signed in yet: their language, where they go on to, and what a scanned code leads to."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

import frappe

from property_service.community_life.codes import KIND as EVENT_KIND
from property_service.community_life.event_book import REGISTRATION
from property_service.portal import forms
from property_service.portal.access import is_portal_user
from property_service.portal.account_api import LANGUAGES
from property_service.portal.viewer import dress
from property_service.property_service import access_codes

HOME = "/resident"
# Codes that say nothing to anybody but the staff their own room leads on, not even that they are real.
STAFF_KINDS = ("Door Permit", "Worker Pass")
# Addresses of ours one may be sent on to after signing in.
ONWARD = ("/resident", "/q/")


def open_guest_page(context: Any, title: str) -> None:
    """Prepare a page for somebody without a session. Residents who have one go on at once."""
    dress(context, title)
    context.sent = {}
    chosen = frappe.form_dict.get("_lang")
    if chosen in LANGUAGES:
        frappe.local.cookie_manager.set_cookie("preferred_language", chosen)
    context.onward = onward()
    user = frappe.session.user
    if user != "Guest" and is_portal_user(user) and not forms.is_post():
        forms.go_to(context.onward)


def onward() -> str:
    """Where to go after signing in: a page of ours that was asked for, else home."""
    wanted = str(frappe.form_dict.get("next") or "")
    path = urlsplit(wanted).path
    ours = any(path == start.rstrip("/") or path.startswith(start.rstrip("/") + "/") for start in ONWARD)
    # A browser reads \ as / and drops control characters: //elsewhere in disguise.
    plain = wanted.startswith("/") and not wanted.startswith("//") and wanted.isprintable() and "\\" not in wanted
    return wanted if ours and plain and len(wanted) < 500 else HOME


def lead_on(token: str) -> str | None:
    """Where the scanner of a code belongs, None for a code that leads nowhere (any more)."""
    code = access_codes.find(token)
    return access_codes.target(code, frappe.session.user) if code else None


def resident_target(code: frappe._dict) -> str:
    """The page of the portal that a code leads a resident to; which documents he may see there is judged by the page."""
    if code.kind == EVENT_KIND:
        event = code.reference_name
        if code.reference_doctype == REGISTRATION:
            event = frappe.db.get_value(REGISTRATION, event, "event") or ""
        return f"/resident/event?name={quote(event)}"
    return f"/resident/repair?name={quote(code.reference_name)}" if code.kind == "Repair Request" else HOME


def code_target(code: frappe._dict, user: str) -> str | None:
    """Hook `property_service_code_target`: residents to their pages, staff to the form or the jobs page."""
    if code.kind in STAFF_KINDS:
        return None
    if code.kind == "Resident Join":
        # The token is the secret of the page it leads to, which stands in the address that was scanned anyway.
        return f"/resident/join?t={quote(str(frappe.form_dict.get('token') or ''))}"
    if user == "Guest":
        return f"/resident/sign-in?next={quote(frappe.request.path)}"
    if is_portal_user(user):
        return resident_target(code)
    if code.kind == EVENT_KIND:  # the staff at the door have been led to their page already
        return None
    if code.kind == "Repair Request" and "Property Technician" in frappe.get_roles(user):
        return f"/jobs?name={quote(code.reference_name)}"
    return frappe.utils.get_url_to_form(code.reference_doctype, code.reference_name)
