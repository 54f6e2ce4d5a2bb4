"""Who gets a job: the routing of module Dispatch, asked for a repair request."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from property_service.dispatch import assignment
from property_service.dispatch.assignment import JobRequest, Route
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.service_clock import site_now
from property_service.repairs import timeline
from property_service.repairs.categories import ancestors_of, category

ASSIGN, GRAB = "Assign", "Grab"


def job_request(doc: Document, team: str | None = None) -> JobRequest:
    """The request as the routing sees it; a team named here is a person's choice."""
    found = category(doc.category)
    return JobRequest(
        category=doc.category,
        ancestors=ancestors_of(doc.category),
        community=doc.community,
        building=doc.building or None,
        priority=doc.priority or "Normal",
        at=site_now(),
        team=team or found.default_team or None,
        team_fixed=bool(team),
        mode=found.dispatch_mode or None,
        skill=found.skill or None,
        refused_by=timeline.refused_by(doc) | frozenset(filter(None, [doc.flags.handed_back_by])),
    )


def settle(doc: Document) -> None:
    """Set team, mode and member of a request about to be dispatched; the route is kept in `doc.flags.route`.

    A member chosen by hand stays; he must belong to the team. A team chosen by hand stays, and its own mode decides.
    """
    route, doc.flags.route = doc.flags.route, None
    if doc.assigned_to:
        doc.team = doc.team or team_of_member(doc, doc.assigned_to)
        check_assigned(doc)
        doc.dispatch_mode = ASSIGN
        return
    if by_developer(doc):
        doc.dispatch_mode = ASSIGN
        return
    route = route or propose(doc)
    if route.team is None:
        frappe.throw(route.reason, InputRefused)
    doc.team, doc.dispatch_mode, doc.assigned_to = route.team, route.mode, route.user
    doc.flags.route = route


def by_developer(doc: Document) -> bool:
    """True for a warranty repair that the developer's contractor does; none of our teams goes there."""
    return bool(cint(doc.is_warranty)) and doc.responsibility == "Developer" and bool(doc.contractor)


def propose(doc: Document, unasked: bool = False) -> Route:
    """Where the request goes now. This moves the turn of the team, so it is asked once; see `doc.flags.route`.

    `unasked`: only where the team takes jobs at once; for any other the turn does not move.
    """
    return assignment.route(job_request(doc, doc.team), unasked)


def likely_team(doc: Document) -> str | None:
    """The team the request would go to now; no turn moves and nothing is written."""
    return doc.team or assignment.teams_for([job_request(doc)])[0]


def check_assigned(doc: Document) -> None:
    """Whoever has a job can sign in and belongs to its team. Raises InputRefused."""
    if not doc.assigned_to:
        return
    if not frappe.get_cached_value("User", doc.assigned_to, "enabled"):
        frappe.throw(_("{0} no longer works here. Choose another member.").format(_name(doc)), InputRefused)
    if not is_member(doc.team, doc.assigned_to):
        frappe.throw(
            _("{0} is not a member of {1}. Choose a member of the team.").format(
                _name(doc), frappe.bold(doc.team or "-")
            ),
            InputRefused,
        )


def check_may_take(doc: Document, user: str) -> None:
    """Refuse who is off duty, lacks the skill or has his most open jobs. Locks the row of the team. Raises NotAllowedNow."""
    if doc.team and not assignment.may_take(doc.team, job_request(doc, doc.team), user):
        frappe.throw(
            _(
                "You cannot take this job now: you are off duty, it needs a skill you do not have, or you have reached"
                " your open job limit. Finish one first, or tell your team leader."
            ),
            NotAllowedNow,
        )


def is_member(team: str | None, user: str) -> bool:
    """True for the members and the leader of a team."""
    if not team:
        return False
    found = frappe.get_cached_doc("Work Team", team)
    return user == found.leader or any(row.user == user for row in found.members)


def is_contractor(team: str | None) -> bool:
    """True for a team without sign-in."""
    return bool(team) and bool(cint(frappe.get_cached_value("Work Team", team, "is_contractor")))


def takes_at_once(team: str | None) -> bool:
    """True for a team that gets accepted jobs without waiting for its leader."""
    return bool(team) and bool(cint(frappe.get_cached_value("Work Team", team, "auto_dispatch")))


def leader_of(doc: Document) -> str | None:
    """The leader of the request's team, else the manager of its community."""
    leader = doc.team and frappe.get_cached_value("Work Team", doc.team, "leader")
    return leader or manager_of(doc.community)


def manager_of(community: str) -> str | None:
    """The manager named on the community."""
    return frappe.get_cached_value("Community", community, "manager")


def pool_of(team: str | None) -> list[str]:
    """Members of a team who are on duty."""
    if not team:
        return []
    return sorted({row.user for row in frappe.get_cached_doc("Work Team", team).members if cint(row.on_duty)})


def team_of_member(doc: Document, user: str) -> str | None:
    """The team in which this member serves the place of the request, the first by name. One query."""
    team, member = frappe.qb.DocType("Work Team"), frappe.qb.DocType("Work Team Member")
    place = frappe.qb.DocType("Work Team Place")
    rows = (
        frappe.qb.from_(team)
        .join(member)
        .on((member.parent == team.name) & (member.parenttype == "Work Team"))
        .join(place)
        .on((place.parent == team.name) & (place.parenttype == "Work Team"))
        .select(team.name)
        .where(team.is_active == 1)
        .where(member.user == user)
        .where(place.community == doc.community)
        .orderby(team.name)
        .limit(1)
        .run(pluck=True)
    )
    return rows[0] if rows else None


def _name(doc: Document) -> str:
    return frappe.bold(frappe.utils.get_fullname(doc.assigned_to))
