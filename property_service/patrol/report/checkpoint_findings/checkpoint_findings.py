"""Where most is found: checkpoints (or buildings) by weeks, coloured by how much; withdrawn findings are left out."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Count
from frappe.utils import add_days, getdate

from property_service.fees.report_parts import communities_of, count, of_communities, one_of, span, text, today_for
from property_service.patrol.figures import monday, weeks_between
from property_service.patrol.finding_rules import SEVERITIES, WITHDRAWN
from property_service.patrol.findings import FINDING
from property_service.property_service.errors import InputRefused
from property_service.property_service.report_filters import read_filters

Row = dict[str, Any]
CHECKPOINT, BUILDING = GROUPS = ("Checkpoint", "Building")
COLUMNS = {CHECKPOINT: "checkpoint", BUILDING: "building"}
MOST_ROWS, MOST_WEEKS = 50, 26
DAY_OF = CustomFunction("DATE", ["moment"])


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row]]:
    """Columns, one a week, and rows, those with most findings first."""
    filters = read_filters(filters)
    group_by = one_of(filters, "group_by", GROUPS, CHECKPOINT)
    today = today_for(filters)
    first, last = span(filters, add_days(today, -7 * 11), today)
    weeks = weeks_between(first, last)
    if len(weeks) > MOST_WEEKS:
        frappe.throw(_("Please choose a period of at most {0} weeks.").format(MOST_WEEKS), InputRefused)
    rows = rows_of(filters, group_by, first, last)
    week_columns = [{**count(field(week), f"{week:%m-%d}", 75), "is_week": 1} for week in weeks]
    label = _("Checkpoint") if group_by == CHECKPOINT else _("Building")
    return [text("group_name", label, 220), count("total", _("Findings"), 90), *week_columns], rows


def rows_of(filters: frappe._dict, group_by: str, first: Any, last: Any) -> list[Row]:
    """A row per place with its findings by week: one grouped query, and one of names."""
    table = frappe.qb.DocType(FINDING)
    key, day = table[COLUMNS[group_by]], DAY_OF(table.found_at)
    query = (
        frappe.qb.from_(table)
        .select(key, day, Count("*"))
        .where((table.status != WITHDRAWN) & key.notnull())
        .where((table.found_at >= first) & (table.found_at < add_days(last, 1)))
        .groupby(key, day)
        .orderby(key)
        .orderby(day)
    )
    if filters.get("severity"):
        query = query.where(table.severity == one_of(filters, "severity", SEVERITIES, ""))
    rows: dict[str, Row] = {}
    for place, found_on, number in of_communities(query, table, communities_of(filters)).run():
        row = rows.setdefault(place, {"group_key": place, "total": 0})
        week = field(monday(getdate(found_on)))
        row[week] = row.get(week, 0) + int(number)
        row["total"] += int(number)
    worst = sorted(rows.values(), key=lambda row: (-row["total"], row["group_key"]))[:MOST_ROWS]
    names = _names(group_by, [row["group_key"] for row in worst])
    for row in worst:
        row["group_name"] = names.get(row["group_key"]) or row["group_key"]
    return worst


def field(week: Any) -> str:
    """The name of a week's column."""
    return f"w_{week:%Y%m%d}"


def _names(group_by: str, keys: list[str]) -> dict[str, str]:
    column = {CHECKPOINT: "checkpoint_name", BUILDING: "building_name"}[group_by]
    doctype = {CHECKPOINT: "Patrol Checkpoint", BUILDING: "Building"}[group_by]
    rows = frappe.get_all(doctype, {"name": ["in", [*keys, ""]]}, ["name", column], order_by="name asc")
    return {row.name: row[column] for row in rows}
