"""When a household is reminded of what it owes: level after level, each once for the oldest day it should have paid by.

The days are settings (typical practice: 5, 15, 30, 60 and 90 days). Arrears warn; they never block a pass, a key, a parcel or a utility.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

LEVELS = ("Notice", "Call", "Letter", "Visit", "Lawyer's Letter", "Lawsuit")
USUAL_DAYS: dict[str, int] = {"Notice": 5, "Call": 15, "Letter": 30, "Visit": 60, "Lawyer's Letter": 90}
"""A lawsuit is brought by people, never by a schedule."""
MOST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Step:
    """A level, and how many days after the day to pay by it is due."""

    level: str
    days: int


def steps_of(days: Mapping[str, int | None]) -> tuple[Step, ...]:
    """Return the steps in order; level → days, None for the usual days, 0 for a level that is left out.

    Raises RuleError for days that do not rise from level to level.
    """
    chosen = {level: usual if days.get(level) is None else int(days[level] or 0) for level, usual in USUAL_DAYS.items()}
    steps = tuple(Step(level, number) for level, number in chosen.items() if number)
    for step in steps:
        if not 0 < step.days <= MOST_DAYS:
            raise RuleError(_("A reminder cannot be due after {0} days. Enter 1 to {1}, or 0."), step.days, MOST_DAYS)
    for before, after in pairwise(steps):
        if after.days <= before.days:
            raise RuleError(_("The days of reminders must rise from level to level."))
    return steps


def next_level(steps: tuple[Step, ...], oldest_due: date, made: Mapping[str, date], today: date) -> str:
    """Return the level that is due today, "" where none is; `made` are the levels made for this oldest day to pay by.

    Nobody gets a lawyer's letter first: a household whose arrears are old already begins with the first level, and each further one waits
    as many days as lie between the two.
    """
    reached = max((LEVELS.index(level) for level in made), default=-1)
    before: Step | None = None
    for step in steps:
        if LEVELS.index(step.level) <= reached:
            before = step
            continue
        due = oldest_due + timedelta(days=step.days)
        if made:
            waited = step.days - (before.days if before else 0)
            due = max(due, max(made.values()) + timedelta(days=waited))
        return step.level if due <= today else ""
    return ""
