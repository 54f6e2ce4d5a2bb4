"""Promises to pay (缴费承诺): taken at the counter or on the phone, and judged by what was paid, never by anybody's word."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, get_datetime, getdate

from property_service.fees.amounts import positive_amount
from property_service.fees.charges import CHARGE, PARTLY_PAID, UNPAID
from property_service.fees.ledger import ENTRY, today_of
from property_service.fees.open_charges import due_on
from property_service.property_service.blocks import update_each
from property_service.property_service.money import ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now

PROMISE = "Payment Promise"
OPEN, KEPT, BROKEN, WITHDRAWN = "Open", "Kept", "Broken", "Withdrawn"
STILL_LOOKED_AT = 31
"""So many days after its day a promise that was kept is broken where its payment is taken back."""


def check_promise(promise: Any) -> None:
    """Raise RuleError where a new promise, a document, cannot be: its day, its amount, or one that stands already."""
    day, today = getdate(promise.pay_by), today_of(promise.community)
    if day < today:
        raise RuleError(_("Nobody can promise to pay by {0}, which is past. Enter today or a later day."), day)
    amount = positive_amount(promise.promised_amount)
    owed = open_sum(promise.unit, promise.debtor, day)
    if amount > owed:
        raise RuleError(_("Only {0} yuan are open. Promise that or less."), owed)
    standing = {"unit": promise.unit, "debtor": promise.debtor, "status": OPEN, "name": ["!=", promise.name or ""]}
    other = frappe.db.get_value(PROMISE, standing, "pay_by")
    if other:
        raise RuleError(_("A promise to pay by {0} stands already. Withdraw it first."), getdate(other))


def open_sum(unit: str, debtor: str, day: Any) -> Decimal:
    """Return what a debtor owes for a unit if he pays on a day, late fees included, in yuan."""
    names = frappe.get_all(
        CHARGE,
        {"unit": unit, "debtor": debtor, "status": ["in", [UNPAID, PARTLY_PAID]]},
        pluck="name",
        order_by="name asc",
    )
    return sum((charge.principal + charge.late_fee for charge in due_on(names, getdate(day))), ZERO)


def judge_all() -> None:
    """Scheduler: judge the promises that are open."""
    judge()


def judge(**filters: Any) -> dict[str, str]:
    """Judge the promises that are open, and those kept lately, whose payment may have been taken back since; of these column values.

    Returns name → status of those that changed. Kept: at least the promised amount was laid on the debtor's charges of the unit, since it
    was promised and by its day. Broken: its day is past without that. What was taken back does not count. Two queries.
    """
    changed, ended = {}, {}
    for row in _with_payments(filters):
        paid, today = max(-money(row.laid or 0), ZERO), today_of(row.community)
        status = KEPT if paid >= money(row.promised_amount) else BROKEN if getdate(row.pay_by) < today else OPEN
        if status != row.status:
            ended[row.name] = status
        if status != row.status or paid != money(row.paid_amount):
            judged_on = row.judged_on if status == row.status else today if status != OPEN else None
            changed[row.name] = {"status": status, "paid_amount": paid, "judged_on": judged_on}
    update_each(PROMISE, changed, ("status", "paid_amount", "judged_on"))
    return ended


def _with_payments(filters: Mapping[str, Any]) -> list[frappe._dict]:
    promise, charge, entry = (frappe.qb.DocType(doctype) for doctype in (PROMISE, CHARGE, ENTRY))
    opposite = frappe.qb.DocType(ENTRY).as_("opposite")
    lately = add_days(site_now().date(), -STILL_LOOKED_AT)
    query = (
        frappe.qb.from_(promise)
        .left_join(charge)
        .on((charge.unit == promise.unit) & (charge.debtor == promise.debtor))
        .left_join(entry)
        .on(
            # Over the charge, which bears the name of now: an entry keeps that of one merged since.
            (entry.charge == charge.name)
            & (entry.entry_type == "Allocation")
            & entry.reverses.isnull()
            & (entry.recorded_at >= promise.promised_at)
            & (entry.effective_date <= promise.pay_by)
        )
        .left_join(opposite)
        .on(opposite.reverses == entry.name)
        .select(promise.name, promise.community, promise.promised_amount, promise.pay_by, promise.paid_amount)
        .select(promise.status, promise.judged_on)
        .select(Sum(Case().when(opposite.name.isnull(), entry.amount).else_(0)).as_("laid"))
        .where((promise.status == OPEN) | ((promise.status == KEPT) & (promise.pay_by >= lately)))
        .groupby(promise.name)
        .orderby(promise.name)
    )
    for column, value in filters.items():
        query = query.where(promise[column] == value)
    return query.run(as_dict=True)


def on_charge_settled(charges: list[str]) -> None:
    """Charges are paid: the promises of their households may be kept before their day."""
    table, promise = frappe.qb.DocType(CHARGE), frappe.qb.DocType(PROMISE)
    found = (
        frappe.qb.from_(table)
        .join(promise)
        .on((promise.unit == table.unit) & (promise.debtor == table.debtor) & (promise.status == OPEN))
        .select(promise.name)
        .distinct()
        .where(table.name.isin(charges))
        .orderby(promise.name)
        .run()
    )
    for (name,) in found:
        judge(name=name)


def stamp(promise: Any) -> None:
    """Note on a new promise when and to whom it was made."""
    moment = get_datetime(site_now())
    promise.update(
        {
            "promised_on": today_of(promise.community),
            "promised_at": moment,
            "taken_by": frappe.session.user,
            "status": OPEN,
            "paid_amount": 0,
            "judged_on": None,
        }
    )
