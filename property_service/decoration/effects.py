"""What follows a change of a permit's state, after the save, whichever way the state changed."""

from __future__ import annotations

from datetime import date

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from property_service.decoration import codes, fees, inspections, letters, worker_passes
from property_service.decoration.states import (
    ACCEPTANCE_REQUESTED,
    ACCEPTED,
    APPROVED,
    ENDED,
    EXPIRED,
    IN_PROGRESS,
    REJECTED,
    SUSPENDED,
    UNDER_REVIEW,
)
from property_service.property_service.guarded_document import advance
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now
from property_service.property_service.staff_notices import staff_with_role, tell_staff

MANAGER, FRONT_DESK, PATROLLER, GUARD = (
    "Property Manager",
    "Property Front Desk",
    "Property Patroller",
    "Property Gate Guard",
)
# State → who of the staff hears of it, and the sentence.
TOLD: dict[str, tuple[tuple[str, ...], str]] = {
    UNDER_REVIEW: ((MANAGER,), _("Decoration application to review: {0}, {1}")),
    IN_PROGRESS: ((PATROLLER,), _("Decoration work may go on: {0}, {1}")),
    SUSPENDED: ((MANAGER, PATROLLER, GUARD), _("Decoration work is stopped: {0}, {1}")),
    ACCEPTANCE_REQUESTED: ((MANAGER,), _("Acceptance requested: {0}, {1}")),
}


def last_day(doc: Document) -> date:
    """The last day on which work may go on."""
    return getdate(doc.extended_to or doc.to_date)


def after_change(doc: Document, before: Document) -> None:
    """Codes, passes, charges, messages; the next step by itself is left to `go_on`."""
    new = doc.status
    if new == APPROVED:
        fees.charge_rubbish(doc)
    elif new == IN_PROGRESS and before.status != ACCEPTANCE_REQUESTED:
        codes.issue_door_code(doc)
        worker_passes.restore(doc)
    elif new == SUSPENDED:
        codes.revoke_door_codes(doc, _("The works are suspended"))
        worker_passes.revoke_all(doc, worker_passes.STOPPED)
    elif new == ACCEPTED or new in ENDED:
        codes.revoke_door_codes(doc, _("The works have ended"))
        worker_passes.revoke_all(doc, worker_passes.OVER)
    if new == ACCEPTED:
        inspections.no_longer_due(doc)
    if new == EXPIRED:
        fees.void_rubbish(doc)
    _tell(doc, before)
    doc.flags.go_on = new


def go_on(doc: Document) -> None:
    """What the permit does by itself after a change; the last thing of a save."""
    new, doc.flags.go_on = doc.flags.go_on, None
    if new == APPROVED and fees.all_paid(doc):
        advance(doc, IN_PROGRESS, "no deposits to pay")


def _tell(doc: Document, before: Document) -> None:
    reason = {REJECTED: doc.rejected_because, SUSPENDED: doc.suspended_because, APPROVED: doc.review_note}
    event = "refused" if (before.status, doc.status) == (ACCEPTANCE_REQUESTED, IN_PROGRESS) else doc.status
    told = doc.acceptances[-1].note if event == "refused" and doc.acceptances else reason.get(doc.status)
    if event in letters.LETTERS:
        letters.write(doc, event, key=f"{site_now():%Y%m%d%H%M%S}", reason=told or "")
    if doc.status in TOLD and event != "refused":
        roles, sentence = TOLD[doc.status]
        users = [user for role in roles for user in staff_with_role(role, doc.community)]
        unit = frappe.get_cached_value("Property Unit", doc.unit, "short_label") or doc.unit
        tell_staff(users, (sentence, doc.name, unit), doc.doctype, doc.name)
