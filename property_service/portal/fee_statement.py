"""The statement of a year: what was charged and paid, and what that leaves open, read from the ledger.

It follows the debt, as the statement of the desk does: a charge is settled whoever paid it, and what somebody paid of another's charges is
not his. What is paid in advance and the deposits held stand beside what is open, never in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from property_service.fees import ledger
from property_service.fees.ledger_rules import ON_A_CHARGE, deposit_held
from property_service.fees.months import month_text
from property_service.fees.receipt_documents import RECEIPT, REFUND
from property_service.fees.statement import StatementLine
from property_service.fees.statement import statement as lines_between
from property_service.portal.access import residents_of
from property_service.portal.repair_pages import money_text
from property_service.property_service.money import ZERO, money

MOST_YEARS = 10
UNBROKEN = "\N{NON-BREAKING HYPHEN}"


def statement(year: int | None) -> dict[str, Any]:
    """The viewer's account in a year, by date of effect: {year, years, opening, rows, charged, paid, closing, in_advance, held}, amounts as text.

    `opening` and `closing` are open, `in_advance` and `held` (deposits) "" where there is nothing. Rows are {day, what, place, amount,
    balance, advance, is_paid}: `amount` ("" where a row leaves it as it is) adds up to `balance`, what is open after it; `advance` is what
    the row adds to what is paid in advance. Six queries.
    """
    own = residents_of(frappe.session.user)
    entries = ledger.rows_where(debtor=ledger.people_of(own))
    this_year = max((ledger.today_of(home) for home in {row.community for row in entries}), default=getdate()).year
    first = max(min((row.effective_date.year for row in entries), default=this_year), this_year - MOST_YEARS)
    years = list(range(max(this_year, first), first - 1, -1))
    chosen = year if year in years else this_year
    last = date(chosen, 12, 31)
    receipts = _receipts(own)
    of_receipts = ledger.rows_where(receipt=list(receipts))
    on_charges = [row for row in entries if row.entry_type in ON_A_CHARGE]
    opening, prepaid, lines = lines_between(on_charges, of_receipts, date(chosen, 1, 1), last)
    moved = [line for line in lines if line.charged or line.paid or line.advance]
    modes: defaultdict[str, set[str]] = defaultdict(set)
    for row in of_receipts:
        if row.mode:
            modes[row.receipt or ""].add(_(row.mode))
    items = _texts("Fee Item", "item_name", (line.item for line in moved))
    units = {line.unit for line in moved} | {receipts[line.receipt].unit for line in moved if line.receipt in receipts}
    places = _texts("Property Unit", "short_label", units)
    closing, in_advance = (lines[-1].balance, lines[-1].prepaid) if lines else (opening, prepaid)
    held = deposit_held(row for row in entries if row.effective_date <= last)
    return {
        "year": chosen,
        "years": years,
        "rows": [_row(line, receipts, modes, items, places) for line in moved],
        "opening": signed_text(opening),
        "charged": signed_text(sum((line.charged for line in moved), ZERO)),
        "paid": signed_text(sum((line.paid for line in moved), ZERO)),
        "closing": signed_text(closing),
        "in_advance": money_text(in_advance) if in_advance > 0 else "",
        "held": money_text(held) if held else "",
    }


def signed_text(amount: Any) -> str:
    """An amount with a true minus sign: −1,280.00."""
    text = money_text(abs(money(amount)))
    return f"−{text}" if money(amount) < 0 else text


def what_it_is(line: StatementLine, receipt: Any, modes: Iterable[str], item: str) -> str:
    """What a line stands for, as a resident reads it; `receipt` {receipt_number, kind} is None where somebody else paid."""
    month = month_text(line.month).replace("-", UNBROKEN) if line.month else ""
    number = receipt.receipt_number if receipt else ""
    money_in = line.paid + line.advance
    if line.kind not in ("Charge", "Adjustment", "Late Fee"):
        if not receipt:
            said = _("Payment by somebody else")
        elif receipt.kind == REFUND:
            said = _("Refund: {0}").format(number)
        elif not money_in:
            said = _("From your prepayment: {0}").format(number)
        else:
            said = _("Payment: {0}").format(f"{', '.join(sorted(modes))} · {number}")
        given = bool(receipt) and receipt.kind == REFUND
        taken_back = (money_in < 0) != given if money_in else line.paid < 0
        return _("Taken back: {0}").format(said) if taken_back else said
    said = {
        "Charge": f"{item} · {month}",
        "Adjustment": _("Adjustment: {0}").format(f"{item} · {month}"),
        "Late Fee": _("Late fee: {0}").format(f"{item} · {month}"),
    }[line.kind]
    return _("Taken back: {0}").format(said) if line.is_reversal else said


def _row(
    line: StatementLine,
    receipts: Mapping[str, Any],
    modes: Mapping[str, Iterable[str]],
    items: Mapping[str, str],
    places: Mapping[str, str],
) -> dict[str, Any]:
    receipt, change = receipts.get(line.receipt), line.charged - line.paid
    unit = line.unit or (receipt.unit if receipt and not line.charge else "")
    return {
        "day": line.day,
        "what": what_it_is(line, receipt, modes.get(line.receipt, ()), _(items.get(line.item, ""))),
        "place": places.get(unit, ""),
        "amount": signed_text(change) if change else "",
        "balance": signed_text(line.balance),
        "advance": signed_text(line.advance) if line.advance else "",
        "is_paid": change < 0,
    }


def _receipts(own: Collection[str]) -> dict[str, Any]:
    """Receipt → {receipt_number, kind, unit} of all these residents have paid or were given back."""
    rows = frappe.get_all(
        RECEIPT,
        {"payer": ["in", own or [""]], "docstatus": 1},
        ["name", "receipt_number", "kind", "unit"],
        order_by="name asc",
    )
    return {row.name: row for row in rows}


def _texts(doctype: str, field: str, names: Iterable[str | None]) -> dict[str, str]:
    """Name → a text of it, in one query."""
    wanted = sorted({name for name in names if name})
    rows = frappe.get_all(doctype, {"name": ["in", wanted or [""]]}, ["name", field], order_by="name asc")
    return {row.name: row[field] or row.name for row in rows}
