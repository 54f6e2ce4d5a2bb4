"""What the money side adds to the caller's picture and to the list of today: arrears, prepayments, promises to pay."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case, Criterion
from frappe.query_builder.functions import Count, Min, Sum
from frappe.utils import getdate

from property_service.fees.charges import CHARGE, PARTLY_PAID, UNPAID
from property_service.fees.promises import OPEN, PROMISE
from property_service.property_service.money import ZERO, money
from property_service.property_service.picture_parts import (
    BLUE,
    GREY,
    MOST_ROWS,
    ORANGE,
    RED,
    part,
    row,
    today_part,
    within,
)
from property_service.property_service.scope import allowed_communities
from property_service.property_service.service_clock import site_now

BILL = "Fee Bill"


def arrears(resident: str, units: tuple[str, ...]) -> dict[str, Any] | None:
    """What the person owes anywhere and what is open on the units, by unit and debtor; principal, late fees apart. Three queries at most.

    A debt is its debtor's: one of somebody before is shown with his name, and not in the figure of the caller.
    """
    if not frappe.has_permission(CHARGE, "read"):
        return None
    today = getdate(site_now())
    found: dict[tuple[str, str], frappe._dict] = {}
    table = frappe.qb.DocType(CHARGE)
    for condition in filter(None, (resident and table.debtor == resident, units and table.unit.isin(units))):
        for one in _open_sums(table, condition, today):
            found[(one.unit, one.debtor)] = one
    rows = sorted(found.values(), key=lambda one: (resident not in ("", one.debtor), one.first_due, one.unit))
    mine = [one for one in rows if not resident or one.debtor == resident]
    overdue = sum((money(one.overdue) for one in mine), ZERO)
    lines = [_row(one, today, resident) for one in rows]
    lines += _promise_rows(resident, units)
    return part("arrears", _("Overdue Fees"), 20, lines, figures={"arrears": float(overdue)} if overdue else {})


def promises_today(communities: tuple[str, ...] | None, user: str) -> dict[str, Any] | None:
    """Promises to pay whose day is today; two queries."""
    if not frappe.has_permission(PROMISE, "read", user=user):
        return None
    table, unit, person = (frappe.qb.DocType(name) for name in (PROMISE, "Property Unit", "Resident"))
    due = (table.status == OPEN) & (table.pay_by == getdate(site_now()))
    counted = within(frappe.qb.from_(table).select(Count(table.name)).where(due), table, communities).run()[0][0]
    if not counted:
        return None
    query = (
        frappe.qb.from_(table)
        .join(unit)
        .on(unit.name == table.unit)
        .join(person)
        .on(person.name == table.debtor)
        .select(table.name, table.promised_amount, table.pay_by, unit.short_label, person.resident_name)
        .where(due)
        .orderby(table.name)
        .limit(MOST_ROWS)
    )
    rows = [
        row(
            f"{one.short_label} {one.resident_name}",
            _("{0} yuan").format(f"{money(one.promised_amount):,.2f}"),
            _("By {0}").format(f"{one.pay_by:%m-%d}"),
            BLUE,
            (PROMISE, one.name),
            one.pay_by,
        )
        for one in within(query, table, communities).run(as_dict=True)
    ]
    return today_part("payment_promises", _("Promises to Pay"), 60, counted, rows)


def _open_sums(table: Any, condition: Criterion, today: date) -> list[frappe._dict]:
    unit, person = frappe.qb.DocType("Property Unit"), frappe.qb.DocType("Resident")
    query = (
        frappe.qb.from_(table)
        .join(unit)
        .on(unit.name == table.unit)
        .join(person)
        .on(person.name == table.debtor)
        .select(table.unit, table.debtor, unit.short_label, person.resident_name)
        .select(Sum(table.outstanding).as_("open"), Count("*").as_("charges"), Min(table.due_date).as_("first_due"))
        .select(Sum(Case().when(table.due_date < today, table.outstanding).else_(0)).as_("overdue"))
        .select(Min(table.fee_bill).as_("bill"), Min(table.name).as_("charge"))
        .where(condition)
        .where(table.status.isin([UNPAID, PARTLY_PAID]))
        .groupby(table.unit, table.debtor, unit.short_label, person.resident_name)
        .orderby(table.unit)
        .orderby(table.debtor)
        .limit(5 * MOST_ROWS)
    )
    return within(query, table, allowed_communities()).run(as_dict=True)


def _row(one: frappe._dict, today: date, resident: str) -> dict[str, Any]:
    overdue = money(one.overdue)
    others = bool(resident) and one.debtor != resident
    text = f"{one.short_label} {_('{0} yuan').format(f'{money(one.open):,.2f}')}"
    detail = _("{0} charges, the first due on {1}").format(one.charges, one.first_due)
    status = _("{0} yuan overdue").format(f"{overdue:,.2f}") if overdue else _("Not due yet")
    document = (BILL, one.bill) if one.bill else (CHARGE, one.charge)
    tone = GREY if others else RED if overdue else BLUE
    return row(text, f"{one.resident_name} · {detail}" if others or not resident else detail, status, tone, document)


def _promise_rows(resident: str, units: tuple[str, ...]) -> list[dict[str, Any]]:
    if not frappe.has_permission(PROMISE, "read"):
        return []
    table = frappe.qb.DocType(PROMISE)
    wanted = [table.debtor == resident] if resident else [table.unit.isin(units)]
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.pay_by, table.promised_amount, table.note)
        .where(table.status == OPEN)
        .where(Criterion.any(wanted))
        .orderby(table.pay_by)
        .orderby(table.name)
        .limit(3)
    )
    return [
        row(
            _("Promised to pay {0} yuan").format(f"{money(one.promised_amount):,.2f}"),
            one.note or "",
            _("By {0}").format(f"{one.pay_by:%m-%d}"),
            ORANGE,
            (PROMISE, one.name),
        )
        for one in within(query, table, allowed_communities()).run(as_dict=True)
    ]
