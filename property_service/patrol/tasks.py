"""Rounds to be done: made ahead from the plans, each occurrence once; replaced when a plan changes; given to somebody else.

Nothing here commits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Count
from frappe.utils import add_days, cint

from property_service.patrol.patrollers import off_duty
from property_service.patrol.plans import PLAN, schedule_of
from property_service.patrol.schedule import Occurrence, occurrences
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.locks import run_locked
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local_day, site_now, to_aware, to_site
from property_service.property_service.staff_notices import staff_with_role, tell_many

TASK, RECORD = "Patrol Task", "Patrol Record"
PLANNED, IN_PROGRESS, COMPLETED = "Planned", "In Progress", "Completed"
INCOMPLETE, MISSED, CANCELLED = "Incomplete", "Missed", "Cancelled"
OPEN = (PLANNED, IN_PROGRESS)
# Duty is a matter of the shift: who is off duty now may well be there in a week.
SUBSTITUTE_BEFORE = timedelta(minutes=60)
# Days before the last day of a plan.
TOLD_BEFORE = (14, 3)

Row = dict[str, Any]


def generate(
    plans: Sequence[str] | None = None, until: date | None = None, names: Mapping[str, str] | None = None
) -> int:
    """Make the rounds that are not there yet, of these plans (all enabled ones if left out); returns how many.

    Up to the day `until`, by default each plan's own number of days ahead. Rounds that would have begun already are not
    made. The plans are locked, so that two at once make each occurrence once. A plan that cannot be read any more is left
    out and logged. `names`: those that rounds had before, by occurrence key.
    """
    now = site_now()
    work = [plan for plan in _plans(plans) if plan.enabled]
    schedules = _schedules(work)
    spans = {}
    for plan in work:
        today = local_day(plan.community, now)
        spans[plan.name] = (today, until or today + timedelta(days=cint(plan.days_ahead)))
    known = _known_keys(schedules, now)
    routes = routes_in_use({plan.route for plan in work})
    rows = []
    for plan in work:
        if plan.name not in schedules or plan.route not in routes:
            continue
        for occurrence in occurrences(schedules[plan.name], *spans[plan.name]):
            key = occurrence_key(plan.name, occurrence)
            if key not in known and occurrence.starts_at >= to_aware(now):
                rows.append(task_row(plan, occurrence, key, *routes[plan.route]))
    for row, name in zip(rows, hash_names(len(rows)), strict=True):
        row["name"] = (names or {}).get(row["occurrence_key"], name)
    insert_block(TASK, rows)
    _note_made({plan.name: spans[plan.name][1] for plan in work})
    settle_substitutes(now)
    return len(rows)


def generate_all() -> None:
    """Daily: make the rounds of all plans, and tell managers of plans that end."""
    generate()
    tell_of_ends()


def tell_of_ends() -> int:
    """Tell the managers of plans that end in fourteen days and in three, so that the rounds go on; returns how many plans."""
    today = site_now().date()
    rows = frappe.get_all(
        PLAN,
        {"enabled": 1, "to_date": ["between", (today, add_days(today, max(TOLD_BEFORE) + 1))]},
        ["name", "plan_name", "community", "to_date", "creation"],
        order_by="name asc",
    )
    ending = {plan.name: (plan, day) for plan in rows if (day := _told_on(plan))}
    managers = {
        name: staff_with_role("Property Manager", name) for name in {plan.community for plan, _day in ending.values()}
    }
    subject = _("The patrol plan {0} ends on {1}. Give it a later last day if the rounds go on.")
    tell_many(
        [
            {
                "users": managers[plan.community],
                "subject": (subject, plan.plan_name, str(plan.to_date)),
                "doctype": PLAN,
                "name": plan.name,
                "once_since": datetime.combine(day, time.min),
            }
            for plan, day in ending.values()
        ]
    )
    return len(ending)


def _told_on(plan: frappe._dict) -> date | None:
    """The latest day on which the end of a plan was to be told; also where nothing ran that day. None for one made after it."""
    today = local_day(plan.community)
    days = [day for before in TOLD_BEFORE if (day := plan.to_date - timedelta(days=before)) <= today]
    return max(days) if days and plan.creation.date() <= max(days) else None


def task_row(plan: Any, occurrence: Occurrence, key: str, route_name: str, points: int) -> Row:
    """The fields of a round of a plan."""
    starts_at = to_site(occurrence.starts_at)
    return {
        "title": title_of(route_name, f"{occurrence.day} {occurrence.clock:%H:%M}"),
        "route": plan.route,
        "plan": plan.name,
        "community": plan.community,
        "assigned_to": plan.assigned_to,
        "original_assignee": plan.assigned_to,
        "status": PLANNED,
        "task_date": occurrence.day,
        "starts_at": starts_at,
        "closes_at": starts_at + timedelta(minutes=cint(plan.minutes_open)),
        "points_total": points,
        "minutes_early": cint(plan.minutes_early),
        "minutes_late": cint(plan.minutes_late),
        "occurrence_key": key,
    }


def title_of(route_name: str, when: str) -> str:
    """What a round is called on the desk: its route and when it begins by the clock of the community."""
    return f"{route_name[:120]} {when}"


def occurrence_key(plan: str, occurrence: Occurrence) -> str:
    """What is unique of a round: its plan and the instant it begins."""
    return f"{plan}|{occurrence.starts_at:%Y%m%dT%H%M%S}"


def replace(plan: Document) -> int:
    """After a change of a plan: rounds to come that nobody has begun are made anew; returns how many were made.

    A round that the plan still has keeps its name: a phone without reception delivers its points under that. What was given to
    somebody by hand stays with him; cancelled ones stay cancelled.
    """
    now = site_now()
    run_locked(frappe.qb.from_(frappe.qb.DocType(PLAN)).select("name").where(frappe.qb.DocType(PLAN).name == plan.name))
    task = frappe.qb.DocType(TASK)
    coming = run_locked(
        frappe.qb.from_(task)
        .select(task.name, task.occurrence_key, task.assigned_to, task.given_by_hand, task.note)
        .where((task.plan == plan.name) & (task.status == PLANNED) & (task.starts_at >= now))
        .orderby(task.name),
        as_dict=True,
    )
    frappe.db.delete(TASK, {"name": ["in", [row.name for row in coming] or [""]]})
    made = generate([plan.name], names={row.occurrence_key: row.name for row in coming})
    for row in coming:
        if row.given_by_hand:
            frappe.qb.update(task).set(task.assigned_to, row.assigned_to).set(task.given_by_hand, 1).set(
                task.note, row.note
            ).where(task.occurrence_key == row.occurrence_key).run()
    return made


def recount_points(route: str, points: int) -> None:
    """After a change of a route: rounds to come have so many points."""
    task = frappe.qb.DocType(TASK)
    frappe.qb.update(task).set(task.points_total, points).where(task.route == route).where(
        task.status == PLANNED
    ).where(task.closes_at >= site_now()).run()


def settle_substitutes(now: datetime | None = None) -> int:
    """Give rounds that begin within the hour to the substitute of an off-duty patroller, and back; returns how many moved.

    What was given by hand stays. Where the substitute is off duty too, the round stays with whom it was planned for.
    """
    now = now or site_now()
    task, plan = frappe.qb.DocType(TASK), frappe.qb.DocType(PLAN)
    rows = (
        frappe.qb.from_(task)
        .join(plan)
        .on(plan.name == task.plan)
        .select(task.name, task.assigned_to, task.original_assignee, plan.substitute)
        .where(task.status == PLANNED)
        .where(task.starts_at <= now + SUBSTITUTE_BEFORE)
        .where(task.closes_at > now)
        .where(task.given_by_hand == 0)
        .where(plan.substitute.isnotnull() & (plan.substitute != ""))
        .orderby(task.name)
        .run(as_dict=True)
    )
    away = off_duty({user for row in rows for user in (row.original_assignee, row.substitute)})
    moves: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        stands_in = row.original_assignee in away and row.substitute not in away
        wanted = row.substitute if stands_in else row.original_assignee
        if wanted != row.assigned_to:
            moves[wanted].append(row.name)
    for user, names in moves.items():
        frappe.qb.update(task).set(task.assigned_to, user).where(task.name.isin(names)).where(
            task.status == PLANNED
        ).run()
    tell_given(moves)
    return sum(map(len, moves.values()))


def tell_given(moves: dict[str, list[str]]) -> None:
    """Tell people of rounds that are theirs now; rows {user: names of tasks}."""
    subject = (_("A patrol round was given to you. Open the page Patrol on your phone."),)
    tell_many(
        [
            {"users": [user], "subject": subject, "doctype": TASK, "name": name}
            for user, names in moves.items()
            for name in names
        ]
    )


def routes_in_use(routes: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Name and number of points of each route, of those in use."""
    point, route = frappe.qb.DocType("Patrol Route Point"), frappe.qb.DocType("Patrol Route")
    query = (
        frappe.qb.from_(point)
        .join(route)
        .on((route.name == point.parent) & (point.parenttype == "Patrol Route"))
        .select(route.name, route.route_name, Count(point.name))
        .where(route.name.isin(sorted(routes) or [""]))
        .where(route.enabled == 1)
        .groupby(route.name)
    )
    return {name: (shown, points) for name, shown, points in query.run()}


def _plans(names: Sequence[str] | None) -> list[Any]:
    plan = frappe.qb.DocType(PLAN)
    query = frappe.qb.from_(plan).select(plan.star).where(plan.enabled == 1)
    query = query.where(plan.to_date >= add_days(site_now().date(), -1)).orderby(plan.name)
    return run_locked(query if names is None else query.where(plan.name.isin(list(names) or [""])), as_dict=True)


def _schedules(plans: Sequence[Any]) -> dict[str, Any]:
    """Schedules by plan; times and exceptions are read once for all."""
    names = [plan.name for plan in plans] or [""]
    times, exceptions = (
        _children(doctype, names, fields)
        for doctype, fields in (
            ("Patrol Plan Time", ["parent", "start_time"]),
            ("Patrol Plan Exception", ["parent", "exception_date", "kind"]),
        )
    )
    found = {}
    for plan in plans:
        try:
            found[plan.name] = schedule_of(plan, times[plan.name], exceptions[plan.name])
        except RuleError as error:
            frappe.log_error(title=f"Patrol Plan {plan.name} makes no rounds", message=str(error))
    return found


def _children(doctype: str, parents: Sequence[str], fields: list[str]) -> dict[str, list[Any]]:
    rows = frappe.get_all(
        doctype, {"parent": ["in", parents], "parenttype": PLAN}, fields, order_by="parent asc, idx asc"
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.parent].append(row)
    return found


def _known_keys(plans: Iterable[str], now: datetime) -> set[str]:
    task = frappe.qb.DocType(TASK)
    query = frappe.qb.from_(task).select(task.occurrence_key)
    return set(query.where(task.plan.isin(list(plans) or [""])).where(task.starts_at >= now).run(pluck=True))


def _note_made(until: dict[str, date]) -> None:
    """Remember up to when rounds were made, by one statement for all plans of a day."""
    plan = frappe.qb.DocType(PLAN)
    by_day: dict[date, list[str]] = defaultdict(list)
    for name, day in until.items():
        by_day[day].append(name)
    for day, names in by_day.items():
        frappe.qb.update(plan).set(plan.generated_until, day).where(plan.name.isin(names)).run()
