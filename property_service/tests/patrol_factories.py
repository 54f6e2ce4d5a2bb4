"""Documents of module Patrol for tests. Nothing is committed here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import frappe
from frappe.model.document import Document

from property_service.patrol import tasks
from property_service.patrol.records import RecordOrder
from property_service.property_service.service_clock import local, local_day, site_now, to_aware
from property_service.tests.factories import insert, make_staff, unique

PATROLLER = "Property Patroller"


def make_checkpoint(community: str, **values: Any) -> Document:
    """A checkpoint of a community (its name)."""
    return insert("Patrol Checkpoint", **{"checkpoint_name": unique("Point "), "community": community, **values})


def make_checklist(items: Sequence[dict[str, Any]] | None = None, **values: Any) -> Document:
    """A checklist; the usual one asks for a valve and a pressure."""
    usual = [
        {"question": "Valve", "kind": "Single", "options": "Open\nClosed", "normal_options": "Open", "required": 1},
        {
            "question": "Pressure",
            "kind": "Number",
            "has_lowest": 1,
            "lowest": 0.35,
            "has_highest": 1,
            "highest": 0.6,
            "measure": "MPa",
            "required": 1,
        },
    ]
    return insert("Patrol Checklist", **{"checklist_name": unique("Checklist "), "items": items or usual, **values})


def make_route(community: str, points: Sequence[Any] | int = 3, **values: Any) -> Document:
    """A route over so many new checkpoints, or over these (documents, or rows {checkpoint, …})."""
    if isinstance(points, int):
        points = [make_checkpoint(community) for _number in range(points)]
    rows = [point if isinstance(point, dict) else {"checkpoint": point.name} for point in points]
    return insert("Patrol Route", **{"route_name": unique("Round "), "community": community, "points": rows, **values})


def make_plan(route: Document, user: str, times: Sequence[str] = ("08:00",), **values: Any) -> Document:
    """A daily plan of this year and the next for a patroller; its rounds are made with it."""
    today = local_day(route.community)
    standard = {
        "plan_name": unique("Plan "),
        "route": route.name,
        "assigned_to": user,
        "from_date": today,
        "to_date": today + timedelta(days=400),
        "times": [{"start_time": clock} for clock in times],
    }
    return insert("Patrol Plan", **{**standard, **values})


def make_round(route: Document, user: str, starts_at: datetime | None = None, **values: Any) -> str:
    """A round that begins at this site time (now if left out), as the plan of the moment makes it; returns its name."""
    starts_at = starts_at or site_now()
    shown = local(route.community, starts_at)
    row = {
        "name": frappe.generate_hash(length=10),
        "title": tasks.title_of(route.route_name, f"{shown:%Y-%m-%d %H:%M}"),
        "route": route.name,
        "community": route.community,
        "assigned_to": user,
        "original_assignee": user,
        "task_date": shown.date(),
        "starts_at": starts_at,
        "closes_at": starts_at + timedelta(minutes=120),
        "points_total": len(route.points),
        "minutes_early": 15,
        "minutes_late": 15,
        "occurrence_key": unique("round "),
        **values,
    }
    tasks.insert_block(tasks.TASK, [row])
    return row["name"]


def make_order(task: str, checkpoint: str, **values: Any) -> RecordOrder:
    """A point recorded now by its typed code, as a phone sends it."""
    now = to_aware(site_now())
    standard = {
        "task": task,
        "checkpoint": checkpoint,
        "client_key": str(uuid4()),
        "device_time": now,
        "device_now": now,
        "typed_code": frappe.db.get_value("Patrol Checkpoint", checkpoint, "typed_code"),
    }
    return RecordOrder(**{**standard, **values})


def make_patroller(community: Document, *more_roles: str, **values: Any) -> str:
    """A patroller of a community."""
    return make_staff(PATROLLER, *more_roles, community=community, **values)


def tasks_of(plan: str, fields: Sequence[str] = ("name", "starts_at", "status", "assigned_to")) -> list[Any]:
    """The rounds of a plan, by time."""
    return frappe.get_all(tasks.TASK, {"plan": plan}, list(fields), order_by="starts_at asc")


def day_after(community: str, days: int) -> date:
    """The date in a community so many days from today."""
    return local_day(community) + timedelta(days=days)
