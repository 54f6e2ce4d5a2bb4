"""A large estate for measuring: tens of thousands of residents with phones, rooms and cars, written in blocks.

Names, phones and plates are as varied as those of a town; the rows have what the DocTypes' own rules compute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import frappe
from frappe.utils import add_days, today

from property_service.property_service import estate_search, names, plates
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.phone_numbers import last4
from property_service.property_service.service_clock import site_now
from property_service.tests import factories as make

SEED = 20261127
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷黎史陶贺毛郝顾龚邵万钱严"
# The commonest names hold a third of a town.
WEIGHTS = [max(1, 72 - 2 * at) for at in range(len(SURNAMES))]
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国玉梅红文辉鹏飞宇婷雪琳倩佳欣怡晨浩然子涵梓轩思雨诗琪俊峰志海燕春生凤兰云莲贵福德林森波斌凯龙虎"
FLOORS, ROOMS, ENTRANCES = 34, 4, 2
PEOPLE_PER_ROOM, CARS_PER_ROOM = 5, 2  # of two rooms
TABLES = ("Resident", "Resident Phone", "Unit Occupancy", "Resident Vehicle", "Property Unit", "Entrance", "Building")
Row = dict[str, Any]


def make_crowd(residents: int) -> Any:
    """Make a committed community with so many residents, two and a half to a room; returns the Community. Its tables are analysed."""
    random = Random(SEED)  # noqa: S311  not a secret: the same people every time
    community = make.make_community()
    rooms = list(_rooms(community.name, -(-residents * 2 // PEOPLE_PER_ROOM)))
    _make_places(community.name, rooms)
    people = list(_people(residents, random))
    insert_block("Resident", people)
    insert_block("Resident Phone", _phones(people))
    stays = _stays(community.name, people, rooms, random)
    insert_block("Unit Occupancy", stays)
    insert_block("Resident Vehicle", _cars(community.name, stays, random))
    frappe.db.commit()
    for doctype in TABLES:
        frappe.db.sql_ddl(f"analyze table `tab{doctype}`")
    estate_search.forget_size()
    return community


def remove_crowd(community: Any) -> None:
    """Take away what `make_crowd` has made."""
    frappe.db.rollback()
    stay = frappe.qb.DocType("Unit Occupancy")
    here = frappe.qb.from_(stay).select(stay.resident).where(stay.community == community.name)
    for doctype, column in (("Resident Phone", "parent"), ("Resident", "name")):
        table = frappe.qb.DocType(doctype)
        frappe.qb.from_(table).delete().where(table[column].isin(here)).run()
    for doctype in TABLES[2:]:
        frappe.db.delete(doctype, {"community": community.name})
    for doctype, name in (("Community", community.name), ("Service Calendar", community.service_calendar)):
        frappe.delete_doc(doctype, name, force=True, ignore_permissions=True, ignore_missing=True)
    frappe.db.commit()
    estate_search.forget_size()


def make_history(resident: str, units: Sequence[Any], charges: int, repairs: int, item: str, category: str) -> None:
    """Charges and jobs of a household as the rooms keep them, all but every fifth open; `units` are documents of one community."""
    places = [{"community": unit.community, "building": unit.building, "unit": unit.name} for unit in units]
    moment = site_now()
    insert_block(
        "Fee Charge",
        (
            {
                "name": name,
                **places[at % len(places)],
                "debtor": resident,
                "fee_item": item,
                "service_month": date(2020 + at // 12 % 5, at % 12 + 1, 1),
                "due_date": add_days(today(), -at - 1),
                "status": "Unpaid" if at % 5 else "Paid",
                "amount": 10,
                "outstanding": 10 if at % 5 else 0,
            }
            for at, name in enumerate(hash_names(charges, 16))
        ),
    )
    insert_block(
        "Repair Request",
        (
            {
                "name": f"RR-T-{name}",
                **places[at % len(places)],
                "resident": resident,
                "category": category,
                "description": "Tap drips",
                "channel": "Phone",
                "status": "Accepted" if at % 5 else "Closed",
                "stage": "Open" if at % 5 else "Done",
                "reported_at": moment,
                "finish_by": moment - timedelta(hours=at + 1),
                "finished_at": None if at % 5 else moment - timedelta(days=2),
                "is_warranty": 1,
            }
            for at, name in enumerate(hash_names(repairs))
        ),
    )


def _rooms(code: str, count: int) -> Iterator[Row]:
    """Rooms of towers with two entrances, as the units' own names say it."""
    per_entrance = FLOORS * ROOMS
    for number in range(count):
        house, rest = divmod(number, per_entrance * ENTRANCES)
        gate, rest = divmod(rest, per_entrance)
        floor, flat = divmod(rest, ROOMS)
        building, entrance, room = house + 1, gate + 1, f"{floor + 1}{flat + 1:02d}"
        yield {
            "name": f"{code}-{building:02d}-{entrance}-{room}",
            "community": code,
            "building": f"{code}-{building:02d}",
            "entrance": f"{code}-{building:02d}-{entrance}",
            "room_no": room,
            "floor": floor + 1,
            "short_label": f"{building}-{entrance}-{room}",
            "usage": "Residence",
            "billable_area": 89.35,
            "inner_area": 69.69,
            "delivery_status": "Delivered",
            "occupancy_status": "Owner Occupied",
            "deemed_handover_date": "2016-09-01",
        }


def _make_places(code: str, rooms: list[Row]) -> None:
    entrances = {row["entrance"]: row["building"] for row in rooms}
    insert_block(
        "Building",
        (
            {"name": name, "community": code, "building_no": str(int(name.rpartition("-")[2])), "floors": FLOORS}
            for name in dict.fromkeys(entrances.values())
        ),
    )
    insert_block(
        "Entrance",
        (
            {"name": name, "building": building, "community": code, "entrance_no": name.rpartition("-")[2]}
            for name, building in entrances.items()
        ),
    )
    insert_block("Property Unit", rooms)


def _people(count: int, random: Random) -> Iterator[Row]:
    read: dict[str, tuple[str, str]] = {}
    for name in hash_names(count):
        who = random.choices(SURNAMES, WEIGHTS)[0] + "".join(random.choices(GIVEN, k=random.choice((1, 2, 2, 2))))
        if who not in read:
            read[who] = names.pinyin_full(who), names.pinyin_initials(who)
        phone = f"1{random.choice('35789')}{random.randrange(10**9):09d}"
        pinyin, initials = read[who]
        yield {
            "name": name,
            "resident_name": who,
            "resident_type": "Person",
            "name_pinyin": pinyin,
            "name_initials": initials,
            "primary_phone": phone,
            "is_active": 1,
        }


def _phones(people: list[Row]) -> Iterator[Row]:
    for name, person in zip(hash_names(len(people)), people, strict=True):
        phone = person["primary_phone"]
        yield {
            "name": name,
            "parent": person["name"],
            "parenttype": "Resident",
            "parentfield": "phones",
            "idx": 1,
            "phone": phone,
            "last_four": last4(phone),
            "is_primary": 1,
        }


def _stays(code: str, people: list[Row], rooms: list[Row], random: Random) -> list[Row]:
    found = []
    for number, (name, person) in enumerate(zip(hash_names(len(people)), people, strict=True)):
        first = number < len(rooms)
        room = rooms[number] if first else random.choice(rooms)
        found.append(
            {
                "name": name,
                "unit": room["name"],
                "community": code,
                "resident": person["name"],
                "relation": "Owner" if first else "Family",
                "from_date": "2016-09-01",
                "is_debtor": int(first),
                "is_primary": int(first),
            }
        )
    return found


def _cars(code: str, stays: list[Row], random: Random) -> Iterator[Row]:
    count = len(stays) * CARS_PER_ROOM // PEOPLE_PER_ROOM
    numbers = random.sample(range(36**5), count)
    signs = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    for name, stay, number in zip(hash_names(count), stays, numbers, strict=False):
        rest = "".join(signs[number // 34**at % 34] for at in range(5))
        plate = f"粤B{rest}"
        yield {
            "name": name,
            "plate": plate,
            "plate_tail": plates.tail(plate),
            "unit": stay["unit"],
            "resident": stay["resident"],
            "community": code,
            "is_active": 1,
        }
