"""The front desk's part of the monthly report (hook `property_service_month_figures`), from the functions of its reports."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe.query_builder.functions import Count

from property_service.front_desk import complaint_promises
from property_service.front_desk.callback_promises import kept_rate
from property_service.front_desk.desk_reports import counted, rated, times, within
from property_service.front_desk.emergencies import EMERGENCY
from property_service.front_desk.report.customer_familiarity import customer_familiarity
from property_service.front_desk.report.return_visit_results import return_visit_results
from property_service.front_desk.report.service_quality import service_quality
from property_service.property_service.rule_error import mark as _


def month_figures(community: str, first_day: date, last_day: date) -> dict[str, Any] | None:
    """Contacts, promises, complaints, visits, quality, familiarity and emergencies of a month: the same for every reader."""
    scope = (community,)
    contacts = _contacts(community, first_day, last_day)
    promises = kept_rate(scope, first_day, last_day)
    complaints = complaint_promises.counts_by(scope, first_day, last_day).get("") or {}
    visits = _visits(community, first_day, last_day)
    content = visits["satisfied"] + visits["fairly_satisfied"]
    checks = _last(service_quality.rows_of(scope, first_day, last_day, only_told=True))
    rooms = _last(customer_familiarity.rows_of(scope, last_day))
    return {
        "key": "front_desk",
        "title": _("Front Desk"),
        "order": 10,
        "rows": [
            counted(_("Calls and Visits"), contacts["number"]),
            rated(_("Contacts Answered, Promised or Passed On"), contacts["done"], contacts["number"]),
            rated(_("Promises Kept"), promises.numerator, promises.denominator),
            counted(_("Complaints Received"), complaints.get("number")),
            rated(_("Complaints: answered in time"), complaints.get("answer_in_time"), complaints.get("answer_judged")),
            rated(_("Complaints: solved in time"), complaints.get("solve_in_time"), complaints.get("solve_judged")),
            rated(_("Return Visits: reached of those due"), visits["reached"], visits["due"]),
            rated(_("Return Visits: satisfied of those reached"), content, visits["reached"]),
            rated(_("Quality Checks Passed"), checks.get("passed"), checks.get("scored")),
            rated(_("Customer Familiarity"), rooms.get("known"), rooms.get("units")),
            counted(_("Emergencies"), _emergencies(community, first_day, last_day)),
        ],
    }


def _last(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The total of a report, its last row."""
    return rows[-1] if rows else {}


def _contacts(community: str, first: date, last: date) -> dict[str, int]:
    table = frappe.qb.DocType("Service Contact")
    rows = (
        frappe.qb.from_(table)
        .select(Count("*").as_("number"), times(table.status != "Open").as_("done"))
        .where((table.community == community) & within(table.contacted_at, first, last))
        .run(as_dict=True)
    )
    return {"number": int(rows[0].number or 0), "done": int(rows[0].done or 0)}


def _visits(community: str, first: date, last: date) -> dict[str, int]:
    filters = frappe._dict(community=community)
    return return_visit_results.sum_of(return_visit_results.counted(filters, first, last, everything=True))


def _emergencies(community: str, first: date, last: date) -> int:
    table = frappe.qb.DocType(EMERGENCY)
    query = frappe.qb.from_(table).select(Count("*"))
    return query.where((table.community == community) & within(table.happened_at, first, last)).run()[0][0]
