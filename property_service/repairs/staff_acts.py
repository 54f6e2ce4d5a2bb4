"""What the desk, the leader and the technician do with a repair request. Each act locks the row, checks, sets, saves."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.money import money
from property_service.property_service.plain_text import plain_text
from property_service.property_service.scope import has_role
from property_service.property_service.service_clock import site_now
from property_service.repairs import (
    closing,
    dispatching,
    effects,
    fee_charges,
    incident_links,
    intake,
    lifecycle,
    timeline,
    warranty_case,
    work_report,
)
from property_service.repairs.deadlines import stops_clock
from property_service.repairs.permitted_acts import require
from property_service.repairs.roles import MANAGER, leads

DOCTYPE = "Repair Request"
PAYMENTS = ("Unpaid", "Paid", "To Next Bill", "Waived")


def locked(name: str) -> Document:
    """The request, its row locked until the commit; PermissionError for those who may not read it."""
    doc = frappe.get_doc(DOCTYPE, name, for_update=True)
    doc.check_permission("read")
    return doc


def accept(doc: Document, category: str | None, priority: str | None, team: str | None) -> Document:
    """Take a request on; category, priority and team may be corrected with it."""
    require(doc, "accept")
    if category and category != doc.category:
        doc.category = category
        doc.priority = priority or intake.default_priority(category)
        intake.apply_category(doc)
    elif priority:
        doc.priority = priority
    if team:
        doc.team = team
    return change(doc, lifecycle.ACCEPTED)


def end(doc: Document, act: str, to_state: str, reason: str) -> Document:
    """Reject, cancel or reopen, with the reason."""
    require(doc, act)
    doc.closing_reason = _reason(reason)
    return change(doc, to_state)


def refer(doc: Document, to: str, reason: str) -> Document:
    """Pass the request on to somebody outside; it is still followed up."""
    require(doc, "refer")
    doc.referred_to = plain_text(to, _("Referred To"), 140, required=True)
    doc.closing_reason = plain_text(reason, _("Reason"), 1000) or doc.referred_to
    return change(doc, lifecycle.REFERRED)


def dispatch(doc: Document, team: str | None, user: str | None) -> Document:
    """Send the request to a team or a member; to whom the routing finds where nobody is named."""
    require(doc, "dispatch")
    if team and not frappe.db.exists("Work Team", {"name": team, "is_active": 1}):
        frappe.throw(_("Please choose a work team from the list."), InputRefused)
    if team and team != doc.team:
        doc.team, doc.assigned_to = team, None
    if user:
        doc.assigned_to = user
        if not team and not dispatching.is_member(doc.team, user):
            doc.team = dispatching.team_of_member(doc, user)
        dispatching.check_assigned(doc)
    if doc.status != lifecycle.DISPATCHED:
        return change(doc, lifecycle.DISPATCHED)
    doc.dispatched_at = site_now()
    dispatching.settle(doc)
    return hand_over(doc, timeline.DISPATCHED, None)


def take(name: str) -> Document:
    """Take a job: one's own, or one out of the pool. Of many who try at once exactly one gets it (NotAllowedNow)."""
    user = frappe.session.user
    doc = frappe.get_doc(DOCTYPE, name)
    doc.check_permission("read")
    if doc.status == lifecycle.DISPATCHED and doc.dispatch_mode == dispatching.GRAB and not doc.assigned_to:
        require(doc, "take")
        dispatching.check_may_take(doc, user)
        if not _grab(name, user):
            frappe.throw(_("{0} was just taken by somebody else. Choose another job.").format(name), NotAllowedNow)
    doc = locked(name)
    if doc.assigned_to and doc.assigned_to != user and not leads(doc):
        frappe.throw(_("{0} was just taken by somebody else. Choose another job.").format(name), NotAllowedNow)
    require(doc, "take")
    return change(doc, lifecycle.TAKEN)


def arrive(doc: Document) -> Document:
    """On the spot. Where a price must be agreed to first, the arrival is noted and the work waits."""
    require(doc, "arrive")
    if work_report.needs_quote(doc) and doc.quote_status != work_report.AGREED:
        doc.arrived_at = site_now()
        _save(doc)
        timeline.log_step(doc, timeline.ARRIVED)
        return doc
    return change(doc, lifecycle.IN_PROGRESS)


def hold(doc: Document, reason: str, remark: str, customer: bool) -> Document:
    """Let the work rest. The clock stands for the customer's own reasons and for those a leader approves."""
    require(doc, "hold")
    if reason not in lifecycle.HOLD_REASONS:
        frappe.throw(
            _("Please choose why the job is on hold: {0}.").format(", ".join(map(_, lifecycle.HOLD_REASONS))),
            InputRefused,
        )
    if reason == "Approved by Leader" and not leads(doc):
        frappe.throw(_("Only the team leader can approve a pause. Please ask for it."), frappe.PermissionError)
    remark = plain_text(remark, _("Remark"), 140, required=reason in ("Other", "Approved by Leader"))
    doc.flags.pause = (reason, remark, stops_clock(reason) or (reason == "Other" and customer))
    return change(doc, lifecycle.ON_HOLD)


def resume(doc: Document) -> Document:
    """Go on with the work."""
    require(doc, "resume")
    return change(doc, lifecycle.IN_PROGRESS)


def quote(doc: Document, amount: float, text: str) -> Document:
    """Put a price before the customer; a second quote replaces the first."""
    require(doc, "quote")
    work_report.set_quote(doc, amount, text)
    if doc.status != lifecycle.QUOTED:
        return change(doc, lifecycle.QUOTED)
    lifecycle.open_pause(doc, lifecycle.CONSENT_PAUSE, stops_clock=True)
    _save(doc)
    timeline.log_step(doc, timeline.QUOTED, note=f"{doc.quote_amount:.2f}: {doc.quote_text}")
    effects.tell_quoted(doc, doc)
    return doc


def consent(doc: Document, by: str, note: str, agreed: bool, amount: float | None = None) -> Document:
    """Note the customer's answer to the quote: signed, by code, or said on the phone (then to whom); `amount` as for `answer`."""
    require(doc, "consent")
    if by not in ("Signature", "Code", "Phone"):
        frappe.throw(_("How did the resident agree? {0}").format(_("Signature, Code or Phone.")), InputRefused)
    note = plain_text(note, _("Consent Note"), 1000, required=by == "Phone" or not agreed)
    return answer(doc, by, note, agreed, amount)


def answer(
    doc: Document, by: str, note: str, agreed: bool, amount: float | None, actor_kind: str = timeline.STAFF
) -> Document:
    """Store the answer to a quote and go on where the job stood; a refusal is the desk's to decide.

    `amount` is the price (yuan) that was before the customer: nobody agrees to another one than he saw (NotAllowedNow).
    """
    if doc.quote_status == work_report.AGREED or doc.status != lifecycle.QUOTED:
        frappe.throw(_("There is no quote waiting for an answer."), NotAllowedNow)
    price = money(doc.quote_amount)
    if agreed and amount is not None and money(amount) != price:
        frappe.throw(_("The price has changed to {0} yuan. Please look again.").format(price), NotAllowedNow)
    doc.quote_status = work_report.AGREED if agreed else work_report.DECLINED
    doc.consent_by, doc.consent_at, doc.consent_note = by, site_now(), note or None
    if agreed:
        intake.set_payment(doc)
    lifecycle.close_pause(doc)
    timeline.log_step(
        doc, timeline.AGREED if agreed else timeline.DECLINED, reason=by, note=note or None, actor_kind=actor_kind
    )
    back_to = _after_consent(doc) if agreed else None
    if back_to:
        closing.move(doc, back_to, "quote agreed")
    else:
        closing.save_by_rules(doc)
        if agreed:
            effects.dispatch_by_itself(doc)
    effects.tell_answer(doc, agreed)
    return doc


def hand_back(doc: Document, reason: str) -> Document:
    """Give a job back that came from the pool or by turns."""
    lifecycle.check_may_hand_back(doc)
    require(doc, "hand_back")
    return _move_on(doc, None, timeline.HANDED_BACK, reason)


def transfer(doc: Document, user: str, reason: str) -> Document:
    """Give a job to somebody else, with the reason; "Wrongly Dispatched" is counted."""
    require(doc, "transfer")
    if user == doc.assigned_to:
        frappe.throw(_("They already have the job. Choose somebody else."), InputRefused)
    return _move_on(doc, user, timeline.TRANSFERRED, reason)


def finish(
    doc: Document, work_done: str, materials: list | None, labour_hours: float | None, labour_grade: str | None
) -> Document:
    """Report the work done, with materials and labour; the amounts are worked out here."""
    require(doc, "finish")
    doc.work_done = work_done
    if materials is not None:
        doc.set("materials", work_report.read_materials(materials))
    if labour_hours is not None:
        doc.labour_hours, doc.labour_grade = labour_hours, labour_grade or doc.labour_grade
    return change(doc, lifecycle.COMPLETED)


def solve_on_phone(doc: Document, work_done: str) -> Document:
    """Helped by word alone."""
    require(doc, "solve_on_phone")
    doc.work_done = work_done
    return change(doc, lifecycle.COMPLETED)


def close(doc: Document) -> Document:
    """End what is referred or finished."""
    require(doc, "close")
    return change(doc, lifecycle.CLOSED)


def warranty_step(
    doc: Document, step: str, on_date: date | None, remark: str, responsibility: str | None, contractor: str | None
) -> Document:
    """Log a step of the warranty case; the request moves with it."""
    require(doc, "warranty_step")
    to_state = warranty_case.log(doc, step, on_date, remark, responsibility, contractor)
    if to_state:
        closing.move(doc, to_state, step, actor_kind=timeline.STAFF)
    else:
        closing.save_by_rules(doc)
    warranty_case.tell(doc)
    return doc


def set_payment(doc: Document, status: str, note: str) -> Document:
    """Note that a job is paid, goes on the next bill, or is waived (by the manager, with a reason)."""
    require(doc, "set_payment")
    if status not in PAYMENTS:
        frappe.throw(_("Please choose: {0}.").format(", ".join(map(_, PAYMENTS))), InputRefused)
    if status == "Waived" and not has_role(MANAGER):
        frappe.throw(_("Only the manager can waive a payment. Please ask the manager."), frappe.PermissionError)
    note = plain_text(note, _("Note"), 1000, required=status == "Waived")
    before, doc.payment_status = doc.payment_status, status
    fee_charges.follow_payment(doc, before)
    closing.save_by_rules(doc)
    timeline.log_step(doc, timeline.PAYMENT, reason=f"{before} → {status}", note=note or None)
    return doc


def confirm_incident(doc: Document, belongs: bool) -> Document:
    """Say whether a request belongs to the incident it was joined to; if not, it goes its own way."""
    require(doc, "confirm_incident")
    incident_links.confirm(doc, belongs)
    closing.save_by_rules(doc)
    if not belongs and doc.status == lifecycle.ACCEPTED:
        effects.dispatch_by_itself(doc)
    return doc


def change(doc: Document, to_state: str) -> Document:
    """Save a request in its new state as the session's user, by the workflow."""
    doc.status = to_state
    return _save(doc)


def hand_over(doc: Document, step: str, reason: str | None, from_user: str | None = None) -> Document:
    """A dispatched job changes hands without changing its state."""
    doc.flags.mode = doc.dispatch_mode
    closing.save_by_rules(doc)
    timeline.log_step(doc, step, reason=reason, from_user=from_user, to_user=doc.assigned_to)
    effects.tell_new_hands(doc)
    return doc


def _move_on(doc: Document, user: str | None, step: str, reason: str) -> Document:
    doc.flags.reason = plain_text(reason, _("Reason"), 140, required=True)
    if user and not dispatching.is_member(doc.team, user):
        doc.team = dispatching.team_of_member(doc, user)
    if doc.status != lifecycle.DISPATCHED:
        doc.assigned_to = user
        return change(doc, lifecycle.DISPATCHED)
    before = doc.assigned_to
    if step == timeline.HANDED_BACK:
        doc.handed_back_count = cint(doc.handed_back_count) + 1
    doc.assigned_to = user
    # Logged first, so that the routing passes over whoever hands it back.
    timeline.log_step(doc, step, reason=doc.flags.reason, from_user=before, to_user=user)
    dispatching.settle(doc)
    doc.flags.mode, doc.flags.reason = doc.dispatch_mode, None
    closing.save_by_rules(doc)
    effects.tell_new_hands(doc)
    return doc


def _after_consent(doc: Document) -> str | None:
    if doc.taken_at:
        return lifecycle.IN_PROGRESS if doc.arrived_at else lifecycle.TAKEN
    return lifecycle.DISPATCHED if doc.dispatched_at else None


def _grab(name: str, user: str) -> bool:
    """One UPDATE decides who of many gets a job of the pool."""
    table = frappe.qb.DocType(DOCTYPE)
    (
        frappe.qb.update(table)
        .set(table.assigned_to, user)
        .where(table.name == name)
        .where(table.status == lifecycle.DISPATCHED)
        .where(table.dispatch_mode == dispatching.GRAB)
        .where(table.assigned_to.isnull() | (table.assigned_to == ""))
        .run()
    )
    # The driver's cursor is the only place that knows how many rows an UPDATE changed.
    return frappe.db._cursor.rowcount == 1


def _reason(reason: str) -> str:
    return plain_text(reason, _("Reason"), 1000, required=True)


def _save(doc: Document) -> Document:
    doc.flags.by_rules = True
    try:
        return doc.save()
    finally:
        doc.flags.by_rules = None
