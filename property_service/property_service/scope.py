"""Which communities somebody works for, and the check that every document stays in its own."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.model.document import Document

PLACES = ("Building", "Entrance", "Property Unit")


def allowed_communities(user: str | None = None) -> tuple[str, ...] | None:
    """Communities a member of staff is limited to by User Permission; None means all of them.

    Script reports, endpoints and everything else that reads past the platform's own permission checks calls this.
    """
    user = user or frappe.session.user
    if user == "Administrator":
        return None
    # Residents and guests hold no User Permission either, and must not be taken for staff of all communities.
    if user == "Guest" or frappe.get_cached_value("User", user, "user_type") == "Website User":
        return ()
    rows = frappe.permissions.get_user_permissions(user).get("Community") or []
    return tuple(sorted({row.get("doc") for row in rows})) or None


def may_see_community(community: str | None, user: str | None = None) -> bool:
    """True where the user works for this community."""
    allowed = allowed_communities(user)
    return allowed is None or community in allowed


def has_role(*roles: str, user: str | None = None) -> bool:
    """True where the user (of the session) holds one of the roles."""
    return not frozenset(roles).isdisjoint(frappe.get_roles(user))


def check_roles(roles: Iterable[str]) -> None:
    """Raise PermissionError unless the user holds one of these roles. The platform's own check lets every test pass."""
    if frappe.session.user != "Administrator" and not has_role(*roles):
        frappe.throw(_("Your roles do not allow this. Please ask a manager."), frappe.PermissionError)


def check_may(doctype: str, act: str) -> None:
    """Raise PermissionError unless the user's roles allow this act ("read", "create" …) on documents of this kind.

    Up to Frappe 15 the platform's own way to ask raises a ValidationError, which is answered with 417.
    """
    if not frappe.has_permission(doctype, act):
        frappe.throw(_("Your roles do not allow this. Please ask a manager."), frappe.PermissionError)


def has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """The platform's hook of every document of ours: stays in its community, and all its own rules agree.

    Up to Frappe 15 the platform stops at the first hook that answers, so our rules are joined here: those in the hook
    `property_service_document_rules` (DocType → functions of doc, ptype, user that return a bool).
    """
    rules = frappe.get_hooks("property_service_document_rules", {}).get(doc.doctype, [])
    return _stays_in_community(doc, ptype, user) and all(frappe.get_attr(rule)(doc, ptype, user) for rule in rules)


def _stays_in_community(doc: Document, ptype: str, user: str | None) -> bool:
    """Judge changes by the row as it is stored, not by what the client sent."""
    if ptype in ("read", "select", "print", "email", "report", "export", "create") or doc.is_new():
        return True
    if not frappe.get_meta(doc.doctype).has_field("community"):
        return True
    stored = frappe.db.get_value(doc.doctype, doc.name, "community")
    return stored is None or (stored == doc.get("community") and may_see_community(stored, user))


def community_of(doctype: str, name: str | None) -> str | None:
    """The community a document belongs to; None where it has none or does not exist."""
    if not name:
        return None
    if doctype == "Community":
        return name
    # It never changes, so it is read once: a place's ever, another document's in a request.
    if doctype in PLACES:
        return frappe.get_cached_value(doctype, name, "community")
    return frappe.db.get_value(doctype, name, "community", cache=True)
