"""Writes the requests of a file: the past in blocks, what is still open through the life of a new request.

A closed request of another system becomes history here: its state and times as they were, its team by our routes, one step
"Imported", and no clock, alarm, visit, bill or message. An open one starts here: it is accepted at the time of the import,
dispatched by our routes, and its clock runs from then; only what had happened before is told to nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Max, Sum
from pypika import Case

from property_service.dispatch import incidents
from property_service.dispatch.assignment import JobRequest, teams_for
from property_service.dispatch.incident_rules import Incident, Report, Spot
from property_service.property_service.blocks import hash_names, insert_block, next_names
from property_service.property_service.guarded_document import advance
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of, from_local, to_aware
from property_service.property_service.stages import DONE, VOID, stage_of
from property_service.repairs import intake, timeline
from property_service.repairs.categories import ancestors_of, category, default_priority
from property_service.setup.importers.request_bursts import Bursts
from property_service.setup.importers.request_maps import HISTORIC
from property_service.setup.importers.request_places import Place, Places
from property_service.setup.importers.request_rows import RequestRow

REQUEST, INCIDENT, STEP = "Repair Request", "Service Incident", "Repair Step"
CHANNEL = "Import"
WITHDRAWN = frozenset({"Cancelled", "Rejected"})

# A row that is not taken: its line, its number, and why.
Refused = tuple[int, str, RuleError]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row and the site time at which it was reported."""

    row: RequestRow
    reported_at: datetime


@dataclass(slots=True)
class Outcome:
    """What became of some rows: taken + known + len(refused) are all of them; `joined` of the taken are in an incident."""

    taken: int = 0
    joined: int = 0
    known: int = 0
    refused: list[Refused] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        """Count what became of further rows."""
        self.taken += other.taken
        self.joined += other.joined
        self.known += other.known
        self.refused += other.refused


class RequestWriter:
    """Takes the rows of one file into one community, some at a time, in the order of their times."""

    def __init__(
        self, community: str, source_system: str, imported_at: datetime, window_minutes: int | None = None
    ) -> None:
        self.community, self.source_system, self.imported_at = community, source_system, imported_at
        self.places = Places(community)
        settings = frappe.get_cached_doc("Property Service Settings")
        self.burst = int(settings.incident_burst or 0)
        self.window = int(window_minutes or settings.incident_window_minutes or 0)

    def take(self, arrivals: Sequence[Arrival]) -> Outcome:
        """Take these rows; those taken before are counted as known. Within the caller's transaction."""
        settled, outcome = self._settle(arrivals)
        self.places.write()
        joined, earlier = self._join(settled)
        history = [(one, place) for one, place in settled if one.row.status in HISTORIC]
        self._write_history(history, joined)
        for one, place in settled:
            if one.row.status not in HISTORIC:
                self._begin(one, place, joined.get(self._key(one)))
        outcome.joined = len(joined) + earlier
        return outcome

    def judge(self, arrivals: Sequence[Arrival]) -> Outcome:
        """What `take` would do with these rows, but for the incidents; nothing is written."""
        return self._settle(arrivals)[1]

    def _settle(self, arrivals: Sequence[Arrival]) -> tuple[list[tuple[Arrival, Place]], Outcome]:
        known = self._known(arrivals)
        fresh = [one for one in arrivals if self._key(one) not in known]
        outcome = Outcome(known=len(arrivals) - len(fresh))
        self.places.prepare(one.row for one in fresh)
        settled: list[tuple[Arrival, Place]] = []
        for one in fresh:
            try:
                settled.append((one, self.places.settle(one.row)))
            except RuleError as error:
                outcome.refused.append((one.row.line_no, one.row.external_id, error))
        outcome.taken = len(settled)
        return settled, outcome

    def finish(self) -> int:
        """Close the incidents proposed on the way all of whose requests are over. Returns how many stay to be confirmed."""
        request, incident = frappe.qb.DocType(REQUEST), frappe.qb.DocType(INCIDENT)
        ours = frappe.qb.from_(request).select(request.incident).where(request.source_system == self.source_system)
        rows = (
            frappe.qb.from_(incident)
            .join(request)
            .on(request.incident == incident.name)
            .select(incident.name, Max(request.reported_at).as_("reported_at"), Max(request.closed_at).as_("closed_at"))
            .select(Sum(Case().when(request.stage.isin((DONE, VOID)), 0).else_(1)).as_("open"))
            .where(incident.community == self.community)
            .where(incident.status == incidents.PROPOSED)
            .where(incident.name.isin(ours))
            .groupby(incident.name)
            .orderby(incident.name)
            .run(as_dict=True)
        )
        text = frappe._("Closed with its requests, which were taken over from {0}.").format(self.source_system)
        for row in rows:
            if not row.open:
                ended = max(filter(None, (row.closed_at, row.reported_at)))
                values = {"status": incidents.CLOSED, "closed_at": ended, "closing_text": text}
                frappe.db.set_value(INCIDENT, row.name, values)
        incidents.recount(row.name for row in rows)
        return sum(bool(row.open) for row in rows)

    # What is known

    def _key(self, one: Arrival) -> str:
        return f"{self.source_system}|{one.row.external_id}"

    def _known(self, arrivals: Iterable[Arrival]) -> set[str]:
        keys = [self._key(one) for one in arrivals]
        rows = frappe.get_all(
            REQUEST, {"external_key": ["in", keys]}, pluck="external_key", order_by="name asc", limit_page_length=0
        )
        return set(rows)

    # Incidents

    def _join(self, settled: list[tuple[Arrival, Place]]) -> tuple[dict[str, str], int]:
        """Outside key → incident, for the rows that belong to one, and how many taken before have joined them.

        Incidents met on the way are written.
        """
        if not settled or not self.burst:
            return {}, 0
        bursts = Bursts(*self._context(settled), self.burst, self.window)
        for one, place in settled:
            if one.row.status not in WITHDRAWN:
                bursts.add(self._report(one, place))
        with as_of(self.imported_at):
            names = {key: incidents.propose(found) for key, found in bursts.found.items()}
        joined = {report: names.get(key, key) for report, key in bursts.joined.items()}
        own = {self._key(one) for one, _place in settled}
        earlier = {report: incident for report, incident in joined.items() if report not in own}
        self._join_earlier(earlier)
        return {key: incident for key, incident in joined.items() if key in own}, self._taken_of(earlier)

    def _report(self, one: Arrival, place: Place) -> Report:
        spot = Spot(self.community, place.building, place.entrance, place.riser)
        # Callers who leave neither room nor phone are told apart by their numbers.
        source = place.unit or one.row.reporter_phone or self._key(one)
        key, at = self._key(one), to_aware(one.reported_at)
        return Report(key, spot, one.row.category, at, source, ancestors_of(one.row.category))

    def _context(self, settled: list[tuple[Arrival, Place]]) -> tuple[list[tuple[str, Incident]], list[Report]]:
        """Incidents and waiting requests of these places that reach into the time of these rows: two queries."""
        reach = timedelta(minutes=self.window)
        begin = min(one.reported_at for one, _place in settled) - reach
        end = max(one.reported_at for one, _place in settled) + reach
        buildings = sorted({place.building for _one, place in settled if place.building})
        return self._incidents(begin, end), self._waiting(buildings, begin, end)

    def _incidents(self, begin: datetime, end: datetime) -> list[tuple[str, Incident]]:
        table, request = frappe.qb.DocType(INCIDENT), frappe.qb.DocType(REQUEST)
        latest = Max(request.reported_at).as_("last_report_at")
        rows = (
            frappe.qb.from_(table)
            .left_join(request)
            .on(request.incident == table.name)
            .select(table.name, table.scope, table.building, table.entrance, table.riser, table.category)
            .select(table.started_at, table.expected_until, table.closed_at, latest)
            .where(table.community == self.community)
            .where(table.started_at <= end)
            .where(table.closed_at.isnull() | (table.closed_at >= begin))
            .groupby(table.name)
            .orderby(table.name)
            .run(as_dict=True)
        )
        moments = ("started_at", "last_report_at", "expected_until", "closed_at")
        return [
            (
                row.name,
                Incident(
                    row.scope,
                    Spot(self.community, row.building, row.entrance, row.riser),
                    row.category,
                    **{name: to_aware(row[name]) if row[name] else None for name in moments},
                ),
            )
            for row in rows
        ]

    def _waiting(self, buildings: list[str], begin: datetime, end: datetime) -> list[Report]:
        if not buildings:
            return []
        table, unit = frappe.qb.DocType(REQUEST), frappe.qb.DocType("Property Unit")
        rows = (
            frappe.qb.from_(table)
            .left_join(unit)
            .on(unit.name == table.unit)
            .select(table.name, table.building, table.entrance, unit.riser, table.category, table.reported_at)
            .select(table.unit, table.reporter_phone)
            .where(table.community == self.community)
            .where(table.building.isin(buildings))
            .where(table.reported_at.between(begin, end))
            .where(table.incident.isnull())
            .where(table.stage != VOID)
            .orderby(table.reported_at)
            .orderby(table.name)
            .run(as_dict=True)
        )
        return [
            Report(
                row.name,
                Spot(self.community, row.building, row.entrance, row.riser),
                row.category,
                to_aware(row.reported_at),
                row.unit or row.reporter_phone or row.name,
                ancestors_of(row.category),
            )
            for row in rows
        ]

    def _join_earlier(self, joined: dict[str, str]) -> None:
        """Requests taken before this block that turn out to belong to a burst."""
        for incident in sorted(set(joined.values())):
            names = [request for request, found in joined.items() if found == incident]
            frappe.db.set_value(REQUEST, {"name": ["in", names]}, "incident", incident)

    def _taken_of(self, names: dict[str, str]) -> int:
        """How many of these requests came from this file, in an earlier block."""
        return (
            frappe.db.count(REQUEST, {"name": ["in", list(names)], "source_system": self.source_system}) if names else 0
        )

    # Requests

    def _write_history(self, history: list[tuple[Arrival, Place]], joined: dict[str, str]) -> None:
        if not history:
            return
        teams = teams_for([self._job(one, place) for one, place in history])
        names = next_names("RR-.YYYY.-.#####", len(history))
        docs = []
        for name, team, (one, place) in zip(names, teams, history, strict=True):
            doc = self._document(one, place, one.row.status, joined.get(self._key(one)))
            doc.update({"name": name, "team": team, "incident_confirmed": int(bool(doc.incident))})
            doc.flags.historic_state = True
            intake.complete(doc)
            doc.stage = stage_of(REQUEST, doc.status)
            docs.append(doc)
        insert_block(REQUEST, (doc.get_valid_dict() for doc in docs))
        steps = zip(hash_names(len(docs)), docs, strict=True)
        insert_block(STEP, ({"name": name, **self._step(doc)} for name, doc in steps))

    def _job(self, one: Arrival, place: Place) -> JobRequest:
        found = category(one.row.category)
        return JobRequest(
            category=one.row.category,
            community=self.community,
            at=one.reported_at,
            ancestors=ancestors_of(one.row.category),
            building=place.building,
            priority=one.row.priority or default_priority(one.row.category),
            team=found.default_team or None,
        )

    def _step(self, doc: Document) -> dict:
        return {
            "repair_request": doc.name,
            "community": doc.community,
            "step": timeline.IMPORTED,
            "actor_kind": timeline.SYSTEM,
            "happened_at": self.imported_at,
            "to_state": doc.status,
            "for_resident": 0,
        }

    def _begin(self, one: Arrival, place: Place, incident: str | None) -> None:
        """An open request of the other system: from now on it is one of ours."""
        doc = self._document(one, place, "New", incident)
        doc.flags.historic_state = doc.flags.by_rules = True
        with as_of(self.imported_at):
            doc.insert(ignore_permissions=True)  # whoever imports is a manager of the community, judged before
            doc.flags.historic_state = None
            if one.row.status != "New":
                advance(doc, one.row.status, f"taken over from {self.source_system}")

    def _document(self, one: Arrival, place: Place, status: str, incident: str | None) -> Document:
        row = one.row
        doc = frappe.new_doc(REQUEST)
        doc.update(
            {
                "community": self.community,
                "unit": place.unit,
                "building": place.building,
                "entrance": place.entrance,
                "public_place": place.public_place,
                "category": row.category,
                "priority": row.priority or None,
                "description": row.description,
                "reporter_name": row.reporter_name or None,
                "reporter_phone": row.reporter_phone or None,
                "channel": CHANNEL,
                "status": status,
                "reported_at": one.reported_at,
                "finished_at": row.finished_at and from_local(self.community, row.finished_at),
                "closed_at": row.closed_at and from_local(self.community, row.closed_at),
                "work_done": row.work_done or None,
                "incident": incident,
                "source_system": self.source_system,
                "external_id": row.external_id,
            }
        )
        return doc
