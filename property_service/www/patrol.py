"""The phone page of patrollers. What it is made of is nobody's in particular, so that a phone may keep it; the rest is asked for."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import get_fullname

from property_service.patrol.finding_rules import SEVERITIES
from property_service.patrol.patrollers import LEADING, PATROLLER
from property_service.property_service.page_texts import page_json, texts_of, version_of

no_cache = 1
sitemap = 0

SCRIPTS = (
    "js/phone/net.js",
    "js/patrol/net.js",
    "js/jobs/ui.js",
    *(f"js/patrol/{name}.js" for name in ("store", "queue", "scan", "lists", "point", "main")),
)
STYLES = ("css/jobs.css", "css/jobs_forms.css", "css/patrol.css")
RESULTS = ("Early", "On Time", "Late", "Missed")
STATES = ("Planned", "In Progress", "Completed", "Incomplete", "Missed")


def get_context(context: Any) -> None:
    """Send guests to the sign-in, tell others than patrollers, leaders and managers whose page this is."""
    if frappe.session.user == "Guest":
        frappe.local.flags.redirect_location = "/login?redirect-to=%2Fpatrol"
        raise frappe.Redirect
    context.no_cache = 1
    context.lang = frappe.local.lang or "en"
    context.styles = [f"/assets/property_service/{name}?v={version_of(name)}" for name in STYLES]
    context.scripts = [f"/assets/property_service/{name}?v={version_of(name)}" for name in SCRIPTS]
    context.refused = not {PATROLLER, *LEADING} & set(frappe.get_roles())
    if context.refused:
        # so that no phone keeps it as the page
        context.http_status_code = 403
    context.full_name = get_fullname(frappe.session.user)
    context.shell = page_json({"texts": texts_of(*SCRIPTS), "words": data_words(), "severities": list(SEVERITIES)})


def data_words() -> dict[str, str]:
    """Words that come with the data, translated by the names a round, a record and a finding give them."""
    found = {}
    for context, words in (
        ("Patrol Task", STATES),
        ("Patrol Record", RESULTS),
        ("Inspection Finding", SEVERITIES),
    ):
        found.update({f"{context}:{word}": _(word, context=context) for word in words})
    return found
