"""What the workspace of the front desk draws: the contacts of each of the last days, by kind."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Date
from frappe.utils import format_date, getdate

from property_service.front_desk.desk_reports import communities_of, of_communities
from property_service.property_service.service_clock import site_now

CHART_DAYS = 30
KINDS = ("Consultation", "Repair", "Complaint", "Suggestion", "Praise", "Help")


def contacts_per_day() -> dict[str, Any]:
    """Contacts of each of the last 30 days by kind, in the reader's communities, as the framework's chart draws them; one query."""
    table = frappe.qb.DocType("Service Contact")
    today = site_now().date()
    days = [today - timedelta(days=back) for back in range(CHART_DAYS - 1, -1, -1)]
    day = Date(table.contacted_at)
    query = (
        frappe.qb.from_(table)
        .select(day, table.kind, Count("*"))
        .where(table.contacted_at >= days[0])
        .groupby(day, table.kind)
        .orderby(day)
        .orderby(table.kind)
    )
    rows = of_communities(query, table, communities_of({})).run()
    counted = {(getdate(when), kind): number for when, kind, number in rows}
    return {
        "labels": [format_date(when, "MM-dd") for when in days],
        "datasets": [
            {
                "name": _(kind, context="Service Contact"),
                "values": [int(counted.get((when, kind), 0)) for when in days],
            }
            for kind in KINDS
        ],
    }
