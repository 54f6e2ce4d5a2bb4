"""Parts of months, by the day: a month's price times the days served over the actual days of that month.

Amounts come from the running sum since the first of the month, rounded. Hence spans that meet add up to the whole to the cent, wherever
they are cut; what each month holds is the exact sum rounded once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from property_service.fees.amounts import plain
from property_service.fees.months import days_in, month_end, month_of, months_between
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """What a whole month costs, in yuan without rounding, on the days from `first` to `last`, both included."""

    first: date
    last: date
    monthly: Decimal


@dataclass(frozen=True, slots=True)
class Part:
    """The days of one month at one rate, and their amount in yuan to the cent."""

    first: date
    last: date
    days: int
    days_in_month: int
    monthly: Decimal
    amount: Decimal


def prorate(rates: Iterable[Rate], first: date, last: date) -> tuple[Part, ...]:
    """Return the parts of the days from `first` to `last`, both included, by month and rate; their amounts add up.

    To make parts of adjacent spans add up, both must be given the same rates, which may reach beyond the span. Raises
    RuleError for a last day before the first, a negative rate, rates that overlap, and a day of the span without a rate.
    """
    if last < first:
        raise RuleError(_("The last day {0} lies before the first day {1}. Correct one of them."), last, first)
    ordered = sorted(rates, key=lambda rate: rate.first)
    _check(ordered)
    parts, day = [], first
    for rate in ordered:
        if rate.last < day:
            continue
        for month in months_between(max(rate.first, day), min(rate.last, last)):
            begin, end = max(rate.first, month, day), min(rate.last, month_end(month), last)
            if begin > day:
                break
            amount = _until(ordered, end) - _until(ordered, begin - DAY, month)
            parts.append(Part(begin, end, (end - begin).days + 1, days_in(month), rate.monthly, amount))
            if end == last:
                return tuple(parts)
            day = end + DAY
    raise RuleError(_("No price holds on {0}. Enter one that begins on that day or before."), day)


def is_whole_month(part: Part) -> bool:
    """Return whether the part holds every day of its month."""
    return part.days == part.days_in_month


def _check(ordered: Sequence[Rate]) -> None:
    for rate in ordered:
        if rate.monthly < 0:
            raise RuleError(_("A month cannot cost {0} yuan. Enter 0 or more."), plain(rate.monthly))
        if rate.last < rate.first:
            raise RuleError(
                _("The last day {0} lies before the first day {1}. Correct one of them."), rate.last, rate.first
            )
    for rate, following in pairwise(ordered):
        if following.first <= rate.last:
            raise RuleError(_("Two prices hold on {0}. End the earlier one the day before."), following.first)


def _until(ordered: Sequence[Rate], last: date, month: date | None = None) -> Decimal:
    """Return what the month has cost from its first day to `last`, rounded; days without a rate cost nothing."""
    month = month or month_of(last)
    costs = Decimal(0)
    for rate in ordered:
        days = (min(rate.last, last) - max(rate.first, month)).days + 1
        if days > 0:
            costs += rate.monthly * days
    return money(costs / days_in(month))
