"""What was used between two readings of a meter: rolled over, replaced, and what is not to be believed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from property_service.fees.amounts import plain
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

Flag = Literal["", "Unusually High", "Nothing Used"]
UNUSUAL = 3
"""So many times the usual use a day is worth a second look."""


@dataclass(frozen=True, slots=True)
class Meter:
    """`digits` before the point (0: not known, never rolls over); `multiplier` (倍率) of its transformer; `most_per_day` in its unit."""

    digits: int = 0
    multiplier: Decimal = Decimal(1)
    most_per_day: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What the dial showed on a day; `rollover` ticked when it passed its highest number since the reading before."""

    on: date
    value: Decimal
    rollover: bool = False


@dataclass(frozen=True, slots=True)
class Consumption:
    """What was used from the day after the last reading to the day of this one, in the meter's unit."""

    first: date
    last: date
    quantity: Decimal
    flag: Flag = ""

    @property
    def days(self) -> int:
        """How many days it took."""
        return (self.last - self.first).days + 1


def consumption(
    meter: Meter,
    previous: Reading,
    current: Reading,
    usual_per_day: Decimal | None = None,
    confirmed: bool = False,
) -> Consumption:
    """Return what was used between two readings of one meter.

    Raises RuleError for a reading below the last one (unless it rolled over), on the same or an earlier day, above the dial, and for more
    than `most_per_day` until somebody has confirmed it. What is far from the usual is flagged, not refused.
    """
    _in_order(previous, current)
    return _judged(meter, previous, current, _used(meter, previous, current), usual_per_day, confirmed)


def replacement(
    old: Meter,
    previous: Reading,
    final: Reading,
    new: Meter,
    initial: Reading,
    current: Reading,
    usual_per_day: Decimal | None = None,
    confirmed: bool = False,
) -> Consumption:
    """Return what was used when the meter was replaced between two readings: the old one up to `final`, the new one from `initial`.

    Raises RuleError as `consumption` does, and for days that are not in order.
    """
    _in_order(previous, current)
    if not previous.on <= final.on <= initial.on <= current.on:
        raise RuleError(
            _("The meter was replaced on {0}. That is not between the readings of {1} and {2}."),
            initial.on,
            previous.on,
            current.on,
        )
    quantity = _used(old, previous, final) + _used(new, initial, current)
    return _judged(new, previous, current, quantity, usual_per_day, confirmed)


def usual_per_day(history: Iterable[Consumption]) -> Decimal | None:
    """Return what was used a day on average, None without any history."""
    rows = list(history)
    days = sum(row.days for row in rows)
    return sum((row.quantity for row in rows), Decimal(0)) / days if days else None


def _in_order(previous: Reading, current: Reading) -> None:
    if current.on <= previous.on:
        raise RuleError(_("The last reading is of {0}. Enter a later day than that."), previous.on)


def _used(meter: Meter, previous: Reading, current: Reading) -> Decimal:
    if meter.multiplier <= 0:
        raise RuleError(_("A meter cannot multiply by {0}. Enter 1 or its factor."), plain(meter.multiplier))
    for value in (previous.value, current.value):
        if value < 0 or (meter.digits and value >= _dial(meter)):
            raise RuleError(_("The meter cannot show {0}. Check the number."), plain(value))
    used = current.value - previous.value
    if not current.rollover:
        if used < 0:
            raise RuleError(
                _("{0} is below the last reading {1} of {2}. Read again, or enter a rollover or a replaced meter."),
                plain(current.value),
                plain(previous.value),
                previous.on,
            )
    elif not meter.digits or used >= 0 or used + _dial(meter) > _dial(meter) / 2:
        raise RuleError(
            _("From {0} to {1} the meter cannot have rolled over. Read again, or enter a replaced meter."),
            plain(previous.value),
            plain(current.value),
        )
    else:
        used += _dial(meter)
    return used * meter.multiplier


def _dial(meter: Meter) -> Decimal:
    return Decimal(10) ** meter.digits


def _judged(
    meter: Meter, previous: Reading, current: Reading, quantity: Decimal, usual: Decimal | None, confirmed: bool
) -> Consumption:
    used = Consumption(previous.on + timedelta(days=1), current.on, quantity)
    too_much = meter.most_per_day is not None and quantity > meter.most_per_day * used.days
    if too_much and not confirmed:
        raise RuleError(
            _("{0} in {1} days is more than this meter's {2} a day. Read again, then confirm it."),
            plain(quantity),
            used.days,
            plain(meter.most_per_day or Decimal(0)),
        )
    flag: Flag = ""
    if too_much or (usual and quantity > usual * used.days * UNUSUAL):
        flag = "Unusually High"
    elif usual and quantity == 0:
        flag = "Nothing Used"
    return Consumption(used.first, used.last, quantity, flag)
