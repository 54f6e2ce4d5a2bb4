"""Sharing out what a shared meter (公摊表) or a bill shows: the parts add up to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor
from typing import Literal

from property_service.fees.amounts import plain
from property_service.fees.tiers import check_price
from property_service.property_service.money import CENT, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

Method = Literal["By Area", "Equally", "By Own Consumption"]
METHODS: tuple[Method, ...] = ("By Area", "Equally", "By Own Consumption")
QUANTITY_STEP = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Sharer:
    """A room that bears a part: billable area in m², own consumption in the meter's unit."""

    unit: str
    area: Decimal = Decimal(0)
    own_quantity: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class SharedPart:
    """What falls to a room. `amount` (yuan) is its part of the whole sum, so it may differ by a cent from quantity x price."""

    unit: str
    weight: Decimal
    quantity: Decimal
    price: Decimal
    amount: Decimal


def split(total: Decimal, weights: Mapping[str, Decimal], step: Decimal = CENT) -> dict[str, Decimal]:
    """Return `total`, a multiple of `step`, shared out by weight in multiples of `step`; the parts add up to it.

    Steps left over go to the largest remainders, equal ones by name. Raises RuleError for a negative total or weight, a total
    that is no multiple of the step, and for nobody to bear it.
    """
    if total < 0 or total % step:
        raise RuleError(_("{0} cannot be shared out in steps of {1}."), plain(total), plain(step))
    if any(weight < 0 for weight in weights.values()):
        raise RuleError(_("A negative area or consumption cannot bear a part. Correct it."))
    whole = sum(map(Fraction, weights.values()))
    if whole == 0:
        raise RuleError(_("Nobody bears a part: all areas or consumptions are 0."))
    steps = int(total / step)
    # fractions: a remainder that is rounded could hand out one step too many
    exact = {name: Fraction(weight) * steps / whole for name, weight in weights.items()}
    parts = {name: floor(number) for name, number in exact.items()}
    left = steps - sum(parts.values())
    for name in sorted(weights, key=lambda name: (parts[name] - exact[name], name))[:left]:
        parts[name] += 1
    return {name: number * step for name, number in parts.items()}


def weights(method: Method, sharers: Iterable[Sharer]) -> dict[str, Decimal]:
    """Return unit → weight. Raises RuleError for an unknown method and for a unit that is named twice."""
    if method not in METHODS:
        raise RuleError(_("There is no way to share called {0}."), method)
    found: dict[str, Decimal] = {}
    for sharer in sharers:
        if sharer.unit in found:
            raise RuleError(_("{0} is named twice among those who share."), sharer.unit)
        found[sharer.unit] = {
            "By Area": sharer.area,
            "Equally": Decimal(1),
            "By Own Consumption": sharer.own_quantity,
        }[method]
    return found


def shared_quantity(master: Decimal, own: Iterable[Decimal]) -> Decimal:
    """Return what the main meter shows above the own meters (公摊量); raises RuleError where the own meters show more."""
    rest = master - sum(own, Decimal(0))
    if rest < 0:
        raise RuleError(_("The own meters show {0} more than the main meter. Check the readings."), plain(-rest))
    return rest


def split_shared(
    quantity: Decimal, price: Decimal, method: Method, sharers: Sequence[Sharer]
) -> tuple[SharedPart, ...]:
    """Return the parts of a shared quantity at a price; their amounts add up to the whole amount to the cent.

    Quantities are shown to QUANTITY_STEP and add up as well.
    """
    by = weights(method, sharers)
    amounts = split(money(quantity * check_price(price)), by)
    quantities = split(quantity.quantize(QUANTITY_STEP, ROUND_HALF_UP), by, QUANTITY_STEP)
    return tuple(SharedPart(unit, by[unit], quantities[unit], price, amounts[unit]) for unit in by)


def split_amount(amount: Decimal, method: Method, sharers: Sequence[Sharer]) -> tuple[SharedPart, ...]:
    """Return the parts of an amount in yuan, such as a utility's bill for the common lights."""
    by = weights(method, sharers)
    amounts = split(money(amount), by)
    return tuple(SharedPart(unit, by[unit], Decimal(1), amounts[unit], amounts[unit]) for unit in by)
