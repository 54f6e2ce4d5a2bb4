"""Papers of the front desk: the record of a shift handover (交接班记录) and of an emergency (突发事件记录)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_fullname

from property_service.front_desk.handovers import DRAFT, HANDOVER, KINDS
from property_service.property_service.papers import paper_of
from property_service.property_service.service_clock import local

ITEM, EMERGENCY = "Shift Handover Item", "Emergency Log"
# Empty lines on the paper of an emergency that still goes on, to be filled in by hand.
BLANK_LINES = 6


@paper_of("Shift Handover")
def shift_handover_paper(doc: Document) -> dict[str, Any]:
    """Everything the print format shows, as plain texts; the template escapes them.

    Keys: community, day, shift, status, draft, groups [{kind, rows [{text, due, number, note}]}], cash, keys_note, note, handed_by,
    handed_at, received_by, received_at, remark. The caller holds print permission on `doc`.
    """
    groups = []
    for kind in KINDS:
        rows = [
            {
                "text": row.item_text,
                "due": _clock(doc, row.due_at) or "",
                "number": row.reference_name or "",
                "note": row.note or "",
            }
            for row in doc.items
            if row.kind == kind
        ]
        if rows:
            groups.append({"kind": _(kind, context=ITEM), "rows": rows})
    return {
        "community": _community(doc),
        "day": frappe.utils.formatdate(doc.shift_date),
        "shift": _(doc.shift, context=HANDOVER),
        "status": _(doc.status, context=HANDOVER),
        "draft": doc.status == DRAFT,
        "groups": groups,
        "cash": doc.cash_note or "",
        "keys_note": doc.keys_note or "",
        "note": doc.note or "",
        "handed_by": get_fullname(doc.handed_by) if doc.handed_by else "",
        "handed_at": _clock(doc, doc.handed_at) or "",
        # Before somebody has signed, the name is only a wish.
        "received_by": get_fullname(doc.received_by) if doc.received_at else "",
        "received_at": _clock(doc, doc.received_at) or "",
        "remark": doc.receiver_note or "",
    }


@paper_of("Emergency Log")
def emergency_paper(doc: Document) -> dict[str, Any]:
    """Everything the print format shows, as plain texts; the template escapes them.

    Keys: community, kind, status, is_open, place, happened_at, closed_at, reported_by, phone, on_duty, entries [{at, what, by}], blank_lines, hurt,
    damage, told [{mark, label}], cause, measures. The caller holds print permission on `doc`.
    """
    is_open = doc.status == "Open"
    told = (
        ("manager_told", _("Manager Told")),
        ("police_told", _("Police Told")),
        ("fire_brigade_told", _("Fire Brigade Told")),
        ("ambulance_told", _("Ambulance Told")),
    )
    label = frappe.get_cached_value("Property Unit", doc.unit, "short_label") if doc.unit else None
    place = " · ".join(filter(None, (label or doc.unit or doc.building, doc.place)))
    return {
        "community": _community(doc),
        "kind": _(doc.kind, context=EMERGENCY),
        "status": _(doc.status, context=EMERGENCY),
        "is_open": is_open,
        "place": place,
        "happened_at": _clock(doc, doc.happened_at) or "",
        "closed_at": _clock(doc, doc.closed_at) or "",
        "reported_by": doc.reported_by or "",
        "phone": doc.reporter_phone or "",
        "on_duty": get_fullname(doc.on_duty) if doc.on_duty else "",
        "entries": [
            {
                "at": _clock(doc, row.happened_at),
                "what": row.what,
                "by": get_fullname(row.by_user) if row.by_user else "",
            }
            for row in sorted(doc.entries, key=lambda row: (str(row.happened_at), row.idx))
        ],
        "blank_lines": BLANK_LINES if is_open else 0,
        "hurt": cint(doc.people_hurt),
        "damage": doc.damage or "",
        "told": [{"mark": "☑" if cint(doc.get(field)) else "☐", "label": label} for field, label in told],
        "cause": doc.cause or "",
        "measures": doc.measures or "",
    }


def _community(doc: Document) -> str:
    return frappe.get_cached_value("Community", doc.community, "community_name") or doc.community


def _clock(doc: Document, moment: datetime | str | None) -> str | None:
    return f"{local(doc.community, moment):%Y-%m-%d %H:%M}" if moment else None
