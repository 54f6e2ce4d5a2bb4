"""A paid repair on the next bill: charged once through the fees, as it costs now; paid while its charge is, voided when it is waived.

A community has a one-off fee item with the code REPAIR for it; without one the mark on the request is all there is.
"""

from __future__ import annotations

from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from property_service.fees.charges import CHARGE, VOID, read_charges, void
from property_service.fees.one_off import charge_once
from property_service.property_service.money import ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.repairs import closing, editing, timeline

REQUEST = "Repair Request"
CODE = "REPAIR"
UNPAID, PAID, TO_NEXT_BILL, WAIVED, NOT_CHARGEABLE = "Unpaid", "Paid", "To Next Bill", "Waived", "Not Chargeable"


def follow_payment(doc: Document, before: str) -> None:
    """Charge a request that goes on the next bill, void its charge where that is taken back; nothing where it was so before.

    RuleError where it cannot be charged, where its charge was paid already, and for one marked as paid that is to be paid on the bill.
    """
    if doc.payment_status == before:
        return
    standing = charge_of(doc.name)
    if doc.payment_status == TO_NEXT_BILL:
        item = fee_item_of(doc.community)
        if not standing and item:
            _charge(doc, item)
    elif standing and doc.payment_status == PAID:
        raise RuleError(
            _("{0} is on a bill. Take the payment of that bill; the repair is then paid by itself."), doc.name
        )
    elif standing:
        void([standing], f"{doc.name}: {before} → {doc.payment_status}", by_source=True)


def follow_amount(doc: Document, before: Document) -> None:
    """Charge a request on a bill anew where it costs something else now, void its charge where it costs nothing any more.

    `before` is the request as it was. What a rework adds to one that was paid is not charged by itself: whoever finishes it is told.
    RuleError where finished work is corrected of whose charge something was paid or waived.
    """
    if _cost(doc) == _cost(before):
        return
    standing = charge_of(doc.name)
    if not standing:
        return
    row = read_charges([standing])[standing]
    if row.paid or row.adjusted or row.late_fee_paid:
        if doc.status in editing.WORKING:
            return
        if doc.status != before.status:
            _say_difference(doc.name, _cost(doc), money(row.amount) + money(row.adjusted))
            return
        raise RuleError(
            _("Something was paid or waived of the charge of {0}. Void that charge first, then correct the repair."),
            doc.name,
        )
    void([standing], f"{doc.name}: {_cost(before)} → {_cost(doc)}", by_source=True)
    item = fee_item_of(doc.community)
    if _cost(doc) and item:
        _charge(doc, item)
    elif doc.payment_status == TO_NEXT_BILL:
        doc.payment_status = UNPAID if _cost(doc) else NOT_CHARGEABLE
        timeline.log_step(doc, timeline.PAYMENT, reason=f"{TO_NEXT_BILL} → {doc.payment_status}")


def charge_of(request: str) -> str | None:
    """Return the charge that stands for a request, None where there is none."""
    wanted = {"source_doctype": REQUEST, "source_name": request, "status": ["!=", VOID]}
    return frappe.db.get_value(CHARGE, wanted)


def fee_item_of(community: str) -> str | None:
    """Return the fee item of a community by which repairs are charged."""
    return frappe.db.get_value("Fee Item", {"community": community, "item_code": CODE, "one_off": 1, "enabled": 1})


def on_charge_settled(charges: list[str]) -> None:
    """Of the charges that are settled, those of repairs: each repair is paid, or waived where nothing was paid on it."""
    of_repairs = {"name": ["in", charges], "source_doctype": REQUEST}
    for row in frappe.get_all(CHARGE, of_repairs, ["source_name", "paid"], order_by="source_name asc"):
        _settle(row.source_name, PAID if money(row.paid) else WAIVED)


def on_charge_reopened(charges: list[str]) -> None:
    """Of the charges that are paid no more, or void, those of repairs: each is to be paid on the bill again, or not on a bill any more."""
    of_repairs = {"name": ["in", charges], "source_doctype": REQUEST}
    for row in frappe.get_all(CHARGE, of_repairs, ["source_name", "status"], order_by="source_name asc"):
        _settle(row.source_name, UNPAID if row.status == VOID else TO_NEXT_BILL)


def _settle(request: str, status: str) -> None:
    doc = frappe.get_doc(REQUEST, request, for_update=True)
    before = doc.payment_status
    if before in (status, NOT_CHARGEABLE):
        return
    doc.payment_status = status
    closing.save_by_rules(doc)
    timeline.log_step(doc, timeline.PAYMENT, reason=f"{before} → {status}", actor_kind=timeline.SYSTEM)


def reminder_holds(community: str) -> dict[str, str]:
    """Return unit → hold reason: nobody is reminded of fees while a warranty case of his is open."""
    open_cases = {"community": community, "is_warranty": 1, "stage": ["in", ["Open", "Working", "Waiting"]]}
    units = frappe.get_all(REQUEST, {**open_cases, "unit": ["is", "set"]}, pluck="unit", order_by="unit asc")
    return dict.fromkeys(units, "Warranty Case Open")


def _cost(doc: Document) -> Decimal:
    return money(doc.total_amount) if cint(doc.is_chargeable) and not cint(doc.is_warranty) else ZERO


def _say_difference(name: str, cost: Decimal, charged: Decimal) -> None:
    if cost != charged:
        text = frappe._("{0} costs {1} yuan now, and its charge is {2} yuan. Charge or adjust the difference.")
        frappe.msgprint(text.format(name, cost, charged), indicator="orange", alert=True)


def _charge(doc: Document, item: str) -> None:
    if not doc.unit:
        raise RuleError(_("{0} names no unit whose bill it could be on. Take the payment at the counter."), doc.name)
    if not money(doc.total_amount):
        raise RuleError(_("{0} has no amount yet. Enter what the work cost first."), doc.name)
    charge_once(doc.unit, item, money(doc.total_amount), (REQUEST, doc.name), f"{doc.name} {doc.category}")
