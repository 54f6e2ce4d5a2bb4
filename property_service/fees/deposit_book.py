"""Deposits (押金) as the database holds them: taken with a number of their own, deducted, refunded; the deposit's row is locked.

Entries of the type Deposit alone carry the money: no Payment or Refund stands beside them. Nothing here commits; the caller has judged
roles and community.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
from frappe.model.document import Document

from property_service.fees import ledger
from property_service.fees.allocation import MODES
from property_service.fees.deposits import Kind, Movement, State, check_movement
from property_service.fees.ledger_rules import LedgerRow
from property_service.fees.receipt_counter import take_number
from property_service.property_service.blocks import update_each
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.locks import run_locked
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

DEPOSIT, MOVEMENT = "Resident Deposit", "Resident Deposit Movement"
SUMS = ("held", "deducted", "refunded", "left_amount", "status")
PLACE = ("building", "service_area", "usage")


@dataclass(frozen=True, slots=True)
class DepositOrder:
    """A deposit somebody hands over; `amount` in yuan, `unit` and `reference` (DocType, name) may be empty.

    The same `source_key` brings the same deposit, however often it is asked for.
    """

    community: str
    payer: str
    purpose: str
    amount: Any
    mode: str
    unit: str = ""
    source_key: str = ""
    reference: tuple[str, str] | None = None
    remark: str = ""
    posting_date: date | None = None


def take_deposit(order: DepositOrder, cashier: str) -> Document:
    """Take a deposit and return its Resident Deposit, which carries the number of the deposit receipt (押金收据).

    RuleError for an amount, purpose or mode that cannot be, a unit of another community, and a day that is closed or to come.
    """
    known = order.source_key and frappe.db.get_value(DEPOSIT, {"source_key": order.source_key})
    if known:
        return frappe.get_doc(DEPOSIT, known)
    state = check_movement([], Movement("Held", order.amount))
    _check_mode(order.mode)
    _check_order(order)
    day = _day(order.community, order.posting_date)
    doc = frappe.new_doc(DEPOSIT)
    reference_doctype, reference_name = order.reference or (None, None)
    doc.update(
        {
            "community": order.community,
            "payer": order.payer,
            "payer_name": frappe.db.get_value("Resident", order.payer, "resident_name"),
            "unit": order.unit or None,
            "purpose": order.purpose,
            "reference_doctype": reference_doctype,
            "reference_name": reference_name,
            "remark": order.remark or None,
            "source_key": order.source_key or None,
            **_sums(state),
        }
    )
    name = frappe.generate_hash(length=10)
    place = frappe._dict(community=order.community, unit=order.unit, payer=order.payer, name=name)
    _record(place, Movement("Held", state.held), day, cashier, mode=order.mode, reason=order.remark)
    # the number last: nobody waits long for it, and it is given back where anything before it failed
    doc.receipt_number = take_number(order.community, day.year, "Deposit")
    _insert(doc, name)
    call_extensions("property_service_deposit_changed", deposit=name)
    return doc


def deduct(
    deposit: str,
    amount: Any,
    reason: str,
    cashier: str,
    proof: str = "",
    client_key: str = "",
    on: date | None = None,
    because_of: tuple[str, str] | None = None,
) -> str:
    """Deduct from a deposit under the signed agreement (违约扣款, 赔偿); returns the movement's name.

    `because_of` (DocType, name) is what proves the deduction; upper rooms may ask for it. RuleError without a reason, and for more than
    is held.
    """
    if not reason.strip():
        raise RuleError(_("Enter what is deducted for, as the signed agreement says it."))
    words = {"reason": reason.strip(), "proof": proof}
    return _move(deposit, "Deducted", amount, cashier, client_key, on, because_of, **words)


def refund(
    deposit: str,
    amount: Any,
    mode: str,
    original: str,
    cashier: str,
    reason: str = "",
    client_key: str = "",
    on: date | None = None,
) -> str:
    """Give a deposit back, in whole or part; returns the movement's name.

    `original`: the deposit receipt is Given Back or Declared Lost. RuleError for more than is held, and for what was refunded already.
    """
    _check_mode(mode)
    words = {"mode": mode, "original": original, "reason": reason}
    return _move(deposit, "Refunded", amount, cashier, client_key, on, None, **words)


def movements_of(deposit: str) -> list[frappe._dict]:
    """Return the movements of a deposit, earliest first, amounts as money."""
    fields = ["name", "kind", "amount", "posting_date", "mode", "original", "reason", "proof", "cashier", "creation"]
    rows = frappe.get_all(MOVEMENT, {"deposit": deposit, "docstatus": 1}, fields, order_by="creation asc, name asc")
    for row in rows:
        row.amount = money(row.amount)
    return rows


def _move(
    deposit: str,
    kind: Kind,
    amount: Any,
    cashier: str,
    client_key: str,
    on: date | None,
    because_of: tuple[str, str] | None,
    **values: str,
) -> str:
    row, movements = _locked(deposit)
    table = frappe.qb.DocType(MOVEMENT)
    known = client_key and run_locked(
        frappe.qb.from_(table)
        .select(table.name)
        .where((table.client_key == client_key) & (table.deposit == deposit))
        .orderby(table.name)
    )
    if known:
        return known[0][0]
    movement = Movement(kind, amount)
    state = check_movement(movements, movement, values.get("original", ""))
    call_extensions("property_service_deposit_move", deposit=deposit, kind=kind, because_of=because_of)
    day = _day(row.community, on)
    name = _record(row, Movement(kind, money(amount)), day, cashier, client_key=client_key, **values)
    update_each(DEPOSIT, {deposit: _sums(state)}, SUMS)
    call_extensions("property_service_deposit_changed", deposit=deposit)
    return name


def _locked(deposit: str) -> tuple[frappe._dict, list[Movement]]:
    """Lock a deposit; both reads see what others have committed meanwhile."""
    table = frappe.qb.DocType(DEPOSIT)
    query = frappe.qb.from_(table).select(table.name, table.community, table.unit, table.payer)
    found = run_locked(query.where(table.name == deposit), as_dict=True)
    if not found:
        raise RuleError(_("There is no deposit {0}. Load the list again."), deposit)
    moved = frappe.qb.DocType(MOVEMENT)
    rows = run_locked(
        frappe.qb.from_(moved)
        .select(moved.kind, moved.amount)
        .where((moved.deposit == deposit) & (moved.docstatus == 1))
        .orderby(moved.name)
    )
    return found[0], [Movement(kind, money(amount)) for kind, amount in rows]


def _record(deposit: Any, movement: Movement, day: date, cashier: str, client_key: str = "", **values: str) -> str:
    """Write a movement and its entry of the ledger; returns the movement's name."""
    names, moment = ledger.entries_for(1)
    place = frappe.get_cached_value("Property Unit", deposit.unit, PLACE, as_dict=True) if deposit.unit else {}
    ledger.post(
        [
            LedgerRow(
                name=names[0],
                entry_type="Deposit",
                amount=movement.amount if movement.kind == "Held" else -movement.amount,
                effective_date=day,
                recorded_at=moment,
                deposit=deposit.name,
                community=deposit.community,
                unit=deposit.unit or "",
                debtor=deposit.payer,
                mode=values.get("mode", ""),
                remark=(values.get("reason") or "")[:140],
                **{field: place.get(field) or "" for field in PLACE},
            )
        ]
    )
    doc = frappe.new_doc(MOVEMENT)
    doc.update(
        {
            "deposit": deposit.name,
            "community": deposit.community,
            "kind": movement.kind,
            "amount": movement.amount,
            "posting_date": day,
            "cashier": cashier or None,
            "client_key": client_key or None,
            "docstatus": 1,
            **{field: value or None for field, value in values.items()},
        }
    )
    _insert(doc)
    return doc.name


def _insert(doc: Document, name: str | None = None) -> None:
    doc.flags.by_rules = True
    # The movement of a new deposit is written before it; every other link was read above.
    doc.flags.ignore_links = True
    # Nobody may write deposits by hand: the endpoint has judged role and community before it let the rules write.
    doc.flags.ignore_permissions = True
    try:
        doc.insert(set_name=name)
    except (frappe.UniqueValidationError, frappe.DuplicateEntryError) as error:
        # Sent twice at once: begun again, the first one is found.
        raise frappe.QueryDeadlockError(error) from error


def _sums(state: State) -> dict[str, Any]:
    return {
        "held": state.held,
        "deducted": state.deducted,
        "refunded": state.refunded,
        "left_amount": state.left,
        "status": state.status,
    }


def _check_order(order: DepositOrder) -> None:
    purposes = frappe.get_meta(DEPOSIT).get_field("purpose").options.split("\n")
    if order.purpose not in purposes:
        raise RuleError(_("There is no deposit for {0}. Choose a purpose from the list."), order.purpose)
    if not frappe.db.exists("Resident", order.payer):
        raise RuleError(_("There is no resident {0}. Choose who pays the deposit."), order.payer)
    if order.unit and frappe.get_cached_value("Property Unit", order.unit, "community") != order.community:
        raise RuleError(_("{0} is no unit of {1}. Choose another one."), order.unit, order.community)


def _check_mode(mode: str) -> None:
    if mode not in MODES:
        raise RuleError(_("There is no mode of payment called {0}."), mode)


def _day(community: str, wanted: date | None) -> date:
    today = ledger.today_of(community)
    if wanted and wanted > today:
        raise RuleError(_("A deposit cannot move on {0}, in the future. Use today."), wanted)
    return wanted or today
