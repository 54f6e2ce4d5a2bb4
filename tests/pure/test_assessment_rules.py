"""The contractor assessment: points of what was measured, weighted score, deduction and payment."""

from __future__ import annotations

from decimal import Decimal

import pytest

from property_service.patrol import assessment_rules as rules
from property_service.patrol.assessment_rules import Measures
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure
D = Decimal


def test_proposed_lines():
    lines = rules.proposed(Measures({"Minor": 2, "Serious": 1}, (3, 4), (1, 3), (0, 0), (97, 100)))
    assert [(line.weight, line.measured, line.points) for line in lines] == [
        (30, "3", 81),
        (25, "3 / 4", 75),
        (15, "1 / 3", 33.3),
        (0, "–", 100),
        (10, "97 / 100", 97),
    ]
    assert rules.score((line.weight, line.points) for line in lines) == 72.2  # 5773.5 / 80 = 72.16875


def test_points_never_fall_below_zero():
    assert rules.proposed(Measures({"Critical": 9}))[0].points == 0


def test_a_quiet_month_has_full_points():
    lines = rules.proposed(Measures({}))
    assert rules.score((line.weight, line.points) for line in lines) == 100
    assert sum(rules.WEIGHTS.values()) == 100 and tuple(rules.WEIGHTS) == rules.CRITERIA


@pytest.mark.parametrize("lines", [[], [(0, 90)], [(50, 101)], [(50, -1)], [(101, 50)], [(-1, 50), (20, 50)]])
def test_scores_that_cannot_be(lines):
    with pytest.raises(RuleError):
        rules.score(lines)


@pytest.mark.parametrize(
    ("points", "deducted"),
    [(100, "0"), (90, "0"), (89.5, "50.00"), (80, "1000.00"), (70, "2000.00"), (0, "2000.00")],
)
def test_deduction(points, deducted):
    assert rules.deduction(D("10000"), points, 90, 1, 20) == D(deducted)


def test_payable():
    assert rules.payable(D("1000.00"), D("0.00"), "") == D("1000.00")
    assert rules.payable(D("1000.00"), D("33.33"), "Dirty lobby") == D("966.67")
    for fee, deducted, reason in (("10", "11", "x"), ("10", "5", " "), ("10", "-1", "x"), ("-1", "0", "")):
        with pytest.raises(RuleError):
            rules.payable(D(fee), D(deducted), reason)
