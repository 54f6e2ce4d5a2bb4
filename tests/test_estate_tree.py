"""The estate as a tree: what each level tells, to whom, and how it looks on a desk and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.utils.password import update_password

from property_service.property_service import api
from property_service.property_service.errors import InputRefused
from property_service.tests import factories as make
from property_service.tests.utils import as_user, count_queries

PASSWORD = "Lotus-Pond-42"
SCRIPT = "<img src=x onerror=document.title='hacked'>"
WAIT = 60_000


def make_estate() -> frappe._dict:
    community = make.make_community(community_name=f"Lake {make.unique()}")
    first = make.make_building(community, building_no="1", building_name=SCRIPT)
    second = make.make_building(community, building_no="2")
    entrances = [make.make_entrance(first, entrance_no=number) for number in ("10", "2")]
    rooms = [
        make.make_unit(first, entrance=entrance.name, room_no=f"{floor}0{door}", floor=floor, occupancy_status=status)
        for entrance, door, status in ((entrances[0], 1, "Vacant"), (entrances[1], 2, "Decorating"))
        for floor in (1, 2, 3)
    ]
    shop = make.make_unit(
        first, room_no="S1", floor=0, usage="Shop", delivery_status="Unsold", occupancy_status="Vacant"
    )
    owner = make.make_resident(rooms[0], resident_name=f"Wang {SCRIPT}"[:140], phone="13912345678")
    tenant = make.make_resident(resident_name="Tenant Li", phone="13812345678")
    make.make_occupancy(rooms[0], tenant, "Tenant", is_primary=1)
    make.insert("Resident Vehicle", plate="粤B77777", unit=rooms[0].name)
    desk = make.make_staff("Property Front Desk", community=community)
    return frappe._dict(
        community=community, first=first, second=second, rooms=rooms, shop=shop, owner=owner, tenant=tenant, desk=desk
    )


def test_each_level_tells_what_is_below_in_one_query(site: str) -> None:
    estate = make_estate()
    with as_user(estate.desk):
        (top,) = api.estate_communities()
        assert (top["name"], top["units"]) == (estate.community.name, 7)
        assert top["statuses"] == {"Vacant": 3, "Decorating": 3, "Owner Occupied": 0, "Rented": 1}
        first, second = api.estate_buildings(estate.community.name)
        assert (first["number"], first["units"], second["units"]) == ("1", 7, 0)
        plan = api.estate_units(estate.first.name)
        assert [one["number"] for one in plan["entrances"]] == ["2", "10", ""]
        assert [floor["floor"] for floor in plan["entrances"][0]["floors"]] == [3, 2, 1]
        assert plan["entrances"][2]["floors"][0]["units"][0]["delivery_status"] == "Unsold"
        card = api.estate_people(estate.rooms[0].name)
        assert [(one["resident_name"], one["phone"]) for one in card["people"]] == [
            ("Tenant Li", "13812345678"),
            (estate.owner.resident_name, "13912345678"),
        ]
        assert (card["unit"]["occupancy_status"], card["vehicles"]) == ("Rented", ["粤B77777"])
        for name, argument, most in (
            ("estate_communities", (), 1),
            ("estate_buildings", (estate.community.name,), 1),
            ("estate_units", (estate.first.name,), 2),
            ("estate_people", (estate.rooms[0].name,), 3),
        ):
            with count_queries() as queries:
                getattr(api, name)(*argument)
            assert len(queries) <= most, (name, queries)


def test_other_communities_are_closed(site: str) -> None:
    estate = make_estate()
    for user in (
        make.make_staff("Property Manager", community=make.make_community()),
        make.make_portal_user(estate.owner),
        "Guest",
    ):
        with as_user(user):
            assert estate.community.name not in [one["name"] for one in listed()]
            for name, argument in (
                ("estate_buildings", estate.community.name),
                ("estate_units", estate.first.name),
                ("estate_people", estate.rooms[0].name),
            ):
                with pytest.raises(frappe.PermissionError):
                    getattr(api, name)(argument)


def listed() -> list[dict]:
    try:
        return api.estate_communities()
    except frappe.PermissionError:
        return []


def test_guards_see_masked_phones(site: str) -> None:
    estate = make_estate()
    with as_user(make.make_staff("Property Gate Guard", community=estate.community)):
        assert [one["phone"] for one in api.estate_people(estate.rooms[0].name)["people"]] == [
            "138****5678",
            "139****5678",
        ]


def test_what_is_not_there_is_said(site: str) -> None:
    for name in ("estate_units", "estate_people"):
        with pytest.raises(InputRefused):
            getattr(api, name)("NOWHERE")


@pytest.fixture
def committed(site: str) -> Iterator[frappe._dict]:
    estate = make_estate()
    update_password(estate.desk, PASSWORD)
    frappe.db.commit()
    yield estate
    frappe.db.rollback()
    frappe.set_user("Administrator")
    for doctype in ("Unit Occupancy", "Resident Vehicle", "Property Unit", "Entrance", "Building"):
        frappe.db.delete(doctype, {"community": estate.community.name})
    people = [estate.owner.name, estate.tenant.name]
    frappe.db.delete("Resident Phone", {"parent": ["in", people]})
    frappe.db.delete("Resident", {"name": ["in", people]})
    make.remove_users([estate.desk])
    frappe.delete_doc("Community", estate.community.name, force=True)
    frappe.delete_doc("Service Calendar", estate.community.service_calendar, force=True)
    frappe.db.commit()


def opened(server: str, context: Any, estate: frappe._dict, route: str = "") -> Any:
    answer = context.request.post(f"{server}/api/method/login", form={"usr": estate.desk, "pwd": PASSWORD})
    assert answer.ok, answer.text()
    page = context.new_page()
    page.goto(f"{server}/app/estate-tree{route}", wait_until="domcontentloaded")
    page.wait_for_selector(".et-building", state="attached", timeout=WAIT)
    return page


@pytest.mark.browser
def test_from_the_tree_to_the_people(server: str, browser: Any, committed: frappe._dict) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = opened(server, context, committed)
    page.locator(f".et-building[data-name='{committed.first.name}']").click()
    page.wait_for_selector(".et-unit", timeout=WAIT)
    assert page.locator(".et-unit").count() == 7
    assert page.locator(".et-entrance h4").all_inner_texts() == ["Entrance 2", "Entrance 10", "Without entrance"]
    page.locator(".et-legend button[data-status='Decorating']").click()
    assert page.locator(".et-unit:not(.dim)").count() == 3
    page.locator(f".et-unit[data-name='{committed.rooms[0].name}']").click()
    page.wait_for_selector(".et-people li", timeout=WAIT)
    assert page.locator(".et-people li").first.inner_text().startswith("Tenant Li")
    assert page.locator(".et-people a[href='tel:13812345678']").count() == 1
    # what people wrote stays text
    assert page.title() != "hacked"
    assert page.locator(".et img").count() == 0
    page.keyboard.press("Escape")
    assert page.locator(".et-people").count() == 0
    page.wait_for_function("name => document.activeElement.dataset.name === name", arg=committed.rooms[0].name)
    page.fill(".et-search", "5678")
    page.wait_for_selector(".et-hit", timeout=WAIT)
    assert page.locator(".et-hit").count() == 2
    page.locator(".et-hit", has_text="Tenant Li").click()
    page.wait_for_selector(".et-people li", timeout=WAIT)
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    context.close()


@pytest.mark.browser
def test_on_a_phone_tree_and_rooms_take_turns(server: str, browser: Any, committed: frappe._dict) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = opened(server, context, committed, f"/{committed.first.name}")
    page.wait_for_selector(".et-unit", timeout=WAIT)
    page.wait_for_selector(".et-tree", state="hidden", timeout=WAIT)
    page.locator(f".et-unit[data-name='{committed.rooms[0].name}']").click()
    page.wait_for_selector(".et-card.open", timeout=WAIT)
    card = page.locator(".et-card").bounding_box()
    assert card["y"] + card["height"] == pytest.approx(844, abs=1)
    small = [one.inner_text() for one in page.locator(".et button:visible").all() if one.bounding_box()["height"] < 40]
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(".et-close").click()
    page.locator(".et-back").click()
    page.wait_for_selector(".et-building", timeout=WAIT)
    assert not page.locator(".et-plan").is_visible()
    context.close()
