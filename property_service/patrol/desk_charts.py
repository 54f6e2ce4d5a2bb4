"""What the workspace of the patrol draws: findings week by week, open ones by severity, and how complete the rounds were."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import add_days, getdate

from property_service.fees.report_parts import communities_of, of_communities, today_for
from property_service.patrol.figures import monday, weeks_between
from property_service.patrol.finding_rules import CLOSED, FIXED, SEVERITIES, TO_FIX, WITHDRAWN
from property_service.patrol.findings import FINDING
from property_service.patrol.report.checkpoint_findings.checkpoint_findings import DAY_OF
from property_service.patrol.report.patrol_completion.patrol_completion import WEEK, rows_of

WEEKS = 12


def findings_per_week() -> dict[str, Any]:
    """Findings raised and closed in each of the last weeks, as the framework's chart draws it."""
    today = today_for({})
    weeks = weeks_between(add_days(today, -7 * (WEEKS - 1)), today)
    table = frappe.qb.DocType(FINDING)
    series = []
    for label, moment, kept in (
        (_("Findings"), table.found_at, table.status != WITHDRAWN),
        (_("Closed", context=FINDING), table.closed_at, table.status == CLOSED),
    ):
        day = DAY_OF(moment)
        query = (
            frappe.qb.from_(table).select(day, Count("*")).where(kept & (moment >= weeks[0])).groupby(day).orderby(day)
        )
        counts = dict.fromkeys(weeks, 0)
        for found_on, number in of_communities(query, table, communities_of({})).run():
            if (week := monday(getdate(found_on))) in counts:
                counts[week] += int(number)
        series.append({"name": label, "values": list(counts.values())})
    return {"labels": [f"{week:%m-%d}" for week in weeks], "datasets": series}


def open_by_severity() -> dict[str, Any]:
    """Findings that are not settled, by severity, the gravest first; nothing where there are none."""
    table = frappe.qb.DocType(FINDING)
    query = (
        frappe.qb.from_(table)
        .select(table.severity, Count("*"))
        .where(table.status.isin((*TO_FIX, FIXED)))
        .groupby(table.severity)
        .orderby(table.severity)
    )
    found = dict(of_communities(query, table, communities_of({})).run())
    if not found:
        return {}
    order = tuple(reversed(SEVERITIES))
    return {
        "labels": [_(severity, context=FINDING) for severity in order],
        "datasets": [{"name": _("Open Findings"), "values": [int(found.get(severity, 0)) for severity in order]}],
    }


def completion_per_week() -> dict[str, Any]:
    """Points recorded of all points, per cent, in each of the last weeks; weeks without rounds stand at 0."""
    today = today_for({})
    weeks = weeks_between(add_days(today, -7 * (WEEKS - 1)), today)
    span = frappe._dict(from_date=weeks[0], to_date=today)
    rates = {row["group_key"]: row["completion"] or 0 for row in rows_of(span, WEEK)}
    return {
        "labels": [f"{week:%m-%d}" for week in weeks],
        "datasets": [{"name": _("Recorded / Points"), "values": [rates.get(str(week), 0) for week in weeks]}],
    }
