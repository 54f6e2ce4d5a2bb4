"""Who is called back after a job, when, how often, and what counts as having called.

Typical practice: everybody who gave one or two stars within hours, complaints, warranty and paid repairs always, other jobs in
a home when the resident has not rated, public areas by sample and on the spot. Calls are made by day, attempts lie on different
days and in different halves of the day, and what the system closes by itself is never a visit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.working_time import Calendar, Window, next_open, to_utc

Rule = Literal["None", "If Not Rated", "Always", "Sample"]
Kind = Literal["Repair", "Complaint", "Decoration", "Event", "Courtesy"]
Why = Literal["Rule", "Low Rating", "Emergency"]
Result = Literal["Satisfied", "Fairly Satisfied", "Dissatisfied", "Unreachable", "Declined"]
Act = Literal["Rework", "Complaint", "Explanation"]

RULES: tuple[Rule, ...] = ("None", "If Not Rated", "Always", "Sample")
LOW_RATING = 2
LOW_RATING_HOURS = 4
COMPLAINT_HOURS = 24
EMERGENCY_HOURS = 7 * 24
SECOND_VISIT_DAYS = 30

_ACTS: dict[str, Act] = {
    "Not Fixed": "Rework",
    "Manner": "Complaint",
    "Lateness": "Complaint",
    "Charge": "Complaint",
    "Beyond Our Duty": "Explanation",
}
DISSATISFIED_REASONS = tuple(_ACTS)


@dataclass(frozen=True, slots=True)
class VisitNeed:
    """`reason` as on Return Visit; due `within_hours` after the finish; `on_site`: looked at on the spot, nobody is called."""

    reason: Why
    within_hours: int
    on_site: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach somebody, at an aware time."""

    at: datetime
    reached: bool = False


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One Return Visit as the rates see it. `by_human`: a person made it, not a job of the system."""

    status: Literal["Due", "Reached", "Unreachable", "Declined", "Cancelled", "Closed by System"]
    result: str | None = None
    on_site: bool = False
    by_human: bool = True


@dataclass(frozen=True, slots=True)
class Rate:
    numerator: int
    denominator: int

    @property
    def percent(self) -> Decimal | None:
        """The rate in percent with two decimals, None when nothing was due."""
        if not self.denominator:
            return None
        exact = Decimal(100) * self.numerator / self.denominator
        return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How many of those reached were satisfied, fairly satisfied, dissatisfied; `rate` is the first two over all three."""

    satisfied: int
    fairly_satisfied: int
    dissatisfied: int

    @property
    def rate(self) -> Rate:
        content = self.satisfied + self.fairly_satisfied
        return Rate(content, content + self.dissatisfied)


def visit_due(
    rule: Rule,
    sample_percent: float,
    rating: int | None,
    job_key: str,
    emergency: bool = False,
    is_public: bool = False,
    anonymous: bool = False,
    kind: Kind = "Repair",
    warranty_or_paid: bool = False,
    within_hours: int = 48,
) -> VisitNeed | None:
    """Return the visit a finished job needs, None when it needs none. Ask again when the resident rates.

    `rating` is 1 to 5 stars, 0 or None: not rated. `sample_percent` 0 to 100, `job_key` the job's name, `within_hours` the
    category's own term. Of several reasons the most urgent one decides. Raises RuleError for an unknown rule.
    """
    if rule not in RULES:
        raise RuleError(_("{0} is not a visit rule. Use one of: {1}."), rule, ", ".join(RULES))
    on_site = anonymous or (is_public and kind == "Repair")
    if rating and rating <= LOW_RATING:
        # Whoever rated is known and waits for an answer, wherever the fault was.
        return VisitNeed("Low Rating", LOW_RATING_HOURS, anonymous)
    if kind == "Complaint":
        return VisitNeed("Rule", COMPLAINT_HOURS, on_site)
    wanted = (
        rule == "Always"
        or warranty_or_paid
        or (rule == "If Not Rated" and not rating)
        or (rule == "Sample" and is_sampled(job_key, sample_percent))
    )
    needs = [VisitNeed("Rule", within_hours, on_site)] if wanted else []
    if emergency:
        needs.append(VisitNeed("Emergency", EMERGENCY_HOURS, on_site))
    return min(needs, key=lambda need: need.within_hours, default=None)


def is_sampled(key: str, percent: float) -> bool:
    """Return whether the key is drawn: the same answer each time, and over many keys for about `percent` of them."""
    draw = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    return draw < percent / 100 * 2**64


def call_hours(
    zone: str,
    morning: tuple[time, time] = (time(9), time(12)),
    afternoon: tuple[time, time] = (time(14), time(20)),
) -> Calendar:
    """Return the hours in which residents may be called, every day, in the community's time zone."""
    return Calendar(zone, tuple(Window(day, *half) for day in range(7) for half in (morning, afternoon)))


def next_call_time(hours: Calendar, at: datetime) -> datetime:
    """Return `at` when calls are allowed then, else the next time they are; in UTC."""
    return next_open(hours, at)


def next_attempt(attempts: Sequence[Attempt], now: datetime, hours: Calendar, needed: int = 3) -> datetime | None:
    """Return when to try next: on a later day than the last try and in the other half of the day; the first try at once.

    When that half-day has gone by, the next time calls are allowed. None when somebody was reached or the tries are exhausted.
    """
    if any(attempt.reached for attempt in attempts) or is_exhausted(attempts, hours, needed):
        return None
    if not attempts:
        return next_call_time(hours, now)
    day, half = max(half_day(attempt.at, hours) for attempt in attempts)
    halves = _halves(hours)
    wanted = datetime.combine(day + timedelta(days=1), halves[(half + 1) % len(halves)], ZoneInfo(hours.zone))
    return next_call_time(hours, max(to_utc(now), to_utc(wanted)))


def half_day(at: datetime, hours: Calendar) -> tuple[date, int]:
    """Return the date in the community and the half of that day (0, 1): the one whose calls began last, or the first."""
    here = to_utc(at).astimezone(ZoneInfo(hours.zone))
    return here.date(), max(sum(start <= here.time() for start in _halves(hours)) - 1, 0)


def next_half_day(at: datetime, hours: Calendar) -> datetime:
    """Return when calls begin in the half-day after that of `at`, in UTC."""
    day, half = half_day(at, hours)
    halves = _halves(hours)
    begins = halves[half + 1] if half + 1 < len(halves) else halves[0]
    day = day if half + 1 < len(halves) else day + timedelta(days=1)
    return next_call_time(hours, datetime.combine(day, begins, ZoneInfo(hours.zone)))


def is_exhausted(attempts: Sequence[Attempt], hours: Calendar, needed: int = 3) -> bool:
    """Return whether the person is Unreachable: `needed` tries in vain, on as many days of the community's calendar."""
    if any(attempt.reached for attempt in attempts):
        return False
    days = {to_utc(attempt.at).astimezone(ZoneInfo(hours.zone)).date() for attempt in attempts}
    return len(attempts) >= needed and len(days) >= needed


def second_visit_on(first_visit: date, is_leak: bool, days: int = 0) -> date | None:
    """Return the day of the second visit: `days` after the first, for leaks 30 when not set; None: no second visit."""
    after = days or (SECOND_VISIT_DAYS if is_leak else 0)
    return first_visit + timedelta(days=after) if after > 0 else None


def may_visit(visitor: str, doer: str | None, supervisor_only: bool = False, is_supervisor: bool = False) -> bool:
    """Return whether this user may make the visit: never who did the job; after dissatisfaction only a supervisor."""
    return visitor != doer and (is_supervisor or not supervisor_only)


def act_on(dissatisfied_reason: str) -> Act:
    """Return what a dissatisfied answer sets off. Raises RuleError for a reason that is not on the list."""
    if dissatisfied_reason not in _ACTS:
        raise RuleError(_("Say why the resident is dissatisfied: {0}."), ", ".join(_ACTS))
    return _ACTS[dissatisfied_reason]


def visit_rate(rows: Iterable[VisitRow]) -> Rate:
    """Return visits in which a person was reached by a person ÷ visits due.

    Due are all but the cancelled ones, so what the system closed, nobody could reach or the resident declined lowers the rate.
    On-site rechecks are in neither; see `recheck_rate`.
    """
    calls = [row for row in rows if not row.on_site and row.status != "Cancelled"]
    return Rate(sum(_reached(row) for row in calls), len(calls))


def recheck_rate(rows: Iterable[VisitRow]) -> Rate:
    """Return on-site rechecks made by a person ÷ on-site rechecks due."""
    checks = [row for row in rows if row.on_site and row.status != "Cancelled"]
    return Rate(sum(_reached(row) for row in checks), len(checks))


def satisfaction(rows: Iterable[VisitRow]) -> Satisfaction:
    """Return the answers of those a person reached by calling; on-site rechecks have nobody to answer."""
    answers = [row.result for row in rows if not row.on_site and _reached(row)]
    return Satisfaction(*(answers.count(name) for name in ("Satisfied", "Fairly Satisfied", "Dissatisfied")))


def _halves(hours: Calendar) -> list[time]:
    """Return when the halves of a day begin; hours that touch are two halves all the same."""
    return sorted({window.start for window in hours.windows})


def _reached(row: VisitRow) -> bool:
    return row.status == "Reached" and row.by_human
