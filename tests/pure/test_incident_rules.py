"""One fault, many callers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.dispatch.incident_rules import (
    NARROW_TO_WIDE,
    Incident,
    Report,
    Spot,
    best_match,
    burst,
    cut,
    matches,
)

pytestmark = pytest.mark.pure

START = datetime(2026, 11, 23, 19, 40, tzinfo=timezone.utc)
R01 = Spot("LH", "LH-03", "LH-03-2", "01")
R02 = replace(R01, riser="02")
OTHER_ENTRANCE = Spot("LH", "LH-03", "LH-03-1", "01")
OTHER_BUILDING = Spot("LH", "LH-04", "LH-04-2", "01")
ELSEWHERE = Spot("YQ", "LH-03", "LH-03-2", "01")


def report(
    spot: Spot = R01, minutes: int = 10, category: str = "Burst Pipe", name: str = "RR-1", source: str = ""
) -> Report:
    return Report(name, spot, category, START + timedelta(minutes=minutes), source or name, ("Plumbing",))


@pytest.mark.parametrize(
    ("scope", "inside", "outside"),
    [
        ("Riser", [R01], [R02, OTHER_ENTRANCE, OTHER_BUILDING, ELSEWHERE, replace(R01, riser=None), Spot("LH")]),
        ("Entrance", [R01, R02], [OTHER_ENTRANCE, OTHER_BUILDING, ELSEWHERE, Spot("LH", "LH-03")]),
        ("Building", [R01, R02, OTHER_ENTRANCE, Spot("LH", "LH-03")], [OTHER_BUILDING, ELSEWHERE, Spot("LH")]),
        ("Estate", [R01, R02, OTHER_ENTRANCE, OTHER_BUILDING, Spot("LH")], [ELSEWHERE, Spot("YQ")]),
    ],
)
def test_the_place_decides(scope: str, inside: list[Spot], outside: list[Spot]) -> None:
    incident = Incident(scope, R01, "Burst Pipe", START)
    assert [matches(incident, report(spot), 240) for spot in inside] == [True] * len(inside)
    assert [matches(incident, report(spot), 240) for spot in outside] == [False] * len(outside)


def test_an_incident_that_does_not_say_its_place_takes_nobody() -> None:
    assert not matches(Incident("Riser", Spot("LH", "LH-03"), "Burst Pipe", START), report(Spot("LH", "LH-03")), 240)
    assert not matches(Incident("Building", Spot("LH"), "Burst Pipe", START), report(Spot("LH")), 240)


def test_a_riser_of_a_building_without_entrances() -> None:
    spot = Spot("LH", "LH-05", None, "01")
    assert matches(Incident("Riser", spot, "Burst Pipe", START), report(spot), 240)
    assert not matches(Incident("Riser", spot, "Burst Pipe", START), report(replace(spot, entrance="LH-05-1")), 240)


@pytest.mark.parametrize(
    ("category", "joins"), [("Burst Pipe", True), ("Plumbing", True), ("Lifts", False), (None, False), ("", False)]
)
def test_the_category_decides(category: str | None, joins: bool) -> None:
    assert matches(Incident("Estate", R01, category, START), report(), 240) is joins


@pytest.mark.parametrize(
    ("minutes", "more", "joins"),
    [
        (-240, {}, True),
        (-241, {}, False),
        (240, {}, True),
        (241, {}, False),
        (400, {"last_report_at": START + timedelta(minutes=200)}, True),
        (441, {"last_report_at": START + timedelta(minutes=200)}, False),
        (700, {"expected_until": START + timedelta(minutes=500)}, True),
        (30, {"closed_at": START + timedelta(minutes=30)}, True),
        (31, {"closed_at": START + timedelta(minutes=30)}, False),
    ],
)
def test_the_time_decides(minutes: int, more: dict, joins: bool) -> None:
    assert matches(Incident("Estate", R01, "Burst Pipe", START, **more), report(minutes=minutes), 240) is joins


def test_the_narrowest_then_the_latest_incident_is_the_best() -> None:
    estate = Incident("Estate", R01, "Burst Pipe", START)
    early = Incident("Entrance", R01, "Burst Pipe", START)
    late = replace(early, started_at=START + timedelta(minutes=5))
    foreign = Incident("Riser", R02, "Burst Pipe", START)
    assert best_match([("A", estate), ("B", early), ("C", late), ("D", foreign)], report(), 240) == "C"
    assert best_match([("Z", early), ("B", early)], report(), 240) == "B"
    assert best_match([("D", foreign)], report(), 240) is None


@pytest.mark.parametrize(
    ("spots", "scope", "spot"),
    [
        ([R01, R01, R01], "Riser", R01),
        ([R01, R02, R01], "Entrance", Spot("LH", "LH-03", "LH-03-2")),
        ([R01, OTHER_ENTRANCE, R02], "Building", Spot("LH", "LH-03")),
        ([R01, OTHER_BUILDING, Spot("LH")], "Estate", Spot("LH")),
        ([R01, R01, R01, OTHER_BUILDING], "Riser", R01),
    ],
)
def test_a_burst_proposes_the_narrowest_common_place(spots: list[Spot], scope: str, spot: Spot) -> None:
    reports = [report(at, minutes=i, name=f"RR-{i}") for i, at in enumerate(spots)]
    proposal = burst(reports)
    assert (proposal.scope, proposal.spot, proposal.category) == (scope, spot, "Burst Pipe")
    assert proposal.started_at == START
    assert proposal.reports == ("RR-0", "RR-1", "RR-2")


@pytest.mark.parametrize(
    "reports",
    [
        [],
        [report(name="a"), report(name="b")],
        [report(name=name, source="LH-03-2-1203") for name in "abc"],  # one household calling three times
        [report(name="a"), report(name="b"), report(name="c", category="Lamp")],
        [report(name="a"), report(name="b"), report(ELSEWHERE, name="c")],
        [report(name="a", minutes=0), report(name="b", minutes=100), report(name="c", minutes=241)],
    ],
)
def test_what_is_no_burst(reports: list[Report]) -> None:
    assert burst(reports) is None


def test_the_window_slides() -> None:
    reports = [report(name=str(minutes), minutes=minutes) for minutes in (0, 200, 300, 430)]
    assert burst(reports).reports == ("200", "300", "430")
    assert burst(reports, n=2, window_minutes=60) is None
    assert burst(reports, n=2, window_minutes=100).reports == ("200", "300")


SPOTS = st.sampled_from(
    [R01, R02, OTHER_ENTRANCE, OTHER_BUILDING, ELSEWHERE, Spot("LH"), Spot("LH", "LH-05", None, "01")]
)
REPORTS = st.lists(
    st.builds(
        report, SPOTS, st.integers(0, 600), st.sampled_from(["Burst Pipe", "Lamp"]), source=st.sampled_from("abcdef")
    ),
    max_size=12,
).map(lambda reports: [replace(r, name=f"RR-{i:02}") for i, r in enumerate(reports)])


@given(REPORTS, st.integers(2, 4), st.integers(30, 300))
def test_a_proposed_incident_holds_its_reports(reports: list[Report], n: int, window: int) -> None:
    proposal = burst(reports, n, window)
    assert proposal == burst(reports[::-1], n, window)
    by_name = {r.name: r for r in reports}
    if proposal is None:
        for spot in {cut(r.spot, "Estate") for r in reports}:
            for category in ("Burst Pipe", "Lamp"):
                same = [r for r in reports if r.category == category and cut(r.spot, "Estate") == spot]
                for first in same:
                    near = {
                        r.source
                        for r in same
                        if timedelta(0) <= r.reported_at - first.reported_at <= timedelta(minutes=window)
                    }
                    assert len(near) < n
        return
    members = [by_name[name] for name in proposal.reports]
    incident = Incident(proposal.scope, proposal.spot, proposal.category, proposal.started_at)
    assert all(matches(incident, member, window) for member in members)
    assert len({member.source for member in members}) >= n
    assert min(m.reported_at for m in members) == proposal.started_at
    for narrower in NARROW_TO_WIDE[: NARROW_TO_WIDE.index(proposal.scope)]:
        places = {cut(member.spot, narrower) for member in members}
        assert len(places) > 1 or None in places
