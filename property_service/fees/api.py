"""What managers and the desk may ask of the fees, and do with them: runs, assignments, meters, adjustments, deposits, reminders and promises."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _

from property_service.fees import (
    adjustments,
    assignment,
    deposit_book,
    fee_run_preview,
    fee_run_work,
    promises,
    reminder_acts,
    reminder_sheet,
)
from property_service.fees import meter_sheet as meter_round
from property_service.property_service.endpoint import endpoint, raise_refused
from property_service.property_service.errors import rules_speak
from property_service.property_service.scope import check_may, check_roles, may_see_community

MANAGER = "Property Manager"
CASHIERS = ("Property Cashier", MANAGER)


@endpoint()
def fee_run_preview_now(name: str) -> dict[str, Any]:
    """Compute what a Fee Run would bill, without writing a charge; a large one in the queue. Returns {status}."""
    run = frappe.get_doc("Fee Run", name)
    run.check_permission("write")
    with rules_speak():
        fee_run_preview.prepare(run)
    return {"status": frappe.db.get_value("Fee Run", name, "status")}


@endpoint()
def fee_run_start(name: str) -> dict[str, Any]:
    """Start a previewed Fee Run, or the failed part of a failed one; returns {status}."""
    run = frappe.get_doc("Fee Run", name)
    run.check_permission("write")
    with rules_speak():
        fee_run_work.start(run)
    return {"status": run.status}


@endpoint()
def fee_run_void(name: str, because: str) -> dict[str, Any]:
    """Void everything a Fee Run charged while nothing of it is paid; returns {status}."""
    run = frappe.get_doc("Fee Run", name)
    run.check_permission("write")
    with rules_speak():
        fee_run_work.void_run(run, because)
    return {"status": run.status}


@endpoint(methods=("GET",))
def assign_preview(fee_item: str, from_date: date, filters: dict, terms: dict) -> dict[str, Any]:
    """What assigning a Fee Item to the units of these filters would do: {added, known, refused, reasons}."""
    _check_may_assign(fee_item)
    with rules_speak():
        return assignment.told(assignment.plan(fee_item, from_date, filters, terms))


@endpoint()
def assign(fee_item: str, from_date: date, filters: dict, terms: dict) -> dict[str, Any]:
    """Give a Fee Item to all units of these filters that do not have it from a day on: {added, known, refused, reasons}."""
    _check_may_assign(fee_item)
    with rules_speak():
        return assignment.told(assignment.assign(fee_item, from_date, filters, terms))


@endpoint(methods=("GET",))
def meter_sheet(fee_item: str, month: date, building: str = "") -> list[dict[str, Any]]:
    """The meters of an item with their last readings, to be read for a month; shape in `meter_sheet.sheet`."""
    check_may("Property Meter Reading", "create")
    frappe.get_doc("Fee Item", fee_item).check_permission("read")
    return meter_round.sheet(fee_item, month, building)


@endpoint()
def enter_readings(fee_item: str, month: date, read_on: date, readings: list) -> dict[str, Any]:
    """Enter what was read of an item's meters: [{meter, value, rollover, confirmed, note}].

    Returns {taken, refused: [{meter, meter_no, reason}], flagged}; what cannot be is refused, the rest goes in.
    """
    check_may("Property Meter Reading", "create")
    frappe.get_doc("Fee Item", fee_item).check_permission("read")
    meters = [str(row.get("meter")) for row in readings if isinstance(row, dict)]
    theirs = frappe.get_all(
        "Property Meter", {"name": ["in", meters or [""]]}, ["name", "fee_item"], order_by="name asc"
    )
    if len(meters) != len(readings) or any(row.fee_item != fee_item for row in theirs):
        raise_refused(_("These are not all meters of {0}. Load the sheet again.").format(fee_item))
    return meter_round.enter(readings, month, read_on)


@endpoint()
def request_adjustment(
    charge: str, adjustment_kind: str, amount: float, reason: str, explanation: str, proof: str | None = None
) -> dict[str, Any]:
    """Ask for a waiver or a further charge on a charge and send it for approval; returns {name, status}."""
    document = frappe.get_doc(
        {
            "doctype": adjustments.ADJUSTMENT,
            "charge": charge,
            "adjustment_kind": adjustment_kind,
            "amount": amount,
            "reason": reason,
            "explanation": explanation,
            "proof": proof,
        }
    ).insert()
    document.status = adjustments.PENDING
    document.save()
    return {"name": document.name, "status": document.status}


@endpoint()
def take_deposit(
    community: str,
    payer: str,
    purpose: str,
    amount: float,
    mode: str,
    unit: str = "",
    remark: str = "",
    client_key: str = "",
) -> dict[str, Any]:
    """Take a deposit; returns {name, receipt_number}. The same `client_key` takes it once."""
    check_roles(CASHIERS)
    _check_community(community)
    order = deposit_book.DepositOrder(
        community=community,
        payer=payer,
        purpose=purpose,
        amount=amount,
        mode=mode,
        unit=unit,
        remark=remark,
        source_key=f"counter|{community}|{client_key}"[:140] if client_key else "",
    )
    document = deposit_book.take_deposit(order, frappe.session.user)
    return {"name": document.name, "receipt_number": document.receipt_number}


@endpoint()
def deduct_deposit(deposit: str, amount: float, reason: str, proof: str = "", client_key: str = "") -> dict[str, Any]:
    """Deduct from a deposit under the signed agreement, for the manager; returns {name} of the movement."""
    check_roles((MANAGER,))
    frappe.get_doc(deposit_book.DEPOSIT, deposit).check_permission("read")
    name = deposit_book.deduct(deposit, amount, reason, frappe.session.user, proof, client_key)
    return {"name": name}


@endpoint()
def refund_deposit(
    deposit: str, amount: float, mode: str, original: str, reason: str = "", client_key: str = ""
) -> dict[str, Any]:
    """Give a deposit back, its original receipt Given Back or Declared Lost; returns {name} of the movement."""
    check_roles(CASHIERS)
    frappe.get_doc(deposit_book.DEPOSIT, deposit).check_permission("read")
    name = deposit_book.refund(deposit, amount, mode, original, frappe.session.user, reason, client_key)
    return {"name": name}


@endpoint(methods=("GET",))
def deposit_movements(deposit: str) -> list[dict[str, Any]]:
    """The movements of a deposit, earliest first."""
    frappe.get_doc(deposit_book.DEPOSIT, deposit).check_permission("read")
    return deposit_book.movements_of(deposit)


@endpoint(methods=("GET",))
def reminder_call_sheet(community: str, level: str = "") -> list[dict[str, Any]]:
    """The households to be reminded, with phones, what is open, and promises; shape in `reminder_sheet.sheet`."""
    check_may("Fee Reminder", "read")
    _check_community(community)
    return reminder_sheet.sheet(community, level)


@endpoint()
def record_reminder(
    reminders: list,
    channel: str,
    answer: str = "",
    arrears_reason: str = "",
    proof_kind: str = "",
    proof_number: str = "",
    proof: str = "",
    done_on: date | None = None,
) -> list[dict[str, Any]]:
    """Record that the reminders of one household were made, what was answered, and the proof; returns [{name, status}]."""
    with rules_speak():
        documents = reminder_acts.record(
            map(str, reminders),
            channel,
            answer,
            arrears_reason,
            proof_kind=proof_kind,
            proof_number=proof_number,
            proof=proof,
            done_on=done_on,
        )
    return [{"name": document.name, "status": document.status} for document in documents]


@endpoint()
def hold_reminders(reminders: list, reason: str, until: date | None = None) -> None:
    """Put reminders on hold, until a day or until somebody takes it off; an empty reason takes it off."""
    if reason:
        reminder_acts.hold(map(str, reminders), reason, until)
    else:
        reminder_acts.release(map(str, reminders))


@endpoint()
def add_reminder(unit: str, debtor: str, level: str) -> dict[str, Any]:
    """Add a reminder that no schedule brings, such as a lawsuit, for the manager; returns {name}."""
    check_roles((MANAGER,))
    frappe.get_doc("Property Unit", unit).check_permission("read")
    return {"name": reminder_acts.add(unit, debtor, level).name}


@endpoint()
def promise_to_pay(
    unit: str, debtor: str, promised_amount: float, pay_by: date, channel: str = "", note: str = ""
) -> dict[str, Any]:
    """Take a promise to pay; returns {name}."""
    document = frappe.get_doc(
        {
            "doctype": promises.PROMISE,
            "unit": unit,
            "debtor": debtor,
            "promised_amount": promised_amount,
            "pay_by": pay_by,
            "channel": channel,
            "note": note,
        }
    ).insert()
    return {"name": document.name}


@endpoint()
def withdraw_promise(name: str) -> dict[str, Any]:
    """Take a promise back that is still open; returns {status}."""
    document = frappe.get_doc(promises.PROMISE, name)
    document.flags.withdrawn = True
    document.save()
    return {"status": document.status}


def _check_community(community: str) -> None:
    if not may_see_community(community) or not frappe.db.exists("Community", community):
        frappe.throw(_("You do not work for this community. Choose another one."), frappe.PermissionError)


def _check_may_assign(fee_item: str) -> None:
    check_may("Unit Fee", "create")
    frappe.get_doc("Fee Item", fee_item).check_permission("write")
