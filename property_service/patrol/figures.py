"""Small figures the reports of the module share."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

PLACES = Decimal("0.01")


def share(part: int, whole: int) -> float | None:
    """Return a part as per cent of the whole, two decimals, half up; None of nothing."""
    return float((Decimal(100 * part) / whole).quantize(PLACES, ROUND_HALF_UP)) if whole else None


def monday(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def weeks_between(first: date, last: date) -> list[date]:
    """Return the Mondays of the weeks from a day to another, both included."""
    begin = monday(first)
    return [begin + timedelta(weeks=number) for number in range((monday(last) - begin).days // 7 + 1)]
