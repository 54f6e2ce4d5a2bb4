"""Quality checks by person and month: drawn, scored, told, the mean result and how many passed.

Whoever reads it and was drawn himself finds none of his own checks before he was told.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.query_builder import Order
from frappe.query_builder.functions import Count, Sum
from frappe.utils import cint, flt, get_fullname, getdate

from property_service.front_desk.desk_reports import (
    Row,
    communities_of,
    count,
    of_communities,
    percents,
    share,
    shown_share,
    span,
    text,
    times,
)
from property_service.front_desk.quality_checks import CHECK, DRAWN, TOLD
from property_service.property_service.report_filters import read_filters
from property_service.property_service.scope import check_roles

READERS = ("Property Manager", "System Manager")
COUNTS = ("drawn", "scored", "told", "passed")


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, None, list[dict]]:
    """Columns, rows (the last one the total), no message, no chart, and the summary of the report."""
    check_roles(READERS)
    filters = read_filters(filters)
    first, last = span(filters)
    rows = rows_of(communities_of(filters), first, last, filters.get("person") or "")
    return columns(), rows, None, None, summary(rows[-1]) if rows else []


def rows_of(
    communities: tuple[str, ...] | None, first: date, last: date, person: str = "", only_told: bool = False
) -> list[Row]:
    """Return a row per month and person and the total last, of months that begin in the span: one grouped query.

    `only_told`: none but those the person was told of, for sums that are the same whoever draws them up.
    """
    table = frappe.qb.DocType(CHECK)
    scored = table.status != DRAWN
    query = (
        frappe.qb.from_(table)
        .select(table.month, table.person, Count("*").as_("drawn"), times(scored).as_("scored"))
        .select(times(table.status == TOLD).as_("told"), times(scored & (table.passed == 1)).as_("passed"))
        .select(Sum(table.percent).as_("percents"))
        .where((table.month >= first) & (table.month <= last))
        .groupby(table.month, table.person)
        .orderby(table.month, order=Order.desc)
        .orderby(table.person)
    )
    # Nobody learns from a figure that he was drawn.
    seen = table.status == TOLD
    query = query.where(seen if only_told else seen | (table.person != frappe.session.user))
    if person:
        query = query.where(table.person == person)
    rows = [
        {
            "month": f"{getdate(row.month):%Y-%m}",
            "person": row.person,
            "person_name": get_fullname(row.person),
            **{name: cint(row[name]) for name in COUNTS},
            "percents": flt(row.percents),
        }
        for row in of_communities(query, table, communities).run(as_dict=True)
    ]
    if not rows:
        return []
    total: Row = {"month": _("Total"), "is_total": 1}
    total |= {name: sum(row[name] for row in rows) for name in (*COUNTS, "percents")}
    for row in (*rows, total):
        row["mean"] = round(row["percents"] / row["scored"], 2) if row["scored"] else None
        row["pass_rate"] = share(row["passed"], row["scored"])
    return [*rows, total]


def columns() -> list[dict]:
    """The columns, numerator and denominator beside the rate."""
    return [
        text("month", _("Month"), 90),
        text("person_name", _("Employee"), 160),
        count("drawn", _("Drawn")),
        count("scored", _("Scored")),
        count("told", _("Told")),
        count("passed", _("Passed")),
        percents("pass_rate", _("Passed / Scored"), 140),
        percents("mean", _("Mean Result"), 120),
    ]


def summary(total: Row) -> list[dict]:
    """The share of checks that were passed, with its numerator and denominator."""
    shown = shown_share(total["passed"], total["scored"])
    return [
        {"label": _("Passed of those scored"), "value": shown, "datatype": "Data", "indicator": "Blue"},
        {"label": _("Still to be scored"), "value": total["drawn"] - total["scored"], "datatype": "Int"},
    ]
