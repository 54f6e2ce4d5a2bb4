"""Bills, receipts and statements in the portal: what the debtor sees, and that nobody else sees any of it."""

from __future__ import annotations

import html
import io
import json
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

import frappe
import pytest

from property_service.fees.charges import read_charges
from property_service.fees.ledger import today_of
from property_service.fees.months import add_months, month_of, month_text
from property_service.portal import fee_api, fee_pages
from tests.portal import bills as make_bills
from tests.portal.bills import Money, make_money
from tests.portal.world import Person, World
from tests.test_payment_callback import SECRET, set_gateway
from tests.web_queries import ask

PAGES = ("/bills", "/receipts", "/statement", "/bill?name={open}", "/receipt?name={receipt}", "/pay?bill={open}")
OTHERS = ("tenant", "neighbour", "gone", "stranger", "guest")
A_PAGE = 15
SENT = re.compile(r'name="(bills|amount|client_key)" value="([^"]*)"')
WORKING = "89.35 m² × 2.4 = 214.44"


@pytest.fixture(scope="module")
def money(world: World) -> Iterator[Money]:
    """Committed bills, and a gateway in the settings."""
    made = make_money(world)
    set_gateway("https://gateway.invalid/pay", SECRET)
    yield made
    frappe.db.rollback()
    set_gateway("", "")


def text_of(world: World, who: str, path: str) -> str:
    answer = world.person(who).get(f"/resident{path}")
    assert answer.status_code == 200, (answer.status_code, answer.text[:500])
    return answer.text


@pytest.mark.parametrize("page", PAGES)
def test_pages_open_and_are_kept_to_themselves(world: World, money: Money, page: str) -> None:
    path = page.format(receipt=money.receipt, **money.bills)
    text = text_of(world, "owner", path)
    assert "no such element" not in text and "{{" not in text and "Traceback" not in text and "None" not in text
    assert not re.search(r"<(?:script|style)[^>]*>[^<]", text), "inline code would be blocked"
    guest = Person(world.server).get(f"/resident{path}")
    assert guest.headers["Location"].startswith("/resident/sign-in?next=/resident")


def test_the_debtor_sees_what_is_open_by_unit_and_what_makes_it_up(world: World, money: Money) -> None:
    text = text_of(world, "owner", "/bills")
    assert WORKING in text and "Billable area × price" in text and "Property fee" in text
    overdue = read_charges(make_bills.charges_of(money.bills["overdue"])).popitem()[1]
    late = round(float(overdue.amount) * 0.05 / 100 * 20, 2)
    assert f"{late:.2f}" in text and "Late fee as of today" in text and ">Overdue<" in text
    total = 214.44 + float(overdue.amount) + late
    assert f"{total:.2f}" in text, "principal and late fee together"
    assert money.bills["paid"] in text, "under the paid ones"
    assert text.count('class="tick"') == 2
    assert money.bills["of neighbour"] not in text and money.bills["of gone"] not in text


def test_home_says_what_is_open(world: World, money: Money) -> None:
    text = text_of(world, "owner", "")
    assert "To pay: 394.93 yuan" in text and "Overdue: 180.49 yuan" in text and "Next due on" in text
    assert "To pay: " not in text_of(world, "tenant", ""), "the tenant of the same room owes nothing"


def test_more_bills_than_are_shown_are_said(world: World, money: Money) -> None:
    frappe.set_user(world.people["owner"])
    with patch.object(fee_pages, "MOST_BILLS", 1):
        assert all(fee_pages.owing(world.rooms[room]) for room in ("room", "shop")), "each is counted for itself"
        assert fee_pages.owing()["cut"] and fee_pages.open_bills()["cut"] == 1
    assert not fee_pages.owing()["cut"] and not fee_pages.open_bills()["cut"]


def test_whoever_has_moved_out_still_sees_and_pays_his_own(world: World, money: Money) -> None:
    text = text_of(world, "gone", "/bills")
    assert money.bills["of gone"] in text and money.bills["open"] not in text
    assert "To pay: 214.44" in text_of(world, "gone", "")
    assert money.bills["of gone"] in text_of(world, "gone", f"/pay?bill={money.bills['of gone']}")


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_sees_any_of_it_in_the_portal(world: World, money: Money, who: str) -> None:
    person = Person(world.server, world.people.get(who))
    number = frappe.db.get_value("Fee Receipt", money.receipt, "receipt_number")
    for page in PAGES:
        answer = person.get(f"/resident{page.format(receipt=money.receipt, **money.bills)}")
        for secret in (number, money.bills["overdue"], money.bills["paid"], "Lin Owner"):
            assert secret not in answer.text, (page, secret)
        # One's own name of a page may be in the address only.
        assert f"Bill {money.bills['open']}" not in answer.text
    for path in (f"/bill?name={money.bills['open']}", f"/receipt?name={money.receipt}"):
        assert person.get(f"/resident{path}").status_code in ((403,) if who != "guest" else (301, 302))


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_gets_it_past_the_pages(world: World, money: Money, who: str) -> None:
    person = Person(world.server, world.people.get(who))
    number = frappe.db.get_value("Fee Receipt", money.receipt, "receipt_number")
    of_all = (("Fee Bill", money.bills["open"]), ("Fee Receipt", money.receipt), ("Fee Charge", ""))
    charge = make_bills.charges_of(money.bills["open"])[0]
    for doctype, name in of_all:
        name = name or charge
        for path in (
            f"/api/resource/{doctype}",
            f"/api/resource/{doctype}/{name}",
            f"/api/v2/document/{doctype}/{name}",
            f"/api/method/frappe.client.get?doctype={doctype}&name={name}",
            f"/api/method/frappe.client.get_list?doctype={doctype}",
            f"/api/method/frappe.desk.reportview.get?doctype={doctype}",
            "/api/method/frappe.desk.query_report.run?report_name=Unit Statement",
            f"/printview?doctype={doctype}&name={name}",
            f"/api/method/frappe.utils.print_format.download_pdf?doctype={doctype}&name={name}",
        ):
            answer = person.get(path)
            assert answer.status_code >= 400, (path, answer.status_code)
            assert number not in answer.text and "214.44" not in answer.text
    answer = person.call("property_service.portal.fee_api.receipt_pdf", "GET", name=money.receipt)
    assert answer.status_code == 403 and number not in answer.text


@pytest.mark.parametrize("who", ["tenant", "neighbour", "gone", "stranger", "desk"])
def test_nobody_pays_the_bills_of_others(world: World, money: Money, who: str) -> None:
    person = Person(world.server, world.people[who])
    person.get("/resident/account" if who != "desk" else "/app")
    sent = {"bills": json.dumps([money.bills["open"]]), "amount": "214.44", "client_key": secrets.token_hex(8)}
    answer = person.call("property_service.portal.fee_api.pay", **sent)
    assert answer.status_code in (400, 403) and "214.44" not in answer.text
    frappe.db.rollback()
    assert not frappe.db.exists("Online Payment", {"resident": world.residents.get(who, "")})


def test_files_of_receipts_are_the_staffs(world: World, money: Money) -> None:
    doc = frappe.get_doc(
        {
            "doctype": "File",
            "file_name": f"scan-{secrets.token_hex(4)}.txt",
            "content": b"a scan of the counterfoil",
            "attached_to_doctype": "Fee Receipt",
            "attached_to_name": money.receipt,
        }
    ).insert()
    frappe.db.commit()
    for who in ("owner", *OTHERS):
        answer = Person(world.server, world.people.get(who)).get(doc.file_url)
        assert answer.status_code in (403, 404) and "counterfoil" not in answer.text, who
    doc.delete()
    frappe.db.commit()


def test_a_receipt_is_printed_and_downloaded(world: World, money: Money) -> None:
    number = frappe.db.get_value("Fee Receipt", money.receipt, "receipt_number")
    assert number in text_of(world, "owner", "/receipts")
    text = text_of(world, "owner", f"/receipt?name={money.receipt}")
    assert number in text and "Lin Owner" in text and "214.44" in text and "data-print" in text
    answer = world.person("owner").call("property_service.portal.fee_api.receipt_pdf", "GET", name=money.receipt)
    if not fee_api.makes_pdf():
        assert answer.status_code == 409 and "print it instead" in answer.text and "save it as PDF" in text
        return
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/pdf", answer.text[:300]
    assert f"{number}.pdf" in answer.headers["Content-Disposition"]
    from pypdf import PdfReader

    written = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert number in written and "214.44" in written


def test_the_statement_of_a_year_adds_up(world: World, money: Money) -> None:
    text = text_of(world, "owner", "/statement")
    rows = re.findall(r'<td class="yuan">(−?[\d.,]+)</td><td class="yuan">(−?[\d.,]+)</td>', text)
    amounts = [[round(float(cell.replace("−", "-").replace(",", "")) * 100) for cell in row] for row in rows]
    assert len(rows) == 4, "three charges, one payment"
    assert sum(amount for amount, _balance in amounts) == amounts[-1][1]
    unpaid = sum(
        round(float(row.outstanding) * 100)
        for bill in ("open", "overdue")
        for row in read_charges(make_bills.charges_of(money.bills[bill])).values()
    )
    assert amounts[-1][1] == unpaid
    assert "Statement of" in text_of(world, "owner", "/statement?year=1999'--")


def test_a_bill_is_chosen_and_payment_begins_once(world: World, money: Money) -> None:
    person = Person(world.server, world.people["owner"])
    page = person.get(f"/resident/pay?bill={money.bills['open']}&bill={money.bills['of neighbour']}")
    assert money.bills["of neighbour"] not in page.text.split("<main")[1]
    sent = {name: html.unescape(value) for name, value in SENT.findall(page.text)}
    assert sent["amount"] == "214.44"
    answers = [person.post("/resident/pay", **sent).headers.get("Location", "") for _time in range(2)]
    assert answers[0] == answers[1] and answers[0].startswith("/resident/payment?name=")
    page = person.get(answers[0])
    assert "https://gateway.invalid/pay?payment=" in page.text and 'http-equiv="refresh"' in page.text
    assert world.person("neighbour").get(answers[0]).status_code == 403
    assert "gateway.invalid" not in world.person("tenant").get(answers[0]).text
    name = re.search(r"name=(\w+)", answers[0])[1]
    back = person.get(f"/resident/bills?paid={name}").text
    assert "We have not heard" in back
    assert "among yours" in world.person("neighbour").get(f"/resident/bills?paid={name}").text


def test_the_gateway_is_told_the_community_of_the_payment(world: World, money: Money) -> None:
    person = world.person("gone")
    page = person.get(f"/resident/pay?bill={money.bills['of gone']}")
    sent = {name: html.unescape(value) for name, value in SENT.findall(page.text)}
    page = person.get(person.post("/resident/pay", **sent).headers["Location"])
    address = html.unescape(re.search(r'href="(https://gateway[^"]*)"', page.text)[1])
    name = frappe.db.get_value("Community", world.homes["here"], "community_name")
    assert parse_qs(urlsplit(address).query)["title"] == [name], "he has no room there any more"
    frappe.db.delete("Online Payment", {"resident": world.residents["gone"]})
    frappe.db.commit()


@pytest.mark.parametrize(
    "values",
    [
        {"amount": "1.00"},
        {"amount": "free"},
        {"bills": "[]"},
        {"bills": "no list"},
        {"bills": '[{"a": 1}]'},
        {"bills": '["no such bill"]'},
        {"client_key": "x" * 500},
        {"extra": "1"},
    ],
)
def test_bad_input_is_refused_with_a_sentence(world: World, money: Money, values: dict[str, str]) -> None:
    person = world.person("owner")
    person.get("/resident/account")
    good = {"bills": json.dumps([money.bills["open"]]), "amount": "214.44", "client_key": secrets.token_hex(8)}
    answer = person.call("property_service.portal.fee_api.pay", **{**good, **values})
    assert 400 <= answer.status_code < 500 and "Traceback" not in answer.text
    if "extra" not in values:
        page = person.post("/resident/pay", **{**good, **values})
        assert 400 <= page.status_code < 500 and 'role="alert"' in page.text


def test_without_a_gateway_bills_are_shown_and_not_paid(world: World, money: Money) -> None:
    set_gateway("", "")
    try:
        text = text_of(world, "owner", "/bills")
        assert WORKING in text and 'class="tick"' not in text and "at the front desk" in text
        assert "not set up here" in text_of(world, "owner", f"/pay?bill={money.bills['open']}")
    finally:
        set_gateway("https://gateway.invalid/pay", SECRET)


def test_names_are_shown_as_text(world: World, money: Money) -> None:
    nasty = "<img src=x onerror=alert(1)> {{ 7*7 }}"
    frappe.db.set_value("Fee Item", money.items["property"], "item_name", nasty)
    frappe.db.commit()
    try:
        pages = [text_of(world, "owner", page.format(receipt=money.receipt, **money.bills)) for page in PAGES]
        assert "&lt;img src=x" in pages[0] and not any("<img src=x" in text or "> 49" in text for text in pages)
    finally:
        frappe.db.set_value("Fee Item", money.items["property"], "item_name", "Property fee")
        frappe.db.commit()


def test_chinese_pages_have_no_english_words_of_ours(world: World, money: Money) -> None:
    person = Person(world.server, world.people["owner"])
    text = person.get("/resident/bills?_lang=zh").text
    assert "我的账单" in text and "My Bills" not in text and "What makes it up" not in text


def test_pages_take_few_queries_however_much_there_is(site: str, world: World, money: Money) -> None:
    sid = world.person("owner").http.cookies["sid"]
    paths = ("/resident/bills", "/resident", "/resident/receipts", "/resident/statement")

    def figures() -> dict[str, int]:
        for path in paths:
            ask(site, sid, path)
        return {path: len(ask(site, sid, path).everything) for path in paths}

    few = figures()
    today = today_of(world.homes["here"])
    for number in range(30):
        month = add_months(month_of(today), -6 - number)
        due = today - timedelta(days=200 + number)
        made = make_bills.bill(world, "owner", "room", money.items["late" if number % 2 else "property"], month, due)
        if number % 3 == 0:
            make_bills.pay(world, "owner", made)
    frappe.db.commit()
    more = figures()
    print(f"queries of the pages about money {few}, with ten times the bills {more}")
    assert more == few and max(few.values()) <= A_PAGE, (few, more)
    text = text_of(world, "owner", "/bills")
    assert text.count('class="tick"') == 22 and month_text(add_months(month_of(today), -7)) in text
