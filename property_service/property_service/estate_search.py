"""Finding a person, a room or a car by whatever the caller says: every branch is one look-up in an index.

Nothing outside the user's communities is found. In a large estate every look-up reads a few hundred rows of its index at most.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

import frappe
from pypika.terms import Criterion

from property_service.property_service import unit_address
from property_service.property_service.phone_numbers import normalise
from property_service.property_service.resident_access import sees_unattached
from property_service.property_service.rule_error import RuleError
from property_service.property_service.scope import allowed_communities
from property_service.property_service.unit_address import UnitAddress

LONGEST = 80
MOST = 50
SHORTEST_PHONE, WHOLE_PHONE = 3, 7
SHORTEST_PLATE = 2
# Up to so many residents any beginning is looked up. With more, one that fits hundreds is taken as the whole word: what follows is how much
# of each makes it narrow enough.
FEW = 5_000
SIZE_KEY, SIZE_SECONDS = "property_service_residents", 3600
NARROW_NAME, NARROW_LETTERS, NARROW_PHONE, NARROW_PLATE, NARROW_TAIL, NARROW_ROOM = 2, 3, 8, 5, 3, 4
# 王, 张, 李 … : a pinyin that hardly goes beyond one of these fits one resident in a dozen, or in a hundred.
_SURNAMES = frozenset(
    (
        "li wang zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong "
        "xiao cheng cao yuan deng fu shen zeng peng lv lu su jiang cai jia ding wei xue ye yan pan du dai xia zhong tian ren fan fang "
        "shi yao tan liao zou xiong jin hao kong bai cui kang mao qiu qin gu hou shao meng long wan duan lei qian yin yi chang qiao lai "
        "gong wen pang yue tao zuo ou gan"
    ).split()
)

_DIGITS = re.compile(r"\+?[\d\s\-]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9\s'.-]*")


def clean(text: str | None) -> str:
    """The text as it is searched: half-width, single spaces, at most 80 characters."""
    return " ".join(unicodedata.normalize("NFKC", text or "").split())[:LONGEST]


def is_too_short(text: str) -> bool:
    """Return whether a text, cleaned, is looked up as a whole only, since it begins too much in an estate of this size."""
    if not text or not _is_large():
        return False
    if number := phone_begun(text):
        return not _is_last_four(number) and len(number) < NARROW_PHONE
    if _LATIN.fullmatch(text):
        return not _is_narrow_pinyin(_letters(text))
    return len(text) < NARROW_NAME


def forget_size() -> None:
    """Count the residents anew at the next search, after many were made or removed at once."""
    frappe.cache.delete_value(SIZE_KEY)


def phone_begun(text: str) -> str:
    """A number or the beginning of one as it is stored (see phone_numbers), from a text already cleaned; "" where it is none."""
    try:
        number = normalise(text)
    except RuleError:
        number = ""
    if not _DIGITS.fullmatch(text):
        # Beside words and brackets only a whole number is one: "3/1203" is a room.
        return number if len(number) >= WHOLE_PHONE else ""
    digits = re.sub(r"\D", "", text)
    if number or not text.startswith("+"):
        return number or digits
    return digits[2:] if digits.startswith("86") else f"+{digits}"


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
    number = phone_begun(text)
    if number or _DIGITS.fullmatch(text):
        if _is_last_four(number):
            add("last4", _people(person, phone.last_four == number, phone.last_four, limit))
        if len(number) >= SHORTEST_PHONE:
            condition = _begins(phone.phone, number, len(number) >= NARROW_PHONE)
            add("phone", _people(person, condition, phone.phone, limit))
        return found
    latin = _LATIN.fullmatch(text)
    narrow = len(text) >= (NARROW_LETTERS if latin else NARROW_NAME)
    add("name", _people(person, _begins(person.resident_name, text, narrow), person.resident_name, limit))
    if latin:
        letters = _letters(text)
        initials = _begins(person.name_initials, letters, len(letters) >= NARROW_LETTERS)
        add("initials", _people(person, initials, person.name_initials, limit))
        pinyin = _begins(person.name_pinyin, letters, _is_narrow_pinyin(letters))
        add("pinyin", _people(person, pinyin, person.name_pinyin, limit))
    return found


def residents_with_phone(number: str, limit: int = 20) -> dict[str, str]:
    """Name of resident → "phone": who has exactly this number, in its one form; one query."""
    person, phone = frappe.qb.DocType("Resident"), frappe.qb.DocType("Resident Phone")
    return dict.fromkeys(_people(person, phone.phone == number, phone.phone, limit), "phone")


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
    for column, narrow in ((vehicle.plate, NARROW_PLATE), (vehicle.plate_tail, NARROW_TAIL)):
        query = (
            frappe.qb.from_(vehicle)
            .select(vehicle.name)
            .where(_begins(column, plate, len(plate) >= narrow))
            .where(vehicle.is_active == 1)
            .orderby(column)
            .orderby(vehicle.name)
            .limit(limit)
        )
        if allowed is not None:
            query = query.where(vehicle.community.isin(allowed or ("",)))
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
        query = query.where(stay.community.isin(allowed or ("",)) | unattached)
    rows = query.where(condition).where(person.is_active == 1).orderby(column).orderby(person.name).limit(limit).run()
    return [row[0] for row in rows]


def _rooms(address: UnitAddress, codes: list[str], limit: int) -> list[str]:
    unit = frappe.qb.DocType("Property Unit")
    query = frappe.qb.from_(unit).select(unit.name).orderby(unit.name).limit(limit)
    if not address.building:
        if not address.room:
            return []
        query = query.where(_begins(unit.room_no, address.room, len(address.room) >= NARROW_ROOM))
        return query.where(unit.community.isin(codes)).run(pluck=True)
    buildings = [unit_address.building_name(code, address.building) for code in codes]
    if not address.entrance:
        if not address.room:
            return _first_of(buildings, limit)
        query = query.where(unit.building.isin(buildings))
        return query.where(unit.room_no.like(_prefix(address.room))).run(pluck=True)
    entrances = [unit_address.entrance_name(code, address.building, address.entrance) for code in codes]
    inside = query.where(unit.entrance.isin(entrances))
    if address.room:
        return inside.where(unit.room_no.like(_prefix(address.room))).run(pluck=True)
    # "3-12" is entrance 12 of building 3, or the beginning of 3-1203.
    begun = query.where(unit.building.isin(buildings)).where(unit.room_no.like(_prefix(address.entrance)))
    return sorted({*inside.run(pluck=True), *begun.run(pluck=True)})[:limit]


def _first_of(buildings: list[str], limit: int) -> list[str]:
    """The first units of these buildings, by name; building by building, since nobody wants all rooms of all of them."""
    found: list[str] = []
    for building in frappe.get_all(
        "Building", {"name": ["in", buildings]}, pluck="name", order_by="name asc", limit=limit
    ):
        inside = {"building": building}
        found += frappe.get_all("Property Unit", inside, pluck="name", order_by="name asc", limit=limit - len(found))
        if len(found) >= limit:
            break
    return found


def _communities() -> list[Any]:
    allowed = allowed_communities()
    filters = {} if allowed is None else {"name": ["in", allowed]}
    return frappe.get_all("Community", filters, ["name", "community_name"], order_by="name asc")


def _begins(column: Any, text: str, narrow: bool) -> Criterion:
    """The column begins with the text; is the text, where that would fit too much of a large estate."""
    return column.like(_prefix(text)) if narrow or not _is_large() else column == text


def _is_last_four(number: str) -> bool:
    return len(number) == 4 and number.isdigit()


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _is_narrow_pinyin(letters: str) -> bool:
    """Whether a pinyin goes beyond the surname by more than a letter."""
    begun = any(surname.startswith(letters) for surname in _SURNAMES)
    return len(letters) >= NARROW_LETTERS and not begun and letters[:-1] not in _SURNAMES


def _is_large() -> bool:
    size = frappe.cache.get_value(SIZE_KEY, expires=True)
    if size is None:
        size = frappe.db.count("Resident")
        frappe.cache.set_value(SIZE_KEY, size, expires_in_sec=SIZE_SECONDS)
    return size > FEW


def _prefix(text: str) -> str:
    return re.sub(r"([\\%_])", r"\\\1", text) + "%"
