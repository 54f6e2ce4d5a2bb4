"""How money received falls on open charges: oldest first, principal before late fee, or as the cashier chooses.

No part ever exceeds what is open or what was received, and what is left over becomes a prepayment (预收). A receipt of two sums and two
receipts in a row leave the same charges open, so the order of receipts never changes what is owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from property_service.fees.amounts import plain, positive_amount
from property_service.property_service.money import ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

Policy = Literal["Principal First", "Charge by Charge"]
POLICIES: tuple[Policy, ...] = ("Principal First", "Charge by Charge")
"""All principals before any late fee; or each charge with its late fee before the next. Principal comes first within a charge."""

CASH = "Cash"
ONLINE = "Online"
MODES = (CASH, "WeChat", "Alipay", "POS", "Transfer", "Bank Collection", ONLINE)
"""How money comes in, mixed in one payment (typical practice)."""


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """What is open on a charge, in yuan; `late_fee` is what is open once its principal is paid whole on this day."""

    name: str
    due_on: date
    month: date
    principal: Decimal
    late_fee: Decimal = ZERO
    item: str = ""
    unit: str = ""

    @property
    def age(self) -> tuple[date, date, str]:
        """Sorts the oldest charge first, the same way every time."""
        return (self.due_on, self.month, self.name)


@dataclass(frozen=True, slots=True)
class Part:
    """What of a receipt falls on a charge, in yuan."""

    charge: str
    principal: Decimal
    late_fee: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        """Both together."""
        return self.principal + self.late_fee


@dataclass(frozen=True, slots=True)
class Allocation:
    """A receipt's parts, none of them 0, and what is left as a prepayment."""

    parts: tuple[Part, ...]
    prepayment: Decimal


@dataclass(frozen=True, slots=True)
class Prepaid:
    """A prepayment not used up, in yuan; tied to an item or a unit where these are given."""

    name: str
    amount: Decimal
    item: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class PrepaidPart:
    """What of a prepayment falls on a charge, in yuan."""

    prepaid: str
    charge: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Tender:
    """Money handed over in one mode, in yuan."""

    mode: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Settled:
    """What is kept by mode, together what was to pay, and the cash given back as change."""

    tenders: tuple[Tender, ...]
    change: Decimal


def allocate(amount: Decimal, charges: Iterable[OpenCharge], policy: Policy = "Principal First") -> Allocation:
    """Return how a receipt falls on charges, the oldest first; give it only those that are to be paid.

    A late fee is paid only where its principal is paid whole. Raises RuleError for an amount that is not above 0 or has parts of a
    cent, for charges with a negative rest, and for a charge named twice.
    """
    if policy not in POLICIES:
        raise RuleError(_("There is no way to allocate called {0}."), policy)
    left = positive_amount(amount)
    ordered = _checked(charges)
    principal: dict[str, Decimal] = {}
    late: dict[str, Decimal] = {}
    for charge in ordered:
        principal[charge.name] = min(left, charge.principal)
        left -= principal[charge.name]
        if policy == "Charge by Charge":
            late[charge.name] = min(left, charge.late_fee)
            left -= late[charge.name]
    for charge in ordered if policy == "Principal First" else ():
        late[charge.name] = min(left, charge.late_fee)
        left -= late[charge.name]
    parts = (Part(charge.name, principal[charge.name], late[charge.name]) for charge in ordered)
    return Allocation(tuple(part for part in parts if part.amount), left)


def allocate_chosen(amount: Decimal, charges: Iterable[OpenCharge], chosen: Mapping[str, Decimal]) -> Allocation:
    """Return a receipt divided as the cashier entered it, charge → yuan; within a charge the principal comes first.

    Raises RuleError as `allocate` does, and for more than is open on a charge or than was received.
    """
    received = positive_amount(amount)
    ordered = _checked(charges)
    unknown = sorted(set(chosen) - {charge.name for charge in ordered})
    if unknown:
        raise RuleError(_("The charge {0} is not open. Load the bill again."), unknown[0])
    parts = []
    for charge in ordered:
        if charge.name not in chosen:
            continue
        wanted, most = positive_amount(chosen[charge.name]), charge.principal + charge.late_fee
        if wanted > most:
            raise RuleError(_("Only {0} yuan are open on this charge, not {1}."), most, wanted)
        principal = min(wanted, charge.principal)
        parts.append(Part(charge.name, principal, wanted - principal))
    rest = received - sum((part.amount for part in parts), ZERO)
    if rest < 0:
        raise RuleError(_("{0} yuan more were divided than the {1} received."), -rest, received)
    return Allocation(tuple(parts), rest)


def apply(charges: Iterable[OpenCharge], allocation: Allocation) -> tuple[OpenCharge, ...]:
    """Return what is open on the charges after an allocation, those paid whole included."""
    parts = {part.charge: part for part in allocation.parts}
    return tuple(
        replace(charge, principal=charge.principal - part.principal, late_fee=charge.late_fee - part.late_fee)
        if (part := parts.get(charge.name))
        else charge
        for charge in charges
    )


def apply_prepayments(prepaid: Sequence[Prepaid], charges: Iterable[OpenCharge]) -> tuple[PrepaidPart, ...]:
    """Return how prepayments pay the principal of charges: those tied to an item or unit first, each on its oldest charges."""
    ordered = _checked(charges)
    still = {charge.name: charge.principal for charge in ordered}
    parts = []
    for sum_paid in sorted(prepaid, key=lambda row: (not row.item, not row.unit)):
        left = sum_paid.amount
        if left < 0:
            raise RuleError(_("A prepayment of {0} yuan cannot be."), plain(left))
        for charge in ordered:
            if sum_paid.item not in ("", charge.item) or sum_paid.unit not in ("", charge.unit):
                continue
            taken = min(left, still[charge.name])
            if taken:
                parts.append(PrepaidPart(sum_paid.name, charge.name, taken))
                still[charge.name] -= taken
                left -= taken
    return tuple(parts)


def settle(tenders: Sequence[Tender], to_pay: Decimal) -> Settled:
    """Return what is kept of the money handed over and the change due; `to_pay` includes what is to become a prepayment.

    Change is given in cash only, so raises RuleError where the other modes exceed what is to pay; also for too little, an unknown mode, and
    amounts that are not above 0 or have parts of a cent.
    """
    to_pay = positive_amount(to_pay)
    for tender in tenders:
        if tender.mode not in MODES:
            raise RuleError(_("There is no mode of payment called {0}."), tender.mode)
    given = [Tender(tender.mode, positive_amount(tender.amount)) for tender in tenders]
    cash = sum((tender.amount for tender in given if tender.mode == CASH), ZERO)
    change = sum((tender.amount for tender in given), ZERO) - to_pay
    if change < 0:
        raise RuleError(_("{0} yuan are missing. Enter what was handed over."), -change)
    if change > cash:
        raise RuleError(_("{0} yuan too much without cash. Change is given from cash only."), change - cash)
    kept, back = [], change
    for tender in given:
        taken = min(back, tender.amount) if tender.mode == CASH else ZERO
        back -= taken
        if tender.amount > taken:
            kept.append(Tender(tender.mode, tender.amount - taken))
    return Settled(tuple(kept), change)


def _checked(charges: Iterable[OpenCharge]) -> list[OpenCharge]:
    ordered = sorted(charges, key=lambda charge: charge.age)
    names = set()
    for charge in ordered:
        for rest in (charge.principal, charge.late_fee):
            if rest < 0 or rest != money(rest):
                raise RuleError(_("A charge cannot have {0} yuan open. Check its entries."), plain(rest))
        if charge.name in names:
            raise RuleError(_("The charge {0} is named twice."), charge.name)
        names.add(charge.name)
    return ordered
