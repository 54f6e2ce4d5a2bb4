"""A point of a round that a phone sends twenty times at the same moment, and a plan whose rounds are made twice at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import frappe
import pytest

from property_service.patrol import records, tasks
from property_service.property_service.service_clock import local_day
from property_service.tests import factories as make
from property_service.tests import patrol_factories as patrol
from tests.parallel import at_once
from tests.portal.world import World, remove_world

MANY = 20


@pytest.fixture
def night(site: str) -> Iterator[frappe._dict]:
    """A committed round and a plan without rounds, removed afterwards."""
    world = World("")
    community = make.make_community()
    world.homes, world.calendars = {"here": community.name}, [community.service_calendar]
    world.people = {"patroller": patrol.make_patroller(community)}
    route = patrol.make_route(community.name, 1)
    plan = patrol.make_plan(route, world.people["patroller"], ("08:00", "20:00"), days_ahead=1)
    frappe.db.delete(tasks.TASK, {"plan": plan.name})
    task = patrol.make_round(route, world.people["patroller"])
    frappe.db.commit()
    yield frappe._dict(user=world.people["patroller"], route=route, task=task, plan=plan.name)
    frappe.db.rollback()
    frappe.db.delete("Patrol Route Point", {"parent": route.name})
    frappe.db.delete("Patrol Plan Time", {"parent": plan.name})
    frappe.db.commit()  # removing the world begins with a rollback
    remove_world(world)


@pytest.mark.parametrize("snapshot_isolation", [0, 1])
def test_twenty_at_once_are_one_record_and_one_finding(site: str, night: frappe._dict, snapshot_isolation: int) -> None:
    order = patrol.make_order(night.task, night.route.points[0].checkpoint, found=records.Found(title="Wet floor"))

    def send() -> str:
        if snapshot_isolation:  # the default from MariaDB 11.6 on
            frappe.db.sql("set session innodb_snapshot_isolation = 1")
        frappe.set_user(night.user)
        for _try in range(3):  # as an endpoint begins again
            try:
                name = records.record(order, night.user)["name"]
                frappe.db.commit()
                return name
            except frappe.QueryDeadlockError:
                frappe.db.rollback()
        raise AssertionError("no end of deadlocks")

    answers = at_once(site, [send] * MANY)
    frappe.db.rollback()
    assert len(set(answers)) == 1, answers
    assert frappe.db.count(tasks.RECORD, {"task": night.task}) == 1
    assert frappe.db.count("Inspection Finding", {"client_key": order.client_key}) == 1
    assert frappe.db.get_value(tasks.TASK, night.task, ["status", "points_done"]) == ("Completed", 1)


def test_rounds_made_by_several_at_once_are_made_once(site: str, night: frappe._dict) -> None:
    until = local_day(night.route.community) + timedelta(days=20)

    def work() -> Any:
        made = tasks.generate([night.plan], until)
        frappe.db.commit()
        return made

    answers = at_once(site, [work] * 5)
    frappe.db.rollback()
    assert sorted(answers)[:4] == [0, 0, 0, 0], answers
    assert sum(answers) == frappe.db.count(tasks.TASK, {"plan": night.plan}) >= 40
