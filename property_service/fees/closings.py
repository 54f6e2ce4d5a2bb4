"""Counter Closing (收费日结): everything a cashier took and gave back since the last one, counted and closed once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document

from property_service.fees.allocation import CASH, MODES
from property_service.fees.amounts import exact
from property_service.fees.receipt_documents import PAYMENT, RECEIPT, REFUND, REVERSED, VOIDED
from property_service.property_service.locks import run_locked
from property_service.property_service.money import ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now, start_of_local_day

CLOSING = "Counter Closing"
MOVEMENT = "Resident Deposit Movement"
PARTS = ("own_amount", "others_amount", "late_fee_amount", "prepaid_amount", "deposit_amount")
RECEIPT_FIELDS = ("name", "receipt_number", "kind", "status", "amount", "prepaid", "cashier", "counter_closing")
BACK_FIELDS = ("taken_back_by", "taken_back_closing")


@dataclass(slots=True)
class Closing:
    """What is to be closed; amounts in yuan, money in less money out. `modes`: mode → (movements, amount)."""

    receipts: list[str] = field(default_factory=list)
    reversed_receipts: list[str] = field(default_factory=list)
    movements: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    modes: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    parts: dict[str, Decimal] = field(default_factory=lambda: dict.fromkeys(PARTS, ZERO))
    void_count: int = 0
    void_amount: Decimal = ZERO
    refund_amount: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Money in less money out."""
        return sum((amount for _count, amount in self.modes.values()), ZERO)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to close."""
        return not (self.receipts or self.reversed_receipts or self.movements)

    def move(self, mode: str, amount: Decimal) -> None:
        """Add money that came in, or below 0 went out."""
        count, before = self.modes.get(mode, (0, ZERO))
        self.modes[mode] = (count + 1, before + amount)


def to_close(community: str, cashier: str, lock: bool = False) -> Closing:
    """Return what a cashier has not closed yet: receipts, refunds, receipts he took back by reversal, and deposits.

    A void receipt counts with its number but not with its money. A receipt reversed after its closing takes its money out of the closing of
    whoever reversed it.
    """
    rows = _receipts(community, cashier, lock)
    closing = Closing()
    signs: defaultdict[str, int] = defaultdict(int)
    for row in rows:
        money_in = 1 if row.kind == PAYMENT else -1
        if row.cashier == cashier and not row.counter_closing:
            closing.receipts.append(row.name)
            closing.numbers.append(row.receipt_number)
            if row.status == VOIDED:
                closing.void_count += 1
                closing.void_amount += row.amount
            else:
                signs[row.name] += money_in
                if row.kind == REFUND:
                    closing.refund_amount += row.amount
        if row.status == REVERSED and row.taken_back_by == cashier and not row.taken_back_closing:
            closing.reversed_receipts.append(row.name)
            signs[row.name] -= money_in
            if row.kind == PAYMENT:
                closing.refund_amount += row.amount
    closing.numbers.sort()
    _add_money(closing, {row.name: row for row in rows}, signs)
    _add_deposits(closing, community, cashier, lock)
    return closing


def closing_figures(community: str, cashier: str) -> dict[str, Any]:
    """Return what a closing would hold now, before it is made; see `_values`, with `modes` [{mode, count, amount}]."""
    closing = to_close(community, cashier)
    return {**_values(closing, community, cashier), "modes": _mode_rows(closing, {}), "is_empty": closing.is_empty}


def cashiers_to_close(community: str) -> list[str]:
    """Return the users who have something to close there, by name; money that came in online is nobody's."""
    receipt, movement = frappe.qb.DocType(RECEIPT), frappe.qb.DocType(MOVEMENT)
    found: set[str] = set()
    for table, user, waits in (
        (receipt, receipt.cashier, receipt.counter_closing.isnull()),
        (receipt, receipt.taken_back_by, (receipt.status == REVERSED) & receipt.taken_back_closing.isnull()),
        (movement, movement.cashier, movement.counter_closing.isnull()),
    ):
        of_community = (table.community == community) & (table.docstatus == 1) & user.isnotnull()
        found.update(frappe.qb.from_(table).select(user).where(of_community & waits).distinct().run(pluck=True))
    return sorted(found)


def close_counter(
    community: str, cashier: str, counted: Mapping[str, Any], shift: str = "", reason: str = ""
) -> Document:
    """Close everything a cashier has not closed yet; returns the submitted Counter Closing. The caller has judged roles.

    `counted`: mode → yuan counted; a mode left out counts as it should be, cash must be given. RuleError where there is nothing to close, and
    for a difference without a reason.
    """
    closing = to_close(community, cashier, lock=True)
    if closing.is_empty:
        raise RuleError(_("There is nothing to close: no receipt since the last closing."))
    rows = _mode_rows(closing, _counted(closing, counted))
    difference = sum((row["difference"] for row in rows), ZERO)
    # Cash too little and a card payment too much by as much are no difference in sum, and still two mistakes.
    off = sum((abs(row["difference"]) for row in rows), ZERO)
    if off and not reason.strip():
        raise RuleError(_("What was counted differs by {0} yuan. Count again, or say why."), off)
    doc = frappe.new_doc(CLOSING)
    doc.update(_values(closing, community, cashier))
    doc.update(
        {
            "docstatus": 1,
            "shift": shift.strip()[:140],
            "difference_reason": reason.strip(),
            "counted_total": sum((row["counted"] for row in rows), ZERO),
            "difference": difference,
        }
    )
    for row in rows:
        doc.append("modes", row)
    doc.flags.by_rules = True
    # Nobody may write closings by hand: the endpoint has judged role and community before it let the rules post.
    doc.flags.ignore_permissions = True
    doc.insert()
    _mark(RECEIPT, "counter_closing", closing.receipts, doc.name)
    _mark(RECEIPT, "taken_back_closing", closing.reversed_receipts, doc.name)
    _mark(MOVEMENT, "counter_closing", closing.movements, doc.name)
    return doc


def _values(closing: Closing, community: str, cashier: str) -> dict[str, Any]:
    now = site_now()
    last = frappe.get_all(
        CLOSING,
        {"community": community, "cashier": cashier, "docstatus": 1},
        pluck="to_time",
        order_by="to_time desc, name asc",
        limit=1,
    )
    return {
        "community": community,
        "cashier": cashier,
        "from_time": last[0] if last else min(start_of_local_day(community), now),
        "to_time": now,
        "total": closing.total,
        "receipt_count": len(closing.receipts),
        "first_number": closing.numbers[0] if closing.numbers else None,
        "last_number": closing.numbers[-1] if closing.numbers else None,
        "void_count": closing.void_count,
        "void_amount": closing.void_amount,
        "refund_amount": closing.refund_amount,
        **closing.parts,
    }


def _counted(closing: Closing, counted: Mapping[str, Any]) -> dict[str, Decimal]:
    """What was counted by mode; RuleError for an unknown mode, parts of a cent, and cash that was not counted."""
    found = {}
    for mode, amount in counted.items():
        if mode not in MODES:
            raise RuleError(_("There is no mode of payment called {0}."), mode)
        found[mode] = money(amount)
        if exact(amount) != found[mode]:
            raise RuleError(_("{0} has parts of a cent. Enter at most two decimal places."), exact(amount))
    if CASH in closing.modes and CASH not in found:
        raise RuleError(_("Count the cash and enter it."))
    return found


def _mode_rows(closing: Closing, counted: Mapping[str, Decimal]) -> list[dict[str, Any]]:
    """One row for each mode that moved or was counted, in the order of MODES."""
    rows = []
    for mode in MODES:
        if mode not in closing.modes and not counted.get(mode):
            continue
        count, amount = closing.modes.get(mode, (0, ZERO))
        there = counted.get(mode, amount)
        rows.append({"mode": mode, "count": count, "amount": amount, "counted": there, "difference": there - amount})
    return rows


def _receipts(community: str, cashier: str, lock: bool) -> list[frappe._dict]:
    """Receipts the cashier wrote or reversed that are in no closing of his; with `lock` in the order of names."""
    table = frappe.qb.DocType(RECEIPT)
    written = (table.cashier == cashier) & table.counter_closing.isnull()
    taken = (table.taken_back_by == cashier) & (table.status == REVERSED) & table.taken_back_closing.isnull()
    names = (
        frappe.qb.from_(table)
        .select(table.name)
        .where(table.community == community)
        .where(table.docstatus == 1)
        .where(written | taken)
        .orderby(table.name)
        .run(pluck=True)
    )
    query = (
        frappe.qb.from_(table)
        .select(*(table[column] for column in (*RECEIPT_FIELDS, *BACK_FIELDS)))
        .where(table.name.isin(names or [""]))
        .orderby(table.name)
    )
    rows = run_locked(query, as_dict=True) if lock else query.run(as_dict=True)
    for row in rows:
        row.amount, row.prepaid = money(row.amount), money(row.prepaid)
    return rows


def _add_money(closing: Closing, rows: Mapping[str, frappe._dict], signs: Mapping[str, int]) -> None:
    """Add the modes and parts of receipts; `signs` says how often their money moved in, below 0 out."""
    moved = [name for name, sign in signs.items() if sign]
    for row in _children("Fee Receipt Tender", moved, ("mode", "amount")):
        closing.move(row.mode, signs[row.parent] * money(row.amount))
    for row in _children("Fee Receipt Line", moved, ("collected_for", "principal", "late_fee")):
        part = "own_amount" if row.collected_for == "Own" else "others_amount"
        closing.parts[part] += signs[row.parent] * money(row.principal)
        closing.parts["late_fee_amount"] += signs[row.parent] * money(row.late_fee)
    for name in moved:
        prepaid = rows[name].prepaid if rows[name].kind == PAYMENT else rows[name].amount
        closing.parts["prepaid_amount"] += signs[name] * prepaid


def _add_deposits(closing: Closing, community: str, cashier: str, lock: bool) -> None:
    table = frappe.qb.DocType(MOVEMENT)
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.kind, table.amount, table.mode)
        .where(table.community == community)
        .where(table.cashier == cashier)
        .where(table.docstatus == 1)
        .where(table.counter_closing.isnull())
        .orderby(table.name)
    )
    for row in run_locked(query, as_dict=True) if lock else query.run(as_dict=True):
        closing.movements.append(row.name)
        sign = {"Held": 1, "Refunded": -1}.get(row.kind, 0)
        if sign:
            closing.move(row.mode or CASH, sign * money(row.amount))
            closing.parts["deposit_amount"] += sign * money(row.amount)


def _children(doctype: str, parents: Iterable[str], columns: Iterable[str]) -> list[frappe._dict]:
    table = frappe.qb.DocType(doctype)
    return (
        frappe.qb.from_(table)
        .select(table.parent, *(table[column] for column in columns))
        .where(table.parent.isin(list(parents) or [""]))
        .where(table.parenttype == RECEIPT)
        .orderby(table.parent)
        .orderby(table.idx)
        .run(as_dict=True)
    )


def _mark(doctype: str, column: str, names: list[str], closing: str) -> None:
    if names:
        table = frappe.qb.DocType(doctype)
        frappe.qb.update(table).set(table[column], closing).where(table.name.isin(names)).run()
