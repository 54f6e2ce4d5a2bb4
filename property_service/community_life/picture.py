"""What this room adds to the picture of a caller, the events he is signed up for, and to the list of today."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import add_to_date, cint

from property_service.community_life.event_book import EVENT, OPEN, REGISTERED, REGISTRATION, WAITING
from property_service.community_life.event_letters import when_of
from property_service.community_life.registrations import coming_of
from property_service.property_service.picture_parts import (
    GREEN,
    GREY,
    MOST_ROWS,
    ORANGE,
    part,
    row,
    today_part,
    within,
)
from property_service.property_service.scope import allowed_communities
from property_service.property_service.service_clock import site_now

ORDER = 70
TONES = {REGISTERED: GREEN, WAITING: ORANGE}


def picture(resident: str, units: tuple[str, ...]) -> dict[str, Any] | None:
    """Coming events this person is signed up for, soonest first; one query."""
    if not resident or not frappe.has_permission(REGISTRATION, "read"):
        return None
    rows = [
        row(
            one.title,
            f"{when_of(one)} · {one.place} · {_('{0} persons').format(one.persons)}",
            _(one.status, context=REGISTRATION),
            TONES.get(one.status, GREY),
            (EVENT, one.event),
        )
        for one in coming_of((resident,), allowed_communities())
    ]
    return part("events", _("Events", context="Community Life"), ORDER, rows)


def today(communities: tuple[str, ...] | None, user: str) -> dict[str, Any] | None:
    """Events that go on or begin within a day; one query."""
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
    found = within(query, table, communities).run(as_dict=True)
    rows = [
        row(
            one.title,
            f"{when_of(one)} · {one.place}",
            _("{0} of {1} places").format(cint(one.taken_count), cint(one.capacity)),
            ORANGE if cint(one.waiting_count) else GREEN,
            (EVENT, one.name),
            one.starts_at,
        )
        for one in found[:MOST_ROWS]
    ]
    return today_part("events", _("Events", context="Community Life"), ORDER, len(found), rows)
