"""Who goes on patrol: the role, the community, and who stands in while somebody is off duty."""

from __future__ import annotations

from collections.abc import Collection

import frappe
from frappe.utils import get_fullname

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.scope import may_see_community

PATROLLER = "Property Patroller"
LEADING = ("Property Team Leader", "Property Manager")


def check_patroller(user: str, community: str) -> None:
    """Raise RuleError unless this user can sign in, goes on patrol or leads those who do, and works for the community."""
    if not frappe.db.get_value("User", {"name": user, "enabled": 1}):
        raise RuleError(_("{0} cannot sign in any more. Choose somebody else."), user)
    if not {PATROLLER, *LEADING} & set(frappe.get_roles(user)):
        raise RuleError(
            _("{0} does not have the role {1}. Give the role first, or choose somebody else."),
            get_fullname(user),
            PATROLLER,
        )
    if not may_see_community(community, user):
        raise RuleError(_("{0} does not work for {1}. Choose somebody who does."), get_fullname(user), community)


def off_duty(users: Collection[str]) -> set[str]:
    """Those of the users who are members of a work team and on duty in none; whoever is in no team is always on duty."""
    if not users:
        return set()
    team, member = frappe.qb.DocType("Work Team"), frappe.qb.DocType("Work Team Member")
    rows = (
        frappe.qb.from_(member)
        .join(team)
        .on((team.name == member.parent) & (member.parenttype == "Work Team"))
        .select(member.user, member.on_duty)
        .where(member.user.isin(sorted(users)))
        .where(team.is_active == 1)
        .orderby(member.user)
        .run()
    )
    return {user for user, _on in rows} - {user for user, on in rows if on}
