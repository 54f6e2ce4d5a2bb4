"""The demo estate on paper: two invented communities with their buildings and rooms, the same for the same size and day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from math import ceil
from random import Random

from dateutil.relativedelta import relativedelta

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.unit_address import building_name, entrance_name, unit_name

USUAL_UNITS = 400
LEAST_UNITS, MOST_UNITS = 20, 200_000
AREAS = (89.35, 98.60, 110.42, 128.77, 143.18)
PARKING_AREA = 12.72
HOUSEHOLDS_PER_AREA = 160


@dataclass(frozen=True, slots=True)
class Shape:
    """How a community is built. `share`: its part of the households; the rates are a piece per household."""

    code: str
    name: str
    address: str
    phone: str
    share: float
    households_per_tower: int
    shops_per_household: float
    offices: int
    storages_per_household: float
    spaces_per_household: float


LAKE = Shape("LH", "绿湖花园", "临湖市绿湖路 18 号", "4000000018", 0.65, 52, 0.046, 2, 0.08, 0.70)
CLOUD = Shape("YQ", "云栖里", "临湖市云栖街 6 号", "4000000006", 0.35, 48, 0.043, 0, 0.07, 0.86)


@dataclass(frozen=True, slots=True)
class BuildingPlan:
    """One building; `entrances` are (number, risers)."""

    name: str
    number: str
    title: str
    usage: str
    floors: int
    completed_on: date
    shut_off_valve: str
    equipment_location: str
    entrances: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(slots=True)
class UnitPlan:
    """One room, shop, storage room or parking space; areas in m²."""

    name: str
    building: str
    entrance: str | None
    room_no: str
    usage: str
    floor: int
    riser: str | None
    billable_area: float
    inner_area: float
    delivery_status: str = "Delivered"
    deemed_handover_date: date | None = None
    occupancy_status: str = "Vacant"
    household_size: int = 0


@dataclass(slots=True)
class CommunityPlan:
    """One community with all its places. `areas` are (name, names of its buildings)."""

    shape: Shape
    delivered_on: date
    buildings: list[BuildingPlan] = field(default_factory=list)
    units: list[UnitPlan] = field(default_factory=list)
    areas: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def of_usage(self, usage: str) -> list[UnitPlan]:
        """Rooms of one usage in the order of their numbers."""
        return [unit for unit in self.units if unit.usage == usage]


def plan_estate(units: int, today: date, random: Random) -> tuple[CommunityPlan, CommunityPlan]:
    """Plan both communities with together `units` households; shops, storage rooms and parking spaces come on top.

    Raises RuleError for a number outside 20 … 200,000.
    """
    if not LEAST_UNITS <= units <= MOST_UNITS:
        raise RuleError(
            _("The demo estate can have {0} to {1} homes. Choose a number between them."), LEAST_UNITS, MOST_UNITS
        )
    lake_homes = round(units * LAKE.share)
    lake = _community(LAKE, lake_homes, date(2016, 9, 30), random)
    cloud = _community(CLOUD, units - lake_homes, today - relativedelta(months=14), random)
    return lake, cloud


def _community(shape: Shape, homes: int, delivered_on: date, random: Random) -> CommunityPlan:
    plan = CommunityPlan(shape, delivered_on)
    completed_on = delivered_on - relativedelta(months=2)
    towers = max(1, ceil(homes / shape.households_per_tower))
    for number in range(1, towers + 1):
        # The homes are dealt evenly: 140 over three towers are 47, 47 and 46.
        in_tower = homes * number // towers - homes * (number - 1) // towers
        _add_tower(plan, str(number), in_tower, completed_on, random)
    _add_shops(plan, ceil(homes * shape.shops_per_household), completed_on, random)
    _add_garage(plan, ceil(homes * shape.spaces_per_household), completed_on)
    plan.areas = list(_areas(plan))
    return plan


def _add_tower(plan: CommunityPlan, number: str, homes: int, completed_on: date, random: Random) -> None:
    """Two entrances with two homes a floor each; the rooms are numbered through the floor: 01 02 | 03 04."""
    code = plan.shape.code
    floors = ceil(homes / 4)
    name = building_name(code, number)
    columns = {f"{column:02d}": random.choice(AREAS) for column in range(1, 5)}
    plan.buildings.append(
        BuildingPlan(
            name,
            number,
            f"{number}栋",
            "Residence",
            floors,
            completed_on,
            f"{number}栋地下一层水表间，进门左手第一只红色闸阀，顺时针关；钥匙在监控室 {int(number):02d} 号钩",
            f"电梯机房：{number}栋顶层；配电间：地下一层 B 区；消防报警主机：{number}栋大堂右侧",
            (("1", ("01", "02")), ("2", ("03", "04"))),
        )
    )
    homes_left = homes
    for floor in range(1, floors + 1):
        for column, area in columns.items():
            if not homes_left:
                break
            entrance = "1" if column in ("01", "02") else "2"
            _add_unit(plan, number, entrance, f"{floor}{column}", "Residence", floor, column, area, random)
            homes_left -= 1
    for storage in range(1, round(homes * plan.shape.storages_per_household) + 1):
        area = round(random.uniform(6, 12), 2)
        _add_unit(plan, number, None, f"C{storage:02d}", "Storage", -1, None, area, random)


def _add_shops(plan: CommunityPlan, shops: int, completed_on: date, random: Random) -> None:
    name = building_name(plan.shape.code, "S")
    plan.buildings.append(
        BuildingPlan(
            name,
            "S",
            "沿街商铺",
            "Commercial",
            2,
            completed_on,
            "商铺后走道东端水表井，井盖有蓝色标记",
            "配电箱：商铺后走道西端；消防栓：每三间一处",
        )
    )
    for number in range(1, shops + 1):
        area = round(random.uniform(45, 160), 2)
        _add_unit(plan, "S", None, f"{100 + number}", "Shop", 1, None, area, random)
    for number in range(1, plan.shape.offices + 1):
        area = round(random.uniform(80, 160), 2)
        _add_unit(plan, "S", None, f"M{number:02d}", "Office", 2, None, area, random)


def _add_garage(plan: CommunityPlan, spaces: int, completed_on: date) -> None:
    plan.buildings.append(
        BuildingPlan(
            building_name(plan.shape.code, "G"),
            "G",
            "地下车库",
            "Garage",
            1,
            completed_on,
            "车库 A 区 12 柱旁消防水阀；生活水总阀在水泵房",
            "水泵房：B 区北端；排烟机房：A 区 30 柱；道闸控制箱：出口岗亭",
            (("A", ()), ("B", ())),
        )
    )
    half = ceil(spaces / 2)
    for zone, numbers in (("A", range(1, half + 1)), ("B", range(half + 1, spaces + 1))):
        for number in numbers:
            unit = _unit(plan, "G", zone, f"{number:03d}", "Parking Space", -1, None, PARKING_AREA, PARKING_AREA)
            plan.units.append(unit)


def _add_unit(
    plan: CommunityPlan,
    building: str,
    entrance: str | None,
    room: str,
    usage: str,
    floor: int,
    riser: str | None,
    area: float,
    random: Random,
) -> None:
    inner = round(area * random.uniform(0.772, 0.788), 2)
    plan.units.append(_unit(plan, building, entrance, room, usage, floor, riser, area, inner))


def _unit(
    plan: CommunityPlan,
    building: str,
    entrance: str | None,
    room: str,
    usage: str,
    floor: int,
    riser: str | None,
    area: float,
    inner: float,
) -> UnitPlan:
    code = plan.shape.code
    return UnitPlan(
        unit_name(code, building, entrance, room),
        building_name(code, building),
        entrance_name(code, building, entrance) if entrance else None,
        room,
        usage,
        floor,
        riser,
        area,
        inner,
    )


def _areas(plan: CommunityPlan) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Towers next to each other until they hold about as many homes as one steward looks after."""
    homes: dict[str, int] = {}
    for unit in plan.of_usage("Residence"):
        homes[unit.building] = homes.get(unit.building, 0) + 1
    wanted = max(1, round(sum(homes.values()) / HOUSEHOLDS_PER_AREA))
    towers, numbers = list(homes), count(1)
    for part in range(wanted):
        names = towers[len(towers) * part // wanted : len(towers) * (part + 1) // wanted]
        if names:
            others = [b.name for b in plan.buildings if b.usage != "Residence"] if part == wanted - 1 else []
            yield f"{plan.shape.name}第{next(numbers)}片区", (*names, *others)
