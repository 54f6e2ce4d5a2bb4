"""Which acts the session's user may do on a notice now: what the buttons show is what the endpoints allow."""

from __future__ import annotations

from collections.abc import Callable

from frappe.model.document import Document

from property_service.community_life.notice_places import PUBLISHED
from property_service.community_life.notices import DRAFT, SCHEDULED
from property_service.property_service.permitted_acts import Act
from property_service.repairs.roles import FRONT_DESK, MANAGER

DESK = (FRONT_DESK, MANAGER)


def _in(*states: str) -> Callable[[Document], bool]:
    return lambda doc: doc.status in states


ACTS: dict[str, Act] = {
    "publish": Act(DESK, _in(DRAFT)),
    "back_to_draft": Act(DESK, _in(SCHEDULED)),
    "end": Act(DESK, _in(PUBLISHED)),
    "withdraw": Act(DESK, _in(SCHEDULED, PUBLISHED)),
}
