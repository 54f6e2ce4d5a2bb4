"""For every kind of batch the queue works off: how one is begun, and what has come of it in the end, whoever died on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import time
from typing import Any

import frappe

from property_service.community_life import greetings, notices
from property_service.dispatch import incidents
from property_service.fees import fee_run_preview, fee_run_work
from property_service.fees.api import fee_run_preview_now, fee_run_start, fee_run_void
from property_service.property_service import work_batches
from property_service.property_service.api import import_run
from property_service.property_service.service_clock import local_day, site_now
from property_service.repairs import incident_closing
from property_service.setup.importers import estate, readings, requests
from property_service.tests import factories as make

ROWS = 6
# So small that what a test makes goes to the queue, and an import comes in several blocks.
SIZES = (
    *((module, "AT_ONCE", 1) for module in (fee_run_preview, incident_closing, estate, readings, requests)),
    *((module, "BLOCK", 4) for module in (incident_closing, estate, readings, requests)),
    # these tests run at any hour
    (greetings, "NOT_AFTER", time.max),
)


@dataclass
class Kind:
    """`begin(world)` hands one batch to the queue and returns what `made` is told; `expected` in the end."""

    begin: Callable[[Any], Any]
    made: Callable[[Any], Any]
    expected: Any


def _charged(world: Any) -> Any:
    """A community of its own whose one home owes three months, previewed."""
    community = make.make_community()
    unit, item = make.make_unit(make.make_building(community)), make.make_fee_item(community)
    make.make_occupancy(unit, make.make_resident(), from_date="2020-01-01")
    make.make_unit_fee(unit, item)
    run = make.insert("Fee Run", community=community.name, bill_until="2026-03-20")
    fee_run_preview_now(run.name)
    return run


def _fee_run(world: Any) -> str:
    name = _charged(world).name
    fee_run_start(name)
    return name


def _void_run(world: Any) -> str:
    run = _charged(world)
    fee_run_work.run_at_once(run)
    fee_run_void(run.name, "Wrong price")
    return run.name


def _charges(run: str) -> tuple[Any, ...]:
    standing = {"fee_run": run, "status": ["!=", "Void"]}
    return (
        frappe.db.get_value("Fee Run", run, "status"),
        frappe.db.count("Fee Charge", {"fee_run": run}),
        frappe.db.count("Fee Charge", standing),
        float(frappe.db.sql("select coalesce(sum(amount), 0) from `tabFee Ledger Entry` where community = "
                            "(select community from `tabFee Run` where name = %s)", run)[0][0]),
    )  # fmt: skip


def _preview(world: Any) -> str:
    run = _charged(world)
    make.make_unit(frappe.get_doc("Building", {"community": run.community}))
    fee_run_preview_now(run.name)
    return run.name


def _notice(world: Any) -> str:
    doc = make.insert(
        "Community Notice", title="Water is off", kind="Outage", community=world.community.name, is_urgent=1,
        publish_from=site_now(), scope="Community", body="<p>Now</p>",
    )  # fmt: skip
    notices.publish(doc.name, "Administrator")
    return doc.name


def _told(reference: str) -> int:
    return frappe.db.count("Service Message", {"reference_name": reference, "channel": "Portal"})


def _greeting(world: Any) -> str:
    frappe.db.set_single_value("Property Service Settings", "greetings_enabled", 1)
    occasion = make.insert(
        "Greeting Occasion", occasion_name=make.unique("Moving "), kind="Moving-in Day", text_zh="{name}", enabled=0
    )
    community = make.make_community()
    unit = make.make_unit(make.make_building(community))
    for _one in range(ROWS):
        make.make_occupancy(unit, make.make_resident(greeting_consent=1), "Family", from_date=local_day(community.name))
    frappe.db.set_value("Greeting Occasion", {"name": ["!=", occasion.name]}, "enabled", 0)
    frappe.db.set_value("Greeting Occasion", occasion.name, "enabled", 1)
    frappe.clear_document_cache("Greeting Occasion", occasion.name)
    greetings.plan(community.name, local_day(community.name))
    return community.name


def _greeted(community: str) -> tuple[int, int]:
    return (
        frappe.db.count("Resident Greeting", {"community": community, "status": "Sent"}),
        frappe.db.count("Service Message", {"community": community, "channel": "Portal"}),
    )


def _incident(world: Any) -> str:
    doc = make.insert(
        "Service Incident",
        community=world.community.name,
        building=world.building.name,
        title="Pump",
        started_at=site_now(),
    )
    for _one in range(ROWS):
        make.make_repair(world.units[0], world.owners[0], world.category, incident=doc.name)
    incidents.close_incident(doc.name, "The pump runs again.")
    return doc.name


def _callers(incident: str) -> tuple[int, int]:
    names = frappe.get_all("Repair Request", {"incident": incident}, pluck="name", order_by="name asc")
    done = {"name": ["in", names], "status": ["in", ["Completed", "Awaiting Visit", "Closed"]]}
    keys = [["dedupe_key", "like", f"%|incident_closed|%{incident}|%Portal"]]
    return frappe.db.count("Repair Request", done), frappe.db.count("Service Message", keys)


def _import(community: str, kind: str, lines: list[str]) -> str:
    content = "\n".join(lines).encode()
    file = make.insert("File", file_name=f"{make.unique('table')}.csv", content=content, is_private=1)
    document = make.insert("Property Import", community=community, kind=kind, file=file.file_url)
    assert import_run(document.name)["status"] == "Queued"
    return document.name


def _estate(world: Any) -> str:
    rows = [f"{1 + n % 2},{100 + n},Person {n},1390000{n:04d},粤B{n:05d}" for n in range(ROWS)]
    return _import(make.make_community().name, "Estate", ["楼栋,房号,姓名,电话,车牌", *rows])


def _readings(world: Any) -> str:
    community = make.make_community()
    unit = make.make_unit(make.make_building(community))
    item = make.make_fee_item(community, kind="Metered", timing="In Arrears")
    meters = [make.make_meter(item, unit) for _one in range(ROWS)]
    rows = [f"{meter.meter_no},2026-01-25,{110 + number}" for number, meter in enumerate(meters)]
    return _import(community.name, "Meter Readings", ["Meter Number,Read On,Reading", *rows])


def _requests(world: Any) -> str:
    community = make.make_community()
    make.make_unit(make.make_building(community, building_no="1"), room_no="101")
    columns = dict(zip(requests.EXAMPLES, requests.template("en")[0], strict=True))
    fields = ("external_id", "category", "description", "room", "reported_at")
    rows = [
        f"{number},{world.category.name},Drips {number},1-101,2025-11-0{number + 1} 09:20" for number in range(ROWS)
    ]
    return _import(community.name, "Repair Requests", [",".join(columns[name] for name in fields), *rows])


def _counts(doctype: str) -> Callable[[str], tuple[Any, ...]]:
    """What an import says of itself, and the rows that are there of it."""

    def counts(name: str) -> tuple[Any, ...]:
        row = frappe.db.get_value(
            "Property Import", name, ["community", "status", "rows_taken", "rows_known", "rows_refused"], as_dict=True
        )
        there = frappe.db.count(doctype, {"community": row.community})
        return row.status, row.rows_taken, row.rows_known, row.rows_refused, there

    return counts


MONTHS = 3
KINDS: dict[str, Kind] = {
    fee_run_work.JOB: Kind(_fee_run, _charges, ("Done", MONTHS, MONTHS, 643.32)),
    fee_run_work.VOID_JOB: Kind(_void_run, _charges, ("Voided", MONTHS, 0, 0)),
    fee_run_preview.JOB: Kind(
        _preview, lambda name: frappe.db.get_value("Fee Run", name, ["status", "units_total"]), ("Previewed", 2)
    ),
    "property_service.community_life.notice_work.tell": Kind(_notice, _told, 2),
    greetings.JOB: Kind(_greeting, _greeted, (ROWS, ROWS)),
    incident_closing.JOB: Kind(_incident, _callers, (ROWS, ROWS)),
    estate.JOB: Kind(_estate, _counts("Property Unit"), ("Done", ROWS, 0, 0, ROWS)),
    readings.JOB: Kind(_readings, _counts("Property Meter Reading"), ("Done", ROWS, 0, 0, ROWS)),
    requests.JOB: Kind(_requests, _counts("Repair Request"), ("Done", ROWS, 0, 0, ROWS)),
}


def expire(batch: str) -> None:
    """The lease of a dead worker's batch has run out, and the scheduler finds it so."""
    frappe.db.rollback()
    frappe.db.set_value("Work Batch", batch, "lease_until", frappe.utils.add_to_date(None, minutes=-1))
    requeue()


def requeue() -> None:
    """What the scheduler does each minute."""
    frappe.db.commit()
    work_batches.requeue_expired()
    frappe.db.commit()
