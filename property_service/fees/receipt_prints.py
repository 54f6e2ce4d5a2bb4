"""Printing receipts: each print is counted, and only the one that was counted says that it is the original or which reprint."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, fmt_money, formatdate, get_fullname

from property_service.fees.amount_in_words import in_capitals
from property_service.fees.months import month_text
from property_service.fees.receipt_documents import RECEIPT, REFUND, REVERSED, VOIDED
from property_service.property_service.locks import run_locked
from property_service.property_service.money import ZERO, money
from property_service.property_service.papers import paper_of

TICKET_SECONDS = 300


def count_print(receipt: str) -> dict[str, Any]:
    """Count a print; returns {prints, ticket}, the ticket good for five minutes. The caller has judged roles."""
    table = frappe.qb.DocType(RECEIPT)
    found = run_locked(frappe.qb.from_(table).select(table.prints).where(table.name == receipt))
    prints = cint(found[0][0]) + 1
    frappe.qb.update(table).set(table.prints, prints).where(table.name == receipt).run()
    ticket = frappe.generate_hash(length=20)
    frappe.cache.set_value(_key(ticket), {"receipt": receipt, "print": prints}, expires_in_sec=TICKET_SECONDS)
    return {"prints": prints, "ticket": ticket}


@paper_of("Fee Receipt")
def fee_receipt_paper(doc: Document) -> dict[str, Any]:
    """Everything the receipts' print formats show, as plain texts; the templates escape them.

    Keys: title, community, number, mark (Reprint n, Copy or ""), void ("" or how it was taken back), payer, place, day, lines [{item, month,
    unit, amount, late_fee}], late_fee, prepaid, prepaid_for, modes [{mode, amount}], amount, words, received, change, cashier, refund_of,
    remark. The caller holds print permission on `doc`.
    """
    rows = [row for row in doc.lines if money(row.principal) or money(row.late_fee)]
    names = _labels("Fee Item", "item_name", {row.fee_item for row in rows} | {doc.prepaid_item})
    units = _labels("Property Unit", "short_label", {row.unit for row in rows} | {doc.unit})
    late_fee = sum((money(row.late_fee) for row in rows), ZERO)
    several = len({row.unit for row in rows} | ({doc.unit} if doc.unit else set())) > 1
    return {
        "title": _("Refund Receipt") if doc.kind == REFUND else _("Receipt", context="Fee Receipt"),
        "community": frappe.get_cached_value("Community", doc.community, "community_name") or doc.community,
        "number": doc.receipt_number,
        "mark": _mark(doc),
        "void": {VOIDED: _("Voided"), REVERSED: _("Reversed")}.get(doc.status, ""),
        "payer": doc.payer_name,
        "place": units.get(doc.unit) or ", ".join(sorted({units.get(row.unit, row.unit) for row in rows})),
        "day": formatdate(doc.posting_date),
        "lines": [
            {
                "item": names.get(row.fee_item, row.fee_item),
                "month": month_text(frappe.utils.getdate(row.service_month)),
                "unit": units.get(row.unit) if several else "",
                "amount": amount_text(row.principal),
                "late_fee": amount_text(row.late_fee) if money(row.late_fee) else "",
            }
            for row in rows
        ],
        "late_fee": amount_text(late_fee) if late_fee else "",
        "prepaid": amount_text(doc.prepaid) if money(doc.prepaid) else "",
        "prepaid_for": names.get(doc.prepaid_item) or "",
        "modes": [{"mode": _(row.mode), "amount": amount_text(row.amount)} for row in doc.tenders],
        "amount": amount_text(doc.amount),
        "words": in_capitals(money(doc.amount)),
        "received": amount_text(doc.received) if money(doc.change_due) else "",
        "change": amount_text(doc.change_due) if money(doc.change_due) else "",
        "cashier": get_fullname(doc.cashier) if doc.cashier else _("Paid Online"),
        "refund_of": frappe.db.get_value(RECEIPT, doc.refund_of, "receipt_number") if doc.refund_of else "",
        "remark": doc.remark or "",
    }


@paper_of("Resident Deposit")
def deposit_receipt_paper(doc: Document) -> dict[str, Any]:
    """Everything the deposit receipt's print format shows, as plain texts; the template escapes them.

    Keys: community, number, payer, place, day, purpose, amount, words, mode, cashier, status, remark. The caller holds print permission.
    """
    held = frappe.get_all(
        "Resident Deposit Movement",
        {"deposit": doc.name, "kind": "Held", "docstatus": 1},
        ["posting_date", "mode", "cashier"],
        order_by="creation asc, name asc",
        limit=1,
    )
    first = held[0] if held else frappe._dict()
    unit = frappe.get_cached_value("Property Unit", doc.unit, "short_label") if doc.unit else ""
    return {
        "community": frappe.get_cached_value("Community", doc.community, "community_name") or doc.community,
        "number": doc.receipt_number,
        "payer": doc.payer_name,
        "place": unit or doc.unit or "",
        "day": formatdate(first.posting_date or doc.creation),
        "purpose": _(doc.purpose, context="Resident Deposit"),
        "amount": amount_text(doc.held),
        "words": in_capitals(money(doc.held)),
        "mode": _(first.mode) if first.mode else "",
        "cashier": get_fullname(first.cashier) if first.cashier else "",
        "status": _(doc.status, context="Resident Deposit") if doc.status and doc.status != "Held" else "",
        "remark": doc.remark or "",
    }


def amount_text(amount: Any) -> str:
    """Return an amount as it stands on paper: 1,234.50."""
    return fmt_money(money(amount), precision=2)


@paper_of("Counter Closing")
def closing_paper(doc: Document) -> dict[str, Any]:
    """Everything the closing's print format shows, as plain texts; the template escapes them.

    Keys: community, cashier, shift, from_time, to_time, numbers, counts, modes [{mode, count, amount, counted, difference}], parts [{label,
    amount}], total, counted, difference, reason. The caller holds print permission on `doc`.
    """
    parts = (
        (_("Own Fees"), doc.own_amount),
        (_("Collected for Others"), doc.others_amount),
        (_("Late Fees"), doc.late_fee_amount),
        (_("Prepayments"), doc.prepaid_amount),
        (_("Deposits"), doc.deposit_amount),
    )
    return {
        "community": frappe.get_cached_value("Community", doc.community, "community_name") or doc.community,
        "cashier": get_fullname(doc.cashier),
        "shift": doc.shift or "",
        "from_time": frappe.format(doc.from_time, {"fieldtype": "Datetime"}),
        "to_time": frappe.format(doc.to_time, {"fieldtype": "Datetime"}),
        "numbers": " - ".join(dict.fromkeys(filter(None, (doc.first_number, doc.last_number)))),
        "receipt_count": cint(doc.receipt_count),
        "void_count": cint(doc.void_count),
        "void_amount": amount_text(doc.void_amount),
        "refund_amount": amount_text(doc.refund_amount),
        "modes": [
            {
                "mode": _(row.mode),
                "count": cint(row.count),
                **{field: amount_text(row.get(field)) for field in ("amount", "counted", "difference")},
            }
            for row in doc.modes
        ],
        "parts": [{"label": label, "amount": amount_text(amount)} for label, amount in parts if money(amount)],
        "total": amount_text(doc.total),
        "counted": amount_text(doc.counted_total),
        "difference": amount_text(doc.difference),
        "reason": doc.difference_reason or "",
    }


def _mark(doc: Document) -> str:
    """Reprint n, or nothing on the first paper; a paper nobody counted says that it is a copy."""
    ticket = frappe.form_dict.get("ticket")
    found = frappe.cache.get_value(_key(str(ticket)[:40])) if ticket else None
    if not found or found["receipt"] != doc.name:
        return _("Copy", context="Fee Receipt")
    return _("Reprint {0}").format(found["print"] - 1) if found["print"] > 1 else ""


def _key(ticket: str) -> str:
    return f"fee_receipt_print|{ticket}"


def _labels(doctype: str, column: str, names: set[str | None]) -> dict[str, str]:
    wanted = sorted(name for name in names if name)
    if not wanted:
        return {}
    rows = frappe.get_all(doctype, {"name": ["in", wanted]}, ["name", column], order_by="name asc")
    return {row.name: row[column] for row in rows}
