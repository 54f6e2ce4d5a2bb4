"""Decoration without a site: days, answers, documents, one extension, and the hours in which work may go on."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.decoration import application_rules as rules
from property_service.decoration.application_rules import Answer, Paper
from property_service.decoration.hours import ANY, NONE, QUIET, Permitted, allowed_at
from property_service.property_service.rule_error import RuleError
from property_service.property_service.working_time import Calendar, ExceptionDay, Window

pytestmark = pytest.mark.pure

TODAY = date(2026, 6, 1)
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("first", "last", "fits"),
    [
        (0, 0, True),
        (0, 89, True),
        (0, 90, False),
        (5, 94, True),
        (5, 4, False),
        (-1, 5, False),
    ],
)
def test_days(first: int, last: int, fits: bool) -> None:
    days = (TODAY + timedelta(first), TODAY + timedelta(last), TODAY, 90)
    if fits:
        rules.check_days(*days)
    else:
        with pytest.raises(RuleError):
            rules.check_days(*days)


def test_without_a_limit_only_the_order_counts() -> None:
    rules.check_days(TODAY, TODAY + timedelta(900), TODAY, 0)


@given(st.integers(-5, 400), st.integers(-5, 400), st.integers(1, 120))
def test_what_is_let_through_begins_today_or_later_and_is_short_enough(first: int, last: int, most: int) -> None:
    begin, end = TODAY + timedelta(first), TODAY + timedelta(last)
    try:
        rules.check_days(begin, end, TODAY, most)
    except RuleError:
        return
    assert TODAY <= begin <= end < begin + timedelta(most)


@pytest.mark.parametrize(
    ("wanted", "extended", "fits"),
    [(1, None, True), (30, None, True), (31, None, False), (0, None, False), (-3, None, False), (10, 5, False)],
)
def test_extended_once(wanted: int, extended: int | None, fits: bool) -> None:
    before = TODAY + timedelta(extended) if extended else None
    act = (TODAY, TODAY + timedelta(wanted), before, 30)
    if fits:
        rules.check_extension(*act)
    else:
        with pytest.raises(RuleError):
            rules.check_extension(*act)


def test_prohibited_work_is_named() -> None:
    answers = [Answer("Is gas moved?", rules.AUTHORITY, True), Answer("Is a wall broken?", rules.REFUSED, False)]
    rules.check_answers(answers)
    with pytest.raises(RuleError, match="Is a wall broken"):
        rules.check_answers([*answers, Answer("Is a wall broken?", rules.REFUSED, True)])


@pytest.mark.parametrize(
    ("rule", "owns", "authority", "needed"),
    [
        (rules.ALWAYS, True, False, True),
        (rules.FROM_TENANTS, True, False, False),
        (rules.FROM_TENANTS, False, False, True),
        (rules.WITH_AUTHORITY, True, False, False),
        (rules.WITH_AUTHORITY, True, True, True),
        (rules.IF_ANY, False, True, False),
    ],
)
def test_which_documents_are_needed(rule: str, owns: bool, authority: bool, needed: bool) -> None:
    assert rules.is_needed(rule, owns, [Answer("Gas?", rules.AUTHORITY, authority)]) is needed


def test_missing_documents_are_named_in_order() -> None:
    papers = [
        Paper("Drawings", True, "Missing"),
        Paper("Contract", False, "Missing"),
        Paper("Consent", True, "Refused"),
    ]
    assert rules.missing(papers) == ["Drawings", "Consent"]
    with pytest.raises(RuleError, match="Drawings, Consent"):
        rules.check_papers(papers)
    rules.check_papers([Paper("Drawings", True, "Received"), Paper("Consent", True, "Accepted")])


def usual(**values: object) -> Permitted:
    work = Calendar(
        "Asia/Shanghai",
        tuple(Window(day, time(a), time(b)) for day in range(5) for a, b in ((8, 12), (14, 18))),
        (ExceptionDay(date(2026, 6, 8)), ExceptionDay(date(2026, 6, 9))),
    )
    quiet = Calendar(
        "Asia/Shanghai",
        tuple(Window(day, time(a), time(b)) for day in (5, 6) for a, b in ((9, 12), (14, 17))),
        (ExceptionDay(date(2026, 6, 7)),),
    )
    return Permitted(
        **{"first": TODAY, "last": TODAY + timedelta(29), "goes_on": True, "work": work, "quiet": quiet, **values}
    )


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-06-01 07:59", NONE),  # a Monday
        ("2026-06-01 08:00", ANY),
        ("2026-06-01 12:00", NONE),
        ("2026-06-01 17:59", ANY),
        ("2026-06-06 09:30", QUIET),  # a Saturday
        ("2026-06-06 08:30", NONE),
        ("2026-06-07 09:30", NONE),  # examinations
        ("2026-06-08 09:30", NONE),
        ("2026-06-10 09:30", ANY),
        ("2026-05-29 09:30", NONE),  # before the permit
        ("2026-06-30 09:30", ANY),
        ("2026-07-01 09:30", NONE),  # after it
    ],
)
def test_hours(moment: str, allowed: str) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
    assert allowed_at(usual(), at) == allowed
    assert allowed_at(usual(goes_on=False), at) == NONE


def test_without_quiet_hours_weekends_are_free_of_work() -> None:
    assert allowed_at(usual(quiet=None), datetime(2026, 6, 6, 9, 30, tzinfo=ZONE)) == NONE


def test_the_day_is_that_of_the_community() -> None:
    evening_in_utc = datetime(2026, 5, 31, 16, 30, tzinfo=ZoneInfo("UTC"))  # 1 June 00:30 there
    round_the_clock = Calendar("Asia/Shanghai", round_the_clock=True)
    assert allowed_at(usual(work=round_the_clock), evening_in_utc) == ANY
    assert allowed_at(usual(work=round_the_clock), evening_in_utc - timedelta(hours=1)) == NONE
