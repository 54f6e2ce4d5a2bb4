"""The part of community life in the monthly report (hook `property_service_month_figures`), from the functions of its reports."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe.query_builder.functions import Count

from property_service.community_life.report.event_attendance import event_attendance
from property_service.community_life.report.notice_reading import notice_reading
from property_service.front_desk.desk_reports import counted, rated
from property_service.property_service.rule_error import mark as _


def month_figures(community: str, first_day: date, last_day: date) -> dict[str, Any] | None:
    """Events held, who came of those who signed up, notices and who read them, greetings of a month."""
    span = frappe._dict(community=community, from_date=first_day, to_date=last_day)
    events = event_attendance.rows_of(span)
    came = event_attendance.total_of(events)
    notices = notice_reading.rows_of(span)
    read = notices[-1] if notices else {}
    return {
        "key": "community_life",
        "title": _("Community Life"),
        "order": 60,
        "rows": [
            counted(_("Events Held"), len(events)),
            rated(_("Came of Those Signed Up"), came["came_count"], came["taken_count"]),
            counted(_("Notices Published"), len(notices[:-1])),
            rated(_("Notices Read"), read.get("read"), read.get("households")),
            counted(_("Greetings Sent"), _greeted(community, first_day, last_day)),
        ],
    }


def _greeted(community: str, first: date, last: date) -> int:
    table = frappe.qb.DocType("Resident Greeting")
    query = frappe.qb.from_(table).select(Count("*"))
    query = query.where((table.community == community) & (table.status == "Sent"))
    return query.where((table.on_date >= first) & (table.on_date <= last)).run()[0][0]
