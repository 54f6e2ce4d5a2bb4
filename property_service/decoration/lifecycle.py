"""What each change of a permit's state needs and stamps. `prepare` runs inside the save, whichever way the state changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate

from property_service.decoration import intake
from property_service.decoration.states import (
    ACCEPTANCE_REQUESTED,
    ACCEPTED,
    APPROVED,
    EXPIRED,
    IN_PROGRESS,
    REJECTED,
    SETTLED,
    SUSPENDED,
    UNDER_REVIEW,
)
from property_service.decoration.terms import terms_of, working_days_after
from property_service.patrol import findings
from property_service.property_service.errors import InputRefused, NotAllowedNow, rules_speak
from property_service.property_service.money import ZERO, money
from property_service.property_service.service_clock import local_day, site_now, start_of_local_day

STOPPING = frozenset({"Serious", "Critical"})
# Sums and days of the terms that a permit keeps as they were when it was approved.
FROZEN = (
    ("owner_deposit", "owner_deposit_due"),
    ("contractor_deposit", "contractor_deposit_due"),
    ("pass_fee", "pass_fee_due"),
    ("pass_deposit", "pass_deposit_due"),
    ("water_test_hours", "water_test_hours"),
    ("observation_days", "observation_days"),
    ("refund_days", "refund_days"),
)


def prepare(doc: Document, before: Document) -> None:
    """Check and stamp a change of state within the save. Raises InputRefused or NotAllowedNow with a sentence."""
    with rules_speak():
        if step := PREPARE.get(doc.status):
            step(doc, before)
    intake.settle(doc, before)


def send(doc: Document, before: Document) -> None:
    """The office has everything and answers within its working days."""
    intake.settle_documents(doc)
    intake.check_days(doc)
    intake.check_complete(doc)
    doc.applied_at = site_now()
    doc.asked_for = None
    promise_review(doc)


def promise_review(doc: Document) -> None:
    """The working days of the review begin now."""
    doc.review_by = working_days_after(doc.community, site_now(), cint(terms_of(doc.community).review_days))


def approve(doc: Document, before: Document) -> None:
    """The sums of the terms are kept as they are now; what has been received is accepted."""
    if doc.asked_for:
        frappe.throw(
            _("Documents were asked for and have not come yet. Wait for them, or reject the application."),
            NotAllowedNow,
        )
    intake.check_complete(doc)
    if getdate(doc.to_date) < local_day(doc.community):
        frappe.throw(
            _("The days applied for are over. Reject the application, so that it is made anew."), NotAllowedNow
        )
    terms = terms_of(doc.community)
    for source, target in FROZEN:
        doc.set(target, terms.get(source))
    if not (doc.contractor or doc.contractor_name):
        doc.contractor_deposit_due = 0
    area = money(frappe.get_cached_value("Property Unit", doc.unit, "billable_area"))
    doc.rubbish_due = money(money(terms.rubbish_rate) * area) if terms.rubbish_fee_item else ZERO
    for row in doc.documents:
        if row.status == "Received":
            row.status = "Accepted"


def reject(doc: Document, before: Document) -> None:
    """Never without a reason: the applicant reads it."""
    if not (doc.rejected_because or "").strip():
        frappe.throw(_("Please say why the application is not approved; the applicant will see it."), InputRefused)
    doc.asked_for = None


def work(doc: Document, before: Document) -> None:
    """Works begin, go on after a stop, or have to be put right after an acceptance that failed."""
    if before.status == APPROVED:
        doc.started_on = max(local_day(doc.community), getdate(doc.from_date))
    elif before.status == SUSPENDED:
        resume(doc)
    elif before.status == ACCEPTANCE_REQUESTED and not doc.flags.acceptance:
        frappe.throw(_("Record the acceptance with what is not in order yet."), NotAllowedNow)
    doc.suspended_because = doc.suspended_by = doc.stop_work_no = doc.reported_at = None


def resume(doc: Document) -> None:
    """No serious finding of the permit may be open."""
    if stopping := stopping_findings(doc.name):
        frappe.throw(
            _("{0} is not closed yet. It is put right, then rechecked by somebody else, before work goes on.").format(
                ", ".join(row.name for row in stopping)
            ),
            NotAllowedNow,
        )


def suspend(doc: Document, before: Document) -> None:
    """A reason is given, or the finding that stops the works."""
    if not (doc.suspended_because or "").strip() or (
        not doc.flags.by_rules and not doc.flags.advance and doc.suspended_because == before.suspended_because
    ):
        frappe.throw(_("Please say why the works are suspended."), InputRefused)


def request_acceptance(doc: Document, before: Document) -> None:
    """Everything found is put right and the water test is passed."""
    if still_open := findings.open_findings((doc.doctype, doc.name)):
        frappe.throw(
            _("These findings are still open: {0}. They are put right and rechecked before the acceptance.").format(
                ", ".join(row["name"] for row in still_open)
            ),
            NotAllowedNow,
        )
    if cint(doc.water_test_hours) and doc.water_test_result != "Passed":
        frappe.throw(
            _("The water test has not been passed yet. Record it before the acceptance is requested."), NotAllowedNow
        )
    doc.acceptance_requested_at = site_now()


def accept(doc: Document, before: Document) -> None:
    """The observation begins; the refund is promised for after its end."""
    if not doc.flags.acceptance:
        frappe.throw(_("Record the acceptance: who looked at what, and the result."), NotAllowedNow)
    doc.accepted_on = local_day(doc.community)
    doc.observation_until = doc.accepted_on + timedelta(days=cint(doc.observation_days))
    promise_refund(doc)


def promise_refund(doc: Document) -> None:
    """The deposits are given back within the working days after the observation, or after today if that is later."""
    last = max(getdate(doc.observation_until), local_day(doc.community))
    start = start_of_local_day(doc.community, last)
    doc.settle_by = local_day(doc.community, working_days_after(doc.community, start, cint(doc.refund_days)))


def settled(doc: Document, before: Document) -> None:
    """Nothing is left of the deposits."""
    doc.settled_at = site_now()


def expire(doc: Document, before: Document) -> None:
    """The days are over and no work has begun; what was paid is given back."""
    doc.asked_for = None
    if doc.owner_deposit or doc.contractor_deposit:
        start = start_of_local_day(doc.community)
        doc.settle_by = local_day(doc.community, working_days_after(doc.community, start, cint(doc.refund_days)))


PREPARE: dict[str, Callable[[Document, Document], None]] = {
    UNDER_REVIEW: send,
    APPROVED: approve,
    REJECTED: reject,
    IN_PROGRESS: work,
    SUSPENDED: suspend,
    ACCEPTANCE_REQUESTED: request_acceptance,
    ACCEPTED: accept,
    SETTLED: settled,
    EXPIRED: expire,
}


def stopping_findings(permit: str) -> list[dict]:
    """Open findings of a permit that stop its works."""
    return [
        frappe._dict(row)
        for row in findings.open_findings(("Decoration Permit", permit))
        if row["severity"] in STOPPING
    ]
