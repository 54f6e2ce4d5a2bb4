"""What is overdue as of a day and for how long, by unit, debtor, building or steward; down to the charges.

Amounts come from the ledger as recorded until the end of that day, the day to pay by from the charge, which keeps it for ever.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Sum
from frappe.utils import getdate
from pypika.terms import Term

from property_service.fees.arrears_reasons import holds_of, promises_of, reasons_of
from property_service.fees.ledger import ENTRY, people_of
from property_service.fees.ledger_rules import COLLECTED_FOR, ON_A_CHARGE
from property_service.fees.report_parts import (
    amount,
    communities_of,
    count,
    day,
    full_names,
    link,
    of_communities,
    one_of,
    only_total,
    resident_names,
    text,
    today_for,
    yuan,
)
from property_service.property_service.money import ZERO, money
from property_service.property_service.report_filters import read_filters

ALL = "All"
CHARGE = "Charge"
BY: dict[str, str] = {
    "Unit": "unit",
    "Debtor": "debtor",
    "Building": "building",
    "Steward": "steward",
    CHARGE: "name",
}
# Days past due up to which a bucket reaches, both ends included; the last has no end.
BUCKETS: tuple[tuple[str, int, int | None], ...] = (
    ("days_30", 1, 30),
    ("days_90", 31, 90),
    ("days_180", 91, 180),
    ("days_365", 181, 365),
    ("older", 366, None),
)
FILTERED = ("unit", "debtor", "building", "steward", "fee_item")

Row = dict[str, Any]


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, dict | None]:
    """Columns, rows (the last one the total), no message, and the chart of the report."""
    filters = read_filters(filters)
    as_of = getdate(filters.as_of) if filters.get("as_of") else today_for(filters)
    group_by = one_of(filters, "group_by", tuple(BY), "Unit")
    rows = rows_of(filters, as_of, group_by)
    total = total_of(rows)
    shown = only_total([*rows, total] if rows else [], filters)
    return columns(group_by), shown, None, chart(total) if rows else None


def rows_of(filters: frappe._dict, as_of: date, group_by: str) -> list[Row]:
    """A row per group that owes something, those that owe most overdue first. One grouped query, and up to three for the notes."""
    charge = frappe.qb.DocType("Fee Charge")
    each = open_charges(filters, as_of)
    late = Coalesce(each.late_fee, 0)
    key = charge[BY[group_by]]
    query = (
        frappe.qb.from_(each)
        .inner_join(charge)
        .on(charge.name == each.charge)
        .select(key.as_("group_key"), Count("*").as_("charges"), Sum(late).as_("late_fee"))
        .select(Sum(Case().when(charge.due_date >= as_of, each.principal).else_(0)).as_("not_due"))
        .groupby(key)
        .orderby(key)
    )
    for name, first, last in BUCKETS:
        query = query.select(
            Sum(Case().when(days_within(charge.due_date, as_of, first, last), each.principal).else_(0)).as_(name)
        )
    for name in FILTERED:
        if filters.get(name):
            query = query.where(charge[name] == filters[name])
    if group_by == CHARGE:
        query = query.select(charge.unit, charge.debtor, charge.fee_item, charge.service_month, charge.due_date)
    rows = [as_row(found, as_of) for found in query.run(as_dict=True)]
    add_words(rows, group_by, as_of, communities_of(filters))
    return sorted(rows, key=lambda row: (-row["overdue"], -row["outstanding"], str(row["group_key"])))


def open_charges(filters: frappe._dict, as_of: date) -> Any:
    """The query of the charges that were open at the end of a day: charge, principal and late fee in yuan."""
    entry = frappe.qb.DocType(ENTRY)
    principal = Sum(Case().when(entry.part == "Principal", entry.amount).else_(0))
    late_fee = Sum(Case().when(entry.part == "Late Fee", entry.amount).else_(0))
    chosen = one_of(filters, "collected_for", (*COLLECTED_FOR, ALL), ALL)
    query = (
        frappe.qb.from_(entry)
        .select(entry.charge, principal.as_("principal"), late_fee.as_("late_fee"))
        .where(entry.entry_type.isin(sorted(ON_A_CHARGE)))
        .where(entry.recorded_at < datetime.combine(as_of + timedelta(days=1), time()))
        .groupby(entry.charge)
        .having((principal != 0) | (late_fee != 0))
    )
    if chosen != ALL:
        query = query.where(entry.collected_for == chosen)
    if filters.get("unit"):
        query = query.where(entry.unit == filters.unit)
    if filters.get("debtor"):
        query = query.where(entry.debtor.isin(people_of([filters.debtor])))
    return of_communities(query, entry, communities_of(filters))


def days_within(due: Term, as_of: date, first: int, last: int | None) -> Term:
    """Whether a day to pay by lies so many days before `as_of`."""
    latest = due <= as_of - timedelta(days=first)
    return latest if last is None else latest & (due >= as_of - timedelta(days=last))


def as_row(found: Row, as_of: date) -> Row:
    """A row of the query as numbers of the screen; `overdue` is principal past due, `outstanding` all that is open, late fees too."""
    overdue = sum((money(found[name]) for name, _first, _last in BUCKETS), ZERO)
    late_fee, not_due = money(found.late_fee), money(found.not_due)
    row = {
        **found,
        "group_key": found.group_key or "",
        "late_fee": yuan(late_fee),
        "not_due": yuan(not_due),
        **{name: yuan(money(found[name])) for name, _first, _last in BUCKETS},
        "overdue": yuan(overdue),
        "outstanding": yuan(overdue + not_due + late_fee),
    }
    if found.get("due_date"):
        row["days"] = max((as_of - getdate(found.due_date)).days, 0)
    return row


def add_words(rows: list[Row], group_by: str, as_of: date, communities: tuple[str, ...] | None) -> None:
    """Add names, and of units and debtors reason, hold and promise as noted in these communities (None: in all)."""
    keys = [row["group_key"] for row in rows]
    names = full_names(keys) if group_by == "Steward" else {}
    if group_by in ("Debtor", CHARGE):
        names = resident_names([row.get("debtor") or row["group_key"] for row in rows])
    noted = group_by in ("Unit", "Debtor")
    by = (BY[group_by], communities)
    reasons, holds = (reasons_of(keys, *by), holds_of(keys, as_of, *by)) if noted else ({}, {})
    promises = promises_of(keys, *by) if noted else {}
    for row in rows:
        key = row["group_key"]
        row["debtor_name"] = names.get(row.get("debtor"), "")
        row["group_name"] = names.get(key, key) or _("None")
        row["reason"] = _(reasons[key]) if key in reasons else ""
        row["hold"] = _(holds[key]) if holds.get(key) else ""
        row["pay_by"] = promises[key]["pay_by"] if key in promises else None


def total_of(rows: list[Row]) -> Row:
    """The sum of rows: a charge stands in one of them only."""
    names = ("outstanding", "overdue", "not_due", "late_fee", *(name for name, _first, _last in BUCKETS))
    sums = {name: yuan(sum((money(row[name]) for row in rows), ZERO)) for name in names}
    return {"group_name": _("Total"), "is_total": 1, "charges": sum(row["charges"] for row in rows), **sums}


def labels() -> dict[str, str]:
    """The buckets as people read them."""
    return {
        "days_30": _("1–30 Days"),
        "days_90": _("31–90 Days"),
        "days_180": _("91–180 Days"),
        "days_365": _("181–365 Days"),
        "older": _("Over 365 Days"),
    }


def columns(group_by: str) -> list[dict]:
    """The columns; by charge with what it is for."""
    first = {
        "Unit": link("group_name", _("Property Unit"), "Property Unit", 150),
        "Debtor": text("group_name", _("Debtor"), 150),
        "Building": link("group_name", _("Building"), "Building", 150),
        "Steward": text("group_name", _("Steward"), 150),
        CHARGE: link("group_name", _("Fee Charge"), "Fee Charge", 120),
    }[group_by]
    of_charge = [
        link("unit", _("Property Unit"), "Property Unit"),
        text("debtor_name", _("Debtor"), 140),
        link("fee_item", _("Fee Item"), "Fee Item"),
        day("service_month", _("Month of Service"), 120),
        day("due_date", _("Pay By")),
        count("days", _("Days Overdue"), 110),
    ]
    of_people = [
        text("reason", _("Reason for the Arrears"), 150),
        day("pay_by", _("Promised to Pay By"), 140),
        text("hold", _("On Hold Because"), 140),
    ]
    return [
        first,
        *(of_charge if group_by == CHARGE else [count("charges", _("Charges"), 85)]),
        amount("outstanding", _("Outstanding")),
        amount("overdue", _("Overdue Principal"), 135),
        *(amount(name, label, 115) for name, label in labels().items()),
        amount("not_due", _("Not Due Yet"), 110),
        amount("late_fee", _("Late Fees Booked"), 130),
        *(of_people if group_by in ("Unit", "Debtor") else []),
    ]


def chart(total: Row) -> dict:
    """The buckets as bars."""
    names = labels()
    return {
        "data": {
            "labels": list(names.values()),
            "datasets": [{"name": _("Overdue Principal"), "values": [total[name] for name in names]}],
        },
        "type": "bar",
        "height": 140,
        "colors": ["#F59E0B"],
    }
