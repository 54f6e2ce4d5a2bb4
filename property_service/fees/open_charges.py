"""What is open on charges on a day: their principal, and the late fee as if that principal were paid whole then.

And which entries go when a payment is taken back: others may rest on the late fee it brought.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from frappe.utils import getdate

from property_service.fees.allocation import OpenCharge
from property_service.fees.charges import open_late_fee, open_principal, read_charges
from property_service.fees.fee_items import late_fee_terms_of
from property_service.fees.late_fees import Paid, to_assess
from property_service.fees.ledger import rows_where, standing
from property_service.fees.ledger_rules import LedgerRow
from property_service.property_service.money import ZERO


@dataclass(frozen=True, slots=True)
class Standing:
    """A charge's row and the principal paid on it so far, by day."""

    row: Mapping[str, Any]
    paid: tuple[Paid, ...]

    def late_fee_to_book(self, on: date, principal: Decimal) -> Decimal:
        """Return the late fee in yuan that paying this principal on a day brings, beyond what was booked; never below 0."""
        if not self.row["late_fee_rate"]:
            return ZERO
        paid = [*self.paid, Paid(on, principal)] if principal else self.paid
        fee = to_assess(late_fee_terms_of(self.row), getdate(self.row["due_date"]), paid, self.row["late_fee_assessed"])
        # After a receipt was taken back, more may be booked than the rest brings: that stands against what comes.
        return max(fee, ZERO)

    def open_on(self, on: date) -> OpenCharge:
        """Return what is open if its principal is paid whole on a day."""
        principal = max(open_principal(self.row), ZERO)
        return OpenCharge(
            name=self.row["name"],
            due_on=getdate(self.row["due_date"]),
            month=getdate(self.row["service_month"]),
            principal=principal,
            late_fee=max(open_late_fee(self.row) + self.late_fee_to_book(on, principal), ZERO),
            item=self.row["fee_item"],
            unit=self.row["unit"],
        )


def standing_of(charges: Iterable[str], lock: bool = False) -> dict[str, Standing]:
    """Return charge → Standing, in two queries (three with `lock`). RuleError for one that does not exist."""
    return with_paid(read_charges(charges, lock))


def with_paid(rows: Mapping[str, Mapping[str, Any]]) -> dict[str, Standing]:
    """Return charge → Standing of rows read already; one query, none where no charge has a late fee."""
    late = [name for name, row in rows.items() if row["late_fee_rate"]]
    paid: defaultdict[str, list[Paid]] = defaultdict(list)
    if late:
        for entry in standing(rows_where(charge=late, entry_type="Allocation", part="Principal")):
            paid[entry.charge or ""].append(Paid(entry.effective_date, -entry.amount))
    return {name: Standing(row, tuple(paid[name])) for name, row in rows.items()}


def due_on(charges: Iterable[str], on: date, lock: bool = False) -> list[OpenCharge]:
    """Return what is open on charges as if their principal were paid whole on a day, the oldest first; those with nothing open too."""
    found = (charge.open_on(on) for charge in standing_of(charges, lock).values())
    return sorted(found, key=lambda charge: charge.age)


def to_take_back(entries: Iterable[LedgerRow], charges: Mapping[str, Mapping[str, Any]]) -> list[LedgerRow]:
    """Return which entries of a payment to take back: all but late fees that a later payment or a waiver rests on, which stay booked.

    What stays booked stands against the late fee of the next payment, so that it is neither lost nor owed twice. `charges` are the rows
    of the entries' charges, locked.
    """
    rows = list(entries)
    free = {name: open_late_fee(row) for name, row in charges.items()}
    for row in rows:
        if row.entry_type == "Allocation" and row.part == "Late Fee":
            free[row.charge or ""] -= row.amount
    found = []
    for row in rows:
        if row.entry_type == "Late Fee":
            if free[row.charge or ""] < row.amount:
                continue
            free[row.charge or ""] -= row.amount
        found.append(row)
    return found
