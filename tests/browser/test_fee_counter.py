"""The payment counter in a real browser: a payment by keyboard with change, its paper, a reprint, and the closing of the shift."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.utils import add_days, today
from frappe.utils.password import update_password

from property_service.fees import audit
from property_service.property_service.money import money
from property_service.tests import factories as make
from tests.money_estate import remove_money

pytestmark = pytest.mark.browser

PASSWORD = "Lotus-Pond-42"
SCRIPT = "<img src=x onerror=document.title='hacked'>"
WAIT = 60_000
SCREEN = {"width": 1366, "height": 768}


@pytest.fixture
def estate(site: str) -> Iterator[frappe._dict]:
    """A committed flat with a parking space: three charges, one of them late, of an owner with a strange name."""
    community = make.make_community(community_name="Lakeside")
    building = make.make_building(community, building_no="3")
    flat = make.make_unit(building, room_no="1203")
    space = make.make_unit(building, room_no="B17", usage="Parking Space")
    owner = make.make_resident(flat, resident_name=f"Lin {SCRIPT}")
    make.make_occupancy(space, owner)
    cashier = make.make_staff("Property Cashier", community=community)
    update_password(cashier, PASSWORD)
    fee = make.make_fee_item(
        community, item_name="Property Fee", one_off=1, kind="Fixed", prices=[], late_fee_rate=0.05, late_fee_cap=30
    )
    water = make.make_fee_item(
        community, item_name="Water", one_off=1, kind="Fixed", prices=[], collected_for="Utility"
    )
    parking = make.make_fee_item(community, item_name="Parking", one_off=1, kind="Fixed", prices=[])
    make.make_charge(flat, 643.32, fee, due_date=add_days(today(), -20))
    make.make_charge(flat, 35, water)
    make.make_charge(space, 80, parking)
    frappe.db.commit()
    residents, staff = [owner.name], [cashier]
    yield frappe._dict(
        community=community.name,
        flat=flat.name,
        owner=owner.name,
        cashier=cashier,
        residents=residents,
        staff=staff,
    )
    remove_money(community, residents, staff)


@pytest.fixture
def counter(server: str, browser: Any, estate: frappe._dict) -> Iterator[Any]:
    """The counter, opened by the cashier; its scripts may not fail."""
    context = browser.new_context(viewport=SCREEN)
    # A paper asks the browser to print itself; without a printer that would wait for somebody.
    context.add_init_script("window.print = () => { window.printed = true; };")
    answer = context.request.post(f"{server}/api/method/login", form={"usr": estate.cashier, "pwd": PASSWORD})
    assert answer.ok, answer.text()
    page = context.new_page()
    page.set_default_timeout(WAIT)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{server}/app/fee-counter", wait_until="domcontentloaded")
    page.wait_for_selector(".fc-empty")
    yield page
    context.close()
    assert not wrong, wrong


def receipts(estate: frappe._dict) -> list[frappe._dict]:
    frappe.db.rollback()
    assert audit.differences(estate.community) == []
    return frappe.get_all(
        "Fee Receipt",
        {"community": estate.community},
        ["name", "amount", "received", "change_due", "prepaid", "prints", "counter_closing"],
        order_by="receipt_number asc",
    )


def find(page: Any, text: str) -> None:
    page.locator(".fc-text").fill(text)
    page.keyboard.press("Enter")
    page.wait_for_selector(".fc-go")


def test_cash_with_change_then_paper_and_reprint(counter: Any, estate: frappe._dict) -> None:
    page = counter
    find(page, "3-1203")
    # whatever people wrote stays text
    assert page.title() != "hacked"
    assert page.locator(".fc img").count() == 0
    # the flat's own charges are ticked, the parking space is one tick away
    assert page.locator(".fc-charge input:checked").count() == 2
    assert page.locator(".fc-charge").count() == 3
    assert page.locator(".fc-to-pay-input").input_value() == "684.75"  # 643.32 + 6.43 late fee + 35
    page.keyboard.type("700")
    assert page.locator(".fc-change b").inner_text() == "15.25"
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_selector(".fc-done")
    assert page.locator(".fc-done .fc-change b").inner_text() == "15.25"
    (receipt,) = receipts(estate)
    assert [money(receipt[field]) for field in ("amount", "received", "change_due")] == [
        money(684.75),
        700,
        money(15.25),
    ]
    for mark in ("", "Reprint 1"):
        with page.expect_popup() as popup:
            page.locator(".fc-print").click()
        paper = popup.value
        paper.wait_for_selector(".receipt-roll")
        assert "陆佰捌拾肆元柒角伍分" in paper.content()
        assert mark in (paper.locator(".mark").inner_text() if mark else "")
        assert paper.locator(".mark").count() == bool(mark)
        assert paper.locator("img").count() == 0
        paper.close()
    assert receipts(estate)[0].prints == 2


def test_the_former_owner_is_not_taken_for_who_stands_there(counter: Any, estate: frappe._dict) -> None:
    from playwright.sync_api import expect

    page = counter
    flat = frappe.get_doc("Property Unit", estate.flat)
    sold = frappe.get_doc("Unit Occupancy", {"unit": flat.name})
    sold.to_date = add_days(today(), -1)
    sold.save()
    buyer = make.make_resident()
    make.make_occupancy(flat, buyer, from_date=today())
    make.make_charge(flat, 50, make.make_fee_item(estate.community, one_off=1, kind="Fixed", prices=[]))
    estate.residents.append(buyer.name)
    frappe.db.commit()
    find(page, "3-1203")
    expect(page.locator(".fc-payer-select")).to_have_value(buyer.name)
    assert page.locator(".fc-other").all_inner_texts() == ["Owed by Somebody Else"]
    assert page.locator(".fc-bill").first.locator(".fc-charge input:checked").count() == 1
    assert page.locator(".fc-charge input:checked").count() == 1
    assert page.locator(".fc-to-pay-input").input_value() == "50.00"
    # the former owner has come to pay what is his
    page.locator(".fc-payer-select").select_option(estate.owner)
    expect(page.locator(".fc-to-pay-input")).to_have_value("684.75")
    assert page.locator(".fc-charge input:checked").count() == 2
    water = page.locator(".fc-charge", has_text="Water").locator("input")
    water.uncheck()
    page.locator(".fc-given").fill("700")
    page.locator("[data-act=keep_change]").click()
    page.locator(".fc-go").click()
    page.wait_for_selector(".fc-done")
    (receipt,) = receipts(estate)
    assert frappe.db.get_value("Fee Receipt", receipt.name, "payer") == estate.owner
    # what he has prepaid is for what he owes himself
    assert page.locator(".fc-blue").count() == 0
    water.check()
    expect(page.locator(".fc-blue b")).to_have_text("50.25")


def test_who_owes_in_two_communities_is_opened_in_both(counter: Any, estate: frappe._dict) -> None:
    from playwright.sync_api import expect

    page = counter
    far = make.make_unit()
    community = frappe.get_doc("Community", far.community)
    allowed = {"user": estate.cashier, "allow": "Community", "for_value": community.name}
    make.insert("User Permission", apply_to_all_doctypes=1, **allowed)
    make.make_occupancy(far, frappe.get_doc("Resident", estate.owner))
    make.make_charge(far, 70, make.make_fee_item(community, one_off=1, kind="Fixed", prices=[]))
    frappe.db.commit()
    try:
        page.reload()
        find(page, frappe.db.get_value("Resident", estate.owner, "primary_phone"))
        place, other = page.locator(".fc-head span"), page.locator("[data-act=open_elsewhere]")
        first = place.inner_text()
        other.click()
        expect(place).not_to_have_text(first)
        second = place.inner_text()
        page.locator(".fc-go").click()
        page.wait_for_selector(".fc-done")
        # nothing is owed here any more, but this is still what is shown, and the way back
        expect(place).to_have_text(second)
        other.click()
        expect(place).to_have_text(first)
        expect(other).to_have_count(0)
    finally:
        remove_money(community, [], [])


def test_mixed_modes_and_a_prepayment(counter: Any, estate: frappe._dict) -> None:
    page = counter
    find(page, "3-1203")
    page.locator(".fc-text").press("Escape")
    page.wait_for_selector(".fc-empty")
    find(page, "3-1203")
    page.locator(".fc-mode").select_option("WeChat")
    page.locator(".fc-given").fill("500")
    page.locator("[data-act=add_mode]").click()
    page.keyboard.type("200")
    assert page.locator(".fc-change b").inner_text() == "15.25"
    page.locator("[data-act=keep_change]").click()
    assert "15.25" in page.locator(".fc-rest").inner_text()
    page.locator(".fc-go").click()
    page.wait_for_selector(".fc-done")
    (receipt,) = receipts(estate)
    assert (money(receipt.amount), money(receipt.prepaid)) == (700, money(15.25))
    # what was prepaid pays the parking space, in part
    page.locator(".fc-charge input").first.check()
    page.locator("[data-act=use_prepayment]").click()
    page.locator(".modal.show .btn-primary").click()
    page.wait_for_selector(".fc-tag >> text=Partly Paid")
    assert receipts(estate)


def test_what_is_typed_stands_and_the_next_click_counts(counter: Any, estate: frappe._dict) -> None:
    from playwright.sync_api import expect

    page = counter
    to_pay, go, change = (page.locator(name) for name in (".fc-to-pay-input", ".fc-go", ".fc-change"))
    find(page, "3-1203")
    to_pay.fill("500")
    go.click()
    page.wait_for_selector(".fc-done")
    # every charge by its own amount, and less than all of them
    find(page, "3-1203")
    page.locator(".fc-more summary").click()
    page.locator(".fc-policy").select_option("Chosen")
    entry = {
        item: page.locator(".fc-charge", has_text=item).locator(".fc-chosen") for item in ("Property Fee", "Water")
    }
    entry["Property Fee"].fill("100")
    entry["Water"].fill("5")
    expect(to_pay).to_have_value("105.00")
    to_pay.fill("1o5")
    expect(change).to_contain_text("cannot be read")
    expect(go).to_be_disabled()
    for misread in ("1,20", "10,5.00", ",105"):
        to_pay.fill(misread)
        expect(change).to_contain_text("cannot be read")
    for read in ("1,203.50", "1，203", "103"):
        to_pay.fill(read)
        expect(change).not_to_contain_text("cannot be read")
    for _field in ("mode", "amount"):
        page.keyboard.press("Tab")
    page.keyboard.type("110")
    expect(to_pay).to_have_value("103.00")
    expect(change.locator("b")).to_have_text("7.00")
    entry["Water"].fill("6")
    go.click()
    page.wait_for_selector(".fc-done")
    got = [[money(row[field]) for field in ("amount", "change_due")] for row in receipts(estate)]
    assert got == [[500, 0], [106, 4]]


def test_the_shift_is_closed(counter: Any, estate: frappe._dict) -> None:
    from playwright.sync_api import expect

    page = counter
    find(page, "3-1203")
    page.locator(".fc-go").click()
    page.wait_for_selector(".fc-done")
    page.locator(".page-actions >> text=Close the Shift").click()
    # as soon as it is seen it is typed into
    page.wait_for_selector(".modal.show .fc-counted")
    page.keyboard.type("680")
    expect(page.locator(".fc-difference-total")).to_have_text("-4.75")
    page.locator(".modal.show [data-fieldname=reason] textarea").fill("Coins")
    page.locator(".modal.show .btn-primary").click()
    page.wait_for_url("**/counter-closing/**")
    assert receipts(estate)[0].counter_closing
    closing = frappe.get_last_doc("Counter Closing", {"community": estate.community})
    assert (money(closing.total), money(closing.difference)) == (money(684.75), money(-4.75))


def test_the_manager_closes_the_shift_of_somebody_who_has_gone_home(
    counter: Any, server: str, browser: Any, estate: frappe._dict
) -> None:
    from playwright.sync_api import expect

    find(counter, "3-1203")
    counter.locator(".fc-go").click()
    counter.wait_for_selector(".fc-done")
    manager = make.make_staff("Property Manager", community=frappe.get_doc("Community", estate.community))
    update_password(manager, PASSWORD)
    frappe.db.commit()
    try:
        context = browser.new_context(viewport=SCREEN)
        answer = context.request.post(f"{server}/api/method/login", form={"usr": manager, "pwd": PASSWORD})
        assert answer.ok, answer.text()
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.goto(f"{server}/app/fee-counter?unit={estate.flat}", wait_until="domcontentloaded")
        page.wait_for_selector(".fc-unit, .fc-bill, .fc-more")
        page.locator(".page-actions >> text=Close the Shift").click()
        whose = page.locator(".modal.show [data-fieldname=cashier] select")
        expect(whose).to_have_value(estate.cashier)
        page.locator(".modal.show .fc-counted").first.fill("684.75")
        page.locator(".modal.show .btn-primary").click()
        page.wait_for_url("**/counter-closing/**")
        context.close()
        closing = frappe.get_last_doc("Counter Closing", {"community": estate.community})
        assert (closing.cashier, money(closing.total), closing.owner) == (estate.cashier, money(684.75), manager)
    finally:
        frappe.db.rollback()
        estate.staff.append(manager)


def test_everything_fits_the_screen(counter: Any, estate: frappe._dict) -> None:
    page = counter
    page.goto(f"{page.url}?unit={estate.flat}")
    page.wait_for_selector(".fc-go")
    box = page.locator(".fc-go").bounding_box()
    assert box["y"] + box["height"] < SCREEN["height"]
    assert page.evaluate("document.documentElement.scrollHeight") <= SCREEN["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= SCREEN["width"]
