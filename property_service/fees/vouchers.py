"""Vouchers (凭证) for other finance systems: what money moved on a day, by account code, debit and credit in balance.

On a cash basis: an own fee is income when it is paid, a prepayment when it is used. Columns of the file: date (the day the money moved),
community, account_code (that of the Fee Item, else the ones below), account (what it stands for), direction (Debit or Credit), amount in
yuan above 0, currency. Lines of one day, code and direction are one.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe

from property_service.fees.cash_book import DEDUCTED, DEPOSIT, HELD, REFUNDED, Movement, movements
from property_service.property_service.money import ZERO
from property_service.property_service.rule_error import mark as _

COLUMNS = ("date", "community", "account_code", "account", "direction", "amount", "currency")
DEBIT, CREDIT = _("Debit"), _("Credit")
CURRENCY = "CNY"
# Codes of the usual chart of accounts (typical practice); what a Fee Item says comes first.
OF_MODES = {"Cash": "1001", "POS": "1002", "Transfer": "1002", "Bank Collection": "1002"}
OTHER_MONEY = "1012"
PREPAYMENTS, DEPOSITS, FOR_OTHERS = "2203", "2241.01", "2241.02"
OWN_FEES, LATE_FEES, DEDUCTIONS = "6001", "6301.01", "6301.02"
NAMES: dict[str, str] = {
    "1001": _("Cash in hand"),
    "1002": _("Bank deposits"),
    OTHER_MONEY: _("Payment services"),
    PREPAYMENTS: _("Prepayments received"),
    DEPOSITS: _("Deposits held"),
    FOR_OTHERS: _("Collected for others"),
    OWN_FEES: _("Income from fees"),
    LATE_FEES: _("Late fees"),
    DEDUCTIONS: _("Deducted from deposits"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a voucher; `amount` in yuan, above 0."""

    day: date
    community: str
    account_code: str
    direction: str
    amount: Decimal


def lines_of(rows: Iterable[Movement], codes: Mapping[str, str]) -> list[Line]:
    """Return the lines of movements by day, community, code and direction; `codes` are Fee Item → its account code.

    What an account gains and loses on a day is netted: what prepayments keep of a day's money lies on no charge yet.
    """
    # Debits above 0, credits below; every posting has both.
    sums: defaultdict[tuple[date, str], defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for row in rows:
        accounts = sums[row.day, row.community]
        debit, credit, amount = _posting(row, codes)
        accounts[debit] += amount
        accounts[credit] -= amount
    lines = []
    for (day, community), accounts in sorted(sums.items()):
        for code, value in sorted(accounts.items()):
            if value:
                lines.append(Line(day, community, code, DEBIT if value > 0 else CREDIT, abs(value)))
    return lines


def _posting(row: Movement, codes: Mapping[str, str]) -> tuple[str, str, Decimal]:
    """Return debit account, credit account and amount; below 0 for what is taken back. Money passes through the prepayments."""
    cash = OF_MODES.get(row.mode, OTHER_MONEY)
    if row.kind == DEPOSIT:
        return {
            HELD: (cash, DEPOSITS, row.amount),
            REFUNDED: (DEPOSITS, cash, row.amount),
            DEDUCTED: (DEPOSITS, DEDUCTIONS, row.amount),
        }[row.part]
    if row.kind == "Allocation":
        item = codes.get(row.fee_item) or (OWN_FEES if row.collected_for == "Own" else FOR_OTHERS)
        return PREPAYMENTS, LATE_FEES if row.part == "Late Fee" else item, -row.amount
    return cash, PREPAYMENTS, -row.amount


def as_csv(community: str, first: date, last: date) -> str:
    """Return the vouchers of a community and some days as the text of a CSV file, heads first; three queries."""
    items = frappe.get_all(
        "Fee Item", {"community": community}, ["name", "item_name", "account_code"], order_by="name asc"
    )
    codes = {item.name: item.account_code for item in items if item.account_code}
    names = {code: frappe._(name) for code, name in NAMES.items()}
    names |= {item.account_code: item.item_name for item in items if item.account_code}
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for line in lines_of(movements((community,), first, last), codes):
        account = names.get(line.account_code, "")
        direction = frappe._(line.direction)
        writer.writerow((line.day, community, line.account_code, account, direction, f"{line.amount:.2f}", CURRENCY))
    return file.getvalue()
