"""Rows of the money side as old as what they record, after a history was played."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import frappe

from property_service.fees.charges import BILL, CHARGE
from property_service.fees.fee_run_work import SKIP
from property_service.fees.ledger import ENTRY
from property_service.setup.demo.history import date_rows

# Few enough to be dated one by one.
SINGLE = (
    *("Fee Item", "Unit Fee", "Property Meter", "Property Meter Reading", "Fee Run", "Fee Receipt", "Counter Closing"),
    *("Fee Adjustment", "Fee Period Lock", "Collection Target", "Resident Deposit", "Resident Deposit Movement"),
    *("Fee Reminder", "Payment Promise", "Resident", "Version", "Comment"),
    *("Decoration Terms", "Decoration Permit", "Decoration Worker Pass", "Inspection Finding", "Service Message"),
)


def date_money(begun: datetime, played: Sequence[tuple[datetime, datetime]]) -> None:
    """Date everything written since `begun`: entries by when they were recorded, charges and bills with them, the rest by its act."""
    entry = frappe.qb.DocType(ENTRY)
    update = frappe.qb.update(entry).set(entry.creation, entry.recorded_at).set(entry.modified, entry.recorded_at)
    update.where(entry.creation >= begun).run()
    for run in frappe.get_all("Fee Run", {"creation": [">=", begun]}, ["name", "finished_at"], order_by="name asc"):
        for doctype in (CHARGE, BILL, SKIP):
            table = frappe.qb.DocType(doctype)
            update = frappe.qb.update(table).set(table.creation, run.finished_at).set(table.modified, run.finished_at)
            update.where(table.fee_run == run.name).run()
    date_rows((CHARGE, BILL, *SINGLE), begun, played)
