"""What nobody may enter: each through the door people use, each answered by its sentence, and nothing written of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, time
from types import SimpleNamespace
from typing import Any

import frappe
import pytest
from frappe import client
from frappe.utils import add_days, add_months, get_first_day, getdate, today

from property_service.fees import audit, charges, counter_api
from property_service.fees.api import enter_readings, fee_run_preview_now, fee_run_start
from property_service.fees.months import month_text
from property_service.fees.test_fee_run import queue, work_off
from property_service.property_service.errors import InputRefused
from property_service.property_service.service_clock import as_of
from property_service.tests import factories as make
from property_service.tests.utils import as_user

TABLES = (
    *("Fee Item", "Unit Fee", "Property Meter Reading", "Fee Charge", "Fee Bill", "Fee Ledger Entry", "Fee Receipt"),
    *("Fee Receipt Counter", "Resident Deposit", "Fee Adjustment"),
)
SINCE = "2026-01-01"


@pytest.fixture
def estate(site: str) -> Iterator[SimpleNamespace]:
    """A unit with an owner, a charge of 100 yuan, a void one and a meter that was read at 130; cashier and manager."""
    community = make.make_community()
    unit = make.make_unit(make.make_building(community), floor=1)
    owner = make.make_resident(unit)
    water = make.make_fee_item(community, kind="Metered", timing="In Arrears")
    meter = make.make_meter(water, unit)
    make.make_reading(meter, "2026-01", 130)
    void = make.make_charge(unit, 50)
    charges.void([void], "Entered twice")
    yield SimpleNamespace(
        community=community.name,
        unit=unit,
        owner=owner.name,
        item=make.make_fee_item(community).name,
        water=water.name,
        meter=meter,
        charge=make.make_charge(unit, 100),
        void=void,
        cashier=make.make_staff("Property Cashier", community=community),
        manager=make.make_staff("Property Manager", community=community),
    )
    frappe.set_user("Administrator")


def written(estate: SimpleNamespace) -> dict[str, Any]:
    """Everything of the money side as it stands: rows by table, and when the latest was changed."""
    frappe.set_user("Administrator")
    return {
        doctype: frappe.get_all(
            doctype, {"community": estate.community}, ["name", "modified"], order_by="name asc", as_list=True
        )
        for doctype in TABLES
    }


def item(**values: Any) -> Callable[[SimpleNamespace], Any]:
    """The manager saves a new fee item."""

    def act(estate: SimpleNamespace) -> Any:
        frappe.set_user(estate.manager)
        doc = {
            **{"doctype": "Fee Item", "item_name": "Lift", "item_code": make.unique("F")[:12], "kind": "Fixed"},
            **{"community": estate.community, "every_months": 1, "timing": "In Advance", "pay_by_day": 15},
            **values,
        }
        return client.insert(doc)

    return act


def price(amount: Any, **values: Any) -> dict[str, Any]:
    return {"from_date": SINCE, "price": amount, **values}


def tiers(*rows: tuple[float, float]) -> Callable[[SimpleNamespace], Any]:
    """The manager saves water with tiers from … to …, 0 being no end."""
    prices = [price(5 + number, tier_from=begin, tier_to=end) for number, (begin, end) in enumerate(rows)]
    return item(kind="Metered", timing="In Arrears", prices=prices)


def formula(text: str) -> Callable[[SimpleNamespace], Any]:
    return item(kind="Formula", formula=text, prices=[price(2)])


def own_price(amount: float) -> Callable[[SimpleNamespace], Any]:
    """The manager gives the unit a price of its own."""

    def act(estate: SimpleNamespace) -> Any:
        frappe.set_user(estate.manager)
        doc = {"doctype": "Unit Fee", "unit": estate.unit.name, "fee_item": estate.item, "from_date": SINCE}
        return client.insert({**doc, "price_rule": "Own Price", "own_price": amount, "reason": "As agreed"})

    return act


def reading(value: Any) -> Callable[[SimpleNamespace], Any]:
    """Somebody enters a single reading in its form."""

    def act(estate: SimpleNamespace) -> Any:
        frappe.set_user(estate.cashier)
        doc = {"doctype": "Property Meter Reading", "meter": estate.meter.name, "value": value}
        return client.insert({**doc, "service_month": "2026-02-01", "read_on": "2026-02-25"})

    return act


def payment(amount: Any, charge: str = "charge", **values: Any) -> Callable[[SimpleNamespace], Any]:
    """The cashier takes money at the counter."""

    def act(estate: SimpleNamespace) -> Any:
        frappe.set_user(estate.cashier)
        sent = {
            **{"community": estate.community, "payer": estate.owner, "charges": [getattr(estate, charge)]},
            **{"tenders": [{"mode": "Cash", "amount": amount}], "to_pay": amount, "client_key": make.unique()},
        }
        return counter_api.pay.run({**sent, **values})

    return act


REFUSED: dict[str, tuple[Callable[[SimpleNamespace], Any], str]] = {
    "a price below 0": (item(prices=[price(-2.4)]), "A price of -2.4 yuan cannot be. Enter 0 to"),
    "an absurd price": (item(prices=[price(99_999_999_999)]), "A price of 99999999999 yuan cannot be. Enter 0 to"),
    "a price that is a text": (item(prices=[price("a lot")]), "is no number|cannot be"),
    "a price below 0 of one unit": (own_price(-1), "A price of -1 yuan cannot be"),
    "an absurd price of one unit": (own_price(99_999_999_999), "A price of 99999999999 yuan cannot be"),
    "no price": (item(prices=[]), "Enter a price and the day it holds from."),
    "a gap between tiers": (tiers((0, 180), (200, 0)), "No tier holds the quantities from 180 to 200."),
    "tiers that overlap": (tiers((0, 180), (150, 0)), "Two tiers hold the quantity above 150."),
    "tiers that end": (tiers((0, 180), (180, 260)), "No tier holds what is used above 260."),
    "tiers that begin late": (tiers((10, 180), (180, 0)), "No tier holds the quantities from 0 to 10."),
    "a formula with an unknown name": (formula("price * rooms"), "The formula does not know .*rooms.* It knows price,"),
    "a formula that calls what it may not": (formula("__import__('os')"), "The formula"),
    "a formula that cannot be read": (formula("price * ("), "cannot be read. Check signs and brackets."),
    "a reading below the last": (reading(129), "129 is below the last reading 130 of"),
    "a reading below 0": (reading(-1), "The meter cannot show -1|below the last reading"),
    "a payment of 0": (payment("0"), "0.00 yuan is not above 0. Enter the amount that changes hands."),
    "a payment below 0": (payment("-5"), "-5.00 yuan is not above 0."),
    "a payment of three places": (payment("10.005"), "10.005 has parts of a cent. Enter at most two decimal places."),
    "a part of three places": (
        payment("10", chosen={"any": "3.333"}),
        "3.333 has parts of a cent. Enter at most two decimal places.",
    ),
    "an absurd payment": (payment("100000000001"), "100000000001.00 yuan is more than"),
    "a payment that is a text": (payment("ten"), "is no number|is not an amount of money"),
    "a payment on a void bill": (payment("50", "void"), "The charge of .* is void. Load the bill again."),
    "more than is open": (payment("500"), "400.00 yuan would be left over, not 0.00"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_sentence_and_nothing_is_written(estate: SimpleNamespace, name: str) -> None:
    act, sentence = REFUSED[name]
    before = written(estate)
    with pytest.raises(InputRefused, match=sentence):
        act(estate)
    assert written(estate) == before
    assert audit.differences(estate.community) == []


def test_the_same_doors_take_what_is_right(estate: SimpleNamespace) -> None:
    """Else the refusals above would prove nothing."""
    for act in (
        item(prices=[price(2.4)]),
        tiers((0, 180), (180, 0)),
        formula("price * billable_area"),
        own_price(1),
        reading(131),
        payment("10.05"),
    ):
        assert act(estate)
    assert audit.differences(estate.community) == []


def test_a_sheet_of_readings_refuses_the_one_below_the_last(estate: SimpleNamespace) -> None:
    before = written(estate)
    frappe.set_user(estate.cashier)
    sent = [{"meter": estate.meter.name, "value": 129}]
    found = enter_readings.run(
        {"fee_item": estate.water, "month": "2026-02-01", "read_on": "2026-02-25", "readings": sent}
    )
    assert found["taken"] == 0
    assert [row["meter_no"] for row in found["refused"]] == [estate.meter.meter_no]
    assert "129 is below the last reading 130" in found["refused"][0]["reason"]
    assert written(estate) == before


def test_nothing_is_paid_in_a_closed_month(estate: SimpleNamespace) -> None:
    last_month = getdate(add_months(get_first_day(today()), -1))
    make.insert("Fee Period Lock", community=estate.community, month=last_month)
    before = written(estate)
    closed = f"{month_text(last_month)} is closed in {estate.community}: nothing can be dated in it any more."
    with as_of(datetime.combine(add_days(last_month, 20), time(10))), pytest.raises(InputRefused, match=closed):
        payment("10")(estate)
    assert written(estate) == before
    payment("10")(estate)


def test_a_formula_that_divides_by_zero_charges_nothing_and_names_the_unit(estate: SimpleNamespace) -> None:
    """It is right on every floor but one: only a run can see that."""
    other = make.make_unit(frappe.get_doc("Building", estate.unit.building), floor=2)
    make.make_occupancy(other, frappe.get_doc("Resident", estate.owner))
    fee = frappe.get_doc("Fee Item", formula("price / (floor - 1)")(estate).name)
    frappe.set_user("Administrator")
    for unit in (estate.unit, other):
        make.make_unit_fee(unit, fee)
    with as_user(estate.manager):
        run = make.insert("Fee Run", community=estate.community, fee_item=fee.name, bill_until="2026-01-31")
    with queue() as queued, as_user(estate.manager):
        fee_run_preview_now.run({"name": run.name})
        fee_run_start.run({"name": run.name})
        work_off(queued)
    charged = frappe.get_all("Fee Charge", {"fee_item": fee.name}, pluck="unit", order_by="name asc")
    assert charged == [other.name]
    skips = frappe.get_all(
        "Fee Run Skip", {"fee_run": run.name}, ["unit", "fee_item", "reason"], order_by="unit asc", as_list=True
    )
    assert skips == ((estate.unit.name, fee.name, "The formula divides by zero."),)
    assert audit.differences(estate.community) == []
