"""When a repair must be answered and finished."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.property_service.working_time import Calendar, ExceptionDay, Pause, Window
from property_service.repairs.deadlines import (
    Appointment,
    Deadline,
    JobClock,
    Target,
    alert,
    alert_level,
    alert_times,
    calendar_for,
    clock_start,
    deadline,
    is_late,
    latch,
    next_alarm,
    stops_clock,
    target_for,
)

pytestmark = pytest.mark.pure

SERVICE = Calendar(
    "Asia/Shanghai",
    tuple(Window(day, a, b) for day in range(5) for a, b in [(time(8, 30), time(12)), (time(14), time(18))]),
    (ExceptionDay(date(2026, 10, 1)),),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


LAMP = JobClock(Target("Normal", 60, 480), SERVICE, at("2026-11-23 11:30"))  # a Monday


@pytest.mark.parametrize(
    ("job", "respond_by", "finish_by"),
    [
        (LAMP, "2026-11-23 14:30", "2026-11-24 12:00"),
        (replace(LAMP, started=at("2026-11-20 19:40")), "2026-11-23 09:30", "2026-11-24 09:00"),
        # a burst pipe does not wait for office hours
        (
            replace(LAMP, target=Target("Emergency", 15, 120), clock="Round the Clock", started=at("2026-11-21 23:50")),
            "2026-11-22 00:05",
            "2026-11-22 01:50",
        ),
        # a leak survey: 480 minutes to come, 10 working days to finish
        (replace(LAMP, target=Target("Normal", 480, 0, 10)), "2026-11-24 12:00", "2026-12-07 18:00"),
        (replace(LAMP, target=Target("Normal", 0, 0, 1), started=at("2026-09-30 10:00")), None, "2026-10-02 18:00"),
        # minutes and working days: the earlier counts
        (replace(LAMP, target=Target("Normal", 0, 60, 10)), None, "2026-11-23 14:30"),
        (replace(LAMP, target=Target("Normal", 0, 100_000, 1)), None, "2026-11-24 18:00"),
        (replace(LAMP, target=Target("Normal", 0, 0)), None, None),
        (replace(LAMP, target=None), None, None),
    ],
)
def test_deadlines_from_targets(job: JobClock, respond_by: str | None, finish_by: str | None) -> None:
    assert deadline(job) == Deadline(respond_by and at(respond_by), finish_by and at(finish_by))


def test_the_customers_pause_moves_both_deadlines() -> None:
    paused = replace(LAMP, pauses=(Pause(at("2026-11-23 11:40"), at("2026-11-23 14:30")),))
    assert deadline(paused) == Deadline(at("2026-11-23 15:20"), at("2026-11-24 14:50"))
    ten_days = replace(paused, target=Target("Normal", 0, 0, 10))
    assert deadline(ten_days).finish_by == at("2026-12-08 09:20")  # 20 + 30 service minutes later


def test_an_open_pause_leaves_the_deadline_open() -> None:
    standing = replace(LAMP, pauses=(Pause(at("2026-11-23 11:40")),))
    assert deadline(standing) == Deadline(None, None, standing=True)
    answered_before = replace(LAMP, pauses=(Pause(at("2026-11-23 15:00")),))
    assert deadline(answered_before) == Deadline(at("2026-11-23 14:30"), None, standing=True)


def test_parts_do_not_stop_the_clock() -> None:
    reasons = [
        "Not at Home",
        "Rescheduled by Customer",
        "Waiting for Consent",
        "Waiting for Parts",
        "Waiting for Contractor",
        "Approved by Leader",
        "Other",
        "",
    ]
    assert [reason for reason in reasons if stops_clock(reason)] == [
        "Not at Home",
        "Rescheduled by Customer",
        "Waiting for Consent",
        "Approved by Leader",
    ]


def test_a_later_appointment_replaces_the_promise() -> None:
    wished = replace(LAMP, appointment=Appointment(at("2026-11-25 16:00"), at("2026-11-25 18:00")))
    # eight working hours to finish begin when the customer is there
    assert deadline(wished) == Deadline(at("2026-11-25 18:00"), at("2026-11-26 16:30"))
    days = replace(wished, target=Target("Normal", 480, 0, 3))
    assert deadline(days).finish_by == at("2026-11-30 18:00")


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-11-23 14:00", "2026-11-23 14:30"), ("2026-11-23 09:00", "2026-11-23 10:00")],
)
def test_an_appointment_no_later_than_the_promise_changes_nothing(start: str, end: str) -> None:
    assert deadline(replace(LAMP, appointment=Appointment(at(start), at(end)))) == deadline(LAMP)


def test_an_appointment_is_the_promise_where_there_is_none() -> None:
    job = replace(
        LAMP, target=Target("Normal", 0, 60), appointment=Appointment(at("2026-11-24 09:00"), at("2026-11-24 10:00"))
    )
    assert deadline(job) == Deadline(at("2026-11-24 10:00"), at("2026-11-24 10:00"))


def test_reopening_starts_a_new_clock() -> None:
    again = clock_start(LAMP.started, [at("2026-11-25 09:00"), at("2026-11-24 09:00")])
    job = replace(LAMP, started=again, pauses=(Pause(at("2026-11-23 11:40"), at("2026-11-23 17:00")),))
    assert deadline(job) == Deadline(at("2026-11-25 10:00"), at("2026-11-26 09:30"))
    assert clock_start(LAMP.started) == LAMP.started


@pytest.mark.parametrize(
    ("listed", "wanted", "found"),
    [
        (["Emergency", "Normal"], "Normal", "Normal"),
        (["Emergency", "Normal"], "High", "Normal"),
        (["Emergency", "Normal"], "Low", "Normal"),
        (["Emergency", "High"], "Low", "High"),
        (["Low"], "Emergency", "Low"),
        (["Low"], "Unheard Of", None),
        ([], "Normal", None),
    ],
)
def test_a_priority_without_target_takes_the_nearest(listed: list[str], wanted: str, found: str | None) -> None:
    target = target_for([Target(name, 1) for name in listed], wanted)
    assert (target and target.priority) == found


def test_the_clock_of_the_category() -> None:
    assert calendar_for("Service Hours", SERVICE) == SERVICE
    always = calendar_for("Round the Clock", SERVICE)
    assert always.round_the_clock and always.zone == SERVICE.zone


@pytest.mark.parametrize(
    ("used", "target", "level"),
    [
        (0, 60, 0),
        (47, 60, 0),
        (48, 60, 80),
        (59, 60, 80),
        (60, 60, 100),
        (89, 60, 100),
        (90, 60, 150),
        (9999, 60, 150),
        (9999, 0, 0),
        (9999, None, 0),
        (5, 7, 0),
        (6, 7, 80),
    ],
)
def test_alert_levels(used: int, target: int | None, level: int) -> None:
    assert alert_level(used, target) == level


def test_alert_levels_keep_their_names_at_other_thresholds() -> None:
    assert [alert_level(n, 100, (50, 90, 300)) for n in (49, 50, 90, 299, 300)] == [0, 80, 100, 100, 150]


@pytest.mark.parametrize(
    ("now", "arrived", "finished", "level"),
    [
        ("2026-11-23 11:45", False, False, 0),
        ("2026-11-23 14:18", False, False, 80),
        ("2026-11-23 14:30", False, False, 100),
        ("2026-11-23 15:00", False, False, 150),
        ("2026-11-23 15:00", True, False, 0),  # there in time to be quiet until the finish nears
        ("2026-11-24 10:24", True, False, 80),
        ("2026-11-24 12:00", True, False, 100),
        ("2026-11-24 12:00", True, True, 0),
    ],
)
def test_alert_of_a_job(now: str, arrived: bool, finished: bool, level: int) -> None:
    assert alert(LAMP, at(now), arrived, finished) == level


@pytest.mark.parametrize(
    ("now", "level"),
    [
        ("2026-11-23 16:00", 0),
        ("2026-11-25 16:00", 0),
        ("2026-11-25 17:36", 80),
        ("2026-11-25 18:00", 100),
        ("2026-11-25 19:00", 150),
    ],
)
def test_nobody_is_alarmed_before_the_appointment(now: str, level: int) -> None:
    wished = replace(LAMP, appointment=Appointment(at("2026-11-25 16:00"), at("2026-11-25 18:00")))
    assert alert(wished, at(now), arrived=False) == level


def test_no_target_no_alarm() -> None:
    assert alert(replace(LAMP, target=None), at("2027-01-01 00:00"), arrived=False) == 0


@pytest.mark.parametrize(
    ("due_at", "done_at", "now", "late"),
    [
        ("2026-11-23 10:00", None, "2026-11-23 10:00", False),
        ("2026-11-23 10:00", None, "2026-11-23 10:01", True),
        ("2026-11-23 10:00", "2026-11-23 09:59", "2026-11-23 12:00", False),
        ("2026-11-23 10:00", "2026-11-23 10:01", "2026-11-23 12:00", True),
        (None, None, "2026-11-23 12:00", False),
    ],
)
def test_lateness(due_at: str | None, done_at: str | None, now: str, late: bool) -> None:
    assert is_late(due_at and at(due_at), done_at and at(done_at), at(now)) is late


def test_a_late_flag_stays() -> None:
    assert [latch(a, b) for a in (False, True) for b in (False, True)] == [False, True, True, True]


def test_an_emergency_nobody_takes_goes_to_the_manager() -> None:
    now = at("2026-11-23 19:40")
    assert next_alarm(None, now, 5) == "Leader"
    assert next_alarm(now - timedelta(minutes=4), now, 5) is None
    assert next_alarm(now - timedelta(minutes=5), now, 5) == "Manager"


def test_an_appointment_backwards_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it begins"):
        Appointment(at("2026-11-23 10:00"), at("2026-11-23 10:00"))


MOMENTS = st.integers(0, 20_000).map(lambda minutes: at("2026-11-01 00:00") + timedelta(minutes=minutes))
JOBS = st.builds(
    JobClock,
    target=st.builds(Target, st.just("Normal"), st.integers(0, 500), st.integers(0, 1500), st.integers(0, 15)),
    service=st.just(SERVICE),
    started=MOMENTS,
    clock=st.sampled_from(["Service Hours", "Round the Clock"]),
    pauses=st.lists(
        st.tuples(MOMENTS, st.integers(0, 3000)).map(lambda p: Pause(p[0], p[0] + timedelta(minutes=p[1]))), max_size=3
    ).map(tuple),
)


@given(JOBS)
def test_pauses_and_appointments_only_ever_give_more_time(job: JobClock) -> None:
    bare = deadline(replace(job, pauses=()))
    paused = deadline(job)
    assert (bare.respond_by is None) == (paused.respond_by is None) == (job.target.arrive_minutes == 0)
    for before, after in ((bare.respond_by, paused.respond_by), (bare.finish_by, paused.finish_by)):
        assert before is None or job.started <= before <= after


@given(JOBS, MOMENTS, MOMENTS)
def test_alerts_only_rise_with_time(job: JobClock, one: datetime, other: datetime) -> None:
    early, late = sorted((one, other))
    assert alert(job, early, arrived=False) <= alert(job, late, arrived=False)


@given(JOBS, MOMENTS)
def test_overdue_and_the_leaders_level_agree(job: JobClock, now: datetime) -> None:
    job = replace(job, target=replace(job.target, arrive_minutes=0))
    late = is_late(deadline(job).finish_by, None, now)
    level = alert(job, now, arrived=True)
    assert not late or level >= 100
    assert level < 100 or now >= deadline(job).finish_by


WISHED = st.one_of(
    st.none(),
    st.tuples(MOMENTS, st.integers(1, 600)).map(lambda w: Appointment(w[0], w[0] + timedelta(minutes=w[1]))),
)


@given(JOBS, WISHED, st.booleans())
def test_levels_are_reached_at_the_foretold_moments_and_not_before(
    job: JobClock, wished: Appointment | None, arrived: bool
) -> None:
    job = replace(job, appointment=wished)
    first: dict[int, datetime] = {}
    for level, moment in alert_times(job, arrived):
        assert alert(job, moment, arrived) >= level
        first[level] = min(moment, first.get(level, moment))
    for level, moment in first.items():
        assert alert(job, moment - timedelta(seconds=1), arrived) < level
    assert bool(first) == bool(alert(job, at("2028-01-01 00:00"), arrived))


def test_nothing_is_foretold_while_the_clock_stands() -> None:
    standing = replace(LAMP, pauses=(Pause(LAMP.started),))
    assert alert_times(standing, arrived=False) == []
    assert alert_times(replace(LAMP, target=None), arrived=False) == []
