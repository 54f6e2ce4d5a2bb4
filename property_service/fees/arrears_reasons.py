"""What is known of arrears: the reason last noted when a unit was reminded, whether reminders are on hold, what was promised.

A debtor may owe in several communities, so whoever asks by debtor names the `communities` he may read of; None means every one there is.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import frappe
from frappe.query_builder import Order
from pypika import Table
from pypika.queries import QueryBuilder

from property_service.fees.report_parts import of_communities

Communities = tuple[str, ...] | None


def reasons_of(keys: Collection[str], column: str = "unit", communities: Communities = None) -> dict[str, str]:
    """Return unit (or debtor) → the last reason noted for its arrears, in one query; those without one are left out."""
    table = frappe.qb.DocType("Fee Reminder")
    query = frappe.qb.from_(table).select(table[column], table.arrears_reason).where(table.arrears_reason != "")
    query = _of(query, table, column, keys, communities)
    return dict(query.orderby(table.done_on).orderby(table.creation).orderby(table.name).run())


def holds_of(keys: Collection[str], on: date, column: str = "unit", communities: Communities = None) -> dict[str, str]:
    """Return unit (or debtor) → why it is not reminded on a day, in one query."""
    table = frappe.qb.DocType("Fee Reminder")
    query = (
        frappe.qb.from_(table)
        .select(table[column], table.hold_reason)
        .where(table.status == "On Hold")
        .where(table.hold_until.isnull() | (table.hold_until >= on))
    )
    query = _of(query, table, column, keys, communities)
    return dict(query.orderby(table.creation).orderby(table.name).run())


def promises_of(
    keys: Collection[str], column: str = "unit", communities: Communities = None
) -> dict[str, dict[str, Any]]:
    """Return unit (or debtor) → the open promise to pay that ends first: {pay_by, promised_amount}, in one query."""
    table = frappe.qb.DocType("Payment Promise")
    query = (
        frappe.qb.from_(table).select(table[column], table.pay_by, table.promised_amount).where(table.status == "Open")
    )
    query = _of(query, table, column, keys, communities)
    # The last row of a key stays, so the earliest comes last.
    rows = query.orderby(table.pay_by, order=Order.desc).orderby(table.name).run()
    return {key: {"pay_by": pay_by, "promised_amount": amount} for key, pay_by, amount in rows}


def _of(
    query: QueryBuilder, table: Table, column: str, keys: Collection[str], communities: Communities
) -> QueryBuilder:
    return of_communities(query.where(table[column].isin(list(keys) or [""])), table, communities)
