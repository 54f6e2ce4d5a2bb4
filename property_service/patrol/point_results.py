"""What a recorded point is worth: in its window or not, in its turn or not, at a pace a person can walk, with which answers."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

EARLY, ON_TIME, LATE, MISSED = "Early", "On Time", "Late", "Missed"
SINGLE, MULTIPLE, NUMBER, TEXT = "Single", "Multiple", "Number", "Text"

EARTH_METRES = 6_371_008.8
# Positions of phones between buildings are that far off without saying so.
METRES_IN_DOUBT = 30.0
# Two labels cannot be scanned faster, however near they hang.
LEAST_SECONDS = 2.0
# A phone without reception brings its records within these.
OFFLINE = timedelta(days=3)
CLOCK_IN_DOUBT = timedelta(minutes=2)
CLOCK_OFF = timedelta(minutes=10)
# No meter on a wall shows more.
MOST_NUMBER = Decimal("1e9")
MOST_DECIMALS = 6
MOST_TEXT = 500
THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?")
DECIMAL_COMMA = re.compile(r"-?[0-9]+,[0-9]{1,2}")

Answer = str | int | float | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Point:
    """A point of a route: its place in the order, and its own window in minutes after the start (both 0: none)."""

    number: int
    from_minute: int = 0
    until_minute: int = 0


@dataclass(frozen=True, slots=True)
class Position:
    """Where something is, in degrees, and how far that may be off, in metres."""

    latitude: float
    longitude: float
    accuracy: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a checklist. Limits are included; `normal` empty: every answer is normal."""

    name: str
    text: str
    kind: str
    options: tuple[str, ...] = ()
    normal: tuple[str, ...] = ()
    lowest: Decimal | None = None
    highest: Decimal | None = None
    measure: str = ""
    required: bool = True
    photo_required: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """An answer as it is kept, and whether it is normal; `needs_photo`: a picture belongs to it."""

    question: Question
    answer: str
    is_abnormal: bool = False
    needs_photo: bool = field(default=False)


def window_of(point: Point, starts_at: datetime, minutes_early: int, minutes_late: int) -> tuple[datetime, datetime]:
    """Return from when to when the point is on time: its own window, else that of the plan around the start."""
    if point.from_minute or point.until_minute:
        return starts_at + timedelta(minutes=point.from_minute), starts_at + timedelta(minutes=point.until_minute)
    return starts_at - timedelta(minutes=minutes_early), starts_at + timedelta(minutes=minutes_late)


def result(at: datetime, window: tuple[datetime, datetime], closes_at: datetime) -> str:
    """Return Early, On Time, Late or Missed; both ends of the window are on time, the close is still late."""
    begin, end = window
    if at < begin:
        return EARLY
    if at <= end:
        return ON_TIME
    return LATE if at <= closes_at else MISSED


def check_points(points: Sequence[Point], minutes_open: int) -> None:
    """Raise RuleError where a window ends before it begins, or after the round is closed."""
    for point in points:
        if point.from_minute < 0 or point.until_minute < point.from_minute:
            raise RuleError(
                _(
                    "Row {0} of the points: its window ends before it begins. Enter two minutes after the start, or neither."
                ),
                point.number,
            )
        if point.until_minute > minutes_open:
            raise RuleError(
                _("Row {0} of the points: its window ends after {1} minutes, when the round is closed."),
                point.number,
                minutes_open,
            )


def check_turn(number: int, all_numbers: Collection[int], done: Collection[int]) -> None:
    """Raise RuleError where a point before this one is not recorded yet. Only for routes whose order counts."""
    before = sorted(other for other in all_numbers if other < number and other not in done)
    if before:
        raise RuleError(_("The order of this round counts: record point {0} first, then point {1}."), before[0], number)


def device_moment(
    device_time: datetime, device_now: datetime | None, received_at: datetime
) -> tuple[datetime, timedelta]:
    """Return when a point was recorded by the server's clock, and how far the device's clock was ahead (all aware).

    `device_now` is what the device's clock showed when it sent: the time between the two is right even where the clock is
    wrong. Raises RuleError for a time after that of sending, and for one more than three days ago.
    """
    shown = received_at if device_now is None else device_now
    ahead = shown - received_at
    # A message takes a moment: small differences are no fault of the clock.
    if abs(ahead) <= CLOCK_IN_DOUBT:
        shown, ahead = received_at, timedelta(0)
    waited = shown - device_time
    if waited < -CLOCK_IN_DOUBT:
        raise RuleError(
            _("The clock of the phone is {0} minutes ahead. Set it right, then record the point again."),
            math.ceil(-waited / timedelta(minutes=1)),
        )
    if waited > OFFLINE:
        raise RuleError(
            _(
                "This was recorded more than {0} days ago, which is too late to count. Tell your team leader what you saw."
            ),
            OFFLINE.days,
        )
    return received_at - max(waited, timedelta(0)), ahead


def metres_between(here: Position, there: Position) -> float:
    """Return the distance along the ground (haversine), in metres."""
    a, b = math.radians(here.latitude), math.radians(there.latitude)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(there.longitude - here.longitude) / 2) ** 2
    return 2 * EARTH_METRES * math.asin(min(1.0, math.sqrt(half)))


def is_too_fast(here: Position | None, there: Position | None, seconds: float, fastest: int) -> bool:
    """Return whether nobody gets from one point to the other in that time, at `fastest` metres a minute.

    Without positions only the time tells.
    """
    seconds = abs(seconds)
    if seconds < LEAST_SECONDS:
        return True
    if here is None or there is None:
        return False
    sure = metres_between(here, there) - here.accuracy - there.accuracy - METRES_IN_DOUBT
    return sure > seconds / 60 * fastest


def check_position(position: Position) -> Position:
    """Return the position; raises RuleError where no such place is on earth."""
    numbers = (position.latitude, position.longitude, position.accuracy)
    if (
        not all(map(math.isfinite, numbers))
        or abs(numbers[0]) > 90
        or abs(numbers[1]) > 180
        or numbers[2] < 0
        or numbers[2] > EARTH_METRES
    ):
        raise RuleError(_("This position is not on earth. Switch the position off, or try again outdoors."))
    return position


def check_question(question: Question, row: int) -> None:
    """Raise RuleError for a question nobody can answer as it stands; `row` is its place in the checklist."""
    if question.kind in (SINGLE, MULTIPLE):
        if len(question.options) < 2:
            raise RuleError(_("Row {0} of the questions: enter at least two answers to choose from, one a line."), row)
        if len(set(question.options)) < len(question.options):
            raise RuleError(_("Row {0} of the questions: an answer is listed twice. Keep one of the lines."), row)
        strange = [word for word in question.normal if word not in question.options]
        if strange:
            raise RuleError(
                _("Row {0} of the questions: {1} is normal but not among the answers. Add it to them, or take it out."),
                row,
                strange[0],
            )
    if question.lowest is not None and question.highest is not None and question.lowest > question.highest:
        raise RuleError(_("Row {0} of the questions: the lowest value is above the highest. Correct one of them."), row)


def judge(questions: Iterable[Question], answers: dict[str, Answer], all_required: bool = True) -> list[Judged]:
    """Return the answers as they are kept, in the order of the questions; unanswered ones are left out.

    `answers` by the name of the question. Raises RuleError for a question that must be answered and is not (unless
    `all_required` is off: the checklist changed after the round), a choice that is not offered, and an absurd number.
    """
    judged = []
    for question in questions:
        given = answers.get(question.name)
        if given is None or given == "" or given == []:
            if question.required and all_required:
                raise RuleError(_("Please answer: {0}"), question.text)
            continue
        text, abnormal = _JUDGES[question.kind](question, given)
        judged.append(Judged(question, text, abnormal, abnormal and question.photo_required))
    return judged


def _judge_single(question: Question, given: Answer) -> tuple[str, bool]:
    chosen = _chosen(question, [given] if isinstance(given, str) else given)
    if len(chosen) != 1:
        raise RuleError(_("Please choose one answer: {0}"), question.text)
    return chosen[0], bool(question.normal) and chosen[0] not in question.normal


def _judge_multiple(question: Question, given: Answer) -> tuple[str, bool]:
    chosen = _chosen(question, [given] if isinstance(given, str) else given)
    abnormal = bool(question.normal) and any(word not in question.normal for word in chosen)
    return ", ".join(chosen), abnormal


def _chosen(question: Question, given: object) -> list[str]:
    if not isinstance(given, (list, tuple)) or not all(isinstance(word, str) for word in given):
        raise RuleError(_("Please choose from the answers: {0}"), question.text)
    strange = [word for word in given if word not in question.options]
    if strange:
        raise RuleError(
            _("{0} is not among the answers to {1}. Please choose from the list."), strange[0][:60], question.text
        )
    return [word for word in question.options if word in given]


def _judge_number(question: Question, given: Answer) -> tuple[str, bool]:
    number = read_number(question, given)
    low = question.lowest is not None and number < question.lowest
    high = question.highest is not None and number > question.highest
    return f"{number.normalize():f}", low or high


def read_number(question: Question, given: Answer) -> Decimal:
    """Return what was read as a number; raises RuleError otherwise.

    As the phone page reads it: 1,200.50 has thousands, 0,35 a decimal comma, full-width digits are digits.
    """
    text = unicodedata.normalize("NFKC", str(given)).strip() if _is_plain(given) else ""
    if THOUSANDS.fullmatch(text):
        text = text.replace(",", "")
    elif DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or "_" in text:
        raise RuleError(_("{0}: please enter a number."), question.text)
    # Compared as it is: to reckon with an absurd exponent overflows.
    if number.copy_abs() > MOST_NUMBER or -number.as_tuple().exponent > MOST_DECIMALS:
        raise RuleError(_("{0}: {1} cannot be right. Please read it again."), question.text, text[:30])
    return number + 0  # no negative zero


def _is_plain(given: object) -> bool:
    return isinstance(given, (str, int, float)) and not isinstance(given, bool)


def _judge_text(question: Question, given: Answer) -> tuple[str, bool]:
    if not isinstance(given, str):
        raise RuleError(_("Please answer in words: {0}"), question.text)
    words = given.strip()
    if len(words) > MOST_TEXT:
        raise RuleError(_("{0}: please say it in {1} characters."), question.text, MOST_TEXT)
    return words, False


_JUDGES = {SINGLE: _judge_single, MULTIPLE: _judge_multiple, NUMBER: _judge_number, TEXT: _judge_text}
