"""Charges and bills as the database holds them: locked in one order, and their balances kept in step with the ledger.

`outstanding` of a charge is what is open of its principal and of late fees booked; that of a bill is the sum of its charges.
Both are copies for lists; the ledger is what counts, and a test holds them against it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Sum
from pypika.terms import Term

from property_service.fees.ledger import OF_THE_CHARGE, rows_where, take_back, today_of
from property_service.fees.ledger_rules import ON_A_CHARGE, LedgerRow
from property_service.property_service.blocks import update_each
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.locks import run_locked
from property_service.property_service.money import ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

CHARGE = "Fee Charge"
BILL = "Fee Bill"
UNPAID, PARTLY_PAID, PAID, VOID = "Unpaid", "Partly Paid", "Paid", "Void"
BALANCES = ("amount", "adjusted", "paid", "outstanding", "late_fee_assessed", "late_fee_paid", "late_fee_waived")
TERMS = ("late_fee_rate", "grace_days", "late_fee_cap")
FIELDS = ("name", *OF_THE_CHARGE, "fee_bill", "due_date", "status", *BALANCES, *TERMS)


def read_charges(names: Iterable[str], lock: bool = False) -> dict[str, frappe._dict]:
    """Return name → row with FIELDS, amounts as money; with `lock` nobody else may change them until the commit.

    All charges of their bills are locked, in the order of names, so that two payments of the same bills wait for each other. RuleError
    for one that does not exist, frappe.QueryDeadlockError where the transaction has to begin again.
    """
    wanted = sorted(set(names))
    seen = _seen_with_siblings(wanted) if lock else {}
    table = frappe.qb.DocType(CHARGE)
    query = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in FIELDS), table.modified)
        .where(table.name.isin(sorted(seen) or wanted or [""]))
        .orderby(table.name)
    )
    rows = run_locked(query, as_dict=True) if lock else query.run(as_dict=True)
    # The locked rows are as they are now, all other reads as they were when the transaction began: they must agree.
    if any(seen.get(row.name) != row.modified for row in rows if lock):
        raise frappe.QueryDeadlockError(f"{CHARGE}: changed since this transaction began")
    for row in rows:
        for field in BALANCES:
            row[field] = money(row[field])
    found = {row.name: row for row in rows}
    missing = next((name for name in wanted if name not in found), None)
    if missing is not None:
        raise RuleError(_("There is no charge {0}. Load the bill again."), missing)
    return {name: found[name] for name in wanted}


def _seen_with_siblings(names: list[str]) -> dict[str, Any]:
    """Return name → modified of charges and of all others on their bills, as this transaction sees them."""
    named, sibling = frappe.qb.DocType(CHARGE).as_("named"), frappe.qb.DocType(CHARGE).as_("sibling")
    rows = (
        frappe.qb.from_(named)
        .left_join(sibling)
        .on(sibling.fee_bill == named.fee_bill)
        .select(named.name, named.modified, sibling.name, sibling.modified)
        .where(named.name.isin(names or [""]))
        .orderby(named.name)
        .run()
    )
    return {name: modified for row in rows for name, modified in (row[:2], row[2:]) if name}


def balances_of(rows: Iterable[LedgerRow]) -> dict[str, Decimal]:
    """Return the BALANCES of one charge from its ledger entries, in yuan."""
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        sums[row.entry_type, row.part] += row.amount
    late, adjusted = sums["Late Fee", "Late Fee"], sums["Adjustment", "Principal"]
    found = {
        "amount": sums["Charge", "Principal"],
        "adjusted": adjusted,
        "paid": -sums["Allocation", "Principal"],
        "late_fee_assessed": late,
        "late_fee_paid": -sums["Allocation", "Late Fee"],
        "late_fee_waived": -sums["Adjustment", "Late Fee"],
    }
    found["outstanding"] = open_principal(found) + open_late_fee(found)
    return found


def open_principal(row: Mapping[str, Any]) -> Decimal:
    """Return what is open of a charge's principal, in yuan."""
    return money(row["amount"]) + money(row["adjusted"]) - money(row["paid"])


def open_late_fee(row: Mapping[str, Any]) -> Decimal:
    """Return what is open of the late fees booked on a charge, in yuan; what is not booked yet is not in it."""
    return money(row["late_fee_assessed"]) - money(row["late_fee_paid"]) - money(row["late_fee_waived"])


def status_of(row: Mapping[str, Any]) -> str:
    """Return Unpaid, Partly Paid or Paid by the balances of a charge."""
    if row["outstanding"] <= 0:
        return PAID
    return PARTLY_PAID if row["paid"] > 0 or row["late_fee_paid"] > 0 else UNPAID


def refresh(charges: Iterable[str]) -> None:
    """Bring the balances of charges and of their bills in line with the ledger; tell upper rooms which are settled now, or no more.

    Five statements for two hundred. The caller has locked the charges.
    """
    names = sorted(set(charges))
    before = read_charges(names)
    by_charge: defaultdict[str, list[LedgerRow]] = defaultdict(list)
    for row in rows_where(charge=names, entry_type=sorted(ON_A_CHARGE)):
        by_charge[row.charge or ""].append(row)
    after = {name: balances_of(by_charge[name]) for name in names}
    for name, row in after.items():
        row["status"] = VOID if before[name].status == VOID else status_of(row)
    update_each(CHARGE, after, (*BALANCES, "status"))
    refresh_bills(row.fee_bill for row in before.values() if row.fee_bill)
    settled = [name for name, row in after.items() if row["status"] == PAID and before[name].status != PAID]
    if settled:
        call_extensions("property_service_charge_settled", charges=settled)
    reopened = [name for name, row in after.items() if before[name].status == PAID != row["status"]]
    if reopened:
        call_extensions("property_service_charge_reopened", charges=reopened)


def refresh_bills(bills: Iterable[str]) -> None:
    """Bring the totals of bills in line with their charges: two statements for two hundred."""
    names = sorted(set(bills))
    if not names:
        return
    table = frappe.qb.DocType(CHARGE)
    counts = table.status != VOID

    def total(value: Term) -> Term:
        return Sum(Case().when(counts, value).else_(0))

    sums = (
        frappe.qb.from_(table)
        .select(table.fee_bill, total(table.amount + table.adjusted).as_("total"))
        .select(total(table.outstanding).as_("outstanding"), total(1).as_("standing"))
        .select(total(table.paid + table.late_fee_paid).as_("paid"))
        .where(table.fee_bill.isin(names))
        .groupby(table.fee_bill)
        .orderby(table.fee_bill)
        .run(as_dict=True)
    )
    after = {}
    for row in sums:
        open_now, paid = money(row.outstanding), money(row.paid)
        status = VOID if not row.standing else PAID if open_now <= 0 else PARTLY_PAID if paid > 0 else UNPAID
        after[row.fee_bill] = {"total": money(row.total), "outstanding": open_now, "status": status}
    update_each(BILL, after, ("total", "outstanding", "status"))


def void(names: Iterable[str], because: str, by_source: bool = False) -> list[str]:
    """Void charges that nothing was paid on, with their adjustments; returns their names. Never deleted: reversed.

    The same months can be billed again. Upper rooms are told, unless what was charged for asks for it itself (`by_source`).
    RuleError for a charge that was paid, in part or whole.
    """
    charges = read_charges(names, lock=True)
    standing = {name: row for name, row in charges.items() if row.status != VOID}
    for row in standing.values():
        if row.paid or row.late_fee_paid:
            raise RuleError(
                _("Money was paid on the charge of {0}. First take its receipt back, or the prepayment off it."),
                row.unit,
            )
    if not standing:
        return []
    entries = rows_where(charge=list(standing), entry_type=["Charge", "Adjustment", "Late Fee"])
    gone = {row.reverses for row in entries if row.reverses}
    kept = [row for row in entries if not row.reverses and row.name not in gone]
    for community in {row.community for row in kept}:
        take_back([row for row in kept if row.community == community], today_of(community), because)
    table = frappe.qb.DocType(CHARGE)
    (
        frappe.qb.update(table)
        .set(table.status, VOID)
        .set(table.billing_key, None)
        .set(table.void_reason, because)
        .where(table.name.isin(list(standing)))
        .run()
    )
    refresh(standing)
    if not by_source:
        call_extensions("property_service_charge_reopened", charges=sorted(standing))
    return sorted(standing)
