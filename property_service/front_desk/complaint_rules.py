"""Complaints on paper: their terms, when who is told that they are late, when many make one major, what a visit's answer means.

Knows no site. Terms count in the service hours of the community: minutes of open time, and whole working days.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from property_service.property_service import working_time
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.working_time import Calendar

GENERAL, MAJOR, HOT = "General", "Major", "Hot"
LEVELS = (GENERAL, MAJOR, HOT)
WARN, TO_LEADER, TO_MANAGER = 80, 100, 150
After = Literal["Close", "Reopen", "To Manager", "Explain"]

_AFTER: dict[str, After] = {
    "Not Fixed": "Reopen",
    "Manner": "To Manager",
    "Lateness": "To Manager",
    "Charge": "To Manager",
    "Beyond Our Duty": "Explain",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """Of the settings: minutes to the first answer, the same for Major and Hot, working days to the solution and between replies."""

    first_minutes: int = 120
    major_minutes: int = 30
    solve_days: int = 3
    interim_days: int = 2


@dataclass(frozen=True, slots=True)
class Promises:
    """Aware instants by which a complaint is answered, told of again, and solved. `interim` None: no reply in between is due."""

    first_answer: datetime
    interim: datetime | None
    solve: datetime


@dataclass(frozen=True, slots=True)
class Alerts:
    """Percentages of a term at which its handler, the leader and the manager are told."""

    warn: int = WARN
    leader: int = TO_LEADER
    manager: int = TO_MANAGER

    @property
    def levels(self) -> tuple[int, int, int]:
        return (self.warn, self.leader, self.manager)


def promises(start: datetime, level: str, terms: Terms, hours: Calendar) -> Promises:
    """Return what is promised for a complaint whose clock began at the aware time `start`. Raises RuleError for an unknown level."""
    if level not in LEVELS:
        raise RuleError(_("{0} is not a level of complaints. Choose one of: {1}."), level, ", ".join(LEVELS))
    minutes = terms.first_minutes if level == GENERAL else min(terms.major_minutes, terms.first_minutes)
    solve = working_time.add_working_days(hours, start, terms.solve_days)
    return Promises(
        first_answer=working_time.add_minutes(hours, start, minutes),
        interim=next_interim(start, solve, terms, hours),
        solve=solve,
    )


def next_interim(told: datetime, solve: datetime, terms: Terms, hours: Calendar) -> datetime | None:
    """Return by when the complainant hears of it again, None where it is to be solved by then, or no replies are set."""
    if terms.interim_days <= 0:
        return None
    due = working_time.add_working_days(hours, told, terms.interim_days)
    # Once the solution itself is late, the replies go on.
    return due if due < solve or solve <= told else None


def alert_at(start: datetime, due: datetime, percent: int, hours: Calendar) -> datetime:
    """Return the instant at which `percent` of the open time from `start` to `due` have passed, whole minutes."""
    total = max(working_time.elapsed(hours, start, due), 1)
    return working_time.add_minutes(hours, start, math.ceil(total * percent / 100))


def level_reached(start: datetime, due: datetime, now: datetime, alerts: Alerts, hours: Calendar) -> int:
    """Return the highest percentage of `alerts` that has been reached at `now`, 0 for none."""
    return max((level for level in alerts.levels if alert_at(start, due, level, hours) <= now), default=0)


def next_alert(start: datetime, due: datetime, told: int, alerts: Alerts, hours: Calendar) -> datetime | None:
    """Return when the next percentage above the one told already is reached, None where all are told."""
    return min((alert_at(start, due, level, hours) for level in alerts.levels if level > told), default=None)


def group_level(level: str, size: int, major_from: int) -> str:
    """Return the level of a complaint that `size` people share: General becomes Major from `major_from` on (0: never)."""
    return MAJOR if level == GENERAL and 0 < major_from <= size else level


def dispute_key(community: str, one: str, other: str) -> str:
    """Return the key that both complaints of a dispute between two neighbours share, whoever complained first.

    Raises RuleError where both sides are one person.
    """
    if one == other:
        raise RuleError(_("Nobody is his own neighbour. Choose who the complaint is about."))
    sides = "|".join(sorted((one, other)))
    return hashlib.sha256(f"{community}|{sides}".encode()).hexdigest()[:24]


def after_visit(result: str, reason: str | None) -> After:
    """Return what the answer to the return visit of a complaint sets off. Raises RuleError for a reason that is not on the list."""
    if result != "Dissatisfied":
        return "Close"
    if reason not in _AFTER:
        raise RuleError(_("Say why the resident is dissatisfied: {0}."), ", ".join(_AFTER))
    return _AFTER[reason]


def names_in(text: str, names: tuple[str, ...]) -> str:
    """Return the first of these names that a text mentions, "" for none. Names of a single letter are no names."""
    said = text.casefold()
    return next((name for name in names if len(name.strip()) > 1 and name.strip().casefold() in said), "")
