"""When the rounds of a plan begin: days by recurrence, exceptions and holidays, times by the wall clock of the community.

A time the clock skips is the moment of the change, a time that comes twice is its first coming (see `working_time`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.working_time import instant_of

FREQUENCIES = {"Daily": DAILY, "Weekly": WEEKLY, "Monthly": MONTHLY}
MOST_EVERY = {"Daily": 366, "Weekly": 52, "Monthly": 24}
MOST_DAYS = 5 * 366
MOST_TIMES = 48


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Days taken out of a plan and days put into it, whatever its recurrence says; a day put in beats a holiday."""

    left_out: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Schedule:
    """A recurrence from `first` to `last`, both included, in the time zone `zone` (IANA name).

    `weekdays`: 0 = Monday … 6 = Sunday, for "Weekly"; `month_days`: 1 … 31, or -1 (the last) … -31, for "Monthly".
    Raises RuleError for what never ends or contradicts itself.
    """

    zone: str
    frequency: str
    first: date
    last: date | None
    times: tuple[time, ...]
    every: int = 1
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    exceptions: Exceptions = Exceptions()

    def __post_init__(self) -> None:
        _check_span(self)
        _check_recurrence(self)
        _check_times(self.times)
        _check_exceptions(self)


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One round: when it begins (UTC), and the day and time the wall clock was asked for."""

    starts_at: datetime
    day: date
    clock: time


def check_happens(schedule: Schedule) -> None:
    """Raise RuleError for a plan without a single day, such as one for every 31 February."""
    if not days(schedule, schedule.first, schedule.last):
        raise RuleError(
            _(
                "No day between {0} and {1} fits this plan, so it never happens. Check the days, the holidays and the "
                "days left out."
            ),
            schedule.first.isoformat(),
            schedule.last.isoformat(),
        )


def days(schedule: Schedule, start: date, end: date) -> list[date]:
    """The days of the plan from `start` to `end`, both included, in order."""
    start, end = max(start, schedule.first), min(end, schedule.last)
    if start > end:
        return []
    rule = rrule(
        FREQUENCIES[schedule.frequency],
        dtstart=datetime.combine(_begin(schedule, start), time(0)),
        interval=schedule.every,
        byweekday=schedule.weekdays if schedule.frequency == "Weekly" else None,
        bymonthday=schedule.month_days if schedule.frequency == "Monthly" else None,
        until=datetime.combine(end, time(0)),
    )
    found = {moment.date() for moment in rule.xafter(datetime.combine(start, time(0)), inc=True)}
    wanted = schedule.exceptions
    found = (found - wanted.holidays) | {day for day in wanted.extra if start <= day <= end}
    return sorted(found - wanted.left_out)


def occurrences(schedule: Schedule, start: date, end: date) -> list[Occurrence]:
    """The rounds of the days from `start` to `end`, both included, by time; two that fall together are one."""
    found: dict[datetime, Occurrence] = {}
    for day in days(schedule, start, end):
        for clock in sorted(schedule.times):
            moment = instant_of(schedule.zone, day, clock)
            found.setdefault(moment, Occurrence(moment, day, clock))
    return sorted(found.values())


def month_days(text: str | None) -> tuple[int, ...]:
    """Read "1, 15, -1" (also with 、and ，) as days of the month; raises RuleError where a word is no such day."""
    found = []
    for word in re.split(r"[\s,;，、；]+", (text or "").replace("−", "-").strip()):
        if not word:
            continue
        if not re.fullmatch(r"-?[0-9]{1,2}", word) or not 1 <= abs(int(word)) <= 31:
            raise RuleError(_("{0} is not a day of the month. Enter 1 to 31, or -1 for the last day."), word)
        found.append(int(word))
    return tuple(sorted(set(found)))


def _begin(schedule: Schedule, start: date) -> date:
    """The last beginning of a period of the recurrence not after `start`: years gone by are not counted through again."""
    first, every = schedule.first, schedule.every
    if schedule.frequency == "Daily":
        return first + timedelta(days=(start - first).days // every * every)
    if schedule.frequency == "Weekly":
        monday = first - timedelta(days=first.weekday())
        return max(first, monday + timedelta(weeks=(start - monday).days // 7 // every * every))
    months = (start.year - first.year) * 12 + start.month - first.month
    years, month = divmod(first.month - 1 + months // every * every, 12)
    return max(first, date(first.year + years, month + 1, 1))


def _check_span(schedule: Schedule) -> None:
    if schedule.first is None:
        raise RuleError(_("A plan needs a first day that is a date. Enter it under From."))
    if schedule.last is None:
        raise RuleError(
            _("A plan needs a last day. Enter it under To; a plan that goes on is given a new one in time.")
        )
    if schedule.last < schedule.first:
        raise RuleError(
            _("The plan ends on {0}, before it begins on {1}. Correct one of the two days."),
            schedule.last.isoformat(),
            schedule.first.isoformat(),
        )
    if schedule.last - schedule.first > timedelta(days=MOST_DAYS):
        raise RuleError(
            _("A plan that runs longer than five years is never looked at again. Enter an earlier last day.")
        )


def _check_recurrence(schedule: Schedule) -> None:
    if schedule.frequency not in FREQUENCIES:
        raise RuleError(_("{0} is no way to repeat. Choose Daily, Weekly or Monthly."), schedule.frequency)
    most = MOST_EVERY[schedule.frequency]
    if not 1 <= schedule.every <= most:
        raise RuleError(_("A plan repeats every 1 to {0} days, weeks or months. Correct the number."), most)
    if schedule.frequency == "Weekly" and not schedule.weekdays:
        raise RuleError(_("A weekly plan needs at least one weekday. Tick the days it is done on."))
    if schedule.frequency == "Monthly" and not schedule.month_days:
        raise RuleError(_("A monthly plan needs the days of the month, for example 1, 15 and -1 for the last day."))


def _check_times(times: Collection[time]) -> None:
    if not times:
        raise RuleError(_("A plan needs at least one time of the day. Enter when the round begins."))
    if len(times) > MOST_TIMES:
        raise RuleError(_("A plan can begin at most {0} times a day. Make a second plan for the others."), MOST_TIMES)
    twice = _twice(times)
    if twice:
        raise RuleError(_("{0} is listed twice among the times of the day. Keep one of the rows."), f"{twice:%H:%M}")


def _check_exceptions(schedule: Schedule) -> None:
    both = schedule.exceptions.left_out & schedule.exceptions.extra
    if both:
        raise RuleError(_("{0} is listed as left out and as extra. Keep one of the rows."), min(both).isoformat())
    outside = [day for day in schedule.exceptions.extra if not schedule.first <= day <= schedule.last]
    if outside:
        raise RuleError(
            _("The extra day {0} is outside the plan, which runs from {1} to {2}. Change the day or the plan."),
            min(outside).isoformat(),
            schedule.first.isoformat(),
            schedule.last.isoformat(),
        )


def _twice(values: Iterable[time]) -> time | None:
    seen = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
