"""What the pages about money show: bills, what makes them up, receipts, the statement of a year. A fixed number of queries each.

Only the debtor sees a charge, nobody else of his household: he alone owes it, also after moving out (portal/fee_access.py).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Extract
from frappe.utils import cint, getdate
from pypika.enums import DatePart

from property_service.fees import online_payments
from property_service.fees.amount_in_words import in_capitals
from property_service.fees.amounts import plain
from property_service.fees.charges import BALANCES, FIELDS, PARTLY_PAID, UNPAID, VOID
from property_service.fees.charging import line_from
from property_service.fees.ledger import today_of
from property_service.fees.months import month_text
from property_service.fees.open_charges import with_paid
from property_service.fees.pricing import ChargeLine, line_label, working
from property_service.portal.access import is_portal_user, residents_of
from property_service.portal.repair_pages import money_text
from property_service.property_service.money import ZERO, money
from property_service.property_service.service_clock import site_now

BILL, CHARGE, RECEIPT = "Fee Bill", "Fee Charge", "Fee Receipt"
OPEN = (UNPAID, PARTLY_PAID)
MOST_BILLS = 200
PAGE = 30
AREAS = ("Area", "Inner Area")


def owing(unit: str | None = None) -> dict[str, Any] | None:
    """What the viewer owes today, late fees in it, for the home page: {open, overdue, since, next_due, cut}; None where nothing is open.

    `cut` says that there are more bills than are counted here: a developer owes for hundreds of units.
    """
    bills = _bills(residents_of(frappe.session.user), OPEN, unit=unit)
    if not bills:
        return None
    _fill(bills)
    late = [bill for bill in bills if bill.is_overdue]
    coming = [bill.due_date for bill in bills if not bill.is_overdue]
    return {
        "open": money_text(_total(bill.to_pay for bill in bills)),
        "overdue": money_text(_total(bill.to_pay for bill in late)) if late else "",
        "since": min(bill.due_date for bill in late) if late else None,
        "next_due": min(coming) if coming else None,
        "cut": len(bills) >= MOST_BILLS,
    }


def open_bills(only: Iterable[str] | None = None) -> dict[str, Any]:
    """What the viewer owes by community and unit, late fees as of today apart: {communities, total, overdue, late_fee, cut}.

    A community is {name, label, places, amount}, a place {label, bills, amount}; with `only` just these bills, as far as they are his.
    """
    bills = _bills(residents_of(frappe.session.user), OPEN, only)
    _fill(bills)
    places: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for bill in bills:
        places[(bill.community, bill.unit)].append(bill)
    communities: dict[str, dict[str, Any]] = {}
    for (community, _unit), rows in places.items():
        here = communities.setdefault(
            community, {"name": community, "label": rows[0].community_name, "places": [], "amount": ZERO}
        )
        here["places"].append({"label": rows[0].place, "bills": rows})
        here["amount"] += _total(row.to_pay for row in rows)
    return {
        "communities": list(communities.values()),
        "total": _total(bill.to_pay for bill in bills),
        "late_fee": _total(bill.late_fee for bill in bills),
        "overdue": _total(bill.to_pay for bill in bills if bill.is_overdue),
        "cut": MOST_BILLS if len(bills) >= MOST_BILLS else 0,
    }


def paid_bills(year: int | None) -> dict[str, Any]:
    """The viewer's paid bills of a year of their due date, the latest first, and the years there are: {years, year, paid}."""
    own = residents_of(frappe.session.user)
    table = frappe.qb.DocType(BILL)
    in_year = Extract(DatePart.year, table.due_date)
    years = (
        frappe.qb.from_(table)
        .select(in_year)
        .distinct()
        .where(table.debtor.isin(own or [""]))
        .where(table.status == "Paid")
        .orderby(in_year, order=frappe.qb.desc)
        .run(pluck=True)
    )
    years = [cint(found) for found in years]
    chosen = year if year in years else (years[0] if years else None)
    return {"years": years, "year": chosen, "paid": _bills(own, ("Paid",), year=chosen) if chosen else []}


def bill_page(name: str) -> Any:
    """One bill with its charges. Raises PermissionError where it is not the viewer's."""
    own_document(BILL, name)
    bills = _bills(residents_of(frappe.session.user), (*OPEN, "Paid", VOID), [name])
    _fill(bills)
    return bills[0]


def own_document(doctype: str, name: str) -> Document:
    """The document of this name if the session's user may see it; a foreign one and none at all look alike."""
    mine = isinstance(name, str) and name and is_portal_user()
    found = frappe.db.exists(doctype, name) if mine else None
    doc = frappe.get_doc(doctype, found) if found else None
    if not doc or not doc.has_permission("read"):
        frappe.throw(_("We cannot find this among yours. Please open it from your list."), frappe.PermissionError)
    return doc


def payment_page(name: str) -> dict[str, Any]:
    """One payment of the viewer: {payment, waiting, receipt_number}."""
    doc = own_document(online_payments.PAYMENT, name)
    waiting = doc.status == online_payments.WAITING and doc.expires_at > site_now()
    number = frappe.db.get_value(RECEIPT, doc.receipt, "receipt_number") if doc.receipt else ""
    return {"payment": doc, "waiting": waiting, "receipt_number": number, "amount": money_text(doc.amount)}


def bill_of_words(bill: Any) -> str:
    """The months a bill is for: 2026-10, or 2026-10 – 2026-12."""
    first, last = month_text(getdate(bill.from_month)), month_text(getdate(bill.to_month))
    return first if first == last else f"{first} – {last}"


def receipt_rows(page: int = 1) -> dict[str, Any]:
    """One page of the viewer's receipts, newest first: {rows, page, more}."""
    own, page = residents_of(frappe.session.user), max(1, min(page, 500))
    table, unit = frappe.qb.DocType(RECEIPT), frappe.qb.DocType("Property Unit")
    rows = (
        frappe.qb.from_(table)
        .left_join(unit)
        .on(unit.name == table.unit)
        .select(table.name, table.receipt_number, table.posting_date, table.amount, table.kind, table.status)
        .select(table.prepaid_left, unit.short_label, table.unit)
        .where(table.payer.isin(own or [""]))
        .where(table.docstatus == 1)
        .orderby(table.posting_date, order=frappe.qb.desc)
        .orderby(table.receipt_number, order=frappe.qb.desc)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
        .run(as_dict=True)
    )
    for row in rows:
        row.place = row.short_label or row.unit or ""
        row.money = money_text(row.amount)
        row.status_label = _(row.status)
    return {"rows": rows[:PAGE], "page": page, "more": len(rows) > PAGE}


def receipt_page(name: str) -> dict[str, Any]:
    """One receipt as it is printed. Raises PermissionError where it is not the viewer's."""
    doc = own_document(RECEIPT, name)
    if doc.docstatus != 1:
        frappe.throw(_("We cannot find this among yours. Please open it from your list."), frappe.PermissionError)
    items = _item_names(row.fee_item for row in doc.lines)
    units = _unit_labels([row.unit for row in doc.lines] + [doc.unit])
    community = frappe.get_cached_doc("Community", doc.community)
    return {
        "receipt": doc,
        "community_name": community.community_name,
        "place": units.get(doc.unit, ""),
        "status_label": _(doc.status),
        "lines": [
            {
                "item": _(items.get(row.fee_item, row.fee_item)),
                "unit": units.get(row.unit, row.unit),
                "month": month_text(getdate(row.service_month)),
                "principal": money_text(row.principal),
                "late_fee": money_text(row.late_fee) if money(row.late_fee) else "",
            }
            for row in doc.lines
        ],
        "tenders": [{"mode": _(row.mode), "amount": money_text(row.amount)} for row in doc.tenders],
        "amount": money_text(doc.amount),
        "words": in_capitals(doc.amount) if (frappe.local.lang or "").startswith("zh") else "",
        "prepaid": money_text(doc.prepaid) if money(doc.prepaid) else "",
    }


def _bills(
    own: Iterable[str],
    status: Iterable[str],
    names: Iterable[str] | None = None,
    year: int | None = None,
    unit: str | None = None,
) -> list[Any]:
    table, room = frappe.qb.DocType(BILL), frappe.qb.DocType("Property Unit")
    community = frappe.qb.DocType("Community")
    query = (
        frappe.qb.from_(table)
        .join(room)
        .on(room.name == table.unit)
        .join(community)
        .on(community.name == table.community)
        .select(table.name, table.unit, table.debtor, table.community, table.from_month, table.to_month)
        .select(table.due_date, table.total, table.outstanding, table.status)
        .select(room.short_label, community.community_name)
        .where(table.debtor.isin(list(own) or [""]))
        .where(table.status.isin(list(status)))
        .limit(MOST_BILLS)
    )
    if names is not None:
        query = query.where(table.name.isin(list(names) or [""]))
    if unit:
        query = query.where(table.unit == unit)
    if year:
        query = query.where(table.due_date[date(year, 1, 1) : date(year, 12, 31)])
        query = query.orderby(table.due_date, order=frappe.qb.desc)
    rows = query.orderby(table.unit).orderby(table.due_date).orderby(table.name).run(as_dict=True)
    return [_shown(row) for row in rows]


def _shown(bill: Any) -> Any:
    bill.place = bill.short_label or bill.unit
    bill.months = bill_of_words(bill)
    bill.due_date = getdate(bill.due_date)
    bill.is_open = bill.status in OPEN
    bill.days_late = (today_of(bill.community) - bill.due_date).days if bill.is_open else 0
    bill.is_overdue = bill.days_late > 0
    bill.status_label = _status_words()["Overdue" if bill.is_overdue else bill.status]
    bill.charges, bill.principal, bill.late_fee, bill.to_pay = (
        [],
        money(bill.outstanding),
        ZERO,
        money(bill.outstanding),
    )
    return bill


def _status_words() -> dict[str, str]:
    return {
        UNPAID: _("Unpaid", context="Fee Bill"),
        PARTLY_PAID: _("Partly Paid"),
        "Paid": _("Paid", context="Fee Bill"),
        VOID: _("Void"),
        "Overdue": _("Overdue", context="Fee Bill"),
    }


def _fill(bills: Iterable[Any]) -> None:
    """Add to bills their charges, and what is to pay today with late fees: two queries, whatever the number."""
    by_name = {bill.name: bill for bill in bills}
    table, item = frappe.qb.DocType(CHARGE), frappe.qb.DocType("Fee Item")
    rows = (
        frappe.qb.from_(table)
        .join(item)
        .on(item.name == table.fee_item)
        .select(*(table[field] for field in FIELDS), table.lines, table.description, item.item_name)
        .where(table.fee_bill.isin(list(by_name) or [""]))
        .where(table.status != VOID)
        .orderby(table.service_month)
        .orderby(item.item_name)
        .orderby(table.name)
        .run(as_dict=True)
    )
    for row in rows:
        row.update({field: money(row[field]) for field in BALANCES})
    standing = with_paid({row.name: row for row in rows})
    for bill in by_name.values():
        bill.principal = bill.to_pay = ZERO
    for row in rows:
        bill = by_name[row.fee_bill]
        due = standing[row.name].open_on(today_of(bill.community))
        row.label = _(row.item_name)
        row.month = month_text(getdate(row.service_month))
        row.working = [worked(line_from(line)) for line in json.loads(row.lines or "[]")]
        row.late_fee = due.late_fee
        bill.charges.append(row)
        bill.principal += due.principal
        bill.late_fee += due.late_fee
        bill.to_pay += due.principal + due.late_fee


def worked(line: ChargeLine) -> dict[str, str]:
    """How a line of a charge was computed: {label, text}, such as `89.35 m² × 2.4 = 214.44`."""
    template, params = line_label(line)
    text = working(line)
    if line.basis in AREAS:
        quantity = plain(line.quantity)
        text = f"{quantity} m²{text.removeprefix(quantity)}"
    return {"label": _(template).format(*params), "text": text}


def _item_names(items: Iterable[str]) -> dict[str, str]:
    return dict(
        frappe.get_all(
            "Fee Item",
            {"name": ["in", sorted(set(items)) or [""]]},
            ["name", "item_name"],
            as_list=True,
            order_by="name asc",
        )
    )


def _unit_labels(units: Iterable[str | None]) -> dict[str, str]:
    wanted = sorted({unit for unit in units if unit}) or [""]
    rows = frappe.get_all("Property Unit", {"name": ["in", wanted]}, ["name", "short_label"], order_by="name asc")
    return {row.name: row.short_label or row.name for row in rows}


def _total(amounts: Iterable[Any]) -> Decimal:
    return sum((money(amount) for amount in amounts), ZERO)
