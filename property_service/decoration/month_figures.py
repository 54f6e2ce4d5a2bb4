"""The decorations' part of the monthly report (hook `property_service_month_figures`)."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe.query_builder.functions import Count
from pypika import Table
from pypika.terms import Criterion

from property_service.decoration.inspections import INSPECTION
from property_service.front_desk.desk_reports import counted, rated, times, within
from property_service.property_service.rule_error import mark as _

PERMIT = "Decoration Permit"


def month_figures(community: str, first_day: date, last_day: date) -> dict[str, Any] | None:
    """Decorations of a month: applied for, accepted, inspections made of those due. Two queries."""
    permits, visits = frappe.qb.DocType(PERMIT), frappe.qb.DocType(INSPECTION)

    def happened(field: str) -> Criterion:
        return within(permits[field], first_day, last_day)

    applied, begun, accepted, settled = _first(
        permits,
        community,
        *(times(happened(field)) for field in ("applied_at", "started_on", "accepted_on", "settled_at")),
    )
    over = visits.status.isin(("Done", "Missed"))
    done, due = _first(
        visits,
        community,
        times(over & (visits.status == "Done") & (visits.due_on >= first_day) & (visits.due_on <= last_day)),
        times(over & (visits.due_on >= first_day) & (visits.due_on <= last_day)),
    )
    return {
        "key": "decoration",
        "title": _("Decoration"),
        "order": 50,
        "rows": [
            counted(_("Decorations Applied For"), applied),
            counted(_("Decorations Begun"), begun),
            rated(_("Inspections Made of Those Due"), done, due),
            counted(_("Decorations Accepted"), accepted),
            counted(_("Deposits Settled"), settled),
        ],
    }


def _first(table: Table, community: str, *terms: Any) -> tuple[int, ...]:
    query = frappe.qb.from_(table).select(Count("*"), *terms).where(table.community == community)
    return tuple(int(value or 0) for value in query.run()[0][1:])
