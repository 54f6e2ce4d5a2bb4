"""Two cashiers, many payers and a payment gateway want to pay the same bills at the same moment: every yuan is taken once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import frappe
import pytest

from property_service.fees import audit, charges, counter_api, online_payments, payment_api
from property_service.property_service.errors import BusyNow, InputRefused
from property_service.property_service.money import money
from property_service.tests import factories as make
from tests.gateway import SECRET, fields_of, set_gateway
from tests.money_estate import remove_money
from tests.parallel import at_once

MANY = 50
AMOUNT = 400
PERSISTENT = 100


@pytest.fixture
def estate(site: str) -> Iterator[frappe._dict]:
    """A committed unit with five charges, of which four are on two bills; two cashiers. Removed afterwards."""
    community = make.make_community()
    unit = make.make_unit(make.make_building(community))
    owner = make.make_resident(unit)
    cashiers = [make.make_staff("Property Cashier", community=community) for _ in range(2)]
    item = make.make_fee_item(community, one_off=1, kind="Fixed", prices=[], late_fee_rate=0.05, late_fee_cap=30)
    names = [make.make_charge(unit, AMOUNT, item, due_date="2026-01-15") for _ in range(5)]
    bills = [charges.read_charges([name])[name].fee_bill for name in names]
    for number, bill in ((1, bills[0]), (3, bills[2])):
        frappe.db.set_value("Fee Charge", names[number], "fee_bill", bill)
    frappe.db.delete("Fee Bill", {"name": ["in", (bills[1], bills[3])]})
    charges.refresh(names)
    frappe.db.commit()
    yield frappe._dict(community=community.name, unit=unit.name, owner=owner.name, cashiers=cashiers, charges=names)
    remove_money(community, [owner.name], cashiers)


def paying(
    estate: frappe._dict, number: int, names: list[str], amount: str, snapshot_isolation: int = 0, **values: Any
) -> Callable[[], Any]:
    """An act of one cashier who tries again where he is told to."""
    sent = {
        "community": estate.community,
        "payer": estate.owner,
        "charges": names,
        "tenders": [{"mode": ("Cash", "WeChat")[number % 2], "amount": amount}],
        "to_pay": amount,
        "client_key": f"{estate.community}-{number}",
        **values,
    }
    return persistent(estate, estate.cashiers[number % 2], counter_api.pay, sent, snapshot_isolation)


def calling_back(
    estate: frappe._dict, payment: str, amount: str, snapshot_isolation: int = 0, **values: str
) -> Callable[[], Any]:
    """An act of the gateway, which nobody has signed in and which sends again where it is told to."""
    sent = fields_of(payment, amount=amount, **values)
    return persistent(estate, "Guest", payment_api.payment_callback, sent, snapshot_isolation)


def persistent(
    estate: frappe._dict, user: str, endpoint: Any, sent: dict[str, Any], snapshot_isolation: int = 0
) -> Callable[[], Any]:
    """An act that asks an endpoint again as long as others are quicker at the same rows."""

    def act() -> Any:
        if snapshot_isolation:  # the default from MariaDB 11.6 on
            frappe.db.sql("set session innodb_snapshot_isolation = 1")
        frappe.set_user(user)
        # As in a web request, something was read before the payment begins.
        frappe.db.count("Fee Ledger Entry", {"community": estate.community})
        for _attempt in range(PERSISTENT):
            try:
                return endpoint.run(dict(sent))
            except BusyNow:
                frappe.db.rollback()
        raise AssertionError("never got through")

    return act


def whole_of(estate: frappe._dict) -> Decimal:
    """What is open of the estate's charges today, in yuan."""
    view = counter_api.counter.counter_view(estate.community, estate.unit, None)
    return sum(row["principal"] + row["late_fee"] for bill in view["bills"] for row in bill["charges"])


def agree(estate: frappe._dict, results: list[Any]) -> list[dict]:
    """The receipts written; fails where the ledger and any copy differ, or an act went wrong otherwise than by a sentence."""
    written = [result for result in results if isinstance(result, dict)]
    refused = [result for result in results if not isinstance(result, dict)]
    assert all(isinstance(error, InputRefused) and str(error) for error in refused), refused
    frappe.db.rollback()
    assert audit.differences(estate.community) == []
    assert frappe.db.count("Fee Receipt", {"community": estate.community}) == len({one["name"] for one in written})
    return written


@pytest.mark.parametrize("snapshot_isolation", [0, 1])
def test_fifty_pay_the_same_bills_whole(site: str, estate: frappe._dict, snapshot_isolation: int) -> None:
    due = whole_of(estate)
    assert due > 5 * AMOUNT
    acts = [paying(estate, number, estate.charges, str(due), snapshot_isolation) for number in range(MANY)]
    written = agree(estate, at_once(site, acts))
    assert len(written) == 1
    rows = charges.read_charges(estate.charges).values()
    assert {row.status for row in rows} == {"Paid"}
    assert sum(row.paid + row.late_fee_paid for row in rows) == due


@pytest.mark.parametrize(("many", "snapshot_isolation"), [(MANY, 0), (20, 1)])
def test_many_pay_parts_of_the_same_bills(site: str, estate: frappe._dict, many: int, snapshot_isolation: int) -> None:
    """Each brings 7.30 yuan for some of the charges; all fit, so all are taken, each once."""
    acts = [paying(estate, number, estate.charges[number % 5 :], "7.30", snapshot_isolation) for number in range(many)]
    written = agree(estate, at_once(site, acts))
    assert len(written) == many
    paid = sum(row.paid + row.late_fee_paid for row in charges.read_charges(estate.charges).values())
    assert paid == many * Decimal("7.30")
    numbers = sorted(one["receipt_number"] for one in written)
    assert [int(number[-6:]) for number in numbers] == list(range(1, many + 1))


@pytest.fixture
def gateway(site: str) -> Iterator[None]:
    """A payment gateway in the settings."""
    set_gateway("https://gateway.invalid/pay", SECRET)
    yield
    frappe.db.rollback()
    set_gateway("", "")


@pytest.mark.parametrize("snapshot_isolation", [0, 1])
@pytest.mark.parametrize("part", [None, "70.00"])
def test_cashiers_and_the_gateway_at_once(
    site: str, estate: frappe._dict, gateway: None, part: str | None, snapshot_isolation: int
) -> None:
    """The gateway has the money already: it is booked whole, once, and what finds nothing open is prepaid."""
    due = whole_of(estate)
    payment = online_payments.start(estate.owner, estate.charges, due, "click").name
    frappe.db.commit()
    same = fields_of(payment, amount=str(due))
    callbacks = [
        # the same once more, signed anew, and under another number
        *[persistent(estate, "Guest", payment_api.payment_callback, same, snapshot_isolation)] * 4,
        *(
            calling_back(estate, payment, str(due), snapshot_isolation, transaction=same["transaction"])
            for _n in range(4)
        ),
        *(calling_back(estate, payment, str(due), snapshot_isolation) for _n in range(2)),
    ]
    cashiers = [
        paying(
            estate,
            number,
            estate.charges[number % 5 :] if part else estate.charges,
            part or str(due),
            snapshot_isolation,
        )
        for number in range(MANY - len(callbacks))
    ]
    # in turn, so that neither side is let off first
    acts = [
        act for group in (cashiers[0::4], callbacks, cashiers[1::4], cashiers[2::4], cashiers[3::4]) for act in group
    ]
    results = at_once(site, acts)
    answers = [one for one in results if isinstance(one, str)]
    assert answers == ["Paid"] * len(callbacks), results
    frappe.db.rollback()
    online = frappe.get_all(
        "Fee Receipt", {"online_payment": payment}, ["name", "receipt_number", "amount", "prepaid"], order_by="name asc"
    )
    assert [money(row.amount) for row in online] == [due]
    written = agree(estate, [*(one for one in results if not isinstance(one, str)), *online])
    rows = charges.read_charges(estate.charges).values()
    assert {row.status for row in rows} == {"Paid"}
    assert sum(row.paid + row.late_fee_paid for row in rows) == due
    assert sum(money(one["amount"]) for one in written) - money(online[0].prepaid) == due
    assert sorted(int(one["receipt_number"][-6:]) for one in written) == list(range(1, len(written) + 1))


def test_one_click_sent_many_times_pays_once(site: str, estate: frappe._dict) -> None:
    acts = [paying(estate, 0, estate.charges, "50.00", client_key=f"{estate.community}-click") for _ in range(12)]
    written = agree(estate, at_once(site, acts))
    assert len(written) == 12
    assert len({one["name"] for one in written}) == 1


def test_a_prepayment_is_laid_or_given_back_once(site: str, estate: frappe._dict) -> None:
    frappe.set_user(estate.cashiers[0])
    receipt = paying(estate, 0, [], "90.00", prepayment="90.00")()
    frappe.db.commit()
    frappe.set_user("Administrator")

    cashier = estate.cashiers[0]
    lay = persistent(
        estate, cashier, counter_api.use_prepayment, {"community": estate.community, "charges": estate.charges}
    )
    back = [
        persistent(
            estate,
            cashier,
            counter_api.refund,
            {
                "receipt": receipt["name"],
                "amount": "30.00",
                "mode": "Cash",
                "because": "Moved out",
                "client_key": f"{estate.community}-back-{number}",
            },
        )
        for number in range(6)
    ]
    results = at_once(site, [*back, *[lay] * 6])
    frappe.db.rollback()
    assert audit.differences(estate.community) == []
    refunds = sum(money(one["amount"]) for one in results[:6] if isinstance(one, dict))
    laid = sum(money(one["laid"]) for one in results[6:] if isinstance(one, dict))
    assert refunds + laid == 90, results
    assert money(frappe.db.get_value("Fee Receipt", receipt["name"], "prepaid_left")) == 0


def test_a_receipt_is_taken_back_once(site: str, estate: frappe._dict) -> None:
    frappe.set_user(estate.cashiers[0])
    receipt = paying(estate, 0, estate.charges, "120.00")()
    frappe.db.commit()
    frappe.set_user("Administrator")

    sent = {"receipt": receipt["name"], "because": "Wrong unit"}
    act = persistent(estate, estate.cashiers[0], counter_api.take_back, sent)
    results = at_once(site, [act] * 10)
    assert [one for one in results if isinstance(one, dict)] == [{"status": "Voided"}], results
    frappe.db.rollback()
    assert audit.differences(estate.community) == []
    assert {row.status for row in charges.read_charges(estate.charges).values()} == {"Unpaid"}
