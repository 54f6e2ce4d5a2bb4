"""The report Collection Rate over a million entries of the ledger, beside the plainest sum anybody could ask for.

The floor is one `SELECT building, entry_type, SUM(amount) … GROUP BY building, entry_type` over the same community and days.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

ROWS = int(os.environ.get("FEE_LEDGER_ROWS", "1000000"))
BLOCK = 50_000
MONTHS, BUILDINGS, UNITS, ITEMS, STEWARDS = 14, 40, 12_000, 3, 12
FIRST = date(2025, 1, 1)
LAST = date(2026, 1, 1)
CUT_OFF = date(2026, 2, 15)
RUNS = 3
COMMUNITY = "BENCH-RATES"


def run(frappe: Any) -> list[dict[str, Any]]:
    """Fill the ledger of a community of its own, measure, and take it away again: rows {name, value, unit, floor}."""
    fill(frappe)
    try:
        from property_service.fees.rate_figures import GROUPS
        from property_service.fees.report.collection_rate.collection_rate import rows_of

        floor = fastest(lambda: plain_sum(frappe))
        rows = [
            {"name": f"plain sum by building and type, {ROWS} entries", "value": floor, "unit": "s", "floor": floor}
        ]
        for group in GROUPS:
            value = fastest(lambda group=group: rows_of(question(), group))
            rows.append({"name": f"Collection Rate by {group}", "value": value, "unit": "s", "floor": floor})
        return rows
    finally:
        frappe.db.delete("Fee Ledger Entry", {"community": COMMUNITY})
        frappe.db.commit()


def question() -> Any:
    """Last month as of a later day: arrears of a year, charges of a month."""
    from property_service.fees.collection_rates import Period
    from property_service.fees.rate_figures import Question

    return Question(Period(LAST, LAST), CUT_OFF, (COMMUNITY,))


def plain_sum(frappe: Any) -> Any:
    """The floor."""
    end = datetime.combine(CUT_OFF + timedelta(days=1), datetime.min.time())
    return frappe.db.sql(
        """select building, entry_type, sum(amount) from `tabFee Ledger Entry`
        where community = %s and recorded_at < %s group by building, entry_type order by building, entry_type""",
        (COMMUNITY, end),
    )


def fastest(act: Callable[[], Any]) -> float:
    """Seconds of the fastest of some runs, after one that fills the database's memory."""
    act()
    took = []
    for _number in range(RUNS):
        begin = time.perf_counter()
        act()
        took.append(time.perf_counter() - begin)
    return min(took)


def fill(frappe: Any) -> None:
    """Write the entries in blocks, and let the database count them."""
    from property_service.property_service.blocks import insert_block

    # Millions of rows in blocks: the platform would stop a single transaction of that many.
    frappe.db.auto_commit_on_many_writes = 1
    rows: list[dict[str, Any]] = []
    for row in entries():
        rows.append(row)
        if len(rows) == BLOCK:
            insert_block("Fee Ledger Entry", rows)
            frappe.db.commit()
            rows = []
    insert_block("Fee Ledger Entry", rows)
    frappe.db.commit()
    frappe.db.sql("analyze table `tabFee Ledger Entry`")


def entries() -> Iterator[dict[str, Any]]:
    """ROWS entries: for each unit, item and month a charge, nine in ten of them paid, some waived."""
    number = 0
    while True:
        for month_no in range(MONTHS):
            month = date(FIRST.year + month_no // 12, month_no % 12 + 1, 1)
            for unit in range(UNITS):
                for item in range(ITEMS):
                    for kind, amount, days in (("Charge", "214.44", 0), ("Allocation", "-214.44", 9 + unit % 60)):
                        if kind == "Allocation" and unit % 10 == 0:
                            kind, amount = "Adjustment", "-30.00"
                        day = month + timedelta(days=days)
                        yield {
                            "name": f"{COMMUNITY}{number:012d}",
                            "entry_type": kind,
                            "part": "Principal",
                            "amount": Decimal(amount),
                            "effective_date": day,
                            "recorded_at": datetime(day.year, day.month, day.day, 9 + unit % 8),
                            "service_month": month,
                            "charge": f"C{month_no:02d}{unit:05d}{item}",
                            "community": COMMUNITY,
                            "building": f"{COMMUNITY}-{unit % BUILDINGS:02d}",
                            "service_area": f"{COMMUNITY}-A{unit % STEWARDS}",
                            "steward": f"steward{unit % STEWARDS}@example.com",
                            "unit": f"{COMMUNITY}-{unit:05d}",
                            "usage": "Residence",
                            "fee_item": f"{COMMUNITY}-I{item}",
                            "item_kind": "Area",
                            "collected_for": "Own" if item else "Utility",
                            "debtor": f"R{unit:05d}",
                        }
                        number += 1
                        if number == ROWS:
                            return
