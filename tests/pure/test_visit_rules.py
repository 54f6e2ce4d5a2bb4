"""Who is called back, when, and what counts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.front_desk.visit_rules import (
    RULES,
    Attempt,
    Rate,
    Satisfaction,
    VisitNeed,
    VisitRow,
    act_on,
    call_hours,
    half_day,
    is_exhausted,
    is_sampled,
    may_visit,
    next_attempt,
    next_call_time,
    next_half_day,
    recheck_rate,
    satisfaction,
    second_visit_on,
    visit_due,
    visit_rate,
)

pytestmark = pytest.mark.pure

HOURS = call_hours("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


CALL_48, SPOT_48 = VisitNeed("Rule", 48, False), VisitNeed("Rule", 48, True)


@pytest.mark.parametrize(
    ("rule", "rating", "more", "need"),
    [
        ("None", None, {}, None),
        ("None", 3, {}, None),
        ("None", 2, {}, VisitNeed("Low Rating", 4, False)),
        ("If Not Rated", 1, {}, VisitNeed("Low Rating", 4, False)),
        ("If Not Rated", None, {}, CALL_48),
        ("If Not Rated", 0, {}, CALL_48),
        ("If Not Rated", 3, {}, None),
        ("Always", 5, {}, CALL_48),
        ("Always", None, {"within_hours": 24}, VisitNeed("Rule", 24, False)),
        ("If Not Rated", 5, {"warranty_or_paid": True}, CALL_48),
        ("None", None, {"emergency": True}, VisitNeed("Emergency", 168, False)),
        ("Always", None, {"emergency": True}, CALL_48),
        ("If Not Rated", 1, {"emergency": True}, VisitNeed("Low Rating", 4, False)),
        ("Always", None, {"is_public": True}, SPOT_48),
        ("Always", None, {"anonymous": True}, SPOT_48),
        ("None", None, {"emergency": True, "is_public": True}, VisitNeed("Emergency", 168, True)),
        ("Always", 1, {"is_public": True}, VisitNeed("Low Rating", 4, False)),  # whoever rated can be called
        ("None", None, {"kind": "Complaint"}, VisitNeed("Rule", 24, False)),
        ("None", 5, {"kind": "Complaint", "is_public": True}, VisitNeed("Rule", 24, False)),
        ("None", None, {"kind": "Complaint", "anonymous": True}, VisitNeed("Rule", 24, True)),
        ("Sample", None, {}, CALL_48),
        ("None", None, {"kind": "Event"}, None),
    ],
)
def test_which_job_is_visited(rule: str, rating: int | None, more: dict, need: VisitNeed | None) -> None:
    assert visit_due(rule, 100, rating, "RR-2026-00001", **more) == need


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="not a visit rule"):
        visit_due("Sometimes", 0, None, "x")


@pytest.mark.parametrize("percent", [0, 1, 10, 30, 50, 99, 100])
def test_the_sample_has_its_share(percent: int) -> None:
    drawn = sum(is_sampled(f"RR-2026-{n:05}", percent) for n in range(20_000))
    assert abs(drawn / 200 - percent) < 1.2
    assert drawn == {0: 0, 100: 20_000}.get(percent, drawn)


@given(st.text(max_size=30), st.floats(0, 100), st.floats(0, 100))
def test_a_job_stays_drawn_when_the_share_grows(key: str, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert is_sampled(key, low) == is_sampled(key, low)
    assert not is_sampled(key, low) or is_sampled(key, high)


@given(
    st.sampled_from(RULES),
    st.integers(0, 100),
    st.none() | st.integers(0, 5),
    st.text(max_size=12),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["Repair", "Complaint", "Event"]),
    st.booleans(),
)
def test_low_ratings_always_and_nobody_anonymous_is_called(
    rule: str,
    percent: int,
    rating: int | None,
    key: str,
    emergency: bool,
    public: bool,
    anonymous: bool,
    kind: str,
    paid: bool,
) -> None:
    need = visit_due(rule, percent, rating, key, emergency, public, anonymous, kind, paid)
    if rating in (1, 2):
        assert need == VisitNeed("Low Rating", 4, anonymous)
    if need and anonymous:
        assert need.on_site
    if need and not anonymous and not public:
        assert not need.on_site


@pytest.mark.parametrize(
    ("moment", "allowed"),
    [
        ("2026-11-23 08:59", "2026-11-23 09:00"),
        ("2026-11-23 11:59", "2026-11-23 11:59"),
        ("2026-11-23 12:00", "2026-11-23 14:00"),
        ("2026-11-23 20:00", "2026-11-24 09:00"),
        ("2026-11-22 10:00", "2026-11-22 10:00"),  # Sundays too
    ],
)
def test_quiet_hours(moment: str, allowed: str) -> None:
    assert next_call_time(HOURS, at(moment)) == at(allowed)


@pytest.mark.parametrize(
    ("tries", "now", "expected"),
    [
        ([], "2026-11-23 21:00", "2026-11-24 09:00"),
        ([], "2026-11-23 15:00", "2026-11-23 15:00"),
        (["2026-11-23 10:00"], "2026-11-23 10:01", "2026-11-24 14:00"),
        (["2026-11-23 15:00"], "2026-11-23 15:01", "2026-11-24 09:00"),
        (["2026-11-23 15:00"], "2026-11-26 16:00", "2026-11-26 16:00"),
        (["2026-11-23 10:00", "2026-11-24 15:00"], "2026-11-24 15:01", "2026-11-25 09:00"),
        (["2026-11-24 15:00", "2026-11-23 10:00"], "2026-11-24 15:01", "2026-11-25 09:00"),
        (["2026-11-23 10:00", "2026-11-23 15:00", "2026-11-23 16:00"], "2026-11-23 16:01", "2026-11-24 09:00"),
        (["2026-11-23 12:30"], "2026-11-23 12:31", "2026-11-24 14:00"),  # the noon break belongs to the morning
        (["2026-11-23 10:00", "2026-11-24 15:00", "2026-11-25 09:00"], "2026-11-25 09:01", None),
    ],
)
def test_next_attempt(tries: list[str], now: str, expected: str | None) -> None:
    assert next_attempt([Attempt(at(text)) for text in tries], at(now), HOURS) == (expected and at(expected))


def test_nobody_is_called_again_once_reached() -> None:
    tries = [Attempt(at("2026-11-23 10:00")), Attempt(at("2026-11-24 15:00"), reached=True)]
    assert next_attempt(tries, at("2026-11-24 16:00"), HOURS) is None
    assert not is_exhausted([*tries, Attempt(at("2026-11-25 15:00"))], HOURS)


@pytest.mark.parametrize(
    ("moment", "half", "next_"),
    [
        ("2026-11-20 07:00", 0, "2026-11-20 14:00"),
        ("2026-11-20 09:30", 0, "2026-11-20 14:00"),
        ("2026-11-20 13:59", 0, "2026-11-20 14:00"),
        ("2026-11-20 14:00", 1, "2026-11-21 09:00"),
        ("2026-11-20 23:30", 1, "2026-11-21 09:00"),
    ],
)
def test_halves_of_the_day(moment: str, half: int, next_: str) -> None:
    assert half_day(at(moment), HOURS) == (date(2026, 11, 20), half)
    assert next_half_day(at(moment), HOURS) == at(next_)


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31), timezones=st.just(ZoneInfo("Europe/Berlin"))))
def test_the_next_half_day_is_the_one_after_and_open(moment: datetime) -> None:
    hours = call_hours("Europe/Berlin")
    begins = next_half_day(moment, hours)
    (day, half), (next_day, next_half) = half_day(moment, hours), half_day(begins, hours)
    assert (next_day - day).days * 2 + next_half - half == 1
    assert next_call_time(hours, begins) == begins


@pytest.mark.parametrize(
    ("tries", "exhausted"),
    [
        ([], False),
        (["2026-11-23 10:00", "2026-11-24 10:00"], False),
        (["2026-11-23 10:00", "2026-11-23 15:00", "2026-11-24 15:00"], False),  # three tries, but on two days
        (["2026-11-23 10:00", "2026-11-24 15:00", "2026-11-25 10:00"], True),
    ],
)
def test_unreachable_takes_three_tries_on_three_days(tries: list[str], exhausted: bool) -> None:
    assert is_exhausted([Attempt(at(text)) for text in tries], HOURS) is exhausted


def test_days_are_those_of_the_community() -> None:
    tries = [
        Attempt(datetime.fromisoformat(f"2026-11-{day}T{clock}+00:00"))
        for day, clock in (("23", "15:30"), ("23", "16:30"), ("25", "03:00"))
    ]  # 23:30, 00:30, 11:00 in Shanghai
    assert is_exhausted(tries, HOURS)
    assert not is_exhausted(tries, call_hours("UTC"))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)))
def test_following_the_advice_ends_on_three_days_in_two_halves(begin: datetime) -> None:
    now = begin.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    tries: list[Attempt] = []
    while (then := next_attempt(tries, now, HOURS)) is not None:
        local = then.astimezone(ZoneInfo("Asia/Shanghai"))
        assert then >= now
        assert time(9) <= local.time() < time(12) or time(14) <= local.time() < time(20)
        if tries:
            previous = tries[-1].at.astimezone(ZoneInfo("Asia/Shanghai"))
            assert local.date() == previous.date() + timedelta(days=1)
            assert (local.time() < time(12)) != (previous.time() < time(12))
        tries.append(Attempt(then))
        now = then
    assert len(tries) == 3


@pytest.mark.parametrize(
    ("leak", "days", "expected"),
    [(True, 0, date(2026, 3, 2)), (False, 0, None), (False, 7, date(2026, 2, 7)), (True, 60, date(2026, 4, 1))],
)
def test_second_visit(leak: bool, days: int, expected: date | None) -> None:
    assert second_visit_on(date(2026, 1, 31), leak, days) == expected


def test_the_visitor_is_not_the_doer() -> None:
    assert may_visit("ann", "bob")
    assert may_visit("ann", None)
    assert not may_visit("bob", "bob")
    assert not may_visit("bob", "bob", is_supervisor=True)
    assert not may_visit("ann", "bob", supervisor_only=True)
    assert may_visit("ann", "bob", supervisor_only=True, is_supervisor=True)


def test_what_a_dissatisfied_answer_sets_off() -> None:
    acts = {reason: act_on(reason) for reason in ("Not Fixed", "Manner", "Lateness", "Charge", "Beyond Our Duty")}
    assert list(acts.values()) == ["Rework", "Complaint", "Complaint", "Complaint", "Explanation"]
    with pytest.raises(ValueError, match="Say why"):
        act_on("")


ROWS = [
    VisitRow("Reached", "Satisfied"),
    VisitRow("Reached", "Fairly Satisfied"),
    VisitRow("Reached", "Dissatisfied"),
    VisitRow("Reached", "Satisfied", by_human=False),
    VisitRow("Closed by System", "Satisfied", by_human=False),
    VisitRow("Unreachable", "Unreachable"),
    VisitRow("Declined", "Declined"),
    VisitRow("Due"),
    VisitRow("Cancelled"),
    VisitRow("Reached", "Satisfied", on_site=True),
    VisitRow("Due", on_site=True),
    VisitRow("Cancelled", on_site=True),
]


def test_only_what_a_person_reached_is_a_visit() -> None:
    assert visit_rate(ROWS) == Rate(3, 8)
    assert visit_rate(ROWS).percent == Decimal("37.50")
    assert recheck_rate(ROWS) == Rate(1, 2)
    assert satisfaction(ROWS) == Satisfaction(1, 1, 1)
    assert satisfaction(ROWS).rate == Rate(2, 3)
    assert satisfaction(ROWS).rate.percent == Decimal("66.67")


def test_nothing_due_is_no_rate() -> None:
    assert visit_rate([]) == Rate(0, 0)
    assert visit_rate([]).percent is None


STATUSES = ["Due", "Reached", "Unreachable", "Declined", "Cancelled", "Closed by System"]


@given(st.lists(st.builds(VisitRow, st.sampled_from(STATUSES), st.none(), st.booleans(), st.booleans())))
def test_the_system_never_raises_a_rate(rows: list[VisitRow]) -> None:
    rate = visit_rate(rows)
    assert 0 <= rate.numerator <= rate.denominator
    assert rate.denominator + recheck_rate(rows).denominator == sum(row.status != "Cancelled" for row in rows)
    closed = visit_rate([*rows, VisitRow("Closed by System", "Satisfied", by_human=False)])
    assert (closed.numerator, closed.denominator) == (rate.numerator, rate.denominator + 1)
