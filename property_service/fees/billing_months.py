"""Which months of service are due on a day: billed every n months, in advance or in arrears (typical practice)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from property_service.fees.months import (
    add_months,
    count_between,
    days_in,
    month_end,
    month_of,
    month_text,
    months_between,
)
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

Timing = Literal["In Advance", "In Arrears"]
TIMINGS: tuple[Timing, ...] = ("In Advance", "In Arrears")
MOST_MONTHS = 12
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cycle:
    """Billed every `every` months (1 to 12), in groups counted from the month `start`, before or after it."""

    every: int
    timing: Timing
    start: date


@dataclass(frozen=True, slots=True)
class Group:
    """The months of service billed together, and the first day on which they may be."""

    first_month: date
    last_month: date
    due_on: date


def check_cycle(cycle: Cycle) -> Cycle:
    """Return the cycle, or raise RuleError if it cannot be."""
    if not 1 <= cycle.every <= MOST_MONTHS:
        raise RuleError(_("An item cannot be billed every {0} months. Enter 1 to {1}."), cycle.every, MOST_MONTHS)
    if cycle.timing not in TIMINGS:
        raise RuleError(_("There is no way to bill called {0}."), cycle.timing)
    return cycle


def group_of(cycle: Cycle, month: date) -> Group:
    """Return the group a month of service is billed with.

    In advance it is due on the first day of its first month, in arrears on the day after its last month.
    """
    check_cycle(cycle)
    number = count_between(cycle.start, month) // cycle.every
    first = add_months(month_of(cycle.start), number * cycle.every)
    following = add_months(first, cycle.every)
    return Group(first, add_months(following, -1), first if cycle.timing == "In Advance" else following)


def due_on(cycle: Cycle, month: date, end: date | None = None) -> date:
    """Return the first day on which a month may be billed; in arrears a term that ends on `end` is billed the day after."""
    due = group_of(cycle, month).due_on
    return min(due, end + DAY) if end and cycle.timing == "In Arrears" else due


def due_months(cycle: Cycle, begin: date, end: date | None, on: date) -> tuple[date, ...]:
    """Return every month of service due by the day `on` for a room that has the item from `begin` to `end` (None: still).

    Also months that were billed long ago: the billing key keeps them from being billed twice.
    """
    last = group_of(cycle, month_of(on)).last_month
    months = months_between(begin, min(last, end) if end else last)
    return tuple(month for month in months if due_on(cycle, month, end) <= on)


def days_of(month: date, begin: date, end: date | None) -> tuple[date, date] | None:
    """Return the first and last day on which a room has the item in a month, None if it has it on none."""
    first = max(month, begin)
    last = min(month_end(month), end) if end else month_end(month)
    return (first, last) if first <= last else None


def pay_by(group: Group, day_of_month: int) -> date:
    """Return the day to pay by: the given day, or the last one, of the month in which the group falls due. RuleError if not 1 to 31."""
    if not 1 <= day_of_month <= 31:
        raise RuleError(_("There is no day {0} in a month. Enter 1 to 31."), day_of_month)
    month = month_of(group.due_on)
    return month.replace(day=min(day_of_month, days_in(month)))


def billing_key(unit: str, item: str, month: date, source: str = "") -> str:
    """Return what makes a charge unique: `unit|item|2026-07|source`.

    `source` tells apart what may be charged more than once, such as the repair a one-off charge stems from. Raises RuleError for an empty
    unit or item and for names that hold the divider.
    """
    if not unit or not item:
        raise RuleError(_("A charge needs a unit and an item."))
    for name in (unit, item, source):
        if "|" in name:
            raise RuleError(_("The name {0} may not hold the sign |."), name)
    return "|".join((unit, item, month_text(month), source))
