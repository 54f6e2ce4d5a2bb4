"""The repairs' part of the monthly report (hook `property_service_month_figures`), from the functions of its reports."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import cint

from property_service.front_desk.desk_reports import counted, rated, times, within
from property_service.property_service.rule_error import mark as _
from property_service.property_service.stages import VOID
from property_service.repairs.report.dispatch_accuracy import dispatch_accuracy
from property_service.repairs.report.service_promise_kept import service_promise_kept as kept


def month_figures(community: str, first_day: date, last_day: date) -> dict[str, Any] | None:
    """Repairs of a month: reported, in time, wrongly dispatched, redone, rated."""
    scope = (community,)
    promises = (kept.rows_of(kept.REPAIRS, scope, first_day, last_day) or [{}])[-1]
    dispatched = (dispatch_accuracy.rows_of(scope, first_day, last_day) or [{}])[-1]
    right = cint(dispatched.get("dispatched")) - cint(dispatched.get("wrong"))
    finished = _finished(community, first_day, last_day)
    return {
        "key": "repairs",
        "title": _("Repairs"),
        "order": 20,
        "rows": [
            counted(_("Repairs Reported"), promises.get("number")),
            counted(_("Repairs Finished"), finished["number"]),
            rated(_("Repairs: arrived in time"), promises.get("answer_in_time"), promises.get("answer_judged")),
            rated(_("Repairs: finished in time"), promises.get("solve_in_time"), promises.get("solve_judged")),
            rated(_("Dispatch Accuracy"), right, dispatched.get("dispatched")),
            rated(_("Redone or Reopened"), finished["redone"], finished["number"]),
            rated(_("Rated 4 or 5 Stars"), finished["good"], finished["rated"]),
        ],
    }


def _finished(community: str, first: date, last: date) -> dict[str, int]:
    """Repairs finished in the month: how many, redone or reopened, rated, and rated well."""
    table = frappe.qb.DocType("Repair Request")
    rows = (
        frappe.qb.from_(table)
        .select(Count("*").as_("number"), times((table.is_rework == 1) | (table.reopened_count > 0)).as_("redone"))
        .select(times(table.rating > 0).as_("rated"), times(table.rating >= 4).as_("good"))
        .where((table.community == community) & (table.stage != VOID) & within(table.finished_at, first, last))
        .run(as_dict=True)
    )
    return {name: cint(rows[0][name]) for name in ("number", "redone", "rated", "good")}
