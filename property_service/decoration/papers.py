"""What the papers of a decoration say: the door permit (装修许可证) hung at the door, and the worker's pass (出入证)."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate

from property_service.decoration import codes
from property_service.decoration.portal_view import hours_of
from property_service.decoration.states import DOCTYPE, ON_SITE
from property_service.decoration.terms import terms_of
from property_service.decoration.worker_passes import VALID
from property_service.property_service.papers import paper_of


@paper_of("Decoration Permit")
def decoration_door_permit(doc: Document) -> dict[str, Any]:
    """Everything the door permit shows, as plain texts; the templates escape them.

    Keys: number, community, unit, works, contractor, licence_no, site_manager, phone, first, last, extended, work, quiet (lines of hours),
    closed [days], rules [sentences], qr (SVG, "" where the permit does not hold), void ("" or why it does not), sender. The caller holds
    print permission on `doc`.
    """
    hours = hours_of(doc)
    contractor = doc.contractor and frappe.db.get_value("Resident", doc.contractor, "resident_name")
    community = _community(doc.community)
    holds = doc.status in ON_SITE
    return {
        "number": doc.name,
        "community": community,
        "unit": _unit(doc.unit),
        "works": doc.works,
        "contractor": contractor or doc.contractor_name or "",
        "licence_no": doc.licence_no or "",
        "site_manager": doc.site_manager,
        "phone": doc.site_manager_phone,
        "first": formatdate(doc.from_date, "yyyy-MM-dd"),
        "last": formatdate(doc.extended_to or doc.to_date, "yyyy-MM-dd"),
        "extended": bool(doc.extended_to),
        "work": lines_of(hours["work"]),
        "quiet": lines_of(hours["quiet"]),
        "closed": [formatdate(day, "MM-dd") for day in hours["closed"]],
        "rules": _(terms_of(doc.community).notice or ""),
        "qr": codes.svg_of(DOCTYPE, doc.name, _("QR code of the permit")) if holds else "",
        "void": "" if holds else _(doc.status, context=DOCTYPE),
        "sender": _("Property Service Centre of {0}").format(community),
    }


@paper_of("Decoration Worker Pass")
def decoration_worker_pass(doc: Document) -> dict[str, Any]:
    """Everything a worker's pass shows, as plain texts; the templates escape them.

    Keys: community, unit, permit, name, trade, id_last_four, contractor, first, last, photo, qr, void. The caller holds print permission.
    """
    permit = frappe.db.get_value(
        DOCTYPE, doc.permit, ["contractor", "contractor_name", "site_manager_phone"], as_dict=True
    )
    contractor = permit.contractor and frappe.db.get_value("Resident", permit.contractor, "resident_name")
    holds = doc.status == VALID
    return {
        "community": _community(doc.community),
        "unit": _unit(doc.unit),
        "permit": doc.permit,
        "name": doc.worker_name,
        "trade": doc.trade or "",
        "id_last_four": doc.id_last_four,
        "contractor": contractor or permit.contractor_name or "",
        "phone": permit.site_manager_phone or "",
        "first": formatdate(doc.valid_from, "yyyy-MM-dd"),
        "last": formatdate(doc.valid_to, "yyyy-MM-dd"),
        # Our own files only: the server fetches them for the PDF.
        "photo": doc.photo if (doc.photo or "").startswith(("/private/files/", "/files/")) else "",
        "qr": codes.svg_of(doc.doctype, doc.name, _("QR code of the pass")) if holds else "",
        "void": "" if holds else _(doc.status, context=doc.doctype),
    }


def lines_of(rows: list[dict[str, Any]]) -> list[str]:
    """Windows of a week as lines: days in a row with equal hours are written once, as "Monday–Friday 08:00-12:00, 14:00-18:00"."""
    days: dict[str, list[str]] = {}
    for row in rows:
        days.setdefault(row["label"], []).append(f"{row['from']}-{row['to']}")
    groups: list[list[str]] = []
    for label, spans in days.items():
        told = ", ".join(spans)
        if groups and groups[-1][2] == told:
            groups[-1][1] = label
        else:
            groups.append([label, label, told])
    return [f"{first if first == last else f'{first}–{last}'} {told}" for first, last, told in groups]


def _community(name: str) -> str:
    return frappe.get_cached_value("Community", name, "community_name") or name


def _unit(name: str) -> str:
    return frappe.get_cached_value("Property Unit", name, "short_label") or name
