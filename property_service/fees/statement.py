"""The account of a unit or a debtor over a time: what was charged, what was paid, what is open, and what is paid in advance.

What is open comes from the charges' entries, wherever the money came from; what is paid in advance from the receipts of that unit or
debtor. So a payment over several units is in the statement of each with its own part.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from property_service.fees.ledger_rules import ON_A_CHARGE, LedgerRow, credit
from property_service.fees.months import month_of
from property_service.property_service.money import ZERO

LATE_FEE, PAID, ADVANCE = "Late Fee", "Payment", "Prepayment"


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A line: `charged` raises what is open (below 0: waived or taken back), `paid` lowers it; both running sums follow in yuan.

    `advance` is by how much it changes what is paid in advance; `unit` that of a line on one charge, `is_reversal` where it takes one back.
    """

    day: date
    kind: str
    item: str
    month: date | None
    receipt: str
    charge: str
    remark: str
    charged: Decimal
    paid: Decimal
    balance: Decimal
    prepaid: Decimal
    advance: Decimal = ZERO
    unit: str = ""
    is_reversal: bool = False


def statement(
    on_charges: Iterable[LedgerRow], of_receipts: Iterable[LedgerRow], first: date, last: date
) -> tuple[Decimal, Decimal, list[StatementLine]]:
    """Return what was open and what was paid in advance before `first`, and the lines up to `last`, by day.

    `on_charges` are the entries on the charges of whom the statement is of, `of_receipts` all entries of his receipts.
    """
    charges = [row for row in on_charges if row.entry_type in ON_A_CHARGE and row.effective_date <= last]
    receipts = [row for row in of_receipts if row.effective_date <= last]
    balance = sum((row.amount for row in charges if row.effective_date < first), ZERO)
    prepaid = credit(row for row in receipts if row.effective_date < first)
    opening = balance, prepaid
    lines = []
    for key, (charged, paid, advance, row) in sorted(_moves(charges, receipts, first).items()):
        balance += charged - paid
        prepaid += advance
        day, _order, kind, _id = key
        on_one = kind not in (PAID, ADVANCE)
        lines.append(
            StatementLine(
                day,
                kind,
                row.item if kind != PAID else "",
                row.service_month if kind != PAID else None,
                row.receipt or "",
                (row.charge or "") if on_one else "",
                row.remark,
                charged,
                paid,
                balance,
                prepaid,
                advance,
                row.unit if on_one else "",
                on_one and bool(row.reverses),
            )
        )
    return *opening, lines


def _moves(
    charges: list[LedgerRow], receipts: list[LedgerRow], first: date
) -> dict[tuple[date, int, str, str], tuple[Decimal, Decimal, Decimal, LedgerRow]]:
    """Return (day, order, kind, id) → (charged, paid, paid in advance, an entry): one per entry, one per receipt and day."""
    found: dict[tuple[date, int, str, str], tuple[Decimal, Decimal, Decimal, LedgerRow]] = {}
    advances: defaultdict[tuple[date, str], Decimal] = defaultdict(lambda: ZERO)
    for row in receipts:
        if row.effective_date >= first:
            advances[row.effective_date, row.receipt or ""] += credit([row])
    for row in charges:
        if row.effective_date < first:
            continue
        if row.entry_type != "Allocation":
            month = month_of(row.service_month or row.effective_date)
            found[row.effective_date, 0, row.entry_type, f"{month} {row.name}"] = (row.amount, ZERO, ZERO, row)
            continue
        key = (row.effective_date, 1, PAID, row.receipt or "")
        before = found.get(key, (ZERO, ZERO, ZERO, row))
        found[key] = (ZERO, before[1] - row.amount, ZERO, before[3])
    rows = {(row.effective_date, row.receipt or ""): row for row in receipts}
    for (day, receipt), advance in advances.items():
        key = (day, 1, PAID, receipt)
        if key in found:
            _charged, paid, _advance, row = found[key]
            found[key] = (ZERO, paid, advance, row)
        elif advance:
            found[day, 1, ADVANCE, receipt] = (ZERO, ZERO, advance, rows[day, receipt])
    return found
