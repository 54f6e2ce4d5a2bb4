"""Bills, payments and receipts of the people of a world, committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import frappe

from property_service.fees import charging
from property_service.fees.allocation import Tender
from property_service.fees.charging import ChargeDraft
from property_service.fees.fee_items import prices_by_item, terms_of
from property_service.fees.ledger import today_of
from property_service.fees.months import add_months, month_end, month_of
from property_service.fees.pricing import UnitFacts, charge
from property_service.fees.receipts import PaymentOrder, due_on, take_payment
from property_service.tests import factories as make
from tests.portal.world import World

AREA = Decimal("89.35")
LATE_FEE = {"late_fee_rate": 0.05, "grace_days": 0, "late_fee_cap": 30}
UNIT = ("name", "community", "building", "service_area", "usage")
ITEM = ("name", "kind", "collected_for", "formula", "tier_period", "late_fee_rate", "grace_days", "late_fee_cap")


@dataclass
class Money:
    """Names of what was made: fee items, bills by what they are for, the receipt of the paid one."""

    items: dict[str, str]
    bills: dict[str, str]
    receipt: str


def make_money(world: World) -> Money:
    """The owner has a bill of this month, one overdue with a late fee, and a paid one; others have one each."""
    home = world.homes["here"]
    today = today_of(home)
    item = make.make_fee_item(home, item_name="Property fee")
    late = make.make_fee_item(home, item_name="Lift fee", prices=[{"from_date": "2020-01-01", "price": 2}], **LATE_FEE)
    items = {"property": item.name, "late": late.name}
    month = month_of(today)
    bills = {
        "open": bill(world, "owner", "room", item.name, month, today + timedelta(days=10)),
        "overdue": bill(world, "owner", "shop", late.name, add_months(month, -1), today - timedelta(days=20)),
        "paid": bill(world, "owner", "room", item.name, add_months(month, -2), today - timedelta(days=50)),
        "of neighbour": bill(world, "neighbour", "next_door", item.name, month, today + timedelta(days=10)),
        "of gone": bill(world, "gone", "room", item.name, add_months(month, -5), today - timedelta(days=140)),
    }
    receipt = pay(world, "owner", bills["paid"])
    frappe.db.commit()
    return Money(items, bills, receipt)


def bill(world: World, who: str, room: str, item: str, month: date, due: date) -> str:
    """Bill somebody a month of an item for a room of AREA m²; returns the bill's name."""
    unit = frappe.db.get_value("Property Unit", world.rooms[room], UNIT, as_dict=True)
    terms = frappe.db.get_value("Fee Item", item, ITEM, as_dict=True)
    priced = charge(terms_of(terms, prices_by_item([item])[item]), UnitFacts(unit.name, billable_area=AREA), month)
    draft = ChargeDraft(
        unit=unit,
        item=terms,
        debtor=world.residents[who],
        steward="",
        service_month=month,
        first_day=month,
        last_day=month_end(month),
        due_date=due,
        amount=priced.amount,
        lines=priced.lines,
    )
    name = charging.write([draft], today_of(unit.community))[0]
    return frappe.db.get_value("Fee Charge", name, "fee_bill")


def charges_of(bill_name: str) -> list[str]:
    """The charges of a bill."""
    return frappe.get_all("Fee Charge", {"fee_bill": bill_name}, pluck="name", order_by="name asc")


def pay(world: World, who: str, bill_name: str) -> str:
    """Pay a bill with its late fee in cash at the counter; returns the receipt's name."""
    community = frappe.db.get_value("Fee Bill", bill_name, "community")
    charges = tuple(charges_of(bill_name))
    amount = sum((due.principal + due.late_fee for due in due_on(charges, today_of(community))), Decimal(0))
    order = PaymentOrder(community, world.residents[who], charges, (Tender("Cash", amount),), amount)
    return take_payment(order, world.people["cashier"]).name
