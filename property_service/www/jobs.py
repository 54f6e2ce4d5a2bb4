"""The phone page of technicians: one small page, all else by script."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_fullname

from property_service.dispatch import teams
from property_service.property_service.page_texts import page_json, texts_of, version_of, words
from property_service.property_service.scope import has_role
from property_service.property_service.service_clock import site_zone
from property_service.repairs import lifecycle, timeline, work_report
from property_service.repairs.categories import PRIORITIES
from property_service.repairs.roles import LEADER, MANAGER, TECHNICIAN

no_cache = 1
sitemap = 0

SCRIPTS = (
    "js/phone/net.js",
    *(f"js/jobs/{name}.js" for name in ("net", "ui", "lists", "job", "sign", "acts", "finish", "main")),
)
STYLES = ("css/jobs.css", "css/jobs_forms.css")
STATES = (
    *("New", "Accepted", "Quoted", "Dispatched", "Taken", "In Progress", "On Hold", "Completed", "Awaiting Visit"),
    *("Closed", "Reopened", "Referred", "Rejected", "Cancelled"),
)


def get_context(context: Any) -> None:
    """Send guests to the sign-in, tell others than technicians, leaders and managers whose page this is."""
    user = frappe.session.user
    if user == "Guest":
        frappe.local.flags.redirect_location = "/login?redirect-to=%2Fjobs"
        raise frappe.Redirect
    context.no_cache = 1
    context.lang = frappe.local.lang or "en"
    context.styles = [f"/assets/property_service/{name}?v={version_of(name)}" for name in STYLES]
    context.scripts = [f"/assets/property_service/{name}?v={version_of(name)}" for name in SCRIPTS]
    context.refused = not has_role(TECHNICIAN, LEADER, MANAGER)
    context.full_name = get_fullname(user)
    context.boot = page_json({} if context.refused else boot(user))


def boot(user: str) -> dict[str, Any]:
    """What the scripts know from the beginning: who works, the site's clock, the words of the page."""
    now = datetime.now(timezone.utc)
    return {
        "user": user,
        "full_name": get_fullname(user),
        "csrf_token": frappe.sessions.get_csrf_token(),
        "leads": has_role(LEADER, MANAGER),
        "duty": teams.duty_of(user),
        "now": now.isoformat(),
        "zone_minutes": int(now.astimezone(site_zone()).utcoffset().total_seconds() // 60),
        "hold_reasons": list(lifecycle.HOLD_REASONS),
        "reassign_reasons": list(timeline.REASSIGN_REASONS),
        "grades": list(work_report.GRADES),
        "texts": texts_of(*SCRIPTS),
        "words": data_words(),
    }


def data_words() -> dict[str, str]:
    """Words that come with the data, translated: steps, reasons, priorities, and states by the name a repair gives them."""
    found = words(
        *sorted(timeline.FOR_RESIDENT | {timeline.HANDED_BACK, timeline.TRANSFERRED, timeline.PHOTO, timeline.PAYMENT}),
        *(timeline.WARNED, timeline.LATE, timeline.ALARMED, timeline.JOINED, timeline.UNJOINED, timeline.PRIORITY),
        *(timeline.IMPORTED, timeline.VISITED, timeline.STAFF, timeline.RESIDENT, timeline.SYSTEM),
        *lifecycle.HOLD_REASONS,
        *timeline.REASSIGN_REASONS,
        *work_report.GRADES,
        *work_report.CONSENT_BY,
        *PRIORITIES,
        lifecycle.CONSENT_PAUSE,
    )
    for state in (timeline.REPORTED, *STATES):
        if (label := _(state, context="Repair Request")) != state:
            found[state] = label
    return found
