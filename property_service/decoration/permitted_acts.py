"""Which acts the session's user may do on a permit now: what the buttons show is what the endpoints allow."""

from __future__ import annotations

from collections.abc import Callable

from frappe.model.document import Document
from frappe.utils import cint, getdate

from property_service.decoration import acceptance, codes, fees
from property_service.decoration.states import (
    ACCEPTANCE_REQUESTED,
    ACCEPTED,
    APPROVED,
    BEGUN,
    DRAFT,
    IN_PROGRESS,
    ON_SITE,
    SUSPENDED,
    UNDER_REVIEW,
)
from property_service.property_service import permitted_acts
from property_service.property_service.guarded_document import may_move
from property_service.property_service.money import money
from property_service.property_service.permitted_acts import Act
from property_service.property_service.service_clock import local_day
from property_service.repairs.roles import CASHIER, FRONT_DESK, LEADER, MANAGER

PATROLLER = "Property Patroller"
DESK = (FRONT_DESK, MANAGER)
CASHIERS = (CASHIER, MANAGER)
LEADERS = (LEADER, MANAGER)
INSPECTORS = (FRONT_DESK, LEADER, PATROLLER, MANAGER)


def permitted(doc: Document) -> list[str]:
    """Return the names of the acts the session's user may do on a saved permit now."""
    return permitted_acts.permitted(doc, ACTS)


def require(doc: Document, name: str) -> None:
    """As `permitted_acts.require`."""
    permitted_acts.require(doc, ACTS[name])


def unpaid_sides(doc: Document) -> list[str]:
    """Whose deposit is still to be paid: Owner, Contractor."""
    return [name for name, side in fees.SIDES.items() if money(doc.get(side.due)) and not doc.get(side.deposit)]


def _in(*states: str) -> Callable[[Document], bool]:
    return lambda doc: doc.status in states


def _to(state: str) -> Callable[[Document], bool]:
    return lambda doc: may_move(doc, state)


def _start_water_test(doc: Document) -> bool:
    going_on = doc.water_test_from and not doc.water_test_result
    return bool(cint(doc.water_test_hours)) and doc.status in (IN_PROGRESS, SUSPENDED) and not going_on


def _observe(doc: Document) -> bool:
    over = doc.observation_until and getdate(doc.observation_until) < local_day(doc.community)
    return doc.status == ACCEPTED and bool(over) and not fees.observed(doc)


def _deduct(doc: Document) -> bool:
    return doc.status in BEGUN and bool(cint(doc.violations)) and bool(fees.deposits_left(doc))


def _report(doc: Document) -> bool:
    """Stopped by a finding that was not reported yet; a report is the last step, no stop-work notice follows it."""
    return doc.status == SUSPENDED and bool(doc.suspended_by) and not doc.reported_at


ACTS: dict[str, Act] = {
    "send": Act(DESK, lambda doc: doc.status == DRAFT and may_move(doc, UNDER_REVIEW)),
    "note_paper": Act(DESK, _in(DRAFT, UNDER_REVIEW)),
    "supply": Act(DESK, _in(DRAFT, UNDER_REVIEW)),
    "ask_for": Act(DESK, _in(UNDER_REVIEW)),
    "approve": Act(DESK, _to(APPROVED)),
    "reject": Act(DESK, _to("Rejected")),
    "take_deposit": Act(CASHIERS, lambda doc: doc.status == APPROVED and bool(unpaid_sides(doc))),
    "make_pass": Act(DESK, lambda doc: doc.status in ON_SITE or doc.status == APPROVED),
    "inspect": Act(INSPECTORS, _in(IN_PROGRESS, SUSPENDED, ACCEPTANCE_REQUESTED)),
    "suspend": Act(LEADERS, _to(SUSPENDED)),
    "resume": Act(LEADERS, lambda doc: doc.status == SUSPENDED and may_move(doc, IN_PROGRESS)),
    "stop_work": Act(LEADERS, lambda doc: _report(doc) and not doc.stop_work_no),
    "report": Act(LEADERS, _report),
    "extend": Act((MANAGER,), lambda doc: doc.status in BEGUN - {ACCEPTED} and not doc.extended_to),
    "start_water_test": Act(INSPECTORS, _start_water_test),
    "finish_water_test": Act(INSPECTORS, lambda doc: bool(doc.water_test_from) and not doc.water_test_result),
    "request_acceptance": Act((*DESK, LEADER), _to(ACCEPTANCE_REQUESTED)),
    "record_acceptance": Act(LEADERS, lambda doc: doc.status == ACCEPTANCE_REQUESTED and may_move(doc, ACCEPTED)),
    "record_observation": Act(LEADERS, _observe),
    "deduct": Act((MANAGER,), _deduct),
    "refund": Act(CASHIERS, acceptance.may_refund),
    "print_door_permit": Act(
        (*INSPECTORS, CASHIER), lambda doc: doc.status in ON_SITE and bool(codes.svg_of(doc.doctype, doc.name))
    ),
}
