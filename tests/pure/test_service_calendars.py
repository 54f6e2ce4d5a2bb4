"""Service hours as people enter them."""

from datetime import date, time, timedelta
from types import SimpleNamespace as Row

import pytest

from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_calendars import check_exceptions, check_windows, clock

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("value", "result"),
    [
        (None, None),
        ("", None),
        ("8:30", time(8, 30)),
        ("08:30:59.5", time(8, 30)),
        ("24:00", time(0, 0)),
        ("24:00:00", time(0, 0)),
        (timedelta(hours=24), time(0, 0)),
        (timedelta(hours=9, minutes=5, seconds=7), time(9, 5)),
        (time(12, 0, 30), time(12, 0)),
    ],
)
def test_clock(value, result):
    assert clock(value) == result


@pytest.mark.parametrize("value", ["noon", "25:00", "12:60", "24:01", "8", "8:3o", "-1:00", timedelta(hours=30)])
def test_no_clock(value):
    with pytest.raises(RuleError, match="not a time of day"):
        clock(value)


def window(weekday, begin, end):
    return Row(weekday=weekday, from_time=begin, to_time=end)


def day(when, begin=None, end=None):
    return Row(exception_date=when, from_time=begin, to_time=end)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [window("Monday", "08:30", "12:00"), window("Monday", "14:00", "18:00")],
        [window("Monday", "08:30", "12:00"), window("Monday", "12:00", "18:00")],
        [window("Monday", "20:00", "24:00"), window("Tuesday", "00:00", "06:00")],
        [window("Sunday", "00:00", "24:00")],
        [window("Monday", "08:00", "12:00"), window("Tuesday", "08:00", "12:00")],
    ],
)
def test_windows_accepted(rows):
    check_windows(rows)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([window("Monday", "12:00", "08:00")], "end before they begin"),
        ([window("Monday", "08:00", "08:00")], "end before they begin"),
        ([window("Monday", "08:00", "12:00"), window("Monday", "11:59", "13:00")], "overlap"),
        ([window("Monday", "20:00", "24:00"), window("Monday", "22:00", "23:00")], "overlap"),
        ([window("Monday", "00:00", "24:00"), window("Monday", "08:00", "12:00")], "overlap"),
        ([window("Monday", "08:00", "12:00"), window("Monday", "08:00", "12:00")], "overlap"),
        ([window("Monday", "08:00", None)], "both times"),
        ([window("Someday", "08:00", "12:00")], "not a weekday"),
    ],
)
def test_windows_refused(rows, sentence):
    with pytest.raises(RuleError, match=sentence):
        check_windows(rows)


@pytest.mark.parametrize(
    "rows",
    [
        [day(date(2026, 10, 1))],
        [day("2026-10-01", "09:00", "12:00"), day(date(2026, 10, 1), "14:00", "24:00")],
        [day("2026-10-01"), day("2026-10-02")],
    ],
)
def test_exceptions_accepted(rows):
    check_exceptions(rows)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([day("2026-10-01"), day(date(2026, 10, 1), "09:00", "12:00")], "closed and once more"),
        ([day("2026-10-01"), day("2026-10-01")], "closed and once more"),
        ([day("2026-10-01", "09:00", None)], "both times"),
        ([day("2026-10-01", "09:00", "12:00"), day("2026-10-01", "11:00", "13:00")], "overlap"),
    ],
)
def test_exceptions_refused(rows, sentence):
    with pytest.raises(RuleError, match=sentence):
        check_exceptions(rows)
