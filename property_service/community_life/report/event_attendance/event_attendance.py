"""Events that were held: who signed up and came, who waited in vain, cost for each who came, and how they liked it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, cint, flt, getdate

from property_service.community_life.event_book import CANCELLED, EVENT, HELD, OPEN
from property_service.community_life.event_rules import per_head
from property_service.fees.report_parts import (
    amount,
    communities_of,
    count,
    day,
    link,
    of_communities,
    one_of,
    span,
    text,
    today_for,
    yuan,
)
from property_service.fees.report_parts import rate as percents
from property_service.patrol.figures import share
from property_service.property_service.money import money
from property_service.property_service.report_filters import read_filters
from property_service.property_service.service_clock import local_day

Row = dict[str, Any]
KINDS = ("Festival", "Health", "Children", "Elderly", "Sport", "Handicraft", "Owners' Talk", "Other")
STATUSES = (HELD, OPEN, CANCELLED)
COUNTS = ("capacity", "taken_count", "came_count", "no_show", "waiting_count", "feedback_count")


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, dict | None, list[dict]]:
    """Columns, rows (the last one the total), no message, the chart and the summary of the report."""
    filters = read_filters(filters)
    rows = rows_of(filters)
    total = total_of(rows)
    return columns(), [*rows, total] if rows else [], None, chart(rows), summary(total) if rows else []


def rows_of(filters: frappe._dict) -> list[Row]:
    """A row per event that began in the span, the latest first; one query. Persons, not sign-ups, are counted."""
    today = today_for(filters)
    first, last = span(filters, add_days(today, -364), today)
    table = frappe.qb.DocType(EVENT)
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.title, table.kind, table.community, table.status, table.starts_at, table.capacity)
        .select(table.taken_count, table.waiting_count, table.came_count, table.actual_total, table.budget_total)
        .select(table.feedback_count, table.feedback_average)
        .where(table.status == one_of(filters, "status", STATUSES, HELD))
        .where((table.starts_at >= add_days(first, -1)) & (table.starts_at < add_days(last, 2)))
        .orderby(table.starts_at, order=frappe.qb.desc)
        .orderby(table.name)
    )
    if filters.get("kind"):
        query = query.where(table.kind == one_of(filters, "kind", KINDS, "Other"))
    found = of_communities(query, table, communities_of(filters)).run(as_dict=True)
    rows = []
    for row in found:
        row.held_on = local_day(row.community, row.starts_at)
        # The clocks of a community may show another day than those of the site.
        if getdate(first) <= row.held_on <= getdate(last):
            rows.append(_completed(row))
    return rows


def total_of(rows: list[Row]) -> Row:
    """The sum of the rows; rate, cost per head and average are those of all who came."""
    total = frappe._dict({"title": _("Total"), "is_total": 1, "kind": ""})
    for name in COUNTS:
        total[name] = sum(cint(row[name]) for row in rows)
    total.actual_total = sum((money(row["actual_total"]) for row in rows), Decimal(0))
    total.budget_total = sum((money(row["budget_total"]) for row in rows), Decimal(0))
    stars = sum(flt(row["feedback_average"]) * cint(row["feedback_count"]) for row in rows)
    total.feedback_average = flt(stars / total.feedback_count, 2) if total.feedback_count else None
    return _rated(total)


def _completed(row: Row) -> Row:
    row.no_show = max(cint(row.taken_count) - cint(row.came_count), 0) if row.status == HELD else 0
    row.kind_label = _(row.kind, context=EVENT)
    if not cint(row.feedback_count):
        row.feedback_average = None
    return _rated(row)


def _rated(row: Row) -> Row:
    cost = money(row.actual_total or 0)
    each = per_head(cost, cint(row.came_count))
    row.came_rate = share(cint(row.came_count), cint(row.taken_count))
    row.cost_per_head = yuan(each) if each is not None else None
    row.actual_total, row.budget_total = yuan(cost), yuan(money(row.budget_total or 0))
    return row


def columns() -> list[dict]:
    """The columns, numerator and denominator beside the rate."""
    return [
        link("name", _("Community Event"), EVENT, 130),
        text("title", _("Title"), 200),
        text("kind_label", _("Kind"), 90),
        day("held_on", _("Date")),
        count("capacity", _("Capacity"), 80),
        count("taken_count", _("Signed Up"), 90),
        count("came_count", _("Came"), 80),
        percents("came_rate", _("Came / Signed Up"), 130),
        count("no_show", _("No Show", context="Event Registration"), 90),
        count("waiting_count", _("Waited in Vain"), 110),
        amount("budget_total", _("Budget"), 100),
        amount("actual_total", _("Spent"), 100),
        amount("cost_per_head", _("Cost per Head"), 110),
        {**text("feedback_average", _("Average (of 5)"), 110), "fieldtype": "Float", "precision": 2},
        count("feedback_count", _("Feedback Received"), 80),
    ]


def chart(rows: list[Row]) -> dict | None:
    """Signed up and came, event by event, the earliest first."""
    shown = list(reversed(rows))[-20:]
    if not shown:
        return None
    return {
        "data": {
            "labels": [row["title"] for row in shown],
            "datasets": [
                {"name": _("Signed Up"), "values": [cint(row["taken_count"]) for row in shown]},
                {"name": _("Came"), "values": [cint(row["came_count"]) for row in shown]},
            ],
        },
        "type": "bar",
        "height": 180,
        "colors": ["#93C5FD", "#16A34A"],
    }


def summary(total: Row) -> list[dict]:
    """What the whole span comes to."""
    told = _("{0} of {1}", context="Share").format(total["came_count"], total["taken_count"])
    rate = "–" if total["came_rate"] is None else f"{total['came_rate']:.2f} %"
    return [
        {"label": _("Came / Signed Up"), "value": f"{rate} ({told})", "datatype": "Data", "indicator": "Green"},
        {"label": _("Spent"), "value": total["actual_total"], "datatype": "Currency", "indicator": "Blue"},
        {
            "label": _("Average (of 5)"),
            "value": "–" if total["feedback_average"] is None else f"{total['feedback_average']:.2f}",
            "datatype": "Data",
            "indicator": "Orange",
        },
    ]
