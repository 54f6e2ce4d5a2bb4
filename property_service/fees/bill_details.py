"""What the forms and the paper of bills and charges show beyond their fields: what makes a charge up, and what happened to it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_date, getdate

from property_service.fees.charges import BALANCES, VOID, open_late_fee
from property_service.fees.charging import line_from
from property_service.fees.ledger import rows_where, today_of
from property_service.fees.months import month_text
from property_service.fees.pricing import ChargeLine, line_label, working
from property_service.property_service.money import ZERO, money
from property_service.property_service.papers import paper_of

FIELDS = (
    *("name", "fee_item", "service_month", "first_day", "last_day", "due_date", "status", "lines", "description"),
    *("fee_bill", *BALANCES),
)


def charges_of(charges: Iterable[Any]) -> list[dict[str, Any]]:
    """Return charges (rows with FIELDS) as forms and papers show them, by month and item, amounts in yuan. One query.

    Keys: name, item, fee_item, month, status, due_date, amount, adjusted, paid, late_fee, outstanding, description and lines, each {label,
    working, amount}.
    """
    rows = sorted(charges, key=lambda row: (getdate(row.service_month), row.fee_item, row.name))
    names = dict(
        frappe.get_all(
            "Fee Item",
            {"name": ["in", sorted({row.fee_item for row in rows}) or [""]]},
            ["name", "item_name"],
            as_list=True,
            order_by="name asc",
        )
    )
    return [
        {
            "name": row.name,
            "item": names.get(row.fee_item, row.fee_item),
            "fee_item": row.fee_item,
            "month": month_text(getdate(row.service_month)),
            "status": row.status,
            "due_date": str(row.due_date or ""),
            "amount": float(money(row.amount)),
            "adjusted": float(money(row.adjusted)),
            "paid": float(money(row.paid)),
            "late_fee": float(open_late_fee(row)),
            "outstanding": float(money(row.outstanding)),
            "description": row.description or "",
            "lines": lines_of(row),
        }
        for row in rows
    ]


def lines_of(row: Any) -> list[dict[str, Any]]:
    """Return the lines that make a charge up: {label, working, amount}, in the language of the user."""
    lines = [line_from(line) for line in json.loads(row.lines or "[]")]
    return [{"label": label_of(line, row), "working": working(line), "amount": float(line.amount)} for line in lines]


def label_of(line: ChargeLine, row: Any) -> str:
    """Return what a line is; with its days where they are not the whole of the charge's."""
    template, params = line_label(line)
    label = _(template).format(*params)
    if (line.first, line.last) != (getdate(row.first_day), getdate(row.last_day)):
        label = f"{label} ({format_date(line.first)} – {format_date(line.last)})"
    return label


def of_bill(bill: str) -> list[dict[str, Any]]:
    """Return the charges of a bill as `charges_of` does, void ones last; two queries. The caller may read the bill."""
    found = charges_of(frappe.get_all("Fee Charge", {"fee_bill": bill}, list(FIELDS), order_by="name asc"))
    return sorted(found, key=lambda row: row["status"] == VOID)


def entries_of(charge: str) -> list[dict[str, Any]]:
    """Return what happened to a charge, oldest first: {day, recorded_at, kind, part, amount, balance, receipt, number, remark}."""
    rows = rows_where(charge=charge)
    numbers = dict(
        frappe.get_all(
            "Fee Receipt",
            {"name": ["in", sorted({row.receipt for row in rows if row.receipt}) or [""]]},
            ["name", "receipt_number"],
            as_list=True,
            order_by="name asc",
        )
    )
    balance, found = ZERO, []
    for row in rows:
        balance += row.amount
        found.append(
            {
                "day": str(row.effective_date),
                "recorded_at": str(row.recorded_at),
                "kind": row.entry_type,
                "part": row.part,
                "amount": float(row.amount),
                "balance": float(balance),
                "receipt": row.receipt,
                "number": numbers.get(row.receipt, ""),
                "taken_back": bool(row.reverses),
                "remark": row.remark,
            }
        )
    return found


def is_overdue(doc: Any) -> bool:
    """Return whether something is open on a bill or charge whose day to pay by has passed."""
    still_open = doc.status != VOID and money(doc.outstanding) > 0
    return bool(still_open and doc.due_date and getdate(doc.due_date) < today_of(doc.community))


@paper_of("Fee Bill")
def bill_paper(doc: Document) -> dict[str, Any]:
    """Everything the payment notice (账单) shows, as plain texts; the template escapes them.

    Keys: community, number, place, debtor, months, due_date, overdue, items [{item, month, working, amount, paid, open}], total, outstanding,
    late_fee (booked and open, "" if none), day. The caller holds print permission on `doc`.
    """
    rows = [row for row in of_bill(doc.name) if row["status"] != VOID]
    late_fee = sum((money(row["late_fee"]) for row in rows), ZERO)
    first, last = month_text(getdate(doc.from_month)), month_text(getdate(doc.to_month))
    return {
        "community": frappe.get_cached_value("Community", doc.community, "community_name") or doc.community,
        "number": doc.name,
        "place": frappe.get_cached_value("Property Unit", doc.unit, "short_label") or doc.unit,
        "debtor": frappe.db.get_value("Resident", doc.debtor, "resident_name") or "",
        "months": first if first == last else f"{first} – {last}",
        "due_date": format_date(doc.due_date) if doc.due_date else "",
        "overdue": is_overdue(doc),
        "items": [
            {
                "item": row["item"],
                "month": row["month"],
                "working": [f"{line['label']}: {line['working']}" for line in row["lines"]] or [row["description"]],
                "amount": text_of(money(row["amount"]) + money(row["adjusted"])),
                "paid": text_of(money(row["paid"])),
                "open": text_of(money(row["outstanding"])),
            }
            for row in rows
        ],
        "total": text_of(money(doc.total)),
        "outstanding": text_of(money(doc.outstanding)),
        "late_fee": text_of(late_fee) if late_fee else "",
        "day": format_date(today_of(doc.community)),
    }


def text_of(amount: Decimal) -> str:
    """Return an amount as paper shows it."""
    return f"{amount:,.2f}"
