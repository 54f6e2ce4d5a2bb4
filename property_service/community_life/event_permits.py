"""Who does what with an event now: what the buttons show is what the endpoints allow."""

from __future__ import annotations

from frappe.model.document import Document

from property_service.community_life.event_book import DRAFT, HELD, OPEN, has_ended
from property_service.community_life.registrations import why_not_now
from property_service.decoration.code_targets import GUARD
from property_service.property_service import permitted_acts
from property_service.property_service.permitted_acts import Act
from property_service.repairs.roles import FRONT_DESK, MANAGER

DESK = (FRONT_DESK, MANAGER)
AT_THE_DOOR = (FRONT_DESK, GUARD, MANAGER)

ACTS: dict[str, Act] = {
    "publish": Act(DESK, lambda doc: doc.status == DRAFT),
    "sign_up": Act(DESK, lambda doc: not why_not_now(doc)),
    "close_sign_up": Act(DESK, lambda doc: not why_not_now(doc)),
    "cancel_registration": Act(DESK, lambda doc: doc.status == OPEN),
    "cancel": Act(DESK, lambda doc: doc.status == DRAFT or (doc.status == OPEN and not has_ended(doc))),
    "check_in": Act(AT_THE_DOOR, lambda doc: doc.status in (OPEN, HELD)),
    "walk_in": Act(AT_THE_DOOR, lambda doc: doc.status == OPEN),
}


def permitted(doc: Document) -> list[str]:
    """Return the names of the acts the session's user may do on a saved event now."""
    return permitted_acts.permitted(doc, ACTS)


def require(doc: Document, name: str) -> None:
    """As `permitted_acts.require`."""
    permitted_acts.require(doc, ACTS[name])
