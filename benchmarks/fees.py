"""Fees by the ten thousand: a fee run through the queue beside the least a program could do, and beside one insert per document.

    python3 -m sandbox benchmark fees

The floor writes the same rows, computed before, in the same blocks and commits. One insert per document is what a program does that
knows no blocks: a charge is inserted with the ledger entry it posts itself, and its part of the bill it stands on; what the run also
does, reading and pricing, is left out of it. Last, the Collection Rate over a million entries (_collection_rate.py). The tables of the
site are emptied between: never run this on a site that is worth anything.
"""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import frappe
from rq import Worker

from benchmarks import _collection_rate
from property_service.fees import assignment, charging, fee_run_work, fee_runs
from property_service.fees.api import fee_run_preview_now, fee_run_start
from property_service.property_service import work_batches
from property_service.property_service.blocks import BLOCK, hash_names, insert_block
from property_service.tests import factories as make
from property_service.tests.utils import count_queries
from tests import queue_worker

UNITS, SINGLE = 20_000, 500
UNITS_IN_A_BUILDING = 500
TABLES = ("Fee Bill", "Fee Charge", "Fee Ledger Entry")
MONTH, NEXT_MONTH = "2026-01-05", "2026-02-05"

Row = dict[str, Any]


def run(_frappe: ModuleType, units: int = UNITS, entries: int = _collection_rate.ENTRIES) -> list[Row]:
    """Return the figures: seconds of a run and of the report, milliseconds a charge, queries and memory."""
    frappe.set_user("Administrator")
    before, many, after = make_estate(units // 10), make_estate(units), make_estate(units // 10)
    _warm_up()
    # a small run on either side of the large one: what else the machine does meanwhile weighs on both
    small, large, last = timed_run(before), timed_run(many), timed_run(after)
    floor = floor_of(many)
    single, queries = one_by_one(before)
    each = large["seconds"] * 1000 / large["charges"]
    few = (small["seconds"] + last["seconds"]) * 1000 / (small["charges"] + last["charges"])
    return [
        {
            "name": f"fee run, {large['charges']:,} charges",
            "value": large["seconds"],
            "unit": "s",
            "floor": floor,
            "limit_times": 3,
        },
        {
            "name": f"a charge, beside runs of {small['charges']:,}",
            "value": each,
            "unit": "ms",
            "floor": few,
            "limit_times": 1.2,
        },
        {
            "name": f"one insert() per document, {SINGLE} charges",
            "value": single,
            "unit": "ms",
            "floor": each,
            "least_times": 15,
        },
        {"name": "queries of one insert(), at most", "value": queries, "unit": "queries", "limit": 60},
        {"name": "preview", "value": large["preview"], "unit": "s"},
        {"name": "memory of a worker, at most", "value": large["memory"], "unit": "MB"},
        *_collection_rate.run(entries),
    ]


def make_estate(units: int) -> str:
    """Make a committed community of so many units, each with an owner and three fees: by area, fixed and by formula."""
    community = make.make_community().name
    buildings = [
        make.make_building(frappe.get_doc("Community", community)) for _n in range(-(-units // UNITS_IN_A_BUILDING))
    ]
    names = [f"{community}-{number:05d}" for number in range(units)]
    people = hash_names(units)
    sizes = itertools.cycle((89.35, 98.60, 110.42, 128.77, 143.18))
    insert_block(
        "Property Unit",
        (
            {
                "name": name,
                "community": community,
                "building": buildings[number // UNITS_IN_A_BUILDING].name,
                "room_no": f"{number:05d}",
                "floor": number % 18 + 1,
                "billable_area": area,
                "delivery_status": "Delivered",
            }
            for number, (name, area) in enumerate(zip(names, sizes, strict=False))
        ),
    )
    insert_block("Resident", ({"name": name, "resident_name": f"Person {name}"} for name in people))
    insert_block(
        "Unit Occupancy",
        (
            {
                "name": key,
                "community": community,
                "unit": unit,
                "resident": person,
                "relation": "Owner",
                "from_date": "2020-01-01",
            }
            for key, unit, person in zip(hash_names(units), names, people, strict=True)
        ),
    )
    for values in (
        {"kind": "Area"},
        {"kind": "Fixed", "prices": [{"from_date": "2020-01-01", "price": 80}]},
        {"kind": "Formula", "formula": "price * billable_area * (0.5 if floor < 3 else 1.1)"},
    ):
        item = make.make_fee_item(community, **values)
        assignment.assign(item.name, frappe.utils.getdate(MONTH).replace(day=1), {}, {})
    frappe.db.commit()
    return community


def timed_run(community: str) -> dict[str, float]:
    """Return {seconds, charges, memory in MB, preview in seconds} of a run, from its start to its end, by a worker that waits."""
    queue = f"benchmark-{frappe.generate_hash(length=8)}"
    kept, work_batches._queue = work_batches._queue, queue_worker.queue_to(queue)
    worker = queue_worker.start(frappe.local.site, queue, "--stay")
    try:
        document = make.insert("Fee Run", community=community, bill_until=MONTH)
        before = time.perf_counter()
        found = fee_run_work_preview(document.name)
        preview = time.perf_counter() - before
        frappe.db.commit()
        _wait_for_worker(queue)
        before, memory = time.perf_counter(), 0.0
        fee_run_start(document.name)
        frappe.db.commit()
        while frappe.db.get_value("Fee Run", document.name, "status") == "Running":
            memory = max([memory, *_memory_of(worker.pid)])
            time.sleep(0.05)
            frappe.db.rollback()
        seconds = time.perf_counter() - before
        ended = frappe.get_doc("Fee Run", document.name)
        if (ended.status, ended.charge_count) != ("Done", found["charges"]):
            raise AssertionError(f"the run ended as {ended.status} with {ended.charge_count} charges")
        return {"seconds": seconds, "charges": ended.charge_count, "memory": memory, "preview": preview}
    finally:
        work_batches._queue = kept
        worker.kill()
        worker.wait()
        queue_worker.clear(queue)


def fee_run_work_preview(name: str) -> dict[str, Any]:
    """Preview a run here and now, however large it is; returns what it says."""
    from property_service.fees import fee_run_preview

    fee_run_preview.AT_ONCE, kept = 10**9, fee_run_preview.AT_ONCE
    try:
        fee_run_preview_now(name)
    finally:
        fee_run_preview.AT_ONCE = kept
    return json.loads(frappe.db.get_value("Fee Run", name, "preview"))


def floor_of(community: str) -> float:
    """Return the seconds that inserting a run's rows again takes: the same tuples, tables, blocks and commits."""
    batches = list(_stored_batches(community))
    columns = {table: frappe.db.get_table_columns(table) for table in TABLES}
    for table in TABLES:
        frappe.db.truncate(table)
    frappe.db.commit()
    before = time.perf_counter()
    for batch in batches:
        for table in TABLES:
            for start in range(0, len(batch[table]), BLOCK):
                block = batch[table][start : start + BLOCK]
                frappe.db.bulk_insert(table, columns[table], block, chunk_size=BLOCK)
        frappe.db.commit()
    return time.perf_counter() - before


def one_by_one(community: str) -> tuple[float, int]:
    """Return the milliseconds of one charge that is inserted by `insert()`, and the queries of one insert at most.

    Its ledger entry is part of its insert, and of the insert of its bill as much as it has of it: one in three.
    """
    scope = {"community": community, "building": None, "fee_item": None, "bill_until": NEXT_MONTH}
    drafts = fee_runs.compute(scope, fee_runs.units_of(scope)[:SINGLE]).drafts[:SINGLE]
    bills = charging.bill_rows(drafts, None)
    rows = [charging.charge_row(draft, "", bills[charging.bill_key(draft)]["name"], None) for draft in drafts]
    documents = [frappe.get_doc({"doctype": "Fee Bill", **row}) for row in bills.values()]
    documents += [frappe.get_doc({"doctype": "Fee Charge", **row}) for row in rows]
    queries: dict[str, list[int]] = {"Fee Bill": [], "Fee Charge": []}
    seconds = 0.0
    for document in documents:
        document.flags.by_rules = True
        with count_queries() as sent:
            before = time.perf_counter()
            document.insert()
            seconds += time.perf_counter() - before
        queries[document.doctype].append(len(sent))
    frappe.db.commit()
    # the first of a kind also reads what all later ones find in memory
    return seconds * 1000 / len(rows), max(max(counts[1:]) for counts in queries.values())


def _warm_up() -> None:
    timed_run(make_estate(50))


def _stored_batches(community: str) -> Iterator[dict[str, list[tuple]]]:
    names = fee_runs.units_of({"community": community, "building": None, "fee_item": None})
    for units in _blocks(names, fee_run_work.BATCH):
        batch = {}
        for name in TABLES:
            table = frappe.qb.DocType(name)
            columns = frappe.db.get_table_columns(name)
            query = frappe.qb.from_(table).select(*(table[column] for column in columns)).where(table.unit.isin(units))
            batch[name] = list(query.orderby(table.creation).orderby(table.unit).run())
        yield batch


def _blocks(names: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (names[start : start + size] for start in range(0, len(names), size))


def _wait_for_worker(queue: str) -> None:
    connection = queue_worker.get_redis_conn()
    until = time.monotonic() + 60
    while not any(queue in worker.queue_names() for worker in Worker.all(connection=connection)):
        if time.monotonic() > until:
            raise AssertionError("the worker does not start")
        time.sleep(0.1)


def _memory_of(worker: int) -> Iterator[float]:
    """Yield the most memory, in MB, that a worker and each of its work-horses have held."""
    try:
        horses = Path(f"/proc/{worker}/task/{worker}/children").read_text().split()
    except FileNotFoundError:
        return
    for pid in (worker, *horses):
        try:
            lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield from (int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
