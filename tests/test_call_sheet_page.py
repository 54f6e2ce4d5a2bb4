"""The page of return visits in a real browser: by keyboard on a desk, by thumb on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import frappe
import pytest
from frappe.utils import now_datetime
from frappe.utils.password import update_password

from property_service.front_desk.return_visits import plan_visit
from property_service.tests.factories import make_building, make_community, make_staff, make_unit, remove_users

pytestmark = pytest.mark.browser

PASSWORD = "Lotus-Pond-42"
SCRIPT = "<img src=x onerror=document.title='hacked'>"
WAIT = 60_000


def zone_where_it_is_ten() -> str:
    """A zone whose clock shows ten in the morning now, so that calls are allowed whenever the test runs."""
    hour = int(frappe.utils.datetime.datetime.utcnow().hour)
    ahead = (10 - hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"


@pytest.fixture
def estate(site: str) -> Iterator[frappe._dict]:
    """Two households of a throwaway community, committed, one of them overdue with two visits."""
    community = make_community(time_zone=zone_where_it_is_ten())
    building = make_building(community)
    units = [make_unit(building, room_no=number) for number in ("101", "102")]
    officer = make_staff("Property Front Desk", community=community)
    update_password(officer, PASSWORD)

    def plan(unit: Any, hours: int, contact: str, **values: Any) -> str:
        return plan_visit(
            "Repair", None, None, community.name, unit.name, None, contact, "13900000001" if unit is units[0] else None,
            None, "Rule", now_datetime() + timedelta(hours=hours), **values,
        )  # fmt: skip

    visits = [
        plan(units[0], -30, SCRIPT, topic=SCRIPT),
        plan(units[0], -29, SCRIPT, supervisor_only=True),
        plan(units[1], -20, "Wang"),
    ]
    frappe.db.commit()
    yield frappe._dict(community=community, officer=officer, visits=visits)
    frappe.db.rollback()
    frappe.set_user("Administrator")
    for doctype in ("Return Visit", "Property Unit", "Building"):
        frappe.db.delete(doctype, {"community": community.name})
    frappe.db.delete("Return Visit Attempt", {"parent": ["in", visits]})
    remove_users([officer])
    frappe.db.delete("Community", {"name": community.name})
    frappe.db.delete("Service Calendar", {"name": community.service_calendar})
    frappe.db.delete("Service Calendar Window", {"parent": community.service_calendar})
    frappe.db.commit()


@pytest.fixture
def open_page(server: str, browser: Any, estate: frappe._dict) -> Iterator[Any]:
    """A function that signs the officer in on a screen of this size and opens the page."""
    contexts = []

    def open_at(width: int, height: int) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        answer = context.request.post(f"{server}/api/method/login", form={"usr": estate.officer, "pwd": PASSWORD})
        assert answer.ok, answer.text()
        page = context.new_page()
        page.goto(f"{server}/app/return-visits", wait_until="domcontentloaded")
        page.wait_for_selector(".rv-item", timeout=WAIT)
        return page

    yield open_at
    for context in contexts:
        context.close()


def stored(visit: str) -> tuple:
    frappe.db.rollback()
    return frappe.db.get_value("Return Visit", visit, ["status", "result", "dissatisfied_reason", "remark"])


def test_a_call_by_keyboard(open_page: Any, estate: frappe._dict) -> None:
    first, supervisors, second = estate.visits
    page = open_page(1366, 768)
    page.wait_for_selector(f".rv-visit.active[data-visit='{first}']", timeout=WAIT)
    assert page.locator(".rv-item").count() == 2
    assert page.locator(".rv-item.active .rv-badge").inner_text() == "2 visits"
    assert page.locator(".rv-phone").get_attribute("href") == "tel:13900000001"
    # whatever people wrote stays text
    assert page.title() != "hacked"
    assert page.locator(".rv img").count() == 0
    # what is not his to visit has a sentence instead of buttons
    assert page.locator(f"[data-visit='{supervisors}'] .rv-results").count() == 0
    assert "team leader" in page.locator(f"[data-visit='{supervisors}'] .rv-notice").inner_text()

    page.keyboard.press("r")
    page.keyboard.type("Was rude")
    page.keyboard.press("Escape")
    page.keyboard.press("3")
    page.locator(f"[data-visit='{first}'] .rv-reasons:not(.hidden) >> text=Manner").click()
    page.wait_for_selector(f".rv-visit[data-visit='{first}']", state="detached", timeout=WAIT)
    assert stored(first) == ("Reached", "Dissatisfied", "Manner", "Was rude")

    page.keyboard.press("j")
    page.wait_for_selector(f".rv-visit.active[data-visit='{second}']", timeout=WAIT)
    page.keyboard.press("n")
    page.wait_for_selector(".rv-heading >> text=Tried, waiting", timeout=WAIT)
    assert stored(second)[0] == "Due"
    assert frappe.db.get_value("Return Visit", second, "attempt_count") == 1


def test_one_household_fits_the_screen(open_page: Any, estate: frappe._dict) -> None:
    page = open_page(1366, 768)
    page.keyboard.press("j")
    page.wait_for_selector(f".rv-visit[data-visit='{estate.visits[2]}']", timeout=WAIT)
    last = page.locator(".rv-results button").last.bounding_box()
    assert last["y"] + last["height"] < 768
    assert page.evaluate(
        "document.querySelector('.rv-sheet').scrollHeight <= document.querySelector('.rv-sheet').clientHeight"
    )


def test_on_a_phone_list_and_sheet_take_turns(open_page: Any, estate: frappe._dict) -> None:
    page = open_page(390, 844)
    assert not page.locator(".rv-sheet").is_visible()
    page.locator(".rv-item").nth(1).click()
    page.wait_for_selector(f".rv-visit[data-visit='{estate.visits[2]}']", timeout=WAIT)
    assert not page.locator(".rv-list").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = [
        box for box in (one.bounding_box() for one in page.locator(".rv-results button").all()) if box["height"] < 44
    ]
    assert not small
    page.locator(".rv-results button").first.click()
    page.wait_for_selector(f".rv-visit[data-visit='{estate.visits[2]}']", state="detached", timeout=WAIT)
    assert stored(estate.visits[2])[:2] == ("Reached", "Satisfied")
    page.locator(".rv-back").click()
    assert page.locator(".rv-list").is_visible()
