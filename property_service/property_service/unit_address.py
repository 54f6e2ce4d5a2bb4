"""The address of a room as people type and say it: 楼栋-单元-房号, and the names made of it.

Understood: "3-2-1203", "3栋2单元1203室", "3幢1203", "3#-1203", "A座1203", "三栋二单元1203", "LH-03-2-1203", "绿湖花园3栋1203",
"1203", full-width letters and digits, traditional characters, spaces, "Building 3 Entrance 2 Room 1203".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _


@dataclass(frozen=True, slots=True)
class UnitAddress:
    """The parts people gave: `community` a code or name, numbers without leading zeros in `building` and `entrance`."""

    community: str | None = None
    building: str | None = None
    entrance: str | None = None
    room: str | None = None


_LONGEST = 80
_LONGEST_PART = 20
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100}
_NUMERAL = "[〇零一二三四五六七八九十百两]+"
_TRADITIONAL = str.maketrans("棟單號樓戶", "栋单号楼户")
_DASHES = re.compile(r"[‐‑‒–—―−－ー~·_/,、;:|]+")
_NUMERALS = re.compile(rf"{_NUMERAL}(?=栋|幢|座|号|单元|门|室|房|户)|(?<=[栋幢座元楼#门]){_NUMERAL}$")
_ENGLISH = (
    (re.compile(r"\b(?:BUILDING|BLDG|BLOCK|TOWER)[\s.#]*([0-9A-Z]{1,4})\b"), r"\1栋"),
    (re.compile(r"\b(?:ENTRANCE|UNIT)[\s.#]*([0-9A-Z]{1,3})\b"), r"\1单元"),
    (re.compile(r"\b(?:ROOM|RM|FLAT|APT)[\s.#]*([0-9A-Z]{1,8})\b"), r"\1室"),
)
_BUILDING = r"(?P<building>(?<!\d)\d{1,3}[A-Z]?|(?<![A-Z])[A-Z]\d{0,3})"
_ENTRANCE = r"(?P<entrance>\d{1,2}|[A-Z]\d?)"
_ROOM = r"(?P<room>(?=[A-Z]*\d)[0-9A-Z]{1,8})"
_LABELLED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<community>.*?)-*{_BUILDING}-*(?:栋|幢|座|号楼|#楼|#|号(?=-*\d))-*(?:{_ENTRANCE}-*(?:单元|门|#|-)-*)?"
        rf"(?:{_ROOM}-*(?:室|房|号|户)?)?",
        rf"(?P<community>.*?)-*(?<!\d)(?:{_BUILDING}-+)?{_ENTRANCE}-*(?:单元|门)-*(?:{_ROOM}-*(?:室|房|号|户)?)?",
        rf"(?P<community>.*?)-*(?:{_BUILDING}-+(?:{_ENTRANCE}-+)?)?(?<![0-9A-Z]){_ROOM}-*(?:室|房|号|户)",
    )
)
_BARE = re.compile(r"(?P<community>[^\x00-\x7f]{2,})(?P<room>\d{3,5})")
_CODE = re.compile(r"[0-9A-Z]{2,8}")
_PLATE = re.compile(r"[^\x00-\x7f][A-Z]-?[0-9A-Z]{5,6}")
_COMMUNITY = re.compile(r"[A-Z]{2,}[0-9A-Z]{0,6}|.*[^\x00-\x7f].*")


def parse(text: str | None, communities: Iterable[str] = ()) -> UnitAddress | None:
    """Return the address in the text, None when it is none (a name, a phone number, a plate).

    `communities` are known codes and names: a text that begins with one is split there, which also settles texts such as
    "A1-03-1203" that read two ways. A lone number of one or two digits is a building, a longer one a room.
    """
    clean = _clean(text or "")
    if len(clean) > _LONGEST or _PLATE.fullmatch(clean):
        return None
    for known in sorted({name for name in communities if name}, key=len, reverse=True):
        rest = _after(clean, _clean(known))
        if rest == "":
            return UnitAddress(known)
        found = _parse(rest) if rest else None
        if found and not found.community:
            return replace(found, community=known)
    return _parse(clean) if clean else None


def building_name(community_code: str, building_no: str) -> str:
    """Return for example LH-03. Raises RuleError for parts with dashes, spaces or nothing in them."""
    number = part(building_no)
    return f"{part(community_code)}-{number.zfill(2) if number.isdigit() else number}"


def entrance_name(community_code: str, building_no: str, entrance_no: str) -> str:
    """Return for example LH-03-2. Raises RuleError as `building_name`."""
    return f"{building_name(community_code, building_no)}-{_number(part(entrance_no))}"


def unit_name(community_code: str, building_no: str, entrance_no: str | None, room: str) -> str:
    """Return for example LH-03-2-1203, or LH-03-1203 where the building has no entrances. Raises as `building_name`."""
    if entrance_no:
        return f"{entrance_name(community_code, building_no, entrance_no)}-{part(room)}"
    return f"{building_name(community_code, building_no)}-{part(room)}"


def short_label(address: UnitAddress) -> str:
    """Return the room as the desk says it, for example 3-2-1203."""
    return "-".join(part for part in (address.building, address.entrance, address.room) if part)


def label_zh(address: UnitAddress) -> str:
    """Return for example 3栋2单元1203, A座1203."""
    kind = "座" if address.building and address.building.isalpha() else "栋"
    building = f"{address.building}{kind}" if address.building else ""
    entrance = f"{address.entrance}单元" if address.entrance else ""
    return building + entrance + (address.room or "")


def label_en(address: UnitAddress) -> str:
    """Return for example Building 3, Entrance 2, Room 1203."""
    parts = (("Building", address.building), ("Entrance", address.entrance), ("Room", address.room))
    return ", ".join(f"{word} {value}" for word, value in parts if value)


def _clean(text: str) -> str:
    """Return the text in half-width capitals, dashes for all separators, labels and numerals in one form."""
    out = unicodedata.normalize("NFKC", text).strip().upper().translate(_TRADITIONAL)
    for words, labelled in _ENGLISH:
        out = words.sub(labelled, out)
    out = re.sub(r"[\s.\-]+", "-", _DASHES.sub("-", out)).strip("-")
    return _NUMERALS.sub(lambda match: _chinese_number(match[0]), out)


def _chinese_number(text: str) -> str:
    """Return 十二 as 12, 一百零三 as 103, and a row of digits such as 一二〇三 as 1203."""
    if not any(c in _TENS for c in text):
        return "".join(str(_DIGITS[c]) for c in text)
    total, digit = 0, None
    for c in text:
        if c in _TENS:
            total += (1 if digit is None else digit) * _TENS[c]
            digit = None
        else:
            digit = _DIGITS[c] or None
    return str(total + (digit or 0))


def _after(text: str, known: str) -> str | None:
    """Return what follows the community in the text, None when the text does not begin with it."""
    if not known or not text.startswith(known):
        return None
    rest = text[len(known) :]
    if known[-1].isascii() and rest[:1].isascii() and rest[:1].isalpha():
        return None  # the code LH does not begin LHX-3
    return rest.strip("-")


def _parse(text: str) -> UnitAddress | None:
    for pattern in _LABELLED:
        if match := pattern.fullmatch(text):
            parts = match.groupdict()
            community = (parts["community"] or "").strip("-") or None
            return _address(community, parts.get("building"), parts.get("entrance"), parts.get("room"))
    if match := _BARE.fullmatch(text):
        return UnitAddress(match["community"], room=match["room"])
    parts = text.split("-")
    if len(parts) > 1 and (_COMMUNITY.fullmatch(parts[0]) or (len(parts) == 4 and _CODE.fullmatch(parts[0]))):
        found = _numbers(parts[1:])
        return replace(found, community=parts[0]) if found else None
    return _numbers(parts)


def _numbers(parts: list[str]) -> UnitAddress | None:
    """Return the address of one to three parts without labels."""
    building = entrance = room = None
    if len(parts) == 1:
        if re.fullmatch(r"\d{1,2}|[A-Z]\d?", parts[0]):
            building = parts[0]
        else:
            room = parts[0] if not parts[0].isdigit() or len(parts[0]) <= 5 else "refused"
    elif len(parts) == 2:
        building = parts[0]
        entrance, room = (parts[1], None) if re.fullmatch(r"\d{1,2}", parts[1]) else (None, parts[1])
    elif len(parts) == 3:
        building, entrance, room = parts
    for value, pattern in ((building, _BUILDING), (entrance, _ENTRANCE), (room, _ROOM)):
        if value is not None and not re.fullmatch(pattern, value):
            return None
    return _address(None, building, entrance, room) if building or room else None


def _address(community: str | None, building: str | None, entrance: str | None, room: str | None) -> UnitAddress:
    return UnitAddress(community, building and _number(building), entrance and _number(entrance), room)


def _number(text: str) -> str:
    return str(int(text)) if text.isdigit() else text


def part(text: str | None) -> str:
    """Return the number of a building, an entrance or a room in half-width capitals.

    Raises RuleError for nothing, more than 20 characters, or one of - / \\ < > & " ' % ` and spaces: names join with dashes.
    """
    clean = unicodedata.normalize("NFKC", str(text or "")).strip().upper()
    if not clean or len(clean) > _LONGEST_PART or re.search(r"[\s\-/\\<>&\"'%`]", clean):
        raise RuleError(
            _(
                '"{0}" cannot be part of a unit name. Write it without dashes and spaces; the zone of a garage is an entrance.'
            ),
            text,
        )
    return clean
