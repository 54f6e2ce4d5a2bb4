"""The forms of teams and incidents in a real browser, at the size of a desk's screen."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.utils.password import update_password

from property_service.tests import factories as make
from tests.parallel import remove

pytestmark = pytest.mark.browser

PASSWORD = "Lotus-Pond-42"
SCRIPT = "<img src=x onerror=document.title='hacked'>"
SCREEN = {"width": 1366, "height": 768}
WAIT = 60_000


@pytest.fixture
def place(site: str) -> Iterator[frappe._dict]:
    """A team of two and an incident of a throwaway community, committed."""
    frappe.db.rollback()
    community = make.make_community(front_desk_phone="010-5550100")
    building = make.make_building(community)
    leader = make.make_staff("Property Team Leader", community=community)
    members = [
        make.make_staff("Property Technician", full_name=SCRIPT),
        make.make_staff("Property Technician", full_name="Liu"),
    ]
    update_password(leader, PASSWORD)
    team = make.make_team(community, members, leader=leader)
    incident = make.insert(
        "Service Incident", community=community.name, scope="Building", building=building.name, title="Burst pipe",
        text_to_read=SCRIPT,
    )  # fmt: skip
    frappe.db.commit()
    yield frappe._dict(leader=leader, members=members, team=team, incident=incident)
    frappe.set_user("Administrator")
    people = [("User", user) for user in (leader, *members)]
    calendar = ("Service Calendar", community.service_calendar)
    remove([
        *people, calendar, ("Community", community.name), ("Building", building.name), ("Work Team", team.name),
        ("Service Incident", incident.name),
    ])  # fmt: skip


@pytest.fixture
def page(server: str, browser: Any, place: frappe._dict) -> Iterator[Any]:
    """The leader, signed in at a desk."""
    context = browser.new_context(viewport=SCREEN)
    answer = context.request.post(f"{server}/api/method/login", form={"usr": place.leader, "pwd": PASSWORD})
    assert answer.ok, answer.text()
    page = context.new_page()
    page.server = server
    yield page
    assert page.title() != "hacked"
    context.close()


def stored(doctype: str, name: str, field: str) -> Any:
    frappe.db.rollback()
    return frappe.db.get_value(doctype, name, field)


def test_the_leader_takes_a_member_off_duty(page: Any, place: frappe._dict) -> None:
    page.goto(f"{page.server}/app/work-team/{place.team.name}", wait_until="domcontentloaded")
    button = page.locator(f"[data-fieldname='member_load'] button[data-user='{place.members[1]}']")
    button.wait_for(timeout=WAIT)
    assert "0 of 10" in page.locator("[data-fieldname='member_load']").inner_text()
    assert button.inner_text() == "Take Off Duty"
    button.click()
    page.locator(f"button[data-user='{place.members[1]}']", has_text="Put on Duty").wait_for(timeout=WAIT)
    duty = {
        user: stored("Work Team Member", {"parent": place.team.name, "user": user}, "on_duty") for user in place.members
    }
    assert duty == {place.members[0]: 1, place.members[1]: 0}


def test_an_incident_is_copied_and_closed(page: Any, place: frappe._dict) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{page.server}/app/service-incident/{place.incident.name}", wait_until="domcontentloaded")
    page.get_by_role("button", name="Copy for WeChat").click(timeout=WAIT)
    page.get_by_text("Copied to clipboard").wait_for(timeout=WAIT)
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "】Burst pipe\n" in copied and copied.endswith("\nQuestions: 010-5550100")
    if os.environ.get("PROPERTY_SERVICE_SANDBOX") == "1":
        assert page.locator(".page-head .indicator-pill").first.inner_text() == "Open"

    page.get_by_role("button", name="Close Incident").click()
    dialog = page.locator(".modal.show")
    assert "0 requests" in dialog.inner_text()
    dialog.locator("textarea").fill("The pipe is repaired.")
    dialog.get_by_role("button", name="Close and Notify Everyone").click()
    page.get_by_role("button", name="Close Incident").wait_for(state="detached", timeout=WAIT)
    assert stored("Service Incident", place.incident.name, "closing_text") == "The pipe is repaired."

    token = page.evaluate("frappe.csrf_token")
    again = page.request.post(
        f"{page.server}/api/method/property_service.dispatch.api.close_incident",
        form={"name": place.incident.name, "closing_text": "Again."},
        headers={"X-Frappe-CSRF-Token": token, "Accept": "application/json"},
    )
    assert (again.status, "already closed" in again.text()) == (409, True)
