"""Which residents a member of staff sees: those of his communities, and those without a room whom he may look after.

The rule of the list and the rule of one document are the same rule.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service.errors import InputRefused
from property_service.property_service.scope import allowed_communities

MANAGERS = frozenset({"Property Manager", "System Manager"})
NOBODY = "(1=0)"


def resident_query(user: str | None = None, doctype: str | None = None) -> str:
    """Condition of every list of residents."""
    user = user or frappe.session.user
    if not _is_staff(user):
        return NOBODY
    communities = allowed_communities(user)
    if communities is None:
        return ""
    listed = ", ".join(map(frappe.db.escape, communities))
    rooms = "select 1 from `tabUnit Occupancy` o where o.resident = `tabResident`.name"
    own = "" if _is_manager(user) else f" and `tabResident`.owner = {frappe.db.escape(user)}"
    return f"(exists ({rooms} and o.community in ({listed})) or (not exists ({rooms}){own}))"


def resident_has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """The same rule for one document."""
    user = user or frappe.session.user
    if not _is_staff(user):
        return False
    communities = allowed_communities(user)
    if communities is None or doc.is_new():
        return True
    theirs = set(
        frappe.get_all(
            "Unit Occupancy", {"resident": doc.name}, pluck="community", distinct=True, order_by="community asc"
        )
    )
    if theirs:
        return not theirs.isdisjoint(communities)
    # The owner as stored: a client may send any.
    return _is_manager(user) or frappe.db.get_value("Resident", doc.name, "owner") == user


def sees_unattached(user: str | None = None) -> bool:
    """Whether the user sees residents without a room whom somebody else entered."""
    return _is_manager(user or frappe.session.user)


def check_may_name(doc: Document, fieldname: str) -> None:
    """Refuse to link a resident whom the user cannot see: an entry of his own room would make him visible."""
    resident = doc.get(fieldname)
    before = doc.get_doc_before_save()
    if not resident or doc.flags.ignore_permissions or (before and before.get(fieldname) == resident):
        return
    if not frappe.has_permission("Resident", "read", doc=resident):
        frappe.throw(
            _(
                "{0} is not known in your communities. Enter the person as a new record, or ask a manager of all communities."
            ).format(frappe.bold(frappe.utils.escape_html(str(resident)))),
            InputRefused,
        )


def _is_staff(user: str) -> bool:
    if user in ("Administrator", "Guest"):
        return user == "Administrator"
    return frappe.get_cached_value("User", user, "user_type") == "System User"


def _is_manager(user: str) -> bool:
    return user == "Administrator" or not MANAGERS.isdisjoint(frappe.get_roles(user))
