"""Every scheduled job killed in front of its commit, run twice at once, and run once more: done once, and the last run changes nothing.

The jobs are read from hooks.py; what is due for each of them stands in `due.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import time, timedelta
from functools import partial
from typing import Any

import frappe
import pytest

from property_service import hooks
from property_service.community_life import greetings
from property_service.property_service import queueing, work_batches
from property_service.tests import factories as make
from tests import figures
from tests.faults import due, invariants, killing, tables
from tests.parallel import at_once

pytestmark = pytest.mark.fault

APP, SETTINGS = "property_service.", "Property Service Settings"

TWICE = 2
# Whoever is second at the same moment may be told to come again; the next run of the scheduler does.
COMES_AGAIN = (frappe.QueryDeadlockError, frappe.QueryTimeoutError, frappe.UniqueValidationError)


def jobs() -> list[str]:
    """The scheduled jobs by path, without the app's name."""
    paths: list[str] = []
    for when, listed in hooks.scheduler_events.items():
        for group in listed.values() if when == "cron" else [listed]:
            paths += group
    return sorted(path.removeprefix(APP) for path in paths)


def test_every_job_is_tried() -> None:
    assert jobs() == sorted(due.DUE), "say in due.py what is due for the new job, and what becomes of it"


@pytest.fixture(scope="module")
def world(site: str) -> Iterator[Any]:
    """What all jobs share, committed; every row that any of them adds goes with it."""
    before = tables.names()
    occasions = frappe.get_all("Greeting Occasion", {"enabled": 1}, pluck="name", order_by="name asc")
    settings = {name: frappe.db.get_single_value(SETTINGS, name) for name in ("greetings_enabled", "greeting_time")}
    yield due.make_world()
    frappe.db.rollback()
    make.set_sms_gateway("")
    frappe.db.set_single_value(SETTINGS, settings)
    frappe.db.set_value("Greeting Occasion", {"name": ["in", [*occasions, ""]]}, "enabled", 1)
    frappe.db.commit()
    tables.remove_added(before)
    frappe.clear_document_cache(SETTINGS, SETTINGS)


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows in the queue is done at once, after the commit, in whatever process or thread it was asked for."""

    def later(method: str, options: dict[str, Any]) -> None:
        arguments = {name: value for name, value in options.items() if name != "queue"}
        frappe.get_attr(method)(**arguments)
        frappe.db.commit()

    def batch(name: str, attempt: int) -> None:
        frappe.db.after_commit.add(partial(work_batches.run_batch, name, attempt))

    def send(receivers: list[str], text: str, **_how: Any) -> None:
        frappe.get_doc({"doctype": "ToDo", "description": f"SMS {text}"}).db_insert()

    monkeypatch.setattr(queueing, "_enqueue", later)
    monkeypatch.setattr(work_batches, "_queue", batch)
    monkeypatch.setattr(greetings, "NOT_AFTER", time(23, 59, 59))
    monkeypatch.setattr("frappe.core.doctype.sms_settings.sms_settings.send_sms", send)


@pytest.mark.parametrize("path", jobs())
def test_killed_then_twice_at_once_then_again(site: str, world: Any, inline: None, path: str) -> None:
    job, wanted = frappe.get_attr(APP + path), due.DUE[path]
    about = wanted.prepare(world)
    frappe.db.after_commit.reset()
    frappe.db.commit()
    before = wanted.made(about)
    assert before != wanted.expected, "nothing is due"

    killing.start(job, killing.before_commit()).kill()
    assert wanted.made(about) == before, "a killed job leaves nothing"

    answers = at_once(site, [job] * TWICE)
    figures.count("faults tried", TWICE)
    assert [answer for answer in answers if isinstance(answer, Exception) and not isinstance(answer, COMES_AGAIN)] == []
    frappe.db.rollback()
    if any(isinstance(answer, Exception) for answer in answers):
        job()
        frappe.db.commit()
    assert wanted.made(about) == wanted.expected

    sums = tables.checksums()
    job()
    frappe.db.commit()
    figures.count("faults tried")
    after = tables.checksums()
    assert [name for name in sums if sums[name] != after[name]] == []
    invariants.check()


def test_a_clock_a_month_ahead_and_set_right_again_makes_nothing_twice(
    world: Any, inline: None, moved: Callable[[timedelta], None]
) -> None:
    for path in jobs():
        due.DUE[path].prepare(frappe._dict(world, units=due.homes(world)))
    frappe.db.after_commit.reset()
    frappe.db.commit()

    def a_day(by: timedelta) -> None:
        moved(by)
        figures.count("faults tried")
        for path in jobs():
            frappe.get_attr(APP + path)()
            frappe.db.commit()

    first = tables.names()
    a_day(timedelta())
    a_day(timedelta(days=31))
    assert {"Patrol Task", "Service Message", "Notification Log"} <= set(tables.added(first))
    made = tables.names()
    a_day(timedelta())
    a_day(timedelta(days=31))
    assert tables.added(made) == {}
    invariants.check()
