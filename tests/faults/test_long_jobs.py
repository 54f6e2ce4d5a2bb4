"""Every kind of batch: its worker is killed in the middle, the next one outlives its lease, a third takes over. Done once, nothing lost.

The kinds are read from the code of the app: the functions that are given to `add_batches` by their paths.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest

import property_service
from property_service.property_service import work_batches
from tests import figures, queue_worker
from tests.faults import due, invariants, killing, tables
from tests.faults.long_work import KINDS, SIZES, expire, requeue

pytestmark = pytest.mark.fault

PATHS = re.compile(r'"(property_service\.[a-z_.]+)"')


def kinds_of_the_app() -> set[str]:
    """Paths written in the code that lead to a function which takes a batch."""
    home = Path(property_service.__file__).parent
    found = set()
    for file in home.rglob("*.py"):
        if "tests" not in file.parts and not file.name.startswith("test_"):
            found |= set(PATHS.findall(file.read_text()))
    kinds = set()
    for path in found:
        module, _dot, function = path.rpartition(".")
        source = home.parent / f"{module.replace('.', '/')}.py"
        if source.exists() and re.search(rf"^def {function}\(batch: ", source.read_text(), re.MULTILINE):
            kinds.add(path)
    return kinds


def test_every_kind_is_tried() -> None:
    kinds = kinds_of_the_app()
    assert len(kinds) > 5
    assert kinds - {f"{work_batches.__name__}.run_batch"} == set(KINDS), "say in long_work.py how the new kind is begun"


@pytest.fixture(scope="module")
def world(site: str) -> Iterator[Any]:
    """What the kinds share, committed; every row that any of them adds goes with it."""
    before = tables.names()
    occasions = frappe.get_all("Greeting Occasion", {"enabled": 1}, pluck="name", order_by="name asc")
    yield due.make_world()
    frappe.db.rollback()
    frappe.db.set_single_value("Property Service Settings", "greetings_enabled", 0)
    frappe.db.set_value("Greeting Occasion", {"name": ["in", [*occasions, ""]]}, "enabled", 1)
    frappe.db.commit()
    tables.remove_added(before)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test makes goes to the queue."""
    for module, name, value in SIZES:
        monkeypatch.setattr(module, name, value)


@pytest.fixture
def queued(small: None, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was given to the queue: batch and attempt."""
    found: list[tuple[str, int]] = []
    monkeypatch.setattr(work_batches, "_queue", lambda name, attempt: found.append((name, attempt)))
    return found


@pytest.fixture
def workers(small: None, site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[queue_worker.Workers]:
    """Real workers, and a queue of their own that takes every batch."""
    found = queue_worker.Workers(site, tmp_path, f"{__name__}:stand_still_at_the_end")
    monkeypatch.setattr(work_batches, "_queue", queue_worker.queue_to(found.queue))
    yield found
    found.end()


def stand_still_at_the_end() -> None:
    """Called in a worker: a batch may be stopped where all is written, and "done" is not."""
    for module, name, value in SIZES:
        setattr(module, name, value)
    at_the_end(queue_worker.stand_still)


def at_the_end(stop: killing.Stop) -> None:
    """All is written, and "done" is not."""
    finish = work_batches._finish

    def stopped(*args: Any) -> bool:
        stop()
        return finish(*args)

    work_batches._finish = stopped


def over_its_time(stop: killing.Stop) -> None:
    """The same, and by then the lease has run out."""
    work_batches.LEASE_MINUTES = -1
    at_the_end(stop)


@pytest.mark.parametrize("path", sorted(KINDS))
def test_killed_overtaken_and_delivered_late(world: Any, queued: list[tuple[str, int]], path: str) -> None:
    kind = KINDS[path]
    about = kind.begin(world)
    frappe.db.after_commit.reset()
    frappe.db.commit()
    ((batch, attempt),) = queued
    assert frappe.db.get_value("Work Batch", batch, "job") == path
    assert kind.made(about) != kind.expected

    killing.start(lambda: work_batches.run_batch(batch, attempt), at_the_end).kill()
    assert kind.made(about) != kind.expected, "not done yet"
    expire(batch)
    assert queued[-1] == (batch, attempt + 1)

    # Only the parent dies: the work-horse lives on with everything written, and the lease runs out meanwhile.
    horse = killing.start(lambda: work_batches.run_batch(batch, attempt + 1), over_its_time)
    requeue()
    assert queued[-1] == (batch, attempt + 2)
    horse.let_go(0.3)
    work_batches.run_batch(batch, attempt + 2)
    assert horse.ended() == "ended"

    for late in range(attempt, attempt + 3):
        work_batches.run_batch(batch, late)
    figures.count("faults tried")
    frappe.db.rollback()
    assert kind.made(about) == kind.expected
    assert frappe.db.get_value("Work Batch", batch, "status") == "Done"
    invariants.check()


def test_every_kind_in_the_queue_whose_work_horses_and_workers_are_killed(
    world: Any, workers: queue_worker.Workers
) -> None:
    abouts = {}
    for path, kind in KINDS.items():
        abouts[path] = kind.begin(world)
        frappe.db.commit()

    def done() -> list[str]:
        frappe.db.rollback()
        return [path for path, kind in KINDS.items() if kind.made(abouts[path]) == kind.expected]

    workers.arm()
    worker = workers.start()
    for _kind in KINDS:
        horse = workers.stopped()
        workers.arm()
        os.kill(horse, signal.SIGKILL)
        figures.count("faults tried")
    assert worker.wait(50) == 0, "it outlives its work-horses"
    assert not done()

    expire_all()
    for _kind in KINDS:
        workers.arm()
        worker = workers.start()
        workers.kill(worker, workers.stopped())
        figures.count("faults tried")
    assert not done()

    expire_all()
    workers.finish()
    assert done() == list(KINDS)
    invariants.check()


def expire_all() -> None:
    """The leases of all whose workers are dead have run out, and the scheduler finds them so."""
    frappe.db.rollback()
    dead = frappe.get_all(
        "Work Batch", {"status": "Running", "job": ["in", list(KINDS)]}, pluck="name", order_by="name asc"
    )
    assert len(dead) == len(KINDS)
    past = frappe.utils.add_to_date(None, minutes=-1)
    frappe.db.set_value("Work Batch", {"name": ["in", dead]}, "lease_until", past)
    requeue()
