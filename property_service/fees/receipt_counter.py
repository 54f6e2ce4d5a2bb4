"""The numbers of receipts as the database gives them out: one row per community, year and series, locked while it counts on.

Locked last of all rows of a posting, so that nobody waits long for a number, and given back with everything else where a posting fails.
"""

from __future__ import annotations

import frappe

from property_service.fees.receipt_numbers import Kind, receipt_number
from property_service.property_service.blocks import insert_block
from property_service.property_service.locks import run_locked

COUNTER = "Fee Receipt Counter"


def take_number(community: str, year: int, series: Kind = "Receipt") -> str:
    """Return the next number of a series, such as `SJ-LH-2026-000123`; it stays locked until the commit. Two queries."""
    key = f"{community}|{year}|{series}"
    table = frappe.qb.DocType(COUNTER)
    last = frappe.qb.from_(table).select(table.last_number).where(table.name == key)
    found = run_locked(last)
    if not found:
        try:
            row = {"name": key, "counter_key": key, "community": community, "receipt_year": year, "series": series}
            insert_block(COUNTER, [row])
        except Exception as error:
            if frappe.db.is_duplicate_entry(error):
                raise frappe.QueryDeadlockError(error) from error
            raise
        found = run_locked(last)
    number = int(found[0][0] or 0) + 1
    frappe.qb.update(table).set(table.last_number, number).where(table.name == key).run()
    return receipt_number(community, year, number, series)
