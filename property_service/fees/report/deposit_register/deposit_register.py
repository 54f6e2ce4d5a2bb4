"""Deposits (押金) as of a day: received, deducted, refunded and still held, one by one or by purpose.

Amounts come from the ledger as recorded until the end of that day. A refund has a mode of payment, a deduction has none.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Min, Sum
from frappe.utils import cint, getdate
from pypika.queries import QueryBuilder

from property_service.fees.ledger import ENTRY
from property_service.fees.report_parts import (
    amount,
    communities_of,
    count,
    day,
    link,
    of_communities,
    one_of,
    text,
    today_for,
    yuan,
)
from property_service.property_service.money import ZERO, money
from property_service.property_service.report_filters import read_filters

Row = dict[str, Any]
SUMS = ("held", "deducted", "refunded", "left_amount")
ONE_BY_ONE, BY_PURPOSE = "Deposit", "Purpose"


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, None, list[dict]]:
    """Columns, rows (the last one the total), no message, no chart, and the summary of the report."""
    filters = read_filters(filters)
    by = one_of(filters, "group_by", (ONE_BY_ONE, BY_PURPOSE), ONE_BY_ONE)
    rows = rows_of(filters, by)
    return columns(by), rows, None, None, summary(rows[-1]) if rows else []


def rows_of(filters: frappe._dict, by: str) -> list[Row]:
    """A row per deposit or purpose, and the total last; one grouped query."""
    as_of = getdate(filters.as_of) if filters.get("as_of") else today_for(filters)
    end, communities = datetime.combine(as_of + timedelta(days=1), time()), communities_of(filters)
    entry, deposit = frappe.qb.DocType(ENTRY), frappe.qb.DocType("Resident Deposit")
    received = (entry.amount > 0) & entry.reverses.isnull() | (entry.amount < 0) & entry.reverses.notnull()
    paid_out = Coalesce(entry.mode, "") != ""
    kept = [deposit.purpose]
    if by == ONE_BY_ONE:
        kept += [
            entry.deposit,
            deposit.receipt_number,
            deposit.unit,
            deposit.payer,
            deposit.payer_name,
            deposit.community,
        ]
    query = (
        frappe.qb.from_(entry)
        .inner_join(deposit)
        .on(deposit.name == entry.deposit)
        .select(*kept, Count(entry.deposit).distinct().as_("deposits"), Min(entry.effective_date).as_("received_on"))
        .select(Sum(Case().when(received, entry.amount).else_(0)).as_("held"))
        .select(Sum(Case().when(received, 0).when(paid_out, 0).else_(-entry.amount)).as_("deducted"))
        .select(Sum(Case().when(received, 0).when(paid_out, -entry.amount).else_(0)).as_("refunded"))
        .where(entry.entry_type == "Deposit")
        .where(entry.recorded_at < end)
        .groupby(*kept)
        .orderby(deposit.purpose)
    )
    if by == ONE_BY_ONE:
        query = query.orderby(deposit.receipt_number).orderby(entry.deposit)
    if cint(filters.get("only_held")):
        query = query.where(entry.deposit.isin(_still_held(communities, end)))
    for name in ("purpose", "unit", "payer"):
        if filters.get(name):
            query = query.where(deposit[name] == filters[name])
    rows = []
    for found in of_communities(query, entry, communities).run(as_dict=True):
        sums = {name: money(found[name]) for name in ("held", "deducted", "refunded")}
        sums["left_amount"] = sums["held"] - sums["deducted"] - sums["refunded"]
        rows.append(
            {
                **found,
                "purpose_name": _(found.purpose, context="Resident Deposit"),
                "deposits": int(found.deposits),
                **{name: yuan(value) for name, value in sums.items()},
            }
        )
    if not rows:
        return []
    total = {name: yuan(sum((money(row[name]) for row in rows), ZERO)) for name in SUMS}
    return [
        *rows,
        {
            "purpose": None,
            "purpose_name": _("Total"),
            "is_total": 1,
            "deposits": sum(row["deposits"] for row in rows),
            **total,
        },
    ]


def _still_held(communities: tuple[str, ...] | None, end: datetime) -> QueryBuilder:
    """The deposits of which something is left, by what was recorded before a moment."""
    entry = frappe.qb.DocType(ENTRY)
    query = (
        frappe.qb.from_(entry)
        .select(entry.deposit)
        .where(entry.entry_type == "Deposit")
        .where(entry.recorded_at < end)
        .groupby(entry.deposit)
        .having(Sum(entry.amount) > 0)
    )
    return of_communities(query, entry, communities)


def columns(by: str) -> list[dict]:
    """The columns; one by one with whose deposit it is."""
    whose = [
        text("receipt_number", _("Receipt Number"), 150),
        link("unit", _("Property Unit"), "Property Unit"),
        text("payer_name", _("Received From"), 140),
        day("received_on", _("Received On")),
    ]
    return [
        text("purpose_name", _("Purpose"), 180),
        *(whose if by == ONE_BY_ONE else [count("deposits", _("Deposits"), 100)]),
        amount("held", _("Received")),
        amount("deducted", _("Deducted"), 110),
        amount("refunded", _("Refunded"), 110),
        amount("left_amount", _("Still Held")),
    ]


def summary(total: Row) -> list[dict]:
    """The figures above the table."""
    return [
        {"label": label, "value": f"{total[name]:,.2f}", "datatype": "Data", "indicator": colour}
        for name, label, colour in (
            ("held", _("Received"), "Blue"),
            ("deducted", _("Deducted"), "Orange"),
            ("refunded", _("Refunded"), "Grey"),
            ("left_amount", _("Still Held"), "Green"),
        )
    ]
