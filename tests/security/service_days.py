"""Handovers, checks, emergencies and monthly reports for the attacks: who may do what with them, one of each "here", arguments of endpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe.utils import add_months, get_first_day, now_datetime, today

from property_service.tests import factories as make
from tests.portal.world import World

READ_ANYWHERE = {"desk": "r", "far_desk": "r", "manager": "rwc", "far_manager": "rwc"}
EXPECTED: dict[str, dict[str, str]] = {
    "Emergency Log": {"desk": "rwc", "leader": "rwc", "guard": "rc", "patroller": "rc", "manager": "rwc"},
    "Monthly Service Report": {"desk": "r", "manager": "rwc"},
    # The one "here" is of the manager of elsewhere and not told yet.
    "Service Quality Check": {"manager": "rw"},
    "Service Scorecard": READ_ANYWHERE,
    "Shift Handover": {"desk": "rwc", "leader": "r", "cashier": "r", "manager": "rwc"},
}
HANDOVER, CHECK, EMERGENCY, MONTH = (
    {"name": "{handover}"},
    {"name": "{quality_check}"},
    {"name": "{emergency}"},
    {"name": "{month_report}"},
)
# Endpoint (path without the app's name) → arguments of a real call; words in braces are filled in from `make_words`.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "front_desk.handover_api.begin": {"community": "{community}", "shift": "Morning"},
    "front_desk.handover_api.fill_anew": HANDOVER,
    "front_desk.handover_api.hand_over": HANDOVER,
    "front_desk.handover_api.receive": HANDOVER,
    "front_desk.handover_api.dispute": {**HANDOVER, "remark": "Walk"},
    "front_desk.handover_api.acts": HANDOVER,
    "front_desk.emergency_api.add_entry": {**EMERGENCY, "what": "Walk"},
    "front_desk.emergency_api.close": {**EMERGENCY, "what": "Walk"},
    "front_desk.emergency_api.raise_from_incident": {"incident": "{incident}", "kind": "Fire"},
    "front_desk.emergency_api.acts": EMERGENCY,
    "front_desk.quality_api.draw": {"community": "{community}"},
    "front_desk.quality_api.score": {**CHECK, "points": "[1]"},
    "front_desk.quality_api.tell": CHECK,
    "front_desk.quality_api.remark": {**CHECK, "words": "Walk"},
    "front_desk.quality_api.acts": CHECK,
    "front_desk.monthly_api.figures": MONTH,
    "front_desk.monthly_api.take_again": MONTH,
    "front_desk.monthly_api.finalise": MONTH,
    "front_desk.report_api.contacts_per_day": {},
}
# Endpoint → (other answers staff of elsewhere may get, why).
OTHER_ANSWERS: dict[str, tuple[tuple[int, ...], str]] = {
    "front_desk.report_api.contacts_per_day": ((200,), "the figures of his own communities"),
}


def _rows(community: str) -> dict[str, dict[str, Any]]:
    """DocType → values of one document of a community."""
    last_month = get_first_day(add_months(today(), -1))
    return {
        "Emergency Log": {
            "community": community,
            "title": "Smoke",
            "kind": "Fire",
            "status": "Open",
            "happened_at": now_datetime(),
        },
        "Monthly Service Report": {
            "community": community,
            "month": last_month,
            "status": "Draft",
            "figures": "[]",
            "month_key": make.unique("month "),
        },
        "Service Quality Check": {
            "community": community,
            "month": last_month,
            "person": "Administrator",
            "status": "Drawn",
            "draw_key": make.unique("draw "),
        },
        "Shift Handover": {
            "community": community,
            "shift": "Morning",
            "shift_date": today(),
            "status": "Handed Over",
            "handed_by": "Administrator",
        },
    }


def documents(here: Any, stored: Callable[..., str]) -> dict[str, str]:
    """DocType → name of a document of the community; without rows of child tables, which would outlive the community."""
    found = {doctype: stored(doctype, **values) for doctype, values in _rows(here.name).items()}
    card = stored("Service Scorecard", scorecard_name=make.unique("Card "), enabled=0, pass_percent=80)
    return {**found, "Service Scorecard": card}


def make_words(world: World) -> dict[str, str]:
    """Make what the arguments name, in the community "here"; returns word → name. Goes with the world's community."""
    words = {
        "Emergency Log": "emergency",
        "Monthly Service Report": "month_report",
        "Service Quality Check": "quality_check",
        "Shift Handover": "handover",
    }
    found = {}
    for doctype, values in _rows(world.homes["here"]).items():
        doc = frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=10), **values})
        doc.flags.name_set = True
        doc.db_insert()
        found[words[doctype]] = doc.name
    return found
