"""Who somebody is to a repair: the desk, the leader of its team, its technician."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from property_service.property_service.scope import has_role

FRONT_DESK = "Property Front Desk"
TECHNICIAN = "Property Technician"
LEADER = "Property Team Leader"
CASHIER = "Property Cashier"
MANAGER = "Property Manager"
# Whoever holds one of these sees all jobs of his communities; a technician without them only those of his teams.
SEE_ALL = frozenset({FRONT_DESK, LEADER, CASHIER, MANAGER, "System Manager"})


def is_technician_only(user: str | None = None) -> bool:
    """True for a technician who is neither desk, leader, cashier nor manager."""
    roles = set(frappe.get_roles(user))
    return TECHNICIAN in roles and not roles & SEE_ALL


def teams_of(user: str) -> tuple[str, ...]:
    """Work teams a user is a member or the leader of, by name."""
    cache: dict = frappe.flags.setdefault("property_service_teams", {})
    if user not in cache:
        team, member = frappe.qb.DocType("Work Team"), frappe.qb.DocType("Work Team Member")
        rows = (
            frappe.qb.from_(team)
            .left_join(member)
            .on((member.parent == team.name) & (member.parenttype == "Work Team") & (member.user == user))
            .select(team.name)
            .where(team.is_active == 1)
            .where((team.leader == user) | (member.user == user))
            .orderby(team.name)
            .run(pluck=True)
        )
        cache[user] = tuple(dict.fromkeys(rows))
    return cache[user]


def forget_teams(doc: Document | None = None, method: str | None = None) -> None:
    """After a team changed within this request (document event of Work Team)."""
    frappe.flags.pop("property_service_teams", None)


def leads(doc: Document, user: str | None = None) -> bool:
    """True for the manager, and for a team leader of the request's team or of a request without a team."""
    user = user or frappe.session.user
    if has_role(MANAGER, user=user):
        return True
    return has_role(LEADER, user=user) and (not doc.team or doc.team in teams_of(user))


def is_doer(doc: Document, user: str | None = None) -> bool:
    """True for the technician the job is assigned to."""
    return bool(doc.assigned_to) and doc.assigned_to == (user or frappe.session.user)
