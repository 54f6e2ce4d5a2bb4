"""A resident pays his bills on his phone by the sandbox's gateway, from the home page to the receipt."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest

from tests.portal.bills import Money, make_money
from tests.portal.world import PASSWORD, World, make_world, remove_world
from tests.test_payment_callback import SECRET, set_gateway

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
PHONE = {"width": 390, "height": 844}
WAIT = 60_000
PICTURES = os.environ.get("PICTURES", "")


@pytest.fixture(scope="module")
def world(server: str) -> Iterator[World]:
    """Committed people."""
    made = make_world(server)
    try:
        yield made
    finally:
        remove_world(made)


@pytest.fixture(scope="module")
def money(world: World, server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Money]:
    """Committed bills, and the sandbox's gateway at work, named in the settings."""
    made = make_money(world)
    frappe.db.set_value("Resident", world.residents["owner"], "language", "en")
    frappe.db.commit()
    secret = tmp_path_factory.mktemp("gateway") / "secret"
    secret.write_text(SECRET)
    command = [sys.executable, str(ROOT / "sandbox" / "fake_gateway.py"), "--site-url", server]
    process = subprocess.Popen(
        [*command, "--secret-file", str(secret)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    try:
        first = process.stdout.readline() if process.stdout else ""
        assert first.startswith("ready "), first
        set_gateway(f"{first.split()[1]}/pay", SECRET)
        yield made
    finally:
        process.terminate()
        process.wait(20)
        frappe.db.rollback()
        set_gateway("", "")


def signed_in(world: World, browser: Any, who: str, **options: Any) -> Any:
    page = browser.new_context(viewport=PHONE, is_mobile=True, has_touch=True, **options).new_page()
    page.set_default_timeout(WAIT)
    page.goto(f"{world.server}/resident/sign-in?with=password")
    page.fill("#phone", world.phones[who])
    page.fill("#password", PASSWORD)
    page.click("button[value=password]")
    page.wait_for_url("**/resident")
    return page


def picture(page: Any, name: str) -> None:
    """Keep what the page looks like where PICTURES names a folder."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def number_of(text: str) -> float:
    return float(text.replace(",", ""))


def test_from_home_to_the_receipt(world: World, money: Money, browser: Any) -> None:
    page = signed_in(world, browser, "owner")
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.on("console", lambda line: failures.append(line.text) if line.type == "error" else None)
    page.click("a.card[href='/resident/bills']")
    total = number_of(page.inner_text(".owed .figure").split()[0])
    button = page.locator(".pay-bar .button", has_text="yuan")
    assert number_of(button.inner_text().split()[1]) == total, "once the script has added up what is chosen"
    page.uncheck(f"#b-{money.bills['overdue']}")
    assert button.inner_text() == "Pay 214.44 yuan"
    button.click()
    page.wait_for_url("**/resident/pay?bill=*")
    page.click("button:has-text('Pay 214.44 yuan')")
    page.wait_for_url("**/pay?payment=*")
    assert "214.44" in page.inner_text(".amount")
    page.click("button.pay")
    page.wait_for_url("**/resident/bills?paid=*")
    note = page.locator(".note.good")
    assert "Paid: 214.44 yuan" in note.inner_text()
    assert page.locator(f"#b-{money.bills['open']}").count() == 0, "it is paid"
    assert page.locator(f"#b-{money.bills['overdue']}").count() == 1, "the other one is not"
    note.locator("a").click()
    page.wait_for_url("**/resident/receipt?name=*")
    text = page.inner_text("main")
    assert "SJ-" in text and "214.44" in text and "Lin Owner" in text
    assert page.locator("[data-print]").is_visible()
    page.goto(f"{world.server}/resident/messages")
    assert "Your payment of 214.44 yuan has arrived" in page.inner_text("main")
    page.click("text=Open the Receipt")
    page.wait_for_url("**/resident/receipt?name=*")
    assert failures == []
    page.context.close()


def test_a_payment_that_fails_leaves_the_bill_open_and_it_works_without_javascript(
    world: World, money: Money, browser: Any
) -> None:
    page = signed_in(world, browser, "neighbour", java_script_enabled=False)
    page.goto(f"{world.server}/resident/bills")
    for press, said in (("fail", "did not go through"), ("pay", "Paid: 214.44 yuan")):
        page.click("text=Pay the Chosen Bills")
        page.click("button:has-text('Pay 214.44 yuan')")
        page.wait_for_url("**/pay?payment=*")
        page.click(f"button.{press}")
        page.wait_for_url("**/resident/bills?paid=*")
        assert said in page.inner_text("main .note")
    assert "Nothing to pay" in page.inner_text("main")
    page.context.close()


@pytest.mark.parametrize("width", [360, 390, 1366])
def test_nothing_runs_over_the_edge_and_taps_find_their_target(
    world: World, money: Money, browser: Any, width: int
) -> None:
    page = signed_in(world, browser, "owner")
    page.set_viewport_size({"width": width, "height": 800})
    bill, receipt = money.bills["overdue"], money.receipt
    for path in (
        "",
        "/bills",
        f"/bill?name={bill}",
        f"/pay?bill={bill}",
        "/receipts",
        f"/receipt?name={receipt}",
        "/statement",
    ):
        page.goto(f"{world.server}/resident{path}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        small = page.eval_on_selector_all(
            "main a.button, main button, nav a, .chip, .bill-label, .list a, summary",
            "nodes => nodes.map(n => n.getBoundingClientRect()).filter(r => r.height > 0 && r.height < 44).length",
        )
        assert small == 0, path
        unnamed = page.eval_on_selector_all(
            "input:not([type=hidden])", "nodes => nodes.filter(n => !n.labels?.length).map(n => n.name)"
        )
        assert unnamed == [] and page.locator("h1").count() == 1, path
    page.context.close()


@pytest.mark.skipif(not PICTURES, reason="PICTURES names no folder")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_pictures(world: World, money: Money, browser: Any, language: str) -> None:
    page = signed_in(world, browser, "owner")
    bill, receipt = money.bills["overdue"], money.receipt
    for name, path in {
        "home": "",
        "bills": "/bills",
        "bill": f"/bill?name={bill}",
        "pay": f"/pay?bill={bill}",
        "receipts": "/receipts",
        "receipt": f"/receipt?name={receipt}",
        "statement": "/statement",
    }.items():
        mark = "&" if "?" in path else "?"
        page.goto(f"{world.server}/resident{path}{mark}_lang={language}")
        for details in page.locator("details").all():
            details.evaluate("node => { node.open = true }")
        picture(page, f"{name}-{language}")
    page.context.close()
