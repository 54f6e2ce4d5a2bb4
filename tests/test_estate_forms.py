"""The forms of import and resident in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.utils.password import update_password

from property_service.tests import factories as make

pytestmark = pytest.mark.browser

PASSWORD = "Lotus-Pond-42"
WAIT = 60_000
IDENTITY = "11010519491231002X"
TABLE = "楼栋,房号,姓名,电话\n3,1203,<img src=x>,13911110000\n3,1204,张伟,13922220000\n3,,,\n"


@pytest.fixture
def committed(site: str) -> Iterator[frappe._dict]:
    """A manager of a throwaway community with a table to import and a person entered twice, committed."""
    community = make.make_community()
    manager = make.make_staff("Property Manager", community=community)
    update_password(manager, PASSWORD)
    building = make.make_building(community, building_no="9")
    people = [
        make.make_resident(make.make_unit(building), resident_name="李娜", phone="13933330000", identity_number=number)
        for number in (IDENTITY, None)
    ]
    file = make.insert("File", file_name="estate.csv", content=TABLE.encode("utf-8"), is_private=1, owner=manager)
    frappe.db.set_value("File", file.name, "owner", manager)
    document = make.insert("Property Import", community=community.name, kind="Estate", file=file.file_url)
    frappe.db.commit()
    yield frappe._dict(community=community, manager=manager, people=people, document=document)
    frappe.db.rollback()
    frappe.set_user("Administrator")
    found = frappe.get_all(
        "Unit Occupancy", {"community": community.name}, pluck="resident", distinct=True, order_by="resident asc"
    )
    names = sorted({*found, *(person.name for person in people)})
    frappe.db.delete("Resident Phone", {"parent": ["in", names]})
    frappe.db.delete("__Auth", {"doctype": "Resident", "name": ["in", names]})
    frappe.db.delete("Resident", {"name": ["in", names]})
    for doctype in ("Unit Occupancy", "Property Unit", "Building"):
        frappe.db.delete(doctype, {"community": community.name})
    frappe.delete_doc("Property Import", document.name, force=True)
    frappe.db.delete("File", {"file_url": file.file_url})
    make.remove_users([manager])
    frappe.delete_doc("Community", community.name, force=True)
    frappe.delete_doc("Service Calendar", community.service_calendar, force=True)
    frappe.db.commit()


@pytest.fixture
def page(server: str, browser: Any, committed: frappe._dict) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1366, "height": 768}, base_url=server)
    answer = context.request.post("/api/method/login", form={"usr": committed.manager, "pwd": PASSWORD})
    assert answer.ok, answer.text()
    yield context.new_page()
    context.close()


def press(page: Any, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).first.click(timeout=WAIT)


def test_a_table_is_previewed_and_imported(page: Any, committed: frappe._dict) -> None:
    page.goto(f"/app/property-import/{committed.document.name}", wait_until="domcontentloaded")
    press(page, "Preview")
    page.wait_for_selector("text=Would be refused", timeout=WAIT)
    shown = page.locator("[data-fieldname='preview']")
    assert shown.locator("img").count() == 0
    assert "The row does not name a unit" in shown.inner_text()
    press(page, "Run")
    press(page, "Yes")
    page.wait_for_selector("text=Done: 1 taken, 0 known already, 2 refused.", timeout=WAIT)
    page.wait_for_selector("[data-fieldname='refused'] .grid-row >> text=web page", timeout=WAIT)
    frappe.db.rollback()
    assert frappe.db.exists("Property Unit", f"{committed.community.name}-03-1204")
    assert not frappe.db.exists("Property Unit", f"{committed.community.name}-03-1203")


def test_a_duplicate_is_seen_and_merged_and_the_number_shown_on_record(page: Any, committed: frappe._dict) -> None:
    keep, double = committed.people
    page.goto(f"/app/resident/{keep.name}", wait_until="domcontentloaded")
    page.wait_for_selector("text=Perhaps the same person", timeout=WAIT)
    assert IDENTITY not in page.content()
    press(page, "Show Identity Number")
    press(page, "Yes")
    page.wait_for_selector(f"text={IDENTITY}", timeout=WAIT)
    page.locator(".modal.show .btn-modal-close").first.click()
    page.wait_for_selector(".modal.show", state="detached", timeout=WAIT)
    press(page, "Merge a Duplicate")
    press(page, "Merge")
    page.wait_for_selector("text=Merged.", timeout=WAIT)
    frappe.db.rollback()
    assert frappe.db.get_value("Resident", double.name, ["is_active", "merged_into"]) == (0, keep.name)
    assert frappe.db.count("Unit Occupancy", {"resident": keep.name}) == 2
    log = {"user": committed.manager, "reference_document": keep.name, "method": "Reveal identity_number"}
    assert frappe.db.exists("Access Log", log)
