"""Months of service (所属月). A month is the date of its first day."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def month_of(day: date) -> date:
    """Return the month a day lies in."""
    return date(day.year, day.month, 1)


def add_months(month: date, count: int) -> date:
    """Return the month `count` months later, or earlier if it is negative."""
    year, index = divmod(month.year * 12 + month.month - 1 + count, 12)
    return date(year, index + 1, 1)


def days_in(month: date) -> int:
    """Return how many days the month has."""
    return monthrange(month.year, month.month)[1]


def month_end(month: date) -> date:
    """Return the month's last day."""
    return date(month.year, month.month, days_in(month))


def count_between(first: date, last: date) -> int:
    """Return how many months `last` lies after `first`; negative if before."""
    return (last.year - first.year) * 12 + last.month - first.month


def months_between(first: date, last: date) -> tuple[date, ...]:
    """Return the months from the one of `first` to the one of `last`, both included; none if `last` lies in an earlier month."""
    return tuple(add_months(first, step) for step in range(count_between(first, last) + 1))


def month_text(month: date) -> str:
    """Return a month as `2026-07`."""
    return f"{month.year:04d}-{month.month:02d}"


def month_from(text: str) -> date:
    """Return the month of a text such as `2026-07`, else raise RuleError."""
    found = MONTH.fullmatch(text.strip())
    if not found or found[1] == "0000":
        raise RuleError(_("{0} is no month. Enter it as 2026-07."), text)
    return date(int(found[1]), int(found[2]), 1)
