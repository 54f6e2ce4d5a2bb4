"""Findings and assessments for the attacks: who may do what with them, one of each "here", arguments of their endpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe.utils import add_months, get_first_day, now_datetime, today

from property_service.patrol import findings
from property_service.patrol.findings import FindingOrder
from property_service.tests import factories as make
from tests.portal.world import World

EXPECTED: dict[str, dict[str, str]] = {
    "Contractor Assessment": {"desk": "r", "leader": "r", "manager": "rwc"},
    "Inspection Finding": {
        "desk": "rwc",
        "technician": "r",
        "leader": "rwc",
        "patroller": "rwc",
        "guard": "r",
        "manager": "rwc",
    },
}
FINDING, ASSESSMENT = {"name": "{finding}"}, {"name": "{assessment}"}
# Endpoint (path without the app's name) → arguments of a real call; words in braces are filled in from `make_words`.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "patrol.api.raise_finding": {"title": "Walk", "unit": "{room}", "severity": "Minor"},
    "patrol.api.fix": {**FINDING, "note": "Walk"},
    "patrol.api.recheck": {"name": "{finding_fixed}", "passed": 1},
    "patrol.api.withdraw": {**FINDING, "because": "Walk"},
    "patrol.api.make_repair_request": {**FINDING, "category": "{category}"},
    "patrol.api.deduct": {**FINDING, "deposit": "{deposit}", "amount": "1.00", "reason": "Walk"},
    "patrol.api.make_notice": {**FINDING, "level": "Notice"},
    "patrol.api.finding_facts": FINDING,
    "patrol.api.measure_assessment": ASSESSMENT,
    "patrol.api.confirm_assessment": ASSESSMENT,
    "patrol.report_api.findings_per_week": {},
    "patrol.report_api.open_by_severity": {},
    "patrol.report_api.completion_per_week": {},
}
OWN_FIGURES = ((200,), "the figures of his own communities")
# Endpoint → (other answers staff of elsewhere may get, why).
OTHER_ANSWERS: dict[str, tuple[tuple[int, ...], str]] = {
    "patrol.report_api.findings_per_week": OWN_FIGURES,
    "patrol.report_api.open_by_severity": OWN_FIGURES,
    "patrol.report_api.completion_per_week": OWN_FIGURES,
}


def documents(here: Any, unit: Any, team: str, stored: Callable[..., str]) -> dict[str, str]:
    """DocType → name of a document of the community; without rows of child tables, which would outlive the community."""
    return {
        "Contractor Assessment": stored(
            "Contractor Assessment",
            community=here.name,
            contractor=team,
            month=get_first_day(add_months(today(), -1)),
            status="Draft",
            assessment_key=make.unique("month "),
        ),
        "Inspection Finding": stored(
            "Inspection Finding",
            community=here.name,
            unit=unit.name,
            title="Fire door blocked",
            severity="Normal",
            status="Fixed",
            found_at=now_datetime(),
            found_by="Administrator",
            fixed_at=now_datetime(),
            fixed_by="Administrator",
            due_at=now_datetime(),
            source="Desk",
        ),
    }


def make_words(world: World, team: str) -> dict[str, str]:
    """Make what the arguments name, in the community "here"; returns word → name. Goes with the world's community."""
    here, room = world.homes["here"], world.rooms["room"]
    order = {"community": here, "title": "Lamp out", "unit": room, "severity": "Minor"}
    owned = findings.raise_finding(
        FindingOrder(**order, responsible_resident=world.residents["owner"]), "Administrator"
    )
    fixed = findings.raise_finding(FindingOrder(**order, fixed_note="New lamp"), "Administrator")
    assessment = frappe.get_doc(
        {
            "doctype": "Contractor Assessment",
            "name": frappe.generate_hash(length=10),
            "community": here,
            "contractor": team,
            "month": get_first_day(add_months(today(), -1)),
            "status": "Draft",
            "assessment_key": make.unique("month "),
        }
    )
    assessment.flags.name_set = True
    assessment.db_insert()
    return {"finding": owned.name, "finding_fixed": fixed.name, "assessment": assessment.name}
