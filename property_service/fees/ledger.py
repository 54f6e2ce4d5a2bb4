"""The fee ledger as the database holds it: entries are added and read here, and nowhere changed.

Whoever posts has locked the charges, receipts or deposits concerned; the entries commit with what they record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import getdate

from property_service.fees.ledger_rules import LedgerRow, check_row, reversal
from property_service.fees.months import add_months, month_text
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local_day, site_now

ENTRY = "Fee Ledger Entry"
NAME_LENGTH = 16  # ten hexadecimal digits would meet themselves among a million entries
# column → field of the row
_FIELDS = tuple(("fee_item" if field.name == "item" else field.name, field.name) for field in fields(LedgerRow))
COLUMNS = tuple(column for column, _field in _FIELDS)
# What an entry on a charge copies from it.
OF_THE_CHARGE = (
    *("community", "building", "service_area", "steward", "unit", "usage"),
    *("fee_item", "item_kind", "collected_for", "debtor", "service_month"),
)


@dataclass(frozen=True, slots=True)
class ChargePart:
    """What is booked on a charge (a row with OF_THE_CHARGE and its `name`), in yuan: of which type, on which part of it, by which receipt."""

    charge: Mapping[str, Any]
    entry_type: str
    part: str
    amount: Decimal
    receipt: str
    remark: str = ""


def post(rows: Iterable[LedgerRow]) -> None:
    """Add entries in one statement for a thousand. RuleError for one that cannot stand or whose month is closed."""
    entries = list(rows)
    for community in {row.community for row in entries}:
        check_open(community, min(row.effective_date for row in entries if row.community == community))
    moments = {(row.community, row.recorded_at) for row in entries}
    days = {(community, moment): local_day(community, moment) for community, moment in moments}
    for row in entries:
        check_row(row, days[row.community, row.recorded_at])
    insert_block(ENTRY, map(_stored, entries))


def entries_for(count: int) -> tuple[list[str], datetime]:
    """Return so many new names, and the moment at which the entries are recorded (site time)."""
    return hash_names(count, NAME_LENGTH), site_now()


def on_charge(charge: Mapping[str, Any], **values: Any) -> LedgerRow:
    """Return an entry on a charge, a row with OF_THE_CHARGE and its `name`; `values` are the entry's own."""
    copied = {column: charge[column] for column in OF_THE_CHARGE}
    return LedgerRow(
        charge=charge["name"],
        item=copied.pop("fee_item"),
        service_month=getdate(copied.pop("service_month")),
        **{column: value or "" for column, value in copied.items()},
        **values,
    )


def on_charges(parts: Iterable[ChargePart], effective_date: date) -> list[LedgerRow]:
    """Return the entries of these parts in their order, all recorded now; none for an amount of nothing."""
    wanted = [part for part in parts if part.amount]
    names, moment = entries_for(len(wanted))
    return [
        on_charge(
            part.charge,
            name=name,
            entry_type=part.entry_type,
            part=part.part,
            amount=part.amount,
            effective_date=effective_date,
            recorded_at=moment,
            receipt=part.receipt,
            remark=part.remark,
        )
        for name, part in zip(names, wanted, strict=True)
    ]


def rows_where(**filters: Any) -> list[LedgerRow]:
    """Return the entries with these column values (a list means any of them), oldest first."""
    table = frappe.qb.DocType(ENTRY)
    query = frappe.qb.from_(table).select(*(table[column] for column in COLUMNS))
    for column, value in filters.items():
        several = isinstance(value, (list, tuple, set, frozenset))
        query = query.where(table[column].isin(list(value) or [""]) if several else table[column] == value)
    return [read(row) for row in query.orderby(table.recorded_at).orderby(table.name).run(as_dict=True)]


def people_of(residents: Collection[str]) -> list[str]:
    """Return these residents and those merged into them, whose entries bear the name of then; one query."""
    # Asked for none, or for "", the platform reads a column that may be empty as every row where it is.
    merged = {"merged_into": ["in", list(residents)]}
    return [*residents, *frappe.get_all("Resident", merged, pluck="name", order_by="name asc")] if residents else []


def take_back(rows: Sequence[LedgerRow], effective_date: date, remark: str = "") -> list[LedgerRow]:
    """Post the opposite of entries that stand, and return it. RuleError where one was taken back already."""
    names_of_rows = {"reverses": ["in", [row.name for row in rows]]}
    reversed_already = (
        set(frappe.get_all(ENTRY, names_of_rows, pluck="reverses", order_by="name asc")) if rows else set()
    )
    names, moment = entries_for(len(rows))
    opposite = [
        replace(reversal(row, name, effective_date, moment, row.name in reversed_already), remark=remark)
        for row, name in zip(rows, names, strict=True)
    ]
    post(opposite)
    return opposite


def standing(rows: Iterable[LedgerRow]) -> list[LedgerRow]:
    """Return the entries that are no reversal and were not reversed."""
    entries = list(rows)
    gone = {row.reverses for row in entries if row.reverses}
    return [row for row in entries if not row.reverses and row.name not in gone]


def read(row: Mapping[str, Any]) -> LedgerRow:
    """Return a stored row as the rules see it."""
    values = {column: row[column] for column in COLUMNS}
    values["item"] = values.pop("fee_item") or ""
    values["amount"] = money(values["amount"])
    values["effective_date"] = getdate(values["effective_date"])
    values["service_month"] = getdate(values["service_month"]) if values["service_month"] else None
    for column in ("community", "building", "service_area", "steward", "unit", "usage", "item_kind", "debtor"):
        values[column] = values[column] or ""
    for column in ("mode", "remark"):
        values[column] = values[column] or ""
    return LedgerRow(**values)


def closed_until(community: str) -> date | None:
    """Return the last month (its first day) that is closed for a community; None where none is."""
    table = frappe.qb.DocType("Fee Period Lock")
    found = (
        frappe.qb.from_(table)
        .select(table.month)
        .where(table.community == community)
        .orderby(table.month, order=frappe.qb.desc)
        .limit(1)
        .run()
    )
    return getdate(found[0][0]) if found else None


def check_open(community: str, day: date) -> None:
    """Raise RuleError where a day lies in a month that is closed (月结)."""
    closed = closed_until(community)
    if closed and day < add_months(closed, 1):
        raise RuleError(
            _("{0} is closed in {1}: nothing can be dated in it any more. Use a later date."),
            month_text(closed),
            community,
        )


def today_of(community: str) -> date:
    """Return the date in the community now, by which entries are dated."""
    return local_day(community)


def _stored(row: LedgerRow) -> dict[str, Any]:
    return {column: value for column, field in _FIELDS if (value := getattr(row, field)) != ""}
