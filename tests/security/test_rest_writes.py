"""The platform's REST door: PUT and POST on documents of ours, by staff of elsewhere and by those who work there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.utils import now_datetime

from property_service.tests import factories as make
from tests.portal.world import World, make_world, remove_world
from tests.security import complaints, contacts, decorations, events, fees, findings, notices, rounds, service_days
from tests.security.conftest import stored as insert_row

OUR_SCOPE = ("community", "building", "entrance", "unit")


@pytest.fixture(scope="module")
def estate(server: str) -> Iterator[Any]:
    """{world, documents}: a committed document of the community "here" for every DocType of the app that has one."""
    world, team = make_world(server), None
    try:
        here = frappe.get_doc("Community", world.homes["here"])
        room = frappe.get_doc("Property Unit", world.rooms["room"])
        entrance = make.make_entrance(frappe.get_doc("Building", room.building))
        team = make.make_team(here, (world.people["technician"],))
        owner, repair = world.residents["owner"], world.repairs["mine"]
        place = {"community": here.name, "building": room.building}
        about = {"reference_doctype": "Repair Request", "reference_name": repair}
        documents = {
            "Community": here.name,
            "Building": room.building,
            "Entrance": entrance.name,
            "Property Unit": room.name,
            "Resident": owner,
            "Repair Request": repair,
            "Work Team": team.name,
            "Unit Occupancy": frappe.db.get_value("Unit Occupancy", {"resident": owner, "unit": room.name}),
            "Resident Vehicle": make.insert(
                "Resident Vehicle", plate="粤B" + make.unique()[:5], unit=room.name, resident=owner
            ).name,
            "Service Area": make.insert("Service Area", community=here.name, area_name=make.unique("Area")).name,
            "Service Incident": make.insert(
                "Service Incident", title="No water", started_at=now_datetime(), **place
            ).name,
        }
        # Rows that only the server makes.
        rows: dict[str, dict[str, Any]] = {
            "Access Code": {**about, "kind": "Repair Request", "token_hash": make.unique("hash")},
            "Property Import": {"kind": "Estate", "file": "/private/files/none.csv", "status": "Draft"},
            "Repair Step": {"repair_request": repair, "step": "Note", "happened_at": now_datetime()},
            "Return Visit": {
                **about, "visit_kind": "Repair", "unit": room.name, "status": "Due", "due_at": now_datetime(),
            },
            "Service Message": {"resident": owner, "channel": "Portal", "subject": "Hello", "status": "Sent"},
        }  # fmt: skip
        for doctype, values in rows.items():
            documents[doctype] = insert_row(doctype, community=here.name, **values)
        documents |= fees.documents(here, room, frappe.get_doc("Resident", owner), world.people["cashier"], insert_row)
        documents |= findings.documents(here, room, team.name, insert_row)
        documents |= rounds.documents(here, insert_row)
        documents |= decorations.documents(here, room, frappe.get_doc("Resident", owner), insert_row)
        documents["Resident Complaint"] = complaints.one(here, room, frappe.get_doc("Resident", owner), insert_row)
        documents |= contacts.documents(here, insert_row)
        documents |= events.documents(here, room, frappe.get_doc("Resident", owner), insert_row)
        documents |= {
            name: doc
            for name, doc in (
                *notices.documents(here, room, frappe.get_doc("Resident", owner), insert_row).items(),
                *service_days.documents(here, insert_row).items(),
            )
            if frappe.get_meta(name).has_field("community")
        }
        frappe.db.commit()
        yield frappe._dict(world=world, documents=documents)
    finally:
        frappe.db.rollback()
        for child in ("Work Team Member", "Work Team Place", "Work Team Category"):
            frappe.db.delete(child, {"parent": team.name if team else ""})
        frappe.db.delete("Work Team", {"name": team.name if team else ""})
        items = frappe.get_all("Fee Item", {"community": world.homes["here"]}, pluck="name", order_by="name asc")
        frappe.db.delete("Fee Item Price", {"parent": ["in", [*items, ""]]})
        notices.remove(list(world.homes.values()))
        frappe.db.delete("Service Scorecard", {"scorecard_name": ["like", "Card %"]})
        remove_world(world)


def put(world: World, who: str, doctype: str, name: str, values: dict[str, Any]) -> Any:
    """Staff here opened no page, so their sessions hold no token of forms."""
    return world.person(who).http.put(f"{world.server}/api/resource/{doctype}/{name}", json=values, timeout=60)


def stored(doctype: str, name: str) -> dict[str, Any]:
    frappe.db.rollback()
    return frappe.get_doc(doctype, name).as_dict()


def foreign_values(world: World, doctype: str) -> dict[str, str]:
    """The places of the community "there" for the fields that say where a document belongs."""
    unit = frappe.get_doc("Property Unit", world.rooms["far_room"])
    values = {"community": unit.community, "building": unit.building, "unit": unit.name}
    return {field: value for field, value in values.items() if frappe.get_meta(doctype).has_field(field)}


def test_there_is_a_document_of_every_kind_that_belongs_to_a_community(estate: Any) -> None:
    modules = (
        "Property Service",
        "Dispatch",
        "Front Desk",
        "Repairs",
        "Fees",
        "Patrol",
        "Decoration",
        "Community Life",
    )
    ours = frappe.get_all(
        "DocType", {"module": ["in", modules], "istable": 0, "custom": 0}, pluck="name", order_by="name asc"
    )
    scoped = {name for name in ours if frappe.get_meta(name).has_field("community")}
    assert scoped <= set(estate.documents)


@pytest.mark.parametrize("who", ["far_desk", "far_manager"])
def test_staff_of_elsewhere_put_nothing(estate: Any, who: str) -> None:
    """Neither the document's own values nor a place of theirs."""
    wrong = []
    for doctype, name in estate.documents.items():
        before = stored(doctype, name)
        for values in ({}, foreign_values(estate.world, doctype)):
            answer = put(estate.world, who, doctype, name, values)
            if answer.status_code not in (401, 403, 404):
                wrong.append(f"{doctype} {list(values)}: {answer.status_code} {answer.text[-200:]}")
            if stored(doctype, name) != before:
                wrong.append(f"{doctype} {list(values)}: changed")
    assert not wrong


@pytest.mark.parametrize("who", ["desk", "manager"])
def test_nobody_puts_a_document_into_another_community(estate: Any, who: str) -> None:
    """Whoever works here only: all the places at once, then each alone."""
    wrong = []
    for doctype, name in estate.documents.items():
        before, values = stored(doctype, name), foreign_values(estate.world, doctype)
        for sent in (values, *({field: value} for field, value in values.items())):
            answer = put(estate.world, who, doctype, name, sent)
            now = stored(doctype, name)
            if answer.status_code >= 500:
                wrong.append(f"{doctype} {list(sent)}: {answer.status_code} {answer.text[-200:]}")
            wrong += [
                f"{doctype}.{field} by {list(sent)}" for field in OUR_SCOPE if now.get(field) != before.get(field)
            ]
    assert not wrong


def test_a_manager_puts_what_is_his(estate: Any) -> None:
    """Else the refusals above would prove nothing."""
    name = estate.documents["Building"]
    assert put(estate.world, "manager", "Building", name, {"floors": 33}).status_code == 200
    assert stored("Building", name)["floors"] == 33


@pytest.mark.parametrize("who", ["desk", "technician", "manager"])
@pytest.mark.parametrize("state", ["Closed", "In Progress", "Completed", "Reopened", "Nonsense"])
def test_no_state_is_put_around_the_workflow(estate: Any, who: str, state: str) -> None:
    name = estate.documents["Repair Request"]
    before = stored("Repair Request", name)
    answer = put(estate.world, who, "Repair Request", name, {"status": state, "stage": "Done"})
    assert 400 <= answer.status_code < 500, answer.text[-300:]
    assert stored("Repair Request", name) == before


@pytest.mark.parametrize("who", ["desk", "manager"])
@pytest.mark.parametrize("state", ["Closed", "Completed", "Accepted", "Nonsense"])
def test_nothing_is_posted_in_a_later_state(estate: Any, who: str, state: str) -> None:
    world = estate.world
    values = {
        "unit": world.rooms["room"],
        "category": world.categories["water"],
        "description": make.PHOTO_WORDS,
        "channel": "Phone",
    }
    count = frappe.db.count("Repair Request")
    person, path = world.person(who), f"{world.server}/api/resource/Repair Request"
    answer = person.http.post(path, json={**values, "status": state}, timeout=60)
    assert 400 <= answer.status_code < 500, answer.text[-300:]
    frappe.db.rollback()
    assert frappe.db.count("Repair Request") == count
    assert person.http.post(path, json=values, timeout=60).json()["data"]["status"] == "New"
