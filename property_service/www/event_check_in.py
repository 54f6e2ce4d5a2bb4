"""The phone page at the door of an event: the list of who signed up, by code, name or room."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from markupsafe import Markup

from property_service.community_life import event_reading
from property_service.community_life.event_book import EVENT, REGISTRATION
from property_service.community_life.event_permits import AT_THE_DOOR
from property_service.portal.viewer import dress
from property_service.property_service.page_texts import page_json, texts_of, version_of
from property_service.property_service.scope import has_role

no_cache = 1
sitemap = 0
SCRIPTS = ("js/phone/net.js", "js/events/scan.js", "js/events/door.js")
STATES = ("Registered", "Waiting", "Attended", "No Show")


def get_context(context: Any) -> None:
    """Send guests to the sign-in, tell others than guards, the desk and managers whose page this is; without an event, choose one."""
    if frappe.session.user == "Guest":
        frappe.local.flags.redirect_location = "/login?redirect-to=%2Fevent-check-in"
        raise frappe.Redirect
    dress(context, _("Event Check-in"))
    context.events, context.boot, context.refused = [], "", ""
    if not has_role(*AT_THE_DOOR):
        context.refused = _("Guards, the front desk and managers check residents in here.")
        context.http_status_code = 403
        return
    event, registration = _wanted(context)
    if not event:
        context.events = event_reading.door_events()
        return
    context.scripts = [f"/assets/property_service/{name}?v={version_of(name)}" for name in SCRIPTS]
    boot = page_json(
        {
            "event": event,
            "registration": registration,
            "csrf_token": frappe.sessions.get_csrf_token(),
            "texts": texts_of(*SCRIPTS),
            "states": {state: _(state, context=REGISTRATION) for state in STATES},
        }
    )
    # what could end the script is escaped in it
    context.boot = Markup(boot)  # noqa: S704


def _wanted(context: Any) -> tuple[str, str]:
    """The event that a code or the address names, with the sign-up of a code; "" for none one may see."""
    if frappe.form_dict.get("code"):
        found = event_reading.scanned(str(frappe.form_dict.code))
        if found:
            return found["event"], found["registration"]
        context.refusal = _("This code leads to no sign-up you may check in. Search by name instead.")
        return "", ""
    name = str(frappe.form_dict.get("event") or "")
    community = frappe.db.get_value(EVENT, name, "community") if name else None
    if not community or not event_reading.may_check_in(community):
        if name:
            context.refusal = _("There is no such event in your communities. Choose one of these.")
        return "", ""
    return name, ""
