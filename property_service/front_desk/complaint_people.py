"""Who deals with a complaint: its handler, the leader and the manager who hear of it. Never the person complained of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.front_desk.complaint_states import FRONT_DESK, HANDLERS, LEADER, MANAGER, SYSTEM_MANAGER
from property_service.property_service.errors import InputRefused
from property_service.property_service.scope import has_role, may_see_community
from property_service.property_service.staff_notices import named_staff, staff_with_role, staff_with_roles

TEAM = "Work Team"
STAFF = (
    *("Property Front Desk", "Property Technician", "Property Team Leader", "Property Cashier"),
    *("Property Patroller", "Property Gate Guard", "Property Manager"),
)


def holders(doc: Document, role: str) -> list[str]:
    """Members of staff of the community with a role, without the person complained of."""
    return [user for user in staff_with_role(role, doc.community) if user != doc.person_complained_of]


def duty_manager(doc: Document) -> str | None:
    """The manager named on the community, else the first one who works for it; None where only the person complained of is one."""
    named = frappe.get_cached_value("Community", doc.community, "manager")
    if named and named != doc.person_complained_of and has_role(MANAGER, user=named):
        return named
    return next(iter(holders(doc, MANAGER)), None)


def managers(doc: Document) -> list[str]:
    """The managers; where the only one is complained of, the system managers."""
    return holders(doc, MANAGER) or holders(doc, SYSTEM_MANAGER)


def leader(doc: Document) -> str | None:
    """The leader of the team complained of, else the duty manager."""
    found = doc.team_complained_of and frappe.get_cached_value("Work Team", doc.team_complained_of, "leader")
    if found and found != doc.person_complained_of and has_role(*HANDLERS, user=found):
        return found
    return duty_manager(doc)


def first_readers(doc: Document) -> list[str]:
    """Who hears of a new complaint: those of the category's role, else the front desk, else the managers."""
    role = doc.category and frappe.get_cached_value("Complaint Category", doc.category, "handler_role")
    return holders(doc, role or FRONT_DESK) or holders(doc, FRONT_DESK) or managers(doc)


def possible_handlers(doc: Document) -> list[dict[str, str]]:
    """Whom the complaint may be given to: [{value: user, label: full name}] by name."""
    users = staff_with_roles(HANDLERS, doc.community)
    return named_staff(user for user in users if user != doc.person_complained_of)


def complained_of(community: str) -> dict[str, list[dict[str, str]]]:
    """Whom a complaint of a community may be about: {people, teams: [{value, label}]} by name; teams as the session's user may list them."""
    teams = []
    if frappe.has_permission(TEAM, "read"):
        serving = [["is_active", "=", 1], ["Work Team Place", "community", "=", community]]
        teams = frappe.get_list(
            TEAM, filters=serving, pluck="name", order_by="name asc", distinct=True, limit_page_length=0
        )
    people = named_staff(staff_with_roles(STAFF, community))
    return {"people": people, "teams": [{"value": name, "label": name} for name in teams]}


def check_named(values: Mapping[str, Any]) -> None:
    """Raise PermissionError where a complaint names a resident or team that the session's user may not read."""
    for doctype, field in (("Resident", "resident"), ("Resident", "other_side"), (TEAM, "team_complained_of")):
        if values.get(field):
            frappe.get_doc(doctype, values[field]).check_permission("read")


def check_handler(doc: Document, user: str) -> None:
    """Raise InputRefused for somebody who cannot deal with this complaint."""
    if user == doc.person_complained_of:
        frappe.throw(
            _("The complaint is about this person, who can neither see nor handle it. Choose somebody else."),
            InputRefused,
        )
    enabled = frappe.db.get_value("User", user, "enabled")
    if not enabled or not has_role(*HANDLERS, user=user) or not may_see_community(doc.community, user):
        frappe.throw(
            _("Complaints are handled by the front desk, team leaders and managers of the community. Choose one."),
            InputRefused,
        )
    if doc.level != "General" and not has_role(MANAGER, LEADER, user=user):
        frappe.throw(_("A major complaint is handled by the manager or a team leader. Choose one."), InputRefused)
