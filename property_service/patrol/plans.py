"""Plans as they are entered: read into a schedule, and judged when saved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_fullname, getdate

from property_service.patrol.patrollers import check_patroller
from property_service.patrol.point_results import Point, check_points
from property_service.patrol.schedule import (
    Exceptions,
    Schedule,
    check_happens,
    days,
    month_days,
    occurrences,
)
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_calendars import clock
from property_service.property_service.service_clock import WEEKDAYS, local_day, zone_of

PLAN = "Patrol Plan"
LEFT_OUT, EXTRA = "Left Out", "Extra"
MOST_DAYS_AHEAD = 60
MOST_MINUTES_OPEN = 24 * 60


def schedule_of(plan: Any, times: Iterable[Any], exceptions: Iterable[Any]) -> Schedule:
    """Read a plan and its rows (start_time; exception_date, kind) as a schedule; raises RuleError for one that cannot be."""
    first, last = getdate(plan.from_date), getdate(plan.to_date) if plan.to_date else None
    rows = [(getdate(row.exception_date), row.kind) for row in exceptions]
    return Schedule(
        zone=zone_of(plan.community),
        frequency=plan.frequency,
        first=first,
        last=last,
        times=tuple(clock(row.start_time) for row in times),
        every=cint(plan.every),
        weekdays=tuple(number for number, day in enumerate(WEEKDAYS) if cint(plan.get(day.lower()))),
        month_days=month_days(plan.month_days) if plan.frequency == "Monthly" else (),
        exceptions=Exceptions(
            left_out=frozenset(day for day, kind in rows if kind == LEFT_OUT),
            extra=frozenset(day for day, kind in rows if kind == EXTRA),
            holidays=holidays_of(plan.community) if plan.holidays == LEFT_OUT else frozenset(),
        ),
    )


def holidays_of(community: str) -> frozenset[date]:
    """The days that the community's service calendar lists as closed."""
    name = frappe.get_cached_value("Community", community, "service_calendar")
    if not name:
        return frozenset()
    rows = frappe.get_cached_doc("Service Calendar", name).exceptions
    return frozenset(getdate(row.exception_date) for row in rows if not (row.from_time and row.to_time))


def check_plan(plan: Document) -> None:
    """Judge a plan when it is saved; raises RuleError with what to do instead."""
    if any(row.start_time in (None, "") for row in plan.times):
        raise RuleError(_("A plan needs at least one time of the day. Enter when the round begins."))
    check_happens(schedule_of(plan, plan.times, plan.exceptions))
    _check_minutes(plan)
    _check_route(plan)
    _check_people(plan)


def _check_minutes(plan: Document) -> None:
    if not 1 <= cint(plan.days_ahead) <= MOST_DAYS_AHEAD:
        raise RuleError(_("Rounds are made 1 to {0} days ahead. Correct the number of days."), MOST_DAYS_AHEAD)
    if not 1 <= cint(plan.minutes_open) <= MOST_MINUTES_OPEN:
        raise RuleError(
            _("A round is missed 1 to {0} minutes after its start. Correct the minutes."), MOST_MINUTES_OPEN
        )
    if cint(plan.minutes_late) > cint(plan.minutes_open):
        raise RuleError(_("A round cannot be on time after it is missed. Allow fewer minutes late, or miss it later."))
    if cint(plan.minutes_early) > MOST_MINUTES_OPEN:
        raise RuleError(_("Allow at most {0} minutes early."), MOST_MINUTES_OPEN)


def _check_route(plan: Document) -> None:
    route = frappe.get_doc("Patrol Route", plan.route)
    if not route.enabled and cint(plan.enabled):
        raise RuleError(_("The route {0} is not in use. Enable it, or choose another."), route.route_name)
    check_points([point_of(row) for row in route.points], cint(plan.minutes_open))


def point_of(row: Any) -> Point:
    """Read a row of a route as a point of the rules."""
    return Point(cint(row.idx), cint(row.from_minute), cint(row.until_minute))


def _check_people(plan: Document) -> None:
    check_patroller(plan.assigned_to, plan.community)
    if plan.substitute:
        if plan.substitute == plan.assigned_to:
            raise RuleError(
                _("{0} cannot stand in for himself or herself. Choose another substitute."),
                get_fullname(plan.substitute),
            )
        check_patroller(plan.substitute, plan.community)


def next_rounds(plan: Document, most: int = 6) -> list[str]:
    """The next days and times of a plan for its form, in the community's time: 2026-11-28 22:00."""
    try:
        schedule = schedule_of(plan, plan.times, plan.exceptions)
    except RuleError:
        return []
    today = local_day(plan.community)
    found = []
    for day in days(schedule, today, today + timedelta(days=366))[:most]:
        found += [f"{day} {each.clock:%H:%M}" for each in occurrences(schedule, day, day)]
    return found[:most]
