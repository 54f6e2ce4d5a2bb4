"""What breaks in the middle of the work leaves nothing half done: a worker killed, Redis gone and back."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe.utils import now_datetime

from property_service.fees.api import fee_run_preview_now
from property_service.property_service import work_batches
from property_service.property_service.api import import_run
from property_service.tests import factories as make
from tests import figures
from tests.conftest import ROOT
from tests.portal.world import PASSWORD, Person, World, make_world, remove_world

pytestmark = pytest.mark.fault

ROWS = 600
TABLE = "楼栋,房号,姓名,电话,车牌\n" + "".join(
    f"{1 + n % 3},{100 + n},Person {n},1390000{n:04d},粤B{n:05d}\n" for n in range(ROWS)
)
# The worker's entry; told to, it stops where the rows of its second block are written and not yet committed.
WORKER = """
import json, sys, time
import frappe
from property_service.property_service import property_imports, work_batches

site, batch, attempt, stop = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] == "stop"
frappe.init(site, sites_path=".")
frappe.connect()
beat = property_imports.heartbeat

def heartbeat(batch, attempt, done):
    beat(batch, attempt, done)
    if stop and done > 500:
        print("in the middle", flush=True)
        time.sleep(600)

property_imports.heartbeat = heartbeat
work_batches.run_batch(batch, attempt)
print("ended", flush=True)
"""


@pytest.fixture
def estate_import(site: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[frappe._dict]:
    """An import that has been handed to the queue, committed; `queued` are the attempts the queue was given."""
    queued: list[tuple[str, int]] = []
    monkeypatch.setattr(work_batches, "_queue", lambda name, attempt: queued.append((name, attempt)))
    community = make.make_community()
    file = make.insert("File", file_name="estate.csv", content=TABLE.encode("utf-8"), is_private=1)
    document = make.insert("Property Import", community=community.name, kind="Estate", file=file.file_url)
    assert import_run(document.name)["status"] == "Queued"
    frappe.db.commit()
    yield frappe._dict(site=site, community=community.name, name=document.name, queued=queued)
    frappe.db.rollback()
    people = frappe.get_all("Unit Occupancy", {"community": community.name}, pluck="resident", order_by="name asc")
    frappe.db.delete("Resident Phone", {"parent": ["in", people or [""]]})
    frappe.db.delete("Resident", {"name": ["in", people or [""]]})
    for doctype in ("Unit Occupancy", "Resident Vehicle", "Property Unit", "Entrance", "Building"):
        frappe.db.delete(doctype, {"community": community.name})
    frappe.db.delete("Work Batch", {"reference_name": document.name})
    frappe.delete_doc("Property Import", document.name, force=True)
    frappe.delete_doc("File", file.name, force=True)
    frappe.delete_doc("Community", community.name, force=True)
    frappe.delete_doc("Service Calendar", community.service_calendar, force=True)
    frappe.db.commit()


def worker(site: str, batch: str, attempt: int, stop: bool = False) -> subprocess.Popen:
    """A worker process on one attempt of a batch."""
    command = [sys.executable, "-W", "ignore", "-c", WORKER, site, batch, str(attempt), "stop" if stop else "go"]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def made(community: str) -> dict[str, int]:
    """Rows by DocType, as committed."""
    frappe.db.rollback()
    return {
        doctype: frappe.db.count(doctype, {"community": community})
        for doctype in ("Property Unit", "Unit Occupancy", "Resident Vehicle")
    }


def test_a_worker_killed_in_the_middle_is_followed_by_another_and_every_row_is_there_once(
    estate_import: frappe._dict,
) -> None:
    ((batch, attempt),) = estate_import.queued
    first = worker(estate_import.site, batch, attempt, stop=True)
    assert first.stdout and first.stdout.readline() == "in the middle\n"
    first.send_signal(signal.SIGKILL)
    first.wait(20)

    assert set(made(estate_import.community).values()) == {500}, "whole blocks, or nothing of them"
    stored = frappe.get_doc("Work Batch", batch)
    assert (stored.status, stored.attempt, stored.done) == ("Running", 1, 500)
    work_batches.requeue_expired()
    assert (batch, 2) not in estate_import.queued, "its lease still runs"

    frappe.db.set_value("Work Batch", batch, "lease_until", now_datetime() - timedelta(seconds=1))
    work_batches.requeue_expired()
    frappe.db.commit()
    assert (batch, 2) in estate_import.queued
    follower = worker(estate_import.site, batch, 2)
    assert follower.communicate(timeout=60)[0] == "ended\n"
    for again in (1, 2):  # the queue may deliver an attempt late, or twice
        work_batches.run_batch(batch, again)

    assert set(made(estate_import.community).values()) == {ROWS}
    rooms = frappe.get_all(
        "Property Unit", {"community": estate_import.community}, pluck="room_no", order_by="name asc"
    )
    assert sorted(map(int, rooms)) == [100 + number for number in range(ROWS)]
    assert frappe.db.get_value("Work Batch", batch, ["status", "attempt", "done"]) == ("Done", 2, ROWS)
    counts = frappe.db.get_value(
        "Property Import", estate_import.name, ["status", "rows_taken", "rows_known", "rows_refused"]
    )
    assert counts == ("Done", ROWS, 0, 0)


class OwnRedis:
    """A Redis of the test's own, which may come and go."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.process = folder, None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    def begin(self) -> None:
        program = shutil.which("redis-server") or "/usr/bin/redis-server"
        command = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _try in range(200):
            with socket.socket() as link:
                if not link.connect_ex(("127.0.0.1", self.port)):
                    return
            time.sleep(0.05)
        pytest.fail("Redis does not start", pytrace=False)

    def vanish(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait(20)


@pytest.fixture
def fragile(site: str, tmp_path: Path) -> Iterator[tuple[World, OwnRedis]]:
    """The portal's world, served by a web server whose Redis is the test's own."""
    redis = OwnRedis(tmp_path)
    redis.begin()
    address = f"redis://127.0.0.1:{redis.port}"
    command = [sys.executable, "-W", "ignore", str(ROOT / "sandbox" / "web_server.py"), "--sites", ".", "--site", site]
    env = os.environ | {"FRAPPE_REDIS_CACHE": address, "FRAPPE_REDIS_QUEUE": address}
    with open(tmp_path / "web.log", "wb") as log:
        web = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=env)
    world = None
    try:
        first = web.stdout.readline() if web.stdout else ""
        assert first.startswith("ready ")
        world = make_world(first.split()[1])
        yield world, redis
    finally:
        web.kill()
        web.wait(20)
        redis.vanish()
        if world:
            remove_world(world)


def report(world: World, person: Person, words: str) -> Any:
    return person.call("report_fault", unit=world.rooms["room"], category=world.categories["water"], description=words)


def stored(words: str) -> list[str]:
    """Requests with these words, as committed."""
    frappe.db.rollback()
    return frappe.get_all("Repair Request", {"description": words}, pluck="name", order_by="name asc")


def pay(world: World, cashier: Person, charge: str) -> Any:
    """Pay a charge in full at the counter, in cash."""
    amount = str(frappe.db.get_value("Fee Charge", charge, "outstanding"))
    return cashier.call(
        "property_service.fees.counter_api.pay", community=world.homes["here"], payer=world.residents["owner"],
        tenders=frappe.as_json([{"mode": "Cash", "amount": amount}]), to_pay=amount, client_key=charge,
        charges=frappe.as_json([charge]),
    )  # fmt: skip


def test_redis_gone_and_back(fragile: tuple[World, OwnRedis], monkeypatch: pytest.MonkeyPatch) -> None:
    world, redis = fragile
    person, cashier, manager = world.person("owner"), world.at_the_desk("cashier"), world.at_the_desk("manager")
    room = frappe.get_doc("Property Unit", world.rooms["room"])
    make.make_unit_fee(room, make.make_fee_item(room.community))
    charge = make.make_charge(room)
    run = make.insert("Fee Run", community=room.community, bill_until="2026-03-20").name
    fee_run_preview_now(run)
    frappe.db.commit()
    person.get("/resident/account")
    assert report(world, person, "Before").status_code == 200

    redis.vanish()
    assert report(world, person, "Meanwhile").status_code == 200
    (name,) = stored("Meanwhile")
    steps = frappe.get_all("Repair Step", {"repair_request": name}, pluck="step", order_by="creation asc")
    assert steps == ["Reported"]
    assert frappe.db.count("Service Message", {"reference_name": name, "channel": "Portal"}) == 1
    told = frappe.get_all("Notification Log", {"document_name": name}, pluck="for_user", order_by="name asc")
    assert told.count(world.people["desk"]) == 1, "the desk has heard of it, although there was no queue"
    assert name in person.get("/resident/repairs").text
    receipt = pay(world, cashier, charge)
    assert receipt.status_code == 200, receipt.text[:600]
    frappe.db.rollback()
    assert frappe.db.count("Fee Receipt", {"client_key": charge}) == 1
    # Whoever signs in is counted in Redis: not let in uncounted, and told so.
    entered = world.person("guest").call("sign_in_by_password", phone=world.phones["owner"], password=PASSWORD)
    assert (entered.status_code, "Please try again" in entered.text) == (503, True), entered.text[:600]
    started = manager.call("property_service.fees.api.fee_run_start", name=run)
    assert started.status_code == 200, started.text[:600]
    frappe.db.rollback()
    batch = frappe.db.get_value("Work Batch", {"reference_name": run}, ["name", "status", "attempt"], as_dict=True)
    assert (batch.status, batch.attempt) == ("Pending", 0), "stored, although no queue could take it"

    redis.begin()
    figures.count("faults tried", 4)
    frappe.db.set_value(
        "Work Batch", batch.name, "modified", now_datetime() - timedelta(hours=1), update_modified=False
    )
    queued: list[tuple[str, int]] = []
    monkeypatch.setattr(work_batches, "_queue", lambda *attempt: queued.append(attempt))
    work_batches.requeue_expired()
    frappe.db.commit()
    assert (batch.name, 1) in queued, "what nobody took is handed over by the scheduler"
    work_batches.run_batch(batch.name, 1)
    assert frappe.db.get_value("Fee Run", run, "status") == "Done"
    again = world.person("guest").call("sign_in_by_password", phone=world.phones["owner"], password=PASSWORD)
    assert again.status_code == 200, again.text[:600]
    assert report(world, person, "Afterwards").status_code == 200
    assert len(stored("Afterwards")) == len(stored("Before")) == 1
