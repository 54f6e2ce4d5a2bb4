"""The call sheet of reminders: what is due, merged into households, with all that is needed to call them. A few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

import frappe

from property_service.fees.arrears_reasons import promises_of, reasons_of
from property_service.fees.charges import BALANCES, CHARGE, FIELDS, PARTLY_PAID, UNPAID
from property_service.fees.ledger import today_of
from property_service.fees.open_charges import with_paid
from property_service.fees.reminder_rules import LEVELS
from property_service.fees.reminders import DUE, REMINDER, Household, holds_of
from property_service.property_service.money import ZERO, money

MOST = 200


def sheet(community: str, level: str = "") -> list[dict[str, Any]]:
    """Return the households of a community that are to be reminded (at a level), the longest in arrears first, at most MOST.

    Each is {unit, label, debtor, debtor_name, phones: [{phone, primary}], language, reminders: [{name, level, due_on}], open, late_fee,
    total, oldest_due, days, charges, reason, promise: {pay_by, promised_amount} or None}; amounts in yuan, the late fee as if paid today.
    Households on hold are left out.
    """
    day = today_of(community)
    rows = _due(community, level)
    held = holds_of(community)
    households: dict[Household, list[frappe._dict]] = {}
    for row in rows:
        if not held.covers((row.unit, row.debtor)):
            households.setdefault((row.unit, row.debtor), []).append(row)
    owed = open_by_household(households, day)
    chosen = [key for key in households if owed[key]["total"]][:MOST]
    units, debtors = [unit for unit, _debtor in chosen], [debtor for _unit, debtor in chosen]
    labels, people, phones = _labels(units), _people(debtors), _phones(debtors)
    reasons, promises = reasons_of(units), promises_of(units)
    found = []
    for unit, debtor in chosen:
        found.append(
            {
                "unit": unit,
                "label": labels.get(unit) or unit,
                "debtor": debtor,
                "debtor_name": people[debtor].resident_name,
                "language": people[debtor].language,
                "phones": phones[debtor],
                "reminders": [
                    {"name": row.name, "level": row.level, "due_on": row.due_on} for row in households[unit, debtor]
                ],
                **owed[unit, debtor],
                "reason": reasons.get(unit) or "",
                "promise": promises.get(unit),
            }
        )
    return sorted(found, key=lambda row: (row["oldest_due"], row["label"]))


def open_by_household(households: Collection[Household], day: date) -> dict[Household, dict[str, Any]]:
    """Return household → {open, late_fee, total, oldest_due, days, charges: [{fee_item, service_month, due_date, open, late_fee}]}.

    Of what was to be paid before a day; the late fee as if it is paid on it. Two queries, whatever the number of households.
    """
    found: dict[Household, dict[str, Any]] = {
        key: {"open": ZERO, "late_fee": ZERO, "total": ZERO, "oldest_due": None, "days": 0, "charges": []}
        for key in households
    }
    rows = {row.name: row for row in _overdue_charges(households, day)}
    for standing in with_paid(rows).values():
        charge, row = standing.open_on(day), standing.row
        owed = found.get((row["unit"], row["debtor"]))
        if owed is None:
            continue
        owed["open"] += charge.principal
        owed["late_fee"] += charge.late_fee
        owed["total"] += charge.principal + charge.late_fee
        owed["charges"].append(
            {
                "fee_item": row["fee_item"],
                "item_name": frappe.get_cached_value("Fee Item", row["fee_item"], "item_name"),
                "service_month": charge.month,
                "due_date": charge.due_on,
                "open": charge.principal,
                "late_fee": charge.late_fee,
            }
        )
    for owed in found.values():
        owed["charges"].sort(key=lambda charge: (charge["due_date"], charge["service_month"], charge["fee_item"]))
        if owed["charges"]:
            owed["oldest_due"] = owed["charges"][0]["due_date"]
            owed["days"] = (day - owed["oldest_due"]).days
    return found


def _due(community: str, level: str) -> list[frappe._dict]:
    filters = {"community": community, "status": DUE, **({"level": level} if level in LEVELS else {})}
    return frappe.get_all(
        REMINDER,
        filters,
        ["name", "unit", "debtor", "level", "due_on"],
        order_by="oldest_due asc, due_on asc, name asc",
    )


def _overdue_charges(households: Collection[Household], day: date) -> list[frappe._dict]:
    table = frappe.qb.DocType(CHARGE)
    rows = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in FIELDS))
        .where(table.unit.isin(sorted({unit for unit, _debtor in households}) or [""]))
        .where(table.status.isin([UNPAID, PARTLY_PAID]) & (table.due_date < day))
        .orderby(table.name)
        .run(as_dict=True)
    )
    for row in rows:
        for field in BALANCES:
            row[field] = money(row[field])
    return rows


def _labels(units: Iterable[str]) -> dict[str, str]:
    rows = frappe.get_all(
        "Property Unit", {"name": ["in", list(units) or [""]]}, ["name", "short_label"], order_by="name asc"
    )
    return {row.name: row.short_label for row in rows}


def _people(debtors: Iterable[str]) -> dict[str, frappe._dict]:
    rows = frappe.get_all(
        "Resident",
        {"name": ["in", list(debtors) or [""]]},
        ["name", "resident_name", "language"],
        order_by="name asc",
    )
    return {row.name: row for row in rows}


def _phones(debtors: Iterable[str]) -> defaultdict[str, list[dict[str, str]]]:
    found: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    rows = frappe.get_all(
        "Resident Phone",
        {"parent": ["in", list(debtors) or [""]], "parenttype": "Resident"},
        ["parent", "phone", "is_primary"],
        order_by="parent asc, is_primary desc, idx asc",
    )
    for row in rows:
        found[row.parent].append({"phone": row.phone, "primary": bool(row.is_primary)})
    return found
