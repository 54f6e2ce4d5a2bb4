"""Unit fees as the database holds them: checked one by one here, and in blocks by the same functions (assignment.py)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import frappe
from frappe.utils import getdate

from property_service.fees.billing_months import billing_key, days_of
from property_service.fees.months import month_of, month_text
from property_service.fees.run_rules import BY_METER, Standing, all_charged
from property_service.fees.unit_fee_rules import FeeSpan, check_beside, settled
from property_service.property_service.locks import run_locked
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

UNIT, UNIT_FEE, FEE_ITEM, CHARGE = "Property Unit", "Unit Fee", "Fee Item", "Fee Charge"
ITEM_FIELDS = ("name", "community", "kind", "formula", "one_off", "enabled")


def check_unit_fee(doc: Any) -> None:
    """Fill in a document as it is stored. RuleError where it cannot be, or where the unit has the item on the same days.

    The unit's row is locked first, so that two who save at once are judged one after the other.
    """
    frappe.db.get_value(UNIT, doc.unit, "name", for_update=True)
    unit = frappe.db.get_value(UNIT, doc.unit, ("name", "community"), as_dict=True)
    item = frappe.db.get_value(FEE_ITEM, doc.fee_item, ITEM_FIELDS, as_dict=True)
    if not unit or not item:
        raise RuleError(_("Choose a unit and a fee item."))
    if doc.is_new():
        check_enabled(item)
    for column, value in settled(row_of(doc), unit, item).items():
        doc.set(column, value)
    check_beside(span_of(doc), spans_by_unit([doc.unit], doc.fee_item, lock=True)[doc.unit])


def check_enabled(item: Mapping[str, Any]) -> None:
    """Raise RuleError for an item that is switched off."""
    if not item["enabled"]:
        raise RuleError(_("{0} is switched off. Enable it first, or choose another item."), item["name"])


def check_not_charged(doc: Any) -> None:
    """Raise RuleError where a unit fee was charged by already, void charges included: the books point to it."""
    until = getdate(doc.to_date) if doc.to_date else None
    months = [">=", month_of(getdate(doc.from_date))]
    found = {"unit": doc.unit, "fee_item": doc.fee_item, "service_month": months}
    rows = frappe.get_all(CHARGE, found, pluck="service_month", order_by="service_month asc", limit=1)
    if rows and (until is None or rows[0] <= until):
        raise RuleError(
            _("{0} was charged for {1} already. Enter the last day instead of deleting it."), doc.unit, doc.fee_item
        )


def charges_after(doc: Any) -> int:
    """Return how many standing charges of a unit's item bill days after its last one: they have to be voided or adjusted."""
    if not doc.to_date:
        return 0
    later = {"unit": doc.unit, "fee_item": doc.fee_item, "status": ["!=", "Void"], "last_day": [">", doc.to_date]}
    following = [
        span.begin
        for span in spans_by_unit([doc.unit], doc.fee_item)[doc.unit]
        if span.name != doc.name and span.begin > getdate(doc.to_date)
    ]
    if following:
        later["first_day"] = ["<", min(following)]
    return frappe.db.count(CHARGE, later)


def months_in_part(doc: Any) -> list[str]:
    """Return the months, as 2026-03, that were charged by a unit fee for fewer days than it has now: no run bills the others."""
    if frappe.get_cached_value(FEE_ITEM, doc.fee_item, "kind") in BY_METER:
        return []
    handed_over = frappe.db.get_value(UNIT, doc.unit, "deemed_handover_date")
    begin = max(getdate(day) for day in (doc.from_date, handed_over) if day)
    end = getdate(doc.to_date) if doc.to_date else None
    of_the_unit = {"unit": doc.unit, "fee_item": doc.fee_item, "status": ["!=", "Void"]}
    columns = ("service_month", "billing_key", "first_day", "last_day")
    charged: defaultdict[date, list[Standing]] = defaultdict(list)
    for row in frappe.get_all(CHARGE, of_the_unit, columns, order_by="service_month asc, name asc"):
        first, last = row.first_day or row.service_month, row.last_day or row.service_month
        charged[row.service_month].append(Standing(row.billing_key or "", first, last))
    found = []
    for month, there in charged.items():
        days, key = days_of(month, begin, end), billing_key(doc.unit, doc.fee_item, month, doc.name)
        if days and any(one.key == key for one in there) and not all_charged(there, *days):
            found.append(month_text(month))
    return found


def row_of(doc: Any) -> dict[str, Any]:
    """Return a unit fee, document or row, as its rules see it."""
    return {
        "from_date": getdate(doc.from_date),
        "to_date": getdate(doc.to_date) if doc.to_date else None,
        "price_rule": doc.price_rule,
        "own_price": doc.own_price,
        "discount_percent": doc.discount_percent,
        "reason": doc.reason,
    }


def span_of(doc: Any) -> FeeSpan:
    """Return the days of a unit fee, document or row."""
    return FeeSpan(getdate(doc.from_date), getdate(doc.to_date) if doc.to_date else None, doc.name or "")


def spans_by_unit(units: Iterable[str], item: str, lock: bool = False) -> defaultdict[str, list[FeeSpan]]:
    """Return unit → the days on which it has an item, in one query; with `lock` also what others committed just now."""
    table = frappe.qb.DocType(UNIT_FEE)
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.unit, table.from_date, table.to_date)
        .where(table.unit.isin(list(units) or [""]))
        .where(table.fee_item == item)
        .orderby(table.unit)
        .orderby(table.from_date)
    )
    found: defaultdict[str, list[FeeSpan]] = defaultdict(list)
    for row in run_locked(query, as_dict=True) if lock else query.run(as_dict=True):
        found[row.unit].append(span_of(row))
    return found


def lock_units(units: Iterable[str]) -> list[str]:
    """Let nobody else change the fees of these units, or bill them, until the commit; locked in the order of their names."""
    table = frappe.qb.DocType(UNIT)
    names = sorted(units)
    query = frappe.qb.from_(table).select(table.name).where(table.name.isin(names or [""])).orderby(table.name)
    return [row[0] for row in run_locked(query)]
