"""The desk's form of a decoration permit: approved, paid for, inspected, stopped, printed, each by the dialogs people use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.utils.password import update_password

from property_service.decoration import permits, states
from property_service.decoration.worker_passes import WORKER_PASS
from property_service.tests import decoration as deco
from property_service.tests import factories as make
from tests.browser.workday import DESK, Browsers
from tests.portal.world import PASSWORD, World, remove_world

pytestmark = pytest.mark.browser

ROLES = {
    "desk": "Property Front Desk",
    "manager": "Property Manager",
    "cashier": "Property Cashier",
    "patroller": "Property Patroller",
}
CHILDREN = {
    states.DOCTYPE: ("Decoration Answer", "Decoration Document", "Decoration Acceptance"),
    "Decoration Terms": ("Decoration Question", "Decoration Document Rule"),
}


@pytest.fixture
def day(server: str) -> Iterator[frappe._dict]:
    """A committed application under review, and the people who work on it."""
    world = World(server)
    try:
        community = make.make_community(community_name="Cloud Village")
        world.homes, world.calendars = {"here": community.name}, [community.service_calendar]
        unit = make.make_unit(make.make_building(community, building_no="3"), room_no="1203")
        owner = make.make_resident(unit, resident_name="Lin Owner")
        contractor = make.make_resident(resident_type="Organisation", resident_name="Bright Home Ltd")
        world.residents = {"owner": owner.name, "contractor": contractor.name}
        world.people = {who: make.make_staff(role, community=community) for who, role in ROLES.items()}
        for user in world.people.values():
            update_password(user, PASSWORD)
        deco.make_terms(community.name, authority="Housing Bureau")
        world.calendars += [f"Decoration {kind} {community.name}" for kind in ("Work", "Quiet")]
        permit = permits.send(deco.supply_all(deco.make_permit(unit, applicant=owner, contractor=contractor.name)))
        frappe.db.commit()
        yield frappe._dict(world=world, server=server, permit=permit.name, community=community.name)
    finally:
        frappe.db.rollback()
        frappe.set_user("Administrator")
        homes = list(world.homes.values())
        for parent, tables in CHILDREN.items():
            names = frappe.get_all(parent, {"community": ["in", homes]}, pluck="name", order_by="name asc")
            for table in tables:
                frappe.db.delete(table, {"parent": ["in", names or [""]]})
        frappe.db.delete("Notification Log", {"for_user": ["in", list(world.people.values()) or [""]]})
        frappe.db.commit()  # removing the world begins with a rollback
        remove_world(world)


@pytest.fixture
def people(browser: Any, day: frappe._dict) -> Iterator[Browsers]:
    found = Browsers(browser, day)
    yield found
    found.close()


def open_permit(page: Any, day: frappe._dict) -> None:
    page.goto(f"{day.server}/app/decoration-permit/{day.permit}", wait_until="domcontentloaded")
    page.locator(".permit-steps").wait_for()


def press(page: Any, label: str, group: str = "") -> Any:
    """Press a button of the form, perhaps in a group; returns the dialog it opens."""
    if group:
        page.locator(".inner-group-button button", has_text=group).click()
        page.locator(".inner-group-button .dropdown-item", has_text=label).click()
    else:
        page.locator(".page-actions .btn:visible, .custom-actions .btn:visible", has_text=label).first.click()
    return shown(page)


def shown(page: Any) -> Any:
    page.wait_for_function("window.cur_dialog && cur_dialog.display")
    return page.locator(".modal.show").last


def settle(dialog: Any) -> None:
    dialog.locator(".modal-footer .btn-primary:visible, .btn-modal-primary:visible").last.click()
    dialog.wait_for(state="hidden")


def status(day: frappe._dict) -> str:
    frappe.db.rollback()
    return frappe.db.get_value(states.DOCTYPE, day.permit, "status")


def test_from_the_review_to_the_stop(people: Browsers, day: frappe._dict) -> None:
    manager = people.page("manager", DESK)
    open_permit(manager, day)
    manager.locator(".page-actions .actions-btn-group button").first.click()
    manager.locator(".page-actions .actions-btn-group .dropdown-item", has_text="Approve").click()
    settle(shown(manager))
    manager.get_by_text("Work may begin once the deposits are paid.").wait_for()
    assert status(day) == "Approved"

    cashier = people.page("cashier", DESK)
    open_permit(cashier, day)
    for _side in range(2):
        settle(press(cashier, "Take a Deposit"))
        cashier.wait_for_timeout(500)
        cashier.reload(wait_until="domcontentloaded")
        cashier.locator(".permit-steps").wait_for()
    assert status(day) == "In Progress"
    assert cashier.locator('[data-fieldname="money_view"] tbody tr').count() == 2

    desk = people.page("desk", DESK)
    open_permit(desk, day)
    dialog = press(desk, "Make a Worker Pass", "Papers")
    dialog.locator('input[data-fieldname="worker_name"]').fill("Mason Qian")
    dialog.locator('input[data-fieldname="id_last_four"]').fill("123X")
    with desk.context.expect_page() as opened:
        settle(dialog)
    paper = opened.value
    paper.locator(".worker-pass .qr svg").wait_for()
    assert "Mason Qian" in paper.locator(".worker-pass").inner_text()
    frappe.db.rollback()
    made = frappe.get_all(WORKER_PASS, {"permit": day.permit}, pluck="status", order_by="name asc")
    assert made == ["Valid"]
    open_permit(desk, day)
    desk.locator(".inner-group-button button", has_text="Papers").click()
    with desk.context.expect_page() as opened:
        desk.locator(".inner-group-button .dropdown-item", has_text="Print the Door Permit").click()
    paper = opened.value
    paper.locator(".door-permit .qr svg").wait_for()
    assert "08:00-12:00, 14:00-18:00" in paper.locator(".door-permit").inner_text()

    patroller = people.page("patroller", DESK)
    open_permit(patroller, day)
    dialog = press(patroller, "Record the Inspection")
    dialog.locator('input[data-fieldname="title"]').fill("A wall is broken through")
    dialog.locator('select[data-fieldname="severity"]').select_option("Serious")
    settle(dialog)
    patroller.get_by_text("All work is stopped:").wait_for()
    assert status(day) == "Suspended"
    # Nothing that only leaders, cashiers or managers do is offered.
    offered = " ".join(patroller.locator(".page-actions, .custom-actions").all_inner_texts())
    assert "Take a Deposit" not in offered
    assert "Refund" not in offered

    open_permit(manager, day)
    manager.locator(".inner-group-button button", has_text="Site").click()
    manager.locator(".inner-group-button .dropdown-item", has_text="Stop-Work Notice").click()
    manager.locator(".modal.show .btn-primary:visible").last.click()
    manager.locator(".permit-facts", has_text="TG-").wait_for()
