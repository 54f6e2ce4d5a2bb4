"""Rules of the contractor assessment (外包考评): what is measured of a month gives points, points and weights the score, the score money.

Criteria, weights, points and the deduction are typical practice; the manager changes every figure before confirming.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from property_service.property_service.money import ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

FULL = 100.0
FINDINGS, IN_TIME, FIRST_TIME, REPAIRS, ROUNDS = CRITERIA = (
    _("Findings at Their Places"),
    _("Rectified in Time"),
    _("Passed the First Recheck"),
    _("Repairs Finished in Time"),
    _("Patrol Points Recorded"),
)
WEIGHTS: dict[str, int] = {FINDINGS: 30, IN_TIME: 25, FIRST_TIME: 15, REPAIRS: 20, ROUNDS: 10}
POINTS_OFF: dict[str, int] = {"Minor": 2, "Normal": 5, "Serious": 15, "Critical": 30}
USUAL_FULL_PAY, USUAL_PERCENT, USUAL_MOST = 90, 1, 20
"""Paid in full from 90 points on; below, 1 % of the fee a point, at most 20 %."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What happened in the month. `found`: severity → findings; the other pairs are (good, of all)."""

    found: Mapping[str, int]
    in_time: tuple[int, int] = (0, 0)
    first_time: tuple[int, int] = (0, 0)
    repairs: tuple[int, int] = (0, 0)
    rounds: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Line:
    """A proposed line: what was measured in figures, and points from 0 to 100. Nothing to measure: no weight, and full points."""

    criterion: str
    weight: int
    measured: str
    points: float


def proposed(measures: Measures) -> tuple[Line, ...]:
    """Return the lines in order. Findings always count; what the contractor had no part in weighs nothing."""
    found = sum(measures.found.values())
    off = sum(POINTS_OFF[severity] * number for severity, number in measures.found.items())
    lines = [Line(FINDINGS, WEIGHTS[FINDINGS], str(found), max(FULL - off, 0.0))]
    for criterion, (good, of_all) in (
        (IN_TIME, measures.in_time),
        (FIRST_TIME, measures.first_time),
        (REPAIRS, measures.repairs),
        (ROUNDS, measures.rounds),
    ):
        points = _one_decimal(Decimal(100 * good) / of_all) if of_all else FULL
        lines.append(
            Line(criterion, WEIGHTS[criterion] if of_all else 0, f"{good} / {of_all}" if of_all else "–", points)
        )
    return tuple(lines)


def score(lines: Iterable[tuple[float, float]]) -> float:
    """Return the weighted mean of pairs (weight, points), one decimal. RuleError for points outside 0 to 100 and without any weight."""
    pairs = [(Decimal(str(weight or 0)), Decimal(str(points or 0))) for weight, points in lines]
    for weight, points in pairs:
        if not 0 <= points <= 100:
            raise RuleError(_("Enter points from 0 to 100, not {0}."), points)
        if not 0 <= weight <= 100:
            raise RuleError(_("Enter a weight from 0 to 100, not {0}."), weight)
    weights = sum(weight for weight, _points in pairs)
    if not weights:
        raise RuleError(_("At least one criterion needs a weight."))
    return _one_decimal(sum(weight * points for weight, points in pairs) / weights)


def deduction(fee: Decimal, points: float, full_pay: int, percent: float, most: float) -> Decimal:
    """Return what is proposed to be deducted of the month's fee: `percent` for each point below `full_pay`, at most `most` per cent."""
    below = max(Decimal(full_pay) - Decimal(str(points)), Decimal(0))
    share = min(below * Decimal(str(percent)), Decimal(str(most)))
    return money(fee * share / 100)


def payable(fee: Decimal, deducted: Decimal, reason: str) -> Decimal:
    """Return what is to be paid. RuleError where more is deducted than due, or without saying why."""
    if deducted < ZERO or fee < ZERO:
        raise RuleError(_("Amounts cannot be below 0."))
    if deducted > fee:
        raise RuleError(
            _("More is deducted ({0} yuan) than the fee of the month ({1} yuan). Correct one of them."), deducted, fee
        )
    if deducted and not reason.strip():
        raise RuleError(_("Enter what is deducted for, as the signed agreement says it."))
    return fee - deducted


def _one_decimal(number: Decimal) -> float:
    return float(number.quantize(Decimal("0.1"), ROUND_HALF_UP))
