"""The record of a complaint on paper (投诉处理单): filed when it is closed. The other side of a dispute is not on it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_fullname

from property_service.front_desk.complaint_states import DOCTYPE
from property_service.property_service.papers import paper_of
from property_service.property_service.service_clock import local


@paper_of("Resident Complaint")
def complaint_record(doc: Document) -> dict[str, Any]:
    """Everything the print format shows, as plain texts; the template escapes them. The caller holds print permission on `doc`.

    Keys: community, title, number, status, level, kind, channel, category, subject, details, who, phone, place, received, about, team,
    handler, answer_due, answered, solve_due, solved, late (sentences), valid, resolution, told, steps (rows at, label, by, text), result.
    """
    late = [
        sentence
        for flag, sentence in (
            ("first_answer_late", _("The first answer was late.")),
            ("interim_late", _("An interim reply was late.")),
            ("solved_late", _("The solution was late.")),
        )
        if cint(doc.get(flag))
    ]
    unit = frappe.get_cached_value("Property Unit", doc.unit, "short_label") if doc.unit else None
    # In a dispute the paper may be shown to the one who complained.
    about = doc.person_complained_of if not doc.dispute_key else None
    return {
        "community": frappe.get_cached_value("Community", doc.community, "community_name") or doc.community,
        "number": doc.name,
        "status": _(doc.status, context=DOCTYPE),
        "kind": _(doc.kind, context=DOCTYPE),
        "level": _(doc.level, context=DOCTYPE),
        "channel": _(doc.channel, context=DOCTYPE),
        "category": _(doc.category) if doc.category else "",
        "subject": doc.subject,
        "details": doc.details or "",
        "who": _("Anonymous") if cint(doc.is_anonymous) else doc.contact_name or "",
        "phone": doc.contact_phone or "",
        "place": unit or doc.unit or doc.place or "",
        "received": _clock(doc, doc.received_at),
        "about": get_fullname(about) if about else "",
        "team": doc.team_complained_of or "",
        "handler": get_fullname(doc.assigned_to) if doc.assigned_to else "",
        "answer_due": _clock(doc, doc.first_answer_due),
        "answered": _clock(doc, doc.first_answered_at),
        "solve_due": _clock(doc, doc.solve_due),
        "solved": _clock(doc, doc.resolved_at),
        "late": late,
        "valid": _(doc.is_valid, context=DOCTYPE) if doc.is_valid else "",
        "resolution": doc.resolution or "",
        "told": doc.resolution_told or "",
        "steps": [
            {
                "at": _clock(doc, row.happened_at),
                "label": _(row.kind, context=DOCTYPE),
                "by": get_fullname(row.by_user) if row.by_user else "",
                "text": row.text or "",
            }
            for row in doc.steps
        ],
        "result": _(doc.visit_result) if doc.visit_result else "",
    }


def _clock(doc: Document, moment: datetime | str | None) -> str:
    return f"{local(doc.community, moment):%Y-%m-%d %H:%M}" if moment else ""
