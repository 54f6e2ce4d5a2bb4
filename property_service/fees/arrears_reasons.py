"""Why a unit has not paid, as it was last noted when it was reminded."""

from __future__ import annotations

from collections.abc import Collection

import frappe


def reasons_of(units: Collection[str]) -> dict[str, str]:
    """Return unit → the last reason noted for its arrears, in one query; units without one are left out."""
    table = frappe.qb.DocType("Fee Reminder")
    rows = (
        frappe.qb.from_(table)
        .select(table.unit, table.arrears_reason)
        .where(table.unit.isin(list(units) or [""]))
        .where(table.arrears_reason != "")
        .orderby(table.done_on)
        .orderby(table.creation)
        .orderby(table.name)
        .run()
    )
    return dict(rows)
