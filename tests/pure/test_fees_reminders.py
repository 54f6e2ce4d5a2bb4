"""Which reminder is due when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.fees.reminder_rules import LEVELS, USUAL_DAYS, Step, next_level, steps_of
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure
DUE = date(2026, 3, 15)
USUAL = steps_of({})


def after(days: int) -> date:
    return DUE + timedelta(days=days)


@pytest.mark.parametrize(
    ("days", "made", "level"),
    [
        (4, {}, ""),
        (5, {}, "Notice"),
        (14, {"Notice": 5}, ""),
        (15, {"Notice": 5}, "Call"),
        (29, {"Notice": 5, "Call": 15}, ""),
        (30, {"Notice": 5, "Call": 15}, "Letter"),
        (60, {"Notice": 5, "Call": 15, "Letter": 30}, "Visit"),
        (90, {"Notice": 5, "Call": 15, "Letter": 30, "Visit": 60}, "Lawyer's Letter"),
        (500, {"Lawyer's Letter": 90}, ""),
        (500, {"Lawsuit": 200}, ""),
        (200, {}, "Notice"),  # an old debt begins at the beginning
        (201, {"Notice": 200}, ""),
        (209, {"Notice": 200}, ""),
        (210, {"Notice": 200}, "Call"),
        (31, {"Notice": 5, "Call": 16}, "Letter"),
    ],
)
def test_the_level_of_a_day(days: int, made: dict[str, int], level: str) -> None:
    assert next_level(USUAL, DUE, {name: after(number) for name, number in made.items()}, after(days)) == level


def test_a_level_left_out_is_passed_over() -> None:
    steps = steps_of({"Call": 0, "Letter": 20})
    assert [step.level for step in steps] == ["Notice", "Letter", "Visit", "Lawyer's Letter"]
    assert next_level(steps, DUE, {"Notice": after(5)}, after(20)) == "Letter"
    assert steps_of(dict.fromkeys(USUAL_DAYS, 0)) == ()
    assert next_level((), DUE, {}, after(99)) == ""


@pytest.mark.parametrize("days", [{"Call": 5}, {"Call": 3}, {"Letter": 61}, {"Notice": -1}, {"Lawyer's Letter": 9999}])
def test_days_that_cannot_be(days: dict[str, int]) -> None:
    with pytest.raises(RuleError):
        steps_of(days)


@given(st.lists(st.integers(0, 400), min_size=1, max_size=60))
def test_whatever_days_it_runs_no_level_comes_twice_or_out_of_order(days: list[int]) -> None:
    made: dict[str, date] = {}
    for day in sorted(days):
        level = next_level(USUAL, DUE, made, after(day))
        if level:
            assert level not in made
            assert all(LEVELS.index(level) > LEVELS.index(earlier) for earlier in made)
            assert (after(day) - DUE).days >= USUAL_DAYS[level]
            made[level] = after(day)


def test_run_every_day_each_level_comes_on_its_day() -> None:
    made: dict[str, date] = {}
    for day in range(200):
        level = next_level(USUAL, DUE, made, after(day))
        if level:
            made[level] = after(day)
    assert {level: (day - DUE).days for level, day in made.items()} == USUAL_DAYS
    assert USUAL[0] == Step("Notice", 5)
