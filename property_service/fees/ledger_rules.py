"""The fee ledger (收费台账): kinds of entries, their signs, and what they add up to.

Amounts are signed by what is owed: what raises it is positive. An entry is taken back by another one of the same type with the opposite
amount that names it in `reverses`; so every sum by type nets by itself. Rows on a charge copy where and whose it is from its Charge row: a new
steward or owner never moves an old figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from property_service.fees.amounts import plain
from property_service.property_service.money import ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

EntryType = Literal["Charge", "Adjustment", "Late Fee", "Payment", "Allocation", "Refund", "Deposit"]
ENTRY_TYPES: tuple[EntryType, ...] = (
    "Charge",  # + a fee for a month of service, or a one-off one
    "Adjustment",  # - waived (减免), + charged in addition
    "Late Fee",  # + assessed
    "Payment",  # - money received
    "Allocation",  # - money received, or a prepayment, laid on a charge
    "Refund",  # + money given back
    "Deposit",  # + money received that is held, - deducted or refunded; such money has no Payment or Refund beside it
)
ON_A_CHARGE: frozenset[str] = frozenset({"Charge", "Adjustment", "Late Fee", "Allocation"})
OF_MONEY: frozenset[str] = frozenset({"Payment", "Refund"})
SIGNS: dict[str, int] = {"Charge": 1, "Late Fee": 1, "Payment": -1, "Allocation": -1, "Refund": 1}

EntryPart = Literal["Principal", "Late Fee"]
PARTS: tuple[EntryPart, ...] = ("Principal", "Late Fee")
CollectedFor = Literal["Own", "Utility", "Developer"]
COLLECTED_FOR: tuple[CollectedFor, ...] = ("Own", "Utility", "Developer")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """An entry; `amount` in yuan, `recorded_at` in the site's time, `service_month` the first of the month of service."""

    name: str
    entry_type: EntryType
    amount: Decimal
    effective_date: date
    recorded_at: datetime
    part: EntryPart = "Principal"
    charge: str | None = None
    receipt: str | None = None
    deposit: str | None = None
    community: str = ""
    building: str = ""
    service_area: str = ""
    steward: str = ""
    unit: str = ""
    usage: str = ""
    item: str = ""
    item_kind: str = ""
    collected_for: CollectedFor = "Own"
    debtor: str = ""
    service_month: date | None = None
    reverses: str | None = None
    adjustment: str | None = None
    mode: str = ""
    remark: str = ""


def signed(entry_type: EntryType, amount: Decimal, raises: bool = False) -> Decimal:
    """Return an amount above 0 with the sign of its type; `raises` for a further charge by adjustment and for a deposit received."""
    return amount * SIGNS.get(entry_type, 1 if raises else -1)


def check_row(row: LedgerRow, latest: date | None = None) -> None:
    """Raise RuleError for an entry that cannot stand: its type, sign, cents, what it belongs to, or its days.

    `latest` is the date in the community when it was recorded; left out, that of `recorded_at`.
    """
    if row.entry_type not in ENTRY_TYPES or row.part not in PARTS or row.collected_for not in COLLECTED_FOR:
        raise RuleError(
            _("There is no ledger entry of the type {0}, {1}, {2}."), row.entry_type, row.part, row.collected_for
        )
    if row.amount == 0 or row.amount != money(row.amount):
        raise RuleError(_("A ledger entry of {0} yuan cannot be."), plain(row.amount))
    sign = SIGNS.get(row.entry_type)
    if sign and (row.amount > 0) != ((sign > 0) != bool(row.reverses)):
        raise RuleError(_("A ledger entry of the type {0} cannot have the amount {1}."), row.entry_type, row.amount)
    if (row.part == "Late Fee") != (row.entry_type == "Late Fee") and row.entry_type not in (
        "Adjustment",
        "Allocation",
    ):
        raise RuleError(
            _("There is no ledger entry of the type {0}, {1}, {2}."), row.entry_type, row.part, row.collected_for
        )
    missing = (
        (row.entry_type in ON_A_CHARGE and not (row.charge and row.service_month))
        or (row.entry_type in OF_MONEY and not row.receipt)
        or (row.entry_type == "Deposit" and not row.deposit)
    )
    if missing:
        raise RuleError(_("A ledger entry of the type {0} must name what it belongs to."), row.entry_type)
    if row.entry_type not in ("Charge", "Adjustment") and row.effective_date > (latest or row.recorded_at.date()):
        raise RuleError(_("Money cannot have moved on {0}, after it was recorded."), row.effective_date)


def reversal(
    row: LedgerRow, name: str, effective_date: date, recorded_at: datetime, already_reversed: bool = False
) -> LedgerRow:
    """Return the entry that takes another one back, with everything but name, days and sign the same.

    Raises RuleError for an entry that was taken back already or is itself a reversal: nothing is taken back twice.
    """
    if already_reversed:
        raise RuleError(_("The entry {0} has been reversed already."), row.name)
    if row.reverses:
        raise RuleError(_("A reversal cannot be reversed. Enter it anew."))
    return replace(
        row,
        name=name,
        amount=-row.amount,
        effective_date=effective_date,
        recorded_at=recorded_at,
        reverses=row.name,
    )


def as_of(rows: Iterable[LedgerRow], day: date) -> list[LedgerRow]:
    """Return what was recorded up to the end of a day, the cut-off of every report: what comes later never changes it."""
    return [row for row in rows if row.recorded_at.date() <= day]


def backdated(rows: Iterable[LedgerRow], day: date) -> list[LedgerRow]:
    """Return what was recorded after a day but dated on or before it: reports show it beside their figures."""
    return [row for row in rows if row.effective_date <= day < row.recorded_at.date()]


def balance(rows: Iterable[LedgerRow], part: EntryPart | None = None) -> Decimal:
    """Return what is open on the charges of the rows, in yuan; of one part, or of both."""
    return sum((row.amount for row in rows if row.entry_type in ON_A_CHARGE and part in (None, row.part)), ZERO)


def credit(rows: Iterable[LedgerRow]) -> Decimal:
    """Return what a debtor has paid that lies on no charge (预收), in yuan; deposits are kept apart from it."""
    signs = {"Payment": -1, "Refund": -1, "Allocation": 1}
    return sum((row.amount * signs.get(row.entry_type, 0) for row in rows), ZERO)


def deposit_held(rows: Iterable[LedgerRow]) -> Decimal:
    """Return the deposits held (在押), in yuan."""
    return sum((row.amount for row in rows if row.entry_type == "Deposit"), ZERO)


def money_kept(rows: Iterable[LedgerRow]) -> Decimal:
    """Return the money received less what was given back, in yuan, without deposits."""
    return -sum((row.amount for row in rows if row.entry_type in OF_MONEY), ZERO)
