"""Inspection findings: when they are due, who may recheck, what repeats at a place, and the steps of a notice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from property_service.patrol import finding_rules as rules
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure

FOUND = datetime(2026, 7, 1, 9, 30)
USUAL = rules.minutes_of({})


@pytest.mark.parametrize(
    ("severity", "due"),
    [
        ("Minor", datetime(2026, 7, 4, 9, 30)),
        ("Normal", datetime(2026, 7, 2, 9, 30)),
        ("Serious", datetime(2026, 7, 1, 13, 30)),
        ("Critical", FOUND),
    ],
)
def test_due_by_severity(severity, due):
    assert rules.due_at(FOUND, severity, USUAL) == due


def test_an_unknown_severity_is_refused():
    with pytest.raises(RuleError):
        rules.due_at(FOUND, "Terrible", USUAL)


@pytest.mark.parametrize(
    ("entered", "found"),
    [
        ({}, (4320, 1440, 240, 0)),
        ({"Normal": 2880}, (4320, 2880, 240, 0)),
        ({"Minor": 0, "Normal": 0, "Serious": 0, "Critical": 0}, (4320, 1440, 240, 0)),
        ({"Critical": 30}, (4320, 1440, 240, 30)),
    ],
)
def test_minutes_of_the_settings(entered, found):
    assert tuple(rules.minutes_of(entered)[level] for level in rules.SEVERITIES) == found


@pytest.mark.parametrize(
    "entered", [{"Normal": 5000}, {"Critical": 241}, {"Minor": -1}, {"Minor": rules.MOST_MINUTES + 1}]
)
def test_minutes_that_cannot_be(entered):
    with pytest.raises(RuleError):
        rules.minutes_of(entered)


MOVES = {
    ("Open", "fix"): "Fixed",
    ("Recheck Failed", "fix"): "Fixed",
    ("Fixed", "pass"): "Closed",
    ("Fixed", "fail"): "Recheck Failed",
    ("Open", "withdraw"): "Withdrawn",
    ("Fixed", "withdraw"): "Withdrawn",
    ("Recheck Failed", "withdraw"): "Withdrawn",
}


@pytest.mark.parametrize("status", ["Open", "Fixed", "Recheck Failed", "Closed", "Withdrawn"])
@pytest.mark.parametrize("act", ["fix", "pass", "fail", "withdraw"])
def test_each_act_in_each_status(status, act):
    if (status, act) in MOVES:
        assert rules.next_status(status, act) == MOVES[status, act]
    else:
        with pytest.raises(RuleError):
            rules.next_status(status, act)


@pytest.mark.parametrize(
    ("by", "fixers", "may"),
    [
        ("li", ["wang"], True),
        ("wang", ["wang"], False),
        ("wang", ["li", "wang"], False),
        ("Administrator", ["Administrator"], False),
        ("", ["wang"], False),
        ("li", [None], True),
    ],
)
def test_who_may_recheck(by, fixers, may):
    assert rules.may_recheck(by, fixers) is may


@pytest.mark.parametrize(
    ("severity", "has_photo", "fine"),
    [("Minor", True, True), ("Minor", False, False), ("Normal", True, False), ("Critical", True, False)],
)
def test_recheck_by_photo(severity, has_photo, fine):
    if fine:
        rules.check_photo_recheck(severity, has_photo)
    else:
        with pytest.raises(RuleError):
            rules.check_photo_recheck(severity, has_photo)


@pytest.mark.parametrize(
    ("place", "key"),
    [
        ({"checkpoint": "CP1", "unit": "LH-01-101", "place": "roof"}, "P|CP1"),
        ({"unit": "LH-01-101", "building": "LH-01", "place": "kitchen"}, "U|LH-01-101"),
        ({"building": "LH-01", "place": " Roof  Door, 2 "}, "LH|LH-01||roofdoor2"),
        ({"building": "LH-01", "entrance": "LH-01-2", "place": "１２楼 走廊"}, "LH|LH-01|LH-01-2|12楼走廊"),
        ({"place": "East Gate"}, "LH|||eastgate"),
        ({"building": "LH-01"}, ""),
        ({}, ""),
        ({"building": "LH-01", "place": " -- "}, ""),
    ],
)
def test_the_key_of_a_place(place, key):
    assert rules.place_key("LH", **place) == key


def test_a_long_place_is_cut_to_the_column():
    assert len(rules.place_key("LH", place="x" * 500)) == 140


@pytest.mark.parametrize(
    ("fixed", "days"),
    [(timedelta(0), 0), (timedelta(hours=36), 1.5), (timedelta(days=3), 3), (timedelta(hours=-5), 0)],
)
def test_days_to_fix(fixed, days):
    assert rules.days_between(FOUND, FOUND + fixed) == days


@pytest.mark.parametrize(
    ("after", "minutes", "level"),
    [(-1, 240, 0), (0, 240, 1), (119, 240, 1), (120, 240, 2), (0, 0, 2), (-1, 0, 0)],
)
def test_whom_an_overdue_finding_concerns(after, minutes, level):
    assert rules.alert_level(FOUND, FOUND + timedelta(minutes=after), minutes) == level


@pytest.mark.parametrize(
    ("level", "before", "status", "to", "fine"),
    [
        ("Advised", "", "Open", "", True),
        ("Notice", "", "Open", "", True),
        ("Stop-Work", "Notice", "Recheck Failed", "", True),
        ("Reported", "Stop-Work", "Fixed", "Urban Management", True),
        ("Reported", "Stop-Work", "Open", " ", False),
        ("Notice", "Notice", "Open", "", False),
        ("Advised", "Notice", "Open", "", False),
        ("Notice", "", "Closed", "", False),
        ("Notice", "", "Withdrawn", "", False),
        ("Fine", "", "Open", "", False),
    ],
)
def test_the_steps_of_a_notice(level, before, status, to, fine):
    if fine:
        rules.check_notice(level, before, status, to)
    else:
        with pytest.raises(RuleError):
            rules.check_notice(level, before, status, to)


def test_numbers_of_notices():
    assert rules.notice_number("Notice", "LH", 2026, 7) == "ZG-LH-2026-0007"
    assert rules.notice_number("Stop-Work", "LH", 2026, 12345) == "TG-LH-2026-12345"
    for level, number in (("Advised", 1), ("Notice", 0)):
        with pytest.raises(RuleError):
            rules.notice_number(level, "LH", 2026, number)
