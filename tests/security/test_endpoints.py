"""Every endpoint of the app, called over HTTP by everybody who has no business there, with the arguments of a real call.

The list is read from the app: an endpoint nobody has written an expectation for fails.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils import now_datetime

from property_service.property_service.endpoint import ENDPOINTS
from property_service.tests import factories as make
from tests.portal.world import World, make_world, move_out, remove_world

APP = Path(__file__).parents[2] / "property_service"

# What a call names. Words in braces are filled in from the world.
REQUEST = {"name": "{request}"}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "dispatch.api.set_on_duty": {"on": 1, "team": "{team}", "user": "{technician}"},
    "dispatch.api.my_duty": {},
    "dispatch.api.team_members": {"team": "{team}"},
    "dispatch.api.open_incident": {"community": "{community}", "title": "No water", "building": "{building}"},
    "dispatch.api.confirm_incident": {"name": "{incident}"},
    "dispatch.api.withdraw_incident": {"name": "{incident}", "reason": "mistake"},
    "dispatch.api.close_incident": {"name": "{incident}", "closing_text": "All is well."},
    "dispatch.api.join": {"name": "{incident}", "request": "{request}"},
    "dispatch.api.text_for": {"community": "{community}", "building": "{building}", "category": "{category}"},
    "dispatch.api.incident_chat_text": {"name": "{incident}"},
    "front_desk.api.due_visits": {"community": "{community}"},
    "front_desk.api.call_sheet": {"visits": '["{visit}"]'},
    "front_desk.api.scripts": {},
    "front_desk.api.possible_visitors": {"visit": "{visit}"},
    "front_desk.api.record_attempt": {"visits": '["{visit}"]'},
    "front_desk.api.record_result": {"visits": '["{visit}"]', "result": "Satisfied"},
    "front_desk.api.reassign": {"visit": "{visit}"},
    "portal.desk.close_portal": {"resident": "{resident}"},
    "portal.desk.give_join_code": {"resident": "{resident}"},
    "property_service.api.estate_communities": {},
    "property_service.api.estate_buildings": {"community": "{community}"},
    "property_service.api.estate_units": {"building": "{building}"},
    "property_service.api.estate_people": {"unit": "{room}"},
    "property_service.api.hardening_hints": {},
    "property_service.api.import_preview": {"name": "{import}"},
    "property_service.api.import_run": {"name": "{import}"},
    "property_service.api.import_template": {"kind": "Estate"},
    "property_service.api.merge_residents": {"keep": "{neighbour}", "duplicate": "{resident}"},
    "property_service.api.duplicates": {"resident": "{resident}"},
    "property_service.api.find": {"text": "{room_no}"},
    "property_service.api.reveal": {"resident": "{resident}", "what": "identity_number"},
    "repairs.api.accept": REQUEST,
    "repairs.api.reject": {**REQUEST, "reason": "no"},
    "repairs.api.refer": {**REQUEST, "to": "Water company"},
    "repairs.api.cancel": {**REQUEST, "reason": "no"},
    "repairs.api.dispatch": {**REQUEST, "team": "{team}", "user": "{technician}"},
    "repairs.api.take": REQUEST,
    "repairs.api.arrive": REQUEST,
    "repairs.api.hold": {**REQUEST, "reason": "Not at Home"},
    "repairs.api.resume": REQUEST,
    "repairs.api.quote": {**REQUEST, "amount": 10, "text": "A tap"},
    "repairs.api.consent": {**REQUEST, "by": "Phone"},
    "repairs.api.hand_back": {**REQUEST, "reason": "no"},
    "repairs.api.transfer": {**REQUEST, "user": "{technician}", "reason": "Off Duty"},
    "repairs.api.finish": {**REQUEST, "work_done": "Done"},
    "repairs.api.solve_on_phone": {**REQUEST, "work_done": "Done"},
    "repairs.api.reopen": {**REQUEST, "reason": "again"},
    "repairs.api.close": REQUEST,
    "repairs.api.warranty_step": {**REQUEST, "step": "Site Survey"},
    "repairs.api.set_payment": {**REQUEST, "status": "Paid"},
    "repairs.api.confirm_incident": REQUEST,
    "repairs.api.attach_photo": REQUEST,
    "repairs.api.my_jobs": {},
    "repairs.api.pool": {},
    "repairs.api.job": REQUEST,
    "repairs.api.timeline": REQUEST,
    "repairs.api.similar": {"unit": "{room}", "category": "{category}"},
    "repairs.api.price_items": {},
    "repairs.api.team_load": {"team": "{team}"},
    "repairs.api.set_on_duty": {"on": 1},
    "repairs.api.intake": {"unit": "{room}", "category": "{category}", "description": "x", "resident": "{resident}"},
    "repairs.desk_api.requests_by_category": {},
    "repairs.desk_api.requests_per_day": {},
    "repairs.desk_api.form_facts": REQUEST,
    "repairs.desk_api.place_facts": {"unit": "{room}"},
    "repairs.desk_api.team_jobs": {},
    "repairs.desk_api.tracking_code": REQUEST,
    "repairs.desk_api.wished_visits": {"start": "2020-01-01", "end": "2099-01-01"},
    "setup.api.restore_workflow": {"document_type": "Repair Request"},
}
# Residents' own: judged by tests of the portal with people of the same house, here with strangers.
PORTAL: dict[str, dict[str, Any]] = {
    "portal.api.report_fault": {"unit": "{room}", "category": "{category}", "description": "x"},
    "portal.api.urge": REQUEST,
    "portal.api.cancel": {**REQUEST, "reason": "no"},
    "portal.api.rate": {**REQUEST, "stars": 5},
    "portal.api.send_back": {**REQUEST, "reason": "no"},
    "portal.api.answer_quote": {**REQUEST, "agreed": 1},
}
# Without a foreign document to name: signing in, own settings.
OWN_AFFAIRS = re.compile(
    r"^portal\.(account_api\.|api\.(mark_read|set_language|set_password|sign_|send_code|join|choose))"
)
STAFF_OF_ELSEWHERE = ("far_desk",)
RESIDENTS = ("owner", "gone", "neighbour")
REFUSED = (400, 401, 403, 404, 409, 417, 429)


def short(path: str) -> str:
    return path.removeprefix("property_service.")


def load_endpoints() -> dict[str, Any]:
    """Import every file of the app that makes an endpoint; path without the app's name → callable."""
    for path in sorted(APP.rglob("*.py")):
        if "tests" in path.parts or path.name.startswith("test_"):
            continue
        if re.search(r"^@endpoint\(", path.read_text(encoding="utf-8"), re.M):
            importlib.import_module(".".join(path.relative_to(APP.parent).with_suffix("").parts))
    return {short(path): call for path, call in ENDPOINTS.items() if path.startswith("property_service.")}


@pytest.fixture(scope="module")
def house(server: str) -> Iterator[Any]:
    """The portal's world with a team, an incident and a visit; `words` fill the arguments."""
    world, team = make_world(server), None
    try:
        world.person("gone")
        move_out(world, "gone")
        here = frappe.get_doc("Community", world.homes["here"])
        room = frappe.get_doc("Property Unit", world.rooms["room"])
        team = make.make_team(here, (world.people["technician"],))
        incident = make.insert(
            "Service Incident", community=here.name, title="No water", building=room.building, started_at=now_datetime()
        )
        visit = frappe.get_doc(
            {
                "doctype": "Return Visit",
                "community": here.name,
                "visit_kind": "Repair",
                "reference_doctype": "Repair Request",
                "reference_name": world.repairs["mine"],
                "unit": room.name,
                "resident": world.residents["owner"],
                "status": "Due",
                "due_at": now_datetime(),
            }
        ).insert(ignore_permissions=True)
        table = frappe.get_doc(
            {"doctype": "Property Import", "community": here.name, "kind": "Estate", "file": "/private/files/none.csv"}
        )
        table.name = frappe.generate_hash(length=10)
        table.db_insert()
        frappe.db.commit()
        words = {
            "import": table.name,
            "request": world.repairs["mine"],
            "team": team.name,
            "technician": world.people["technician"],
            "community": here.name,
            "building": room.building,
            "incident": incident.name,
            "category": world.categories["water"],
            "visit": visit.name,
            "resident": world.residents["owner"],
            "neighbour": world.residents["neighbour"],
            "room": room.name,
            "room_no": room.room_no,
        }
        yield frappe._dict(world=world, words=words)
    finally:
        frappe.db.rollback()
        for child in ("Work Team Member", "Work Team Place", "Work Team Category"):
            frappe.db.delete(child, {"parent": team.name if team else ""})
        frappe.db.delete("Work Team", {"name": team.name if team else ""})
        remove_world(world)


def fill(arguments: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    return {
        key: re.sub(r"\{(\w+)\}", lambda found: words[found[1]], value) if isinstance(value, str) else value
        for key, value in arguments.items()
    }


def snapshot(world: World) -> str:
    """All rows of the two communities, so that any change by a refused call is seen."""
    frappe.db.rollback()
    rows: dict[str, Any] = {}
    for doctype in (
        "Repair Request",
        "Repair Step",
        "Service Incident",
        "Return Visit",
        "Service Message",
        "Unit Occupancy",
    ):
        rows[doctype] = frappe.get_all(
            doctype,
            {"community": ["in", list(world.homes.values())]},
            ["name", "modified"],
            order_by="name asc",
            limit=0,
        )
    rows["Resident"] = frappe.get_all(
        "Resident", {"name": ["in", list(world.residents.values())]}, ["name", "modified"], order_by="name asc"
    )
    return json.dumps(rows, default=str)


def test_every_endpoint_has_an_expectation(site: str) -> None:
    known = set(ARGUMENTS) | set(PORTAL)
    assert not {path for path in load_endpoints() if not OWN_AFFAIRS.match(path)} - known


def test_guests_are_let_in_only_to_sign_in(site: str) -> None:
    for path, call in load_endpoints().items():
        if call.guest_because:
            assert OWN_AFFAIRS.match(path), f"{path} is open to guests: {call.guest_because}"


@pytest.mark.parametrize("who", ["guest", *RESIDENTS, *STAFF_OF_ELSEWHERE])
def test_strangers_get_nothing_and_change_nothing(house: Any, who: str) -> None:
    world, before = house.world, snapshot(house.world)
    person, wrong = world.person(who), []
    calls = load_endpoints()
    for path, arguments in {**ARGUMENTS, **(PORTAL if who not in ("owner", "neighbour") else {})}.items():
        if path not in calls:
            continue
        verb = calls[path].methods[0]
        answer = person.call(f"property_service.{path}", verb=verb, **fill(arguments, house.words))
        if answer.status_code >= 500:
            wrong.append(f"{path}: {answer.status_code} {answer.text[-300:]}")
        elif answer.status_code == 200:
            if who in ("guest", *RESIDENTS):
                wrong.append(f"{path}: open to {who}")
            elif house.words["community"] in answer.text or house.words["request"] in answer.text:
                wrong.append(f"{path}: tells {who} of a foreign community: {answer.text[:200]}")
        elif answer.status_code not in REFUSED:
            wrong.append(f"{path}: {answer.status_code}")
        if "Traceback" in answer.text and who != "guest":  # guests are turned away by the platform itself
            wrong.append(f"{path}: shows a traceback")
    assert not wrong
    assert snapshot(world) == before


@pytest.mark.parametrize("who", ["neighbour", "stranger", "gone"])
def test_residents_of_other_rooms_cannot_act_on_a_repair(house: Any, who: str) -> None:
    world, before = house.world, snapshot(house.world)
    calls = load_endpoints()
    for path, arguments in PORTAL.items():
        answer = world.person(who).call(
            f"property_service.{path}", verb=calls[path].methods[0], **fill(arguments, house.words)
        )
        assert answer.status_code in REFUSED, (path, answer.status_code, answer.text[:300])
    assert snapshot(world) == before


@pytest.mark.parametrize("who", ["desk", "owner"])
def test_bad_arguments_are_answered_with_a_sentence(house: Any, who: str) -> None:
    """Missing, unknown, of the wrong kind, far too long: 4xx, never a traceback, nothing written."""
    world, before = house.world, snapshot(house.world)
    wrong = []
    for path, call in load_endpoints().items():
        if path.startswith("portal.account_api") or path.endswith((".sign_out", ".set_language", ".set_password")):
            continue
        known = {**ARGUMENTS, **PORTAL}.get(path, {})
        for sent in (
            {"nonsense": "1"},
            dict.fromkeys(known, "[]"),
            dict.fromkeys(known, "x" * 5000),
            dict.fromkeys(known, "<script>alert(1)</script>{{ 7*7 }}"),
            dict.fromkeys(known, "' or '1'='1"),
        ):
            answer = world.person(who).call(f"property_service.{path}", verb=call.methods[0], **sent)
            if answer.status_code >= 500 or "Traceback" in answer.text:
                wrong.append(f"{path} {list(sent)[:1]}: {answer.status_code} {answer.text[-400:]}")
            if "nonsense" in sent and answer.status_code not in REFUSED:
                wrong.append(f"{path} takes unknown arguments: {answer.status_code}")
    assert not wrong
    assert snapshot(world) == before
