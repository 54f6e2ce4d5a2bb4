"""Bursts in a file of requests: which calls become one incident."""

from datetime import datetime, timedelta, timezone

import pytest

from property_service.dispatch.incident_rules import Incident, Report, Spot
from property_service.setup.importers.request_bursts import Bursts

pytestmark = pytest.mark.pure
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=timezone.utc)


def call(name, minutes, building="A", category="Heating", source=None):
    at = NOON + timedelta(minutes=minutes)
    return Report(name, Spot("NYC", building), category, at, source or name)


def played(calls, incidents=(), waiting=(), n=3):
    bursts = Bursts(incidents, waiting, n, window_minutes=240)
    for one in calls:
        bursts.add(one)
    return bursts


def test_the_third_call_makes_an_incident_of_all_three_and_the_fourth_joins():
    bursts = played([call("1", 0), call("2", 30), call("3", 60), call("4", 200)])
    assert bursts.joined == dict.fromkeys("1234", "new-1")
    assert bursts.found["new-1"].started_at == NOON
    assert bursts.found["new-1"].scope == "Building"


def test_two_calls_are_no_burst():
    assert not played([call("1", 0), call("2", 30)]).joined


def test_other_buildings_and_categories_stand_apart():
    calls = [call("1", 0), call("2", 1, building="B"), call("3", 2), call("4", 3, category="Leak")]
    assert not played(calls).joined


def test_one_household_calling_three_times_is_no_burst():
    assert not played([call(str(n), n, source="A-101") for n in range(3)]).joined


def test_calls_further_apart_than_the_window_are_no_burst():
    assert not played([call("1", 0), call("2", 200), call("3", 241)]).joined


def test_a_burst_ends_and_the_next_one_is_another():
    bursts = played([call(str(n), n) for n in range(3)] + [call(str(n), 1000 + n) for n in range(3, 6)])
    assert bursts.joined == {"0": "new-1", "1": "new-1", "2": "new-1", "3": "new-2", "4": "new-2", "5": "new-2"}


def test_each_joined_call_keeps_the_incident_open_for_the_next():
    bursts = played([call(str(n), n * 200) for n in range(1, 4)], [("SI-1", incident(NOON))])
    assert bursts.joined == {"1": "SI-1", "2": "SI-1", "3": "SI-1"}


def test_known_incidents_and_earlier_calls_count():
    assert played([call("3", 9)], waiting=[call("1", 0), call("2", 5)]).joined == dict.fromkeys("123", "new-1")
    assert played([call("1", 9)], [("SI-1", incident(NOON))]).joined == {"1": "SI-1"}
    assert played([call("1", 9)], [("SI-1", incident(NOON, building=None))]).joined == {"1": "SI-1"}


def test_with_bursts_switched_off_nothing_is_joined():
    assert not played([call(str(n), n) for n in range(9)], n=0).joined


def incident(at, building="A"):
    scope = "Building" if building else "Estate"
    return Incident(scope, Spot("NYC", building), "Heating", at)
