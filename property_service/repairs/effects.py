"""What follows a change of a repair request: the log, the resident's letters, the staff's notices, the next step by itself.

`after_change` runs after the save, whichever way the state changed; `go_on` runs last of all and may advance the request.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from property_service.property_service.guarded_document import advance
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now
from property_service.property_service.staff_notices import staff_with_role, tell_staff
from property_service.repairs import closing, dispatching, incident_links, letters, lifecycle, timeline, work_report
from property_service.repairs.categories import EMERGENCY
from property_service.repairs.lifecycle import (
    ACCEPTED,
    AWAITING_VISIT,
    CANCELLED,
    CLOSED,
    COMPLETED,
    DISPATCHED,
    IN_PROGRESS,
    NEW,
    ON_HOLD,
    QUOTED,
    REFERRED,
    REJECTED,
    REOPENED,
    TAKEN,
)
from property_service.repairs.roles import FRONT_DESK, MANAGER, is_doer

STEP_OF_STATE = {
    ACCEPTED: timeline.ACCEPTED,
    QUOTED: timeline.QUOTED,
    DISPATCHED: timeline.DISPATCHED,
    TAKEN: timeline.TAKEN,
    IN_PROGRESS: timeline.ARRIVED,
    ON_HOLD: timeline.ON_HOLD,
    COMPLETED: timeline.COMPLETED,
    AWAITING_VISIT: timeline.AWAITING_VISIT,
    REOPENED: timeline.REOPENED,
    CLOSED: timeline.CLOSED,
    REFERRED: timeline.REFERRED,
    REJECTED: timeline.REJECTED,
    CANCELLED: timeline.CANCELLED,
}


def after_insert(doc: Document) -> None:
    """A new request: logged, told of, and joined to the incident it belongs to."""
    if doc.flags.historic_state:
        timeline.log_step(doc, timeline.IMPORTED, None, doc.status, actor_kind=timeline.SYSTEM)
        return
    kind = timeline.RESIDENT if doc.flags.from_resident else timeline.STAFF
    timeline.log_step(doc, timeline.REPORTED, None, doc.status, actor_kind=kind)
    doc.flags.go_on = (None, NEW)


def after_change(doc: Document, before: Document) -> None:
    """Log a change of state and tell everybody it concerns."""
    old, new = before.status, doc.status
    _log(doc, before)
    TELL.get(new, lambda *_args: None)(doc, before)
    if old in (COMPLETED, AWAITING_VISIT, CLOSED) and new not in (AWAITING_VISIT, CLOSED):
        closing.cancel_visits(doc)
    doc.flags.go_on = (old, new)


def after_edit(doc: Document, before: Document) -> None:
    """A priority raised or lowered by hand moves the promise, so it is on record; an emergency does not wait for a person."""
    if before.priority == doc.priority:
        return
    timeline.log_step(doc, timeline.PRIORITY, reason=f"{before.priority} → {doc.priority}")
    if doc.priority == EMERGENCY and doc.status in (NEW, ACCEPTED, REOPENED):
        doc.flags.go_on = (doc.status, ACCEPTED)


def go_on(doc: Document) -> None:
    """What the request does by itself after a change; the last thing of a save."""
    change, doc.flags.go_on = doc.flags.go_on, None
    if not change or doc.flags.historic_state:
        return
    _old, new = change
    if new == NEW:
        doc.flags.just_inserted = True
        begin(doc)
        doc.flags.just_inserted = None
    elif new in (ACCEPTED, REOPENED):
        if not doc.flags.told_otherwise:  # accepted only to be finished with its incident: nobody has to go
            dispatch_by_itself(doc)
    elif new == COMPLETED:
        closing.after_work(doc)
    elif new == CLOSED:
        closing.after_closing(doc)


def begin(doc: Document) -> None:
    """A new request: an emergency goes to the team at once, a known fault waits with the others."""
    incident_links.join(doc)
    if doc.priority == EMERGENCY:
        if waits_with_incident(doc):
            system_advance(doc, ACCEPTED, "joined to an incident")
        else:
            dispatch_by_itself(doc)
    elif not doc.flags.accept_at_once:
        letters.write(doc, "joined" if doc.incident else "received")
        tell_staff(
            staff_with_role(FRONT_DESK, doc.community),
            (_("New repair request {0}: {1}"), doc.name, (doc.category,)),
            doc.doctype,
            doc.name,
        )
    if not doc.incident:
        incident_links.notice_burst(doc)


def waits_with_incident(doc: Document) -> bool:
    """True for a request of an incident that is not closed and for which somebody was sent already."""
    return bool(doc.incident) and incident_links.is_worked_on(doc.incident)


def dispatch_by_itself(doc: Document) -> None:
    """Emergencies and jobs of teams that take accepted work at once are dispatched without a person."""
    if waits_with_incident(doc):
        return
    emergency = doc.priority == EMERGENCY
    route = dispatching.propose(doc, unasked=not emergency)
    if route.team and (emergency or route.auto_dispatch):
        doc.flags.route, doc.flags.route_reason = route, route.reason
        system_advance(doc, DISPATCHED, route.reason)
    elif emergency:
        if doc.status == NEW:
            system_advance(doc, ACCEPTED, route.reason)
        alarm(
            doc, [route.leader, *staff_with_role(MANAGER, doc.community), *staff_with_role(FRONT_DESK, doc.community)]
        )
        doc.db_set("last_alarm_at", site_now(), update_modified=False)


def alarm(doc: Document, users: list[str | None]) -> None:
    """Tell people of an emergency nobody has taken."""
    tell_staff(users, (_("EMERGENCY, not taken yet: {0}, {1}"), (doc.category,), _place(doc)), doc.doctype, doc.name)


def system_advance(doc: Document, to_state: str, because: str) -> None:
    """`advance` for what follows by itself: links and texts were judged when they were entered, the steps tell of it."""
    doc.flags.ignore_links = True
    advance(doc, to_state, because, ignore_version=True)


def _log(doc: Document, before: Document) -> None:
    old, new = before.status, doc.status
    step, note, reason = STEP_OF_STATE.get(new, new), None, doc.flags.reason
    if new == DISPATCHED and old == NEW:
        timeline.log_step(doc, timeline.ACCEPTED, old, ACCEPTED)
    if new == DISPATCHED and old in (TAKEN, IN_PROGRESS, ON_HOLD):
        step = timeline.HANDED_BACK if is_doer(before) else timeline.TRANSFERRED
    elif old == ON_HOLD and new == IN_PROGRESS:
        step = timeline.RESUMED
    elif old == ACCEPTED and new == COMPLETED:
        step = timeline.ON_THE_PHONE
    if new in lifecycle.WITH_REASON:
        note = doc.closing_reason
    elif new == ON_HOLD:
        reason, note = doc.pauses[-1].reason, doc.pauses[-1].remark
    elif new == COMPLETED:
        note = doc.work_done
    elif new == QUOTED:
        note = f"{work_report.money(doc.quote_amount)}: {doc.quote_text}"
    elif new == DISPATCHED and doc.flags.route_reason:
        note = doc.flags.route_reason
    timeline.log_step(
        doc, step, old, new, reason=reason, note=note, from_user=before.assigned_to, to_user=doc.assigned_to
    )
    doc.flags.reason = doc.flags.route_reason = None


def tell_accepted(doc: Document, before: Document) -> None:
    if doc.incident:
        letters.write(doc, "joined")
    else:
        letters.write(doc, "accepted" if doc.respond_by else "accepted_open")


def tell_dispatched(doc: Document, before: Document) -> None:
    """Whoever is to act hears of it: the member, else the pool, else the leader."""
    if before.status == NEW:
        letters.write(doc, "emergency")
    tell_new_hands(doc)
    if doc.priority == EMERGENCY:
        alarm(doc, [doc.assigned_to, dispatching.leader_of(doc)])


def tell_new_hands(doc: Document) -> None:
    """Tell who has a dispatched job, or may have it."""
    if dispatching.by_developer(doc):
        return
    if doc.assigned_to:
        readers, subject = [doc.assigned_to], _("A job for you: {0}, {1}")
    elif doc.dispatch_mode == dispatching.GRAB:
        readers, subject = dispatching.pool_of(doc.team), _("In the pool: {0}, {1}")
    else:
        readers, subject = [], _("Please assign: {0}, {1}")
    readers = readers or [dispatching.leader_of(doc)]
    tell_staff(readers, (subject, (doc.category,), _place(doc)), doc.doctype, doc.name)


def tell_taken(doc: Document, before: Document) -> None:
    if doc.flags.warranty_told:
        return  # told of the contractor's appointment
    letters.write(doc, "taken", key=doc.assigned_to or "", who=letters.technician_name(doc))


def tell_quoted(doc: Document, before: Document) -> None:
    letters.write(doc, "quoted", key=f"{doc.quote_amount}|{len(doc.pauses)}", reason=doc.quote_text or "")


def tell_answer(doc: Document, agreed: bool) -> None:
    """The customer has answered the quote: the technician goes on, or the desk decides what now."""
    subject = _("Quote agreed: {0}, {1}") if agreed else _("Quote declined: {0}, {1}. Please decide.")
    readers = [doc.assigned_to or dispatching.leader_of(doc)]
    if not agreed or not doc.assigned_to:
        readers += staff_with_role(FRONT_DESK, doc.community)
    tell_staff(readers, (subject, doc.name, (doc.category,)), doc.doctype, doc.name)


def tell_on_hold(doc: Document, before: Document) -> None:
    letters.write(doc, "on_hold", key=str(len(doc.pauses)), reason=doc.pauses[-1].reason)


def tell_completed(doc: Document, before: Document) -> None:
    if not doc.flags.told_otherwise:
        letters.write(doc, "completed", reason=doc.work_done or "")


def tell_reopened(doc: Document, before: Document) -> None:
    letters.write(doc, "reopened", reason="")
    tell_staff(
        [before.assigned_to, dispatching.leader_of(doc), *staff_with_role(FRONT_DESK, doc.community)],
        (_("Reopened: {0}, {1}"), doc.name, (doc.category,)),
        doc.doctype,
        doc.name,
    )


def tell_closed(doc: Document, before: Document) -> None:
    letters.write(doc, "closed")


def tell_ended(doc: Document, before: Document) -> None:
    event = "rejected" if doc.status == REJECTED else "cancelled"
    if doc.flags.actor_kind != timeline.RESIDENT:
        letters.write(doc, event, reason=doc.closing_reason or "")
    tell_staff([before.assigned_to], (_("Cancelled: {0}, {1}"), doc.name, (doc.category,)), doc.doctype, doc.name)


def tell_referred(doc: Document, before: Document) -> None:
    letters.write(doc, "referred", reason=doc.referred_to or "")


TELL = {
    ACCEPTED: tell_accepted,
    DISPATCHED: tell_dispatched,
    TAKEN: tell_taken,
    QUOTED: tell_quoted,
    ON_HOLD: tell_on_hold,
    COMPLETED: tell_completed,
    REOPENED: tell_reopened,
    CLOSED: tell_closed,
    REJECTED: tell_ended,
    CANCELLED: tell_ended,
    REFERRED: tell_referred,
}


def _place(doc: Document) -> str:
    if doc.unit:
        return frappe.get_cached_value("Property Unit", doc.unit, "short_label") or doc.unit
    return doc.public_place or doc.building or doc.community
