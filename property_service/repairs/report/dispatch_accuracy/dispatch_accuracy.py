"""Dispatch accuracy: repairs given to somebody else or handed back because they were wrongly dispatched ÷ repairs dispatched, by month, category or community.

A repair counts once, however often it was moved, in the month in which it was last dispatched or changed hands before somebody took it.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Count
from frappe.utils import cint

from property_service.front_desk.desk_reports import (
    Row,
    communities_of,
    count,
    month_of,
    month_words,
    of_communities,
    one_of,
    percents,
    share,
    shown_share,
    span,
    text,
    times,
    with_total,
    within,
)
from property_service.property_service.report_filters import read_filters
from property_service.property_service.stages import VOID
from property_service.repairs.timeline import HANDED_BACK, TRANSFERRED, WRONGLY_DISPATCHED

MONTH, CATEGORY, COMMUNITY = GROUPS = ("Month", "Category", "Community")
COUNTS = ("dispatched", "moved", "wrong")
RATES = {
    "wrong_rate": lambda row: share(row["wrong"], row["dispatched"]),
    "accuracy": lambda row: share(row["dispatched"] - row["wrong"], row["dispatched"]),
}


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, None, list[dict]]:
    """Columns, rows (the last one the total), no message, no chart, and the summary of the report."""
    filters = read_filters(filters)
    group_by = one_of(filters, "group_by", GROUPS, MONTH)
    rows = rows_of(communities_of(filters), *span(filters), group_by)
    return columns(group_by), rows, None, None, summary(rows[-1]) if rows else []


def rows_of(communities: tuple[str, ...] | None, first: date, last: date, group_by: str = MONTH) -> list[Row]:
    """Return a row per group and the total last, of repairs dispatched between two days: one grouped query."""
    table, step = frappe.qb.DocType("Repair Request"), frappe.qb.DocType("Repair Step")
    moved = frappe.qb.DocType("Repair Request").as_("moved")
    moves = (
        frappe.qb.from_(step)
        .join(moved)
        .on(moved.name == step.repair_request)
        .select(step.repair_request, times(step.reason == WRONGLY_DISPATCHED).as_("wrong"))
        .where(step.step.isin((TRANSFERRED, HANDED_BACK)))
        # Whenever it was moved: handed back on the last of a month, it is dispatched anew in the next.
        .where(within(moved.dispatched_at, first, last))
        .groupby(step.repair_request)
        .as_("moves")
    )
    key = {
        MONTH: month_of(table.dispatched_at),
        CATEGORY: Coalesce(table.category, ""),
        COMMUNITY: table.community,
    }[group_by]
    query = (
        frappe.qb.from_(table)
        .left_join(moves)
        .on(moves.repair_request == table.name)
        .select(key.as_("group_key"), Count("*").as_("dispatched"))
        .select(times(moves.repair_request.notnull()).as_("moved"), times(moves.wrong > 0).as_("wrong"))
        .where((table.stage != VOID) & within(table.dispatched_at, first, last))
        .groupby(key)
        .orderby(key)
    )
    rows: list[Row] = [
        {"group_key": str(row.group_key), **{name: cint(row[name]) for name in COUNTS}}
        for row in of_communities(query, table, communities).run(as_dict=True)
    ]
    for row in rows:
        row["group_name"] = _name(group_by, row["group_key"])
    if group_by == MONTH:
        rows.reverse()
    else:
        rows.sort(key=lambda row: (-row["wrong"], -row["dispatched"], row["group_name"]))
    return with_total(rows, COUNTS, RATES)


def _name(group_by: str, key: str) -> str:
    if group_by == MONTH:
        return month_words(key)
    if group_by == COMMUNITY:
        return frappe.get_cached_value("Community", key, "community_name") or key
    return _(key) if key else _("None")


def columns(group_by: str) -> list[dict]:
    """The columns, numerators and denominator beside the rates."""
    labels = {MONTH: _("Month"), CATEGORY: _("Category"), COMMUNITY: _("Community")}
    return [
        text("group_name", labels[group_by], 180),
        count("dispatched", _("Dispatched"), 105),
        count("moved", _("Given to Somebody Else"), 165),
        count("wrong", _("Wrongly Dispatched"), 145),
        percents("wrong_rate", _("Wrong / Dispatched"), 150),
        percents("accuracy", _("Dispatch Accuracy"), 140),
    ]


def summary(total: Row) -> list[dict]:
    """The accuracy of all, with its numerator and denominator."""
    right = total["dispatched"] - total["wrong"]
    shown = shown_share(right, total["dispatched"])
    return [{"label": _("Dispatch Accuracy"), "value": shown, "datatype": "Data", "indicator": "Blue"}]
