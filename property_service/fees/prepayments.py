"""Prepayments (预收): what of a receipt lies on no charge yet. Laid on fresh charges of the same debtor, or given back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Sum

from property_service.fees import ledger
from property_service.fees.allocation import MODES, ONLINE, Prepaid, PrepaidPart, Tender, apply_prepayments
from property_service.fees.amounts import positive_amount
from property_service.fees.charges import VOID, read_charges, refresh, void
from property_service.fees.ledger import ChargePart
from property_service.fees.ledger_rules import LedgerRow
from property_service.fees.open_charges import Standing, standing_of, to_take_back
from property_service.fees.receipt_documents import (
    PAYMENT,
    POSTED,
    RECEIPT,
    REFUND,
    REFUNDED,
    lock_receipts,
    money_entries,
    set_prepaid_left,
    write_receipt,
    written_for,
)
from property_service.property_service.money import ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

FROM_PREPAYMENT = "Prepayment"
"""Remark of the entries by which a prepayment, not the payment itself, was laid on a charge."""


def prepaid_receipts(community: str, payers: Iterable[str]) -> list[frappe._dict]:
    """Return the receipts of residents with a prepayment left, oldest first: {name, receipt_number, payer, unit, prepaid_left, …}."""
    table = frappe.qb.DocType(RECEIPT)
    rows = (
        frappe.qb.from_(table)
        .select(table.name, table.receipt_number, table.payer, table.payer_name, table.unit, table.posting_date)
        .select(table.prepaid_left, table.prepaid_item)
        .where(table.payer.isin(sorted(set(payers)) or [""]))
        .where(table.community == community)
        .where(table.kind == PAYMENT)
        .where(table.status == POSTED)
        .where(table.prepaid_left > 0)
        .orderby(table.posting_date)
        .orderby(table.creation)
        .orderby(table.name)
        .run(as_dict=True)
    )
    for row in rows:
        row.prepaid_left = money(row.prepaid_left)
    return rows


def apply_prepayments_to(charges: Iterable[str], effective_date: date) -> Decimal:
    """Lay the debtors' prepayments on the principal of these charges, those for an item first; returns the sum in yuan.

    The late fee of what is overdue is booked and stays open. Nothing is laid on void charges. About ten queries for a block of charges of one community. Called by the fee run and at the counter.
    """
    found = {name: one for name, one in standing_of(charges, lock=True).items() if one.row["status"] != VOID}
    total = ZERO
    for community in sorted({one.row["community"] for one in found.values()}):
        here = {name: one for name, one in found.items() if one.row["community"] == community}
        by_debtor: defaultdict[str, list[str]] = defaultdict(list)
        for name, one in here.items():
            by_debtor[one.row["debtor"]].append(name)
        receipts = prepaid_receipts(community, by_debtor)
        if not receipts:
            continue
        locked = lock_receipts(row.name for row in receipts)
        parts: list[PrepaidPart] = []
        for debtor, names in by_debtor.items():
            prepaid = [_prepaid(locked[row.name]) for row in receipts if row.payer == debtor]
            due = [here[name].open_on(effective_date) for name in names]
            parts += apply_prepayments(prepaid, due)
        ledger.post(_entries(parts, here, effective_date))
        left = {row.name: locked[row.name].prepaid_left for row in receipts}
        for part in parts:
            left[part.prepaid] -= part.amount
        set_prepaid_left({part.prepaid: left[part.prepaid] for part in parts})
        refresh(part.charge for part in parts)
        total += sum((part.amount for part in parts), ZERO)
    return total


def release_prepayments(charges: Iterable[str], because: str) -> Decimal:
    """Take back what prepayments paid on these charges, so that it is left on their receipts again; returns the sum in yuan.

    The late fees this had brought go as well, but for those that were paid or waived since. Needed before such a charge can be void.
    """
    rows = read_charges(charges, lock=True)
    return _release(ledger.rows_where(charge=list(rows), entry_type=["Allocation", "Late Fee"]), rows, because)


def take_off_charges(receipt: str, because: str) -> Decimal:
    """Take the prepayment of a receipt off the charges it paid, so that it is left on the receipt again; returns the sum in yuan.

    The charges are open again. Needed before such a receipt can be taken back. RuleError where nothing of it is used, and for no reason.
    """
    because = because.strip()
    if not because:
        raise RuleError(_("Say why the prepayment is taken off the charges."))
    entries = ledger.rows_where(receipt=receipt)
    if not used_of(entries):
        raise RuleError(_("Nothing of this receipt's prepayment is used on charges. There is nothing to take off."))
    rows = read_charges((row.charge for row in entries if row.charge), lock=True)
    return _release(entries, rows, because)


def used_of(entries: Iterable[LedgerRow]) -> Decimal:
    """Return what of a receipt's prepayment lies on charges, by its entries, in yuan."""
    used = (row for row in ledger.standing(entries) if row.remark == FROM_PREPAYMENT and row.entry_type == "Allocation")
    return -sum((row.amount for row in used), ZERO)


def paid_by_hand(rows: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return charge → a receipt, of those charges on which money was paid other than from a prepayment, which is simply left again.

    `rows` are {name, paid, late_fee_paid}. One query, none where nothing was paid.
    """
    paid = [row["name"] for row in rows if money(row["paid"]) or money(row["late_fee_paid"])]
    entries = ledger.rows_where(charge=paid, entry_type="Allocation") if paid else []
    by_hand = (row for row in ledger.standing(entries) if row.remark != FROM_PREPAYMENT)
    return {row.charge or "": row.receipt or "" for row in by_hand}


def check_not_paid_by_hand(rows: Iterable[Mapping[str, Any]]) -> None:
    """Raise RuleError, which names the receipt, where money was paid on one of these charges ({name, unit, paid, late_fee_paid})."""
    units = {row["name"]: row for row in rows}
    paid = sorted(paid_by_hand(units.values()).items())
    if paid:
        charge, receipt = paid[0]
        raise RuleError(
            _("Money was paid on the charge of {0} with the receipt {1}. Take that receipt back first."),
            units[charge]["unit"],
            frappe.db.get_value(RECEIPT, receipt, "receipt_number") or receipt,
        )


def void_charges(names: Iterable[str], because: str) -> list[str]:
    """Void charges; what prepayments paid on them is left on their receipts again. Returns the names of those that were not void.

    RuleError, which names the receipt, where money was paid on one of them other than from a prepayment.
    """
    rows = read_charges(names, lock=True)
    check_not_paid_by_hand(rows.values())
    release_prepayments(rows, because)
    return void(rows, because)


def _release(found: Iterable[LedgerRow], charges: Mapping[str, Mapping[str, Any]], because: str) -> Decimal:
    """Take back those of these entries by which prepayments were laid on charges (rows, locked); returns the sum in yuan."""
    entries = to_take_back((row for row in ledger.standing(found) if row.remark == FROM_PREPAYMENT), charges)
    locked = lock_receipts(row.receipt or "" for row in entries)
    back: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in entries:
        if row.entry_type == "Allocation":
            back[row.receipt or ""] -= row.amount
    for community in sorted({row.community for row in entries}):
        here = [row for row in entries if row.community == community]
        ledger.take_back(here, ledger.today_of(community), because[:140])
    set_prepaid_left({name: locked[name].prepaid_left + amount for name, amount in back.items()})
    if entries:
        refresh(row.charge or "" for row in entries)
    return sum(back.values(), ZERO)


def refund_prepayment(
    receipt: str,
    amount: Decimal | float | str,
    mode: str,
    because: str,
    cashier: str,
    client_key: str = "",
) -> Document:
    """Give back what is left of a receipt's prepayment, in whole or part; returns the Fee Receipt of the refund, with its own number.

    RuleError for more than is left, a receipt that was taken back, no reason, and a mode money is not given back in.
    """
    before = written_for(client_key)
    if before:
        return before
    given = positive_amount(amount)
    if mode not in MODES or mode == ONLINE:
        raise RuleError(_("There is no mode of payment called {0}."), mode)
    if not because.strip():
        raise RuleError(_("Say why the money is given back."))
    row = lock_receipts([receipt])[receipt]
    if row.kind != PAYMENT or row.status != POSTED or given > row.prepaid_left:
        raise RuleError(
            _("Only {0} yuan of the prepayment are left, not {1}. Give back that or less."), row.prepaid_left, given
        )
    day = ledger.today_of(row.community)
    name = frappe.generate_hash(length=10)
    tender = Tender(mode, given)
    ledger.post(money_entries("Refund", [tender], row.community, row.payer, row.unit or "", name, day))
    left = row.prepaid_left - given
    values = {
        "kind": REFUND,
        "community": row.community,
        "payer": row.payer,
        "payer_name": row.payer_name,
        "unit": row.unit,
        "posting_date": day,
        "amount": given,
        "refund_of": row.name,
        "cashier": cashier or None,
        "client_key": client_key,
        "remark": because.strip(),
    }
    set_prepaid_left({row.name: left})
    refund = write_receipt(name, values, [tender])
    mark_refunded(row)
    return refund


def mark_refunded(row: Any) -> None:
    """Say by its status whether everything a receipt brought was given back; the caller has locked it."""
    table = frappe.qb.DocType(RECEIPT)
    refunds = (
        frappe.qb.from_(table)
        .select(Sum(table.amount))
        .where(table.refund_of == row.name)
        .where(table.status == POSTED)
        .run()
    )
    status = REFUNDED if money(refunds[0][0]) == row.amount else POSTED
    frappe.qb.update(table).set(table.status, status).where(table.name == row.name).run()


def _prepaid(row: frappe._dict) -> Prepaid:
    """A locked receipt as the rules see it. What was paid for an item stays with the unit it was paid for."""
    left = row.prepaid_left if row.status == POSTED else ZERO
    return Prepaid(row.name, left, row.prepaid_item or "", (row.unit or "") if row.prepaid_item else "")


def _entries(parts: Iterable[PrepaidPart], charges: Mapping[str, Standing], day: date) -> list[LedgerRow]:
    """The entries of prepayments laid on charges: the late fees they bring, and what is laid."""
    laid: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    booked: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    entries: list[ChargePart] = []
    for part in parts:
        charge = charges[part.charge]
        laid[part.charge] += part.amount
        late_fee = charge.late_fee_to_book(day, laid[part.charge]) - booked[part.charge]
        booked[part.charge] += late_fee
        entries += (
            ChargePart(charge.row, "Late Fee", "Late Fee", late_fee, part.prepaid, FROM_PREPAYMENT),
            ChargePart(charge.row, "Allocation", "Principal", -part.amount, part.prepaid, FROM_PREPAYMENT),
        )
    return ledger.on_charges(entries, day)
