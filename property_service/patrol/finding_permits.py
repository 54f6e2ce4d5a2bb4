"""Which acts the session's user may do on a finding now: what the buttons show is what the endpoints allow."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.patrol import finding_rules as rules
from property_service.patrol.findings import fixers_of
from property_service.property_service import permitted_acts
from property_service.property_service.permitted_acts import Act
from property_service.property_service.scope import has_role
from property_service.repairs.roles import FRONT_DESK, LEADER, MANAGER, TECHNICIAN, teams_of

PATROLLER = "Property Patroller"
DESK = (FRONT_DESK, LEADER, MANAGER)
INSPECTORS = (FRONT_DESK, LEADER, PATROLLER, MANAGER)


def permitted(doc: Document) -> list[str]:
    """Return the names of the acts the session's user may do on a saved finding now."""
    return permitted_acts.permitted(doc, ACTS)


def require(doc: Document, name: str) -> None:
    """As `permitted_acts.require`; PermissionError also where he put it right himself and is to recheck it."""
    act = ACTS[name]
    permitted_acts.require_role(act)
    if name == "recheck" and doc.status == rules.FIXED and not _another(doc):
        frappe.throw(
            _("Whoever put it right cannot recheck it. Ask somebody else to recheck {0}.").format(doc.name),
            frappe.PermissionError,
        )
    permitted_acts.require(doc, act)


def _another(doc: Document) -> bool:
    return rules.may_recheck(frappe.session.user, fixers_of(doc))


def _fix(doc: Document) -> bool:
    if doc.status not in rules.TO_FIX:
        return False
    user = frappe.session.user
    # A technician records his own work and that of his teams, not others'.
    return (
        has_role(*INSPECTORS)
        or doc.assigned_to == user
        or bool(doc.responsible_team and doc.responsible_team in teams_of(user))
    )


def _withdraw(doc: Document) -> bool:
    if doc.status in rules.ENDED:
        return False
    # Whoever is to put it right, or did, does not do away with it.
    if frappe.session.user in {doc.assigned_to, *fixers_of(doc)}:
        return False
    light = doc.severity not in rules.GRAVE
    return has_role(MANAGER) or (light and (has_role(LEADER) or doc.found_by == frappe.session.user))


def _repair(doc: Document) -> bool:
    return doc.status in rules.TO_FIX and not doc.repair_request


def _notice(doc: Document) -> bool:
    return doc.status not in rules.ENDED and doc.notice_level != rules.LEVELS[-1]


ACTS: dict[str, Act] = {
    "fix": Act((FRONT_DESK, TECHNICIAN, LEADER, PATROLLER, MANAGER), _fix),
    "recheck": Act(INSPECTORS, lambda doc: doc.status == rules.FIXED and _another(doc)),
    "withdraw": Act(INSPECTORS, _withdraw),
    "make_repair_request": Act(INSPECTORS, _repair),
    "notice": Act(DESK, _notice),
    "stop_work": Act((LEADER, MANAGER), _notice),
    "report": Act((MANAGER,), _notice),
    "deduct": Act(
        (MANAGER,),
        lambda doc: doc.status != rules.WITHDRAWN and bool(doc.responsible_resident) and not doc.deposit_movement,
    ),
}
NOTICE_ACTS = {"Advised": "notice", "Notice": "notice", "Stop-Work": "stop_work", "Reported": "report"}
