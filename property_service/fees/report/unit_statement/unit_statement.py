"""Statement of account of a unit or a debtor: charges, adjustments and payments by day with running sums."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import add_months, getdate

from property_service.fees import ledger
from property_service.fees.ledger_rules import OF_MONEY, LedgerRow
from property_service.fees.months import month_text
from property_service.fees.report_parts import amount, communities_of, day, link, span, text, today_for, yuan
from property_service.fees.statement import statement
from property_service.property_service.money import ZERO
from property_service.property_service.report_filters import read_filters

Row = dict[str, Any]


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], str | None, None, list[dict]]:
    """Columns, rows (the first what was open before, the last what is open now), a message where nobody is chosen, no chart, and the summary."""
    filters = read_filters(filters)
    if not filters.get("unit") and not filters.get("debtor"):
        return columns(), [], _("Choose a unit or a debtor."), None, []
    rows = rows_of(filters)
    return columns(), rows, None, None, summary(rows)


def rows_of(filters: frappe._dict) -> list[Row]:
    """The rows; three queries whatever the number of entries, one more for a debtor."""
    today = today_for(filters)
    first, last = span(filters, getdate(add_months(today, -12)), today)
    on_charges, of_receipts = entries_of(filters)
    open_before, prepaid_before, lines = statement(on_charges, of_receipts, first, last)
    receipts = sorted({line.receipt for line in lines if line.receipt})
    numbers = dict(
        frappe.get_all(
            "Fee Receipt",
            {"name": ["in", receipts or [""]]},
            ["name", "receipt_number"],
            as_list=True,
            order_by="name asc",
        )
    )
    rows: list[Row] = [opening(_("Opening Balance"), str(first), open_before, prepaid_before)]
    for line in lines:
        rows.append(
            {
                "day": str(line.day),
                "kind": _(line.kind),
                "fee_item": line.item,
                "month": month_text(line.month) if line.month else "",
                "receipt": line.receipt,
                "receipt_number": numbers.get(line.receipt, ""),
                "charge": line.charge,
                "remark": line.remark,
                "charged": yuan(line.charged),
                "paid": yuan(line.paid),
                "balance": yuan(line.balance),
                "prepaid": yuan(line.prepaid),
            }
        )
    end = lines[-1] if lines else None
    closing = opening(_("Total"), str(last), *((end.balance, end.prepaid) if end else (open_before, prepaid_before)))
    closing["charged"] = yuan(sum((line.charged for line in lines), ZERO))
    closing["paid"] = yuan(sum((line.paid for line in lines), ZERO))
    return [*rows, closing]


def opening(kind: str, on: str, balance: Any, prepaid: Any) -> Row:
    """A row of sums."""
    return {"day": on, "kind": kind, "is_total": 1, "balance": yuan(balance), "prepaid": yuan(prepaid)}


def entries_of(filters: frappe._dict) -> tuple[list[LedgerRow], list[LedgerRow]]:
    """The entries of the unit or debtor, and all of the receipts that are theirs; only of communities the user may see."""
    asked = {name: filters[name] for name in ("unit", "debtor") if filters.get(name)}
    if "debtor" in asked:
        asked["debtor"] = ledger.people_of([asked["debtor"]])
    allowed = communities_of(filters)
    if allowed is not None:
        asked["community"] = list(allowed)
    found = ledger.rows_where(**asked)
    theirs = sorted({row.receipt for row in found if row.entry_type in OF_MONEY and row.receipt})
    return found, ledger.rows_where(receipt=theirs)


def columns() -> list[dict]:
    """The columns."""
    return [
        day("day", _("Date")),
        text("kind", _("Type"), 130),
        link("fee_item", _("Fee Item"), "Fee Item", 150),
        text("month", _("Month of Service"), 125),
        text("receipt_number", _("Receipt Number"), 150),
        amount("charged", _("Charged")),
        amount("paid", _("Paid")),
        amount("balance", _("Outstanding")),
        amount("prepaid", _("Prepayment"), 110),
        text("remark", _("Remark"), 200),
    ]


def summary(rows: list[Row]) -> list[dict]:
    """What was charged and paid in the time, and what is open and paid in advance at its end."""
    end = rows[-1]
    return [
        {"label": label, "value": f"{end[name]:,.2f}", "datatype": "Data", "indicator": colour}
        for name, label, colour in (
            ("charged", _("Charged"), "Blue"),
            ("paid", _("Paid"), "Green"),
            ("balance", _("Outstanding"), "Red"),
            ("prepaid", _("Prepayment"), "Grey"),
        )
    ]
