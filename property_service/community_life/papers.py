"""What the papers of an event say: the attendance list (签到表) and the poster with its code."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint
from markupsafe import Markup

from property_service.community_life import codes
from property_service.community_life.event_book import ATTENDED, EVENT, WAITING
from property_service.community_life.event_letters import event_text, when_of
from property_service.community_life.event_reading import figures_of, parties_of
from property_service.property_service.papers import paper_of
from property_service.property_service.service_clock import local

# Lines left on the list for those who come without having signed up.
FREE_LINES = 6
LONGEST_POSTER = 600


@paper_of("Community Event")
def event_attendance_paper(doc: Document) -> dict[str, Any]:
    """Everything the attendance list shows, as plain texts; the template escapes them.

    Keys: head (as below), figures, rows [{no, name, unit, persons, came, mark, note}], waiting (the same), free_lines. Phone numbers are
    left out: the list lies open on a table. The caller holds print permission on `doc`.
    """
    parties = parties_of(doc.name)
    placed = [one for one in parties if one["status"] != WAITING]
    waiting = [one for one in parties if one["status"] == WAITING]
    return {
        "head": _head(doc),
        "figures": figures_of(doc, parties),
        "rows": [_line(number, one) for number, one in enumerate(placed, 1)],
        "waiting": [_line(number, one) for number, one in enumerate(waiting, 1)],
        "free_lines": FREE_LINES,
    }


@paper_of("Community Event")
def event_poster_paper(doc: Document) -> dict[str, Any]:
    """Everything the poster shows: head, text, bring, sign_up_until, places, qr (SVG or ""), phone."""
    community = frappe.get_cached_doc("Community", doc.community)
    until = doc.sign_up_until or doc.starts_at
    return {
        "head": _head(doc),
        "kind": _(doc.kind, context=EVENT),
        "text": event_text(doc.description)[:LONGEST_POSTER],
        "bring": doc.what_to_bring or "",
        "sign_up_until": f"{local(doc.community, until):%Y-%m-%d %H:%M}",
        "places": cint(doc.capacity),
        # Drawn here from a random code: nothing anybody wrote is in it.
        "qr": Markup(codes.svg_of(EVENT, doc.name, _("QR code of the event"))),  # noqa: S704
        "phone": community.front_desk_phone or "",
    }


def _head(doc: Document) -> dict[str, str]:
    return {
        "title": doc.title,
        "when": when_of(doc),
        "place": doc.place,
        "number": doc.name,
        "organiser": frappe.utils.get_fullname(doc.organiser) if doc.organiser else "",
        "community": frappe.get_cached_value("Community", doc.community, "community_name") or doc.community,
    }


def _line(number: int, party: dict[str, Any]) -> dict[str, Any]:
    came = party["status"] == ATTENDED
    return {
        "no": number,
        "name": party["resident_name"],
        "unit": party["unit_label"],
        "persons": party["persons"],
        "came": party["came"] if came else "",
        "mark": "✓" if came else "",
        "note": party["note"] or "",
    }
