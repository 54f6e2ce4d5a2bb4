"""What a resident may see of decorations: what he applied for himself, and permits of rooms he owns. Read only.

Tenants and family of a room see none that they have not applied for: it holds photos of identity cards and the owner's deposits.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from property_service.portal.access import EVERYTHING, NOBODY, READING, is_portal_user, residents_of, spans_of
from property_service.property_service.occupancies import OWNING


def query(user: str | None = None, doctype: str | None = None) -> str:
    """Condition of a resident's list of permits; nothing for staff."""
    user = user or frappe.session.user
    if user == "Administrator" or not is_portal_user(user):
        return EVERYTHING
    own = residents_of(user) if user != "Guest" else ()
    table, escape = "`tabDecoration Permit`", frappe.db.escape
    parts = [f"{table}.applicant in ({', '.join(map(escape, own))})"] if own else []
    parts += [
        f"({table}.unit = {escape(row.unit)} and {table}.to_date >= {escape(str(row.from_date))})"
        for row in spans_of(user)
        if row.relation in OWNING
    ]
    return f"({' or '.join(parts)})" if parts else NOBODY


def has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """The same rule for one permit."""
    user = user or frappe.session.user
    if user == "Administrator" or not is_portal_user(user):
        return True
    if ptype not in READING or user == "Guest":
        return False
    return doc.applicant in residents_of(user) or any(
        row.unit == doc.unit and row.relation in OWNING and doc.to_date and getdate(doc.to_date) >= row.from_date
        for row in spans_of(user)
    )
