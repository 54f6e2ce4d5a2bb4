"""A complaint from the portal to its end, played by four people in a real browser: the first visit is dissatisfied with the manner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

import frappe
import pytest
from frappe.utils.password import update_password

from property_service.front_desk.complaint_states import DOCTYPE
from property_service.front_desk.report.complaint_causes.complaint_causes import execute
from property_service.tests import factories as make
from tests.browser.test_decoration_story import again, press, settle
from tests.browser.workday import DESK, Browsers
from tests.portal.world import PASSWORD, World, remove_world

pytestmark = pytest.mark.browser

ROLES = {
    "desk": "Property Front Desk",
    "handler": "Property Front Desk",
    "leader": "Property Team Leader",
    "manager": "Property Manager",
}
HOURS = {
    "visit_morning_from": time(0),
    "visit_morning_to": time(12),
    "visit_afternoon_from": time(12),
    "visit_afternoon_to": time(23, 59, 59),
}


@pytest.fixture
def day(server: str) -> Iterator[frappe._dict]:
    """A committed home with its owner and the staff, on a day on which residents may be called; removed afterwards."""
    world = World(server)
    settings = frappe.get_doc("Property Service Settings")
    before = {name: settings.get(name) for name in HOURS}
    try:
        calendar = make.make_calendar(windows=(("00:00", "24:00"),))
        community = make.make_community(community_name="Lake Garden", service_calendar=calendar.name)
        world.homes, world.calendars = {"here": community.name}, [community.service_calendar]
        unit = make.make_unit(make.make_building(community, building_no="3"), room_no="1203")
        owner = make.make_resident(unit, resident_name="Lin Owner")
        world.residents = {"owner": owner.name}
        world.people = {who: make.make_staff(role, community=community) for who, role in ROLES.items()}
        world.people["owner"] = make.make_portal_user(owner)
        for user in world.people.values():
            update_password(user, PASSWORD)
        frappe.db.set_value("Community", community.name, "manager", world.people["manager"])
        settings.update(HOURS)
        settings.save()
        frappe.db.commit()
        yield frappe._dict(world=world, server=server, community=community.name)
    finally:
        frappe.db.rollback()
        frappe.set_user("Administrator")
        frappe.get_doc("Property Service Settings").update(before).save()
        names = frappe.get_all(DOCTYPE, {"community": ["in", list(world.homes.values())]}, pluck="name")
        visits = frappe.get_all("Return Visit", {"community": ["in", list(world.homes.values())]}, pluck="name")
        frappe.db.delete("Complaint Step", {"parent": ["in", [*names, "-"]]})
        frappe.db.delete("Return Visit Attempt", {"parent": ["in", [*visits, "-"]]})
        frappe.db.delete("Notification Log", {"for_user": ["in", list(world.people.values()) or [""]]})
        frappe.db.commit()  # removing the world begins with a rollback
        remove_world(world)


@pytest.fixture
def people(browser: Any, day: frappe._dict) -> Iterator[Browsers]:
    found = Browsers(browser, day)
    yield found
    found.close()


def facts(day: frappe._dict, *fields: str) -> Any:
    """What the database holds now of the complaint."""
    frappe.db.rollback()
    return frappe.db.get_value(DOCTYPE, {"community": day.community}, list(fields) or "status", as_dict=bool(fields))


def complain(page: Any, day: frappe._dict) -> None:
    """The owner writes on his phone."""
    page.goto(f"{day.server}/resident")
    page.click('a[href="/resident/complaints"]')
    page.click(".card.empty a.button")
    page.fill("#details", "The lobby has not been cleaned for three days.")
    page.fill("#place", "Lobby of building 3")
    page.get_by_role("button", name="Send").click()
    page.wait_for_url("**/resident/complaint?name=*")
    page.get_by_text("First answer by:").wait_for()


def open_form(page: Any, day: frappe._dict) -> None:
    page.goto(f"{day.server}/app/resident-complaint/{day.complaint}", wait_until="domcontentloaded")
    page.locator(".complaint-way").wait_for()


def push(page: Any, label: str) -> None:
    """Press a button that asks nothing."""
    page.locator(".page-actions .btn:visible, .custom-actions .btn:visible", has_text=label).first.click()


def visit(people: Browsers, day: frappe._dict, who: str, result: str, reason: str = "", remark: str = "") -> None:
    """Somebody records the result of the due visit; the call sheet's own buttons have their test elsewhere."""
    name = frappe.db.get_value("Return Visit", {"reference_name": day.complaint, "status": "Due"})
    answer = people.page(who).context.request.post(
        f"{day.server}/api/method/property_service.front_desk.api.record_result",
        form={"visit": name, "result": result, "dissatisfied_reason": reason, "remark": remark},
    )
    assert answer.ok, answer.text()


def test_dissatisfied_with_the_manner_it_is_the_managers_and_ends_satisfied(
    people: Browsers, day: frappe._dict
) -> None:
    resident = people.page("owner")
    complain(resident, day)
    day.complaint = facts(day, "name").name

    desk = people.page("desk", DESK)
    open_form(desk, day)
    settle(press(desk, "Assign"), user=day.world.people["handler"])
    assert facts(day) == "Assigned"

    handler = people.page("handler", DESK)
    open_form(handler, day)
    push(handler, "Start")
    handler.locator(".complaint-log", has_text="Investigating").wait_for()
    settle(press(handler, "First Answer"), text="We have sent the cleaners.")
    again(handler)
    settle(press(handler, "Resolve"), resolution="Cleaned by the night shift.", told="It is clean now.")
    assert facts(day) == "Awaiting Visit"

    # Whoever handled it does not visit.
    name = frappe.db.get_value("Return Visit", {"reference_name": day.complaint, "status": "Due"})
    assert frappe.db.get_value("Return Visit", name, "doer") == day.world.people["handler"]
    visit(people, day, "desk", "Dissatisfied", "Manner", "They laughed at me")
    reopened = facts(day, "status", "assigned_to", "reopened_count")
    assert (reopened.status, reopened.assigned_to, reopened.reopened_count) == (
        "Reopened",
        day.world.people["manager"],
        1,
    )
    resident.goto(f"{day.server}/resident/complaint?name={day.complaint}")
    told = resident.locator("main").inner_text()
    assert "It is clean now." in told
    assert "They laughed" not in told
    assert "night shift" not in told

    manager = people.page("manager", DESK)
    open_form(manager, day)
    settle(press(manager, "Resolve"), resolution="Talked to the cleaners, apologised in person.", told="We are sorry.")
    assert facts(day) == "Awaiting Visit"
    second = frappe.db.get_value("Return Visit", {"reference_name": day.complaint, "status": "Due"}, "supervisor_only")
    assert second == 1
    visit(people, day, "leader", "Satisfied", remark="All is well")
    assert facts(day) == "Closed"

    rows = execute({"community": day.community, "group_by": "Cause"})[1]
    figures = ("complaints", "valid", "solved_late", "reopened", "visited", "satisfied", "open")
    assert [[row[name] for name in figures] for row in rows] == [[1, 1, 0, 1, 1, 1, 0]] * 2, "the row and the total"
    manager.goto(f"{day.server}/app/query-report/Complaint%20Causes", wait_until="domcontentloaded")
    manager.locator(".report-summary", has_text="100.00 % (1 of 1)").first.wait_for()
