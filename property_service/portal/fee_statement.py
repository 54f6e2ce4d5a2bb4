"""The statement of a year: what was charged and paid, and what that leaves open, read from the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Min, Sum
from frappe.utils import getdate

from property_service.fees.months import month_text
from property_service.portal.access import residents_of
from property_service.portal.repair_pages import money_text
from property_service.property_service.money import ZERO, money

ENTRY = "Fee Ledger Entry"
INWARD = "Allocation"  # moves money from what was paid to what is owed, and leaves the balance as it is
MOST_YEARS = 10
UNBROKEN = "\N{NON-BREAKING HYPHEN}"


def statement(year: int | None) -> dict[str, Any]:
    """The viewer's account in a year, by date of effect: {year, years, opening, rows, charged, paid, closing}, amounts as text.

    A balance above 0 is owed, below 0 it was paid in advance. Three queries.
    """
    own = residents_of(frappe.session.user) or ("",)
    this_year = getdate().year
    first = max(_first_year(own) or this_year, this_year - MOST_YEARS)
    years = list(range(max(this_year, first), first - 1, -1))
    chosen = year if year in years else this_year
    balance = opening = _before(own, date(chosen, 1, 1))
    rows, charged, paid = [], ZERO, ZERO
    for entry in _entries(own, chosen):
        amount = money(entry.amount)
        balance += amount
        if entry.entry_type in ("Payment", "Refund", "Deposit"):
            paid -= amount
        else:
            charged += amount
        rows.append(
            {
                "day": getdate(entry.effective_date),
                "what": what_it_is(entry),
                "place": entry.short_label or entry.unit or "",
                "amount": signed_text(amount),
                "balance": signed_text(balance),
                "is_paid": amount < 0,
            }
        )
    return {
        "year": chosen,
        "years": years,
        "rows": rows,
        "opening": signed_text(opening),
        "charged": signed_text(charged),
        "paid": signed_text(paid),
        "closing": signed_text(balance),
        "in_advance": money_text(-balance) if balance < 0 else "",
    }


def signed_text(amount: Any) -> str:
    """An amount with a true minus sign: −1,280.00."""
    text = money_text(abs(money(amount)))
    return f"−{text}" if money(amount) < 0 else text


def what_it_is(entry: Mapping[str, Any]) -> str:
    """What an entry of the ledger stands for, as a resident reads it."""
    item = _(entry["item_name"]) if entry["item_name"] else ""
    month = month_text(getdate(entry["service_month"])).replace("-", UNBROKEN) if entry["service_month"] else ""
    number = entry["receipt_number"] or ""
    words = {
        "Charge": f"{item} · {month}",
        "Adjustment": _("Adjustment: {0}").format(f"{item} · {month}"),
        "Late Fee": _("Late fee: {0}").format(f"{item} · {month}"),
        "Payment": _("Payment: {0}").format(f"{_(entry['mode'] or '')} · {number}".strip(" ·")),
        "Refund": _("Refund: {0}").format(number),
        "Deposit": _("Deposit"),
    }
    said = words.get(entry["entry_type"], "")
    return _("Taken back: {0}").format(said) if entry["reverses"] else said


def _entries(own: Iterable[str], year: int) -> list[Any]:
    table, item = frappe.qb.DocType(ENTRY), frappe.qb.DocType("Fee Item")
    receipt, unit = frappe.qb.DocType("Fee Receipt"), frappe.qb.DocType("Property Unit")
    return (
        frappe.qb.from_(table)
        .left_join(item)
        .on(item.name == table.fee_item)
        .left_join(receipt)
        .on(receipt.name == table.receipt)
        .left_join(unit)
        .on(unit.name == table.unit)
        .select(table.effective_date, table.entry_type, table.amount, table.mode, table.service_month, table.reverses)
        .select(table.unit, item.item_name, receipt.receipt_number, unit.short_label)
        .where(table.debtor.isin(list(own)))
        .where(table.entry_type != INWARD)
        .where(table.effective_date[date(year, 1, 1) : date(year, 12, 31)])
        .orderby(table.effective_date)
        .orderby(table.recorded_at)
        .orderby(table.service_month)
        .orderby(item.item_name)
        .orderby(table.name)
        .run(as_dict=True)
    )


def _before(own: Iterable[str], day: date) -> Any:
    table = frappe.qb.DocType(ENTRY)
    return money(
        frappe.qb.from_(table)
        .select(Sum(table.amount))
        .where(table.debtor.isin(list(own)))
        .where(table.entry_type != INWARD)
        .where(table.effective_date < day)
        .run()[0][0]
    )


def _first_year(own: Iterable[str]) -> int | None:
    table = frappe.qb.DocType(ENTRY)
    found = frappe.qb.from_(table).select(Min(table.effective_date)).where(table.debtor.isin(list(own))).run()[0][0]
    return getdate(found).year if found else None
