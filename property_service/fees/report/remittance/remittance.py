"""What was collected for others (代收) in a period and is to be handed on (代付): by whom it is for and fee item."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Max, Sum
from frappe.utils import add_months, get_first_day, getdate

from property_service.fees.ledger import ENTRY
from property_service.fees.report_parts import (
    amount,
    communities_of,
    count,
    link,
    of_communities,
    span,
    text,
    today_for,
    yuan,
)
from property_service.property_service.money import ZERO, money
from property_service.property_service.report_filters import read_filters

Row = dict[str, Any]
SUMS = ("collected", "taken_back", "to_remit", "late_fees")


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, None, list[dict]]:
    """Columns, rows (the last one the total), no message, no chart, and the summary of the report."""
    filters = read_filters(filters)
    rows = rows_of(filters)
    return columns(), rows, None, None, summary(rows[-1]) if rows else []


def rows_of(filters: frappe._dict) -> list[Row]:
    """A row per principal and item, and the total last. One grouped query. Late fees on these items are the manager's own: shown apart."""
    today = today_for(filters)
    month = getdate(get_first_day(add_months(today, -1)))
    first, last = span(filters, month, getdate(frappe.utils.get_last_day(month)))
    entry, item, resident = (frappe.qb.DocType(name) for name in (ENTRY, "Fee Item", "Resident"))
    principal = entry.part == "Principal"
    query = (
        frappe.qb.from_(entry)
        .left_join(item)
        .on(item.name == entry.fee_item)
        .left_join(resident)
        .on(resident.name == item.principal)
        .select(entry.community, entry.collected_for, item.principal, entry.fee_item, item.item_name, item.account_code)
        .select(Max(resident.resident_name).as_("principal_name"))
        .select(Sum(Case().when(principal & entry.reverses.isnull(), -entry.amount).else_(0)).as_("collected"))
        .select(Sum(Case().when(principal & entry.reverses.notnull(), entry.amount).else_(0)).as_("taken_back"))
        .select(Sum(Case().when(principal, 0).else_(-entry.amount)).as_("late_fees"))
        .select(Sum(Case().when(principal & entry.reverses.isnull(), 1).else_(0)).as_("payments"))
        .where(entry.entry_type == "Allocation")
        .where(entry.collected_for != "Own")
        .where(entry.effective_date >= first)
        .where(entry.effective_date <= last)
        .groupby(
            entry.community, entry.collected_for, item.principal, entry.fee_item, item.item_name, item.account_code
        )
        .orderby(entry.community)
        .orderby(entry.collected_for)
        .orderby(item.principal)
        .orderby(entry.fee_item)
    )
    for name in ("collected_for", "fee_item"):
        if filters.get(name):
            query = query.where(entry[name] == filters[name])
    if filters.get("principal"):
        query = query.where(item.principal == filters.principal)
    rows = []
    for found in of_communities(query, entry, communities_of(filters)).run(as_dict=True):
        sums = {name: money(found[name]) for name in ("collected", "taken_back", "late_fees")}
        sums["to_remit"] = sums["collected"] - sums["taken_back"]
        rows.append(
            {
                **found,
                "for_whom": _(found.collected_for),
                **{name: yuan(value) for name, value in sums.items()},
                "payments": int(found.payments),
            }
        )
    if not rows:
        return []
    total = {name: yuan(sum((money(row[name]) for row in rows), ZERO)) for name in SUMS}
    payments = sum(row["payments"] for row in rows)
    return [*rows, {"collected_for": None, "item_name": _("Total"), "is_total": 1, "payments": payments, **total}]


def columns() -> list[dict]:
    """The columns."""
    return [
        link("community", _("Community"), "Community", 110),
        text("for_whom", _("Collected For"), 120),
        text("principal_name", _("Collected on Behalf Of"), 170),
        link("fee_item", _("Fee Item"), "Fee Item", 140),
        text("item_name", _("Name"), 150),
        text("account_code", _("Account Code"), 120),
        count("payments", _("Number of Payments"), 100),
        amount("collected", _("Collected")),
        amount("taken_back", _("Taken Back"), 110),
        amount("to_remit", _("To Remit")),
        amount("late_fees", _("Late Fees (Kept)"), 130),
    ]


def summary(total: Row) -> list[dict]:
    """The figures above the table."""
    return [
        {"label": label, "value": f"{total[name]:,.2f}", "datatype": "Data", "indicator": colour}
        for name, label, colour in (
            ("collected", _("Collected"), "Blue"),
            ("taken_back", _("Taken Back"), "Orange"),
            ("to_remit", _("To Remit"), "Green"),
        )
    ]
