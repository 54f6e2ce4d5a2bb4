"""Writes the planned estate: buildings, rooms, people and cars in blocks, by the rules of the forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import frappe

from property_service.property_service import estate, plates, residents
from property_service.property_service.blocks import hash_names, insert_block
from property_service.setup.demo.estate_plan import CommunityPlan
from property_service.setup.demo.households import Households, PersonPlan
from property_service.setup.demo.staff import DESK_CALENDAR, DOMAIN, stewards_of


def make_community(plan: CommunityPlan) -> None:
    """The community itself, marked as demo: what is not marked is never removed."""
    _insert(
        "Community",
        community_code=plan.shape.code,
        community_name=plan.shape.name,
        address=plan.shape.address,
        service_calendar=DESK_CALENDAR,
        delivered_on=plan.delivered_on,
        front_desk_phone=plan.shape.phone,
        emergency_phone=plan.shape.phone,
        is_demo=1,
    )


def make_places(plan: CommunityPlan) -> None:
    """Buildings, entrances, rooms, then the service areas, which mark their rooms."""
    code = plan.shape.code
    numbers = {building.name: building.number for building in plan.buildings}
    insert_block("Building", _buildings(plan))
    insert_block("Entrance", _entrances(plan))
    floors = {building.name: building.floors for building in plan.buildings}
    insert_block("Property Unit", _units(plan, code, numbers, floors))
    for position, (name, buildings) in enumerate(plan.areas):
        steward, deputy = stewards_of(code, position)
        _insert(
            "Service Area",
            community=code,
            area_name=name,
            steward=steward,
            deputy=deputy,
            buildings=[{"building": building} for building in buildings],
        )


def make_households(households: Households, today: date) -> None:
    """People with their phones, who has which room, and the cars."""
    people = [_person(person) for person in households.people]
    for person in people:
        residents.prepare(person, today)
    insert_block("Resident", people)
    phones = ((person, idx, row) for person in people for idx, row in enumerate(person.phones, 1))
    numbered = zip(hash_names(sum(len(person.phones) for person in people)), phones, strict=True)
    insert_block(
        "Resident Phone",
        (
            {**row, "name": name, "parent": person.name, "parenttype": "Resident", "parentfield": "phones", "idx": idx}
            for name, (person, idx, row) in numbered
        ),
    )
    stays = zip(hash_names(len(households.stays)), households.stays, strict=True)
    insert_block(
        "Unit Occupancy",
        (
            {
                "name": name,
                "unit": stay.unit,
                "resident": stay.person,
                "relation": stay.relation,
                "community": stay.unit.partition("-")[0],
                "from_date": stay.from_date,
                "to_date": stay.to_date,
                "share": stay.share,
                "is_debtor": int(stay.is_debtor),
                "is_primary": int(stay.is_primary),
            }
            for name, stay in stays
        ),
    )
    insert_block("Resident Vehicle", _vehicles(households))


def _buildings(plan: CommunityPlan) -> Iterator[dict[str, Any]]:
    for building in plan.buildings:
        row = frappe._dict(
            community=plan.shape.code,
            building_no=building.number,
            building_name=building.title,
            floors=building.floors,
            completed_on=building.completed_on,
            usage=building.usage,
            shut_off_valve=building.shut_off_valve,
            equipment_location=building.equipment_location,
        )
        estate.prepare_building(row)
        yield row


def _entrances(plan: CommunityPlan) -> Iterator[dict[str, Any]]:
    for building in plan.buildings:
        for number, risers in building.entrances:
            row = frappe._dict(
                community=plan.shape.code,
                building=building.name,
                entrance_no=number,
                risers="\n".join(risers) or None,
            )
            estate.prepare_entrance(row, plan.shape.code, building.number)
            yield row


def _units(plan: CommunityPlan, code: str, numbers: dict[str, str], floors: dict[str, int]) -> Iterable[dict[str, Any]]:
    for unit in plan.units:
        row = frappe._dict(
            community=code,
            building=unit.building,
            entrance=unit.entrance,
            room_no=unit.room_no,
            usage=unit.usage,
            floor=unit.floor,
            riser=unit.riser,
            household_size=unit.household_size,
            billable_area=unit.billable_area,
            inner_area=unit.inner_area,
            coefficient=1,
            delivery_status=unit.delivery_status,
            deemed_handover_date=unit.deemed_handover_date,
            occupancy_status=unit.occupancy_status,
        )
        entrance = unit.entrance.rpartition("-")[2] if unit.entrance else None
        estate.prepare_unit(row, code, numbers[unit.building], entrance)
        estate.check_unit(row, floors[unit.building])
        yield row


def _person(person: PersonPlan) -> Any:
    return frappe._dict(
        name=person.key,
        resident_name=person.name,
        resident_type=residents.ORGANISATION if person.organisation else residents.PERSON,
        language=person.language,
        is_active=1,
        gender=person.gender or None,
        birthday=person.birthday,
        tax_number=person.tax_number or None,
        invoice_title=person.name if person.organisation else None,
        contact_person=person.contact_person or None,
        tags=person.tags or None,
        care_tags=person.care_tags or None,
        phones=[
            frappe._dict(phone=phone, phone_label=label, is_primary=int(idx == 0))
            for idx, (phone, label) in enumerate(person.phones)
        ],
    )


def _vehicles(households: Households) -> Iterator[dict[str, Any]]:
    for name, vehicle in zip(hash_names(len(households.vehicles)), households.vehicles, strict=True):
        plate, community = plates.normalise(vehicle.plate), vehicle.unit.partition("-")[0]
        yield {
            "name": name,
            "plate": plate,
            "plate_tail": plates.tail(plate),
            "active_key": f"{community}|{plate}",
            "unit": vehicle.unit,
            "resident": vehicle.person,
            "community": community,
            "parking_space": vehicle.parking_space,
            "colour": vehicle.colour,
            "model": vehicle.model,
            "is_active": 1,
        }


def set_managers(codes: Iterable[str]) -> None:
    """The manager of each community, once the users are there."""
    for code in codes:
        frappe.db.set_value("Community", code, "manager", f"manager@{DOMAIN}")


def _insert(doctype: str, **values: object) -> None:
    # The demo is made by the system, for nobody in particular.
    frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
