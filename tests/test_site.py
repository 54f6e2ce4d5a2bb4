"""The bench the tests run on does what the tests rely on."""

import http.client
from typing import Any
from urllib.parse import urlsplit

import frappe
import pytest

NOTE = "Left behind by no test"


def test_the_app_is_installed(site: str) -> None:
    assert "property_service" in frappe.get_installed_apps()
    assert frappe.local.site == site


@pytest.mark.parametrize("turn", [1, 2])
def test_a_row_of_one_test_is_gone_in_the_next(turn: int) -> None:
    assert not frappe.db.exists("ToDo", {"description": NOTE})
    frappe.get_doc({"doctype": "ToDo", "description": NOTE}).insert()


@pytest.mark.parametrize("turn", [1, 2])
def test_a_cached_document_is_forgotten_with_its_change(turn: int) -> None:
    assert frappe.get_cached_doc("Website Settings").brand_html != NOTE
    frappe.db.set_single_value("Website Settings", "brand_html", NOTE)
    frappe.clear_document_cache("Website Settings", "Website Settings")
    assert frappe.get_cached_doc("Website Settings").brand_html == NOTE


def test_a_lock_is_let_go_with_its_test(site: str) -> None:
    frappe.db.set_value("User", "Guest", "bio", NOTE)


def test_another_connection_can_write_the_row_at_once(site: str) -> None:
    own = frappe.local.db
    try:
        frappe.connect(set_admin_as_user=False)
        frappe.db.sql("set innodb_lock_wait_timeout = 1")
        frappe.db.sql("select name from tabUser where name = 'Guest' for update")
    finally:
        frappe.db.close()
        frappe.local.db = own


def test_the_server_listens_on_loopback_and_shows_no_console(server: str) -> None:
    assert urlsplit(server).hostname == "127.0.0.1"
    for path in ("/console", "/?__debugger__=yes&cmd=resource&f=debugger.js"):
        link = http.client.HTTPConnection(urlsplit(server).netloc, timeout=60)
        link.request("GET", path)
        body = link.getresponse().read()
        assert b"Interactive Console" not in body and b"CONSOLE_MODE" not in body


@pytest.mark.browser
def test_the_desk_opens_in_a_browser(server: str, browser: Any) -> None:
    context = browser.new_context()
    page = context.new_page()
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{server}/login", wait_until="networkidle")
    assert page.locator("#login_email").count() == 1
    assert failures == []
    context.close()
