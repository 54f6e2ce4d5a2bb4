"""What is read out before the call after an event: which one it was, and what the resident has said of it already."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.community_life.event_book import EVENT, REGISTRATION
from property_service.community_life.event_letters import when_of


def visit_context(visit: Document | dict) -> dict[str, Any] | None:
    """Hook `property_service_visit_context`: {title, lines, url} of an event's visit; None for others."""
    if visit.get("reference_doctype") != REGISTRATION or not visit.get("reference_name"):
        return None
    fields = ["event", "persons", "came", "rating", "feedback"]
    row = frappe.db.get_value(REGISTRATION, visit.get("reference_name"), fields, as_dict=True)
    if not row:
        return None
    event = frappe.db.get_value(
        EVENT, row.event, ["name", "title", "place", "community", "starts_at", "ends_at"], as_dict=True
    )
    lines = [f"{when_of(event)} · {event.place}", _("Came with {0} persons.").format(row.came)]
    if row.rating:
        lines.append(_("Rated {0} out of 5. {1}").format(row.rating, row.feedback or ""))
    return {
        "title": f"{event.title} · {event.name}",
        "lines": lines,
        "url": frappe.utils.get_url_to_form(EVENT, event.name),
    }
