"""What an estate's table makes: its rows held against what is there, by the same rules the forms use. Takes no database."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from property_service.property_service import estate, occupancies, phone_numbers, plates, residents, unit_address
from property_service.property_service.occupancies import Span
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.setup.importers.estate_rows import EstateRow

DOCTYPES = (
    "Building", "Entrance", "Property Unit", "Resident", "Resident Phone", "Unit Occupancy", "Resident Vehicle",
)  # fmt: skip


class Fields(dict):
    """A document to be: fields as keys and as attributes; a field nobody set is None."""

    def __getattr__(self, name: str) -> Any:
        return self.get(name)

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


@dataclass(slots=True)
class Known:
    """What is there already, as far as rows may meet it; `take` adds what it plans.

    `buildings`: number → (name, floors); `units`: name → occupancy status; `people_by_phone` and `people_in`: phone or room →
    [(resident, name, type)]; `organisations`: name → the same; `phones_of`: resident → his numbers; `plates`: active plate → room; `areas`: building → service area.
    """

    community: str
    today: date
    buildings: dict[str, tuple[str, int]] = field(default_factory=dict)
    entrances: set[str] = field(default_factory=set)
    units: dict[str, str] = field(default_factory=dict)
    handed_over: dict[str, date | None] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=lambda: defaultdict(list))
    people_by_phone: dict[str, list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    people_in: dict[str, list[tuple[str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    organisations: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    phones_of: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    plates: dict[str, str] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What is to be made: DocType → documents, and what changes about what was there:
    the occupancy status of rooms, and the primary phone of people who had none."""

    made: dict[str, list[Fields]] = field(default_factory=lambda: {doctype: [] for doctype in DOCTYPES})
    statuses: dict[str, str] = field(default_factory=dict)
    primary_phones: dict[str, str] = field(default_factory=dict)
    taken: int = 0
    known: int = 0
    refused: list[tuple[int, str, RuleError]] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """DocType → how many documents are made."""
        return {doctype: len(documents) for doctype, documents in self.made.items()}


class Planner:
    """Plans rows one after the other. A row goes in whole or not at all; refused ones leave no trace."""

    def __init__(self, known: Known, new_name: Any) -> None:
        """`new_name()` gives the name of a document that has no rule for it."""
        self.known, self.new_name, self.plan = known, new_name, Plan()
        self._people: dict[str, tuple[str, str, str]] = {}
        self._new_people: dict[str, Fields] = {}
        self._units: dict[str, Fields] = {}
        self._moved: set[str] = set()

    def take(self, row: EstateRow) -> None:
        """Plan a row, or note why it is refused."""
        try:
            staged = self._stage(row)
        except RuleError as error:
            self.refuse(row.line_no, row.key, error)
            return
        for doctype, document in staged:
            self.plan.made[doctype].append(document)
            self._remember(doctype, document)
        if staged:
            self.plan.taken += 1
        else:
            self.plan.known += 1

    def refuse(self, line_no: int, key: str, error: RuleError) -> None:
        """Note a refused row."""
        self.plan.refused.append((line_no, key, error))

    def finish(self) -> Plan:
        """Settle the occupancy status of every room in which somebody new was planned."""
        for unit in sorted(self._moved):
            spans = self.known.spans[unit]
            relations = [span.relation for span in spans if span.covers(self.known.today)]
            ended = [span.relation for span in spans if span.end and span.end < self.known.today]
            status = occupancies.occupancy_status(self.known.units[unit], relations, ended)
            if unit in self._units:
                self._units[unit].occupancy_status = status
            elif status != self.known.units[unit]:
                self.plan.statuses[unit] = status
        return self.plan

    def _stage(self, row: EstateRow) -> list[tuple[str, Fields]]:
        staged: list[tuple[str, Fields]] = []
        unit = self._stage_place(row, staged)
        resident = self._stage_person(row, unit, staged) if row.resident_name else None
        for plate in row.plates:
            holder = self.known.plates.get(plate)
            if holder and holder != unit:
                raise RuleError(_("{0} is registered for {1} already. End that entry first."), plate, holder)
            if not holder:
                car = Fields(
                    name=self.new_name(),
                    plate=plate,
                    unit=unit,
                    resident=resident,
                    community=self.known.community,
                    is_active=1,
                )
                plates.prepare(car)
                staged.append(("Resident Vehicle", car))
        return staged

    def _stage_place(self, row: EstateRow, staged: list[tuple[str, Fields]]) -> str:
        """The name of the room; building, entrance and room are staged where they are new."""
        code = self.known.community
        building, floors = self.known.buildings.get(row.building, ("", 0))
        if not building:
            new = Fields(community=code, building_no=row.building)
            estate.prepare_building(new)
            building = new.name
            staged.append(("Building", new))
        entrance = unit_address.entrance_name(code, row.building, row.entrance) if row.entrance else None
        if entrance and entrance not in self.known.entrances:
            new = Fields(community=code, building=building, entrance_no=row.entrance)
            estate.prepare_entrance(new, code, row.building)
            staged.append(("Entrance", new))
        unit = unit_address.unit_name(code, row.building, row.entrance or None, row.room)
        if unit not in self.known.units:
            new = Fields(
                community=code,
                building=building,
                entrance=entrance,
                room_no=row.room,
                floor=row.floor,
                usage=row.usage or None,
                billable_area=row.billable_area,
                inner_area=row.inner_area,
                coefficient=1.0,
                delivery_status=row.delivery_status or None,
                occupancy_status=row.occupancy_status or occupancies.VACANT,
                deemed_handover_date=row.deemed_handover_date,
                service_area=self.known.areas.get(building),
            )
            estate.prepare_unit(new, code, row.building, row.entrance or None)
            estate.check_unit(new, floors)
            staged.append(("Property Unit", new))
        return unit

    def _stage_person(self, row: EstateRow, unit: str, staged: list[tuple[str, Fields]]) -> str:
        """The name of the resident; the record and the occupancy are staged where they are new."""
        person = self._find_person(row, unit)
        if person:
            resident = person[0]
            self._people[resident] = person
            held = self.known.phones_of[resident]
            rows = [Fields(phone=phone) for phone in row.phones if phone not in held]
            for number, phone in enumerate(rows, len(held) + 1):
                phone.last_four, phone.is_primary = phone_numbers.last4(phone.phone), int(number == 1)
        else:
            new = Fields(
                name=self.new_name(),
                resident_name=row.resident_name,
                resident_type=row.resident_type,
                is_active=1,
                phones=[Fields(phone=phone) for phone in row.phones],
            )
            residents.prepare(new, self.known.today)
            resident, held, rows = new.name, [], new.phones
            staged.append(("Resident", new))
        place = {"parent": resident, "parenttype": "Resident", "parentfield": "phones"}
        for number, phone in enumerate(rows, len(held) + 1):
            staged.append(("Resident Phone", Fields(phone, name=self.new_name(), idx=number, **place)))
        handover = row.deemed_handover_date or self.known.handed_over.get(unit)
        begin = row.from_date or min(handover or self.known.today, row.to_date or self.known.today)
        span = Span(resident, row.relation, begin, row.to_date, row.share, row.is_debtor)
        spans = self.known.spans[unit]
        if any((one.resident, one.relation) == (resident, row.relation) and one.meets(span) for one in spans):
            return resident
        occupancies.check(span, spans)
        stay = Fields(
            name=self.new_name(),
            unit=unit,
            resident=resident,
            relation=row.relation,
            community=self.known.community,
            from_date=begin,
            to_date=row.to_date,
            share=row.share,
            is_debtor=int(row.is_debtor),
        )
        staged.append(("Unit Occupancy", stay))
        return resident

    def _find_person(self, row: EstateRow, unit: str) -> tuple[str, str, str] | None:
        """Who is meant: the same name with one of the phones, or in the same room; organisations by their name alone."""
        nearby = [person for phone in row.phones for person in self.known.people_by_phone.get(phone, ())]
        said = row.resident_name.casefold()
        for person in [*nearby, *self.known.people_in.get(unit, ())]:
            if person[1].casefold() == said and person[2] == row.resident_type:
                return person
        if row.resident_type == residents.ORGANISATION:
            return self.known.organisations.get(said)
        return None

    def _remember(self, doctype: str, document: Fields) -> None:
        known = self.known
        if doctype == "Building":
            known.buildings[document.building_no] = (document.name, 0)
        elif doctype == "Entrance":
            known.entrances.add(document.name)
        elif doctype == "Property Unit":
            known.units[document.name] = document.occupancy_status
            known.handed_over[document.name] = document.deemed_handover_date
            self._units[document.name] = document
        elif doctype == "Resident":
            person = (document.name, document.resident_name, document.resident_type)
            self._people[document.name] = person
            self._new_people[document.name] = document
            if document.resident_type == residents.ORGANISATION:
                known.organisations.setdefault(document.resident_name.casefold(), person)
        elif doctype == "Resident Phone":
            known.phones_of[document.parent].append(document.phone)
            known.people_by_phone[document.phone].append(self._people[document.parent])
            if document.is_primary and document.parent in self._new_people:
                self._new_people[document.parent].primary_phone = document.phone
            elif document.is_primary:
                self.plan.primary_phones[document.parent] = document.phone
        elif doctype == "Unit Occupancy":
            span = Span(
                document.resident,
                document.relation,
                document.from_date,
                document.to_date,
                document.share,
                bool(document.is_debtor),
                name=document.name,
            )
            known.spans[document.unit].append(span)
            self._moved.add(document.unit)
            known.people_in[document.unit].append(self._people[document.resident])
        else:
            known.plates[document.plate] = document.unit
