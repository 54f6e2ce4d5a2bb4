"""How a charge comes into being, alone or by the thousand: charge, ledger entry and bill are written together.

Every charge goes through here: those of a fee run, and one-off ones. The unique billing key keeps a month from being billed twice.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import frappe

from property_service.fees import ledger
from property_service.fees.charges import BILL, CHARGE, UNPAID
from property_service.fees.ledger_rules import LedgerRow
from property_service.fees.pricing import ChargeLine
from property_service.property_service.blocks import hash_names, insert_block, next_names
from property_service.property_service.money import money

BILL_SERIES = "FB-.YYYY.-.######"


@dataclass(frozen=True, slots=True)
class ChargeDraft:
    """A charge before it is written. `unit` is a row {name, community, building, service_area, usage}, `item` one of Fee Item.

    `amount` in yuan, `service_month` the first of a month, `steward` the user who looks after the unit now ("": nobody),
    `source` (DocType, name) of what a one-off charge is for.
    """

    unit: Mapping[str, Any]
    item: Mapping[str, Any]
    debtor: str
    steward: str
    service_month: date
    first_day: date
    last_day: date
    due_date: date
    amount: Decimal
    lines: tuple[ChargeLine, ...] = ()
    billing_key: str = ""
    source: tuple[str, str] | None = None
    description: str = ""


def write(drafts: Sequence[ChargeDraft], effective_date: date, fee_run: str | None = None) -> list[str]:
    """Write charges with their ledger entries and bills; returns the charges' names, in order. A few statements for a thousand.

    Drafts of one unit, debtor and day to pay by become one bill. A charge of 0 yuan is written nowhere: leave it out. Raises
    RuleError for a closed month, and the database's duplicate error for a billing key that stands.
    """
    names, moment = ledger.entries_for(len(drafts))
    entries = hash_names(len(drafts), ledger.NAME_LENGTH)
    bills = bill_rows(drafts, fee_run)
    rows = [
        charge_row(draft, name, bills[bill_key(draft)]["name"], fee_run)
        for draft, name in zip(drafts, names, strict=True)
    ]
    insert_block(BILL, bills.values())
    insert_block(CHARGE, rows)
    ledger.post(ledger_row(row, entry, effective_date, moment) for row, entry in zip(rows, entries, strict=True))
    return names


def bill_key(draft: ChargeDraft) -> tuple[str, str, date]:
    """Return what is billed together: a unit, a debtor, a day to pay by."""
    return (draft.unit["name"], draft.debtor, draft.due_date)


def bill_rows(drafts: Iterable[ChargeDraft], fee_run: str | None) -> dict[tuple[str, str, date], dict[str, Any]]:
    """Return the bills of drafts as rows, their numbers taken from the series at once."""
    grouped: defaultdict[tuple[str, str, date], list[ChargeDraft]] = defaultdict(list)
    for draft in drafts:
        grouped[bill_key(draft)].append(draft)
    numbers = next_names(BILL_SERIES, len(grouped)) if grouped else []
    bills = {}
    for number, (key, group) in zip(numbers, grouped.items(), strict=True):
        total = sum((draft.amount for draft in group), Decimal(0))
        first = group[0]
        bills[key] = {
            "name": number,
            "unit": first.unit["name"],
            "debtor": first.debtor,
            "community": first.unit["community"],
            "building": first.unit["building"],
            "from_month": min(draft.service_month for draft in group),
            "to_month": max(draft.service_month for draft in group),
            "due_date": first.due_date,
            "total": total,
            "outstanding": total,
            "status": UNPAID,
            "fee_run": fee_run,
        }
    return bills


def charge_row(draft: ChargeDraft, name: str, bill: str, fee_run: str | None) -> dict[str, Any]:
    """Return a draft as a row of Fee Charge. What it says of place, steward, item and terms is never changed again."""
    unit, item = draft.unit, draft.item
    source_doctype, source_name = draft.source or (None, None)
    return {
        "name": name,
        "unit": unit["name"],
        "community": unit["community"],
        "building": unit["building"],
        "service_area": unit.get("service_area"),
        "steward": draft.steward or None,
        "usage": unit["usage"],
        "fee_item": item["name"],
        "item_kind": item["kind"],
        "collected_for": item["collected_for"],
        "service_month": draft.service_month,
        "first_day": draft.first_day,
        "last_day": draft.last_day,
        "due_date": draft.due_date,
        "debtor": draft.debtor,
        "amount": draft.amount,
        "outstanding": draft.amount,
        "status": UNPAID,
        "fee_bill": bill,
        "fee_run": fee_run,
        "late_fee_rate": item["late_fee_rate"],
        "grace_days": item["grace_days"],
        "late_fee_cap": item["late_fee_cap"],
        "lines": json.dumps([line_as_stored(line) for line in draft.lines], separators=(",", ":")),
        "description": draft.description or None,
        "billing_key": draft.billing_key or None,
        "source_doctype": source_doctype,
        "source_name": source_name,
    }


def line_as_stored(line: ChargeLine) -> dict[str, Any]:
    """Return a line of a charge as it is kept: dates and numbers as text."""
    return {field: _plain(getattr(line, field)) for field in ChargeLine.__slots__}


def line_from(stored: Mapping[str, Any]) -> ChargeLine:
    """Return a kept line as the rules see it."""
    return ChargeLine(
        basis=stored["basis"],
        quantity=Decimal(stored["quantity"]),
        price=Decimal(stored["price"]),
        first=date.fromisoformat(stored["first"]),
        last=date.fromisoformat(stored["last"]),
        days=stored["days"],
        days_in_month=stored["days_in_month"],
        percent=Decimal(stored["percent"]),
        amount=Decimal(stored["amount"]),
        tier=stored["tier"],
    )


def ledger_row(row: Mapping[str, Any], name: str, effective_date: date, moment: Any) -> LedgerRow:
    """Return the ledger entry of a charge row."""
    return ledger.on_charge(
        row,
        name=name,
        entry_type="Charge",
        amount=money(row["amount"]),
        effective_date=effective_date,
        recorded_at=moment,
    )


def stewards_of(communities: Iterable[str]) -> dict[str, str]:
    """Return service area → the user who looks after it now, for all areas of communities."""
    return {
        row.name: row.steward or ""
        for row in frappe.get_all(
            "Service Area", {"community": ["in", list(communities)]}, ["name", "steward"], order_by="name asc"
        )
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, str)) else str(value)
