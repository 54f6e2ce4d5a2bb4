"""What a recorded point is worth: windows, turns, pace, the device's clock, the answers of a checklist."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.patrol import point_results as rules
from property_service.patrol.point_results import Point, Position, Question
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure

START = datetime(2026, 11, 27, 22, 0, tzinfo=timezone.utc)
GATE, PUMPS = Position(22.540000, 114.050000), Position(22.544000, 114.050000)  # about 445 m apart


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (-16, "Early"),
        (-15, "On Time"),
        (0, "On Time"),
        (15, "On Time"),
        (15.02, "Late"),
        (120, "Late"),
        (121, "Missed"),
    ],
)
def test_the_window_of_the_plan(minutes: float, expected: str) -> None:
    window = rules.window_of(Point(1), START, 15, 15)
    assert rules.result(at(minutes), window, at(120)) == expected


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(0, "Early"), (9, "Early"), (10, "On Time"), (25, "On Time"), (26, "Late"), (200, "Missed")],
)
def test_a_point_with_a_window_of_its_own(minutes: float, expected: str) -> None:
    window = rules.window_of(Point(3, 10, 25), START, 15, 15)
    assert rules.result(at(minutes), window, at(120)) == expected


@pytest.mark.parametrize(
    ("point", "said"),
    [(Point(2, 20, 10), "Row 2"), (Point(1, -5, 10), "Row 1"), (Point(4, 10, 121), "120 minutes")],
)
def test_windows_that_cannot_be(point: Point, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        rules.check_points([Point(1), Point(2, 0, 120), point], 120)


@pytest.mark.parametrize(("number", "done"), [(1, ()), (2, (1,)), (3, (1, 2)), (1, (1, 2, 3)), (5, (1, 2, 3, 4, 5))])
def test_in_its_turn(number: int, done: tuple[int, ...]) -> None:
    rules.check_turn(number, (1, 2, 3, 5), done)


@pytest.mark.parametrize(("number", "done", "first"), [(2, (), 1), (3, (1,), 2), (5, (2,), 1)])
def test_out_of_its_turn(number: int, done: tuple[int, ...], first: int) -> None:
    with pytest.raises(RuleError, match=f"record point {first} first, then point {number}"):
        rules.check_turn(number, (1, 2, 3, 5), done)


NOTHING = timedelta(0)


@pytest.mark.parametrize(
    ("device", "shown", "expected", "ahead"),
    [
        (0, 0, 0, NOTHING),
        (-30, 0, -30, NOTHING),  # no reception for half an hour
        (-30, 1, -30, NOTHING),  # a message takes its time
        (30, 60, -30, timedelta(minutes=60)),  # a clock an hour ahead: thirty minutes lie between, by that same clock
        (-630, -600, -30, timedelta(minutes=-600)),
        (-3 * 1440, 0, -3 * 1440, NOTHING),
        (1, None, 0, NOTHING),
    ],
)
def test_the_time_of_the_device(device: float, shown: float | None, expected: float, ahead: timedelta) -> None:
    found = rules.device_moment(at(device), None if shown is None else at(shown), at(0))
    assert found == (at(expected), ahead)


@pytest.mark.parametrize(
    ("device", "shown", "said"),
    [(60, None, "60 minutes ahead"), (70, 60, "10 minutes ahead"), (-3 * 1440 - 5, 0, "more than 3 days")],
)
def test_a_time_that_cannot_be(device: float, shown: float | None, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        rules.device_moment(at(device), None if shown is None else at(shown), at(0))


def test_distance_along_the_ground() -> None:
    assert rules.metres_between(GATE, PUMPS) == pytest.approx(444.8, abs=0.5)
    assert rules.metres_between(Position(0, 179.999), Position(0, -179.999)) == pytest.approx(222.4, abs=0.5)
    assert rules.metres_between(Position(90, 0), Position(-90, 0)) == pytest.approx(20_015_115, abs=10)


@pytest.mark.parametrize(
    ("here", "there", "seconds", "expected"),
    [
        (GATE, PUMPS, 300, False),
        (GATE, PUMPS, 60, True),
        (GATE, PUMPS, -60, True),
        (GATE, PUMPS, 167, False),  # 445 m less what positions are off, at 150 m a minute
        (GATE, PUMPS, 165, True),
        (Position(22.54, 114.05, 400), PUMPS, 10, False),  # the position is not that sure
        (GATE, GATE, 3, False),
        (GATE, GATE, 1, True),
        (None, PUMPS, 60, False),
        (None, None, 1, True),
    ],
)
def test_pace(here: Position | None, there: Position | None, seconds: float, expected: bool) -> None:
    assert rules.is_too_fast(here, there, seconds, 150) is expected


@pytest.mark.parametrize(
    "wrong", [(91, 0, 0), (0, 181, 0), (0, 0, -1), (0, 0, 1e308), (float("nan"), 0, 0), (0, float("inf"), 0)]
)
def test_a_position_that_is_nowhere(wrong: tuple[float, float, float]) -> None:
    with pytest.raises(RuleError, match="not on earth"):
        rules.check_position(Position(*wrong))


def question(**values: Any) -> Question:
    return Question(**{"name": "q", "text": "Pressure", "kind": "Number", **values})


VALVE = question(kind="Single", text="Valve", options=("Open", "Closed"), normal=("Open",), photo_required=True)
SEEN = question(kind="Multiple", text="Seen", options=("Clean", "Wet", "Dark"), normal=("Clean",))
PRESSURE = question(lowest=Decimal("0.35"), highest=Decimal("0.60"), measure="MPa")
WORDS = question(kind="Text", text="Remark", required=False)


@pytest.mark.parametrize(
    ("asked", "given", "kept", "abnormal"),
    [
        (VALVE, "Open", "Open", False),
        (VALVE, ["Closed"], "Closed", True),
        (SEEN, ["Clean"], "Clean", False),
        (SEEN, ["Dark", "Clean"], "Clean, Dark", True),
        (PRESSURE, "0.35", "0.35", False),
        (PRESSURE, "0,60", "0.6", False),
        (PRESSURE, "1,200", "1200", True),
        (question(), "-12,345.5", "-12345.5", False),
        (PRESSURE, "０.４", "0.4", False),
        (PRESSURE, 0.61, "0.61", True),
        (PRESSURE, "0.34", "0.34", True),
        (PRESSURE, "-0", "0", True),
        (question(), "-12", "-12", False),
        (WORDS, " all quiet ", "all quiet", False),
    ],
)
def test_answers_and_what_is_not_normal(asked: Question, given: Any, kept: str, abnormal: bool) -> None:
    (judged,) = rules.judge([asked], {"q": given})
    assert (judged.answer, judged.is_abnormal) == (kept, abnormal)
    assert judged.needs_photo == (abnormal and asked.photo_required)


@pytest.mark.parametrize(
    ("asked", "given", "said"),
    [
        (VALVE, None, "Please answer: Valve"),
        (VALVE, "", "Please answer"),
        (VALVE, ["Open", "Closed"], "choose one"),
        (VALVE, "Ajar", "Ajar is not among"),
        (VALVE, {"Open": 1}, "Please choose"),
        (VALVE, [1], "Please choose"),
        (SEEN, ["Clean", "Burning"], "Burning is not among"),
        (SEEN, [], "Please answer"),
        (PRESSURE, "much", "enter a number"),
        (PRESSURE, "NaN", "enter a number"),
        (PRESSURE, "0,350", "enter a number"),
        (PRESSURE, "1.200,5", "enter a number"),
        (PRESSURE, "Infinity", "enter a number"),
        (PRESSURE, True, "enter a number"),
        (PRESSURE, ["0.4"], "enter a number"),
        (PRESSURE, "1e12", "cannot be right"),
        (PRESSURE, "-99999999999", "cannot be right"),
        (PRESSURE, "0.1234567", "cannot be right"),
        (PRESSURE, "1e-30", "cannot be right"),
        (WORDS, "x" * 501, "500 characters"),
        (WORDS, 5, "in words"),
    ],
)
def test_answers_that_are_refused(asked: Question, given: Any, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        rules.judge([asked], {"q": given})


def test_what_need_not_be_answered_is_left_out() -> None:
    assert rules.judge([WORDS], {}) == []
    assert rules.judge([VALVE, WORDS], {}, all_required=False) == [], "the checklist is younger than the round"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (question(kind="Single", options=("Yes",)), "at least two"),
        (question(kind="Multiple", options=("Yes", "Yes")), "listed twice"),
        (question(kind="Single", options=("Yes", "No"), normal=("Maybe",)), "Maybe is normal"),
        (question(lowest=Decimal(5), highest=Decimal(4)), "above the highest"),
    ],
)
def test_questions_nobody_can_answer(asked: Question, said: str) -> None:
    with pytest.raises(RuleError, match=said):
        rules.check_question(asked, 1)


@pytest.mark.parametrize(
    "given_number", ["1e999999999", "-1e999999999", "1e-999999999", "_5", "1_0", "9" * 5000, 10**400]
)
def test_what_no_meter_shows_is_refused(given_number: Any) -> None:
    with pytest.raises(RuleError, match="Pressure: "):
        rules.read_number(PRESSURE, given_number)


@given(st.decimals(allow_nan=True, allow_infinity=True) | st.floats() | st.integers() | st.text())
def test_any_number_is_taken_or_refused_in_a_sentence(given_number: Any) -> None:
    given_number = str(given_number) if isinstance(given_number, Decimal) else given_number
    try:
        number = rules.read_number(PRESSURE, given_number)
    except RuleError as refusal:
        assert str(refusal).startswith("Pressure: ")
    else:
        assert abs(number) <= rules.MOST_NUMBER


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-90, 90), st.floats(-180, 180))
def test_distances_are_the_same_there_and_back(a: float, b: float, c: float, d: float) -> None:
    there = rules.metres_between(Position(a, b), Position(c, d))
    assert 0 <= there <= 20_015_200
    assert there == pytest.approx(rules.metres_between(Position(c, d), Position(a, b)), abs=1e-3)


@given(st.integers(-200, 200), st.integers(0, 60), st.integers(0, 60))
def test_results_follow_the_time(minutes: int, early: int, late: int) -> None:
    order = ("Early", "On Time", "Late", "Missed")
    window = rules.window_of(Point(1), START, early, late)
    now, later = (rules.result(at(moment), window, at(90)) for moment in (minutes, minutes + 1))
    assert order.index(now) <= order.index(later)
