"""What the workspace of the fees draws: money by month beside last year's, and the buildings that owe most."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from pypika.functions import Extract

from property_service.fees.ledger import ENTRY
from property_service.fees.ledger_rules import OF_MONEY
from property_service.fees.report.arrears_ageing.arrears_ageing import rows_of
from property_service.fees.report_parts import communities_of, of_communities, today_for, yuan
from property_service.property_service.money import ZERO, money

WORST = 8


def money_per_month() -> dict[str, Any]:
    """Money received less refunded in each month of this year and the last, deposits apart, as the framework's chart draws it."""
    table = frappe.qb.DocType(ENTRY)
    this_year = today_for({}).year
    year, month = Extract("YEAR", table.effective_date), Extract("MONTH", table.effective_date)
    query = (
        frappe.qb.from_(table)
        .select(year, month, Sum(table.amount))
        .where(table.entry_type.isin(sorted(OF_MONEY)))
        .where(table.effective_date >= f"{this_year - 1}-01-01")
        .where(table.effective_date <= f"{this_year}-12-31")
        .groupby(year, month)
        .orderby(year)
        .orderby(month)
    )
    rows = of_communities(query, table, communities_of({})).run()
    sums = {(int(of_year), int(of_month)): -money(amount) for of_year, of_month, amount in rows}
    months = range(1, 13)
    return {
        "labels": [f"{number:02d}" for number in months],
        "datasets": [
            {"name": str(shown), "values": [yuan(sums.get((shown, number), ZERO)) for number in months]}
            for shown in (this_year - 1, this_year)
        ],
    }


def worst_buildings() -> dict[str, Any]:
    """The buildings with the most overdue principal today; nothing where nobody owes."""
    rows = rows_of(frappe._dict(), today_for({}), "Building")
    worst = [row for row in rows if row["overdue"] > 0][:WORST]
    if not worst:
        return {}
    return {
        "labels": [row["group_name"] for row in worst],
        "datasets": [{"name": _("Overdue Principal"), "values": [row["overdue"] for row in worst]}],
    }
