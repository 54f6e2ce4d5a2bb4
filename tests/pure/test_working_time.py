"""The working-minutes arithmetic: noon breaks, holidays, pauses and clock changes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from property_service.property_service.rule_error import RuleError
from property_service.property_service.working_time import (
    Calendar,
    ExceptionDay,
    Pause,
    Window,
    add_minutes,
    add_working_days,
    due,
    elapsed,
    is_open,
    minutes_between,
    next_open,
)

pytestmark = pytest.mark.pure

UTC = timezone.utc
SHANGHAI = "Asia/Shanghai"
NOON_BREAK = [(time(8, 30), time(12)), (time(13, 30), time(17, 30))]


def at(text: str, zone: str = SHANGHAI, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


def windows(days: range, hours: list[tuple[time, time]]) -> tuple[Window, ...]:
    return tuple(Window(day, a, b) for day in days for a, b in hours)


# 2026-11-23 is a Monday.
OFFICE = Calendar(
    SHANGHAI,
    windows(range(5), NOON_BREAK),
    (
        ExceptionDay(date(2026, 10, 1)),
        ExceptionDay(date(2026, 10, 2)),
        ExceptionDay(date(2026, 10, 10), (Window(0, time(9), time(12)),)),  # a Saturday worked in exchange
    ),
)
ALWAYS = Calendar(SHANGHAI, round_the_clock=True)
NIGHT = Calendar(SHANGHAI, (*windows(range(7), [(time(22), time(0))]), *windows(range(7), [(time(0), time(6))])))
WHOLE_DAY = {
    zone: Calendar(zone, windows(range(7), [(time(0), time(0))]))
    for zone in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")
}


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-23 09:00", "2026-11-23 10:00", 60),
        ("2026-11-23 11:30", "2026-11-23 14:00", 60),  # noon break
        ("2026-11-23 12:10", "2026-11-23 13:20", 0),  # inside the break
        ("2026-11-23 00:00", "2026-11-24 00:00", 450),  # a split shift
        ("2026-11-20 17:00", "2026-11-23 09:00", 60),  # over a weekend
        ("2026-09-30 17:00", "2026-10-05 09:00", 60),  # over two holidays and a weekend
        ("2026-10-10 00:00", "2026-10-11 00:00", 180),  # the extra working Saturday has its own hours
        ("2026-11-23 09:00:30", "2026-11-23 09:01:29", 0),  # whole minutes only
        ("2026-11-23 10:00", "2026-11-23 09:00", 0),  # never negative
    ],
)
def test_minutes_between_counts_open_time_only(start: str, end: str, minutes: int) -> None:
    assert minutes_between(OFFICE, at(start), at(end)) == minutes


@pytest.mark.parametrize(
    ("start", "minutes", "expected"),
    [
        ("2026-11-23 11:30", 60, "2026-11-23 14:00"),
        ("2026-11-23 11:30", 30, "2026-11-23 12:00"),  # used up at closing: due at closing
        ("2026-11-23 12:00", 30, "2026-11-23 14:00"),
        ("2026-11-20 17:00", 60, "2026-11-23 09:00"),
        ("2026-11-21 10:00", 0, "2026-11-23 08:30"),
        ("2026-11-23 09:15", 0, "2026-11-23 09:15"),
        ("2026-09-30 17:30", 1, "2026-10-05 08:31"),
        ("2026-10-09 17:30", 180, "2026-10-10 12:00"),
        ("2026-11-23 08:30", 450 * 5, "2026-11-27 17:30"),
    ],
)
def test_add_minutes(start: str, minutes: int, expected: str) -> None:
    assert add_minutes(OFFICE, at(start), minutes) == at(expected)


def test_round_the_clock_ignores_hours_and_holidays() -> None:
    cal = Calendar(SHANGHAI, OFFICE.windows, OFFICE.exceptions, round_the_clock=True)
    assert add_minutes(cal, at("2026-10-01 03:00"), 90) == at("2026-10-01 04:30")
    assert minutes_between(cal, at("2026-09-30 00:00"), at("2026-10-03 00:00")) == 3 * 1440
    assert is_open(cal, at("2026-10-01 03:00"))


def test_hours_over_midnight_are_two_windows() -> None:
    assert minutes_between(NIGHT, at("2026-11-23 21:00"), at("2026-11-24 07:00")) == 8 * 60
    assert add_minutes(NIGHT, at("2026-11-23 23:30"), 60) == at("2026-11-24 00:30")
    assert is_open(NIGHT, at("2026-11-24 00:00"))


def test_overlapping_windows_count_once() -> None:
    cal = Calendar(SHANGHAI, (Window(0, time(8), time(12)), Window(0, time(9), time(0)), Window(0, time(20), time(22))))
    assert minutes_between(cal, at("2026-11-23 00:00"), at("2026-11-24 00:00")) == 16 * 60


@pytest.mark.parametrize(
    ("moment", "opened", "opens"),
    [
        ("2026-11-23 08:29", False, "2026-11-23 08:30"),
        ("2026-11-23 08:30", True, "2026-11-23 08:30"),
        ("2026-11-23 12:00", False, "2026-11-23 13:30"),
        ("2026-11-27 17:30", False, "2026-11-30 08:30"),
        ("2026-10-01 10:00", False, "2026-10-05 08:30"),
    ],
)
def test_is_open_and_next_open(moment: str, opened: bool, opens: str) -> None:
    assert is_open(OFFICE, at(moment)) is opened
    assert next_open(OFFICE, at(moment)) == at(opens)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-11-23 09:00", 1, "2026-11-24 17:30"),
        ("2026-11-20 20:00", 1, "2026-11-23 17:30"),
        ("2026-11-21 09:00", 1, "2026-11-23 17:30"),
        ("2026-11-23 09:00", 3, "2026-11-26 17:30"),
        ("2026-09-29 09:00", 2, "2026-10-05 17:30"),
        ("2026-10-09 09:00", 1, "2026-10-10 12:00"),  # the worked Saturday counts
        ("2026-11-23 09:00", 0, "2026-11-23 17:30"),
        ("2026-11-23 17:30", 0, "2026-11-24 17:30"),
    ],
)
def test_add_working_days(start: str, days: int, expected: str) -> None:
    assert add_working_days(OFFICE, at(start), days) == at(expected)


def test_working_days_round_the_clock_are_dates() -> None:
    assert add_working_days(ALWAYS, at("2026-11-21 09:00"), 2) == at("2026-11-24 00:00")


# --- pauses -----------------------------------------------------------------------------------------------------------


def test_a_pause_over_night_costs_only_its_open_minutes() -> None:
    pause = Pause(at("2026-11-23 17:00"), at("2026-11-24 09:00"))
    assert elapsed(OFFICE, at("2026-11-23 16:00"), at("2026-11-24 10:00"), [pause]) == 120
    assert due(OFFICE, at("2026-11-23 16:00"), 120, [pause]) == at("2026-11-24 10:00")


def test_overlapping_pauses_count_once() -> None:
    pauses = [
        Pause(at("2026-11-23 09:30"), at("2026-11-23 10:30")),
        Pause(at("2026-11-23 09:00"), at("2026-11-23 10:00")),
        Pause(at("2026-11-23 09:15"), at("2026-11-23 09:20")),
    ]
    assert elapsed(OFFICE, at("2026-11-23 08:30"), at("2026-11-23 11:00"), pauses) == 60


def test_an_open_pause_stops_the_clock() -> None:
    pause = Pause(at("2026-11-23 10:00"))
    assert elapsed(OFFICE, at("2026-11-23 09:00"), at("2026-11-25 10:00"), [pause]) == 60
    assert due(OFFICE, at("2026-11-23 09:00"), 61, [pause]) is None
    assert due(OFFICE, at("2026-11-23 09:00"), 60, [pause]) == at("2026-11-23 10:00")


def test_a_pause_from_before_the_start_counts_from_the_start() -> None:
    pause = Pause(at("2026-11-20 10:00"), at("2026-11-23 09:30"))
    assert elapsed(OFFICE, at("2026-11-23 09:00"), at("2026-11-23 10:00"), [pause]) == 30


# --- clock changes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
    ],
)
def test_a_day_with_a_clock_change_has_its_real_length(zone: str, day: str, hours: float) -> None:
    start = at(f"{day} 00:00", zone)
    end = at(f"{date.fromisoformat(day) + timedelta(days=1)} 00:00", zone)
    assert minutes_between(WHOLE_DAY[zone], start, end) == hours * 60
    assert add_minutes(WHOLE_DAY[zone], start, int(hours * 60)) == end.astimezone(UTC)


@pytest.mark.parametrize(
    ("zone", "day", "start", "end", "minutes"),
    [
        ("Europe/Berlin", "2026-03-29", time(2), time(3), 0),  # the hour that is skipped
        ("Europe/Berlin", "2026-03-29", time(2, 30), time(4), 60),
        ("Europe/Berlin", "2026-03-29", time(1), time(2, 30), 60),
        ("Europe/Berlin", "2026-10-25", time(2), time(3), 120),  # the hour that comes twice
        ("Europe/Berlin", "2026-10-25", time(2), time(2, 30), 30),
        ("Europe/Berlin", "2026-10-25", time(2, 30), time(3), 90),
        ("Europe/Berlin", "2026-10-25", time(9), time(17), 480),
        ("America/New_York", "2026-03-08", time(1, 30), time(3, 30), 60),
        ("America/New_York", "2026-11-01", time(0), time(6), 420),
        ("Australia/Lord_Howe", "2026-10-04", time(2), time(2, 30), 0),
        ("Australia/Lord_Howe", "2026-10-04", time(1, 45), time(2, 45), 30),
        ("Australia/Lord_Howe", "2026-04-05", time(1, 30), time(2), 60),
        ("Pacific/Apia", "2011-12-30", time(9), time(17), 0),  # a date that never was
        ("Africa/Cairo", "2023-04-28", time(0), time(1), 0),  # midnight itself is skipped
    ],
)
def test_windows_across_a_clock_change(zone: str, day: str, start: time, end: time, minutes: int) -> None:
    on = date.fromisoformat(day)
    cal = Calendar(zone, (Window(on.weekday(), start, end),))
    begin = datetime.combine(on - timedelta(days=1), time(12), ZoneInfo(zone))
    assert minutes_between(cal, begin, begin.astimezone(UTC) + timedelta(days=3)) == minutes


def test_a_window_that_a_clock_change_swallows_makes_no_working_day() -> None:
    cal = Calendar("Europe/Berlin", (Window(6, time(2), time(3)),))
    before = at("2026-03-28 12:00", "Europe/Berlin")
    assert next_open(cal, before) == at("2026-04-05 02:00", "Europe/Berlin").astimezone(UTC)
    assert add_working_days(cal, before, 1) == at("2026-04-05 03:00", "Europe/Berlin").astimezone(UTC)


def test_the_two_comings_of_an_hour_are_told_apart() -> None:
    cal = WHOLE_DAY["Europe/Berlin"]
    first, second = at("2026-10-25 02:30", "Europe/Berlin"), at("2026-10-25 02:30", "Europe/Berlin", fold=1)
    assert minutes_between(cal, first, second) == 60
    assert add_minutes(cal, first, 60) == second.astimezone(UTC)


def test_a_clock_set_back_over_midnight() -> None:
    zone = "America/St_Johns"  # 2010-11-07 00:01 became 2010-11-06 23:01
    cal = Calendar(zone, windows(range(7), [(time(0), time(0))]))
    again = at("2010-11-06 23:30", zone, fold=1)
    assert is_open(cal, again)
    assert add_minutes(cal, again, 30) == again.astimezone(UTC) + timedelta(minutes=30)
    assert minutes_between(cal, again, again.astimezone(UTC) + timedelta(minutes=7)) == 7


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_a_calendar_that_never_opens_is_refused() -> None:
    for call in (
        lambda cal: add_minutes(cal, at("2026-11-23 09:00"), 1),
        lambda cal: next_open(cal, at("2026-11-23 09:00")),
        lambda cal: add_working_days(cal, at("2026-11-23 09:00"), 1),
    ):
        with pytest.raises(ValueError, match="no open hours in the 400 days"):
            call(Calendar(SHANGHAI))
    past = Calendar(SHANGHAI, (), (ExceptionDay(date(2026, 1, 1), (Window(0, time(9), time(10)),)),))
    assert minutes_between(past, at("2025-12-31 00:00"), at("2027-01-01 00:00")) == 60
    with pytest.raises(ValueError, match="no open hours"):
        add_minutes(past, at("2025-12-31 00:00"), 61)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Window(7, time(8), time(9)),
        lambda: Window(0, time(9), time(9)),
        lambda: Window(0, time(22), time(6)),
        lambda: Window(0, time(8, tzinfo=UTC), time(9)),
        lambda: Calendar("Asia/Nowhere"),
        lambda: Calendar(""),
        lambda: Calendar(SHANGHAI, (), (ExceptionDay(date(2026, 1, 1)), ExceptionDay(date(2026, 1, 1)))),
        lambda: Pause(at("2026-01-02 00:00"), at("2026-01-01 00:00")),
        lambda: Pause(datetime(2026, 1, 1)),
        lambda: minutes_between(OFFICE, datetime(2026, 1, 1), at("2026-01-02 00:00")),
        lambda: add_minutes(OFFICE, at("2026-01-02 00:00"), -1),
        lambda: add_working_days(OFFICE, at("2026-01-02 00:00"), -1),
    ],
)
def test_wrong_input_is_refused_with_a_sentence(make) -> None:
    with pytest.raises(RuleError) as refused:
        make()
    assert str(refused.value).endswith(".")
    assert refused.value.template.format(*refused.value.params) == str(refused.value)


# --- properties -------------------------------------------------------------------------------------------------------

ZONES = st.sampled_from([SHANGHAI, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    def hours(weekday: int) -> list[Window]:
        marks = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
        clock = [time(0) if m == 96 else time(m // 4, m % 4 * 15) for m in marks]
        return [Window(weekday, clock[i], clock[i + 1]) for i in range(0, len(clock) - 1, 2)]

    week = [w for day in range(7) for w in hours(day)]
    week.append(Window(draw(st.integers(0, 6)), time(9), time(10)))  # it opens at least once a week
    free = draw(st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5))
    days = tuple(ExceptionDay(day, tuple(hours(0)) if draw(st.booleans()) else ()) for day in sorted(free))
    return Calendar(draw(ZONES), tuple(week), days, round_the_clock=draw(st.integers(0, 9)) == 0)


INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Pause]:
    out = []
    for _i in range(draw(st.integers(0, 4))):
        begin = start + timedelta(minutes=draw(st.integers(-2000, 6000)))
        out.append(Pause(begin, begin + timedelta(minutes=draw(st.integers(0, 3000)))))
    return out


@given(calendars(), INSTANTS, st.integers(1, 5000))
def test_added_minutes_are_found_again_inside_a_window(cal: Calendar, start: datetime, minutes: int) -> None:
    end = add_minutes(cal, start, minutes)
    assert minutes_between(cal, start, end) == minutes
    assert is_open(cal, end - timedelta(seconds=1))
    assert minutes_between(cal, start, end - timedelta(seconds=1)) == minutes - 1


@given(calendars(), INSTANTS, INSTANTS, INSTANTS)
@settings(max_examples=60)
def test_minutes_add_up_and_never_exceed_real_time(cal: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    assert minutes_between(cal, a, b) + minutes_between(cal, b, c) == minutes_between(cal, a, c)
    assert 0 <= minutes_between(cal, a, c) <= (c - a).total_seconds() / 60


@given(calendars(), INSTANTS, st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 3000))
def test_later_starts_and_longer_targets_are_due_later(
    cal: Calendar, start: datetime, delay: int, minutes: int, more: int
) -> None:
    first = add_minutes(cal, start, minutes)
    assert first <= add_minutes(cal, start + timedelta(minutes=delay), minutes)
    assert first <= add_minutes(cal, start, minutes + more)
    assert add_minutes(cal, start, minutes) >= start


@given(st.data(), calendars(), INSTANTS, st.integers(1, 3000))
def test_pauses_never_shorten_a_promise(data: st.DataObject, cal: Calendar, start: datetime, minutes: int) -> None:
    stops = data.draw(pauses(start))
    end = due(cal, start, minutes, stops)
    assert end is not None and end >= add_minutes(cal, start, minutes)
    assert elapsed(cal, start, end, stops) == minutes
    assert elapsed(cal, start, end, stops) <= minutes_between(cal, start, end)
    assert elapsed(cal, start, end, stops[1:]) >= elapsed(cal, start, end, stops)
    assert elapsed(cal, start, end, stops * 2) == minutes


@given(calendars(), INSTANTS)
def test_the_next_opening_is_open_and_nothing_opens_before(cal: Calendar, start: datetime) -> None:
    opens = next_open(cal, start)
    assert is_open(cal, opens)
    assert minutes_between(cal, start, opens) == 0
    assert (opens == start) == is_open(cal, start)


@given(calendars(), INSTANTS, st.integers(1, 30))
def test_working_days_close_open_days_one_after_another(cal: Calendar, start: datetime, days: int) -> None:
    close = add_working_days(cal, start, days)
    assert is_open(cal, close - timedelta(seconds=1))
    assert add_working_days(cal, start, days - 1) <= close
    local = close - timedelta(seconds=1)
    assert (local.astimezone(ZoneInfo(cal.zone)).date() - start.astimezone(ZoneInfo(cal.zone)).date()).days >= days
