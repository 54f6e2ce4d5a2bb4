"""When a repair must be answered and finished, and whom its lateness concerns.

Response is the arrival of the technician, or the window the customer asked for when that is later than the promise. The clock
stops only for the customer's reasons or an approved one; waiting for parts does not stop it. All instants are timezone-aware.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.working_time import (
    Calendar,
    Pause,
    add_working_days,
    due,
    elapsed,
    minutes_between,
    to_utc,
)

Clock = Literal["Service Hours", "Round the Clock"]
AlertLevel = Literal[0, 80, 100, 150]

QUIET: AlertLevel = 0
WARNED: AlertLevel = 80
TO_LEADER: AlertLevel = 100
TO_MANAGER: AlertLevel = 150

PRIORITIES = ("Emergency", "High", "Normal", "Low")
STOPPING_REASONS = frozenset({"Not at Home", "Rescheduled by Customer", "Waiting for Consent", "Approved by Leader"})


@dataclass(frozen=True, slots=True)
class Target:
    """What a category promises for a priority. 0: no promise. With minutes and working days both, the earlier counts."""

    priority: str
    arrive_minutes: int = 0
    finish_minutes: int = 0
    finish_working_days: int = 0


@dataclass(frozen=True, slots=True)
class Appointment:
    """The window the customer asked for."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if to_utc(self.end) <= to_utc(self.start):
            raise RuleError(_("The appointment ends before it begins. Correct one of the two times."))


@dataclass(frozen=True, slots=True)
class JobClock:
    """All that decides the deadlines of one job.

    `service` are the service hours of its community, `clock` the category's choice between these and round the clock, `started`
    the acceptance or the last reopening, `pauses` only those that stop the clock (`stops_clock`).
    """

    target: Target | None
    service: Calendar
    started: datetime
    clock: Clock = "Service Hours"
    pauses: tuple[Pause, ...] = ()
    appointment: Appointment | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """None: nothing promised, or (`standing`) the clock stands in an open pause and the time is not known yet."""

    respond_by: datetime | None
    finish_by: datetime | None
    standing: bool = False


def target_for(targets: Iterable[Target], priority: str) -> Target | None:
    """Return the target of the priority; if it has none, that of the next less urgent, else of the next more urgent one."""
    by_priority = {target.priority: target for target in targets}
    if priority not in PRIORITIES:
        return by_priority.get(priority)
    at = PRIORITIES.index(priority)
    order = (*PRIORITIES[at:], *reversed(PRIORITIES[:at]))
    return next((by_priority[name] for name in order if name in by_priority), None)


def calendar_for(clock: Clock, service: Calendar) -> Calendar:
    """Return the calendar whose minutes count: the service hours, or the same zone round the clock."""
    return replace(service, round_the_clock=True) if clock == "Round the Clock" else service


def stops_clock(reason: str) -> bool:
    """Return whether a pause for this reason stops the clock: the customer's own reasons and approved ones only."""
    return reason in STOPPING_REASONS


def clock_start(accepted_at: datetime, reopened: Sequence[datetime] = ()) -> datetime:
    """Return when the clock began: at the acceptance, anew at each reopening."""
    return max(map(to_utc, (accepted_at, *reopened)))


def deadline(job: JobClock) -> Deadline:
    """Return by when to arrive and to finish.

    Without a target both are None. An appointment later than the promised response replaces it, and the time before it is the
    customer's: the clock of finishing stands until it begins. Working days are those of the service hours.
    """
    if job.target is None:
        return Deadline(None, None)
    standing = any(pause.end is None for pause in job.pauses)
    cal = calendar_for(job.clock, job.service)
    respond_by = due(cal, job.started, job.target.arrive_minutes, job.pauses) if job.target.arrive_minutes > 0 else None
    appointment = _later_appointment(job)
    if appointment:
        respond_by = appointment.end
    return Deadline(respond_by, _finish_by(job), standing)


def alert_level(
    elapsed_minutes: int, target_minutes: int | None, thresholds: tuple[int, int, int] = (80, 100, 150)
) -> AlertLevel:
    """Return 80, 100 or 150 (warned, leader, manager) once the part of the target used up reaches that threshold, else 0.

    `thresholds` are the percentages at which the three are told; the levels returned keep their names whatever these are.
    """
    if not target_minutes or target_minutes < 0:
        return QUIET
    warn, leader, manager = (elapsed_minutes * 100 >= percent * target_minutes for percent in thresholds)
    return TO_MANAGER if manager else TO_LEADER if leader else WARNED if warn else QUIET


def alert(
    job: JobClock,
    now: datetime,
    arrived: bool,
    finished: bool = False,
    thresholds: tuple[int, int, int] = (80, 100, 150),
) -> AlertLevel:
    """Return the higher of the alert levels of the response (until arrival) and of the finish (until finished)."""
    if job.target is None or finished:
        return QUIET
    cal = calendar_for(job.clock, job.service)
    levels: list[AlertLevel] = []
    for calendar, target in _finish_targets(job):
        levels.append(alert_level(elapsed(calendar, job.started, now, _finish_pauses(job)), target, thresholds))
    if not arrived:
        appointment = _later_appointment(job)
        if appointment:
            begins = to_utc(appointment.start)
            waited, window = to_utc(now) - begins, to_utc(appointment.end) - begins
            levels.append(alert_level(waited // timedelta(minutes=1), window // timedelta(minutes=1), thresholds))
        else:
            used = elapsed(cal, job.started, now, job.pauses)
            levels.append(alert_level(used, job.target.arrive_minutes, thresholds))
    return max(levels, default=QUIET)


def alert_times(
    job: JobClock, arrived: bool, thresholds: tuple[int, int, int] = (80, 100, 150)
) -> list[tuple[AlertLevel, datetime]]:
    """Return the instants (UTC) at which `alert` rises to each level, for the response until arrival and for the finish.

    Levels whose moment is not known because the clock stands are left out.
    """
    if job.target is None:
        return []
    levels: tuple[AlertLevel, ...] = (WARNED, TO_LEADER, TO_MANAGER)
    spans = [(calendar, target, _finish_pauses(job)) for calendar, target in _finish_targets(job)]
    found: list[tuple[AlertLevel, datetime]] = []
    appointment = None if arrived else _later_appointment(job)
    if appointment:
        begins, window = to_utc(appointment.start), to_utc(appointment.end) - to_utc(appointment.start)
        minutes = -(-window // timedelta(minutes=1))
        for level, percent in zip(levels, thresholds, strict=True):
            found.append((level, begins + timedelta(minutes=_share(minutes, percent))))
    elif not arrived and job.target.arrive_minutes > 0:
        spans.append((calendar_for(job.clock, job.service), job.target.arrive_minutes, job.pauses))
    for calendar, target, pauses in spans:
        for level, percent in zip(levels, thresholds, strict=True):
            moment = due(calendar, job.started, _share(target, percent), pauses)
            if moment is not None:
                found.append((level, moment))
    return found


def _share(minutes: int, percent: int) -> int:
    """Return the first whole minute at which that percentage of the minutes is used up."""
    return -(-minutes * percent // 100)


def is_late(due_at: datetime | None, done_at: datetime | None, now: datetime) -> bool:
    """Return whether a thing due was done late, or is undone and overdue; the due moment itself is in time."""
    return due_at is not None and to_utc(done_at or now) > to_utc(due_at)


def latch(old: bool, now_late: bool) -> bool:
    """Return the late flag to store: once late, late for good, whatever moves the due time afterwards."""
    return bool(old) or bool(now_late)


def next_alarm(
    last_alarm_at: datetime | None, now: datetime, every_minutes: int
) -> Literal["Leader", "Manager"] | None:
    """Return whom to alarm about an emergency nobody has taken: the leader at once, then the manager every few minutes.

    None: the last alarm is younger than `every_minutes`.
    """
    if last_alarm_at is None:
        return "Leader"
    return "Manager" if to_utc(now) - to_utc(last_alarm_at) >= timedelta(minutes=every_minutes) else None


def _later_appointment(job: JobClock) -> Appointment | None:
    """Return the appointment if it lies after the promised response (its end decides), None if it changes nothing."""
    if job.appointment is None or job.target is None or to_utc(job.appointment.end) <= to_utc(job.started):
        return None
    if job.target.arrive_minutes <= 0:
        return job.appointment
    promised = due(calendar_for(job.clock, job.service), job.started, job.target.arrive_minutes, ())
    return job.appointment if promised is None or to_utc(job.appointment.end) > promised else None


def _finish_pauses(job: JobClock) -> tuple[Pause, ...]:
    appointment = _later_appointment(job)
    if appointment is None or to_utc(appointment.start) <= to_utc(job.started):
        return job.pauses
    return (*job.pauses, Pause(job.started, appointment.start))


def _finish_targets(job: JobClock) -> list[tuple[Calendar, int]]:
    """Return the promises of finishing, each as minutes of a calendar. Working days become the service minutes in them."""
    assert job.target is not None
    targets: list[tuple[Calendar, int]] = []
    if job.target.finish_minutes > 0:
        targets.append((calendar_for(job.clock, job.service), job.target.finish_minutes))
    if job.target.finish_working_days > 0:
        begun = to_utc(job.started)
        held = (to_utc(p.end) for p in _finish_pauses(job) if p.end and to_utc(p.start) <= begun)
        start = max([begun, *held])
        close = add_working_days(job.service, start, job.target.finish_working_days)
        targets.append((job.service, minutes_between(job.service, start, close)))
    return targets


def _finish_by(job: JobClock) -> datetime | None:
    ends = [due(calendar, job.started, minutes, _finish_pauses(job)) for calendar, minutes in _finish_targets(job)]
    return min((end for end in ends if end), default=None)
