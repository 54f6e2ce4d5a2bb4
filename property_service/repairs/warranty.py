"""Whether a fault is in warranty (保修), and whether it is an old fault come back (返工)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

HEATING_SEASON_MONTHS = 12
"""A season of heating or cooling comes once a year: two seasons are 24 months."""


@dataclass(frozen=True, slots=True)
class FinishedJob:
    """An earlier job: where, what, and the local day it was finished."""

    name: str
    unit: str | None
    category: str
    finished_on: date


def warranty_until(start: date, months: int) -> date:
    """Return the last day of a warranty of `months` from `start`, which is itself still inside.

    The same day of the month, or the month's last day where it has no such day: 31 August and six months give 28 February.
    Raises RuleError for negative months.
    """
    if months < 0:
        raise RuleError(_("A warranty of {0} months is not possible. Enter 0 for none."), months)
    return start + relativedelta(months=months)


def warranty_start(
    private: bool, handed_over_on: date | None, deemed_handover_on: date | None, building_completed_on: date | None
) -> date | None:
    """Return the day the warranty runs from, None when it is not known.

    Private parts: the hand-over to the first owner, else the day the unit is deemed handed over. Public parts: the completion
    of the building.
    """
    return (handed_over_on or deemed_handover_on) if private else building_completed_on


def in_warranty(start: date | None, months: int, on: date) -> bool:
    """Return whether `on` lies in the warranty, its first and last day included; no start or no months: never."""
    return start is not None and months > 0 and start <= on <= warranty_until(start, months)


def rework_of(
    unit: str | None, category: str, reported_on: date, finished: Iterable[FinishedJob], days: int = 30
) -> FinishedJob | None:
    """Return the latest job of the same category in the same unit finished within `days` before the report, or None.

    The day exactly `days` after the finish still counts. Jobs outside rooms (no unit) are not compared.
    """
    if not unit:
        return None
    candidates = [
        job
        for job in finished
        if job.unit == unit
        and job.category == category
        and job.finished_on <= reported_on <= job.finished_on + timedelta(days=days)
    ]
    return max(candidates, key=lambda job: (job.finished_on, job.name), default=None)


def is_rework(finished_on: Iterable[date], reported_on: date, days: int = 30) -> bool:
    """Return whether one of the earlier finishes of this fault (same category and unit) lies within `days` before the report."""
    return any(day <= reported_on <= day + timedelta(days=days) for day in finished_on)
