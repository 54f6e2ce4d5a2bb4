"""Rounds and their points: early, on time, late, missed, by route, person or week. Planned and cancelled rounds are left out."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import add_days, cint, getdate

from property_service.fees.report_parts import (
    communities_of,
    count,
    full_names,
    of_communities,
    one_of,
    only_total,
    span,
    text,
    today_for,
)
from property_service.fees.report_parts import rate as percents
from property_service.patrol.assessments import JUDGED_TASKS
from property_service.patrol.figures import monday, share
from property_service.property_service.report_filters import read_filters

Row = dict[str, Any]
ROUTE, PERSON, WEEK = GROUPS = ("Route", "Person", "Week")
COLUMNS = {ROUTE: "route", PERSON: "assigned_to", WEEK: "task_date"}
SUMS = ("points_total", "early_count", "on_time_count", "late_count", "missed_count", "finding_count")


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, dict | None, list[dict]]:
    """Columns, rows (the last one the total), no message, the chart and the summary of the report."""
    filters = read_filters(filters)
    group_by = one_of(filters, "group_by", GROUPS, ROUTE)
    rows = rows_of(filters, group_by)
    total = total_of(rows)
    shown = only_total([*rows, total] if rows else [], filters)
    return columns(group_by), shown, None, chart(rows), summary(total) if rows else []


def rows_of(filters: frappe._dict, group_by: str) -> list[Row]:
    """A row per route, person or week: one grouped query, and one of names. Completion = points recorded ÷ points."""
    today = today_for(filters)
    first, last = span(filters, add_days(today, -29), today)
    table = frappe.qb.DocType("Patrol Task")
    key = table[COLUMNS[group_by]]
    query = (
        frappe.qb.from_(table)
        .select(key.as_("group_key"), Count("*").as_("rounds"))
        .select(*(Sum(Coalesce(table[name], 0)).as_(name) for name in SUMS))
        .where(table.status.isin(JUDGED_TASKS))
        .where((table.task_date >= first) & (table.task_date <= last))
        .groupby(key)
        .orderby(key)
    )
    for name in ("route", "assigned_to"):
        if filters.get(name):
            query = query.where(table[name] == filters[name])
    found = of_communities(query, table, communities_of(filters)).run(as_dict=True)
    merged: dict[Any, Row] = {}
    for row in found:
        key_of = monday(getdate(row.group_key)) if group_by == WEEK else row.group_key or ""
        into = merged.setdefault(key_of, {"group_key": key_of, "rounds": 0, **dict.fromkeys(SUMS, 0)})
        for name in ("rounds", *SUMS):
            into[name] += cint(row[name])
    names = _names(group_by, list(merged))
    for key_of, row in merged.items():
        row["group_name"] = names.get(key_of, str(key_of)) or _("None")
        row["group_key"] = str(key_of)
        _add_rates(row)
    if group_by == WEEK:
        return [merged[key_of] for key_of in sorted(merged)]
    return sorted(merged.values(), key=lambda row: (row["completion"] or 0, row["group_name"]))


def total_of(rows: list[Row]) -> Row:
    """The sum of the rows, with the rates of all."""
    total: Row = {"group_name": _("Total"), "is_total": 1}
    total |= {name: sum(row[name] for row in rows) for name in ("rounds", *SUMS)}
    return _add_rates(total)


def _add_rates(row: Row) -> Row:
    recorded = row["early_count"] + row["on_time_count"] + row["late_count"]
    row["completion"] = share(recorded, row["points_total"])
    row["punctual"] = share(row["on_time_count"], row["points_total"])
    return row


def _names(group_by: str, keys: list[Any]) -> dict[Any, str]:
    if group_by == PERSON:
        return full_names(keys)
    if group_by == WEEK:
        return {key: week_label(key) for key in keys}
    rows = frappe.get_all("Patrol Route", {"name": ["in", [*keys, ""]]}, ["name", "route_name"], order_by="name asc")
    return {row.name: row.route_name for row in rows}


def week_label(first: date) -> str:
    """A week as people read it: its first and last day."""
    return f"{first:%m-%d} – {add_days(first, 6):%m-%d}"


def columns(group_by: str) -> list[dict]:
    """The columns, numerators and denominator beside the rates."""
    labels = {ROUTE: _("Patrol Route"), PERSON: _("Patroller"), WEEK: _("Week")}
    return [
        text("group_name", labels[group_by], 200),
        count("rounds", _("Rounds"), 90),
        count("points_total", _("Checkpoints"), 90),
        count("early_count", _("Early", context="Patrol Record"), 85),
        count("on_time_count", _("On Time", context="Patrol Record"), 95),
        count("late_count", _("Late", context="Patrol Record"), 85),
        count("missed_count", _("Missed", context="Patrol Record"), 90),
        percents("completion", _("Recorded / Points"), 140),
        percents("punctual", _("On Time / Points"), 140),
        count("finding_count", _("Findings"), 95),
    ]


def chart(rows: list[Row]) -> dict | None:
    """Completion of each row as bars."""
    if not rows:
        return None
    return {
        "data": {
            "labels": [row["group_name"] for row in rows][:20],
            "datasets": [{"name": _("Recorded / Points"), "values": [row["completion"] or 0 for row in rows][:20]}],
        },
        "type": "bar",
        "height": 160,
        "colors": ["#2563EB"],
    }


def summary(total: Row) -> list[dict]:
    """What the whole span comes to."""
    recorded = total["early_count"] + total["on_time_count"] + total["late_count"]
    told = _("{0} of {1}", context="Share").format(recorded, total["points_total"])
    rate = "–" if total["completion"] is None else f"{total['completion']:.2f} %"
    return [
        {"label": _("Points Recorded"), "value": f"{rate} ({told})", "datatype": "Data", "indicator": "Blue"},
        {
            "label": _("Missed", context="Patrol Record"),
            "value": total["missed_count"],
            "datatype": "Int",
            "indicator": "Red",
        },
    ]
