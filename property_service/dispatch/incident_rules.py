"""One fault, many callers: which incident a report belongs to, and when several reports look like one.

The rules only propose. The desk confirms that a report belongs to an incident, and that a proposed incident is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from property_service.property_service.working_time import to_utc

Scope = Literal["Estate", "Building", "Entrance", "Riser"]
NARROW_TO_WIDE: tuple[Scope, ...] = ("Riser", "Entrance", "Building", "Estate")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place, as far as it is known. A riser belongs to its entrance, or to its building where there are no entrances."""

    community: str
    building: str | None = None
    entrance: str | None = None
    riser: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """An incident as the rules see it; `last_report_at` is the latest report that joined it. All times are aware."""

    scope: Scope
    spot: Spot
    category: str | None
    started_at: datetime
    last_report_at: datetime | None = None
    expected_until: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A repair request as the rules see it. `ancestors` are the parents of the category, `source` the unit or the caller."""

    name: str
    spot: Spot
    category: str
    reported_at: datetime
    source: str
    ancestors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """Reports that look like one fault: the narrowest place they share, since when, and their names, oldest first."""

    scope: Scope
    spot: Spot
    category: str
    started_at: datetime
    reports: tuple[str, ...]


def cut(spot: Spot, scope: Scope) -> Spot | None:
    """Return the part of a place that a scope is about, None when the place does not say it."""
    if scope == "Estate":
        return Spot(spot.community)
    if scope == "Building":
        return Spot(spot.community, spot.building) if spot.building else None
    if scope == "Entrance":
        return Spot(spot.community, spot.building, spot.entrance) if spot.building and spot.entrance else None
    return spot if spot.building and spot.riser else None


def matches(incident: Incident, report: Report, window_minutes: int) -> bool:
    """Return whether the report may belong to the incident: same category (or one below it), same place, near in time.

    Near is from `window_minutes` before its start until as long after its start, its last report or its expected end, and not
    after it was closed. An incident without category is joined by hand only.
    """
    if incident.category is None or incident.category not in (report.category, *report.ancestors):
        return False
    place = cut(incident.spot, incident.scope)
    if place is None or cut(report.spot, incident.scope) != place:
        return False
    window = timedelta(minutes=window_minutes)
    at, began = to_utc(report.reported_at), to_utc(incident.started_at)
    if incident.closed_at is not None and at > to_utc(incident.closed_at):
        return False
    known = [began, *(to_utc(moment) for moment in (incident.last_report_at, incident.expected_until) if moment)]
    return began - window <= at <= max(known) + window


def best_match(incidents: Iterable[tuple[str, Incident]], report: Report, window_minutes: int) -> str | None:
    """Return the name of the incident the report fits best: the narrowest scope, then the latest, then by name; or None."""
    fitting = [(name, incident) for name, incident in incidents if matches(incident, report, window_minutes)]
    fitting.sort(key=lambda pair: pair[0])
    fitting.sort(key=lambda pair: to_utc(pair[1].started_at), reverse=True)
    fitting.sort(key=lambda pair: NARROW_TO_WIDE.index(pair[1].scope))
    return fitting[0][0] if fitting else None


def burst(reports: Iterable[Report], n: int = 3, window_minutes: int = 240) -> Proposal | None:
    """Return the incident that reports without one suggest: `n` different sources, one category, one place, within the window.

    Of several it is the one of the narrowest place, then that of the most sources, then the earliest. None when there is none.
    """
    groups: dict[tuple[Scope, Spot, str], list[Report]] = defaultdict(list)
    for report in reports:
        for scope in NARROW_TO_WIDE:
            place = cut(report.spot, scope)
            if place is not None:
                groups[scope, place, report.category].append(report)
    found: list[tuple[tuple, Proposal]] = []
    for (scope, place, category), members in groups.items():
        close = _closest(members, timedelta(minutes=window_minutes))
        sources = len({report.source for report in close})
        if sources < n:
            continue
        since = to_utc(close[0].reported_at)
        proposal = Proposal(scope, place, category, since, tuple(report.name for report in close))
        found.append(((NARROW_TO_WIDE.index(scope), -sources, since, proposal.reports), proposal))
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _closest(reports: list[Report], window: timedelta) -> list[Report]:
    """Return the reports of the window with the most different sources, oldest first; of equal windows the earliest."""
    ordered = sorted(reports, key=lambda report: (to_utc(report.reported_at), report.name))
    best: list[Report] = []
    end = 0
    for start, first in enumerate(ordered):
        while end < len(ordered) and to_utc(ordered[end].reported_at) - to_utc(first.reported_at) <= window:
            end += 1
        inside = ordered[start:end]
        if len({report.source for report in inside}) > len({report.source for report in best}):
            best = inside
    return best
