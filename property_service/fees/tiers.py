"""Tiered prices (阶梯价): the more is used in a month or a calendar year, the dearer the rest.

Typical practice: water and gas by calendar year, power by month, more of each tier for large households.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from property_service.fees.amounts import plain
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

Period = Literal["Month", "Year"]
MAX_PRICE = Decimal(1_000_000)
PRICE_PLACES = 6
"""Power is priced by four places (0.4883 yuan/kWh); two more for what is shared out."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A step of a tariff: what is used above `begin`, up to and including `end` (None: without limit), at `price` yuan."""

    begin: Decimal
    end: Decimal | None
    price: Decimal


@dataclass(frozen=True, slots=True)
class TierPart:
    """What of a quantity falls into tier `number`, counted from 1, and its price."""

    number: int
    quantity: Decimal
    price: Decimal


def check_price(price: Decimal) -> Decimal:
    """Return a price in yuan if it can be one: 0 to MAX_PRICE, at most PRICE_PLACES decimal places; else raise RuleError."""
    if not price.is_finite() or price < 0 or price > MAX_PRICE:
        raise RuleError(_("A price of {0} yuan cannot be. Enter 0 to {1}."), plain_or_text(price), MAX_PRICE)
    if price != round(price, PRICE_PLACES):
        raise RuleError(_("The price {0} has too many decimal places. Enter at most {1}."), plain(price), PRICE_PLACES)
    return price


def plain_or_text(number: Decimal) -> str:
    """Return a number as people write it, and what is no number as it is."""
    return plain(number) if number.is_finite() and abs(number.adjusted()) < 30 else str(number)


def check_tiers(tiers: Iterable[Tier]) -> tuple[Tier, ...]:
    """Return the tiers in order, or raise RuleError: they must begin at 0, follow each other and leave the last without limit."""
    ordered = tuple(sorted(tiers, key=lambda tier: tier.begin))
    if not ordered:
        raise RuleError(_("Enter at least one tier."))
    reached: Decimal | None = Decimal(0)
    for tier in ordered:
        check_price(tier.price)
        if tier.begin < 0:
            raise RuleError(_("A tier cannot begin at {0}. The first one begins at 0."), plain(tier.begin))
        if tier.end is not None and tier.end <= tier.begin:
            raise RuleError(_("The tier from {0} to {1} holds nothing."), plain(tier.begin), plain(tier.end))
        if reached is None or tier.begin < reached:
            raise RuleError(
                _("Two tiers hold the quantity above {0}. Each begins where the one before ends."), plain(tier.begin)
            )
        if tier.begin > reached:
            raise RuleError(_("No tier holds the quantities from {0} to {1}."), plain(reached), plain(tier.begin))
        reached = tier.end
    if reached is not None:
        raise RuleError(
            _("No tier holds what is used above {0}. Leave the end of the last tier empty."), plain(reached)
        )
    return ordered


def tier_parts(
    tiers: Iterable[Tier], quantity: Decimal, used_before: Decimal = Decimal(0), extra: Decimal = Decimal(0)
) -> tuple[TierPart, ...]:
    """Return how a quantity falls into the tiers when `used_before` has been used in the period already.

    `extra` lifts the limit of every tier: the quota of a large household. The quantities of the parts add up to `quantity`;
    a quantity of 0 gives no parts. Raises RuleError for negative quantities and for tiers that `check_tiers` refuses.
    """
    for number in (quantity, used_before, extra):
        if number < 0:
            raise RuleError(_("A quantity of {0} cannot be billed."), plain(number))
    parts, left, reached = [], quantity, used_before
    for number, tier in enumerate(check_tiers(tiers), start=1):
        room = left if tier.end is None else max(tier.end + extra - reached, Decimal(0))
        taken = min(left, room)
        if taken > 0:
            parts.append(TierPart(number, taken, tier.price))
            left -= taken
            reached += taken
    return tuple(parts)


def extra_quota(persons: int | None, above: int, per_person: Decimal) -> Decimal:
    """Return what a household of `persons` may use more in every tier: `per_person` for each one above `above`."""
    return max((persons or 0) - above, 0) * per_person


def used_before(usages: Iterable[tuple[date, Decimal]], month: date, period: Period) -> Decimal:
    """Return what earlier months of service used up of the period's tiers.

    `usages` are (month of service, quantity). By calendar year the earlier months of the same year count; by month none do.
    A reading counts whole in its month of service, also where it began in the year before.
    """
    if period == "Month":
        return Decimal(0)
    earlier = (quantity for used_in, quantity in usages if used_in.year == month.year and used_in < month)
    return sum(earlier, Decimal(0))
