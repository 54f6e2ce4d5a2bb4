"""Endpoints of the reports and of the forms of bills and charges."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log

from property_service.fees.report.collection_rate.collection_rate import group_of, question_of, rows_of
from property_service.fees.report_parts import EXPORTERS, check_reader, span
from property_service.fees.vouchers import as_csv
from property_service.property_service.endpoint import endpoint
from property_service.property_service.scope import check_roles, may_see_community


@endpoint(methods=("GET", "POST"))
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
    check_roles(EXPORTERS)
    if not may_see_community(community):
        frappe.throw(_("{0} is no community of yours.").format(community), frappe.PermissionError)
    first, last = span({"from_date": from_date, "to_date": to_date}, from_date, to_date)
    name = f"vouchers-{community}-{first}-{last}"
    make_access_log(doctype="Fee Ledger Entry", file_type="CSV", report_name=name, method="Export")
    frappe.response["filename"] = f"{name}.csv"
    # With the mark by which spreadsheets know the encoding.
    frappe.response["filecontent"] = as_csv(community, first, last).encode("utf-8-sig")
    frappe.response["type"] = "download"
