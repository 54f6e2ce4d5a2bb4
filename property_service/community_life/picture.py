"""What this room adds to the picture of a caller: the events he is signed up for."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from property_service.community_life.event_book import EVENT, REGISTERED, REGISTRATION, WAITING
from property_service.community_life.event_letters import when_of
from property_service.community_life.registrations import coming_of
from property_service.property_service.scope import allowed_communities

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
