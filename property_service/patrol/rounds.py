"""One's own rounds as the phone page reads them, and what leaders do with rounds: give them to somebody else, cancel them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, get_fullname

from property_service.patrol import labels, tasks
from property_service.patrol.checklists import for_phone, questions_of
from property_service.patrol.patrollers import check_patroller
from property_service.patrol.plans import point_of
from property_service.patrol.point_results import window_of
from property_service.patrol.typed_codes import hint
from property_service.property_service.errors import NotAllowedNow
from property_service.property_service.locks import run_locked
from property_service.property_service.rule_error import RuleError, mark
from property_service.property_service.service_clock import site_now, to_aware, zone_of

AHEAD = timedelta(hours=36)
BEHIND = timedelta(hours=12)
MOST_ROUNDS = 60


def my_rounds(user: str) -> list[dict[str, Any]]:
    """The rounds of a patroller of these days, the next first, with all a phone needs to go on without reception.

    Rows {name, route_name, community, zone, status, starts_at, closes_at, order_counts, points}; points are {no, checkpoint, name,
    place, from, until, photo_required, questions, token_hash, code_hint, result, recorded_at}. Times are ISO 8601 in UTC.
    The number of queries does not grow with the rounds.
    """
    now = site_now()
    task, route = frappe.qb.DocType(tasks.TASK), frappe.qb.DocType("Patrol Route")
    found = (
        frappe.qb.from_(task)
        .join(route)
        .on(route.name == task.route)
        .select(task.name, task.route, task.community, task.status, task.starts_at, task.closes_at)
        .select(task.minutes_early, task.minutes_late, route.route_name, route.order_counts)
        .where(task.assigned_to == user)
        .where(task.status != tasks.CANCELLED)
        .where(task.closes_at >= now - BEHIND)
        .where(task.starts_at <= now + AHEAD)
        .orderby(task.starts_at)
        .orderby(task.name)
        .limit(MOST_ROUNDS)
        .run(as_dict=True)
    )
    points = _points({row.route for row in found})
    hashes = labels.token_hashes({point.checkpoint for rows in points.values() for point in rows})
    done = _done([row.name for row in found])
    return [_round(row, points[row.route], hashes, done[row.name]) for row in found]


def points_of(task: Any) -> list[dict[str, Any]]:
    """The points of a round in their order, with what was recorded of each; also of points that have left the route since.

    Rows {no, name, record, result, recorded_at (site time), is_abnormal, is_too_fast, finding}.
    """
    record, point = frappe.qb.DocType(tasks.RECORD), frappe.qb.DocType("Patrol Checkpoint")
    recorded = (
        frappe.qb.from_(record)
        .join(point)
        .on(point.name == record.checkpoint)
        .select(record.point_no.as_("no"), point.checkpoint_name.as_("name"), record.name.as_("record"))
        .select(record.checkpoint, record.result, record.recorded_at, record.is_abnormal, record.is_too_fast)
        .select(record.finding)
        .where(record.task == task.name)
        .orderby(record.point_no)
        .run(as_dict=True)
    )
    known = {row.pop("checkpoint") for row in recorded}
    open_points = [
        {"no": row.idx, "name": row.checkpoint_name, "record": None, "result": None, "recorded_at": None}
        for row in _points([task.route])[task.route]
        if row.checkpoint not in known
    ]
    return sorted([*map(dict, recorded), *open_points], key=lambda row: row["no"])


def reassign(name: str, user: str, reason: str) -> None:
    """Give a round to somebody else; he is told. The caller has judged that the session's user may."""
    task = _locked(name)
    if task.status not in tasks.OPEN:
        frappe.throw(
            _("This round is over. Only rounds to come and begun ones are given to somebody else."), NotAllowedNow
        )
    check_patroller(user, task.community)
    if user == task.assigned_to:
        raise RuleError(mark("The round is {0}'s already. Choose somebody else."), get_fullname(user))
    note = _note(task, _("Given to {0}: {1}").format(get_fullname(user), reason))
    frappe.db.set_value(tasks.TASK, name, {"assigned_to": user, "given_by_hand": 1, "note": note})
    tasks.tell_given({user: [name]})


def cancel(name: str, reason: str) -> None:
    """Cancel a round that nobody has begun, with the reason. The caller has judged that the session's user may."""
    task = _locked(name)
    if task.status != tasks.PLANNED:
        frappe.throw(_("Only a round that nobody has begun can be cancelled."), NotAllowedNow)
    frappe.db.set_value(tasks.TASK, name, {"status": tasks.CANCELLED, "note": _note(task, reason)})


def _locked(name: str) -> Any:
    table = frappe.qb.DocType(tasks.TASK)
    query = frappe.qb.from_(table).select(table.name, table.status, table.community, table.assigned_to, table.note)
    return run_locked(query.where(table.name == name), as_dict=True)[0]


def _note(task: Any, text: str) -> str:
    return "\n".join(filter(None, (task.note, text)))


def _points(routes: Iterable[str]) -> dict[str, list[Any]]:
    row, point = frappe.qb.DocType("Patrol Route Point"), frappe.qb.DocType("Patrol Checkpoint")
    rows = (
        frappe.qb.from_(row)
        .join(point)
        .on(point.name == row.checkpoint)
        .select(row.parent, row.idx, row.checkpoint, row.from_minute, row.until_minute)
        .select(row.checklist, point.checklist.as_("own_checklist"))
        .select(row.photo_required, point.photo_required.as_("own_photo_required"))
        .select(point.checkpoint_name, point.place, point.building, point.floor, point.typed_code)
        .where(row.parent.isin(sorted(routes) or [""]))
        .where(row.parenttype == "Patrol Route")
        .orderby(row.parent)
        .orderby(row.idx)
        .run(as_dict=True)
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for each in rows:
        found[each.parent].append(each)
    return found


def _done(names: list[str]) -> dict[str, dict[str, Any]]:
    rows = frappe.get_all(
        tasks.RECORD,
        {"task": ["in", names or [""]]},
        ["task", "checkpoint", "result", "recorded_at"],
        order_by="recorded_at asc, name asc",
    )
    found: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        found[row.task][row.checkpoint] = row
    return found


def _round(task: Any, points: list[Any], hashes: dict[str, str], done: dict[str, Any]) -> dict[str, Any]:
    starts_at = to_aware(task.starts_at)
    return {
        "name": task.name,
        "route_name": task.route_name,
        "community": task.community,
        "zone": zone_of(task.community),
        "status": task.status,
        "starts_at": starts_at.isoformat(),
        "closes_at": to_aware(task.closes_at).isoformat(),
        "order_counts": bool(cint(task.order_counts)),
        "points": [_point(task, starts_at, point, hashes, done.get(point.checkpoint)) for point in points],
    }


def _point(task: Any, starts_at: Any, point: Any, hashes: dict[str, str], done: Any) -> dict[str, Any]:
    begin, end = window_of(point_of(point), starts_at, cint(task.minutes_early), cint(task.minutes_late))
    return {
        "no": point.idx,
        "checkpoint": point.checkpoint,
        "name": point.checkpoint_name,
        "place": point.place or "",
        "from": begin.isoformat(),
        "until": end.isoformat(),
        "photo_required": bool(cint(point.photo_required) or cint(point.own_photo_required)),
        "questions": [for_phone(question) for question in questions_of(point.checklist or point.own_checklist)],
        "token_hash": hashes.get(point.checkpoint, ""),
        "code_hint": hint(point.typed_code),
        "result": done.result if done else None,
        "recorded_at": to_aware(done.recorded_at).isoformat() if done else None,
    }
