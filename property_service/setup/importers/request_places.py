"""Where the requests of a file belong: rooms that exist, buildings that exist or are made of their addresses."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

import frappe
from pypika.terms import Criterion

from property_service.property_service import estate, unit_address
from property_service.property_service.blocks import insert_block
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.setup.importers.request_rows import RequestRow


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request belongs; `riser` is that of the room."""

    building: str | None = None
    unit: str | None = None
    entrance: str | None = None
    riser: str | None = None
    public_place: str | None = None


@dataclass(slots=True)
class Places:
    """The buildings and rooms of one community, read as far as they are asked for. `made` counts buildings made."""

    community: str
    names: tuple[str, ...] = ()
    made: int = 0
    _numbers: dict[str, str] = field(default_factory=dict)
    _titles: dict[str, str] = field(default_factory=dict)
    _units: dict[tuple[str, str], list[dict]] = field(default_factory=dict)
    _labels: dict[str, list[dict]] = field(default_factory=dict)
    _new: dict[str, dict] = field(default_factory=dict)

    def prepare(self, rows: Iterable[RequestRow]) -> None:
        """Read what these rows may ask for, in three queries."""
        rows = list(rows)
        if not self._numbers:
            self.names = (self.community, frappe.get_cached_value("Community", self.community, "community_name") or "")
            self._read_buildings()
        addresses = [self._address(row) for row in rows]
        wanted = {(found.building, found.room) for found in addresses if found and found.building and found.room}
        pairs = {(self._numbers[building], room) for building, room in wanted if building in self._numbers}
        self._read_units(pairs - self._units.keys())
        self._read_labels({row.room for row in rows if row.room} - self._labels.keys())

    def settle(self, row: RequestRow) -> Place:
        """The place of a row; a building that is not known by its number or name is made of its address.

        Raises RuleError for a room that does not exist, and for a row without any place.
        """
        if row.room:
            return self._room(row)
        if row.building:
            return Place(building=self._building(row), public_place=row.public_place or None)
        if row.public_place:
            return Place(public_place=row.public_place)
        raise RuleError(_("The row does not say where. Give a unit, a building or a public place."))

    def write(self) -> None:
        """Insert the buildings made since the last call."""
        self.made += insert_block("Building", self._new.values())
        self._new.clear()

    def waiting(self) -> int:
        """How many buildings wait to be written."""
        return len(self._new)

    def _read_buildings(self) -> None:
        for row in frappe.get_all(
            "Building",
            {"community": self.community},
            ["name", "building_no", "building_name"],
            order_by="name desc",
        ):
            self._know(row.name, row.building_no, row.building_name)

    def _know(self, name: str, number: str, title: str) -> None:
        self._numbers[number] = name
        self._titles[_plain(title)] = name

    def _read_units(self, pairs: set[tuple[str, str]]) -> None:
        if not pairs:
            return
        self._units.update({pair: [] for pair in pairs})
        table = frappe.qb.DocType("Property Unit")
        buildings, rooms = ({pair[part] for pair in pairs} for part in (0, 1))
        for row in self._units_where(table.building.isin(sorted(buildings)) & table.room_no.isin(sorted(rooms))):
            if (row.building, row.room_no) in self._units:
                self._units[row.building, row.room_no].append(row)

    def _read_labels(self, texts: set[str]) -> None:
        """Rooms written just as we write them, whatever their numbers look like."""
        if not texts:
            return
        self._labels.update({text: [] for text in texts})
        table = frappe.qb.DocType("Property Unit")
        for row in self._units_where(table.name.isin(sorted(texts)) | table.short_label.isin(sorted(texts))):
            for text in {row.name, row.short_label} & self._labels.keys():
                self._labels[text].append(row)

    def _units_where(self, condition: Criterion) -> list[dict]:
        table = frappe.qb.DocType("Property Unit")
        return (
            frappe.qb.from_(table)
            .select(table.name, table.building, table.entrance, table.room_no, table.riser, table.short_label)
            .where(table.community == self.community)
            .where(condition)
            .orderby(table.name)
            .run(as_dict=True)
        )

    def _address(self, row: RequestRow) -> unit_address.UnitAddress | None:
        """What the room's text says, completed by the building's where it is only a number."""
        found = unit_address.parse(row.room, self.names) if row.room else None
        if found and found.room and not found.building and row.building:
            found = unit_address.parse(f"{row.building}-{row.room}", self.names)
        return found

    def _room(self, row: RequestRow) -> Place:
        found = self._address(row)
        building = self._numbers.get(found.building or "") if found else None
        units = self._units.get((building, found.room), []) if found and building else []
        units = units or self._labels.get(row.room, [])
        if found and found.entrance:
            units = [unit for unit in units if (unit.entrance or "").endswith(f"-{found.entrance}")]
        if not units:
            raise RuleError(
                _("There is no unit {0} in {1}. Import the estate first, or correct the unit."),
                row.room,
                self.community,
            )
        if len(units) > 1:
            raise RuleError(_("There are several units {0}. Give the building and entrance as well."), row.room)
        unit = units[0]
        return Place(unit.building, unit.name, unit.entrance, unit.riser, row.public_place or None)

    def _building(self, row: RequestRow) -> str:
        title = " ".join(part for part in (row.building, row.locality and f"({row.locality})") if part)
        found = unit_address.parse(row.building, self.names)
        by_number = found and found.building and not found.room and self._numbers.get(found.building)
        known = by_number or self._titles.get(_plain(title)) or self._titles.get(_plain(row.building))
        return known or self._make(row, title)

    def _make(self, row: RequestRow, title: str) -> str:
        building = frappe._dict(community=self.community, building_no=number_of(title), building_name=title)
        estate.prepare_building(building)
        self._new[building.name] = building
        self._know(building.name, building.building_no, building.building_name)
        return building.name


def number_of(address: str) -> str:
    """A building number made of an address: its first letters and digits, and a mark that tells it from all others.

    "840 GRAND CONCOURSE (10451)" gives 840GRANDCONC_xxxxxx: short enough for a name, and the same on every run.
    """
    plain = _plain(address)
    mark = hashlib.blake2s(plain.encode(), digest_size=3).hexdigest()
    letters = re.sub(r"[^0-9a-z\u4e00-\u9fff]", "", plain)
    return f"{letters[:12]}_{mark}".upper()


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text or "").casefold().split())
