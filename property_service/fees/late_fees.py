"""Late fees (违约金): simple, by the day after the days of grace, capped, assessed when principal is paid.

Off by default. Between owner and manager it rests on the contract, and courts reduce what is excessive (rule of law known from public copies):
the figures are the manager's, within the limits here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import pairwise

from property_service.fees.amounts import plain, positive_amount
from property_service.property_service.money import CENT, ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

HUNDRED = Decimal(100)
MAX_RATE_PERCENT = Decimal(1)
"""Per day. Typical practice is 0.05; systems that check nothing have been found to hold rates of 100 and 1,000,000."""


@dataclass(frozen=True, slots=True)
class LateFeeTerms:
    """`rate_percent` of the principal a day (0: off) after `grace_days`, never above `cap_percent` of the principal."""

    rate_percent: Decimal = Decimal(0)
    grace_days: int = 0
    cap_percent: Decimal = HUNDRED


@dataclass(frozen=True, slots=True)
class Paid:
    """Principal paid on a day, in yuan."""

    on: date
    amount: Decimal


def check_terms(terms: LateFeeTerms) -> LateFeeTerms:
    """Return the terms, or raise RuleError for a rate, grace or cap that cannot be."""
    if not 0 <= terms.rate_percent <= MAX_RATE_PERCENT:
        raise RuleError(
            _("A late fee of {0} % a day cannot be. Enter 0 to {1}."), plain(terms.rate_percent), MAX_RATE_PERCENT
        )
    if terms.grace_days < 0:
        raise RuleError(_("{0} days of grace cannot be. Enter 0 or more."), terms.grace_days)
    if terms.rate_percent and not 0 < terms.cap_percent <= HUNDRED:
        raise RuleError(
            _("A late fee cannot be capped at {0} % of the principal. Enter more than 0 and at most 100."),
            plain(terms.cap_percent),
        )
    return terms


def late_days(due_on: date, grace_days: int, on: date) -> int:
    """Return the days a payment on `on` is late: those after the day to pay by and the days of grace."""
    return max((on - due_on).days - grace_days, 0)


def late_fee(terms: LateFeeTerms, principal: Decimal, due_on: date, on: date) -> Decimal:
    """Return the late fee in yuan on a principal that is paid whole on a day."""
    return total_late_fee(terms, due_on, [Paid(on, principal)])


def total_late_fee(terms: LateFeeTerms, due_on: date, paid: Iterable[Paid]) -> Decimal:
    """Return the late fee in yuan on all principal paid so far, whatever the order of the payments.

    It never exceeds the cap on the principal paid, not by a cent. Raises RuleError for terms that cannot be and negative payments.
    """
    check_terms(terms)
    fee = principal = Decimal(0)
    for part in paid:
        if part.amount < 0:
            raise RuleError(_("A payment of {0} yuan cannot be."), plain(part.amount))
        days = late_days(due_on, terms.grace_days, part.on)
        percent = min(terms.rate_percent * days, terms.cap_percent)
        fee += part.amount * percent / HUNDRED
        principal += part.amount
    return min(money(fee), (principal * terms.cap_percent / HUNDRED).quantize(CENT, ROUND_DOWN) + ZERO)


def assess(terms: LateFeeTerms, due_on: date, paid: Sequence[Paid]) -> tuple[Decimal, ...]:
    """Return the late fee each payment brings, in the order given, in yuan; together they are `total_late_fee`."""
    totals = [total_late_fee(terms, due_on, paid[:count]) for count in range(len(paid) + 1)]
    return tuple(after - before for before, after in pairwise(totals))


def to_assess(terms: LateFeeTerms, due_on: date, paid: Iterable[Paid], assessed: Decimal) -> Decimal:
    """Return what is to be booked now that `paid` stands and `assessed` was booked; negative after a payment was taken back.

    With what is still open added to `paid` as if paid today, it is the late fee to show before the payment.
    """
    return total_late_fee(terms, due_on, paid) - assessed


def waivable(assessed: Decimal, paid: Decimal, waived: Decimal) -> Decimal:
    """Return how much of a late fee can still be waived: what was neither paid nor waived."""
    return max(assessed - paid - waived, ZERO)


def check_waiver(assessed: Decimal, paid: Decimal, waived: Decimal, amount: Decimal) -> Decimal:
    """Return the amount to waive in yuan, or raise RuleError where it is more than what is open."""
    amount, left = positive_amount(amount), waivable(assessed, paid, waived)
    if amount > left:
        raise RuleError(_("Only {0} yuan of the late fee are open. Waive that or less."), left)
    return amount
