"""The record of one return visit on paper: filed when it is made, and filled in by hand on a visit in person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_fullname

from property_service.front_desk.return_visits import ANSWERS, DECLINED, DISSATISFIED_REASONS, DUE, UNREACHABLE
from property_service.front_desk.visit_list import context_of
from property_service.front_desk.visit_scripts import script_for
from property_service.property_service.papers import paper_of
from property_service.property_service.service_clock import local

# Lines on the paper for attempts; empty ones are filled in by hand.
ATTEMPT_LINES = 3
CHOSEN, OPEN = "☑", "☐"


@paper_of("Return Visit")
def visit_record(doc: Document) -> dict[str, Any]:
    """Everything the print format shows, as plain texts; the template escapes them.

    Keys: community, place, kind, status, contact, phone, topic, done_by, team, reason, due, visitor, visited, about
    ({title, lines} of what was done, or None), questions (of a visit still to be made), attempts (rows at, channel, reached,
    visitor, note), blank_lines, results and reasons (rows mark, label). The caller holds print permission on `doc`.
    """
    attempts = [
        {
            "at": _clock(doc, row.attempted_at),
            "channel": _(row.channel),
            "reached": _("Reached") if cint(row.reached) else _("Not Reached"),
            "visitor": get_fullname(row.visitor) if row.visitor else "",
            "note": row.note,
        }
        for row in doc.attempts
    ]
    is_due = doc.status == DUE
    visitor = doc.visited_by or doc.assigned_to
    label = frappe.get_cached_value("Property Unit", doc.unit, "short_label") if doc.unit else None
    return {
        "community": frappe.get_cached_value("Community", doc.community, "community_name") or doc.community,
        "place": label or doc.unit or doc.place or doc.community,
        "kind": _("On-site Recheck") if cint(doc.on_site_recheck) else _(doc.visit_kind, context="Return Visit"),
        "status": _(doc.status),
        "contact": doc.contact_name,
        "phone": doc.contact_phone,
        "topic": _(doc.topic) if doc.topic else None,
        "done_by": get_fullname(doc.doer) if doc.doer else None,
        "team": doc.team,
        "reason": _(doc.reason),
        "due": _clock(doc, doc.due_at),
        "visitor": get_fullname(visitor) if visitor else None,
        "visited": _clock(doc, doc.visited_at),
        "about": context_of(doc),
        "questions": script_for(doc.visit_kind, bool(cint(doc.on_site_recheck))) if is_due else [],
        "attempts": attempts,
        "blank_lines": max(ATTEMPT_LINES - len(attempts), 0) if is_due else 0,
        "results": _boxes((*ANSWERS, UNREACHABLE, DECLINED), doc.result),
        "reasons": _boxes(DISSATISFIED_REASONS, doc.dissatisfied_reason),
    }


def _boxes(options: tuple[str, ...], chosen: str | None) -> list[dict[str, str]]:
    return [{"mark": CHOSEN if option == chosen else OPEN, "label": _(option)} for option in options]


def _clock(doc: Document, moment: datetime | str | None) -> str | None:
    return f"{local(doc.community, moment):%Y-%m-%d %H:%M}" if moment else None
