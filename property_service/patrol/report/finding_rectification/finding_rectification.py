"""How findings are put right: days to fix, overdue, late, failed rechecks and repeats, by team, severity, source or community."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import add_days, cint, flt

from property_service.fees.report_parts import communities_of, count, of_communities, one_of, span, text, today_for
from property_service.fees.report_parts import rate as percents
from property_service.patrol.figures import share
from property_service.patrol.finding_figures import judged, late, overdue
from property_service.patrol.finding_rules import CLOSED, FIXED, SEVERITIES, TO_FIX, WITHDRAWN
from property_service.patrol.findings import FINDING
from property_service.property_service.report_filters import read_filters

Row = dict[str, Any]
TEAM, SEVERITY, SOURCE, COMMUNITY = GROUPS = ("Team", "Severity", "Source", "Community")
COLUMNS = {TEAM: "responsible_team", SEVERITY: "severity", SOURCE: "source", COMMUNITY: "community"}
COUNTS = (
    "found",
    "to_fix",
    "to_recheck",
    "closed",
    "overdue",
    "late",
    "judged",
    "failed",
    "repeats",
    "on_spot",
    "fixed",
)


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, dict | None, list[dict]]:
    """Columns, rows (the last one the total), no message, the chart and the summary of the report."""
    filters = read_filters(filters)
    group_by = one_of(filters, "group_by", GROUPS, TEAM)
    rows = rows_of(filters, group_by)
    return columns(group_by), rows, None, chart(rows[:-1]) if rows else None, summary(rows[-1]) if rows else []


def rows_of(filters: frappe._dict, group_by: str) -> list[Row]:
    """A row per group and the total last, of what was found in the span: one grouped query."""
    today = today_for(filters)
    first, last = span(filters, add_days(today, -89), today)
    table = frappe.qb.DocType(FINDING)
    key = Coalesce(table[COLUMNS[group_by]], "")

    def times(condition: Any) -> Any:
        return Sum(Case().when(condition, 1).else_(0))

    query = (
        frappe.qb.from_(table)
        .select(key.as_("group_key"), Count("*").as_("found"))
        .select(Sum(Coalesce(table.days_to_fix, 0)).as_("days"), times(table.fixed_at.notnull()).as_("fixed"))
        .select(times(table.status.isin(TO_FIX)).as_("to_fix"), times(table.status == FIXED).as_("to_recheck"))
        .select(times(table.status == CLOSED).as_("closed"), times(table.repeat_count > 1).as_("repeats"))
        .select(Sum(overdue(table)).as_("overdue"), Sum(late(table)).as_("late"), Sum(judged(table)).as_("judged"))
        .select(Sum(Coalesce(table.failed_count, 0)).as_("failed"), Sum(table.fixed_on_spot).as_("on_spot"))
        .where(table.status != WITHDRAWN)
        .where((table.found_at >= first) & (table.found_at < add_days(last, 1)))
        .groupby(key)
        .orderby(key)
    )
    if filters.get("responsible_team"):
        query = query.where(table.responsible_team == filters.responsible_team)
    found = of_communities(query, table, communities_of(filters)).run(as_dict=True)
    if not found:
        return []
    rows = [
        {"group_key": row.group_key, **{name: cint(row[name]) for name in COUNTS}, "days": flt(row.days)}
        for row in found
    ]
    total = {"is_total": 1, **{name: sum(row[name] for row in rows) for name in (*COUNTS, "days")}}
    for row in rows:
        row["group_name"] = _label(group_by, row["group_key"])
    total["group_name"] = _("Total")
    for row in (*rows, total):
        # Findings that were not put right have no days; the mean is of the others.
        row["mean_days"] = round(row["days"] / row["fixed"], 1) if row["fixed"] else None
        row["in_time"] = share(row["judged"] - row["late"], row["judged"])
    if group_by == SEVERITY:
        rows.sort(key=lambda row: -SEVERITIES.index(row["group_key"]))
    else:
        rows.sort(key=lambda row: (-row["overdue"], -row["found"], row["group_name"]))
    return [*rows, total]


def _label(group_by: str, key: str) -> str:
    if group_by in (SEVERITY, SOURCE):
        return _(key, context=FINDING) if key else _("None")
    if group_by == COMMUNITY:
        return frappe.get_cached_value("Community", key, "community_name") or key
    return key or _("No Team")


def columns(group_by: str) -> list[dict]:
    """The columns, numerators and denominators beside the rate."""
    labels = {TEAM: _("Team"), SEVERITY: _("Severity"), SOURCE: _("Found On"), COMMUNITY: _("Community")}
    return [
        text("group_name", labels[group_by], 170),
        count("found", _("Findings"), 85),
        count("to_fix", _("To Be Rectified"), 105),
        count("overdue", _("Overdue"), 85),
        count("to_recheck", _("To Recheck"), 95),
        count("closed", _("Closed", context=FINDING), 95),
        count("judged", _("Judged"), 80),
        count("late", _("Late Ones"), 85),
        percents("in_time", _("In Time / Judged"), 125),
        {"fieldname": "mean_days", "label": _("Days to Fix"), "fieldtype": "Float", "precision": "1", "width": 100},
        count("failed", _("Failed Rechecks"), 115),
        count("repeats", _("Found Again"), 105),
        count("on_spot", _("Fixed on the Spot"), 120),
    ]


def chart(rows: list[Row]) -> dict:
    """Overdue and waiting for the recheck beside all that was found."""
    shown = rows[:12]
    series = ((_("Findings"), "found"), (_("Overdue"), "overdue"), (_("To Recheck"), "to_recheck"))
    return {
        "data": {
            "labels": [row["group_name"] for row in shown],
            "datasets": [{"name": label, "values": [row[name] for row in shown]} for label, name in series],
        },
        "type": "bar",
        "height": 160,
        "colors": ["#CBD5E1", "#DC2626", "#2563EB"],
    }


def summary(total: Row) -> list[dict]:
    """What the whole span comes to."""
    told = _("{0} of {1}", context="Share").format(total["judged"] - total["late"], total["judged"])
    in_time = "–" if total["in_time"] is None else f"{total['in_time']:.2f} % ({told})"
    return [
        {"label": _("Rectified in Time"), "value": in_time, "datatype": "Data", "indicator": "Blue"},
        {"label": _("Overdue"), "value": total["overdue"], "datatype": "Int", "indicator": "Red"},
        {"label": _("Found Again"), "value": total["repeats"], "datatype": "Int", "indicator": "Orange"},
    ]
