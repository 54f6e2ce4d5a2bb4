"""Endpoints of the emergency log. All check the permission on the document; acts lock its row."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe.model.document import Document

from property_service.front_desk import emergencies
from property_service.property_service.endpoint import endpoint
from property_service.property_service.permitted_acts import readable
from property_service.property_service.scope import check_may


@endpoint()
def add_entry(name: str, what: str, at: datetime | None = None) -> dict[str, Any]:
    """Append what was done, by the session's user, now or at a site time; {name, status, entries, modified}, as all acts answer."""
    return _answer(emergencies.add_entry(name, frappe.session.user, what, at))


@endpoint()
def close(name: str, what: str = "") -> dict[str, Any]:
    """Close an emergency, with a last entry where one is given."""
    return _answer(emergencies.close(name, frappe.session.user, what))


@endpoint()
def raise_from_incident(incident: str, kind: str = "Other") -> dict[str, Any]:
    """Open the log of a Service Incident; where it has an open one, that one is answered."""
    check_may(emergencies.EMERGENCY, "create")
    doc = frappe.get_doc("Service Incident", incident)
    doc.check_permission("read")
    return _answer(emergencies.from_incident(doc, kind))


@endpoint(methods=("GET",))
def acts(name: str) -> list[str]:
    """What the session's user may do on an emergency now: add_entry, close."""
    return emergencies.acts_for(readable(emergencies.EMERGENCY, name))


def _answer(doc: Document) -> dict[str, Any]:
    return {"name": doc.name, "status": doc.status, "entries": len(doc.entries), "modified": str(doc.modified)}
