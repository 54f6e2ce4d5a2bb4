"""What the settings say of findings and rounds; never entered stands for the usual figures."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
from frappe.model.document import Document

from property_service.patrol.finding_rules import SEVERITIES, USUAL_REPEAT_DAYS, minutes_of
from property_service.property_service.errors import rules_speak

USUAL_PACE = 150
"""Metres a minute; nobody patrols at more than 9 km/h."""


def minutes() -> dict[str, int]:
    """Return severity → minutes until a finding is due."""
    settings = _settings()
    return minutes_of({level: settings.get(f"finding_{level.lower()}_minutes") for level in SEVERITIES})


def repeat_since(moment: datetime) -> datetime:
    """Return from when on earlier findings at a place count as repeats of one found at `moment`."""
    return moment - timedelta(days=int(_settings().finding_repeat_days or USUAL_REPEAT_DAYS))


def fastest_pace() -> int:
    """Return the pace, in metres a minute, above which nobody can have walked between two points."""
    return int(_settings().patrol_fastest_pace or USUAL_PACE)


def check_settings(settings: Document, method: str | None = None) -> None:
    """Document event of the settings: refuse times that do not fall with the severity."""
    with rules_speak():
        minutes_of({level: settings.get(f"finding_{level.lower()}_minutes") for level in SEVERITIES})


def _settings() -> frappe._dict:
    return frappe.get_cached_doc("Property Service Settings")
