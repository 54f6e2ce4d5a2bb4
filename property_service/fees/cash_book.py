"""Money as it moved, day by day, and what it was for: the base of the daily collection and of the vouchers.

What a prepayment pays later moves no money: it is kept apart from what a payment was laid on at once. Deposits are read from their
movements, which nobody can change either and which name the cashier.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum

from property_service.fees.ledger import ENTRY
from property_service.fees.prepayments import FROM_PREPAYMENT
from property_service.fees.receipt_documents import REVERSED
from property_service.fees.report_parts import of_communities
from property_service.property_service.money import ZERO, money

DEPOSIT = "Deposit"
HELD, DEDUCTED, REFUNDED = "Held", "Deducted", "Refunded"


@dataclass(frozen=True, slots=True)
class Movement:
    """Entries of a day that are alike, in yuan as the ledger signs them; deposits as their movements do, always above 0.

    `kind` is the type of the entry; `part` Principal or Late Fee, of deposits Held, Deducted or Refunded. `cashier` is who took the
    money ("": it came in online), of a reversal who took it back, as in the closings; `from_prepayment` whether an Allocation used up a
    prepayment.
    """

    day: date
    community: str
    cashier: str
    kind: str
    part: str
    mode: str
    amount: Decimal
    collected_for: str = ""
    fee_item: str = ""
    from_prepayment: bool = False


def movements(communities: tuple[str, ...] | None, first: date, last: date) -> list[Movement]:
    """Return what moved on the days from first to last, both included; two grouped queries."""
    return [*_of_receipts(communities, first, last), *_of_deposits(communities, first, last)]


def _of_receipts(communities: tuple[str, ...] | None, first: date, last: date) -> list[Movement]:
    entry, receipt = frappe.qb.DocType(ENTRY), frappe.qb.DocType("Fee Receipt")
    origin = frappe.qb.DocType(ENTRY).as_("origin")
    # A reversal counts where the entry it takes back did.
    used = Case().when(Coalesce(origin.remark, entry.remark) == FROM_PREPAYMENT, 1).else_(0)
    used = Case().when(entry.entry_type == "Allocation", used).else_(0)
    # A void (作废) stays with who took the money, a reversal is taken out of the closing of whoever reversed.
    reversed_then = (receipt.status == REVERSED) & (entry.effective_date == receipt.taken_back_on)
    who = Case().when(entry.reverses.notnull() & reversed_then, receipt.taken_back_by).else_(receipt.cashier)
    texts = [Coalesce(column, "") for column in (who, entry.entry_type, entry.part, entry.mode)]
    of_fees = [Coalesce(column, "") for column in (entry.collected_for, entry.fee_item)]
    kept = (entry.effective_date, entry.community, *texts, *of_fees, used)
    query = (
        frappe.qb.from_(entry)
        .left_join(receipt)
        .on(receipt.name == entry.receipt)
        .left_join(origin)
        .on(origin.name == entry.reverses)
        .select(Sum(entry.amount), *kept)
        .where(entry.entry_type.isin(("Payment", "Refund", "Allocation")))
        .where(entry.effective_date >= first)
        .where(entry.effective_date <= last)
        .groupby(*kept)
        .orderby(entry.effective_date)
        .orderby(entry.community)
    )
    return [
        Movement(*values[:6], money(amount), *values[6:8], bool(values[8]))
        for amount, *values in of_communities(query, entry, communities).run()
    ]


def _of_deposits(communities: tuple[str, ...] | None, first: date, last: date) -> list[Movement]:
    table = frappe.qb.DocType("Resident Deposit Movement")
    texts = [Coalesce(column, "") for column in (table.cashier, table.kind, table.mode)]
    kept = (table.posting_date, table.community, *texts)
    query = (
        frappe.qb.from_(table)
        .select(Sum(table.amount), *kept)
        .where(table.docstatus == 1)
        .where(table.posting_date >= first)
        .where(table.posting_date <= last)
        .groupby(*kept)
        .orderby(table.posting_date)
        .orderby(table.community)
    )
    return [
        Movement(day, community, cashier, DEPOSIT, kind, mode, money(amount))
        for amount, day, community, cashier, kind, mode in of_communities(query, table, communities).run()
    ]


@dataclass(slots=True)
class Day:
    """What money was for, in yuan: received = own + others + late fees + prepaid + deposits."""

    received: Decimal = ZERO
    refunded: Decimal = ZERO
    own: Decimal = ZERO
    others: Decimal = ZERO
    late_fees: Decimal = ZERO
    deposits: Decimal = ZERO
    used_prepayments: Decimal = ZERO

    @property
    def prepaid(self) -> Decimal:
        """What of the money received lies on no charge and is no deposit."""
        return self.received - self.own - self.others - self.late_fees - self.deposits


def sum_up(rows: Iterable[Movement]) -> tuple[Day, dict[str, Decimal]]:
    """Return what the money of movements was for, and mode → received less refunded."""
    day, modes = Day(), dict[str, Decimal]()
    for row in rows:
        received, refunded = money_of(row)
        if received or refunded:
            modes[row.mode] = modes.get(row.mode, ZERO) + received - refunded
            day.received += received
            day.refunded += refunded
        if row.kind == DEPOSIT:
            day.deposits += received
        elif row.kind == "Allocation":
            name = "own" if row.collected_for == "Own" else "others"
            name = "used_prepayments" if row.from_prepayment else "late_fees" if row.part == "Late Fee" else name
            setattr(day, name, getattr(day, name) - row.amount)
    return day, modes


def money_of(row: Movement) -> tuple[Decimal, Decimal]:
    """Return what a movement brought in and what it gave back, in yuan; both 0 where no money moved."""
    if row.kind == DEPOSIT:
        return (row.amount if row.part == HELD else ZERO), (row.amount if row.part == REFUNDED else ZERO)
    return (-row.amount if row.kind == "Payment" else ZERO), (row.amount if row.kind == "Refund" else ZERO)
