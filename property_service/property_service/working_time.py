"""Minutes inside service hours: the arithmetic under every promised time.

All instants given are timezone-aware, all instants returned are in UTC: two datetimes of one zone are compared by their
wall clock, which is wrong in the hours around a clock change, and UTC has no such hours.

A wall-clock time is taken as the **first instant at which the local clock shows that time or a later one**. Hence:

- a time that does not exist (clocks go forward over it) is the moment of the change, so a window inside the skipped hour is
  empty and a window across it is shorter by what was skipped;
- a time that comes twice (clocks go back) is its first coming, so a window across the repeated hour is longer by it;
- windows that touch on the wall touch in fact, and never overlap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

UTC = timezone.utc
MIDNIGHT = time(0, 0)
SEARCH_DAYS = 400
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_NOTHING = timedelta(0)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Open from `start` up to `end` (wall clock) on a weekday, 0 = Monday … 6 = Sunday.

    `end` 00:00 means 24:00, the end of the day, so 00:00-00:00 is the whole day. Hours over midnight are two windows.
    """

    weekday: int
    start: time
    end: time

    def __post_init__(self) -> None:
        if self.weekday not in range(7):
            raise RuleError(_("{0} is not a weekday. Use 0 for Monday to 6 for Sunday."), self.weekday)
        if self.start.tzinfo or self.end.tzinfo:
            raise RuleError(_("Give the hours of a window as plain clock times; the calendar has the time zone."))
        if self.end != MIDNIGHT and self.start >= self.end:
            raise RuleError(
                _(
                    "Service hours from {0} to {1} end before they begin. Enter hours over midnight as two rows, one until"
                    " 24:00 and one from 00:00 on the next day."
                ),
                f"{self.start:%H:%M}",
                f"{self.end:%H:%M}",
            )


@dataclass(frozen=True, slots=True)
class ExceptionDay:
    """A date whose hours replace those of its weekday; no windows: closed. The windows' own `weekday` is ignored."""

    date: date
    windows: tuple[Window, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands from `start` to `end`; `end` None: it still stands."""

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        to_utc(self.start)
        if self.end is not None and to_utc(self.end) < to_utc(self.start):
            raise RuleError(_("A pause cannot end before it begins. Correct one of the two times."))


@dataclass(frozen=True)
class Calendar:
    """Service hours in the time zone `zone` (IANA name). `round_the_clock` ignores windows and exception days.

    Raises RuleError for an unknown zone or a date excepted twice.
    """

    zone: str
    windows: tuple[Window, ...] = ()
    exceptions: tuple[ExceptionDay, ...] = ()
    round_the_clock: bool = False
    _hours: dict[int, tuple[tuple[time, time], ...]] = field(init=False, repr=False, compare=False)
    _excepted: dict[date, tuple[tuple[time, time], ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _zone(self.zone)
        weekdays = {w.weekday for w in self.windows}
        hours = {day: _hours_of(w for w in self.windows if w.weekday == day) for day in weekdays}
        excepted = {day.date: _hours_of(day.windows) for day in self.exceptions}
        if len(excepted) != len(self.exceptions):
            raise RuleError(_("A date is listed twice among the exception days. Keep one row for it."))
        object.__setattr__(self, "_hours", hours)
        object.__setattr__(self, "_excepted", excepted)


def minutes_between(cal: Calendar, start: datetime, end: datetime) -> int:
    """Return the whole open minutes from `start` to `end`; 0 when `end` is not after `start`."""
    return _open_time(cal, [(to_utc(start), to_utc(end))]) // _MINUTE


def add_minutes(cal: Calendar, start: datetime, minutes: int) -> datetime:
    """Return the first instant by which `minutes` open minutes have passed since `start`; for 0 the next open instant.

    A target used up exactly at closing time is due at closing time, not at the next opening.
    Raises RuleError for negative minutes, or when no open window follows within 400 days.
    """
    reached = due(cal, start, minutes, ())
    assert reached is not None  # only an open pause leaves it open
    return reached


def is_open(cal: Calendar, at: datetime) -> bool:
    """Return whether the instant lies in an open window (its first moment does, its last does not)."""
    moment = to_utc(at)
    day = moment.astimezone(_zone(cal.zone)).date()
    # A clock set back over midnight shows the old date again after the new one has begun, hence the next day too.
    return cal.round_the_clock or any(a <= moment < b for d in (day, day + _DAY) for a, b in _spans_on(cal, d))


def next_open(cal: Calendar, at: datetime) -> datetime:
    """Return `at` itself when open, else the next opening. Raises RuleError when there is none within 400 days."""
    return next(_spans_from(cal, to_utc(at)))[0]


def elapsed(cal: Calendar, start: datetime, end: datetime, pauses: Sequence[Pause] = ()) -> int:
    """Return the whole open minutes from `start` to `end` outside the pauses; an open pause lasts until `end`."""
    return _open_time(cal, _running(to_utc(start), to_utc(end), pauses)) // _MINUTE


def due(cal: Calendar, start: datetime, minutes: int, pauses: Sequence[Pause] = ()) -> datetime | None:
    """Return the first instant by which `minutes` open, unpaused minutes have passed since `start`.

    None: an open pause began before that, so the clock stands and there is no due time until the pause ends.
    Raises RuleError for negative minutes, or when no open window follows within 400 days.
    """
    if minutes < 0:
        raise RuleError(_("A target of {0} minutes is in the past. Enter 0 or more."), minutes)
    left = timedelta(minutes=minutes)
    for begin, stop in _running(to_utc(start), None, pauses):
        for a, b in _spans_from(cal, begin):
            if stop is not None and a >= stop:
                break
            b = b if stop is None else min(b, stop)
            if left <= b - a:
                return a + left
            left -= b - a
    return None


def add_working_days(cal: Calendar, start: datetime, days: int) -> datetime:
    """Return the closing time of the `days`-th working day after the day of `start`.

    A working day is a local date with any open time; the day of `start` is not counted, as is usual for a term in days. For 0:
    the close of the day that is open at `start` or opens next. Round the clock every date counts and closes at midnight.
    Raises RuleError for negative days, or when no working day follows within 400 days.
    """
    if days < 0:
        raise RuleError(_("A target of {0} working days is in the past. Enter 0 or more."), days)
    moment = to_utc(start)
    day = moment.astimezone(_zone(cal.zone)).date()
    if days == 0:
        return next(b for d in _dates(cal, day) for b in [_close_of(cal, d)] if b > moment)
    working = _dates(cal, day + _DAY)
    for _passed in range(days - 1):
        next(working)
    return _close_of(cal, next(working))


def to_utc(moment: datetime) -> datetime:
    """Return the instant in UTC; raises RuleError for a datetime without zone."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise RuleError(_("The time {0} has no time zone. Convert it before it meets the service calendar."), moment)
    return moment.astimezone(UTC)


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError) as unknown:
        raise RuleError(_("{0} is not a time zone. Choose one such as Asia/Shanghai."), name) from unknown


def _hours_of(windows: Iterable[Window]) -> tuple[tuple[time, time], ...]:
    """Return the hours of one day, sorted, overlapping ones joined."""
    joined: list[tuple[time, time]] = []
    for start, end in sorted((w.start, w.end) for w in windows):
        if joined and (joined[-1][1] == MIDNIGHT or start <= joined[-1][1]):
            before = joined[-1]
            last = MIDNIGHT if MIDNIGHT in (before[1], end) else max(before[1], end)
            joined[-1] = (before[0], last)
        else:
            joined.append((start, end))
    return tuple(joined)


@lru_cache(maxsize=8192)
def instant_of(zone: str, day: date, clock: time) -> datetime:
    """Return the first instant at which the clock of `zone` shows that date and time, or a later one, in UTC."""
    wall = datetime.combine(day, clock)
    here = _zone(zone)
    late, early = (wall.replace(tzinfo=here, fold=fold).astimezone(UTC) for fold in (0, 1))
    if late <= early:
        return late  # an ordinary time, or the first of two
    while late - early > timedelta(seconds=1):  # a skipped time: the change lies between its two readings
        middle = early + (late - early) // 2
        if middle.astimezone(here).replace(tzinfo=None) < wall:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)


def _spans_on(cal: Calendar, day: date) -> list[Span]:
    if cal.round_the_clock:
        hours: tuple[tuple[time, time], ...] = ((MIDNIGHT, MIDNIGHT),)
    else:
        hours = cal._excepted.get(day, cal._hours.get(day.weekday(), ()))
    spans = [
        (instant_of(cal.zone, day, start), instant_of(cal.zone, day + _DAY if end == MIDNIGHT else day, end))
        for start, end in hours
    ]
    return [(a, b) for a, b in spans if a < b]


def _dates(cal: Calendar, first: date) -> Iterator[date]:
    """Yield the working days from `first` on; raises RuleError after 400 days without one."""
    day, closed = first, 0
    while closed <= SEARCH_DAYS:
        if _spans_on(cal, day):
            closed = 0
            yield day
        else:
            closed += 1
        day += _DAY
    raise RuleError(
        _("The service calendar has no open hours in the {0} days after {1}. Enter its service hours."),
        SEARCH_DAYS,
        first.isoformat(),
    )


def _close_of(cal: Calendar, day: date) -> datetime:
    return _spans_on(cal, day)[-1][1]


def _spans_from(cal: Calendar, begin: datetime) -> Iterator[Span]:
    """Yield the open spans that end after `begin`, in order, the first cut at `begin`."""
    for day in _dates(cal, begin.astimezone(_zone(cal.zone)).date()):
        for a, b in _spans_on(cal, day):
            if b > begin:
                yield max(a, begin), b


def _open_time(cal: Calendar, stretches: Iterable[tuple[datetime, datetime | None]]) -> timedelta:
    total = _NOTHING
    for begin, stop in stretches:
        assert stop is not None
        if cal.round_the_clock:
            total += max(stop - begin, _NOTHING)
            continue
        here = _zone(cal.zone)
        day, last = begin.astimezone(here).date(), stop.astimezone(here).date() + _DAY
        while day <= last:
            total += sum((max(min(b, stop) - max(a, begin), _NOTHING) for a, b in _spans_on(cal, day)), _NOTHING)
            day += _DAY
    return total


def _running(
    start: datetime, end: datetime | None, pauses: Sequence[Pause]
) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield the stretches from `start` to `end` (None: without end) in which the clock runs; overlapping pauses count once."""
    at = start
    for pause in sorted(pauses, key=lambda p: to_utc(p.start)):
        begin = to_utc(pause.start)
        if end is not None and begin >= end:
            break
        if begin > at:
            yield at, begin
        if pause.end is None:
            return
        at = max(at, to_utc(pause.end))
    if end is None or at < end:
        yield at, end
