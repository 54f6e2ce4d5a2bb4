"""Who is kept out of a complaint: the person complained of, whatever his role but System Manager, by every way to it.

The complaint itself, its return visits, its messages, the contact it came from and the promises about it. Residents see none of these
documents; their own complaints are shown to them by the portal, in its own words.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from pypika import Table
from pypika.queries import QueryBuilder
from pypika.terms import Criterion

from property_service.front_desk.complaint_states import DOCTYPE, SYSTEM_MANAGER
from property_service.property_service.scope import has_role

NOBODY, EVERYTHING = "(1=0)", ""
# What refers to a complaint and tells of it. Read by those who write it, so new ones are no harm.
MAKING = "create"


def sees_all(user: str) -> bool:
    """True for the administrator and system managers, from whom nothing is kept."""
    return user == "Administrator" or has_role(SYSTEM_MANAGER, user=user)


# Resident Complaint


def query(user: str | None = None, doctype: str | None = None) -> str:
    """Condition of the list: none of one's own; nothing at all for residents."""
    user = user or frappe.session.user
    if user == "Administrator":
        return EVERYTHING
    if _is_no_staff(user):
        return NOBODY
    if sees_all(user):
        return EVERYTHING
    return f"(coalesce(`tab{DOCTYPE}`.person_complained_of, '') != {frappe.db.escape(user)})"


def has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """The same for one complaint, judged by the stored row too: nobody takes his own name out of it."""
    user = user or frappe.session.user
    if user == "Administrator":
        return True
    if _is_no_staff(user):
        return False
    # Whoever writes down a complaint about himself may do so, and sees it no more.
    if ptype == MAKING or sees_all(user):
        return True
    if doc.get("person_complained_of") == user:
        return False
    return doc.is_new() or frappe.db.get_value(DOCTYPE, doc.name, "person_complained_of") != user


# What tells of a complaint


def visit_query(user: str | None = None, doctype: str | None = None) -> str:
    """Condition of the list of return visits: none that are kept from the reader."""
    user = user or frappe.session.user
    if sees_all(user):
        return EVERYTHING
    return f"(coalesce(`tabReturn Visit`.kept_from, '') != {frappe.db.escape(user)})"


def visit_has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """The same for one visit."""
    user = user or frappe.session.user
    return sees_all(user) or doc.get("kept_from") != user


def not_kept(query: QueryBuilder, table: Table, user: str | None = None) -> QueryBuilder:
    """Leave out what is kept from a user, in a query of our own over return visits."""
    return narrow(query, table.kept_from, user)


def not_about(query: QueryBuilder, table: Table, user: str | None = None) -> QueryBuilder:
    """Leave out the complaints about a user, in a query of our own over complaints. Every such query calls this."""
    return narrow(query, table.person_complained_of, user)


def narrow(query: QueryBuilder, field: Criterion, user: str | None = None) -> QueryBuilder:
    """Leave out rows in which a field names the user."""
    user = user or frappe.session.user
    return query if sees_all(user) else query.where(field.isnull() | (field != user))


def message_query(user: str | None = None, doctype: str | None = None) -> str:
    """Condition of the list of messages to residents: none about a complaint about the reader."""
    return _not_referring("Service Message", user)


def contact_query(user: str | None = None, doctype: str | None = None) -> str:
    """The same for contacts that became a complaint."""
    return _not_referring("Service Contact", user)


def promise_query(user: str | None = None, doctype: str | None = None) -> str:
    """The same for promises about a complaint."""
    return _not_referring("Callback Promise", user)


def _not_referring(doctype: str, user: str | None) -> str:
    # Named by us: releases of the platform differ in whether they say which list is asked for.
    user = user or frappe.session.user
    if sees_all(user) or _is_no_staff(user):
        return EVERYTHING
    about = f"select name from `tab{DOCTYPE}` where person_complained_of = {frappe.db.escape(user)}"  # noqa: S608  the user is escaped
    table = f"`tab{doctype}`"
    return (
        f"(coalesce({table}.reference_doctype, '') != {frappe.db.escape(DOCTYPE)} or"
        f" coalesce({table}.reference_name, '') not in ({about}))"
    )


def reference_has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """The same for one document that may refer to a complaint."""
    user = user or frappe.session.user
    if doc.get("reference_doctype") != DOCTYPE or not doc.get("reference_name") or ptype == MAKING:
        return True
    if sees_all(user):
        return True
    return frappe.db.get_value(DOCTYPE, doc.reference_name, "person_complained_of") != user


# Ways past the lists


def check_share(doc: Document, method: str | None = None) -> None:
    """Document event of DocShare: a complaint is never shared with whom it is about; a share opens it past all conditions."""
    if doc.share_doctype == DOCTYPE and doc.user and not sees_all(doc.user):
        if frappe.db.get_value(DOCTYPE, doc.share_name, "person_complained_of") == doc.user:
            frappe.throw(
                _("{0} cannot be shared with this person: the complaint is kept from them.").format(doc.share_name),
                frappe.PermissionError,
            )


def shut_out(doc: Document) -> None:
    """Take away what the person complained of has of it already: shares, notices, tasks, following, and its due visits."""
    user = doc.person_complained_of
    if not user:
        return
    frappe.db.delete("DocShare", {"share_doctype": DOCTYPE, "share_name": doc.name, "user": user})
    frappe.db.delete("Notification Log", {"document_type": DOCTYPE, "document_name": doc.name, "for_user": user})
    frappe.db.delete("ToDo", {"reference_type": DOCTYPE, "reference_name": doc.name, "allocated_to": user})
    frappe.db.delete("Document Follow", {"ref_doctype": DOCTYPE, "ref_docname": doc.name, "user": user})
    about = {"reference_doctype": DOCTYPE, "reference_name": doc.name}
    promises = frappe.get_all("Callback Promise", about, pluck="name", order_by="name asc")
    told = {"document_type": "Callback Promise", "document_name": ["in", [*promises, ""]], "for_user": user}
    frappe.db.delete("Notification Log", told)
    frappe.db.set_value("Return Visit", about, "kept_from", user, update_modified=False)
    frappe.db.set_value("Return Visit", {**about, "assigned_to": user}, "assigned_to", None, update_modified=False)


def _is_no_staff(user: str) -> bool:
    return user == "Guest" or frappe.get_cached_value("User", user, "user_type") != "System User"
