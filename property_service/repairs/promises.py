"""The promised times of a repair request: when it must be answered and finished, and whether it was late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_datetime

from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import calendar_of, pause_of, site_now, to_aware, to_site
from property_service.property_service.stages import DONE, VOID
from property_service.repairs import deadlines
from property_service.repairs.categories import category, target_of
from property_service.repairs.deadlines import Appointment, JobClock
from property_service.repairs.lifecycle import REFERRED

# The default window after the wished time where the resident named only a beginning.
APPOINTMENT = timedelta(hours=2)


def refresh(doc: Document) -> None:
    """Set the due times, latch the late flags and find the next moment somebody must be told.

    While the clock stands (an open pause of the customer) there is no due time. A finished job keeps its own. To a job
    that is referred others come: no arrival is promised any more.
    """
    now = site_now()
    settle_lateness(doc, now)
    if doc.stage in (DONE, VOID):
        doc.next_alert_at = None
        return
    clock = clock_of(doc)
    try:
        promise = deadlines.deadline(clock) if clock else deadlines.Deadline(None, None)
        upcoming = next_alert(clock, doc) if clock else None
    except RuleError as error:
        # A calendar nobody can work by must not keep a resident from reporting a burst pipe.
        frappe.log_error(title="Service Calendar", message=f"{doc.community}: {error}")
        doc.respond_by = doc.finish_by = doc.next_alert_at = None
        return
    if not doc.arrived_at:
        ours = promise.respond_by and doc.status != REFERRED
        doc.respond_by = to_site(promise.respond_by) if ours else None
    doc.finish_by = to_site(promise.finish_by) if promise.finish_by else None
    doc.next_alert_at = to_site(upcoming) if upcoming else None
    settle_lateness(doc, now)


def settle_lateness(doc: Document | Any, now: datetime) -> None:
    """Latch the late flags by what is stored now; once late, late for good. A referred job is finished when it is closed."""
    finished_at = doc.finished_at or doc.get("closed_at")
    doc.response_late = cint(
        deadlines.latch(bool(doc.response_late), _late(doc.respond_by, doc.arrived_at or doc.finished_at, now))
    )
    doc.finish_late = cint(deadlines.latch(bool(doc.finish_late), _late(doc.finish_by, finished_at, now)))


def clock_of(doc: Document | Mapping[str, Any], pauses: Iterable[Mapping[str, Any]] | None = None) -> JobClock | None:
    """The clock of a request, or of a row with its fields; None where nothing is promised.

    It starts with the report; the acceptance and each reopening start it anew. `pauses` are its rows of Repair Pause.
    """
    target = target_of(doc.get("category"), doc.get("priority"))
    started = doc.get("clock_started_at") or doc.get("reported_at")
    if target is None or not started:
        return None
    rows = doc.get("pauses") if pauses is None else pauses
    return JobClock(
        target=target,
        service=calendar_of(doc.get("community")),
        started=to_aware(started),
        clock=category(doc.get("category")).clock or "Service Hours",
        pauses=tuple(pause_of(row) for row in rows or () if cint(row.get("stops_clock"))),
        appointment=_appointment(doc),
    )


def next_alert(clock: JobClock, doc: Document | Mapping[str, Any]) -> datetime | None:
    """The next instant at which the alert level rises above the one stored, None if it never does or the clock stands."""
    moments = deadlines.alert_times(clock, bool(doc.get("arrived_at")), thresholds())
    return min((at for level, at in moments if level > cint(doc.get("alert_level"))), default=None)


def thresholds() -> tuple[int, int, int]:
    """Percentages of the time at which technician, leader and manager are told."""
    settings = frappe.get_cached_doc("Property Service Settings")
    return (settings.warn_percent or 80, settings.leader_percent or 100, settings.manager_percent or 150)


def _appointment(doc: Document | Mapping[str, Any]) -> Appointment | None:
    begins, ends = doc.get("wished_from"), doc.get("wished_to")
    if not begins:
        return None
    ends = get_datetime(ends) if ends else get_datetime(begins) + APPOINTMENT
    return Appointment(to_aware(begins), to_aware(ends)) if ends > get_datetime(begins) else None


def _late(due_at: Any, done_at: Any, now: datetime) -> bool:
    if not due_at:
        return False
    return deadlines.is_late(to_aware(due_at), to_aware(done_at) if done_at else None, to_aware(now))
