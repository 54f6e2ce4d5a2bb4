"""How much the requests of a working day cost the database: whole requests, with session, access, and jobs."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils import add_days, add_to_date, now_datetime

import property_service
from property_service.tests import factories
from tests.portal.world import World, jpeg, make_world, remove_world
from tests.web_queries import Asked, ask

IN_REQUEST, IN_ALL, A_LIST, A_PHOTO = 35, 60, 15, 3
REPORT = "/api/method/property_service.portal.api.report_fault"
LIST = "/api/method/frappe.desk.reportview.get"
DESK, TECHNICIAN = "Property Front Desk", "Property Technician"
MOST_A_DAY = ("Property Service Settings", "requests_per_day")
GATEWAY = ("SMS Settings", "sms_gateway_url")
MODES = ("Assign", "Round Robin", "Least Loaded", "Grab")
STANDARD = (
    *("name", "owner", "creation", "modified", "modified_by"),
    *("_user_tags", "_comments", "_assign", "_liked_by", "docstatus", "idx"),
)


@pytest.fixture(scope="module")
def world(server: str) -> Iterator[World]:
    """The portal's world with a team that has a leader, an emergency, and a day that may hold many requests."""
    made = make_world(server)
    day, gateway = (frappe.db.get_single_value(*name) for name in (MOST_A_DAY, GATEWAY))
    teams: list[str] = []
    try:
        home = frappe.get_doc("Community", made.homes["here"])
        home.db_set("service_calendar", None)
        made.categories["burst"] = factories.make_category(
            in_portal=1, is_emergency=1, is_leak=1, clock="Round the Clock", warranty_months=24
        ).name
        leader = factories.make_staff("Property Team Leader", community=home)
        made.people["leader"] = leader
        team = factories.make_team(
            home,
            (made.people["technician"],),
            (made.categories["water"], made.categories["burst"]),
            leader=leader,
            dispatch_mode="Grab",
        )
        teams.append(team.name)
        keep(MOST_A_DAY, 1000)
        keep(GATEWAY, "http://127.0.0.1:9/sms")
        yield made
    finally:
        frappe.db.rollback()
        keep(MOST_A_DAY, day)
        keep(GATEWAY, gateway)
        for name in teams:
            frappe.delete_doc("Work Team", name, force=True)
        remove_world(made)


def keep(name: tuple[str, str], value: Any) -> None:
    """Change a setting, committed and seen at once."""
    frappe.db.set_single_value(*name, value)
    frappe.db.commit()
    frappe.clear_document_cache(name[0], name[0])


def sid_of(world: World, who: str) -> str:
    """The cookie of somebody who has signed in."""
    return world.person(who).http.cookies["sid"]


def report(site: str, world: World, category: str, photos: int = 1) -> Asked:
    """A report of the owner, with everything it sets off; its photos are none that the site has seen before."""
    person = world.person("owner")
    person.get("/resident/account")
    asked = ask(
        site,
        sid_of(world, "owner"),
        REPORT,
        csrf_token=person.token,
        unit=world.rooms["room"],
        category=world.categories[category],
        description=f"It drips {frappe.generate_hash(length=8)}",
        photos=[(BytesIO(jpeg(color=f"#{secrets.token_hex(3)}")), f"{number}.jpg") for number in range(photos)],
    )
    assert asked.status == 200, asked.answer
    return asked


def list_of_twenty(site: str, world: World, who: str) -> Asked:
    """What the desk's list asks for when it opens."""
    source = Path(property_service.__file__).parent / "repairs/doctype/repair_request/repair_request_list.js"
    added = re.findall(r'"(\w+)"', re.search(r"add_fields: \[(.*?)\n\t\],", source.read_text(), re.DOTALL)[1])
    meta = frappe.get_meta("Repair Request")
    shown = [df.fieldname for df in meta.fields if df.in_list_view] + [meta.title_field]
    names = dict.fromkeys((*STANDARD, *shown, *added))
    fields = [f"`tabRepair Request`.`{name}`" for name in names]
    fields += ["unit.short_label as unit_short_label", "building.building_name as building_building_name"]
    person = world.person(who)
    if not person.token:
        world.at_the_desk(who)
    asked = ask(
        site,
        sid_of(world, who),
        LIST,
        csrf_token=person.token,
        doctype="Repair Request",
        fields=json.dumps(fields),
        filters="[]",
        order_by="`tabRepair Request`.`reported_at` desc",
        start="0",
        page_length="20",
        view="List",
        group_by="",
        with_comment_count="1",
    )
    assert asked.status == 200, asked.answer
    return asked


def many(world: World) -> None:
    """Ten times of everything that a report or a list could look at, committed."""
    doc = frappe.get_doc("Repair Request", world.repairs["mine"])
    rows = [
        {
            "name": f"RR-{doc.name}-{number}",
            **{name: doc.get(name) for name in ("community", "unit", "building", "entrance", "resident", "category")},
            "description": f"Dark {number}",
            "status": "Closed" if number % 3 else "Accepted",
            "stage": "Done" if number % 3 else "Open",
            "channel": "Portal" if number % 2 else "Phone",
            "reported_at": add_to_date(now_datetime(), minutes=-number * 7),
            "reporter_phone": f"139{number:08d}",
        }
        for number in range(400)
    ]
    frappe.db.bulk_insert("Repair Request", list(rows[0]), [tuple(row.values()) for row in rows])
    home = frappe.get_doc("Community", world.homes["here"])
    building = factories.make_building(home)
    owner = frappe.get_doc("Resident", world.residents["owner"])
    for number in range(10):
        world.people[f"desk {number}"] = factories.make_staff(DESK, community=home)
        world.people[f"manager {number}"] = factories.make_staff("Property Manager", community=home)
        factories.make_occupancy(factories.make_unit(building), owner)
        factories.insert(
            "Service Incident",
            community=home.name,
            title=f"No water {number}",
            building=building.name,
            started_at=add_days(now_datetime(), -1),
        )
    members = [factories.make_staff(TECHNICIAN, community=home) for _number in range(20)]
    world.people |= {f"technician {number}": user for number, user in enumerate(members)}
    team = frappe.get_doc("Work Team", {"leader": world.people["leader"]})
    for user in members:
        team.append("members", {"user": user, "on_duty": 1, "max_open_jobs": 9})
    team.save()
    frappe.db.commit()


def neighbours_report(world: World, category: str) -> None:
    """Reports of other rooms of the building: one more of the kind makes an incident."""
    home = {"community": world.homes["here"]}
    frappe.db.set_value("Repair Request", home, {"stage": "Done", "status": "Closed"})
    frappe.db.set_value("Service Incident", home, "status", "Closed")
    building = frappe.get_doc("Building", frappe.db.get_value("Property Unit", world.rooms["room"], "building"))
    leaf = frappe.get_doc("Repair Category", world.categories[category])
    for _number in range(frappe.get_cached_doc("Property Service Settings").incident_burst - 1):
        assert not factories.make_repair(factories.make_unit(building), None, leaf).incident
    frappe.db.commit()


def incident_of(asked: Asked) -> str | None:
    """The incident of the request that was reported."""
    frappe.db.rollback()
    return frappe.db.get_value("Repair Request", asked.answer["message"]["name"], "incident")


def reports(site: str, world: World, mode: str) -> dict[str, tuple[int, int]]:
    """Queries in the request and in all: a new fault, the report that makes an incident of several, one more of it.

    Each with one photo.
    """
    frappe.db.set_value("Work Team", {"leader": world.people["leader"]}, "dispatch_mode", mode)
    frappe.db.commit()
    for user in world.people.values():
        frappe.get_cached_doc("User", user)  # they are at work
    found = {}
    for kind in ("water", "burst"):
        report(site, world, kind)
        found[kind] = figures(report(site, world, kind))
        neighbours_report(world, kind)
        first, second = report(site, world, kind), report(site, world, kind)
        assert incident_of(first) == incident_of(second) is not None
        found |= {f"{kind}, an incident": figures(first), f"{kind}, one more of it": figures(second)}
    return found


def figures(asked: Asked) -> tuple[int, int]:
    """Queries in the request, and in all."""
    return len(asked.queries), len(asked.everything)


def pages(site: str, world: World) -> dict[str, tuple[int, int]]:
    """Queries of what residents and staff look at most, the second time."""
    for who in ("desk", "technician"):
        list_of_twenty(site, world, who)
    ask(site, sid_of(world, "owner"), "/resident/repairs")
    ask(site, sid_of(world, "owner"), "/resident")
    found = {path: figures(ask(site, sid_of(world, "owner"), path)) for path in ("/resident/repairs", "/resident")}
    return found | {f"list of {who}": figures(list_of_twenty(site, world, who)) for who in ("desk", "technician")}


def test_requests_take_few_queries_however_much_there_is(site: str, world: World) -> None:
    reports(site, world, MODES[0])  # what is remembered from the first time on
    pages(site, world)
    few = {mode: reports(site, world, mode) for mode in MODES}
    seen = pages(site, world)
    assert len(list_of_twenty(site, world, "desk").answer["message"]["values"]) == 20
    many(world)
    reports(site, world, MODES[0])
    more = {mode: reports(site, world, mode) for mode in MODES}
    print(f"queries of a report {few}, with ten times the data {more}; of a page {seen}")
    for found in (*few.values(), *more.values()):
        assert max(in_request for in_request, _all in found.values()) <= IN_REQUEST, found
        assert max(in_all for _request, in_all in found.values()) <= IN_ALL, found
    assert max(in_all for _request, in_all in seen.values()) <= A_LIST, seen
    assert pages(site, world) == seen


def test_further_photos_cost_the_same_each(site: str, world: World) -> None:
    """They come on top of the report with one photo, a fixed number of queries apiece."""
    for _time in range(2):
        asked = [report(site, world, "water", photos) for photos in (0, 1, 2, 3)]
    counts = [len(one.queries) for one in asked]
    print(f"queries of a report with 0 to 3 photos: {counts}")
    assert counts[3] - counts[2] == counts[2] - counts[1] <= counts[1] - counts[0] <= A_PHOTO
