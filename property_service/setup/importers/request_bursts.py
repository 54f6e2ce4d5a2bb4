"""Which of many requests belong to one fault, taken in the order in which they were reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from property_service.dispatch.incident_rules import Incident, Proposal, Report, best_match, burst
from property_service.property_service.working_time import to_utc


class Bursts:
    """Joins reports to incidents as the desk's rules would have, had they come in one by one.

    `incidents` are (name, incident) known before, `waiting` earlier reports that belong to none; `n` and `window_minutes` are
    those of `incident_rules.burst`. After `add` of each report in the order of time: `joined` is report → incident, `found`
    the incidents met on the way, by the key under which they stand in `joined`.
    """

    def __init__(
        self, incidents: Iterable[tuple[str, Incident]], waiting: Iterable[Report], n: int, window_minutes: int
    ) -> None:
        self.n, self.window_minutes = n, window_minutes
        self.joined: dict[str, str] = {}
        self.found: dict[str, Proposal] = {}
        self._incidents: dict[str | None, dict[str, Incident]] = defaultdict(dict)
        self._waiting: dict[tuple[str | None, str], list[Report]] = defaultdict(list)
        for name, incident in incidents:
            self._incidents[incident.spot.building][name] = incident
        for report in waiting:
            self._waiting[report.spot.building, report.category].append(report)

    def add(self, report: Report) -> None:
        """Join the report to an incident, or let it wait for others like it."""
        name = self._match(report)
        if name:
            self._join(name, report)
            return
        waiting = self._waiting[report.spot.building, report.category]
        oldest = to_utc(report.reported_at) - timedelta(minutes=self.window_minutes)
        waiting[:] = [other for other in waiting if to_utc(other.reported_at) >= oldest]
        waiting.append(report)
        # A fault of the whole estate is proposed by people: here each building stands for itself.
        proposal = burst(waiting, self.n, self.window_minutes) if report.spot.building and self.n else None
        if proposal:
            self._begin(proposal, waiting)

    def _match(self, report: Report) -> str | None:
        nearby = (self._incidents[building] for building in dict.fromkeys((report.spot.building, None)))
        candidates = [(name, incident) for group in nearby for name, incident in group.items()]
        return best_match(candidates, report, self.window_minutes)

    def _join(self, name: str, report: Report) -> None:
        self.joined[report.name] = name
        group = self._incidents[report.spot.building]
        group = group if name in group else self._incidents[None]
        latest = max(to_utc(report.reported_at), to_utc(group[name].last_report_at or report.reported_at))
        group[name] = replace(group[name], last_report_at=latest)

    def _begin(self, proposal: Proposal, waiting: list[Report]) -> None:
        name = f"new-{len(self.found) + 1}"
        self.found[name] = proposal
        members = [report for report in waiting if report.name in proposal.reports]
        latest = max(to_utc(report.reported_at) for report in members)
        self._incidents[proposal.spot.building][name] = Incident(
            proposal.scope, proposal.spot, proposal.category, proposal.started_at, latest
        )
        self.joined.update(dict.fromkeys(proposal.reports, name))
        waiting[:] = [report for report in waiting if report.name not in proposal.reports]
