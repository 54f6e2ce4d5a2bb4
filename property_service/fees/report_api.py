"""Endpoints of the reports and of the forms of bills and charges."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log

from property_service.fees import bill_details as details
from property_service.fees import desk_charts
from property_service.fees.prepayments import void_charges
from property_service.fees.report.collection_rate.collection_rate import group_of, question_of, rows_of
from property_service.fees.report_parts import MANAGERS, check_reader, span
from property_service.fees.vouchers import as_csv
from property_service.property_service.endpoint import CHART_KEYS, endpoint, raise_refused
from property_service.property_service.scope import check_roles, may_see_community


@endpoint(methods=("GET",))
def collection_rate(
    community: str | None = None,
    from_month: date | None = None,
    to_month: date | None = None,
    cut_off: date | None = None,
    group_by: str = "Building",
    collected_for: str = "Own",
) -> dict[str, Any]:
    """The rows of the report Collection Rate, its total last: {rows, cut_off, from_month, to_month}, amounts in yuan, rates in percent.

    Months are any day in them; left out, they are last month, and the cut-off its last day. Answers 400 for an unknown option.
    """
    check_reader()
    if community:
        _check_community(community)
    filters = {
        "community": community,
        "from_month": from_month,
        "to_month": to_month,
        "cut_off": cut_off,
        "group_by": group_by,
        "collected_for": collected_for,
    }
    question = question_of(filters)
    return {
        "rows": rows_of(question, group_of(filters)),
        "cut_off": str(question.cut_off),
        "from_month": str(question.period.first_month),
        "to_month": str(question.period.last_month),
    }


@endpoint(methods=("GET",))
def voucher_csv(community: str, from_date: date, to_date: date) -> None:
    """The vouchers of a community and some days as a CSV file (columns: `fees/vouchers.py`), for managers. The export is on record."""
    check_roles(MANAGERS)
    _check_community(community)
    first, last = span({"from_date": from_date, "to_date": to_date}, from_date, to_date)
    name = f"vouchers-{community}-{first}-{last}"
    make_access_log(doctype="Fee Ledger Entry", file_type="CSV", report_name=name, method="Export")
    frappe.response["filename"] = f"{name}.csv"
    # With the mark by which spreadsheets know the encoding.
    frappe.response["filecontent"] = as_csv(community, first, last).encode("utf-8-sig")
    frappe.response["type"] = "download"


@endpoint(methods=("GET",))
def bill_details(name: str) -> dict[str, Any]:
    """The charges of a Fee Bill with what makes each up: {charges: see `bill_details.charges_of`}. Reading the bill is enough."""
    bill = frappe.get_doc("Fee Bill", name)
    bill.check_permission("read")
    return {"charges": details.of_bill(bill.name)}


@endpoint(methods=("GET",))
def charge_details(name: str) -> dict[str, Any]:
    """What makes a Fee Charge up, and what happened to it: {charge, entries: see `bill_details.entries_of`}; entries for readers of the ledger."""
    charge = frappe.get_doc("Fee Charge", name)
    charge.check_permission("read")
    reads_ledger = frappe.has_permission("Fee Ledger Entry", "read")
    return {
        "charge": details.charges_of([charge.as_dict()])[0],
        "entries": details.entries_of(charge.name) if reads_ledger else [],
    }


@endpoint()
def void_charge(because: str, charge: str | None = None, bill: str | None = None) -> dict[str, Any]:
    """Void a charge, or all charges of a bill, that nothing was paid on: {voided: names}. For managers; needs a reason.

    What prepayments paid on them is left on their receipts again.
    """
    check_roles(MANAGERS)
    doc = frappe.get_doc("Fee Charge", charge) if charge else frappe.get_doc("Fee Bill", bill or "")
    doc.check_permission("read")
    _check_community(doc.community)
    because = because.strip()
    if not because:
        raise_refused(_("Say why this is void."))
    names = (
        [charge] if charge else frappe.get_all("Fee Charge", {"fee_bill": doc.name}, pluck="name", order_by="name asc")
    )
    return {"voided": void_charges(names, because[:140])}


@endpoint(methods=("GET", "POST"), ignores=CHART_KEYS)
def money_per_month() -> dict[str, Any]:
    """Chart of the money taken in each month of this year and the last."""
    check_reader()
    return desk_charts.money_per_month()


@endpoint(methods=("GET", "POST"), ignores=CHART_KEYS)
def worst_buildings() -> dict[str, Any]:
    """Chart of the buildings that owe most."""
    check_reader()
    return desk_charts.worst_buildings()


def _check_community(community: str) -> None:
    """Raise PermissionError for a community the user does not work for."""
    if not may_see_community(community):
        frappe.throw(_("{0} is no community of yours.").format(community), frappe.PermissionError)
