"""What the papers made of a finding say: rectification notice (整改通知单), stop-work notice (停工通知书), report letter (报告函)."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_fullname

from property_service.patrol.finding_rules import LEVELS
from property_service.property_service.papers import paper_of
from property_service.property_service.service_clock import local, local_day


@paper_of("Inspection Finding")
def finding_notice_paper(doc: Document, level: str) -> dict[str, Any]:
    """Everything the print formats of a finding show, as plain texts; the templates escape them.

    `level` is Notice, Stop-Work or Reported. Keys: number ("" where this notice was not made), community, addressee, place, found_at,
    title, description, severity, measure, put_right_by, photo, made_by, day, reported_to, permit, steps [{what, number, day}], fixes
    [{day, what, result}], sender. The caller holds print permission on `doc`.
    """
    made = next((row for row in doc.notices if row.level == level), frappe._dict())
    community = frappe.get_cached_value("Community", doc.community, "community_name") or doc.community
    return {
        "number": made.notice_no or "",
        "community": community,
        "addressee": _addressee(doc),
        "place": _place(doc),
        "found_at": _clock(doc, doc.found_at),
        "title": doc.title,
        "description": doc.description or "",
        "severity": _(doc.severity, context="Inspection Finding"),
        "measure": doc.immediate_measure or "",
        "put_right_by": _clock(doc, made.put_right_by or doc.due_at),
        # Our own files only: the server fetches them for the PDF.
        "photo": doc.photo if (doc.photo or "").startswith(("/private/files/", "/files/")) else "",
        "made_by": get_fullname(made.made_by) if made.made_by else "",
        "day": _day(doc, made.made_at),
        "reported_to": made.reported_to or doc.reported_to or "",
        "reference": doc.reference_name if doc.source == "Decoration" and doc.reference_name else doc.name,
        "steps": [
            {"what": step_label(row.level), "number": row.notice_no or "", "day": _day(doc, row.made_at)}
            for row in doc.notices
            if LEVELS.index(row.level) < LEVELS.index(level)
        ],
        "fixes": _fixes(doc),
        "sender": _("Property Service Centre of {0}").format(community),
    }


def step_label(level: str) -> str:
    """A step as people read it."""
    return {
        "Advised": _("Advised by Word of Mouth"),
        "Notice": _("Rectification Notice"),
        "Stop-Work": _("Stop-Work Notice"),
        "Reported": _("Report to the Authority"),
    }[level]


def _fixes(doc: Document) -> list[dict[str, str]]:
    """What was done and how the recheck went, the earlier first; two empty lines are left for the pen where there is nothing yet."""
    rows = [
        {
            "day": _day(doc, row.rechecked_at),
            "what": row.fix_note or "",
            "result": " ".join(filter(None, (_(row.result, context="Finding Recheck"), row.note))),
        }
        for row in doc.rechecks
    ]
    return rows or [{"day": "", "what": "", "result": ""}] * 2


def _addressee(doc: Document) -> str:
    if doc.responsible_resident:
        return frappe.db.get_value("Resident", doc.responsible_resident, "resident_name") or doc.responsible_resident
    return doc.responsible_team or ""


def _place(doc: Document) -> str:
    unit = frappe.get_cached_value("Property Unit", doc.unit, "short_label") if doc.unit else ""
    building = frappe.get_cached_value("Building", doc.building, "building_name") if doc.building and not unit else ""
    return " ".join(filter(None, (unit or building or doc.building, doc.place)))


def _clock(doc: Document, moment: Any) -> str:
    if not moment:
        return ""
    return frappe.format(local(doc.community, moment).replace(tzinfo=None, second=0), {"fieldtype": "Datetime"})


def _day(doc: Document, moment: Any) -> str:
    return frappe.utils.formatdate(local_day(doc.community, moment)) if moment else ""
