"""Which acts the session's user may do on a complaint now: what the buttons show is what the endpoints allow."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from property_service.front_desk.complaint_states import (
    ASSIGNED,
    AWAITING_VISIT,
    CLOSED,
    DESK,
    GENERAL,
    HANDLERS,
    IN_HAND,
    MANAGER,
    PRAISE,
    RECEIVED,
    REOPENED,
)
from property_service.property_service import permitted_acts
from property_service.property_service.guarded_document import may_move
from property_service.property_service.permitted_acts import Act
from property_service.property_service.scope import has_role


def permitted(doc: Document) -> list[str]:
    """Return the names of the acts the session's user may do on a saved complaint now."""
    return permitted_acts.permitted(doc, ACTS)


def require(doc: Document, name: str) -> None:
    """As `permitted_acts.require`."""
    permitted_acts.require(doc, ACTS[name])


def _handles(doc: Document) -> bool:
    """The handler; the manager in his place. Nobody's complaint is anybody's to begin with."""
    return doc.assigned_to == frappe.session.user or has_role(MANAGER)


def _assign(doc: Document) -> bool:
    if doc.status not in IN_HAND:
        return False
    # What is major, or was handed to the manager once, is passed on by a manager.
    return has_role(MANAGER) or (doc.level == GENERAL and doc.status != REOPENED)


def _tell(doc: Document) -> bool:
    # Whoever is called may answer; who handles it is the desk's to say.
    return doc.status in IN_HAND and (_handles(doc) or has_role(*DESK))


def _resolve(doc: Document) -> bool:
    return doc.status in IN_HAND and doc.status != RECEIVED and not doc.group_of and _handles(doc)


def _join(doc: Document) -> bool:
    return doc.status in IN_HAND and cint(doc.group_size) < 2 and not doc.dispute_key


ACTS: dict[str, Act] = {
    "assign": Act(HANDLERS, _assign),
    "start": Act(HANDLERS, lambda doc: doc.status in (ASSIGNED, REOPENED) and _handles(doc)),
    "answer": Act(HANDLERS, lambda doc: _tell(doc) and not doc.first_answered_at),
    "interim": Act(HANDLERS, lambda doc: _tell(doc) and bool(doc.first_answered_at)),
    "resolve": Act(HANDLERS, _resolve),
    "reopen": Act(DESK, lambda doc: doc.status in (AWAITING_VISIT, CLOSED) and doc.kind != PRAISE),
    "withdraw": Act(DESK, lambda doc: doc.status in (*IN_HAND, AWAITING_VISIT) and may_move(doc, "Withdrawn")),
    "note": Act(HANDLERS, lambda doc: True),
    "join": Act(DESK, _join),
}
