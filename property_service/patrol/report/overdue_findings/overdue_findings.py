"""The overdue board: what should have been put right by now, the longest overdue first, and who is to do it."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce
from frappe.utils import get_datetime

from property_service.fees.report_parts import (
    communities_of,
    count,
    full_names,
    link,
    of_communities,
    resident_names,
    text,
)
from property_service.patrol.finding_rules import SEVERITIES, TO_FIX
from property_service.patrol.findings import FINDING
from property_service.property_service.report_filters import read_filters
from property_service.property_service.service_clock import site_now

Row = dict[str, Any]
MOST_ROWS = 1000
FIELDS = (
    *("name", "title", "severity", "status", "due_at", "found_at", "building", "place", "responsible_team"),
    *("responsible_resident", "assigned_to", "repeat_count", "notice_level", "repair_request"),
)


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, None, list[dict]]:
    """Columns, rows, no message, no chart, and the summary of the report."""
    rows = rows_of(read_filters(filters))
    return columns(), rows, None, None, summary(rows)


def rows_of(filters: frappe._dict) -> list[Row]:
    """What is overdue, the longest first: one query, and two of names."""
    now = site_now()
    table, unit = frappe.qb.DocType(FINDING), frappe.qb.DocType("Property Unit")
    query = (
        frappe.qb.from_(table)
        .left_join(unit)
        .on(unit.name == table.unit)
        .select(*(table[field] for field in FIELDS), Coalesce(unit.short_label, table.unit).as_("room"))
        .where(table.status.isin(TO_FIX) & (table.due_at < now))
        .orderby(table.due_at)
        .orderby(table.name)
        .limit(MOST_ROWS)
    )
    for field in ("responsible_team", "severity", "assigned_to"):
        if filters.get(field):
            query = query.where(table[field] == filters[field])
    rows = of_communities(query, table, communities_of(filters)).run(as_dict=True)
    people = full_names({row.assigned_to for row in rows if row.assigned_to})
    residents = resident_names({row.responsible_resident for row in rows if row.responsible_resident})
    for row in rows:
        row.where = " ".join(filter(None, (row.room or row.building, row.place)))
        row.who = residents.get(row.responsible_resident) or row.responsible_team or ""
        row.person = people.get(row.assigned_to, "")
        row.hours = int((now - get_datetime(row.due_at)).total_seconds() // 3600)
        row.severity_label = _(row.severity, context=FINDING)
        row.status_label = _(row.status, context=FINDING)
        row.notice = _(row.notice_level, context=FINDING) if row.notice_level else ""
    return rows


def columns() -> list[dict]:
    """The columns."""
    return [
        count("hours", _("Hours Overdue"), 110),
        link("name", _("Inspection Finding"), FINDING, 150),
        text("title", _("What Was Found"), 210),
        text("severity_label", _("Severity"), 90),
        text("where", _("Place"), 170),
        text("who", _("Responsible"), 140),
        text("person", _("Person"), 110),
        text("status_label", _("Status"), 110),
        count("repeat_count", _("Times Found Here"), 120),
        text("notice", _("Notice"), 90),
        link("repair_request", _("Repair Request"), "Repair Request", 140),
    ]


def summary(rows: list[Row]) -> list[dict]:
    """How many, by severity, the gravest first."""
    return [
        {
            "label": _(severity, context=FINDING),
            "value": sum(1 for row in rows if row.severity == severity),
            "datatype": "Int",
            "indicator": {"Critical": "Red", "Serious": "Orange"}.get(severity, "Blue"),
        }
        for severity in reversed(SEVERITIES)
    ]
