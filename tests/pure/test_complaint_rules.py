"""Complaints without a site: terms in service hours, alerts, groups, disputes, answers of visits, and whom a courtesy visit goes to."""

from __future__ import annotations

from datetime import datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.front_desk import complaint_rules as rules
from property_service.front_desk.complaint_rules import Alerts, Terms
from property_service.property_service.rule_error import RuleError
from property_service.property_service.working_time import Calendar, Window

pytestmark = pytest.mark.pure

ZONE = "Asia/Shanghai"
OFFICE = Calendar(
    ZONE,
    tuple(Window(day, begin, end) for day in range(5) for begin, end in ((time(9), time(12)), (time(14), time(18)))),
)
CHINA = timezone(timedelta(hours=8))
TERMS, ALERTS = Terms(), Alerts()


def at(day: int, clock: str) -> datetime:
    """A time of June 2026 on the clocks of the community; the 1st is a Monday."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 6, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("start", "level", "answer", "solve"),
    [
        (at(1, "10:00"), "General", at(1, "14:00") - timedelta(hours=2), at(4, "18:00")),
        (at(1, "11:00"), "General", at(1, "15:00"), at(4, "18:00")),
        (at(1, "17:30"), "Major", at(1, "18:00"), at(4, "18:00")),
        (at(1, "17:45"), "Hot", at(2, "09:15"), at(4, "18:00")),
        (at(5, "23:00"), "General", at(8, "11:00"), at(10, "18:00")),
    ],
)
def test_what_is_promised_counts_in_service_hours(
    start: datetime, level: str, answer: datetime, solve: datetime
) -> None:
    promised = rules.promises(start, level, TERMS, OFFICE)
    assert (promised.first_answer, promised.solve) == (answer, solve)


def test_a_reply_in_between_is_due_every_second_working_day_before_the_solution() -> None:
    promised = rules.promises(at(1, "10:00"), "General", TERMS, OFFICE)
    assert promised.interim == at(3, "18:00")
    assert rules.next_interim(at(3, "10:00"), promised.solve, TERMS, OFFICE) is None, "the solution comes first"
    assert rules.next_interim(at(8, "10:00"), promised.solve, TERMS, OFFICE) == at(10, "18:00"), "late, so they go on"
    assert rules.next_interim(at(1, "10:00"), promised.solve, Terms(interim_days=0), OFFICE) is None


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(RuleError):
        rules.promises(at(1, "10:00"), "Huge", TERMS, OFFICE)


def test_alerts_rise_with_the_open_time_that_has_passed() -> None:
    start, due = at(1, "09:00"), at(1, "11:00")
    moments = [(at(1, "10:35"), 0), (at(1, "10:36"), 80), (at(1, "10:59"), 80), (at(1, "11:00"), 100)]
    moments += [(at(1, "11:59"), 100), (at(1, "12:00"), 150), (at(9, "12:00"), 150)]
    for now, level in moments:
        assert rules.level_reached(start, due, now, ALERTS, OFFICE) == level, now
    assert rules.next_alert(start, due, 0, ALERTS, OFFICE) == at(1, "10:36")
    assert rules.next_alert(start, due, 100, ALERTS, OFFICE) == at(1, "12:00")
    assert rules.next_alert(start, due, 150, ALERTS, OFFICE) is None


@given(st.integers(0, 60 * 24 * 20), st.integers(1, 60 * 40))
def test_each_alert_is_told_once_and_in_order(begin: int, minutes: int) -> None:
    start = at(1, "00:00") + timedelta(minutes=begin)
    due = rules.working_time.add_minutes(OFFICE, start, minutes)
    told, moments = 0, []
    while moment := rules.next_alert(start, due, told, ALERTS, OFFICE):
        moments.append(moment)
        told = rules.level_reached(start, due, moment, ALERTS, OFFICE)
        assert told
        assert len(moments) <= 3
    assert moments == sorted(moments)
    assert told == 150


@pytest.mark.parametrize(
    ("level", "size", "major_from", "becomes"),
    [
        ("General", 4, 5, "General"),
        ("General", 5, 5, "Major"),
        ("Hot", 9, 5, "Hot"),
        ("General", 99, 0, "General"),
        ("Major", 1, 5, "Major"),
    ],
)
def test_many_make_a_complaint_major(level: str, size: int, major_from: int, becomes: str) -> None:
    assert rules.group_level(level, size, major_from) == becomes


def test_both_sides_of_a_dispute_share_a_key_and_nobody_disputes_with_himself() -> None:
    assert rules.dispute_key("LH", "A", "B") == rules.dispute_key("LH", "B", "A")
    assert len({rules.dispute_key(*sides) for sides in (("LH", "A", "B"), ("YQ", "A", "B"), ("LH", "A", "C"))}) == 3
    with pytest.raises(RuleError):
        rules.dispute_key("LH", "A", "A")


@pytest.mark.parametrize(
    ("result", "reason", "follows"),
    [
        ("Satisfied", None, "Close"),
        ("Fairly Satisfied", None, "Close"),
        ("Unreachable", None, "Close"),
        ("Declined", None, "Close"),
        ("Dissatisfied", "Not Fixed", "Reopen"),
        ("Dissatisfied", "Manner", "To Manager"),
        ("Dissatisfied", "Lateness", "To Manager"),
        ("Dissatisfied", "Charge", "To Manager"),
        ("Dissatisfied", "Beyond Our Duty", "Explain"),
    ],
)
def test_what_the_answer_to_a_visit_sets_off(result: str, reason: str | None, follows: str) -> None:
    assert rules.after_visit(result, reason) == follows


def test_a_dissatisfied_visit_without_a_reason_is_refused() -> None:
    for reason in (None, "", "Weather"):
        with pytest.raises(RuleError):
            rules.after_visit("Dissatisfied", reason)


def test_names_are_found_in_what_is_told() -> None:
    names = ("王建国", "Lin Owner", "", "王")
    assert rules.names_in("王建国说以后不会再吵了", names) == "王建国"
    assert rules.names_in("we spoke to LIN OWNER", names) == "Lin Owner"
    assert rules.names_in("我们已经上门沟通", names) == ""
