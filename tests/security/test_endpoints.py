"""Every endpoint of the app, called over HTTP by everybody who has no business there, with the arguments of a real call.

The list is read from the app: an endpoint nobody has written an expectation for fails.
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils import now_datetime

from property_service.property_service.endpoint import ENDPOINTS
from property_service.tests import factories as make
from tests.portal.world import make_world, move_out, remove_world
from tests.security import (
    complaints,
    contacts,
    decoration_portal_arguments,
    decorations,
    events,
    fee_arguments,
    findings,
    notices,
    rounds,
    service_days,
)
from tests.security.conftest import stored

APP = Path(__file__).parents[2] / "property_service"

# What a call names. Words in braces are filled in from the world.
REQUEST = {"name": "{request}"}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "dispatch.api.set_on_duty": {"on": 1, "team": "{team}", "user": "{technician}"},
    "dispatch.api.my_duty": {},
    "dispatch.api.team_members": {"team": "{team}"},
    "dispatch.api.open_incident": {"community": "{community}", "scope": "Building", "building": "{building}"},
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
    "front_desk.api.record_result": {"visit": "{visit}", "result": "Satisfied"},
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
    "repairs.api.consent": {**REQUEST, "by": "Phone", "amount": 10},
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
    **fee_arguments.ARGUMENTS,
    **findings.ARGUMENTS,
    **rounds.ARGUMENTS,
    **decorations.ARGUMENTS,
    **complaints.ARGUMENTS,
    **service_days.ARGUMENTS,
    **contacts.ARGUMENTS,
    **events.ARGUMENTS,
    **notices.ARGUMENTS,
}
# Residents' own: judged by tests of the portal with people of the same house, here with strangers.
PORTAL: dict[str, dict[str, Any]] = {
    "portal.api.report_fault": {"unit": "{room}", "category": "{category}", "description": "x"},
    "portal.api.urge": REQUEST,
    "portal.api.cancel": {**REQUEST, "reason": "no"},
    "portal.api.rate": {**REQUEST, "stars": 5},
    "portal.api.send_back": {**REQUEST, "reason": "no"},
    "portal.api.answer_quote": {**REQUEST, "agreed": 1, "amount": 10},
    **fee_arguments.PORTAL,
    **decoration_portal_arguments.PORTAL,
    **complaints.PORTAL,
    **events.PORTAL,
    **notices.PORTAL,
}
# Without a foreign document to name: signing in, own settings.
OWN_AFFAIRS = re.compile(
    r"^portal\.(account_api\.|api\.(mark_read|set_language|set_password|sign_|send_code|join|choose))"
)
# Open to guests because every call is signed; unsigned ones get nothing.
SIGNED = ("fees.payment_api.payment_callback",)
STAFF_OF_ELSEWHERE = ("far_desk", "far_technician", "far_leader", "far_manager", *fee_arguments.STAFF_OF_ELSEWHERE)
RESIDENTS = ("owner", "gone", "neighbour")
REFUSED = (400, 401, 403, 404, 409, 417, 429)
NO_BUSINESS = (401, 403, 404)
OWN_LIST = "a list of his own communities"
# Where staff of elsewhere may get another answer than NO_BUSINESS: path → (answers, why).
OTHER_ANSWERS: dict[str, tuple[tuple[int, ...], str]] = {
    "dispatch.api.my_duty": ((200,), "his own teams"),
    "front_desk.api.due_visits": ((200,), OWN_LIST),
    "front_desk.api.scripts": ((200,), "the same questions everywhere"),
    "property_service.api.estate_communities": ((200,), OWN_LIST),
    "property_service.api.find": ((200,), OWN_LIST),
    "property_service.api.import_template": ((200,), "an empty table to fill in"),
    "repairs.api.my_jobs": ((200,), "his own jobs"),
    "repairs.api.pool": ((200,), "jobs of his own teams"),
    "repairs.api.price_items": ((200,), "one price list for all communities"),
    "repairs.api.set_on_duty": ((400,), "his own duty, and he is in no team"),
    "repairs.desk_api.requests_by_category": ((200,), OWN_LIST),
    "repairs.desk_api.requests_per_day": ((200,), OWN_LIST),
    "repairs.desk_api.team_jobs": ((200,), OWN_LIST),
    "repairs.desk_api.wished_visits": ((200,), OWN_LIST),
    **fee_arguments.OTHER_ANSWERS,
    **findings.OTHER_ANSWERS,
    **rounds.OTHER_ANSWERS,
    **service_days.OTHER_ANSWERS,
    **contacts.OTHER_ANSWERS,
    **events.OTHER_ANSWERS,
    **notices.OTHER_ANSWERS,
}
# Tables of the platform that walked endpoints write, or might.
PLATFORM_TABLES = (
    *("Comment", "DocShare", "File", "Has Role", "ToDo", "User Permission", "Version"),
    *("Workflow", "Workflow Document State", "Workflow Transition"),
)
# What a person types: of the wrong kind, far too long, markup, SQL.
SPOILT = ("[]", "x" * 5000, "<script>alert(1)</script>{{ 7*7 }}", "' or '1'='1", "-1", "")


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
            **fee_arguments.make_words(world),
            **findings.make_words(world, team.name),
            **rounds.make_words(world),
            **decorations.make_words(world),
            **complaints.make_words(world),
            **service_days.make_words(world),
            **contacts.make_words(world, stored),
            **events.make_words(world),
            **notices.make_words(world, stored),
        }
        frappe.db.commit()
        yield frappe._dict(world=world, words=words)
    finally:
        frappe.db.rollback()
        for child in ("Work Team Member", "Work Team Place", "Work Team Category"):
            frappe.db.delete(child, {"parent": team.name if team else ""})
        frappe.db.delete("Work Team", {"name": team.name if team else ""})
        decorations.remove(list(world.homes.values()))
        complaints.remove(list(world.homes.values()))
        events.remove(list(world.homes.values()))
        notices.remove(list(world.homes.values()))
        remove_world(world)


def fill(arguments: dict[str, Any], words: dict[str, str]) -> dict[str, Any]:
    return {
        key: re.sub(r"\{(\w+)\}", lambda found: words[found[1]], value) if isinstance(value, str) else value
        for key, value in arguments.items()
    }


def snapshot() -> dict[str, int]:
    """Table → checksum of all its rows, for every table of the app and PLATFORM_TABLES: any change is seen."""
    frappe.db.rollback()
    ours = frappe.get_all(
        "DocType",
        {"module": ["in", frappe.get_module_list("property_service")], "issingle": 0, "is_virtual": 0},
        pluck="name",
        order_by="name asc",
    )
    tables = ", ".join(f"`tab{doctype}`" for doctype in (*ours, *PLATFORM_TABLES))
    sums = dict(frappe.db.sql(f"checksum table {tables}, `tabSingles`"))
    assert None not in sums.values(), "a table is missing"
    return sums


def changed(before: dict[str, int]) -> list[str]:
    """Tables whose rows are no longer what they were."""
    return [table for table, checksum in snapshot().items() if before[table] != checksum]


def test_every_endpoint_has_an_expectation(site: str) -> None:
    others = {path for path in load_endpoints() if not OWN_AFFAIRS.match(path)}
    assert others == set(ARGUMENTS) | set(PORTAL)
    assert not set(ARGUMENTS) & set(PORTAL)
    assert set(OTHER_ANSWERS) <= set(ARGUMENTS)


def test_every_expectation_is_a_call_its_endpoint_takes(site: str) -> None:
    """Else the walks would be stopped by the arguments, and never come to the permission."""
    calls, wrong = load_endpoints(), []
    for path, arguments in {**ARGUMENTS, **PORTAL}.items():
        try:
            inspect.signature(calls[path].endpoint).bind(**arguments)
        except TypeError as error:
            wrong.append(f"{path}: {error}")
    assert not wrong


def test_the_snapshot_sees_a_change(house: Any) -> None:
    before = snapshot()
    for doctype, field in (("Work Team Member", "on_duty"), ("Workflow", "is_active"), ("Property Import", "status")):
        name = frappe.get_all(doctype, pluck="name", order_by="creation desc", limit=1)[0]
        old = frappe.db.get_value(doctype, name, field)
        for value in ("0" if old else "1", old):
            frappe.db.set_value(doctype, name, field, value, update_modified=False)
            frappe.db.commit()
            assert changed(before) == ([f"{frappe.conf.db_name}.tab{doctype}"] if value != old else [])


def test_guests_are_let_in_only_to_sign_in(site: str) -> None:
    for path, call in load_endpoints().items():
        if call.guest_because:
            assert OWN_AFFAIRS.match(path) or path in SIGNED, f"{path} is open to guests: {call.guest_because}"


def walk(house: Any, who: str, table: dict[str, dict[str, Any]]) -> Iterator[tuple[str, Any]]:
    """(path, answer) of each endpoint of the table, called by somebody with the arguments of a real call."""
    calls, person = load_endpoints(), house.world.person(who)
    for path, arguments in table.items():
        yield (
            path,
            person.call(f"property_service.{path}", calls[path].methods[0], **fill(arguments, house.words)),
        )


@pytest.mark.parametrize("who", ["guest", *RESIDENTS])
def test_guests_and_residents_get_nothing_and_change_nothing(house: Any, who: str) -> None:
    before, wrong = snapshot(), []
    for path, answer in walk(house, who, ARGUMENTS):
        if answer.status_code not in NO_BUSINESS:
            wrong.append(f"{path}: {answer.status_code} {answer.text[-300:]}")
        if "Traceback" in answer.text:
            wrong.append(f"{path}: shows a traceback")
    assert not wrong
    assert not changed(before)


def test_staff_of_elsewhere_get_nothing_and_change_nothing(house: Any) -> None:
    before, wrong, needed = snapshot(), [], set()
    for who in STAFF_OF_ELSEWHERE:
        for path, answer in walk(house, who, {**ARGUMENTS, **PORTAL}):
            if answer.status_code not in NO_BUSINESS:
                needed.add(path)
                if answer.status_code not in OTHER_ANSWERS.get(path, ((), ""))[0]:
                    wrong.append(f"{path} to {who}: {answer.status_code} {answer.text[-300:]}")
            told = answer.text
            for word in re.findall(r"\{(\w+)\}", str({**ARGUMENTS, **PORTAL}[path])):
                told = told.replace(house.words[word], "")  # what he sent himself
            if house.words["community"] in told or house.words["request"] in told:
                wrong.append(f"{path} tells {who} of a foreign community: {answer.text[:200]}")
            if "Traceback" in answer.text:
                wrong.append(f"{path} shows {who} a traceback")
    assert not wrong
    assert needed == set(OTHER_ANSWERS), "exceptions that nobody needs"
    assert not changed(before)


@pytest.mark.parametrize("who", ["guest", "neighbour", "stranger", "gone"])
def test_residents_of_other_rooms_cannot_act_on_a_repair(house: Any, who: str) -> None:
    before = snapshot()
    for path, answer in walk(house, who, PORTAL):
        assert answer.status_code in NO_BUSINESS, (path, answer.status_code, answer.text[:300])
    assert not changed(before)


@pytest.mark.parametrize("who", ["desk", "owner"])
def test_a_bad_call_is_answered_with_a_sentence(house: Any, who: str) -> None:
    """Something unknown besides, something missing, everything spoilt: 4xx, never a traceback, nothing written."""
    person, before, wrong = house.world.person(who), snapshot(), []
    spoilt = cycle(SPOILT)
    for path, call in load_endpoints().items():
        if OWN_AFFAIRS.match(path) or (path in PORTAL) != (who == "owner"):
            continue
        real = fill({**ARGUMENTS, **PORTAL}[path], house.words)
        needed = [
            name
            for name, p in inspect.signature(call.endpoint).parameters.items()
            if p.default is inspect.Parameter.empty
        ]
        bad = [{**real, "nonsense": "1"}, *({key: real[key] for key in real if key != name} for name in needed)]
        for sent in (*bad, dict.fromkeys(real, next(spoilt))):
            answer = person.call(f"property_service.{path}", call.methods[0], **sent)
            if answer.status_code >= 500 or "Traceback" in answer.text:
                wrong.append(f"{path} {sent}: {answer.status_code} {answer.text[-400:]}")
            if sent in bad and answer.status_code != 400:
                wrong.append(f"{path} takes {sent}: {answer.status_code} {answer.text[-300:]}")
    assert not wrong
    assert not changed(before)


# Calls that only a request over HTTP can make.
NEEDS_A_REQUEST = {"repairs.api.attach_photo"}


@pytest.mark.parametrize(
    ("who", "values"),
    # The manager gets furthest; the others share some values between them.
    [("manager", SPOILT), ("owner", SPOILT), ("desk", SPOILT[::3]), ("technician", SPOILT[1::3])],
)
def test_one_bad_argument_is_answered_with_a_sentence(
    house: Any, no_commit: None, who: str, values: tuple[str, ...]
) -> None:
    """Each argument spoilt in turn while the others are right, from the same state each time: never an error of ours."""
    wrong = []
    for path, call in load_endpoints().items():
        if OWN_AFFAIRS.match(path) or path in NEEDS_A_REQUEST or (path in PORTAL) != (who == "owner"):
            continue
        real = fill({**ARGUMENTS, **PORTAL}[path], house.words)
        for name in inspect.signature(call.endpoint).parameters:
            for value in values:
                if status := status_of(house, who, call, {**real, name: value}):
                    wrong.append(f"{path} {name}={value[:20]}: {status}")
    assert not wrong


def status_of(house: Any, who: str, call: Any, sent: dict[str, Any]) -> str:
    """Make a call as somebody and undo it; returns what went wrong, empty where it was taken or refused with a sentence."""
    frappe.set_user(house.world.people[who])
    frappe.local.message_log = []
    frappe.db.savepoint("one_call")
    try:
        call.run(dict(sent))
        return ""
    except Exception as error:
        status = getattr(error, "http_status_code", 500)
        said = bool(str(error) or frappe.local.message_log)
        return "" if status < 500 and said else f"{type(error).__name__} {status} {str(error)[:200]}"
    finally:
        frappe.db.rollback(save_point="one_call")
        frappe.set_user("Administrator")
