"""The patrol's part of the monthly report (hook `property_service_month_figures`), from the functions of its reports."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe

from property_service.front_desk.desk_reports import counted, rated
from property_service.patrol.report.finding_rectification import finding_rectification
from property_service.patrol.report.patrol_completion import patrol_completion
from property_service.property_service.rule_error import mark as _


def month_figures(community: str, first_day: date, last_day: date) -> dict[str, Any] | None:
    """Rounds and findings of a month."""
    span = frappe._dict(community=community, from_date=first_day, to_date=last_day)
    rounds = patrol_completion.total_of(patrol_completion.rows_of(span, patrol_completion.ROUTE))
    recorded = rounds["early_count"] + rounds["on_time_count"] + rounds["late_count"]
    found = (finding_rectification.rows_of(span, finding_rectification.COMMUNITY) or [{}])[-1]
    in_time = (found.get("judged") or 0) - (found.get("late") or 0)
    return {
        "key": "patrol",
        "title": _("Patrol"),
        "order": 40,
        "rows": [
            rated(_("Patrol Points Recorded"), recorded, rounds["points_total"]),
            counted(_("Findings"), found.get("found")),
            rated(_("Findings Rectified in Time"), in_time, found.get("judged")),
            counted(_("Findings Overdue"), found.get("overdue")),
        ],
    }
