"""What the desk and the phones of the staff call about teams and incidents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe import _

from property_service.dispatch import incident_texts, incidents, team_load, teams
from property_service.property_service.endpoint import endpoint
from property_service.property_service.service_clock import site_now

# Teams


@endpoint()
def set_on_duty(on: bool, team: str | None = None, user: str | None = None) -> dict[str, Any]:
    """Go on or off duty: a member for himself (in all his teams, or in one), a leader or manager for a member of his team.

    Returns {user, on_duty, teams}: the teams in which that changed something.
    """
    me = frappe.session.user
    user = user or me
    if team:
        doc = frappe.get_doc("Work Team", team)
        if user != me or me not in {row.user for row in doc.members}:
            doc.check_permission("write")
    elif user != me:
        frappe.throw(_("Only team leaders can put others on or off duty. Choose the team."), frappe.PermissionError)
    return {"user": user, "on_duty": on, "teams": list(teams.set_duty(user, on, team))}


@endpoint(methods=("GET",))
def my_duty() -> list[dict[str, Any]]:
    """Return {team, on_duty, max_open_jobs} of the teams whoever asks is a member of."""
    return teams.duty_of(frappe.session.user)


@endpoint(methods=("GET",))
def team_members(team: str) -> list[dict[str, Any]]:
    """Return {user, full_name, on_duty, cap, open_jobs, late_jobs, taken_today, may_set_duty} of each member of a team."""
    doc = frappe.get_doc("Work Team", team)
    doc.check_permission("read")
    # Asked this way a "no" leaves no message on the screen.
    may_write, me = frappe.has_permission("Work Team", "write", doc=doc), frappe.session.user
    return [{**row, "may_set_duty": may_write or row["user"] == me} for row in team_load.of_members(doc)]


# Incidents


@endpoint()
def open_incident(
    community: str,
    scope: str,
    building: str | None = None,
    entrance: str | None = None,
    riser: str | None = None,
    category: str | None = None,
    kind: str = "Fault",
    title: str | None = None,
    started_at: datetime | None = None,
    expected_until: datetime | None = None,
    text_to_read: str | None = None,
) -> dict[str, Any]:
    """Open an incident: from now on its text is read out to whoever calls about it. Returns {name, title, status}."""
    doc = frappe.get_doc(
        {
            "doctype": "Service Incident",
            "community": community,
            "scope": scope,
            "building": building,
            "entrance": entrance,
            "riser": riser,
            "category": category,
            "kind": kind,
            "title": title,
            "started_at": started_at or site_now(),
            "expected_until": expected_until,
            "text_to_read": text_to_read,
        }
    ).insert()
    return _answer(doc)


@endpoint()
def confirm_incident(name: str) -> dict[str, Any]:
    """Open a proposed incident. Returns {name, title, status}."""
    return _answer(incidents.confirm(name))


@endpoint()
def withdraw_incident(name: str, reason: str) -> dict[str, Any]:
    """Say that a proposed incident is none; nobody is told. Returns {name, title, status}."""
    return _answer(incidents.withdraw(name, reason))


@endpoint()
def close_incident(name: str, closing_text: str) -> dict[str, Any]:
    """Close an open incident and tell everybody who reported it. A second time is refused. Returns {name, title, status}."""
    return _answer(incidents.close_incident(name, closing_text))


@endpoint()
def join(name: str, request: str) -> dict[str, Any]:
    """Say that a request belongs to the incident. Returns {name, title, status, request_count}."""
    doc = incidents.join(name, request)
    return {**_answer(doc), "request_count": doc.request_count}


@endpoint(methods=("GET",))
def text_for(
    community: str,
    building: str | None = None,
    entrance: str | None = None,
    riser: str | None = None,
    category: str | None = None,
) -> dict[str, Any]:
    """Return what to read out at the next call from this place, and where the water is shut off; see `known_at`."""
    if not frappe.has_permission("Service Incident", "read"):
        frappe.throw(_("Only staff can read incidents."), frappe.PermissionError)
    return incident_texts.known_at(community, building, entrance, riser, category)


@endpoint(methods=("GET",))
def incident_chat_text(name: str) -> str:
    """Return a notice of the incident to paste into a chat group."""
    doc = frappe.get_doc("Service Incident", name)
    doc.check_permission("read")
    return incident_texts.chat_text(doc)


def _answer(doc: Any) -> dict[str, Any]:
    return {"name": doc.name, "title": doc.title, "status": doc.status}
