"""The gateway's callback over HTTP: forged, repeated, wrong, late, out of order, and many at once."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import frappe
import pytest
import requests

from property_service.fees import online_payments
from property_service.fees.charges import read_charges
from property_service.fees.ledger import rows_where, today_of
from property_service.fees.open_charges import due_on
from property_service.fees.payment_signature import sign
from property_service.fees.receipts import PaymentOrder, Tender, take_payment
from property_service.property_service import staff_notices
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of, start_of_local_day
from property_service.tests import factories as make
from tests import figures
from tests.gateway import SECRET, fields_of, set_gateway
from tests.portal.world import World, make_world, remove_world
from tests.web_queries import counted

PATH = "/api/method/property_service.fees.payment_api.payment_callback"
QUERIES_OF_A_CALLBACK = 60
# The settings, and the secret in them.
QUERIES_OF_A_FORGERY = 4


@pytest.fixture(scope="module")
def world(server: str) -> Iterator[World]:
    """Committed people, and a gateway in the settings."""
    made = make_world(server)
    set_gateway("https://gateway.invalid/pay", SECRET)
    try:
        yield made
    finally:
        frappe.db.rollback()
        set_gateway("", "")
        frappe.db.delete("Payment Callback Log", {"payload": ["like", "%no-such-payment%"]})  # of no community
        frappe.db.commit()
        remove_world(made)


@pytest.fixture
def charge(world: World) -> str:
    """A fresh charge of 100 yuan of the owner, committed."""
    name = make.make_charge(frappe.get_doc("Property Unit", world.rooms["shop"]), 100)
    frappe.db.commit()
    return name


def started(world: World, charge: str, amount: Any = 100) -> str:
    """A committed payment that waits for these charges."""
    name = online_payments.start(world.residents["owner"], [charge], amount, secrets.token_hex(8)).name
    frappe.db.commit()
    return name


def send(world: World, fields: dict[str, str]) -> requests.Response:
    return requests.post(f"{world.server}{PATH}", data=fields, timeout=60)


def word(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("message", "")


def state(payment: str) -> Any:
    """What is stored of a payment now."""
    frappe.db.rollback()
    return frappe.db.get_value("Online Payment", payment, ["status", "receipt", "refusal"], as_dict=True)


def receipts_of(payment: str) -> list[str]:
    frappe.db.rollback()
    return frappe.get_all("Fee Receipt", {"online_payment": payment}, pluck="name", order_by="name asc")


def outstanding(charge: str) -> Decimal:
    frappe.db.rollback()
    return read_charges([charge])[charge].outstanding


def test_a_payment_is_booked_told_and_answered_the_same_again(world: World, charge: str) -> None:
    payment = started(world, charge)
    fields = fields_of(payment)
    assert word(send(world, fields)) == (200, "Paid")
    found = state(payment)
    receipt = frappe.get_doc("Fee Receipt", found.receipt)
    assert (found.status, receipt.status, receipt.docstatus, receipt.cashier) == ("Paid", "Posted", 1, None)
    assert [(row.mode, money(row.amount)) for row in receipt.tenders] == [("Online", Decimal("100.00"))]
    assert outstanding(charge) == 0
    told = frappe.get_all(
        "Service Message", {"reference_name": receipt.name}, ["text", "resident"], order_by="name asc"
    )
    assert len(told) == 1 and receipt.receipt_number in told[0].text and told[0].resident == world.residents["owner"]
    assert word(send(world, fields)) == (200, "Paid"), "the same once more"
    assert word(send(world, fields_of(payment, transaction=fields["transaction"]))) == (200, "Paid"), "signed anew"
    assert word(send(world, fields_of(payment))) == (200, "Paid"), "under another number"
    assert receipts_of(payment) == [receipt.name]
    logs = frappe.get_all("Payment Callback Log", {"online_payment": payment}, pluck="outcome", order_by="name asc")
    assert len(logs) == 3 and sum("Paid again" in log for log in logs) == 1


def test_a_forger_learns_and_changes_nothing(world: World, charge: str) -> None:
    payment = started(world, charge)
    good = fields_of(payment)
    forged = [
        {**good, "signature": "0" * 64},
        {**good, "signature": ""},
        {**good, "signature": "ü" * 64},
        {**good, "amount": "0.01"},
        {**good, "payment": "no-such-payment"},
        {**good, "signature": sign("another secret of some length", good)},
    ]
    answers = {send(world, fields).text for fields in forged}
    assert len(answers) == 1, answers
    answer = send(world, forged[0])
    assert answer.status_code == 403 and payment not in answer.text and "100" not in answer.text
    assert state(payment).status == "Waiting" and receipts_of(payment) == []
    assert not frappe.db.exists("Payment Callback Log", {"online_payment": payment})


def test_a_flood_of_forgeries_costs_little_and_keeps_no_gateway_out(world: World, charge: str) -> None:
    """No limit by address or number: a gateway must never be locked out. Instead a forgery is cheap, writes nothing and locks nothing."""
    payment = started(world, charge)
    good = fields_of(payment)
    forged = {**good, "signature": "0" * 64}
    with pytest.raises(frappe.PermissionError):
        online_payments.receive(forged)  # what is read once
    before = frappe.db.count("Payment Callback Log"), frappe.db.count("Error Log")
    with counted() as queries:
        for number in range(200):
            with pytest.raises(frappe.PermissionError):
                online_payments.receive({**forged, "nonce": str(number), "payment": "x" * number})
    figures.count("attacks tried", 205)
    print(f"queries of a forgery: {len(queries) / 200}")
    assert len(queries) <= 200 * QUERIES_OF_A_FORGERY
    assert all(query.lstrip().lower().startswith("select") and "for update" not in query.lower() for query in queries)
    for size in (10_000, 1_000_000):
        answer = send(world, {**forged, "nonce": "x" * size})
        assert answer.status_code in (403, 413) and "Traceback" not in answer.text
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda fields: send(world, fields).status_code, [forged, forged, good, forged]))
    assert answers == [403, 403, 200, 403]
    frappe.db.rollback()
    assert (frappe.db.count("Payment Callback Log"), frappe.db.count("Error Log")) == (before[0] + 1, before[1])


def test_a_callback_about_anothers_payment_pays_that_one_only(world: World, charge: str) -> None:
    """Of two payments, in two communities, each takes what was signed for it: the numbers cannot be exchanged."""
    payment = started(world, charge)
    far = make.make_charge(frappe.get_doc("Property Unit", world.rooms["far_room"]), 100)
    frappe.db.commit()
    other = online_payments.start(world.residents["stranger"], [far], 100, secrets.token_hex(8)).name
    frappe.db.commit()
    good = fields_of(payment)
    assert send(world, {**good, "payment": other}).status_code == 403
    assert (state(payment).status, state(other).status) == ("Waiting", "Waiting")
    assert word(send(world, good)) == (200, "Paid")
    assert send(world, fields_of(other, transaction=good["transaction"])).status_code == 409
    assert (outstanding(charge), outstanding(far)) == (0, 100)
    with pytest.raises(RuleError):
        online_payments.start(world.residents["owner"], [far], 100, "x")


@pytest.mark.parametrize("offset", [-301, 360])
def test_too_old_or_of_the_future(world: World, charge: str, offset: int) -> None:
    payment = started(world, charge)
    answer = send(world, fields_of(payment, timestamp=str(int(time.time()) + offset)))
    assert answer.status_code == 403 and state(payment).status == "Waiting"


def test_missing_and_unknown_fields(world: World, charge: str) -> None:
    fields = fields_of(started(world, charge))
    assert send(world, {**fields, "extra": "1"}).status_code == 400
    assert send(world, {name: value for name, value in fields.items() if name != "nonce"}).status_code == 400
    assert requests.get(f"{world.server}{PATH}", params=fields, timeout=60).status_code in (403, 405)


@pytest.mark.parametrize("values", [{"amount": "99.99"}, {"amount": "100.01"}, {"currency": "USD"}])
def test_wrong_amount_or_currency_is_refused_and_kept_on_record(world: World, charge: str, values: dict) -> None:
    payment = started(world, charge)
    fields = fields_of(payment, **values)
    assert send(world, fields).status_code == 409
    assert send(world, fields).status_code == 409, "the same once more"
    found = state(payment)
    assert found.status == "Refused" and next(iter(values.values())) in found.refusal
    assert frappe.db.count("Payment Callback Log", {"online_payment": payment}) == 1
    assert receipts_of(payment) == [] and outstanding(charge) == 100
    assert word(send(world, fields_of(payment))) == (200, "Paid"), "the right amount is taken after all"
    assert outstanding(charge) == 0


def test_unknown_payment_used_nonce_and_used_transaction(world: World, charge: str) -> None:
    assert send(world, fields_of("no-such-payment")).status_code == 409
    first, fields = started(world, charge), fields_of("")
    fields = fields_of(first)
    assert send(world, fields).status_code == 200
    other = make.make_charge(frappe.get_doc("Property Unit", world.rooms["shop"]), 100)
    frappe.db.commit()
    second = started(world, other)
    assert send(world, fields_of(second, nonce=fields["nonce"])).status_code == 409
    assert state(second).status == "Waiting", "a nonce of before says nothing about this payment"
    assert send(world, fields_of(second, transaction=fields["transaction"])).status_code == 409
    assert state(second).status == "Refused" and outstanding(other) == 100


def test_out_of_order(world: World, charge: str) -> None:
    payment = started(world, charge)
    assert word(send(world, fields_of(payment))) == (200, "Paid")
    assert word(send(world, fields_of(payment, status="Failed"))) == (200, "Paid")
    assert word(send(world, fields_of(payment, status="Refunded"))) == (200, "Noted")
    assert state(payment).status == "Paid" and outstanding(charge) == 0 and len(receipts_of(payment)) == 1


def test_paid_after_failed(world: World, charge: str) -> None:
    payment = started(world, charge)
    assert word(send(world, fields_of(payment, status="Failed"))) == (200, "Failed")
    assert state(payment).status == "Failed" and outstanding(charge) == 100
    assert word(send(world, fields_of(payment))) == (200, "Paid")
    assert state(payment).status == "Paid" and outstanding(charge) == 0


def test_money_after_expiry_is_booked_and_what_was_paid_meanwhile_becomes_a_prepayment(
    world: World, charge: str
) -> None:
    payment = started(world, charge)
    past = online_payments.site_now() - timedelta(minutes=1)
    frappe.db.set_value("Online Payment", payment, "expires_at", past)
    online_payments.expire_waiting()
    order = PaymentOrder(
        world.homes["here"], world.residents["owner"], (charge,), (Tender("Cash", Decimal(60)),), Decimal(60)
    )
    take_payment(order, "Administrator")
    frappe.db.commit()
    assert state(payment).status == "Expired"
    assert word(send(world, fields_of(payment))) == (200, "Paid")
    receipt = frappe.get_doc("Fee Receipt", state(payment).receipt)
    assert (money(receipt.allocated), money(receipt.prepaid)) == (Decimal("40.00"), Decimal("60.00"))
    assert outstanding(charge) == 0


def test_all_of_it_becomes_a_prepayment_where_nothing_is_open(world: World, charge: str) -> None:
    payment = started(world, charge)
    order = PaymentOrder(
        world.homes["here"], world.residents["owner"], (charge,), (Tender("Cash", Decimal(100)),), Decimal(100)
    )
    take_payment(order, "Administrator")
    frappe.db.commit()
    assert word(send(world, fields_of(payment))) == (200, "Paid")
    receipt = frappe.get_doc("Fee Receipt", state(payment).receipt)
    assert (money(receipt.prepaid), receipt.unit) == (Decimal("100.00"), world.rooms["shop"])


@pytest.mark.parametrize("same", [True, False])
def test_ten_at_once_make_one_receipt(world: World, charge: str, same: bool) -> None:
    payment = started(world, charge)
    one = fields_of(payment)
    sent = [one if same else fields_of(payment, transaction=one["transaction"]) for _number in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda fields: word(send(world, fields)), sent))
    assert answers.count((200, "Paid")) >= 1 and {status for status, _text in answers} <= {200, 409}, answers
    assert word(send(world, one)) == (200, "Paid"), "whoever met others sends it again"
    assert len(receipts_of(payment)) == 1
    frappe.db.rollback()
    assert sum(row.amount for row in rows_where(receipt=receipts_of(payment)[0], entry_type="Payment")) == -100
    assert outstanding(charge) == 0


def test_off_while_the_settings_are_empty(world: World, charge: str) -> None:
    payment = started(world, charge)
    try:
        set_gateway("", "")
        assert send(world, fields_of(payment)).status_code == 403
        with pytest.raises(RuleError, match="not set up"):
            online_payments.start(world.residents["owner"], [charge], 100, "x")
    finally:
        set_gateway("https://gateway.invalid/pay", SECRET)
    assert state(payment).status == "Waiting"


# Starting


def test_the_same_charges_wait_once(world: World, charge: str) -> None:
    owner = world.residents["owner"]
    first = online_payments.start(owner, [charge], 100, "click-1")
    assert online_payments.start(owner, [charge], 100, "click-1").name == first.name
    assert online_payments.start(owner, [charge], "100.00", "click-2").name == first.name
    other = make.make_charge(frappe.get_doc("Property Unit", world.rooms["shop"]), 30)
    both = online_payments.start(owner, [other, charge], 130, "click-3")
    assert both.name != first.name
    assert frappe.db.get_value("Online Payment", first.name, "status") == "Expired"


@pytest.mark.parametrize("amount", [0, -1, "99.99", "100.001", "a lot", 100000000001])
def test_the_amount_is_what_is_open_today(world: World, charge: str, amount: Any) -> None:
    with pytest.raises(RuleError):
        online_payments.start(world.residents["owner"], [charge], amount, "x")


def test_late_fees_of_today_are_part_of_it(world: World) -> None:
    unit = frappe.get_doc("Property Unit", world.rooms["shop"])
    terms = {"late_fee_rate": 0.05, "grace_days": 0, "late_fee_cap": 30}
    item = make.make_fee_item(unit.community, one_off=1, kind="Fixed", prices=[], **terms)
    due = today_of(unit.community) - timedelta(days=20)
    name = make.make_charge(unit, 1000, item, due_date=due)
    owner = world.residents["owner"]
    with pytest.raises(RuleError, match="1010"):
        online_payments.start(owner, [name], 1000, "x")
    assert money(online_payments.start(owner, [name], 1010, "y").amount) == 1010


@pytest.mark.parametrize(("minutes", "days_back", "left"), [(3, 1, 0), (40, 0, Decimal("0.50"))])
def test_shown_before_midnight_and_called_back_after(world: World, minutes: int, days_back: int, left: Decimal) -> None:
    """1,000 yuan, 19 days late at 0.05 %: the tenth of a day more was not shown to who pays within the time."""
    unit = frappe.get_doc("Property Unit", world.rooms["shop"])
    today = today_of(unit.community)
    shown_at = start_of_local_day(unit.community, today) - timedelta(minutes=2)
    terms = {"late_fee_rate": 0.05, "grace_days": 0, "late_fee_cap": 30}
    item = make.make_fee_item(unit.community, one_off=1, kind="Fixed", prices=[], **terms)
    with as_of(shown_at):
        name = make.make_charge(unit, 1000, item, due_date=today - timedelta(days=20))
        payment = online_payments.start(world.residents["owner"], [name], "1009.50", secrets.token_hex(8)).name
    with as_of(shown_at + timedelta(minutes=minutes)):
        assert online_payments.receive(fields_of(payment, amount="1009.50")).word == "Paid"
    receipt = frappe.get_doc("Fee Receipt", {"online_payment": payment})
    (due,) = due_on([name], today)
    assert (receipt.posting_date, due.principal + due.late_fee) == (today - timedelta(days=days_back), left)
    frappe.db.rollback()


def test_managers_are_told_once_of_money_that_came_twice(world: World, charge: str) -> None:
    payment = started(world, charge)
    online_payments.receive(fields_of(payment))
    again = fields_of(payment)
    with patch.object(online_payments, "tell_many") as told:
        online_payments.receive(again)
        online_payments.receive(fields_of(payment, transaction=again["transaction"]))
    managers = sorted({world.people["manager"]} | make.managers_of_everything())
    assert [staff_notices.deliver(call.args[0], "Guest") for call in told.call_args_list] == [len(managers), 0]
    rows = frappe.get_all(
        "Notification Log", {"document_name": payment}, ["for_user", "subject"], order_by="for_user asc"
    )
    assert sorted(row.for_user for row in rows) == managers
    assert again["transaction"] in rows[0].subject and "100.00" in rows[0].subject
    frappe.db.rollback()


def test_only_ones_own_charges(world: World, charge: str) -> None:
    for resident, charges in (
        (world.residents["neighbour"], [charge]),
        (world.residents["owner"], []),
        (world.residents["owner"], ["no such charge"]),
    ):
        with pytest.raises(RuleError):
            online_payments.start(resident, charges, 100, "x")


def test_nobody_changes_a_payment_by_hand(world: World, charge: str) -> None:
    payment = started(world, charge)
    doc = frappe.get_doc("Online Payment", payment)
    doc.status = "Paid"
    for act in (doc.save, doc.delete):
        with pytest.raises(frappe.PermissionError):
            act()
    answer = world.person("manager").http.delete(f"{world.server}/api/resource/Online Payment/{payment}", timeout=60)
    assert answer.status_code in (400, 403), "the token is missing or the right is"
    assert state(payment).status == "Waiting"


def test_a_callback_takes_few_queries(world: World, charge: str) -> None:
    payment = started(world, charge)
    online_payments.receive(fields_of(payment, status="Failed"))  # what is read once
    with counted() as queries:
        assert online_payments.receive(fields_of(payment)).word == "Paid"
    print(f"queries of a callback: {len(queries)}")
    assert len(queries) <= QUERIES_OF_A_CALLBACK
