"""One row of an estate's table understood: the room, and who belongs to it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from property_service.property_service import estate, occupancies, phone_numbers, plates, residents, unit_address
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.setup.importers.estate_columns import meaning
from property_service.setup.importers.tabular import BEYOND

FIRST_DAY, LAST_YEAR = date(1949, 10, 1), 2200
# Their numbers say nothing about a floor.
BELOW = ("Parking Space", "Storage")

_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S")
_SEPARATORS = re.compile(r"[,，;；、/\n|]+|\s{2,}")
_MARKUP = re.compile(r"<\s*/?\s*[a-zA-Z!?]|javascript\s*:", re.IGNORECASE)
_STOREY = re.compile(r"([1-9]\d?)\d\d")


@dataclass(frozen=True, slots=True)
class EstateRow:
    """A row in our terms. `floor` None and areas None: not given; `resident_name` "": the room alone."""

    line_no: int
    building: str
    entrance: str
    room: str
    floor: int | None = None
    usage: str = ""
    billable_area: float | None = None
    inner_area: float | None = None
    delivery_status: str = ""
    occupancy_status: str = ""
    deemed_handover_date: date | None = None
    resident_name: str = ""
    resident_type: str = residents.PERSON
    phones: tuple[str, ...] = ()
    relation: str = ""
    from_date: date | None = None
    to_date: date | None = None
    share: float = 0.0
    is_debtor: bool = False
    plates: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The room as people say it, for lists of rows."""
        return "-".join(part for part in (self.building, self.entrance, self.room) if part)


def understand(line_no: int, cells: Mapping[str, Any], columns: Mapping[str, str]) -> EstateRow:
    """Turn a row (header → cell) into our terms; `columns` is what `estate_columns.recognise` returned. Raises RuleError."""
    if cells.get(BEYOND):
        raise RuleError(_("The row has more cells than the first line. Put texts with commas in quotes."))

    def text(name: str) -> str:
        value = cells.get(columns.get(name, ""), "")
        plain = value.date().isoformat() if isinstance(value, datetime) else str(value)
        plain = unicodedata.normalize("NFKC", plain).strip()
        if _MARKUP.search(plain):
            raise RuleError(_("The row contains part of a web page. Enter plain text."))
        return plain

    building, entrance, room = _place(text)
    relation = meaning("relation", text("relation"))
    name, usage = text("resident_name"), meaning("usage", text("usage"))
    row = EstateRow(
        line_no=line_no,
        building=building,
        entrance=entrance,
        room=room,
        floor=_floor(text("floor"), "" if usage in BELOW else room),
        usage=usage,
        billable_area=_number(text("billable_area")),
        inner_area=_number(text("inner_area")),
        delivery_status=meaning("delivery_status", text("delivery_status")),
        occupancy_status=meaning("occupancy_status", text("occupancy_status")),
        deemed_handover_date=day(text("deemed_handover_date")),
        resident_name=residents.clean_name(name) if name else "",
        resident_type=meaning("resident_type", text("resident_type")) or residents.PERSON,
        phones=tuple(dict.fromkeys(phone_numbers.normalise(part) for part in _parts(text("phones")))),
        relation=relation or (occupancies.OWNER if name else ""),
        from_date=day(text("from_date")),
        to_date=day(text("to_date")),
        share=_number(text("share").removesuffix("%")) or 0.0,
        is_debtor=meaning("is_debtor", text("is_debtor")) == "1",
        plates=tuple(dict.fromkeys(plates.normalise(part) for part in _parts(text("plates")))),
    )
    if not row.resident_name and (row.phones or relation or row.share or row.is_debtor):
        raise RuleError(_("The row describes a person without a name. Enter the name or leave the other cells empty."))
    return row


def day(text: str) -> date | None:
    """A date as people write it; None for nothing. Raises RuleError for anything else, and for dates nobody means."""
    if not text:
        return None
    for form in _FORMATS:
        try:
            found = datetime.strptime(text, form).date()
        except ValueError:
            continue
        if found < FIRST_DAY or found.year > LAST_YEAR:
            break
        return found
    raise RuleError(_("{0} is not a date. Write it as 2016-09-01."), text[:40])


def _place(text: Any) -> tuple[str, str, str]:
    """Building, entrance ("" for none) and room, from their own columns or from one address."""
    building, entrance, room = text("building"), text("entrance"), text("room")
    if not building or not room:
        found = unit_address.parse(text("address") or room)
        if found and found.building and found.room:
            building, entrance, room = found.building, entrance or found.entrance or "", found.room
    if not building or not room:
        raise RuleError(_("The row does not name a unit. Enter the building and room number."))
    return (
        estate.building_number(building),
        estate.entrance_number(entrance) if entrance else "",
        estate.room_number(room),
    )


def _floor(text: str, room: str) -> int | None:
    """The floor as given ("12", "12F", "12层", "-1", "B1"), else that of a room number such as 1203."""
    if not text:
        storey = _STOREY.fullmatch(room)
        return int(storey[1]) if storey else None
    match = re.fullmatch(
        r"(?:第)?(-?\d{1,3})(?:\.0)?\s*(?:F|层|楼)?|(?:B|负|地下)(\d{1,2})(?:F|层)?", text, re.IGNORECASE
    )
    if not match:
        raise RuleError(_("{0} is not a floor. Enter a number, below ground with a minus."), text[:40])
    return int(match[1]) if match[1] else -int(match[2])


def _number(text: str) -> float | None:
    plain = re.sub(r"(?i)(㎡|m²|m2|平方米|平米|平)$", "", text.replace(",", "")).strip()
    if not plain:
        return None
    if not re.fullmatch(r"-?\d{1,9}(\.\d+)?", plain):
        raise RuleError(_("{0} is not a number. Enter it as 89.35."), text[:40])
    return round(float(plain), 4)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
