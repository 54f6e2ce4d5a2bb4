"""Service hours as they are entered: windows a weekday, exception days, 24:00."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.working_time import MIDNIGHT, Window

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def clock(value: Any) -> time | None:
    """Return a time of day from what forms, files and the database give; None for nothing.

    24:00 is returned as 00:00, which means the end of the day where a window ends. Seconds are dropped. Raises RuleError.
    """
    if value is None or value == "":
        return None
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0)
    if isinstance(value, timedelta):
        hours, minutes = divmod(int(value.total_seconds()) // 60, 60)
    else:
        parts = str(value).strip().split(":")
        if len(parts) not in (2, 3) or not all(part.split(".")[0].isdigit() for part in parts):
            raise RuleError(_("{0} is not a time of day. Enter it as 08:30."), value)
        hours, minutes = int(parts[0]), int(parts[1])
    if (hours, minutes) == (24, 0):
        return MIDNIGHT
    if not (0 <= hours <= 23 and 0 <= minutes <= 59):
        raise RuleError(_("{0} is not a time of day. Enter it as 08:30."), value)
    return time(hours, minutes)


def check_windows(rows: Iterable[Any]) -> None:
    """Raise RuleError for windows (weekday, from_time, to_time) that end before they begin or overlap on a day."""
    days: dict[str, list[Window]] = defaultdict(list)
    for row in rows:
        if row.weekday not in WEEKDAYS:
            raise RuleError(_("{0} is not a weekday. Choose one from the list."), row.weekday)
        days[row.weekday].append(_window(WEEKDAYS.index(row.weekday), row, row.weekday))
    for day, windows in days.items():
        _check_apart(windows, day)


def check_exceptions(rows: Iterable[Any]) -> None:
    """Raise RuleError for exception days (exception_date, from_time, to_time) that contradict each other.

    A day is either closed (one row without times) or open in all the windows given for it.
    """
    days: dict[date, list[Window | None]] = defaultdict(list)
    for row in rows:
        day = (
            row.exception_date if isinstance(row.exception_date, date) else date.fromisoformat(str(row.exception_date))
        )
        if clock(row.from_time) is None and clock(row.to_time) is None:
            days[day].append(None)
        else:
            days[day].append(_window(day.weekday(), row, day.isoformat()))
    for day, windows in days.items():
        if None in windows and len(windows) > 1:
            raise RuleError(
                _("{0} is listed as closed and once more with times. Keep one of the rows."), day.isoformat()
            )
        _check_apart([window for window in windows if window], day.isoformat())


def _window(weekday: int, row: Any, day: str) -> Window:
    start, end = clock(row.from_time), clock(row.to_time)
    if start is None or end is None:
        raise RuleError(_("Enter both times for {0}, or neither."), day)
    return Window(weekday, start, end)


def _check_apart(windows: list[Window], day: str) -> None:
    windows = sorted(windows)
    for before, after in pairwise(windows):
        if before.end == MIDNIGHT or after.start < before.end:
            raise RuleError(
                _("Two windows of {0} overlap: {1} and {2}. Merge or separate them."),
                day,
                f"{before.start:%H:%M}-{before.end:%H:%M}",
                f"{after.start:%H:%M}-{after.end:%H:%M}",
            )
