"""The collection rate in a real browser: from a figure to what is behind it, asked for by the same filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.utils import getdate, today
from frappe.utils.password import update_password

from property_service.tests import factories as make
from tests.browser.workday import DESK, Browsers
from tests.money_estate import remove_money
from tests.portal.world import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def estate(site: str) -> Iterator[frappe._dict]:
    """A committed unit that owes 321.50 yuan for this month, and its manager."""
    community = make.make_community()
    unit = make.make_unit(make.make_building(community))
    owner = make.make_resident(unit)
    manager = make.make_staff("Property Manager", community=community)
    update_password(manager, PASSWORD)
    month = getdate(today()).replace(day=1)
    make.make_charge(unit, 321.5)
    frappe.db.commit()
    yield frappe._dict(community=community.name, manager=manager, unit=unit.name, month=str(month))
    remove_money(community, [owner.name], [manager])


@pytest.fixture
def people(server: str, browser: Any, estate: frappe._dict) -> Iterator[Browsers]:
    world = frappe._dict(people=frappe._dict(manager=estate.manager))
    found = Browsers(browser, frappe._dict(server=server, world=world))
    yield found
    found.close()


def test_from_a_figure_to_the_entries_behind_it(server: str, people: Browsers, estate: frappe._dict) -> None:
    page = people.page("manager", DESK)
    asked = f"community={estate.community}&from_month={estate.month}&to_month={estate.month}"
    page.goto(f"{server}/app/query-report/Collection%20Rate?{asked}", wait_until="domcontentloaded")
    figure = page.locator("a[data-figure=charged][data-group]").first
    figure.wait_for()
    assert figure.inner_text().strip().endswith("321.50")
    figure.click()
    page.wait_for_url("**/query-report/Collection%20Rate%20Details**")
    page.get_by_text(estate.unit, exact=False).first.wait_for()
    shown = page.evaluate("frappe.query_report.get_filter_values()")
    assert (shown["figure"], shown["community"], shown["from_month"]) == ("charged", estate.community, estate.month)
    assert page.locator(".dt-cell__content", has_text="321.50").count()
    # One of two months set before the other is no error yet.
    page.evaluate("frappe.query_report.set_filter_value('to_month', '2020-01-01')")
    page.get_by_text("The first month lies after the last").wait_for()
    assert not page.locator(".modal.show").count()


def test_a_kind_of_fee_has_a_word_of_its_own(server: str, people: Browsers, estate: frappe._dict) -> None:
    frappe.db.set_value("User", estate.manager, "language", "zh")
    frappe.db.commit()
    charge = frappe.get_last_doc("Fee Charge", {"unit": estate.unit})
    page = people.page("manager", DESK)
    page.goto(f"{server}/app/fee-item/{charge.fee_item}", wait_until="domcontentloaded")
    kind = page.locator(".frappe-control[data-fieldname=kind]")
    kind.get_by_text("固定金额").first.wait_for(state="attached")
    assert page.evaluate("cur_frm.doc.kind") == "Fixed" and not page.evaluate("cur_frm.is_dirty()")
