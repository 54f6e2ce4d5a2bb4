"""Taking money: charges locked, late fees booked, the sum laid on charges, one receipt with its number. All of it or nothing.

Nothing here commits. Rows are locked in one order: charges by name, receipts by name, the row of the receipt numbers last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import frappe
from frappe.model.document import Document

from property_service.fees import ledger
from property_service.fees.allocation import Allocation, Tender, allocate, allocate_chosen, settle
from property_service.fees.amounts import positive_amount
from property_service.fees.charges import VOID, refresh
from property_service.fees.ledger import ChargePart
from property_service.fees.ledger_rules import LedgerRow
from property_service.fees.open_charges import Standing, due_on, standing_of
from property_service.fees.prepayments import apply_prepayments_to, refund_prepayment
from property_service.fees.receipt_documents import (
    PAYMENT,
    money_entries,
    write_receipt,
    written_for,
    written_meanwhile,
)
from property_service.fees.receipt_returns import take_back_receipt
from property_service.property_service.money import ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

__all__ = [
    "PaymentOrder",
    "apply_prepayments_to",
    "due_on",
    "refund_prepayment",
    "take_back_receipt",
    "take_payment",
]


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What somebody pays, amounts in yuan: `to_pay` is what is kept of the `tenders`, change not in it.

    Without `chosen` (charge → yuan) it falls on `charges` by the `policy`. What is left over becomes a prepayment, for `prepaid_item` where
    one is given; with `prepayment` it must be exactly that, else the payment is refused: something was paid meanwhile.
    """

    community: str
    payer: str
    charges: tuple[str, ...]
    tenders: tuple[Tender, ...]
    to_pay: Decimal
    policy: str = "Principal First"
    chosen: Mapping[str, Decimal] = field(default_factory=dict)
    prepaid_item: str = ""
    unit: str = ""
    client_key: str = ""
    online_payment: str = ""
    remark: str = ""
    posting_date: date | None = None
    prepayment: Decimal | None = None


def take_payment(order: PaymentOrder, cashier: str) -> Document:
    """Post a payment and return its submitted Fee Receipt; the same `client_key` returns the same receipt, nothing is posted twice.

    `cashier` is a user ("" for a payment that came in online). RuleError for an amount that cannot be, charges that are void or of
    another community, more tender than due without cash, and a day in a closed month. The caller has judged roles and community.
    """
    return written_for(order.client_key) or _take(order, cashier)


def _take(order: PaymentOrder, cashier: str) -> Document:
    to_pay = positive_amount(order.to_pay)
    settled = settle(order.tenders, to_pay)
    today = ledger.today_of(order.community)
    day = order.posting_date or today
    if day > today:
        raise RuleError(_("A payment cannot be dated {0}, in the future. Use today."), day)
    _check_payer(order)
    charges = standing_of(order.charges, lock=True)
    try:
        allocation = _allocate(order, to_pay, charges, day)
    except RuleError as error:
        # A second click waited for the first: what it wanted to pay is paid, by itself.
        if written_meanwhile(order.client_key):
            raise frappe.QueryDeadlockError(error) from error
        raise
    units = {charges[part.charge].row["unit"] for part in allocation.parts}
    unit = order.unit or (units.pop() if len(units) == 1 else "")
    name = frappe.generate_hash(length=10)
    ledger.post(_entries(charges, allocation, name, day))
    ledger.post(money_entries("Payment", settled.tenders, order.community, order.payer, unit, name, day))
    refresh(part.charge for part in allocation.parts)
    allocated = sum((part.amount for part in allocation.parts), ZERO)
    values = {
        "kind": PAYMENT,
        "community": order.community,
        "payer": order.payer,
        "unit": unit or None,
        "posting_date": day,
        "amount": to_pay,
        "allocated": allocated,
        "prepaid": allocation.prepayment,
        "prepaid_left": allocation.prepayment,
        "prepaid_item": (order.prepaid_item or None) if allocation.prepayment else None,
        "received": to_pay + settled.change,
        "change_due": settled.change,
        "policy": "Chosen" if order.chosen else order.policy,
        "cashier": cashier or None,
        "client_key": order.client_key,
        "online_payment": order.online_payment or None,
        "remark": order.remark or None,
    }
    rows = {name: charge.row for name, charge in charges.items()}
    return write_receipt(name, values, settled.tenders, allocation.parts, rows)


def _allocate(order: PaymentOrder, to_pay: Decimal, charges: Mapping[str, Standing], day: date) -> Allocation:
    for charge in charges.values():
        if charge.row["community"] != order.community:
            raise RuleError(_("The charge of {0} is of another community. Pay it there."), charge.row["unit"])
        if charge.row["status"] == VOID:
            raise RuleError(_("The charge of {0} is void. Load the bill again."), charge.row["unit"])
    due = [charge.open_on(day) for charge in charges.values()]
    if order.chosen:
        allocation = allocate_chosen(to_pay, due, order.chosen)
    elif due:
        allocation = allocate(to_pay, due, order.policy)
    else:
        allocation = Allocation((), to_pay)
    if order.prepayment is not None and allocation.prepayment != money(order.prepayment):
        raise RuleError(
            _("{0} yuan would be left over, not {1}: what is open has changed. Load the unit again."),
            allocation.prepayment,
            money(order.prepayment),
        )
    return allocation


def _entries(charges: Mapping[str, Standing], allocation: Allocation, receipt: str, day: date) -> list[LedgerRow]:
    """The entries of a payment on charges: late fees it brings, and what it is laid on."""
    entries: list[ChargePart] = []
    for part in allocation.parts:
        charge = charges[part.charge]
        late_fee = charge.late_fee_to_book(day, part.principal)
        entries += (
            ChargePart(charge.row, "Late Fee", "Late Fee", late_fee, receipt),
            ChargePart(charge.row, "Allocation", "Principal", -part.principal, receipt),
            ChargePart(charge.row, "Allocation", "Late Fee", -part.late_fee, receipt),
        )
    return ledger.on_charges(entries, day)


def _check_payer(order: PaymentOrder) -> None:
    """Raise RuleError for a payer who is nobody, or a unit of another community."""
    if not order.payer or not frappe.db.exists("Resident", order.payer):
        raise RuleError(_("Name who pays."))
    if order.unit and frappe.get_cached_value("Property Unit", order.unit, "community") != order.community:
        raise RuleError(_("{0} is a unit of another community."), order.unit)
    if order.prepaid_item and frappe.db.get_value("Fee Item", order.prepaid_item, "community") != order.community:
        raise RuleError(_("{0} is a fee item of another community."), order.prepaid_item)
