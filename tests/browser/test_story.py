"""The whole way of one repair, played by five people in a real browser; a neighbour sees none of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils.password import update_password
from PIL import Image

from property_service.tests import factories as make
from tests.browser.workday import HOSE, SEAL, make_prices
from tests.portal.world import PASSWORD, World, remove_world

pytestmark = pytest.mark.browser

WAIT = 90_000
WORDS = "Water drips from the ceiling of the bathroom"


def zone_where_it_is_ten() -> str:
    """A zone whose clock shows ten in the morning now, so that households may be called whenever the test runs."""
    return f"Etc/GMT{-((10 - datetime.now(timezone.utc).hour + 12) % 24 - 12):+d}"


@pytest.fixture
def estate(server: str) -> Iterator[frappe._dict]:
    """A household, a neighbour, and the staff of a small estate; committed, removed afterwards."""
    community = make.make_community(time_zone=zone_where_it_is_ten())
    building = make.make_building(community)
    room, next_door = make.make_unit(building), make.make_unit(building)
    residents = {"resident": make.make_resident(room), "neighbour": make.make_resident(next_door)}
    world = World(server, homes={"here": community.name}, calendars=[community.service_calendar])
    world.residents = {name: doc.name for name, doc in residents.items()}
    world.people = {name: make.make_portal_user(doc) for name, doc in residents.items()}
    for name, role in (
        ("desk", "Property Front Desk"),
        ("leader", "Property Team Leader"),
        ("technician", "Property Technician"),
        ("manager", "Property Manager"),
    ):
        world.people[name] = make.make_staff(role, community=community)
    for user in world.people.values():
        update_password(user, PASSWORD)
    category = make.make_category(in_portal=1, is_active=1, visit_rule="Always")
    world.categories["leak"] = category.name
    team = make.make_team(
        community, (world.people["technician"],), (category.name,), leader=world.people["leader"], is_active=1
    )
    prices = make_prices()
    frappe.db.commit()
    yield frappe._dict(world=world, room=room, category=category, team=team)
    frappe.db.rollback()
    frappe.set_user("Administrator")
    frappe.delete_doc("Repair Price List", prices.name, force=True)
    for child in ("Work Team Member", "Work Team Place", "Work Team Category"):
        frappe.db.delete(child, {"parent": team.name})
    frappe.db.delete("Work Team", {"name": team.name})
    frappe.db.commit()  # removing the world begins with a rollback
    remove_world(world)


class People:
    """Pages of signed-in people, each in a browser of his own."""

    def __init__(self, browser: Any, world: World) -> None:
        self.browser, self.world, self.contexts = browser, world, {}

    def page(self, who: str, width: int = 1366, height: int = 768) -> Any:
        if who not in self.contexts:
            context = self.browser.new_context(viewport={"width": width, "height": height})
            answer = context.request.post(
                f"{self.world.server}/api/method/login", form={"usr": self.world.people[who], "pwd": PASSWORD}
            )
            assert answer.ok, answer.text()
            self.contexts[who] = context
        page = self.contexts[who].new_page()
        page.set_default_timeout(WAIT)
        return page


@pytest.fixture
def people(browser: Any, estate: frappe._dict) -> Iterator[People]:
    found = People(browser, estate.world)
    yield found
    for context in found.contexts.values():
        context.close()


def state(name: str) -> str:
    frappe.db.rollback()
    return frappe.db.get_value("Repair Request", name, "status")


def until(name: str, wanted: str, page: Any) -> None:
    for _ in range(120):
        if state(name) == wanted:
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{name} is {state(name)}, not {wanted}")


def report(people: People, estate: frappe._dict, tmp_path: Path) -> str:
    picture = tmp_path / "ceiling.jpg"
    Image.new("RGB", (2400, 1600), "teal").save(picture)
    page = people.page("resident", 390, 844)
    page.goto(f"{people.world.server}/resident")
    page.click("a.hero")
    page.check(f'input[name="category"][value="{estate.category.name}"]', force=True)
    page.fill("#description", WORDS)
    page.set_input_files("#photos", str(picture))
    page.wait_for_selector("#thumbs img")
    page.click("#send")
    page.wait_for_url("**/resident/repair?name=*")
    frappe.db.rollback()
    name = frappe.db.get_value("Repair Request", {"unit": estate.room.name}, "name")
    assert WORDS in page.inner_text("main")
    assert page.locator(".thumbs img").count() == 1
    page.close()
    return name


def act_on_desk(people: People, who: str, name: str, action: str, pick: str | None = None) -> None:
    """Open the request on the desk, choose the action in its menu, and confirm its dialog."""
    from playwright.sync_api import expect

    page = people.page(who)
    page.goto(f"{people.world.server}/app/repair-request/{name}", wait_until="domcontentloaded")
    menu = page.locator(".page-actions .actions-btn-group")
    menu.locator("button").first.wait_for(state="visible")
    menu.locator("button").first.click()
    menu.locator(".dropdown-menu a, .dropdown-item").filter(has_text=action).first.click()
    dialog = page.locator(".modal.show")
    dialog.wait_for(state="visible")
    if pick:
        expect(dialog.locator('input[data-fieldname="team"]')).not_to_have_value("")
        dialog.locator(f'input[name="repair-member"][value="{pick}"]').check()
    dialog.locator(".btn-modal-primary, .btn-primary").last.click()
    dialog.wait_for(state="hidden")
    page.close()


def work_on_phone(people: People, name: str, words: str, used: dict[str, bool], tmp_path: Path) -> None:
    """Take, arrive, finish with a photo, as the buttons of the phone page come; `used`: material → from stock."""
    page = people.page("technician", 390, 844)
    page.goto(f"{people.world.server}/jobs#job/{name}", wait_until="domcontentloaded")
    for wanted in ("Taken", "In Progress"):
        page.locator("#job .button.primary").first.click()
        until(name, wanted, page)
        page.wait_for_timeout(600)
    page.locator("#job .button.primary").first.click()
    sheet = page.locator("#sheet[open]")
    sheet.locator("textarea").first.fill(words)
    picture = tmp_path / "done.jpg"
    Image.new("RGB", (1200, 900), "gray").save(picture)
    sheet.locator('input[type="file"]').first.set_input_files(str(picture))
    sheet.locator(".photo img").first.wait_for()
    for item, from_stock in used.items():
        page.get_by_label("Find in the Price List").fill(item)
        page.locator(".found").get_by_role("button", name=item).click()
        tick = page.locator(f".line[data-item='{item}']").get_by_label("From Stock")
        assert tick.is_checked(), "most of it comes from stock"
        tick.set_checked(from_stock)
    sheet.locator(".button.primary").last.click()
    until(name, "Awaiting Visit", page)
    page.close()


def materials(name: str) -> tuple[list[tuple[str, float, float, int]], float]:
    """What the request says was used, (item, quantity, amount, from stock), and its total."""
    frappe.db.rollback()
    doc = frappe.get_doc("Repair Request", name)
    return [(row.item_name, row.qty, row.amount, row.from_stock) for row in doc.materials], doc.total_amount


def visit(people: People, who: str, name: str, key: str, reason: str | None = None) -> None:
    """Call the household by the sheet and record its answer with the keyboard."""
    frappe.db.rollback()
    due = frappe.db.get_value("Return Visit", {"reference_name": name, "status": "Due"}, "name")
    assert due, "a visit is due"
    page = people.page(who)
    page.goto(f"{people.world.server}/app/return-visits", wait_until="domcontentloaded")
    later = page.get_by_text("Show the Next 7 Days")  # it need not be due today
    page.locator(f".rv-visit[data-visit='{due}']").or_(later).first.wait_for(state="visible")
    if later.is_visible():
        later.click()
    page.wait_for_selector(f".rv-visit.active[data-visit='{due}']")
    page.keyboard.press(key)
    if reason:
        page.locator(f"[data-visit='{due}'] .rv-reasons:not(.hidden) >> text={reason}").click()
    page.wait_for_selector(f".rv-visit[data-visit='{due}']", state="detached")
    page.close()


def nobody_else_sees(people: People, name: str) -> None:
    """The neighbour asks for it in every way there is."""
    frappe.db.rollback()
    photo = frappe.db.get_value("File", {"attached_to_name": name}, "file_url")
    page = people.page("neighbour", 390, 844)
    ask = people.contexts["neighbour"].request
    server = people.world.server
    page.goto(f"{server}/resident/repairs")
    assert name not in page.content() and WORDS not in page.content()
    page.goto(f"{server}/resident/repair?name={name}")
    assert WORDS not in page.content()
    for path in (
        f"/api/resource/Repair%20Request/{name}",
        "/api/resource/Repair%20Request",
        f"/api/method/frappe.client.get?doctype=Repair%20Request&name={name}",
        "/api/method/frappe.desk.reportview.get?doctype=Repair%20Request&fields=%5B%22description%22%5D",
        "/api/method/frappe.desk.query_report.run?report_name=Return%20Visit%20Results",
        f"/printview?doctype=Repair%20Request&name={name}",
        f"/api/method/frappe.utils.print_format.download_pdf?doctype=Repair%20Request&name={name}",
        f"/api/method/property_service.repairs.api.job?name={name}",
        photo,
    ):
        answer = ask.get(f"{server}{path}", max_redirects=0)
        assert answer.status in (301, 302, 303, 403, 404), (path, answer.status)
        assert WORDS not in answer.text(), path
    page.close()


def test_from_the_report_to_the_closed_request(people: People, estate: frappe._dict, tmp_path: Path) -> None:
    technician = estate.world.people["technician"]
    name = report(people, estate, tmp_path)
    assert state(name) == "New"
    act_on_desk(people, "desk", name, "Accept")
    assert state(name) == "Accepted"
    act_on_desk(people, "leader", name, "Dispatch", pick=technician)
    assert state(name) == "Dispatched"
    work_on_phone(people, name, "Seal of the shower replaced", {SEAL: True}, tmp_path)
    assert materials(name) == ([(SEAL, 1, 1.5, 1)], 1.5)

    visit(people, "desk", name, "3", "Not Fixed")
    assert state(name) == "Reopened"
    assert frappe.db.get_value("Repair Request", name, "reopened_count") == 1
    act_on_desk(people, "leader", name, "Dispatch", pick=technician)
    work_on_phone(people, name, "Pipe above replaced", {HOSE: False}, tmp_path)
    assert materials(name) == ([(SEAL, 1, 1.5, 1), (HOSE, 1, 22, 0)], 23.5)

    visit(people, "manager", name, "1")
    assert state(name) == "Closed"
    assert frappe.db.get_value("Repair Request", name, "visit_result") == "Satisfied"

    page = people.page("resident", 390, 844)
    page.goto(f"{people.world.server}/resident/repair?name={name}")
    assert "Pipe above replaced" in page.inner_text("main") and HOSE in page.inner_text("main")
    nobody_else_sees(people, name)
