"""Who sees a callback promise and what he may do with it: the desk all of its communities, a technician his own alone."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime
from pypika import Table
from pypika.queries import QueryBuilder

from property_service.front_desk.callback_promises import OPEN, PROMISE, waits
from property_service.front_desk.complaint_access import sees_all
from property_service.front_desk.complaint_states import DOCTYPE as COMPLAINT
from property_service.property_service.permitted_acts import Act
from property_service.property_service.scope import has_role
from property_service.property_service.service_clock import site_now

FRONT_DESK, LEADER, CASHIER = "Property Front Desk", "Property Team Leader", "Property Cashier"
TECHNICIAN, MANAGER, SYSTEM = "Property Technician", "Property Manager", "System Manager"
SEE_ALL = (FRONT_DESK, LEADER, CASHIER, MANAGER, SYSTEM)
DESK = (FRONT_DESK, LEADER, MANAGER, SYSTEM)


def query(user: str | None = None, doctype: str | None = None) -> str:
    """Condition of every list of promises (hook `permission_query_conditions`)."""
    user = user or frappe.session.user
    if has_role(*SEE_ALL, user=user):
        return ""
    return f"(`tabCallback Promise`.responsible = {frappe.db.escape(user)})"


def has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """The same rule for one document; a change is judged by the stored row."""
    user = user or frappe.session.user
    if has_role(*SEE_ALL, user=user):
        return True
    if ptype == "create" or doc.is_new():
        return False
    return frappe.db.get_value(PROMISE, doc.name, "responsible") == user


def not_kept_reference(builder: QueryBuilder, table: Table, user: str | None = None) -> QueryBuilder:
    """Leave out what refers to a complaint about the user, in a query of our own over contacts or promises."""
    user = user or frappe.session.user
    return builder if sees_all(user) else _without_complaints(builder, table, user)


def not_about_staff(builder: QueryBuilder, table: Table) -> QueryBuilder:
    """Leave out what refers to a complaint about any member of staff, for papers that whoever is on duty reads."""
    return _without_complaints(builder, table)


def _without_complaints(builder: QueryBuilder, table: Table, person: str = "") -> QueryBuilder:
    complaint = frappe.qb.DocType(COMPLAINT)
    named = complaint.person_complained_of
    about = frappe.qb.from_(complaint).select(complaint.name).where(named == person if person else named != "")
    other = table.reference_doctype.isnull() | (table.reference_doctype != COMPLAINT)
    return builder.where(other | table.reference_name.notin(about))


def _is_in_time(doc: Document) -> bool:
    return doc.status == OPEN and site_now() <= get_datetime(doc.due_at)


def _is_waited_for(doc: Document) -> bool:
    return waits(doc) and (has_role(*SEE_ALL) or doc.responsible == frappe.session.user)


ACTS = {
    "keep": Act((*SEE_ALL, TECHNICIAN), _is_waited_for),
    "attempt": Act((*SEE_ALL, TECHNICIAN), _is_waited_for),
    "put_off": Act((*SEE_ALL, TECHNICIAN), lambda doc: _is_in_time(doc) and _is_waited_for(doc)),
    "hand_over": Act(SEE_ALL, _is_waited_for),
    "cancel": Act(DESK, _is_in_time),
}
