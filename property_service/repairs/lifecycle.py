"""The states of a repair request: what each change needs, what it stamps, and who may make it beyond his role.

`prepare` runs inside the save, whichever way the state changed; what follows after the save is in `effects`.
"""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from property_service.dispatch import routing
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.money import money
from property_service.property_service.service_clock import site_now
from property_service.repairs import dispatching, intake, warranty_case, work_report
from property_service.repairs.categories import EMERGENCY
from property_service.repairs.roles import is_doer, is_technician_only, leads

NEW, ACCEPTED, QUOTED, DISPATCHED, TAKEN = "New", "Accepted", "Quoted", "Dispatched", "Taken"
IN_PROGRESS, ON_HOLD, COMPLETED, AWAITING_VISIT = "In Progress", "On Hold", "Completed", "Awaiting Visit"
REOPENED, CLOSED, REFERRED, REJECTED, CANCELLED = "Reopened", "Closed", "Referred", "Rejected", "Cancelled"

# What `advance` may do: the system's own steps and a resident's acts.
SYSTEM_TRANSITIONS: frozenset[tuple[str, str]] = frozenset(
    {
        # emergencies, teams that take accepted jobs at once, contractors without sign-in, incidents
        (NEW, ACCEPTED),
        (NEW, DISPATCHED),
        (ACCEPTED, DISPATCHED),
        (REOPENED, DISPATCHED),
        (DISPATCHED, TAKEN),
        (ACCEPTED, COMPLETED),
        (DISPATCHED, COMPLETED),
        (TAKEN, COMPLETED),
        (IN_PROGRESS, COMPLETED),
        # after the work
        (COMPLETED, AWAITING_VISIT),
        (COMPLETED, CLOSED),
        (AWAITING_VISIT, CLOSED),
        # the resident
        (NEW, CANCELLED),
        (COMPLETED, REOPENED),
        (AWAITING_VISIT, REOPENED),
        (CLOSED, REOPENED),
        # after the customer's consent, back to where the job stood
        (QUOTED, DISPATCHED),
        (QUOTED, TAKEN),
        (QUOTED, IN_PROGRESS),
    }
)
# States that say why in `closing_reason`.
WITH_REASON = {
    REJECTED: _("Please say why the request is rejected; the resident will see it."),
    CANCELLED: _("Please say why the request is cancelled."),
    REFERRED: _("Please say to whom the request is referred."),
    REOPENED: _("Please say what is still not right."),
}
HOLD_REASONS = (
    "Not at Home",
    "Rescheduled by Customer",
    "Waiting for Parts",
    "Waiting for Contractor",
    "Approved by Leader",
    "Other",
)
CONSENT_PAUSE = "Waiting for Consent"


def prepare(doc: Document, before: Document) -> None:
    """Check and stamp a change of state within the save. Raises InputRefused or NotAllowedNow with a sentence."""
    new = doc.status
    close_pause(doc)
    if is_technician_only() and not doc.flags.advance and new != TAKEN and not is_doer(before):
        frappe.throw(_("This job is not yours. Ask the team leader to transfer it to you."), NotAllowedNow)
    if new in WITH_REASON:
        need_reason(doc, before)
    if new == DISPATCHED and before.status in (TAKEN, IN_PROGRESS, ON_HOLD):
        give_back(doc, before)
    if step := PREPARE.get(new):
        step(doc, before)
    if new not in WITH_REASON and new != ON_HOLD:
        doc.closing_reason = None


def need_reason(doc: Document, before: Document) -> None:
    """A reason is given with the change; why the work rested, or who else is in charge, is not the reason of the next."""
    told = (doc.closing_reason or "").strip()
    stale = before.status in (ON_HOLD, REFERRED) and told == (before.closing_reason or "") and not doc.flags.by_rules
    if not told or stale:
        frappe.throw(_(WITH_REASON[doc.status]), InputRefused)


def give_back(doc: Document, before: Document) -> None:
    """A job leaves the hands it was in, with a reason: by the technician (unless it was assigned to him) or the leader."""
    doc.flags.reason = (doc.flags.reason or doc.closing_reason or "").strip()
    if not doc.flags.reason:
        frappe.throw(_("Please say why the job goes to somebody else."), InputRefused)
    if not leads(before):
        check_may_hand_back(before)
    if doc.assigned_to == before.assigned_to:
        doc.assigned_to = None
    doc.taken_at = None
    if is_doer(before):
        doc.handed_back_count = cint(doc.handed_back_count) + 1
        doc.flags.handed_back_by = before.assigned_to


def check_may_hand_back(before: Document) -> None:
    """Jobs taken from the pool or given by turns may be handed back; the leader moves those he assigned."""
    if not is_doer(before):
        frappe.throw(_("This job is not yours. Ask the team leader to transfer it to you."), NotAllowedNow)
    if not routing.may_hand_back(before.dispatch_mode):
        frappe.throw(
            _("This job was assigned to you by name. Ask the team leader to transfer it, with the reason."),
            NotAllowedNow,
        )


def accept(doc: Document, before: Document) -> None:
    """The promise counts from now on."""
    doc.accepted_at = doc.accepted_at or site_now()
    doc.clock_started_at = doc.accepted_at


def dispatch(doc: Document, before: Document) -> None:
    """Find team and member, unless somebody was chosen."""
    if before.status == NEW:
        accept(doc, before)
    if before.status == QUOTED:
        work_report.check_agreed(doc)
    doc.dispatched_at = site_now()
    if doc.priority == EMERGENCY:
        doc.last_alarm_at = doc.dispatched_at
    dispatching.settle(doc)
    if before.status == QUOTED and before.dispatched_at and doc.assigned_to and doc.assigned_to == before.assigned_to:
        doc.dispatch_mode = before.dispatch_mode  # agreed to, it goes on with whoever had it, as it had come to him


def take(doc: Document, before: Document) -> None:
    """Somebody of the team has it now. Contractors without sign-in take it through the desk."""
    if before.status == QUOTED:
        work_report.check_agreed(doc)
    if not doc.flags.advance and not doc.assigned_to and not dispatching.is_contractor(doc.team):
        if doc.dispatch_mode != dispatching.GRAB and not leads(doc):
            frappe.throw(_("The team leader assigns this job. Please ask for it."), NotAllowedNow)
        doc.assigned_to = frappe.session.user
    dispatching.check_assigned(doc)
    if not doc.flags.advance and doc.assigned_to != frappe.session.user and not leads(doc):
        frappe.throw(_("{0} has been given to somebody else. Choose another job.").format(doc.name), NotAllowedNow)
    if not before.assigned_to and doc.assigned_to and not doc.flags.advance:
        dispatching.check_may_take(doc, doc.assigned_to)
    doc.taken_at = doc.taken_at or site_now()


def start_work(doc: Document, before: Document) -> None:
    """On the spot; a charged job waits for consent first."""
    work_report.check_agreed(doc)
    doc.arrived_at = doc.arrived_at or site_now()


def quote(doc: Document, before: Document) -> None:
    """The customer decides; meanwhile the clock stands."""
    if doc.quote_status != work_report.WAITING:
        frappe.throw(_("Please quote an amount and say what it is for."), InputRefused)
    open_pause(doc, CONSENT_PAUSE, stops_clock=True)


def hold(doc: Document, before: Document) -> None:
    """Work rests for a reason; only the customer's and the leader's stop the clock."""
    pause = doc.flags.pause
    if not pause:
        if not (doc.closing_reason or "").strip():
            frappe.throw(_("Please say why the job is on hold."), InputRefused)
        pause = ("Other", doc.closing_reason, False)
    open_pause(doc, *pause)


def complete(doc: Document, before: Document) -> None:
    """Work done, what was used, and not more than was agreed."""
    if not (doc.work_done or "").strip():
        frappe.throw(_("Please say in a few words what was done."), InputRefused)
    if before.status == ACCEPTED and (doc.materials or doc.labour_hours):
        frappe.throw(
            _("Materials and labour are recorded only when somebody has been on site. Dispatch the job first."),
            InputRefused,
        )
    work_report.compute(doc)
    work_report.check_total(doc)
    doc.finished_at = site_now()
    if doc.payment_status == intake.UNPAID and not money(doc.total_amount):
        doc.payment_status = intake.NOT_CHARGEABLE


def reopen(doc: Document, before: Document) -> None:
    """The same job again: its own clock, its own times; what was late stays late, what was paid stays paid."""
    doc.reopened_count = cint(doc.reopened_count) + 1
    doc.clock_started_at = site_now()
    doc.alert_level = 0
    doc.assigned_to = doc.last_alarm_at = None
    doc.dispatched_at = doc.taken_at = doc.arrived_at = doc.finished_at = None
    doc.confirmed_at = doc.closed_at = doc.rated_at = doc.rating_text = None
    # Whether these were kept was settled when the work was finished; the new clock brings new ones.
    doc.respond_by = doc.finish_by = None
    doc.rating = doc.rating_speed = doc.rating_manner = 0
    if doc.visit_status == "Due":
        doc.return_visit = None  # it will not be made
    doc.visit_status = doc.visit_result = None
    if doc.warranty_status and doc.warranty_status != warranty_case.SURVEY:
        # The contractor is ordered once more, and reminded anew.
        doc.warranty_status, doc.reminder_letters = "Responsibility Fixed", 0


def end(doc: Document, before: Document) -> None:
    """Closed, rejected, cancelled: nothing follows by itself."""
    doc.closed_at = site_now()


def refer(doc: Document, before: Document) -> None:
    """Somebody outside is in charge; the promise still runs, so that the desk follows up."""
    doc.referred_to = (doc.referred_to or doc.closing_reason or "")[:140]
    doc.team = doc.assigned_to = doc.dispatch_mode = None
    doc.clock_started_at = doc.clock_started_at or site_now()


PREPARE: dict[str, Callable[[Document, Document], None]] = {
    ACCEPTED: accept,
    QUOTED: quote,
    DISPATCHED: dispatch,
    TAKEN: take,
    IN_PROGRESS: start_work,
    ON_HOLD: hold,
    COMPLETED: complete,
    REOPENED: reopen,
    CLOSED: end,
    REJECTED: end,
    CANCELLED: end,
    REFERRED: refer,
}


def open_pause(doc: Document, reason: str, remark: str | None = None, stops_clock: bool = False) -> None:
    """The clock may stand from now on; written into the pauses of the request."""
    close_pause(doc)
    doc.append(
        "pauses",
        {
            "from_time": site_now(),
            "reason": reason,
            "remark": (remark or "")[:140] or None,
            "stops_clock": cint(stops_clock),
        },
    )


def change_hands(doc: Document, before: Document) -> None:
    """Somebody else gets a job whose state stays as it is: not taken yet, or still with the desk."""
    if doc.assigned_to and not dispatching.is_member(doc.team, doc.assigned_to):
        doc.team = dispatching.team_of_member(doc, doc.assigned_to) or doc.team
    dispatching.check_assigned(doc)
    if doc.status == DISPATCHED or (doc.status == QUOTED and doc.dispatched_at):
        doc.dispatch_mode = doc.flags.mode or dispatching.ASSIGN
        doc.dispatched_at = site_now()


def close_pause(doc: Document) -> None:
    """End the pause that is open, if one is."""
    for row in doc.pauses:
        if not row.to_time:
            row.to_time = site_now()
