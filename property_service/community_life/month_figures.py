"""The part of community life in the monthly report (hook `property_service_month_figures`)."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe.query_builder.functions import Count, Sum

from property_service.front_desk.desk_reports import counted, rated, within
from property_service.property_service.rule_error import mark as _


def month_figures(community: str, first_day: date, last_day: date) -> dict[str, Any] | None:
    """Events held, who came of those who signed up, notices and who read them, greetings of a month. Three queries."""
    event, notice, greeting = map(frappe.qb.DocType, ("Community Event", "Community Notice", "Resident Greeting"))
    held, came, taken = _first(
        frappe.qb.from_(event)
        .select(Count("*"), Sum(event.came_count), Sum(event.taken_count))
        .where((event.community == community) & (event.status == "Held"))
        .where(within(event.starts_at, first_day, last_day))
    )
    notices, read, readers = _first(
        frappe.qb.from_(notice)
        .select(Count("*"), Sum(notice.read_count), Sum(notice.recipient_count))
        .where((notice.community == community) & notice.status.isin(("Published", "Ended")))
        .where(within(notice.published_at, first_day, last_day))
    )
    (greeted,) = _first(
        frappe.qb.from_(greeting)
        .select(Count("*"))
        .where((greeting.community == community) & (greeting.status == "Sent"))
        .where((greeting.on_date >= first_day) & (greeting.on_date <= last_day))
    )
    return {
        "key": "community_life",
        "title": _("Community Life"),
        "order": 60,
        "rows": [
            counted(_("Events Held"), held),
            rated(_("Came of Those Signed Up"), came, taken),
            counted(_("Notices Published"), notices),
            rated(_("Notices Read"), read, readers),
            counted(_("Greetings Sent"), greeted),
        ],
    }


def _first(query: Any) -> tuple[int, ...]:
    return tuple(int(value or 0) for value in query.run()[0])
