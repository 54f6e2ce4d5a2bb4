"""Finding a person, a room or a car by whatever the caller says: every branch is one look-up in an index.

Nothing outside the user's communities is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import frappe
from pypika.terms import Criterion

from property_service.property_service import unit_address
from property_service.property_service.resident_access import sees_unattached
from property_service.property_service.scope import allowed_communities
from property_service.property_service.unit_address import UnitAddress

LONGEST = 80
MOST = 50
SHORTEST_PHONE = 3
SHORTEST_PLATE = 2

_DIGITS = re.compile(r"\+?[\d\s\-]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9\s'.-]*")


def clean(text: str | None) -> str:
    """The text as it is searched: half-width, single spaces, at most 80 characters."""
    return " ".join(unicodedata.normalize("NFKC", text or "").split())[:LONGEST]


def resident_names(text: str, limit: int = 20) -> dict[str, str]:
    """Name of resident → what matched: name, pinyin, initials, phone or last4; best first.

    Found by the beginning of the name, of its pinyin or initials, of a phone number, or by the last four digits of one.
    """
    text = clean(text)
    person, phone = frappe.qb.DocType("Resident"), frappe.qb.DocType("Resident Phone")
    found: dict[str, str] = {}

    def add(kind: str, rows: Iterable[str]) -> None:
        for name in rows:
            if len(found) < limit:
                found.setdefault(name, kind)

    if not text:
        return found
    if _DIGITS.fullmatch(text):
        digits = re.sub(r"\D", "", text)
        digits = digits.removeprefix("86") if text.startswith("+86") else digits
        if len(digits) == 4:
            add("last4", _people(person, phone.last_four == digits, phone.last_four, limit))
        if len(digits) >= SHORTEST_PHONE:
            add("phone", _people(person, phone.phone.like(_prefix(digits)), phone.phone, limit))
        return found
    add("name", _people(person, person.resident_name.like(_prefix(text)), person.resident_name, limit))
    if _LATIN.fullmatch(text):
        letters = re.sub(r"[^a-z0-9]", "", text.lower())
        add("initials", _people(person, person.name_initials.like(_prefix(letters)), person.name_initials, limit))
        add("pinyin", _people(person, person.name_pinyin.like(_prefix(letters)), person.name_pinyin, limit))
    return found


def unit_names(text: str, limit: int = 20) -> list[str]:
    """Rooms whose address begins with what was typed, in any spelling, ordered by name."""
    communities = _communities()
    known = [word for row in communities for word in (row.name, row.community_name)]
    address = unit_address.parse(clean(text), known)
    if not address:
        return []
    codes = [
        row.name for row in communities if not address.community or address.community in (row.name, row.community_name)
    ]
    return _rooms(address, codes, limit) if codes else []


def vehicle_names(text: str, limit: int = 20) -> list[str]:
    """Active vehicles whose plate begins with what was typed, with or without province and town."""
    plate = re.sub(r"[\s\-·•.。]+", "", clean(text)).upper()
    if len(plate) < SHORTEST_PLATE or not re.search(r"\d|[^\x00-\x7f][A-Z]", plate):
        return []
    vehicle = frappe.qb.DocType("Resident Vehicle")
    allowed = allowed_communities()
    found: dict[str, None] = {}
    for column in (vehicle.plate, vehicle.plate_tail):
        query = (
            frappe.qb.from_(vehicle)
            .select(vehicle.name)
            .where(column.like(_prefix(plate)))
            .where(vehicle.is_active == 1)
            .orderby(column)
            .orderby(vehicle.name)
            .limit(limit)
        )
        if allowed is not None:
            query = query.where(vehicle.community.isin(allowed))
        found.update(dict.fromkeys(query.run(pluck=True)))
    return list(found)[:limit]


def _people(person: Any, condition: Criterion, column: Any, limit: int) -> list[str]:
    """Active residents on whom the condition holds and whom the user may see, ordered by the column looked up."""
    query = frappe.qb.from_(person).select(person.name).distinct().select(column)
    if column.table is not person:
        query = query.join(column.table).on(column.table.parent == person.name)
    allowed = allowed_communities()
    if allowed is not None:
        stay = frappe.qb.DocType("Unit Occupancy")
        unattached = stay.name.isnull()
        if not sees_unattached():
            unattached &= person.owner == frappe.session.user
        query = query.left_join(stay).on(stay.resident == person.name)
        query = query.where(stay.community.isin(allowed) | unattached)
    rows = query.where(condition).where(person.is_active == 1).orderby(column).orderby(person.name).limit(limit).run()
    return [row[0] for row in rows]


def _rooms(address: UnitAddress, codes: list[str], limit: int) -> list[str]:
    unit = frappe.qb.DocType("Property Unit")
    query = frappe.qb.from_(unit).select(unit.name).orderby(unit.name).limit(limit)
    if not address.building:
        if not address.room:
            return []
        query = query.where(unit.room_no.like(_prefix(address.room)))
        return query.where(unit.community.isin(codes)).run(pluck=True)
    buildings = [unit_address.building_name(code, address.building) for code in codes]
    if not address.entrance:
        query = query.where(unit.building.isin(buildings))
        return (query.where(unit.room_no.like(_prefix(address.room))) if address.room else query).run(pluck=True)
    entrances = [unit_address.entrance_name(code, address.building, address.entrance) for code in codes]
    inside = query.where(unit.entrance.isin(entrances))
    if address.room:
        return inside.where(unit.room_no.like(_prefix(address.room))).run(pluck=True)
    # "3-12" is entrance 12 of building 3, or the beginning of 3-1203.
    begun = query.where(unit.building.isin(buildings)).where(unit.room_no.like(_prefix(address.entrance)))
    return sorted({*inside.run(pluck=True), *begun.run(pluck=True)})[:limit]


def _communities() -> list[Any]:
    allowed = allowed_communities()
    filters = {} if allowed is None else {"name": ["in", allowed]}
    return frappe.get_all("Community", filters, ["name", "community_name"], order_by="name asc")


def _prefix(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text) + "%"
