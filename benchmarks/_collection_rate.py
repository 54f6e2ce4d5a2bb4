"""The report Collection Rate over a million entries of the ledger, beside the plainest sum anybody could ask for.

The floor is one `SELECT building, entry_type, SUM(amount) … GROUP BY building, entry_type` over the same community and days. Part of the
benchmark `fees`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import frappe

from property_service.fees.collection_rates import Period
from property_service.fees.ledger import ENTRY
from property_service.fees.rate_figures import GROUPS, Question
from property_service.fees.report.collection_rate.collection_rate import rows_of
from property_service.property_service.blocks import insert_block

ENTRIES = 1_000_000
BUILDINGS, UNITS, ITEMS, STEWARDS = 40, 12_000, 3, 12
IN_A_MONTH = UNITS * ITEMS * 2
FIRST = date(2025, 1, 1)
LAST = date(2026, 1, 1)
CUT_OFF = date(2026, 2, 15)
TIMES = 3
COMMUNITY = "BENCH-RATES"
NAME = len(COMMUNITY) + 4
# What differs from month to month; the rest of an entry is that of the first month.
SHIFTED = {
    "name": "concat(%(name)s, substring(name, %(from)s))",
    "charge": "concat(%(charge)s, substring(charge, 4))",
    **{column: f"date_add({column}, interval %(months)s month)" for column in ("service_month", "effective_date")},
    "recorded_at": "date_add(recorded_at, interval %(months)s month)",
}


def run(entries: int = ENTRIES) -> list[dict[str, Any]]:
    """Fill the ledger of a community of its own and measure: rows {name, value, unit, floor}."""
    fill(entries)
    floor = fastest(plain_sum)
    rows: list[dict[str, Any]] = [{"name": f"plain sum over {entries:,} entries", "value": floor, "unit": "s"}]
    for group in GROUPS:
        value = fastest(lambda group=group: rows_of(question(), group))
        rows.append(
            {"name": f"Collection Rate by {group}", "value": value, "unit": "s", "floor": floor, "limit_times": 3}
        )
    return rows


def question() -> Question:
    """Last month as of a later day: arrears of a year, charges of a month."""
    return Question(Period(LAST, LAST), CUT_OFF, (COMMUNITY,))


def plain_sum() -> Any:
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
    for _number in range(TIMES):
        begin = time.perf_counter()
        act()
        took.append(time.perf_counter() - begin)
    return min(took)


def fill(entries: int) -> None:
    """Write the entries of a month; the database makes the other months of it itself, and counts them."""
    frappe.db.delete(ENTRY, {"community": COMMUNITY})
    rows = month_of_entries()
    insert_block(ENTRY, (row for row, _number in zip(rows, range(entries), strict=False)))
    frappe.db.commit()
    columns = frappe.db.get_table_columns(ENTRY)
    of_a_month = ", ".join(SHIFTED.get(column, f"`{column}`") for column in columns)
    # columns of the table and expressions from above; nothing a person entered
    insert = f"""insert into `tab{ENTRY}` ({", ".join(f"`{column}`" for column in columns)})
        select {of_a_month} from `tab{ENTRY}` where name like %(first)s order by name limit %(left)s"""  # noqa: S608  as said above
    for month, left in enumerate(range(entries - IN_A_MONTH, 0, -IN_A_MONTH), 1):
        frappe.db.sql(
            insert,
            {
                "name": f"{COMMUNITY}-{month:02d}-",
                "from": NAME + 1,
                "charge": f"C{month:02d}",
                "months": month,
                "first": f"{COMMUNITY}-00-%",
                "left": min(left, IN_A_MONTH),
            },
        )
        frappe.db.commit()
    frappe.db.sql(f"analyze table `tab{ENTRY}`")


def month_of_entries() -> Iterator[dict[str, Any]]:
    """The entries of the first month: for each unit and item a charge, nine in ten of them paid, the others waived in part."""
    for number, (unit, item, second) in enumerate(product(range(UNITS), range(ITEMS), (False, True))):
        day = FIRST + timedelta(days=9 + unit % 60 if second else 0)
        waived = second and unit % 10 == 0
        yield {
            "name": f"{COMMUNITY}-00-{number:08d}",
            "entry_type": "Adjustment" if waived else "Allocation" if second else "Charge",
            "part": "Principal",
            "amount": Decimal("-30.00" if waived else "-214.44" if second else "214.44"),
            "effective_date": day,
            "recorded_at": datetime(day.year, day.month, day.day, 9 + unit % 8),
            "service_month": FIRST,
            "charge": f"C00{unit:05d}{item}",
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
