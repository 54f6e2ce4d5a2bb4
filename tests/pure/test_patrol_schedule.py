"""When the rounds of a plan begin: every recurrence, month ends, clock changes, holidays, and plans that cannot be."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.patrol.schedule import Exceptions, Schedule, check_happens, days, month_days, occurrences
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure

SHANGHAI, BERLIN, NEW_YORK = "Asia/Shanghai", "Europe/Berlin", "America/New_York"


def plan(**values: Any) -> Schedule:
    """A plan of one round a day at 8:00 through the year 2026, with what is given instead."""
    standard = {
        "zone": SHANGHAI,
        "frequency": "Daily",
        "first": date(2026, 1, 1),
        "last": date(2026, 12, 31),
        "times": (time(8),),
    }
    return Schedule(**{**standard, **values})


def all_days(schedule: Schedule) -> list[str]:
    return [day.isoformat() for day in days(schedule, schedule.first, schedule.last)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"last": date(2026, 1, 4)}, ["01-01", "01-02", "01-03", "01-04"]),
        ({"every": 3, "last": date(2026, 1, 8)}, ["01-01", "01-04", "01-07"]),
        # a Thursday; Mondays and Thursdays of every second week, counted from the week the plan begins in
        (
            {"frequency": "Weekly", "weekdays": (0, 3), "every": 2, "last": date(2026, 2, 1)},
            ["01-01", "01-12", "01-15", "01-26", "01-29"],
        ),
        ({"frequency": "Weekly", "weekdays": (6,), "last": date(2026, 1, 20)}, ["01-04", "01-11", "01-18"]),
        (
            {"frequency": "Monthly", "month_days": (1, 15, -1), "last": date(2026, 3, 1)},
            ["01-01", "01-15", "01-31", "02-01", "02-15", "02-28", "03-01"],
        ),
        # a 31st only where there is one; the last day always
        ({"frequency": "Monthly", "month_days": (31,), "last": date(2026, 5, 31)}, ["01-31", "03-31", "05-31"]),
        (
            {"frequency": "Monthly", "month_days": (-1,), "last": date(2026, 4, 30)},
            ["01-31", "02-28", "03-31", "04-30"],
        ),
        ({"frequency": "Monthly", "month_days": (10,), "every": 6}, ["01-10", "07-10"]),
    ],
)
def test_days_of_a_recurrence(values: dict[str, Any], expected: list[str]) -> None:
    assert all_days(plan(**values)) == [f"2026-{day}" for day in expected]


def test_a_leap_day_comes_in_leap_years() -> None:
    found = plan(frequency="Monthly", month_days=(29,), every=12, first=date(2024, 2, 1), last=date(2028, 12, 31))
    assert all_days(found) == ["2024-02-29", "2028-02-29"]


def test_exceptions_holidays_and_extra_days() -> None:
    wanted = Exceptions(
        left_out=frozenset({date(2026, 1, 2)}),
        extra=frozenset({date(2026, 1, 5)}),
        holidays=frozenset({date(2026, 1, 3), date(2026, 1, 5)}),
    )
    found = plan(last=date(2026, 1, 7), exceptions=wanted)
    assert all_days(found) == ["2026-01-01", "2026-01-04", "2026-01-05", "2026-01-06", "2026-01-07"]
    weekly = plan(frequency="Weekly", weekdays=(0,), last=date(2026, 1, 12), exceptions=wanted)
    assert all_days(weekly) == ["2026-01-05", "2026-01-12"], "the extra day beats the holiday"


@pytest.mark.parametrize(
    ("zone", "day", "clock", "expected"),
    [
        (SHANGHAI, date(2026, 7, 1), time(8), "2026-07-01T00:00"),
        (BERLIN, date(2026, 7, 1), time(8), "2026-07-01T06:00"),
        (BERLIN, date(2026, 12, 1), time(8), "2026-12-01T07:00"),
        (BERLIN, date(2026, 3, 29), time(2, 30), "2026-03-29T01:00"),  # skipped: the moment of the change
        (BERLIN, date(2026, 10, 25), time(2, 30), "2026-10-25T00:30"),  # twice: the first coming
        (NEW_YORK, date(2026, 3, 8), time(2, 15), "2026-03-08T07:00"),
        (NEW_YORK, date(2026, 11, 1), time(1, 15), "2026-11-01T05:15"),
    ],
)
def test_the_clock_on_the_wall(zone: str, day: date, clock: time, expected: str) -> None:
    (found,) = occurrences(plan(zone=zone, times=(clock,)), day, day)
    assert found.starts_at == datetime.fromisoformat(expected).replace(tzinfo=timezone.utc)
    assert (found.day, found.clock) == (day, clock)


def test_two_times_that_the_clock_throws_together_are_one_round() -> None:
    schedule = plan(zone=BERLIN, times=(time(2, 15), time(2, 30), time(3, 0), time(4, 0)))
    found = occurrences(schedule, date(2026, 3, 29), date(2026, 3, 29))
    assert [(each.clock, each.starts_at.hour) for each in found] == [(time(2, 15), 1), (time(4, 0), 2)]


def test_a_night_round_every_two_hours_has_twelve_rounds_in_the_night_of_the_change_too() -> None:
    schedule = plan(zone=BERLIN, times=tuple(time(hour) for hour in range(0, 24, 2)))
    for day, gaps in ((date(2026, 3, 29), {1, 2}), (date(2026, 10, 25), {2, 3}), (date(2026, 6, 1), {2})):
        found = [each.starts_at for each in occurrences(schedule, day, day)]
        assert len(found) == 12
        assert {(after - before) // timedelta(hours=1) for before, after in pairwise(found)} == gaps


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"last": None}, "last day"),
        ({"last": date(2025, 12, 31)}, "before it begins"),
        ({"last": date(9999, 12, 31)}, "five years"),
        ({"frequency": "Hourly"}, "Daily, Weekly or Monthly"),
        ({"every": 0}, "every 1 to 366"),
        ({"every": 10**9}, "every 1 to 366"),
        ({"frequency": "Weekly"}, "weekday"),
        ({"frequency": "Monthly"}, "days of the month"),
        ({"times": ()}, "time of the day"),
        ({"times": (time(8), time(9), time(8))}, "08:00 is listed twice"),
        ({"times": tuple(time(n // 60, n % 60) for n in range(49))}, "at most 48"),
        # 31 February
        ({"frequency": "Monthly", "month_days": (31,), "every": 12, "first": date(2026, 2, 1)}, "never happens"),
        ({"frequency": "Monthly", "month_days": (30, 31), "every": 24, "first": date(2026, 2, 1)}, "never happens"),
        ({"frequency": "Weekly", "weekdays": (6,), "last": date(2026, 1, 2)}, "never happens"),
        (
            {"last": date(2026, 1, 1), "exceptions": Exceptions(left_out=frozenset({date(2026, 1, 1)}))},
            "never happens",
        ),
        ({"last": date(2026, 1, 1), "exceptions": Exceptions(holidays=frozenset({date(2026, 1, 1)}))}, "never happens"),
        (
            {"exceptions": Exceptions(frozenset({date(2026, 1, 1)}), frozenset({date(2026, 1, 1)}))},
            "left out and as extra",
        ),
        ({"exceptions": Exceptions(extra=frozenset({date(2027, 1, 1)}))}, "outside the plan"),
        ({"zone": "Mars/Olympus"}, None),
    ],
)
def test_plans_that_cannot_be_are_refused_in_a_sentence(values: dict[str, Any], said: str | None) -> None:
    with pytest.raises(RuleError) as refusal:
        schedule = plan(**values)
        check_happens(schedule)
        occurrences(schedule, schedule.first, schedule.first)
    assert (said or "time zone") in str(refusal.value)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1, 15, -1", (-1, 1, 15)),
        ("1、15，31", (1, 15, 31)),
        (" 7 ", (7,)),
        ("7 7", (7,)),
        ("−1", (-1,)),
        ("", ()),
        (None, ()),
    ],
)
def test_days_of_the_month_as_entered(text: str | None, expected: tuple[int, ...]) -> None:
    assert month_days(text) == expected


@pytest.mark.parametrize("text", ["0", "32", "-32", "1.5", "first", "1-5", "1e1"])
def test_what_is_no_day_of_the_month(text: str) -> None:
    with pytest.raises(RuleError, match="day of the month"):
        month_days(text)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    first = draw(st.dates(date(2020, 1, 1), date(2027, 1, 1)))
    clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
    return Schedule(
        zone=draw(st.sampled_from([SHANGHAI, BERLIN, NEW_YORK, "Australia/Lord_Howe"])),
        frequency=draw(st.sampled_from(["Daily", "Weekly", "Monthly"])),
        first=first,
        last=first + timedelta(days=draw(st.integers(800, 1800))),
        times=tuple(draw(st.sets(clocks, min_size=1, max_size=4))),
        every=draw(st.integers(1, 5)),
        weekdays=tuple(draw(st.sets(st.integers(0, 6), min_size=1))),
        # the first of the month, so that the plan surely happens
        month_days=tuple({1, *draw(st.sets(st.sampled_from([15, 28, 31, -1, -28])))}),
    )


def by_hand(schedule: Schedule, day: date) -> bool:
    """Whether a day belongs to the plan, the slow way."""
    if schedule.frequency == "Daily":
        return (day - schedule.first).days % schedule.every == 0
    if schedule.frequency == "Weekly":
        weeks = (day - (schedule.first - timedelta(days=schedule.first.weekday()))).days // 7
        return weeks % schedule.every == 0 and day.weekday() in schedule.weekdays
    months = (day.year - schedule.first.year) * 12 + day.month - schedule.first.month
    next_month = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    from_end = (day - next_month).days
    return months % schedule.every == 0 and (day.day in schedule.month_days or from_end in schedule.month_days)


@given(schedules(), st.integers(0, 800), st.integers(0, 120))
def test_any_stretch_of_any_plan_is_what_counting_by_hand_gives(schedule: Schedule, begin: int, length: int) -> None:
    start = schedule.first + timedelta(days=begin)
    end = start + timedelta(days=length)
    wanted = [start + timedelta(days=n) for n in range(length + 1)]
    assert days(schedule, start, end) == [day for day in wanted if day <= schedule.last and by_hand(schedule, day)]


@given(schedules(), st.integers(0, 800))
def test_rounds_are_in_order_apart_and_of_their_day(schedule: Schedule, begin: int) -> None:
    start = schedule.first + timedelta(days=begin)
    end = start + timedelta(days=40)
    found = occurrences(schedule, start, end)
    moments = [each.starts_at for each in found]
    assert moments == sorted(set(moments))
    halves = occurrences(schedule, start, start + timedelta(days=20)) + occurrences(
        schedule, start + timedelta(days=21), end
    )
    assert halves == found, "made in two goes or in one"
    for each in found:
        shown = each.starts_at.astimezone(ZoneInfo(schedule.zone)).replace(tzinfo=None)
        assert timedelta(0) <= shown - datetime.combine(each.day, each.clock) <= timedelta(hours=1)
