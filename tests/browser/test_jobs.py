"""The technicians' page on a phone: take, arrive, quote, sign, hold, finish; bad reception, double taps, other people."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import frappe
import pytest
from PIL import Image

from tests.browser.workday import DESK, HOSE, PHONE, SEAL, Browsers, dispatched, value, workday

pytestmark = pytest.mark.browser

SMALLEST_TARGET = 44


@pytest.fixture(scope="module")
def day(server: str) -> Iterator[frappe._dict]:
    with workday(server) as found:
        yield found


@pytest.fixture
def people(browser: Any, day: frappe._dict) -> Iterator[Browsers]:
    found = Browsers(browser, day)
    yield found
    found.close()


def open_job(page: Any, day: frappe._dict, name: str) -> None:
    page.goto(f"{day.server}/jobs#job/{name}", wait_until="domcontentloaded")
    page.locator("#job .promise, #job .acts").first.wait_for()


def big_button(page: Any, label: str) -> Any:
    return page.locator("#job .acts").get_by_role("button", name=label, exact=True)


def send(page: Any) -> None:
    page.locator("#sheet .sheet-foot .primary").click()


def sign(page: Any) -> None:
    pad = page.locator("canvas.sign").bounding_box()
    page.mouse.move(pad["x"] + 20, pad["y"] + 40)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(pad["x"] + 20 + step * 15, pad["y"] + 40 + (step % 2) * 50)
    page.mouse.up()


def photo(path: Path, size: tuple[int, int] = (2600, 1800)) -> str:
    Image.new("RGB", size, "teal").save(path)
    return str(path)


def test_a_technician_takes_arrives_and_finishes(people: Browsers, day: frappe._dict, tmp_path: Path) -> None:
    name = dispatched(day)
    page = people.page("technician")
    page.goto(f"{day.server}/jobs#pool", wait_until="domcontentloaded")
    card = page.locator(f".with-act:has([data-name='{name}'])")
    assert day.room.short_label in card.inner_text()
    card.get_by_role("button").click()
    big_button(page, "I Have Arrived").wait_for()
    assert value(name, "status") == "Taken"
    call = page.locator("a.call").get_attribute("href")
    assert call == f"tel:{value(name, 'reporter_phone')}"
    big_button(page, "I Have Arrived").click()
    big_button(page, "Finish").click()
    page.get_by_label("What was done?").fill("New seal, tested for ten minutes, dry.")
    page.set_input_files("#finish-photos", photo(tmp_path / "done.png"))
    page.locator("#sheet .photo img").wait_for()
    for search, item in (("test se", SEAL), ("HOSE", HOSE)):
        page.get_by_label("Find in the Price List").fill(search)
        page.locator(".found").get_by_role("button", name=item).click()
    page.locator(f".line[data-item='{SEAL}'] .step-button").last.click()
    page.locator("#sheet .pair .step-button").last.click()
    page.get_by_label("Grade").select_option("Skilled")
    assert "¥50.00" in page.locator("#sheet .total strong").inner_text()  # 2 x 1.50 + 22 + half an hour of 50
    send(page)
    page.locator("#job .panel", has_text="Work Done").wait_for()
    assert page.evaluate("location.hash") == f"#job/{name}"
    found = value(name, "status", "work_done", "total_amount", "materials_amount", "labour_hours")
    assert found.status in ("Completed", "Awaiting Visit")
    assert (found.total_amount, found.materials_amount, found.labour_hours) == (50, 25, 0.5)
    files = frappe.get_all("File", {"attached_to_name": name}, ["file_name", "is_private", "name"])
    assert [(row.file_name.split("-")[0], row.is_private) for row in files] == [("work", 1)]
    kept = Image.open(BytesIO(frappe.get_doc("File", files[0].name).get_content()))
    assert kept.format == "JPEG" and max(kept.size) == 1600
    page.goto(f"{day.server}/jobs#mine", wait_until="domcontentloaded")
    page.locator("#tabs .count").first.wait_for()
    page.locator(f"#list [data-name='{name}']").wait_for(state="detached")


def test_a_price_is_quoted_and_signed(people: Browsers, day: frappe._dict) -> None:
    name = dispatched(day, "technician")
    frappe.db.set_value("Repair Request", name, {"is_chargeable": 1, "payment_status": "Unpaid"})
    frappe.db.commit()
    page = people.page("technician")
    open_job(page, day, name)
    big_button(page, "Take This Job").click()
    big_button(page, "I Am on Site").click()
    big_button(page, "Quote a Price").click()
    page.get_by_label("Price in Yuan").fill("0")
    page.get_by_label("What is it for?").fill("A new hose, half an hour")
    send(page)
    assert "above 0" in page.locator("#sheet .failure").inner_text()
    page.get_by_label("Price in Yuan").fill("1.200,5")
    send(page)
    assert "enter a number" in page.locator("#sheet .failure").inner_text()
    page.get_by_label("Price in Yuan").fill("４７，00")
    send(page)
    big_button(page, "Resident's Answer").wait_for()
    # Quoted by others, and again while it is signed.
    frappe.db.set_value("Repair Request", name, "quote_amount", 45)
    frappe.db.commit()
    page.reload(wait_until="domcontentloaded")
    big_button(page, "Resident's Answer").click()
    assert page.locator("#sheet .offer strong").inner_text() == "¥45.00"
    frappe.db.set_value("Repair Request", name, "quote_amount", 47)
    frappe.db.commit()
    send(page)
    assert "sign" in page.locator("#sheet .failure").inner_text()
    page.get_by_label("Name of Signer").fill("Ms Lin")
    sign(page)
    send(page)
    page.locator("#sheet .failure", has_text="changed to 47.00 yuan").wait_for()
    assert page.locator("#sheet .offer strong").inner_text() == "¥47.00"
    assert value(name, "quote_status") == "Waiting"
    send(page)
    assert "sign" in page.locator("#sheet .failure").inner_text(), "signed anew, under the price that is asked now"
    sign(page)
    send(page)
    big_button(page, "Finish").wait_for()
    found = value(name, "quote_status", "quote_amount", "consent_by", "consent_note", "status")
    assert tuple(found.values()) == ("Agreed", 47, "Signature", "Ms Lin", "In Progress")
    assert frappe.get_all("File", {"attached_to_name": name, "file_name": ["like", "consent-%"]})
    big_button(page, "Finish").click()
    page.get_by_label("What was done?").fill("New hose")
    page.get_by_label("Find in the Price List").fill("hose")
    page.locator(".found").get_by_role("button", name=HOSE).click()
    quantity = page.get_by_label(f"Quantity of {HOSE}")
    quantity.fill("1,2345")
    send(page)
    assert f"{HOSE}: please enter a number" in page.locator("#sheet .failure").inner_text()
    quantity.fill("1,200")
    quantity.press("Tab")
    total = page.locator("#sheet .total").inner_text()
    assert "¥26,400.00" in total and "More than the ¥47.00" in total
    send(page)
    page.locator("#sheet .failure:not([hidden])").wait_for()
    assert value(name, "status") == "In Progress"


def test_what_is_entered_survives_a_broken_connection(people: Browsers, day: frappe._dict) -> None:
    name = dispatched(day, "technician")
    page = people.page("technician")
    open_job(page, day, name)
    big_button(page, "Take This Job").click()
    big_button(page, "I Have Arrived").click()
    big_button(page, "Finish").wait_for()
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Put on Hold").click()
    page.get_by_role("radio", name="Waiting for Parts").click()
    page.get_by_label("Remark").fill("The seal comes on Friday")
    page.context.set_offline(True)
    send(page)
    page.locator("#sheet .failure:not([hidden])").wait_for()
    assert "try again" in page.locator("#sheet .failure").inner_text()
    assert value(name, "status") == "In Progress"
    page.context.set_offline(False)
    page.reload(wait_until="domcontentloaded")
    page.get_by_role("radio", name="Waiting for Parts").wait_for()
    assert page.get_by_label("Remark").input_value() == "The seal comes on Friday"
    assert page.get_by_role("radio", name="Waiting for Parts").get_attribute("aria-checked") == "true"
    send(page)
    big_button(page, "Resume Work").wait_for()
    assert value(name, "status") == "On Hold"
    found = frappe.get_all("Repair Pause", {"parent": name}, ["reason", "remark", "stops_clock"])
    assert [tuple(row.values()) for row in found] == [("Waiting for Parts", "The seal comes on Friday", 0)]


def test_an_answer_that_got_lost_is_not_sent_twice(people: Browsers, day: frappe._dict) -> None:
    """The server has taken the act, its answer never arrives: trying again finds that out and sends nothing."""
    name = dispatched(day, "technician")
    page = people.page("technician")
    open_job(page, day, name)
    sent = []

    def lose_the_answer(route: Any) -> None:
        sent.append(route.request.url)
        route.fetch()
        route.abort()

    page.route("**/property_service.repairs.api.take", lose_the_answer)
    big_button(page, "Take This Job").click()
    page.locator("#toast.bad.shown").wait_for()
    page.locator("#job .acts .primary").click()
    big_button(page, "I Have Arrived").wait_for()
    assert value(name, "status") == "Taken"
    steps = frappe.get_all("Repair Step", {"repair_request": name, "step": "Taken"})
    assert (len(sent), len(steps)) == (1, 1)


def test_a_double_tap_sends_once(people: Browsers, day: frappe._dict) -> None:
    name = dispatched(day, "technician")
    page = people.page("technician")
    open_job(page, day, name)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("api.take") else None)
    page.locator("#job .acts .primary").evaluate("button => { button.click(); button.click(); button.click(); }")
    big_button(page, "I Have Arrived").wait_for()
    assert len(sent) == 1


def test_somebody_else_was_faster(people: Browsers, day: frappe._dict) -> None:
    name = dispatched(day)
    mine, theirs = people.page("technician"), people.page("mate")
    for page in (mine, theirs):
        page.goto(f"{day.server}/jobs#pool", wait_until="domcontentloaded")
        page.locator(f"[data-name='{name}']").wait_for()
    mine.locator(f".with-act:has([data-name='{name}']) button").click()
    big_button(mine, "I Have Arrived").wait_for()
    theirs.locator(f".with-act:has([data-name='{name}']) button").click()
    theirs.locator("#toast.bad.shown").wait_for()
    theirs.locator(f"[data-name='{name}']").wait_for(state="detached")
    assert value(name, "assigned_to") == day.world.people["technician"]
    mine.get_by_role("button", name="More").click()
    mine.get_by_role("button", name="Hand Back").click()
    mine.get_by_role("radio", name="Too Many Jobs").click()
    mine.reload(wait_until="domcontentloaded")
    mine.locator("[role=radio][aria-checked=true]", has_text="Too Many Jobs").wait_for()
    send(mine)
    mine.locator("#toast.good.shown", has_text="handed back").wait_for()
    found = value(name, "status", "handed_back_count")
    assert (found.status, found.handed_back_count) == ("Dispatched", 1)


def test_a_leader_assigns_and_transfers(people: Browsers, day: frappe._dict) -> None:
    name = dispatched(day)
    page = people.page("leader")
    page.goto(f"{day.server}/jobs#team", wait_until="domcontentloaded")
    page.locator(f"[data-name='{name}']").click()
    page.locator("#job .acts").wait_for()
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Assign").click()
    page.locator(f".member[data-user='{day.world.people['technician']}']").click()
    send(page)
    page.locator("#toast.good.shown").wait_for()
    assert value(name, "assigned_to") == day.world.people["technician"]
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Transfer").click()
    page.locator(f".member[data-user='{day.world.people['mate']}']").click()
    page.get_by_role("radio", name="Wrongly Dispatched").click()
    page.reload(wait_until="domcontentloaded")
    for chosen in (f".member[data-user='{day.world.people['mate']}']", ".choice[data-value='Wrongly Dispatched']"):
        page.locator(f"{chosen}[aria-checked=true]").wait_for()
    send(page)
    page.locator("#job .steps", has_text="Wrongly Dispatched").wait_for()
    assert value(name, "assigned_to") == day.world.people["mate"]


def test_duty_is_switched(people: Browsers, day: frappe._dict) -> None:
    page = people.page("mate")
    page.goto(f"{day.server}/jobs", wait_until="domcontentloaded")
    row = {"parent": day.team.name, "user": day.world.people["mate"]}
    for expected, said in ((0, "off duty"), (1, "on duty")):
        page.locator("#duty button").click()
        page.locator("#toast.good.shown", has_text=said).wait_for()
        frappe.db.rollback()
        assert frappe.db.get_value("Work Team Member", row, "on_duty") == expected


def test_others_are_told_whose_page_it_is(people: Browsers, day: frappe._dict, browser: Any) -> None:
    page = people.page("cashier")
    page.goto(f"{day.server}/jobs", wait_until="domcontentloaded")
    assert "Technicians, team leaders and managers" in page.locator("main").inner_text()
    assert page.locator("#jobs-boot").count() == 0
    guest = browser.new_context().new_page()
    guest.goto(f"{day.server}/jobs", wait_until="domcontentloaded")
    assert "/login?redirect-to=%2Fjobs" in guest.url
    guest.context.close()


def test_the_page_speaks_the_users_language(people: Browsers, day: frappe._dict) -> None:
    user = day.world.people["mate"]
    frappe.db.set_value("User", user, "language", "zh")
    frappe.db.commit()
    frappe.clear_cache(user=user)
    try:
        page = people.page("mate")
        page.goto(f"{day.server}/jobs", wait_until="domcontentloaded")
        assert page.locator("html").get_attribute("lang") == "zh"
        close = page.evaluate("jobs.sheet('x', '').querySelector('.sheet-head button').getAttribute('aria-label')")
        assert any("\u4e00" <= letter <= "\u9fff" for letter in close), close
    finally:
        frappe.db.set_value("User", user, "language", "en")
        frappe.db.commit()
        frappe.clear_cache(user=user)


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_targets_are_large_and_nothing_is_cut_off(people: Browsers, day: frappe._dict, size: tuple[int, int]) -> None:
    name = dispatched(day, "technician", description="Words" * 60)
    page = people.page("technician", size)
    open_job(page, day, name)
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0
    small = page.evaluate(
        """(least) => [...document.querySelectorAll("a, button, input, select, textarea")]
            .filter((one) => one.offsetParent && one.getClientRects().length)
            .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
            .filter(([_html, box]) => box.height < least || box.width < least)
            .map(([html, box]) => `${html} ${box.width}x${box.height}`)""",
        SMALLEST_TARGET,
    )
    assert not small
    assert page.locator("#list-pane").is_visible() == (size == DESK)
