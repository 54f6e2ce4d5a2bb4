"""The estate's own rules: codes, numbers, names, floors and areas of communities, buildings, entrances and rooms.

They take documents or anything with the same attributes, set what follows from what was entered, and raise RuleError for
what cannot be. The importer calls the same functions as the forms.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from property_service.property_service import unit_address
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

MOST_AREA = 100_000
MOST_COEFFICIENT = 100
LOWEST_FLOOR = -10
HIGHEST_FLOOR = 200

_CODE = re.compile(r"[A-Z0-9]{2,8}")


def community_code(text: str | None) -> str:
    """Return the code in capitals, for example LH. Raises RuleError unless it is two to eight letters or digits."""
    code = unicodedata.normalize("NFKC", text or "").strip().upper()
    if not _CODE.fullmatch(code):
        raise RuleError(
            _("{0} is not a community code. Use two to eight letters A-Z or digits, for example LH."), text or ""
        )
    return code


def check_time_zone(name: str | None) -> None:
    """Raise RuleError unless this is an IANA time zone such as Asia/Shanghai."""
    if name not in _time_zones():
        raise RuleError(_("{0} is not a time zone. Choose one such as Asia/Shanghai."), name or "")


@cache
def _time_zones() -> frozenset[str]:
    # The library opens each of the six hundred files of the machine to answer this.
    return frozenset(available_timezones())


def building_number(text: str | None) -> str:
    """Return 3 for "3", "03", "3栋", "Building 3"; A for "A座". Raises RuleError for what cannot be part of a name."""
    found = unit_address.parse(text)
    if found and found.building and not (found.community or found.entrance or found.room):
        return found.building
    return _number(text)


def entrance_number(text: str | None) -> str:
    """Return 2 for "2", "02", "2单元", "Entrance 2". Raises RuleError for what cannot be part of a name."""
    found = unit_address.parse(text)
    if found and found.entrance and not (found.community or found.building or found.room):
        return found.entrance
    return _number(text)


def room_number(text: str | None) -> str:
    """Return 1203 for "1203", "1203室"; zeros in front stay. Raises RuleError for what cannot be part of a name."""
    found = unit_address.parse(text)
    if found and found.room and not (found.community or found.building or found.entrance):
        return found.room
    return unit_address.part(text)


def prepare_building(building: Any) -> None:
    """Set number, name and, where nobody gave one, the name people see."""
    building.building_no = building_number(building.building_no)
    building.name = unit_address.building_name(building.community, building.building_no)
    building.building_name = (building.building_name or "").strip() or building.building_no


def prepare_entrance(entrance: Any, community: str, building_no: str) -> None:
    """Set number and name of an entrance of the building with this number."""
    entrance.entrance_no = entrance_number(entrance.entrance_no)
    entrance.name = unit_address.entrance_name(community, building_no, entrance.entrance_no)


def prepare_unit(unit: Any, community: str, building_no: str, entrance_no: str | None) -> None:
    """Set room number, name and short address of a room, its building's and entrance's numbers being these."""
    unit.room_no = room_number(unit.room_no)
    unit.name = unit_address.unit_name(community, building_no, entrance_no, unit.room_no)
    unit.short_label = unit_address.short_label(unit_address.UnitAddress(None, building_no, entrance_no, unit.room_no))


def check_unit(unit: Any, floors: int | None) -> None:
    """Raise RuleError for a floor the building does not have (`floors` 0 or None: unknown) or an area nobody measures."""
    floor = int(unit.floor or 0)
    if not LOWEST_FLOOR <= floor <= HIGHEST_FLOOR:
        raise RuleError(_("Floor {0} does not exist. Enter {1} to {2}."), floor, LOWEST_FLOOR, HIGHEST_FLOOR)
    if floors and floor > floors:
        raise RuleError(
            _("Floor {0} is above the roof: the building has {1} floors. Correct one of them."), floor, floors
        )
    for area in (unit.billable_area, unit.inner_area):
        if not 0 <= float(area or 0) <= MOST_AREA:
            raise RuleError(_("An area of {0} m² is not possible. Enter 0 to {1}."), area, MOST_AREA)
    if unit.billable_area and float(unit.inner_area or 0) > float(unit.billable_area):
        raise RuleError(
            _("The inner area of {0} m² is larger than the billable area of {1} m². Correct one of them."),
            unit.inner_area,
            unit.billable_area,
        )
    if not 0 <= float(unit.coefficient or 0) <= MOST_COEFFICIENT:
        raise RuleError(_("A coefficient of {0} is not possible. Enter 0 to {1}."), unit.coefficient, MOST_COEFFICIENT)


def _number(text: str | None) -> str:
    part = unit_address.part(text)
    return str(int(part)) if part.isdigit() and part.isascii() else part
