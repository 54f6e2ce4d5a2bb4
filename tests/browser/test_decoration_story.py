"""A decoration from the application in the portal to the refund of both deposits, played by five people in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils.password import update_password
from PIL import Image

from property_service.decoration import states
from property_service.fees import audit, ledger
from property_service.fees.ledger_rules import deposit_held
from property_service.property_service.money import money
from property_service.property_service.service_clock import local_day
from property_service.tests import decoration as deco
from property_service.tests import factories as make
from tests.browser.workday import DESK, Browsers
from tests.portal.world import PASSWORD, World, remove_world

pytestmark = pytest.mark.browser

ROLES = {
    "manager": "Property Manager",
    "cashier": "Property Cashier",
    "patroller": "Property Patroller",
    "mate": "Property Patroller",
}
DRAWINGS = "Drawings of the Works"
WALL = "A wall is broken through"
DEDUCTED = 300


@pytest.fixture
def day(server: str) -> Iterator[frappe._dict]:
    """A committed home with its owner, a contractor's record, and the staff; removed afterwards."""
    world = World(server)
    try:
        community = make.make_community(community_name="Cloud Village")
        world.homes, world.calendars = {"here": community.name}, [community.service_calendar]
        unit = make.make_unit(make.make_building(community, building_no="3"), room_no="1203")
        owner = make.make_resident(unit, resident_name="Lin Owner")
        contractor = make.make_resident(resident_type="Organisation", resident_name="Bright Home Ltd")
        world.residents = {"owner": owner.name, "contractor": contractor.name}
        world.people = {who: make.make_staff(role, community=community) for who, role in ROLES.items()}
        # The cashier has entered the contractor: without a room others of the counter would not find it.
        frappe.db.set_value("Resident", contractor.name, "owner", world.people["cashier"])
        world.people["owner"] = make.make_portal_user(owner)
        for user in world.people.values():
            update_password(user, PASSWORD)
        deco.make_terms(community.name)
        world.calendars += [f"Decoration {kind} {community.name}" for kind in ("Work", "Quiet")]
        frappe.db.commit()
        yield frappe._dict(world=world, server=server, community=community.name, unit=unit.name)
    finally:
        frappe.db.rollback()
        frappe.set_user("Administrator")
        names = frappe.get_all(states.DOCTYPE, {"community": ["in", list(world.homes.values())]}, pluck="name")
        findings = frappe.get_all("Inspection Finding", {"community": ["in", list(world.homes.values())]}, pluck="name")
        for file in frappe.get_all("File", {"attached_to_name": ["in", [*names, *findings, "-"]]}, pluck="name"):
            frappe.delete_doc("File", file, force=True)
        for table in ("Decoration Answer", "Decoration Document", "Decoration Acceptance", "Finding Recheck"):
            frappe.db.delete(table, {"parent": ["in", [*names, *findings, "-"]]})
        for table in ("Decoration Question", "Decoration Document Rule"):
            frappe.db.delete(table, {"parent": ["in", [*world.homes.values(), "-"]]})
        frappe.db.delete("Notification Log", {"for_user": ["in", list(world.people.values()) or [""]]})
        frappe.db.commit()  # removing the world begins with a rollback
        remove_world(world)


@pytest.fixture
def people(browser: Any, day: frappe._dict) -> Iterator[Browsers]:
    found = Browsers(browser, day)
    yield found
    found.close()


@pytest.fixture
def photo(tmp_path: Path) -> str:
    path = tmp_path / "photo.jpg"
    Image.new("RGB", (1200, 900), "teal").save(path)
    return str(path)


def facts(day: frappe._dict, *fields: str) -> Any:
    """What the database holds now of the permit."""
    frappe.db.rollback()
    return frappe.db.get_value(states.DOCTYPE, {"unit": day.unit}, list(fields) or "status", as_dict=bool(fields))


def apply(page: Any, day: frappe._dict, photo: str) -> None:
    """The owner applies on his phone: works, contractor, answers, a photo of each document."""
    page.goto(f"{day.server}/resident")
    page.click('a[href="/resident/decoration"]')
    page.click(".card.empty a.button")
    page.fill("#works", "Kitchen and bathroom made anew")
    page.fill("#contractor_name", "Bright Home")
    page.fill("#site_manager", "Foreman Zhao")
    page.fill("#site_manager_phone", "13900001111")
    for radio in page.locator("input[data-question][value=No]").all():
        radio.check()
    # Prohibited work is told at once, and refused.
    first = page.locator("input[data-question][value=Yes]").first
    first.check()
    page.get_by_text("This is prohibited.").first.wait_for()
    page.locator("input[data-question][value=No]").first.check()
    for field in page.locator('input[name^="document-"]').all():
        field.set_input_files(photo)
    # All but the owner's consent, which tenants bring; each made small before it is sent.
    page.locator(".paper img").nth(6).wait_for()
    page.get_by_role("button", name="Send for Review").click()
    page.wait_for_url("**/resident/permit?name=*")


def open_permit(page: Any, day: frappe._dict) -> None:
    page.goto(f"{day.server}/app/decoration-permit/{day.permit}", wait_until="domcontentloaded")
    page.locator(".permit-steps").wait_for()


def again(page: Any) -> None:
    """The open form as it is now; others have changed it meanwhile."""
    page.evaluate("cur_frm.reload_doc()")
    page.wait_for_timeout(400)
    page.wait_for_function("!document.querySelector('#freeze.in')")


def shown(page: Any) -> Any:
    page.wait_for_function("window.cur_dialog && cur_dialog.display")
    return page.locator(".modal.show").last


def press(page: Any, label: str, group: str = "") -> Any:
    """Press a button of the form, perhaps in a group; returns the dialog it opens."""
    if group:
        page.locator(".inner-group-button button", has_text=group).click()
        page.locator(".inner-group-button .dropdown-item", has_text=label).click()
    else:
        page.locator(".page-actions .btn:visible, .custom-actions .btn:visible", has_text=label).first.click()
    return shown(page)


def choose(page: Any, action: str) -> Any:
    """Choose an action of the workflow; returns the dialog it opens."""
    page.locator(".page-actions .actions-btn-group button").first.click()
    page.locator(".page-actions .actions-btn-group .dropdown-item", has_text=action).first.click()
    return shown(page)


def settle(dialog: Any, **values: str) -> None:
    """Fill in a dialog and send it; it goes once the server has taken it."""
    for field, value in values.items():
        box = dialog.locator(f'[data-fieldname="{field}"] :is(input, textarea, select):visible').first
        if box.evaluate("node => node.tagName") == "SELECT":
            box.select_option(value)
            dialog.page.wait_for_timeout(300)  # the dialog draws anew what depends on it
            continue
        for _time in range(4):
            box.fill(value)
            box.press("Tab")
            dialog.page.wait_for_timeout(400)
            # A dialog that was drawing itself anew has forgotten it.
            if box.input_value():
                break
    dialog.locator(".modal-footer .btn-primary:visible, .btn-modal-primary:visible").last.click()
    dialog.wait_for(state="hidden")


def call(page: Any, method: str, **values: Any) -> int:
    """The status of a call of an endpoint in the session of a page, past all buttons."""
    return page.evaluate(
        """async ([method, values]) => (await fetch(`/api/method/property_service.${method}`, {
            method: "POST",
            headers: { "X-Frappe-CSRF-Token": frappe.csrf_token, "Content-Type": "application/json" },
            body: JSON.stringify(values),
        })).status""",
        [method, values],
    )


def pay_both(cashier: Any, day: frappe._dict) -> None:
    """The owner pays his deposit at the counter, the contractor its own; then work may begin by itself."""
    open_permit(cashier, day)
    settle(press(cashier, "Take a Deposit"))
    assert facts(day) == "Approved", "the contractor has not paid yet"
    again(cashier)
    dialog = press(cashier, "Take a Deposit")
    payer = dialog.locator('input[data-fieldname="payer"]')
    payer.fill("Bright Home Ltd")
    cashier.locator(".awesomplete li:visible", has_text="Bright Home Ltd").first.click()
    cashier.wait_for_function("name => cur_dialog.get_value('payer') === name", arg=day.world.residents["contractor"])
    settle(dialog)
    assert facts(day) == "In Progress"


def print_papers(manager: Any, day: frappe._dict) -> None:
    """A worker's pass and the permit for the door come out on paper with their codes."""
    again(manager)
    with manager.context.expect_page() as opened:
        settle(press(manager, "Make a Worker Pass", "Papers"), worker_name="Mason Qian", id_last_four="123X")
    opened.value.locator(".worker-pass .qr svg").wait_for()
    assert "Mason Qian" in opened.value.locator(".worker-pass").inner_text()
    opened.value.close()
    again(manager)
    manager.locator(".inner-group-button button", has_text="Papers").click()
    with manager.context.expect_page() as opened:
        manager.locator(".inner-group-button .dropdown-item", has_text="Print the Door Permit").click()
    opened.value.locator(".door-permit .qr svg").wait_for()
    assert "08:00-12:00, 14:00-18:00" in opened.value.locator(".door-permit").inner_text()
    opened.value.close()


def stop_and_resume(people: Browsers, manager: Any, day: frappe._dict, photo: str) -> str:
    """A serious violation stops the works; put right with a photo, rechecked by another than the fixer, they go on."""
    patroller = people.page("patroller", DESK)
    open_permit(patroller, day)
    offered = " ".join(patroller.locator(".page-actions, .custom-actions").all_inner_texts())
    assert "Take a Deposit" not in offered, "what only leaders, cashiers or managers do"
    assert "Refund" not in offered
    settle(press(patroller, "Record the Inspection"), title=WALL, severity="Serious")
    stopped = facts(day, "status", "suspended_by")
    assert stopped.status == "Suspended"
    finding = stopped.suspended_by
    again(manager)
    settle(press(manager, "Stop-Work Notice", "Site"))
    manager.locator(".permit-facts", has_text="TG-").wait_for()
    patroller.goto(f"{day.server}/app/inspection-finding/{finding}", wait_until="domcontentloaded")
    dialog = press(patroller, "Rectified")
    dialog.locator("input[type=file]").set_input_files(photo)
    settle(dialog, note="The wall is built up again")
    patroller.get_by_text("You put it right, so somebody else rechecks it.").wait_for()
    assert (
        patroller.locator(".page-actions .btn:visible, .custom-actions .btn:visible", has_text="Recheck").count() == 0
    )
    assert call(patroller, "patrol.api.recheck", name=finding, passed=1) == 403
    assert facts(day) == "Suspended"
    mate = people.page("mate", DESK)
    mate.goto(f"{day.server}/app/inspection-finding/{finding}", wait_until="domcontentloaded")
    settle(press(mate, "Recheck"), result="Passed")
    assert facts(day) == "In Progress"
    return finding


def ask_acceptance(resident: Any, day: frappe._dict) -> None:
    resident.goto(f"{day.server}/resident/permit?name={day.permit}")
    resident.get_by_role("button", name="Ask for the Acceptance").click()
    resident.wait_for_url("**done=ask_acceptance*")
    assert facts(day) == "Acceptance Requested"


def test_from_the_application_to_both_refunds(people: Browsers, day: frappe._dict, photo: str) -> None:
    resident = people.page("owner")
    apply(resident, day, photo)
    day.permit = facts(day, "name").name
    assert facts(day) == "Under Review"

    manager = people.page("manager", DESK)
    open_permit(manager, day)
    dialog = press(manager, "Ask for Documents")
    dialog.locator(".frappe-control", has_text=DRAWINGS).get_by_label(DRAWINGS).check()
    settle(dialog, note="The plan of the bathroom cannot be read")
    resident.goto(f"{day.server}/resident/permit?name={day.permit}")
    asked = resident.locator(".card.ask", has_text=DRAWINGS)
    asked.get_by_text("The plan of the bathroom cannot be read").first.wait_for()
    asked.locator("input[type=file]").set_input_files(photo)
    resident.wait_for_url("**done=supply*")
    assert not facts(day, "asked_for").asked_for
    again(manager)
    settle(choose(manager, "Approve"))
    assert facts(day) == "Approved"
    resident.goto(f"{day.server}/resident/permit?name={day.permit}")
    assert resident.locator(".card.ask .yuan").all_inner_texts() == ["2,000.00", "2,000.00"]

    cashier = people.page("cashier", DESK)
    pay_both(cashier, day)
    resident.goto(f"{day.server}/resident/permit?name={day.permit}")
    resident.locator(".qr svg").wait_for()
    print_papers(manager, day)
    finding = stop_and_resume(people, manager, day, photo)

    ask_acceptance(resident, day)
    again(manager)
    settle(choose(manager, "Refuse Works"), result="0", note="The drain is blocked")
    assert facts(day) == "In Progress"
    ask_acceptance(resident, day)
    resident.get_by_text("The drain is blocked").first.wait_for()
    again(manager)
    settle(choose(manager, "Accept Works"), result="1")
    assert facts(day) == "Accepted"

    again(manager)
    dialog = press(manager, "Deduct from a Deposit", "Site")
    settle(dialog, finding=finding, side="Contractor", amount=str(DEDUCTED), reason="Agreement, clause 6")
    assert (
        call(cashier, "decoration.api.refund", name=day.permit, side="Owner", mode="Cash", original="Given Back") >= 400
    )
    frappe.db.set_value(states.DOCTYPE, day.permit, "observation_until", local_day(day.community) - timedelta(days=1))
    frappe.db.commit()
    again(manager)
    settle(press(manager, "Recheck After the Observation"), result="1")
    for _side in range(2):
        again(cashier)
        settle(press(cashier, "Refund a Deposit"), original="Given Back")
    check_money(day)
    for side in ("Owner", "Contractor"):
        sent = {"name": day.permit, "side": side, "mode": "Cash", "original": "Given Back"}
        assert 400 <= call(cashier, "decoration.api.refund", **sent) < 500, "a second refund"
    check_money(day)
    resident.goto(f"{day.server}/resident/permit?name={day.permit}")
    told = resident.locator("main").inner_text()
    for words in ("1,700.00", "Agreement, clause 6", "Bright Home Ltd", "All is settled."):
        assert words in told, words


def check_money(day: frappe._dict) -> None:
    """Both deposits are back with those who paid them, less the deduction, and the ledger says the same."""
    permit = facts(day, "status", "owner_deposit", "contractor_deposit")
    assert permit.status == "Deposit Settled"
    for deposit, payer, deducted in (
        (permit.owner_deposit, day.world.residents["owner"], 0),
        (permit.contractor_deposit, day.world.residents["contractor"], DEDUCTED),
    ):
        row = frappe.db.get_value(
            "Resident Deposit", deposit, ["payer", "held", "deducted", "refunded", "left_amount"], as_dict=True
        )
        assert row.payer == payer
        assert [money(row[field]) for field in ("held", "deducted", "refunded", "left_amount")] == [
            money(sum_) for sum_ in (2000, deducted, 2000 - deducted, 0)
        ]
        assert deposit_held(ledger.rows_where(deposit=deposit)) == 0
    assert audit.differences(day.community) == []
