"""Which events a resident sees: those of communities he lives in or owns a room in, and those he is signed up for."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.community_life.event_book import CANCELLED, DRAFT, EVENT, REGISTRATION
from property_service.portal.access import is_portal_user, residents_of, spans_of


def own_event(name: Any) -> Document:
    """The event of this name if the session's user may see it; a foreign one, a draft and none at all look alike."""
    user = frappe.session.user
    mine = isinstance(name, str) and name and user != "Guest" and is_portal_user(user)
    found = frappe.db.exists(EVENT, name) if mine else None
    doc = frappe.get_doc(EVENT, found) if found else None
    if not doc or doc.status == DRAFT or doc.community not in {row.community for row in spans_of(user)}:
        frappe.throw(_("We cannot find this event among yours. Please open it from your list."), frappe.PermissionError)
    return doc


def own_registration(event: str) -> Document | None:
    """The session's user's sign-up of an event: the live one, else the last that was cancelled."""
    rows = frappe.get_all(
        REGISTRATION,
        {"event": event, "resident": ["in", residents_of(frappe.session.user) or [""]]},
        ["name", "status"],
        order_by="position desc, name desc",
    )
    chosen = next((row.name for row in rows if row.status != CANCELLED), rows[0].name if rows else None)
    return frappe.get_doc(REGISTRATION, chosen) if chosen else None


def check_own(name: Any) -> str:
    """The name of a sign-up that is the session's user's own, in a community he still has a room in. Raises PermissionError."""
    user = frappe.session.user
    row = (
        frappe.db.get_value(REGISTRATION, name, ["name", "resident", "community"], as_dict=True)
        if isinstance(name, str) and name and user != "Guest" and is_portal_user(user)
        else None
    )
    if not row or (row.resident, row.community) not in {(span.resident, span.community) for span in spans_of(user)}:
        frappe.throw(
            _("We cannot find this sign-up among yours. Please open it from your list."), frappe.PermissionError
        )
    return row.name
