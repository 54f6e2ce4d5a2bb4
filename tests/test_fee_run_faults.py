"""Fee runs whose workers die, and runs at the same moment: every unit is charged once."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest

from property_service.fees import charging, fee_run_work
from property_service.fees.api import fee_run_preview_now, fee_run_start
from property_service.property_service import work_batches
from property_service.tests import factories as make
from tests import queue_worker
from tests.parallel import at_once

UNITS, MONTHS = 24, 3
OF_THE_COMMUNITY = (
    *("Fee Ledger Entry", "Fee Charge", "Fee Bill", "Fee Run Skip", "Unit Fee", "Unit Occupancy"),
    *("Property Unit", "Building"),
)


def pause_once() -> None:
    """Called in a worker: the first batch stops when its charges are written and not committed, until it is let go."""
    write = charging.write

    def paused(*args: Any, **how: Any) -> list[str]:
        names = write(*args, **how)
        queue_worker.stand_still()
        return names

    charging.write = paused


@pytest.fixture
def estate(site: str) -> Iterator[str]:
    """A committed community whose units owe three months each."""
    community = make.make_community()
    building = make.make_building(community)
    item, owner = make.make_fee_item(community), make.make_resident()
    for _number in range(UNITS):
        unit = make.make_unit(building)
        make.make_occupancy(unit, owner, from_date="2020-01-01")
        make.make_unit_fee(unit, item)
    frappe.db.commit()
    yield community.name
    frappe.db.rollback()
    runs = frappe.get_all("Fee Run", {"community": community.name}, pluck="name")
    frappe.db.delete("Work Batch", {"reference_name": ["in", [*runs, ""]]})
    frappe.db.delete("Fee Item Price", {"parent": item.name})
    for doctype in (*OF_THE_COMMUNITY, "Fee Item", "Fee Run"):
        frappe.db.delete(doctype, {"community": community.name})
    frappe.db.delete("Resident Phone", {"parent": owner.name})
    frappe.db.delete("Resident", {"name": owner.name})
    frappe.db.delete("Community", {"name": community.name})
    frappe.delete_doc("Service Calendar", community.service_calendar, force=True)
    frappe.db.commit()


def begin(community: str) -> str:
    """Preview and start a run, committed; returns its name."""
    run = make.insert("Fee Run", community=community, bill_until="2026-03-20")
    fee_run_preview_now(run.name)
    fee_run_start(run.name)
    frappe.db.commit()
    return run.name


def check_all_charged_once(community: str, runs: list[str]) -> None:
    frappe.db.rollback()
    rows = frappe.get_all(
        "Fee Charge", {"community": community}, ["name", "unit", "service_month", "fee_bill", "amount"]
    )
    assert len(rows) == len({(row.unit, row.service_month) for row in rows}) == UNITS * MONTHS
    entries = frappe.get_all("Fee Ledger Entry", {"community": community}, ["charge", "amount"])
    assert sorted((row.charge, row.amount) for row in entries) == sorted((row.name, row.amount) for row in rows)
    bills = frappe.get_all("Fee Bill", {"community": community}, ["name", "total"])
    assert {row.name for row in bills} == {row.fee_bill for row in rows}
    ended = [frappe.get_doc("Fee Run", name) for name in runs]
    assert {(run.status, run.batches_done) for run in ended} == {("Done", ended[0].batches_total)}
    assert sum(run.charge_count for run in ended) == len(rows)


def requeue() -> None:
    """What the scheduler does when the lease has run out."""
    frappe.db.rollback()
    table = frappe.qb.DocType("Work Batch")
    past = frappe.utils.add_to_date(None, minutes=-1)
    frappe.qb.update(table).set(table.lease_until, past).where(table.status == "Running").run()
    assert work_batches.requeue_expired() == 1
    frappe.db.commit()


@pytest.fixture
def workers(site: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[queue_worker.Workers]:
    found = queue_worker.Workers(site, tmp_path, "tests.test_fee_run_faults:pause_once")
    monkeypatch.setattr(work_batches, "_queue", queue_worker.queue_to(found.queue))
    found.arm()
    yield found
    found.end()


@pytest.mark.fault
@pytest.mark.parametrize("killed", ["work-horse", "worker with its work-horse"])
def test_a_batch_killed_in_the_middle_is_done_by_another(
    estate: str, workers: queue_worker.Workers, killed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fee_run_work, "BATCH", 10)
    run = begin(estate)
    worker = workers.start()
    horse = workers.stopped()
    if killed == "work-horse":
        os.kill(horse, signal.SIGKILL)
        assert worker.wait(50) == 0  # it goes on with the other batches
        frappe.db.rollback()
        assert frappe.db.get_value("Fee Run", run, ["status", "batches_done"]) == ("Running", 2)
    else:
        workers.kill(worker, horse)
    requeue()
    workers.finish()
    check_all_charged_once(estate, [run])


@pytest.mark.fault
def test_two_executions_of_one_batch_overlap(estate: str, workers: queue_worker.Workers) -> None:
    run = begin(estate)
    worker = workers.start()
    horse = workers.stopped()
    worker.kill()  # the parent only: its work-horse lives on, with everything written and nothing committed
    worker.wait(10)
    os.kill(horse, 0)
    requeue()
    second = workers.start()

    def taken() -> bool:
        frappe.db.rollback()
        return frappe.db.get_value("Work Batch", {"reference_name": run}, "attempt") == 2

    queue_worker.until(taken)
    time.sleep(0.5)
    assert second.poll() is None, "the second execution waits for the first"
    (workers.folder / "go").touch()
    assert second.wait(50) == 0
    queue_worker.until(lambda: not alive(horse))
    check_all_charged_once(estate, [run])


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("snapshot_isolation", [0, 1])
def test_two_runs_at_once(site: str, estate: str, snapshot_isolation: int, monkeypatch: pytest.MonkeyPatch) -> None:
    queued: list[str] = []
    monkeypatch.setattr(work_batches, "_queue", lambda name, _attempt: queued.append(name))
    monkeypatch.setattr(fee_run_work, "BATCH", 10)
    runs = [begin(estate), begin(estate)]

    def work(name: str) -> Callable[[], None]:
        def act() -> None:
            if snapshot_isolation:  # the default from MariaDB 11.6 on
                frappe.db.sql("set session innodb_snapshot_isolation = 1")
            work_batches.run_batch(name, 1)

        return act

    assert at_once(site, [work(name) for name in queued]) == [None] * 6
    check_all_charged_once(estate, runs)
