"""A resident's phone: report a fault in a few taps with a photo, by hand and without JavaScript."""

from __future__ import annotations

from typing import Any

import frappe
import pytest

from property_service.repairs import staff_acts
from tests.portal.test_acts import quote_again, quoted, repair
from tests.portal.world import PASSWORD, World, jpeg

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
PAGES = ("", "/report", "/repairs", "/messages", "/me", "/promises", "/account")


def signed_in(world: World, browser: Any, who: str, **options: Any) -> Any:
    page = browser.new_context(viewport=PHONE, **options).new_page()
    page.goto(f"{world.server}/resident/sign-in?with=password")
    page.fill("#phone", world.phones[who])
    page.fill("#password", PASSWORD)
    page.click("button[value=password]")
    page.wait_for_url("**/resident")
    return page


def test_four_taps_and_one_sentence(world: World, browser: Any) -> None:
    page = signed_in(world, browser, "neighbour")
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda line: failures.append(line.text) if line.type == "error" else None)
    page.click("a.hero")
    page.click(f'label.tile:has(input[value="{world.categories["water"]}"])')
    assert page.locator("#choices").is_hidden() and page.locator("#chosen").is_visible()
    sentence = f"Water drips {frappe.generate_hash(length=6)}"
    page.keyboard.type(sentence)  # the field has the focus already
    page.set_input_files("#photos", {"name": "big.jpg", "mimeType": "image/jpeg", "buffer": jpeg((4000, 3000))})
    page.wait_for_selector("#thumbs img")
    page.click("#send")
    page.wait_for_url("**/resident/repair?name=*")
    assert sentence in page.inner_text("main")
    assert page.locator(".thumbs img").count() == 1
    assert page.locator(".progress .now").count() == 1
    assert failures == []
    frappe.db.rollback()
    doc = frappe.get_doc("Repair Request", {"description": sentence})
    assert (doc.unit, doc.channel) == (world.rooms["next_door"], "Portal")
    page.context.close()


def test_without_javascript(world: World, browser: Any) -> None:
    page = signed_in(world, browser, "owner", java_script_enabled=False)
    page.goto(f"{world.server}/resident/report")
    page.check(f'input[value="{world.categories["water"]}"]', force=True)
    sentence = f"No script {frappe.generate_hash(length=6)}"
    page.fill("#description", sentence)
    page.click("#send")
    assert sentence in page.inner_text("main")
    page.click("text=Please hurry")
    assert "We have told the team" in page.inner_text("[role=status]")
    page.context.close()


def test_an_open_page_shows_what_has_happened_meanwhile(world: World, browser: Any) -> None:
    from playwright.sync_api import expect

    name = repair(world)
    page = signed_in(world, browser, "owner")
    page.goto(f"{world.server}/resident/repair?name={name}")
    assert "Accepted" in page.inner_text("#live") and "solved by word" not in page.inner_text("main")
    steps = page.locator("#steps li").count()
    frappe.set_user(world.people["manager"])
    staff_acts.solve_on_phone(staff_acts.locked(name), "solved by word")
    frappe.set_user("Administrator")
    frappe.db.commit()
    with page.expect_response(lambda answer: f"repair?name={name}" in answer.url):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#live")).to_contain_text("We will call you")
    expect(page.locator("#live .progress li.past")).to_have_count(5)
    assert page.locator("#steps li").count() > steps
    assert page.locator('#acts input[value="rate"]').count() == 1, "what can be done now is offered"
    name = quoted(world)
    page.goto(f"{world.server}/resident/repair?name={name}")
    quote_again(world, name, 800)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#acts h2")).to_have_text("The work costs 800.00 yuan")
    page.get_by_role("button", name="I agree").click()
    expect(page.locator("[role=status]")).to_contain_text("We have your answer")
    page.context.close()


def test_photos_too_large_for_the_server_are_said_before_and_after_sending(world: World, browser: Any) -> None:
    page = signed_in(world, browser, "owner")
    # No picture of a test is this large once it is shrunk.
    page.add_init_script(
        "HTMLCanvasElement.prototype.toBlob = done => done(new Blob([new Uint8Array(6 << 20)], {type: 'image/jpeg'}))"
    )
    page.goto(f"{world.server}/resident/report")
    page.click(f'label.tile:has(input[value="{world.categories["water"]}"])')
    page.fill("#description", f"Two large photos {frappe.generate_hash(length=6)}")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "report_fault" in request.url else None)
    photo = {"name": "big.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}
    page.set_input_files("#photos", [photo, photo])
    page.wait_for_selector("#problem:visible")
    assert "together they may have 10 MB" in page.inner_text("#problem")
    page.click("#send")
    assert "Please remove one" in page.inner_text("#problem") and asked == []
    page.locator("#thumbs button").first.click()
    # The answer of a server that takes less than the site says.
    page.route(
        "**/*report_fault", lambda route: route.fulfill(status=413, content_type="text/html", body="<h1>413</h1>")
    )
    with page.expect_request("**/*report_fault"):
        page.click("#send")
    page.wait_for_selector("#problem:visible")
    assert "Please remove one" in page.inner_text("#problem") and page.locator("#send").is_enabled()
    page.context.close()


def test_a_report_whose_answer_is_lost_is_made_once(world: World, browser: Any) -> None:
    page = signed_in(world, browser, "neighbour")
    page.goto(f"{world.server}/resident/report")
    page.click(f'label.tile:has(input[value="{world.categories["water"]}"])')
    words = f"Sent from the lift {frappe.generate_hash(length=6)}"
    page.fill("#description", words)

    def lose_the_answer(route: Any) -> None:
        route.fetch()
        route.abort()

    page.route("**/*report_fault", lose_the_answer, times=1)
    page.click("#send")
    page.wait_for_selector("#problem:visible")
    assert "connection failed" in page.inner_text("#problem") and page.locator("#send").is_enabled()
    page.click("#send")
    page.wait_for_url("**/resident/repair?name=*")
    frappe.db.rollback()
    assert frappe.get_all("Repair Request", {"description": words}, pluck="name", order_by="name asc") == [
        page.url.split("name=")[1].split("&")[0]
    ]
    page.context.close()


@pytest.mark.parametrize("width", [360, 390, 1366])
def test_nothing_runs_over_the_edge_and_taps_find_their_target(world: World, browser: Any, width: int) -> None:
    page = signed_in(world, browser, "owner")
    page.set_viewport_size({"width": width, "height": 800})
    for path in (*PAGES, f"/repair?name={world.repairs['mine']}"):
        page.goto(f"{world.server}/resident{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        small = page.eval_on_selector_all(
            "main a.button, main button, nav a, .chip, .tile",
            "nodes => nodes.map(n => n.getBoundingClientRect()).filter(r => r.height > 0 && r.height < 44).length",
        )
        assert small == 0, path
        unnamed = page.eval_on_selector_all(
            "input:not([type=hidden]), textarea",
            "nodes => nodes.filter(n => !n.labels?.length && !n.getAttribute('aria-hidden')).map(n => n.name)",
        )
        assert unnamed == [], path
        assert page.locator("h1").count() == 1, path
    page.context.close()
