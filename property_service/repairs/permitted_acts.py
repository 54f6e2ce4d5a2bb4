"""Which acts the session's user may do on a repair request now: what the buttons show is what the endpoints allow."""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from property_service.dispatch import routing
from property_service.property_service import permitted_acts
from property_service.property_service.guarded_document import may_move
from property_service.property_service.permitted_acts import Act
from property_service.property_service.scope import has_role
from property_service.property_service.stages import VOID
from property_service.repairs import dispatching, warranty_case, work_report
from property_service.repairs.roles import CASHIER, FRONT_DESK, LEADER, MANAGER, TECHNICIAN, is_doer, leads

DESK = (FRONT_DESK, MANAGER)
DESK_AND_LEADER = (FRONT_DESK, LEADER, MANAGER)
WORKERS = (TECHNICIAN, LEADER, MANAGER)
IN_HAND = ("Taken", "In Progress", "On Hold")
BEFORE_WORK = ("Accepted", "Quoted", "Reopened")


def permitted(doc: Document) -> list[str]:
    """Return the names of the acts the session's user may do on a saved request now."""
    return permitted_acts.permitted(doc, ACTS)


def require(doc: Document, name: str) -> None:
    """As `permitted_acts.require`."""
    permitted_acts.require(doc, ACTS[name])


def _to(state: str) -> Callable[[Document], bool]:
    return lambda doc: may_move(doc, state)


def _mine(doc: Document) -> bool:
    return is_doer(doc) or leads(doc)


def _dispatch(doc: Document) -> bool:
    if doc.status == "Dispatched":
        return not doc.assigned_to and (leads(doc) or has_role(FRONT_DESK))
    if doc.status not in BEFORE_WORK or not may_move(doc, "Dispatched"):
        return False
    if doc.status == "Quoted" and _unquoted(doc):
        return False
    return leads(doc) or has_role(FRONT_DESK)


def _take(doc: Document) -> bool:
    if not may_move(doc, "Taken"):
        return False
    if doc.status == "Quoted" and _unquoted(doc):
        return False
    if doc.assigned_to:
        return _mine(doc)
    if doc.dispatch_mode == dispatching.GRAB:
        return dispatching.is_member(doc.team, frappe.session.user)
    return leads(doc)


def _arrive(doc: Document) -> bool:
    if doc.status != "Taken" or not _mine(doc):
        return False
    # Where a price must be agreed to first, only the arrival is noted.
    return not doc.arrived_at if _unquoted(doc) else may_move(doc, "In Progress")


def _unquoted(doc: Document) -> bool:
    return work_report.needs_quote(doc) and doc.quote_status != work_report.AGREED


def _quote(doc: Document) -> bool:
    if cint(doc.is_public) or cint(doc.is_warranty):
        return False
    if doc.status in (*IN_HAND, "Quoted") and not (_mine(doc) or (doc.status == "Quoted" and has_role(FRONT_DESK))):
        return False
    return doc.status == "Quoted" or may_move(doc, "Quoted")


def _consent(doc: Document) -> bool:
    return doc.status == "Quoted" and doc.quote_status != work_report.AGREED and (_mine(doc) or has_role(FRONT_DESK))


def _hand_back(doc: Document) -> bool:
    if not is_doer(doc) or not routing.may_hand_back(doc.dispatch_mode):
        return False
    return doc.status == "Dispatched" or (doc.status == "Taken" and may_move(doc, "Dispatched"))


def _transfer(doc: Document) -> bool:
    return leads(doc) and (doc.status in IN_HAND or (doc.status == "Dispatched" and bool(doc.assigned_to)))


def _photo(doc: Document) -> bool:
    return doc.stage != VOID and (is_doer(doc) or has_role(*DESK_AND_LEADER))


ACTS: dict[str, Act] = {
    "accept": Act(DESK, _to("Accepted")),
    "reject": Act(DESK, _to("Rejected")),
    "refer": Act(DESK, _to("Referred")),
    "cancel": Act(DESK, _to("Cancelled")),
    "dispatch": Act(DESK_AND_LEADER, _dispatch),
    "take": Act((TECHNICIAN, LEADER), _take),
    "arrive": Act((TECHNICIAN, LEADER), _arrive),
    "hold": Act(WORKERS, lambda doc: may_move(doc, "On Hold") and _mine(doc)),
    "resume": Act(WORKERS, lambda doc: doc.status == "On Hold" and may_move(doc, "In Progress") and _mine(doc)),
    "finish": Act(WORKERS, lambda doc: doc.status == "In Progress" and may_move(doc, "Completed") and _mine(doc)),
    "quote": Act((FRONT_DESK, *WORKERS), _quote),
    "consent": Act((FRONT_DESK, *WORKERS), _consent),
    "hand_back": Act((TECHNICIAN, LEADER), _hand_back),
    "transfer": Act((LEADER, MANAGER), _transfer),
    "solve_on_phone": Act(DESK, lambda doc: doc.status == "Accepted" and may_move(doc, "Completed")),
    "reopen": Act(DESK, _to("Reopened")),
    "close": Act(DESK, _to("Closed")),
    "warranty_step": Act(DESK_AND_LEADER, lambda doc: bool(warranty_case.next_steps(doc))),
    "set_payment": Act((FRONT_DESK, CASHIER, MANAGER), lambda doc: work_report.needs_quote(doc) and doc.stage != VOID),
    "confirm_incident": Act(
        DESK_AND_LEADER, lambda doc: bool(doc.incident) and not cint(doc.incident_confirmed) and doc.stage != VOID
    ),
    "attach_photo": Act((FRONT_DESK, *WORKERS), _photo),
}
