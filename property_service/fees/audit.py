"""The invariants of the money side, counted anew from the ledger: what differs is a defect, and is said in a sentence.

For tests, for the demo, and for whoever doubts a figure. A few grouped queries, whatever the size.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce, Sum

from property_service.fees import receipt_numbers
from property_service.fees.charges import BALANCES, BILL, CHARGE, PAID, VOID, balances_of, status_of
from property_service.fees.ledger import ENTRY
from property_service.fees.ledger_rules import ON_A_CHARGE
from property_service.fees.receipt_counter import COUNTER
from property_service.fees.receipt_documents import PAYMENT, RECEIPT, STANDING
from property_service.property_service.money import ZERO, money


def differences(community: str) -> list[str]:
    """Return what does not agree with the ledger in a community, in English; an empty list where all does.

    Balances and status of charges, totals of bills, what is left of prepayments, parts of receipts, and receipt numbers that are
    missing or double.
    """
    checks: tuple[Callable[[str], Iterator[str]], ...] = (charges, bills, receipts, prepayments, numbers)
    return [sentence for check in checks for sentence in check(community)]


def charges(community: str) -> Iterator[str]:
    """Compare each charge's balances and status with its entries; nothing may be paid beyond what is owed."""
    entry, charge = frappe.qb.DocType(ENTRY), frappe.qb.DocType(CHARGE)
    sums = (
        frappe.qb.from_(entry)
        .select(entry.charge, entry.entry_type, entry.part, Sum(entry.amount).as_("amount"))
        .where(entry.community == community)
        .where(entry.entry_type.isin(sorted(ON_A_CHARGE)))
        .groupby(entry.charge, entry.entry_type, entry.part)
        .orderby(entry.charge)
        .run(as_dict=True)
    )
    by_charge: defaultdict[str, list[Any]] = defaultdict(list)
    for row in sums:
        row.amount = money(row.amount)
        by_charge[row.charge].append(row)
    rows = (
        frappe.qb.from_(charge)
        .select(charge.name, charge.status, *(charge[field] for field in BALANCES))
        .where(charge.community == community)
        .orderby(charge.name)
        .run(as_dict=True)
    )
    for row in rows:
        ledger = balances_of(by_charge.pop(row.name, []))
        for field in BALANCES:
            if money(row[field]) != ledger[field]:
                yield f"Charge {row.name}: {field} is {money(row[field])}, the ledger says {ledger[field]}."
        expected = VOID if row.status == VOID else status_of(ledger)
        if row.status != expected:
            yield f"Charge {row.name}: is {row.status}, the ledger says {expected}."
        if ledger["outstanding"] < 0:
            yield f"Charge {row.name}: {-ledger['outstanding']} more was laid on it than is owed."
        if row.status == VOID and ledger["outstanding"]:
            yield f"Charge {row.name}: is void, but {ledger['outstanding']} are open."
    for name in sorted(by_charge):
        yield f"Charge {name}: has entries, but does not exist in {community}."


def bills(community: str) -> Iterator[str]:
    """Compare each bill's total and outstanding with its charges."""
    charge, bill = frappe.qb.DocType(CHARGE), frappe.qb.DocType(BILL)
    sums = (
        frappe.qb.from_(charge)
        .select(charge.fee_bill, Sum(charge.amount + charge.adjusted), Sum(charge.outstanding))
        .where(charge.community == community)
        .where(charge.status != VOID)
        .groupby(charge.fee_bill)
        .orderby(charge.fee_bill)
        .run()
    )
    by_bill = {name: (money(total), money(outstanding)) for name, total, outstanding in sums}
    for row in (
        frappe.qb.from_(bill)
        .select(bill.name, bill.total, bill.outstanding, bill.status)
        .where(bill.community == community)
        .orderby(bill.name)
        .run(as_dict=True)
    ):
        stored, counted = (money(row.total), money(row.outstanding)), by_bill.get(row.name, (ZERO, ZERO))
        if stored != counted:
            yield f"Bill {row.name}: total and outstanding are {stored}, its charges say {counted}."
        if (row.status == PAID) != (row.name in by_bill and counted[1] <= 0):
            yield f"Bill {row.name}: is {row.status}, but {counted[1]} are open."


def receipts(community: str) -> Iterator[str]:
    """Compare each receipt's amount with its tenders, its lines and its money in the ledger."""
    entry, receipt = frappe.qb.DocType(ENTRY), frappe.qb.DocType(RECEIPT)
    moved = dict(
        frappe.qb.from_(entry)
        .select(entry.receipt, Sum(entry.amount))
        .where(entry.community == community)
        .where(entry.entry_type.isin(["Payment", "Refund"]))
        .groupby(entry.receipt)
        .run()
    )
    tenders = _of_children("Fee Receipt Tender", community, "amount")
    principal = _of_children("Fee Receipt Line", community, "principal")
    late_fees = _of_children("Fee Receipt Line", community, "late_fee")
    for row in (
        frappe.qb.from_(receipt)
        .select(receipt.name, receipt.kind, receipt.status, receipt.amount, receipt.allocated, receipt.prepaid)
        .where(receipt.community == community)
        .orderby(receipt.name)
        .run(as_dict=True)
    ):
        amount = money(row.amount)
        owed = ZERO if row.status not in STANDING else -amount if row.kind == PAYMENT else amount
        if money(moved.pop(row.name, 0)) != owed:
            yield f"Receipt {row.name}: {row.kind} {amount} is {row.status}, its money in the ledger is another."
        if tenders.get(row.name, ZERO) != amount:
            yield f"Receipt {row.name}: its modes of payment are not {amount} together."
        lines = principal.get(row.name, ZERO) + late_fees.get(row.name, ZERO)
        if lines != money(row.allocated) or (row.kind == PAYMENT and lines + money(row.prepaid) != amount):
            yield f"Receipt {row.name}: lines and prepayment are not {amount} together."
    for name in sorted(moved):
        yield f"Receipt {name}: has money in the ledger, but does not exist."


def prepayments(community: str) -> Iterator[str]:
    """Compare what is left of each receipt's prepayment with money received, laid on charges and given back."""
    entry, receipt = frappe.qb.DocType(ENTRY), frappe.qb.DocType(RECEIPT)
    origin = Coalesce(receipt.refund_of, receipt.name)
    # Money and allocations are negative: what is not laid on charges or given back is left.
    left: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for name, entry_type, amount in (
        frappe.qb.from_(entry)
        .join(receipt)
        .on(receipt.name == entry.receipt)
        .select(origin, entry.entry_type, Sum(entry.amount))
        .where(entry.community == community)
        .where(entry.entry_type.isin(["Payment", "Refund", "Allocation"]))
        .groupby(origin, entry.entry_type)
        .run()
    ):
        left[name] += money(amount) if entry_type == "Allocation" else -money(amount)
    for name, stored in (
        frappe.qb.from_(receipt)
        .select(receipt.name, receipt.prepaid_left)
        .where(receipt.community == community)
        .where(receipt.kind == PAYMENT)
        .orderby(receipt.name)
        .run()
    ):
        if money(stored) != left[name]:
            yield f"Receipt {name}: {money(stored)} of its prepayment are left, the ledger says {left[name]}."


def numbers(community: str) -> Iterator[str]:
    """Look for numbers that are missing, double or beyond the counter; receipts and deposit receipts each have a series."""
    found: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
    for doctype in (RECEIPT, "Resident Deposit"):
        for text in frappe.get_all(
            doctype, {"community": community}, pluck="receipt_number", order_by="name asc", limit_page_length=0
        ):
            if not text:
                yield f"{doctype}: one has no number."
                continue
            number = receipt_numbers.read_number(text)
            found[number.kind, number.year].append(number.number)
    counters = {
        (row.series, row.receipt_year): row.last_number
        for row in frappe.get_all(
            COUNTER, {"community": community}, ["series", "receipt_year", "last_number"], order_by="name asc"
        )
    }
    for series, given in sorted(found.items()):
        for number in receipt_numbers.missing([0, *given]):
            yield f"{series[0]} {series[1]}: the number {number} is missing."
        for number in receipt_numbers.doubled(given):
            yield f"{series[0]} {series[1]}: the number {number} is double."
        if counters.get(series) != max(given):
            yield f"{series[0]} {series[1]}: the counter says {counters.get(series)}, the last number is {max(given)}."


def _of_children(doctype: str, community: str, column: str) -> dict[str, Decimal]:
    """Receipt → sum of a column of its rows, in yuan."""
    child, receipt = frappe.qb.DocType(doctype), frappe.qb.DocType(RECEIPT)
    rows = (
        frappe.qb.from_(child)
        .join(receipt)
        .on(receipt.name == child.parent)
        .select(child.parent, Sum(child[column]))
        .where(receipt.community == community)
        .groupby(child.parent)
        .run()
    )
    return {name: money(amount) for name, amount in rows}
