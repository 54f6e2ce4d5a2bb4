"""Endpoints of shift handovers. All check the permission on the document; acts lock its row."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.front_desk import handovers
from property_service.property_service.endpoint import endpoint
from property_service.property_service.permitted_acts import readable
from property_service.property_service.scope import check_may, may_see_community


@endpoint()
def begin(community: str, shift: str, day: date | None = None) -> dict[str, Any]:
    """Make one's own draft of a shift, filled with what is open; {name, status, items, modified}, as all acts answer."""
    check_may(handovers.HANDOVER, "create")
    if not may_see_community(community):
        frappe.throw(_("You do not work for this community. Choose another one."), frappe.PermissionError)
    return _answer(handovers.begin(community, shift, day, frappe.session.user))


@endpoint()
def fill_anew(name: str) -> dict[str, Any]:
    """Read what is open once more into one's own draft; notes and lines of one's own stay."""
    return _answer(handovers.fill_anew(name, frappe.session.user))


@endpoint()
def hand_over(name: str) -> dict[str, Any]:
    """Sign one's own draft as whoever hands over."""
    return _answer(handovers.hand_over(name, frappe.session.user))


@endpoint()
def receive(name: str, remark: str = "") -> dict[str, Any]:
    """Sign as whoever takes over; another person than the one who handed over."""
    return _answer(handovers.receive(name, frappe.session.user, remark))


@endpoint()
def dispute(name: str, remark: str) -> dict[str, Any]:
    """Sign that it is not as it stands there, with the reason."""
    return _answer(handovers.dispute(name, frappe.session.user, remark))


@endpoint(methods=("GET",))
def acts(name: str) -> list[str]:
    """What the session's user may do on a handover now: fill_anew, hand_over, receive, dispute."""
    return handovers.acts_for(readable(handovers.HANDOVER, name), frappe.session.user)


def _answer(doc: Document) -> dict[str, Any]:
    return {"name": doc.name, "status": doc.status, "items": len(doc.items), "modified": str(doc.modified)}
