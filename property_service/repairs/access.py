"""Which repairs a technician sees: those of his teams and those given to him; the same rule for lists and documents."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from property_service.repairs.roles import is_technician_only, teams_of


def repair_request_query(user: str | None = None, doctype: str | None = None) -> str:
    """Condition of every list of requests; empty for those who see all of their communities."""
    user = user or frappe.session.user
    if not is_technician_only(user):
        return ""
    return f"({_of_technician('`tabRepair Request`', user)})"


def repair_request_has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """The same rule for one document; a change is judged by the stored row too."""
    user = user or frappe.session.user
    if not is_technician_only(user):
        return True
    if ptype == "create":
        return False
    rows = [doc]
    if ptype not in ("read", "select", "print") and not doc.is_new():
        rows.append(frappe.db.get_value("Repair Request", doc.name, ["team", "assigned_to"], as_dict=True))
    teams = teams_of(user)
    return all(row and (row.assigned_to == user or (bool(row.team) and row.team in teams)) for row in rows)


def repair_step_query(user: str | None = None, doctype: str | None = None) -> str:
    """Technicians list the steps of the requests they see."""
    user = user or frappe.session.user
    if not is_technician_only(user):
        return ""
    mine = _of_technician("mine", user)
    # The platform wants a string here; every value in it is escaped.
    return f"(`tabRepair Step`.repair_request in (select mine.name from `tabRepair Request` mine where {mine}))"  # noqa: S608


def repair_step_has_permission(doc: Document, ptype: str = "read", user: str | None = None) -> bool:
    """A step is seen with its request."""
    user = user or frappe.session.user
    if not is_technician_only(user):
        return True
    row = frappe.db.get_value("Repair Request", doc.repair_request, ["team", "assigned_to"], as_dict=True)
    return bool(row) and (row.assigned_to == user or (bool(row.team) and row.team in teams_of(user)))


def _of_technician(table: str, user: str) -> str:
    """`table` is one of ours, the values are escaped."""
    conditions = [f"{table}.assigned_to = {frappe.db.escape(user)}"]
    if teams := teams_of(user):
        conditions.append(f"{table}.team in ({', '.join(frappe.db.escape(team) for team in teams)})")
    return " or ".join(conditions)
