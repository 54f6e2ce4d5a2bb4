"""Fee receipts as documents: written once with their number, and found again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document

from property_service.fees.allocation import Part, Tender
from property_service.fees.ledger import entries_for
from property_service.fees.ledger_rules import EntryType, LedgerRow, signed
from property_service.property_service.blocks import update_each
from property_service.property_service.locks import run_locked
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

RECEIPT = "Fee Receipt"
PAYMENT, REFUND = "Payment", "Refund"
POSTED, VOIDED, REVERSED, REFUNDED = "Posted", "Voided", "Reversed", "Refunded"
STANDING = (POSTED, REFUNDED)
PLACE = ("building", "service_area", "usage")
LOCKED_FIELDS = (
    *("name", "receipt_number", "kind", "status", "community", "unit", "payer", "payer_name", "posting_date"),
    *("amount", "allocated", "prepaid", "prepaid_left", "prepaid_item", "cashier", "counter_closing", "refund_of"),
)


def written_for(client_key: str) -> Document | None:
    """Return the receipt that this key of a client has brought already; an empty key brings a new one each time."""
    name = client_key and frappe.db.get_value(RECEIPT, {"client_key": client_key})
    return frappe.get_doc(RECEIPT, name) if name else None


def written_meanwhile(client_key: str) -> bool:
    """Return whether somebody else has committed a receipt of this key since the transaction began."""
    table = frappe.qb.DocType(RECEIPT)
    return bool(
        client_key and run_locked(frappe.qb.from_(table).select(table.name).where(table.client_key == client_key))
    )


def write_receipt(
    name: str,
    values: Mapping[str, Any],
    tenders: Iterable[Tender],
    parts: Sequence[Part] = (),
    charges: Mapping[str, Mapping[str, Any]] | None = None,
) -> Document:
    """Insert and submit a receipt, which takes its number, the last lock of a posting; returns it.

    `charges` are the rows of the parts' charges. frappe.QueryDeadlockError where its key was used meanwhile: begun again, it is found.
    """
    doc = frappe.new_doc(RECEIPT)
    doc.update({"status": POSTED, **values, "client_key": values.get("client_key") or None, "docstatus": 1})
    doc.payer_name = doc.payer_name or frappe.db.get_value("Resident", doc.payer, "resident_name")
    for tender in tenders:
        doc.append("tenders", {"mode": tender.mode, "amount": tender.amount})
    for part in parts:
        charge = (charges or {})[part.charge]
        doc.append(
            "lines",
            {
                "charge": part.charge,
                **{field: charge[field] for field in ("unit", "fee_item", "service_month", "collected_for")},
                "principal": part.principal,
                "late_fee": part.late_fee,
            },
        )
    doc.flags.by_rules = True
    # Every link comes from rows the posting has read; looking each up again would double its queries.
    doc.flags.ignore_links = True
    # Nobody may write receipts by hand: the endpoint has judged role and community before it let the rules post.
    doc.flags.ignore_permissions = True
    try:
        doc.insert(set_name=name)
    except (frappe.UniqueValidationError, frappe.DuplicateEntryError) as error:
        raise frappe.QueryDeadlockError(error) from error
    return doc


def money_entries(
    entry_type: EntryType,
    tenders: Iterable[Tender],
    community: str,
    payer: str,
    unit: str,
    receipt: str,
    day: date,
) -> list[LedgerRow]:
    """Return the entries of money that came in (Payment) or went out (Refund), one for each tender."""
    given = list(tenders)
    names, moment = entries_for(len(given))
    place = frappe.get_cached_value("Property Unit", unit, PLACE, as_dict=True) if unit else {}
    return [
        LedgerRow(
            name=name,
            entry_type=entry_type,
            amount=signed(entry_type, tender.amount),
            effective_date=day,
            recorded_at=moment,
            receipt=receipt,
            community=community,
            unit=unit,
            debtor=payer,
            mode=tender.mode,
            **{field: place.get(field) or "" for field in PLACE},
        )
        for name, tender in zip(names, given, strict=True)
    ]


def lock_receipts(names: Iterable[str]) -> dict[str, frappe._dict]:
    """Return name → row with LOCKED_FIELDS, amounts as money, locked in the order of names. RuleError for one that does not exist."""
    wanted = sorted(set(names))
    table = frappe.qb.DocType(RECEIPT)
    rows = run_locked(
        frappe.qb.from_(table)
        .select(*(table[field] for field in LOCKED_FIELDS))
        .where(table.name.isin(wanted or [""]))
        .orderby(table.name),
        as_dict=True,
    )
    for row in rows:
        for field in ("amount", "allocated", "prepaid", "prepaid_left"):
            row[field] = money(row[field])
    found = {row.name: row for row in rows}
    missing = next((name for name in wanted if name not in found), None)
    if missing:
        raise RuleError(_("There is no receipt {0}. Load the list again."), missing)
    return found


def set_prepaid_left(left: Mapping[str, Decimal]) -> None:
    """Write what of prepayments is left, receipt → yuan; the caller has locked the receipts."""
    update_each(RECEIPT, {name: {"prepaid_left": amount} for name, amount in left.items()}, ("prepaid_left",))
