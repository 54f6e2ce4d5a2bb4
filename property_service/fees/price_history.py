"""Prices with from-dates: which one is in force on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from property_service.fees.tiers import Tier, check_price, check_tiers
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Price:
    """A price in yuan from `begin` on, or a table of tiers in its place.

    `end` is its last day; None means until the day before the next price begins.
    """

    begin: date
    amount: Decimal
    tiers: tuple[Tier, ...] = ()
    end: date | None = None


@dataclass(frozen=True, slots=True)
class PriceSpan:
    """The days from `first` to `last`, both included, on which one price is in force."""

    first: date
    last: date
    price: Price


def check_prices(prices: Iterable[Price]) -> tuple[Price, ...]:
    """Return the prices in order with their last days filled in (None: still in force).

    Raises RuleError for no price at all, a price or tier that cannot be, two prices on one day, and days between two prices
    that have none.
    """
    ordered = sorted(prices, key=lambda price: price.begin)
    if not ordered:
        raise RuleError(_("Enter a price and the day it holds from."))
    filled = []
    for price, following in zip(ordered, [*ordered[1:], None], strict=True):
        check_price(price.amount)
        if price.tiers:
            check_tiers(price.tiers)
        if price.end and price.end < price.begin:
            raise RuleError(
                _("The last day {0} lies before the first day {1}. Correct one of them."), price.end, price.begin
            )
        if following:
            if following.begin == price.begin or (price.end and price.end >= following.begin):
                raise RuleError(_("Two prices hold on {0}. End the earlier one the day before."), following.begin)
            if price.end and price.end + DAY < following.begin:
                raise RuleError(_("No price holds on {0}. Let the prices follow each other."), price.end + DAY)
        filled.append(replace(price, end=following.begin - DAY if following else price.end))
    return tuple(filled)


def price_spans(prices: Iterable[Price], first: date, last: date) -> tuple[PriceSpan, ...]:
    """Return which price holds from `first` to `last`, both included, without a hole.

    Raises RuleError for a day without a price, and where the days or the prices cannot be.
    """
    if last < first:
        raise RuleError(_("The last day {0} lies before the first day {1}. Correct one of them."), last, first)
    spans, day = [], first
    for price in check_prices(prices):
        if day > last or (price.end and price.end < day):
            continue
        if price.begin > day:
            break
        until = min(price.end or last, last)
        spans.append(PriceSpan(day, until, price))
        if until == last:
            return tuple(spans)
        day = until + DAY
    raise RuleError(_("No price holds on {0}. Enter one that begins on that day or before."), day)


def price_on(prices: Iterable[Price], day: date) -> Price:
    """Return the price in force on a day, or raise RuleError if there is none."""
    return price_spans(prices, day, day)[0].price


def one_price(amount: Decimal) -> tuple[Price, ...]:
    """Return a room's own price, which holds on all days."""
    return (Price(date.min, check_price(amount)),)
