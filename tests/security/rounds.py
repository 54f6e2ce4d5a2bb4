"""Rounds of module Patrol for the attacks: who may do what with its documents, one of each "here", arguments of its endpoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import frappe
from frappe.utils import add_days, now_datetime, today

from property_service.tests import factories as make
from property_service.tests import patrol_factories as patrol
from tests.portal.world import World

READ = {"desk": "r", "leader": "r", "patroller": "r", "manager": "r"}
MASTER = {**READ, "manager": "rwc"}
EXPECTED: dict[str, dict[str, str]] = {
    "Patrol Checklist": {**MASTER, "far_desk": "r", "far_manager": "rwc"},
    "Patrol Checkpoint": {**MASTER, "guard": "r"},
    "Patrol Plan": MASTER,
    "Patrol Record": READ,
    "Patrol Route": MASTER,
    "Patrol Task": READ,
}
# Endpoint (path without the app's name) → arguments of a real call; words in braces are filled in from `make_words`.
ROUND = {"name": "{round}"}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "patrol.patrol_api.begin": {},
    "patrol.patrol_api.record": {
        "user": "{patroller}",
        "task": "{round}",
        "checkpoint": "{checkpoint}",
        "client_key": "00000000-0000-4000-8000-000000000001",
        "device_time": "2026-01-01T08:00:00+00:00",
        "typed_code": "{typed_code}",
    },
    "patrol.patrol_api.reassign": {**ROUND, "user": "{patroller}", "reason": "Walk"},
    "patrol.patrol_api.cancel": {**ROUND, "reason": "Walk"},
    "patrol.patrol_api.points_of": ROUND,
    "patrol.patrol_api.make_labels": {"names": '["{checkpoint}"]'},
}
# Endpoint → (other answers staff of elsewhere may get, why).
OTHER_ANSWERS: dict[str, tuple[tuple[int, ...], str]] = {
    "patrol.patrol_api.begin": ((200,), "his own rounds"),
}


def documents(here: Any, stored: Callable[..., str]) -> dict[str, str]:
    """DocType → name of a document of the community; without rows of child tables, which would outlive the community."""
    place = {"community": here.name}
    point = patrol.make_checkpoint(here.name)
    route = stored("Patrol Route", **place, route_name="Night Round", enabled=1)
    plan = stored(
        "Patrol Plan",
        **place,
        plan_name="Nights",
        route=route,
        frequency="Daily",
        every=1,
        from_date=today(),
        to_date=add_days(today(), 30),
        assigned_to="Administrator",
        enabled=0,
    )
    task = stored(
        "Patrol Task",
        **place,
        route=route,
        plan=plan,
        status="Planned",
        assigned_to="Administrator",
        starts_at=now_datetime(),
        closes_at=now_datetime() + timedelta(hours=2),
        occurrence_key=make.unique("round "),
    )
    record = stored(
        "Patrol Record",
        **place,
        task=task,
        checkpoint=point.name,
        result="On Time",
        recorded_at=now_datetime(),
        point_key=make.unique("point "),
    )
    return {
        "Patrol Checkpoint": point.name,
        "Patrol Plan": plan,
        "Patrol Record": record,
        "Patrol Route": route,
        "Patrol Task": task,
    }  # fmt: skip


def make_words(world: World) -> dict[str, str]:
    """Make what the arguments name, in the community "here"; returns word → name. Goes with the world's community."""
    here = frappe.get_doc("Community", world.homes["here"])
    world.people["patroller"] = patrol.make_patroller(here)
    route = patrol.make_route(here.name, 1)
    point = route.points[0].checkpoint
    return {
        "patroller": world.people["patroller"],
        "round": patrol.make_round(route, world.people["patroller"]),
        "checkpoint": point,
        "typed_code": frappe.db.get_value("Patrol Checkpoint", point, "typed_code"),
    }
