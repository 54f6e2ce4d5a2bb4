"""Two cashiers and many payers want to pay the same bills at the same moment: every yuan is taken once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import frappe
import pytest

from property_service.fees import audit, charges, counter_api
from property_service.property_service.errors import BusyNow, InputRefused
from property_service.property_service.money import money
from property_service.tests import factories as make
from tests.parallel import at_once, remove

MANY = 50
AMOUNT = 400
PERSISTENT = 100
FEES = (
    "Fee Ledger Entry",
    "Fee Receipt",
    "Fee Charge",
    "Fee Bill",
    "Fee Item",
    "Fee Receipt Counter",
    "Counter Closing",
)


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
    frappe.db.rollback()
    frappe.set_user("Administrator")
    receipts = frappe.get_all("Fee Receipt", {"community": community.name}, pluck="name", order_by="name")
    for child in ("Fee Receipt Line", "Fee Receipt Tender"):
        frappe.db.delete(child, {"parent": ["in", receipts or [""]]})
    for doctype in FEES:
        frappe.db.delete(doctype, {"community": community.name})
    frappe.db.delete("Unit Occupancy", {"unit": unit.name})
    frappe.db.delete("User Permission", {"user": ["in", cashiers]})
    place = [("Building", unit.building), ("Property Unit", unit.name), ("Resident", owner.name)]
    calendar = ("Service Calendar", community.service_calendar)
    remove([*(("User", user) for user in cashiers), calendar, ("Community", community.name), *place])


def paying(
    estate: frappe._dict, number: int, names: list[str], amount: str, snapshot_isolation: int = 0, **values: Any
) -> Callable[[], Any]:
    """An act of one cashier who tries again where he is told to."""

    def act() -> Any:
        if snapshot_isolation:  # the default from MariaDB 11.6 on
            frappe.db.sql("set session innodb_snapshot_isolation = 1")
        frappe.set_user(estate.cashiers[number % 2])
        # As in a web request, something was read before the payment begins.
        frappe.db.count("Fee Ledger Entry", {"community": estate.community})
        sent = {
            "community": estate.community,
            "payer": estate.owner,
            "charges": names,
            "tenders": [{"mode": ("Cash", "WeChat")[number % 2], "amount": amount}],
            "to_pay": amount,
            "client_key": f"{estate.community}-{number}",
            **values,
        }
        for _attempt in range(PERSISTENT):
            try:
                return counter_api.pay.run(dict(sent))
            except BusyNow:
                frappe.db.rollback()
        raise AssertionError("never got through")

    return act


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
    view = counter_api.counter.counter_view(estate.community, estate.unit, None)
    due = sum(row["principal"] + row["late_fee"] for bill in view["bills"] for row in bill["charges"])
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

    def persist(endpoint: Any, sent: dict) -> Callable[[], Any]:
        def act() -> Any:
            frappe.set_user(estate.cashiers[0])
            frappe.db.count("Fee Ledger Entry", {"community": estate.community})
            for _attempt in range(PERSISTENT):
                try:
                    return endpoint.run(dict(sent))
                except BusyNow:
                    frappe.db.rollback()
            raise AssertionError("never got through")

        return act

    lay = persist(counter_api.use_prepayment, {"community": estate.community, "charges": estate.charges})
    back = [
        persist(
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

    def act() -> Any:
        frappe.set_user(estate.cashiers[0])
        for _attempt in range(PERSISTENT):
            try:
                return counter_api.take_back.run({"receipt": receipt["name"], "because": "Wrong unit"})
            except BusyNow:
                frappe.db.rollback()
        raise AssertionError("never got through")

    results = at_once(site, [act] * 10)
    assert [one for one in results if isinstance(one, dict)] == [{"status": "Voided"}], results
    frappe.db.rollback()
    assert audit.differences(estate.community) == []
    assert {row.status for row in charges.read_charges(estate.charges).values()} == {"Unpaid"}
