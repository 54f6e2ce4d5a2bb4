"""The end of a round: what was not recorded is missed, and the round is counted.

Nothing here commits but the scheduler that calls it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import frappe
from frappe.query_builder.functions import Count, Max, Min, Sum
from pypika import Case

from property_service.patrol import tasks
from property_service.patrol.point_results import EARLY, LATE, MISSED, ON_TIME
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.locks import run_locked
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now
from property_service.property_service.staff_notices import staff_with_role, tell_many

MOST_AT_ONCE = 500
MOST_LOTS = 40
COUNTERS = {"early_count": EARLY, "on_time_count": ON_TIME, "late_count": LATE, "missed_count": MISSED}


def sweep() -> None:
    """Scheduler, every five minutes: stand-ins for those off duty, and the end of rounds whose time is over."""
    tasks.settle_substitutes()
    for _lot in range(MOST_LOTS):
        if close_out() < MOST_AT_ONCE:
            break
        frappe.db.commit()  # nosemgrep: each lot of rounds stands for itself


def close_out(now: datetime | None = None) -> int:
    """Close the rounds whose time is over, 500 at most; returns how many. The number of queries does not grow with them."""
    now = now or site_now()
    task = frappe.qb.DocType(tasks.TASK)
    over = run_locked(
        frappe.qb.from_(task)
        .select(task.name, task.route, task.community, task.assigned_to, task.closes_at)
        .where(task.status.isin(tasks.OPEN))
        .where(task.closes_at < now)
        .orderby(task.closes_at)
        .orderby(task.name)
        .limit(MOST_AT_ONCE),
        as_dict=True,
    )
    if not over:
        return 0
    _insert_missed(over, now)
    names = [row.name for row in over]
    recount(names, over=True)
    _tell_managers(names)
    return len(over)


def recount(names: Sequence[str], over: bool = False) -> None:
    """Count the records of rounds anew, in one statement; `over`: their time has passed, so they get their final state."""
    record, task = frappe.qb.DocType(tasks.RECORD), frappe.qb.DocType(tasks.TASK)
    recorded = Case().when(record.result == MISSED, 0).else_(1)
    counts = (
        frappe.qb.from_(record)
        .select(
            record.task,
            Count(record.name).as_("points"),
            Sum(recorded).as_("done"),
            Min(Case().when(record.result != MISSED, record.recorded_at)).as_("began"),
            Max(Case().when(record.result != MISSED, record.recorded_at)).as_("ended"),
            Max(record.is_too_fast).as_("too_fast"),
            Sum(Case().when(record.finding.isnotnull(), 1).else_(0)).as_("findings"),
            *(
                Sum(Case().when(record.result == word, 1).else_(0)).as_(f"n_{field}")
                for field, word in COUNTERS.items()
            ),
        )
        .where(record.task.isin(list(names)))
        .groupby(record.task)
    ).as_("counts")
    if over:
        # the route may have fewer points by now than when the round was made
        total = counts.points
        status = Case().when(counts.done == 0, tasks.MISSED).when(counts.done < total, tasks.INCOMPLETE)
        status = status.else_(tasks.COMPLETED)
    else:
        total = task.points_total
        status = (
            Case().when(counts.done >= total, tasks.COMPLETED).when(task.status.isin(tasks.OPEN), tasks.IN_PROGRESS)
        )
        status = status.when(counts.done > 0, tasks.INCOMPLETE).else_(task.status)
    query = (
        frappe.qb.update(task)
        .join(counts)
        .on(counts.task == task.name)
        .set(task.status, status)
        .set(task.points_total, total)
        .set(task.points_done, counts.done)
        .set(task.began_at, counts.began)
        .set(task.is_too_fast, counts.too_fast)
        .set(task.finding_count, counts.findings)
        .set(task.finished_at, Case().when(counts.done >= total, counts.ended).else_(None))
        .set(task.modified, site_now())
    )
    for field in COUNTERS:
        query = query.set(task[field], counts[f"n_{field}"])
    query.where(task.name.isin(list(names))).run()


def _insert_missed(over: Sequence[Any], now: datetime) -> None:
    points = _points({row.route for row in over})
    record = frappe.qb.DocType(tasks.RECORD)
    done = set(
        frappe.qb.from_(record)
        .select(record.point_key)
        .where(record.task.isin([row.name for row in over]))
        .run(pluck=True)
    )
    rows = []
    for row in over:
        for number, checkpoint, shown in points[row.route]:
            key = point_key(row.name, checkpoint)
            if key not in done:
                rows.append(
                    {
                        "title": shown,
                        "task": row.name,
                        "checkpoint": checkpoint,
                        "point_no": number,
                        "community": row.community,
                        "patroller": row.assigned_to,
                        "result": MISSED,
                        "recorded_at": row.closes_at,
                        "received_at": now,
                        "point_key": key,
                    }
                )
    for entry, name in zip(rows, hash_names(len(rows)), strict=True):
        entry["name"] = name
    insert_block(tasks.RECORD, rows)


def point_key(task: str, checkpoint: str) -> str:
    """What is unique of a record: each checkpoint once in a round."""
    return f"{task}|{checkpoint}"


def _points(routes: set[str]) -> dict[str, list[tuple[int, str, str]]]:
    """Number, checkpoint and its name of the points of each route."""
    row, point = frappe.qb.DocType("Patrol Route Point"), frappe.qb.DocType("Patrol Checkpoint")
    query = frappe.qb.from_(row).join(point).on(point.name == row.checkpoint)
    query = query.select(row.parent, row.idx, row.checkpoint, point.checkpoint_name)
    query = query.where(row.parent.isin(sorted(routes))).where(row.parenttype == "Patrol Route")
    found: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
    for route, number, checkpoint, shown in query.orderby(row.parent).orderby(row.idx).run():
        found[route].append((number, checkpoint, shown))
    return found


def _tell_managers(names: Sequence[str]) -> None:
    """Tell the managers of each community, in one notice, of the rounds that were not completed."""
    rows = frappe.get_all(
        tasks.TASK,
        {"name": ["in", list(names)], "status": ["in", (tasks.INCOMPLETE, tasks.MISSED)]},
        ["name", "community"],
        order_by="starts_at asc, name asc",
    )
    by_community: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        by_community[row.community].append(row.name)
    tell_many(
        [
            {
                "users": staff_with_role("Property Manager", community),
                "subject": (_("{0} patrol rounds of {1} were missed or left incomplete."), len(missed), community),
                "doctype": tasks.TASK,
                "name": missed[0],
            }
            for community, missed in by_community.items()
        ]
    )
