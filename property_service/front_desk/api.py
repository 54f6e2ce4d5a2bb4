"""Endpoints of the front desk."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _

from property_service.front_desk import return_visits, visit_list, visit_scripts
from property_service.property_service.endpoint import endpoint, raise_refused

MOST_AT_ONCE = 50


@endpoint(methods=("GET",))
def due_visits(community: str | None = None, day: date | None = None) -> dict[str, Any]:
    """The call sheet of a day (today if left out): due visits merged into households; shape in `visit_list.due_list`."""
    check_visits_readable()
    return {**visit_list.due_list(community, day), "scripts": visit_scripts.all_scripts()}


@endpoint(methods=("GET",))
def call_sheet(visits: list) -> dict[str, Any]:
    """What is needed to call one household about these visits; shape in `visit_list.household_sheet`."""
    check_visits_readable()
    return visit_list.household_sheet(_names(visits))


@endpoint(methods=("GET",))
def scripts() -> dict[str, list[str]]:
    """The questions to ask, by kind of visit."""
    check_visits_readable()
    return visit_scripts.all_scripts()


@endpoint(methods=("GET",))
def possible_visitors(visit: str) -> list[dict[str, str]]:
    """Whom a visit may be given to: [{value, label}]."""
    check_visits_readable()
    return visit_list.possible_visitors(visit)


@endpoint()
def record_attempt(visits: list, channel: str = "Phone", reached: bool = False, note: str = "") -> list[dict[str, Any]]:
    """Record one try to reach a household for all of these visits, without a result; all or none of them.

    Answers [{name, status, result, attempt_count, next_attempt_at, outcome}].
    """
    check_visits_readable()
    return [_answer(return_visits.record_attempt(name, channel, reached, note=note)) for name in _names(visits)]


@endpoint()
def record_result(
    visit: str,
    result: str,
    dissatisfied_reason: str | None = None,
    remark: str = "",
    channel: str = "Phone",
    note: str = "",
) -> dict[str, Any]:
    """Record what the resident answered: Satisfied, Fairly Satisfied, Dissatisfied (with a reason) or Declined.

    Answers {name, status, result, attempt_count, next_attempt_at, outcome}.
    """
    check_visits_readable()
    return _answer(
        return_visits.record_attempt(visit, channel, True, result, dissatisfied_reason or None, remark, note)
    )


@endpoint()
def reassign(visit: str, user: str | None = None) -> dict[str, Any]:
    """Say who is to make a visit; empty: whoever is free. For team leaders and the manager."""
    check_visits_readable()
    return {"name": visit, "assigned_to": return_visits.reassign(visit, user).assigned_to}


def check_visits_readable() -> None:
    """Only who may see return visits at all. Raises PermissionError."""
    if not frappe.has_permission("Return Visit", "read"):
        frappe.throw(
            _("Return visits are for the front desk, team leaders and the manager. Ask one of them."),
            frappe.PermissionError,
        )


def _names(visits: list) -> list[str]:
    if not visits or len(visits) > MOST_AT_ONCE or not all(isinstance(name, str) for name in visits):
        raise_refused(_("Choose 1 to {0} visits of one household.").format(MOST_AT_ONCE))
    # In one order, so that two people at one household never wait for each other in a circle.
    return sorted(set(visits))


def _answer(doc: Any) -> dict[str, Any]:
    return {key: doc.get(key) for key in ("name", "status", "result", "attempt_count", "next_attempt_at", "outcome")}
