"""Promises to pay (缴费承诺) whose day has come, and how many were kept, by the person they were given to."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import add_months, get_first_day, getdate

from property_service.fees.report_parts import (
    amount,
    communities_of,
    count,
    full_names,
    of_communities,
    span,
    text,
    today_for,
    yuan,
)
from property_service.fees.report_parts import rate as percents
from property_service.property_service.money import ZERO, money
from property_service.property_service.report_filters import read_filters

Row = dict[str, Any]
STATES = {"kept": "Kept", "broken": "Broken", "open": "Open", "withdrawn": "Withdrawn"}
PLACES = Decimal("0.01")


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, None, list[dict]]:
    """Columns, rows (the last one the total), no message, no chart, and the summary of the report."""
    filters = read_filters(filters)
    rows = rows_of(filters)
    return columns(), rows, None, None, summary(rows[-1]) if rows else []


def rows_of(filters: frappe._dict) -> list[Row]:
    """A row per person, and the total last: one grouped query, and one of names. Kept rate = kept ÷ (kept + broken)."""
    today = today_for(filters)
    first, last = span(filters, getdate(get_first_day(add_months(today, -2))), today)
    table = frappe.qb.DocType("Payment Promise")
    who = Coalesce(table.taken_by, "")
    query = (
        frappe.qb.from_(table)
        .select(who.as_("person"), Count("*").as_("promises"))
        .select(Sum(table.promised_amount).as_("promised_amount"), Sum(table.paid_amount).as_("paid_amount"))
        .where(table.pay_by >= first)
        .where(table.pay_by <= last)
        .groupby(who)
        .orderby(who)
    )
    for name, status in STATES.items():
        query = query.select(Sum(Case().when(table.status == status, 1).else_(0)).as_(name))
    if filters.get("taken_by"):
        query = query.where(table.taken_by == filters.taken_by)
    found = of_communities(query, table, communities_of(filters)).run(as_dict=True)
    if not found:
        return []
    names = full_names({row.person for row in found})
    counts = ("promises", *STATES)
    rows = [
        {
            "person": row.person,
            "person_name": names.get(row.person, row.person) or _("None"),
            **{name: int(row[name]) for name in counts},
            **{name: yuan(money(row[name])) for name in ("promised_amount", "paid_amount")},
        }
        for row in found
    ]
    total = {"person": None, "person_name": _("Total"), "is_total": 1}
    total |= {name: sum(row[name] for row in rows) for name in counts}
    for name in ("promised_amount", "paid_amount"):
        total[name] = yuan(sum((money(row[name]) for row in rows), ZERO))
    for row in (*rows, total):
        judged = row["kept"] + row["broken"]
        kept = Decimal(100 * row["kept"]) / judged if judged else None
        row["kept_rate"] = None if kept is None else float(kept.quantize(PLACES, ROUND_HALF_UP))
    return [*rows, total]


def columns() -> list[dict]:
    """The columns, numerator and denominator beside the rate."""
    return [
        text("person_name", _("Promised To"), 170),
        count("promises", _("Promises"), 100),
        count("kept", _("Kept")),
        count("broken", _("Broken")),
        percents("kept_rate", _("Kept / (Kept + Broken)"), 170),
        count("open", _("Open", context="Payment Promise")),
        count("withdrawn", _("Withdrawn"), 110),
        amount("promised_amount", _("Promised Amount"), 140),
        amount("paid_amount", _("Paid Since"), 120),
    ]


def summary(total: Row) -> list[dict]:
    """The rate above the table, with numerator and denominator."""
    judged = total["kept"] + total["broken"]
    share = _("{0} of {1}", context="Share").format(total["kept"], judged)
    value = share if total["kept_rate"] is None else f"{total['kept_rate']:.2f} % ({share})"
    return [
        {"label": _("Promises Kept"), "value": value, "datatype": "Data", "indicator": "Blue"},
        {"label": _("Still Open"), "value": total["open"], "datatype": "Int", "indicator": "Orange"},
    ]
