"""What this room adds to the picture of a caller, the events he is signed up for, and to the list of today."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import add_to_date, cint

from property_service.community_life.event_book import EVENT, OPEN, REGISTERED, REGISTRATION, WAITING
from property_service.community_life.event_letters import when_of
from property_service.community_life.registrations import coming_of
from property_service.property_service.scope import allowed_communities
from property_service.property_service.service_clock import site_now

MOST_ROWS = 10
TONES = {REGISTERED: "green", WAITING: "orange"}


def picture(resident: str, units: tuple[str, ...]) -> dict[str, Any] | None:
    """Hook `property_service_picture`: coming events of this resident, soonest first; None where there is none. One query."""
    if not resident or not frappe.has_permission(REGISTRATION, "read"):
        return None
    rows = coming_of((resident,), allowed_communities())
    if not rows:
        return None
    return {
        "key": "events",
        "title": _("Events", context="Community Life"),
        "order": 70,
        "rows": [
            {
                "text": row.title,
                "detail": f"{when_of(row)} · {row.place} · {_('{0} persons').format(row.persons)}",
                "status": _(row.status, context=REGISTRATION),
                "tone": TONES.get(row.status, "grey"),
                "doctype": EVENT,
                "name": row.event,
            }
            for row in rows[:MOST_ROWS]
        ],
        "banners": [],
        "figures": {},
        "more": max(len(rows) - MOST_ROWS, 0),
    }


def today(communities: tuple[str, ...] | None, user: str) -> dict[str, Any] | None:
    """Hook `property_service_today`: events that go on or begin within a day; None where there is none. One query."""
    if not frappe.has_permission(EVENT, "read", user=user):
        return None
    table, now = frappe.qb.DocType(EVENT), site_now()
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.title, table.place, table.community, table.starts_at, table.ends_at)
        .select(table.taken_count, table.capacity, table.waiting_count)
        .where((table.status == OPEN) & (table.ends_at > now) & (table.starts_at <= add_to_date(now, days=1)))
        .orderby(table.starts_at)
        .orderby(table.name)
    )
    if communities is not None:
        query = query.where(table.community.isin(list(communities) or [""]))
    rows = query.run(as_dict=True)
    if not rows:
        return None
    return {
        "key": "events",
        "title": _("Events", context="Community Life"),
        "order": 70,
        "count": len(rows),
        "rows": [
            {
                "text": row.title,
                "detail": f"{when_of(row)} · {row.place}",
                "status": _("{0} of {1} places").format(cint(row.taken_count), cint(row.capacity)),
                "tone": "orange" if cint(row.waiting_count) else "green",
                "doctype": EVENT,
                "name": row.name,
                "due_at": row.starts_at,
            }
            for row in rows[:MOST_ROWS]
        ],
    }
