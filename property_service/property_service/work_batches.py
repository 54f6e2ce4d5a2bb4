"""Long work in batches that survive crashes: each batch holds a lease, rows and "done" are committed together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce
from frappe.translate import get_user_lang
from frappe.utils import now_datetime
from redis.exceptions import ConnectionError as QueueUnreachable

from property_service.property_service.leases import run_out

LEASE_MINUTES = 5
MOST_ATTEMPTS = 5
QUEUE = "long"


def add_batches(job: str, payloads: list[dict], reference_doctype: str = "", reference_name: str = "") -> list[str]:
    """Store batches of work. `job` is the dotted path of `work(batch: Document) -> dict`; returns the names."""
    names = []
    for number, payload in enumerate(payloads, 1):
        batch = frappe.get_doc(
            {
                "doctype": "Work Batch",
                "job": job,
                "batch_no": number,
                "payload": json.dumps(payload, default=str),
                "reference_doctype": reference_doctype or None,
                "reference_name": reference_name or None,
                "status": "Pending",
            }
        )
        # Made by the server for work it was asked to do; nobody may create one by hand.
        names.append(batch.insert(ignore_permissions=True).name)
    for name in names:
        _queue(name, 1)
    return names


def run_batch(batch: str, attempt: int) -> None:
    """Worker's entry: take the lease of this attempt, work as who ordered it, and commit the rows together with "done"."""
    if not _take_lease(batch, attempt):
        return
    frappe.db.commit()  # nosemgrep: the lease must be visible to other workers before the work begins
    doc = frappe.get_doc("Work Batch", batch)
    with _acting_as(doc.owner):
        _work(doc, attempt)


def _work(doc: Any, attempt: int) -> None:
    batch = doc.name
    try:
        result = frappe.get_attr(doc.job)(doc)
        if not _finish(batch, attempt, result):
            frappe.db.rollback()
            return
        frappe.db.commit()  # nosemgrep: rows and "done" in one transaction
    except Exception:
        frappe.db.rollback()
        last = attempt >= MOST_ATTEMPTS
        frappe.db.set_value(
            "Work Batch",
            batch,
            {"status": "Failed" if last else "Pending", "error": frappe.get_traceback()[-500:], "lease_until": None},
        )
        frappe.log_error(title=f"Work Batch {batch}")
        frappe.db.commit()  # nosemgrep: the failure must be on record although the work is rolled back
        if last:
            return
        raise


def heartbeat(batch: str, attempt: int, done: int) -> None:
    """Prolong the lease and publish progress. Writes within the work's transaction, so it commits with its rows."""
    moment = now_datetime()
    frappe.db.set_value(
        "Work Batch",
        batch,
        {"heartbeat": moment, "lease_until": moment + timedelta(minutes=LEASE_MINUTES), "done": done},
        update_modified=False,
    )
    doc = frappe.db.get_value("Work Batch", batch, ["reference_doctype", "reference_name", "total"], as_dict=True)
    if doc.reference_name and doc.total:
        frappe.publish_progress(
            done * 100 / doc.total, title=doc.reference_name, doctype=doc.reference_doctype, docname=doc.reference_name
        )


def requeue_expired() -> int:
    """Scheduler: put batches whose lease ran out, or that nobody took, back in the queue. Returns how many."""
    table = frappe.qb.DocType("Work Batch")
    moment = now_datetime()
    stale = moment - timedelta(minutes=LEASE_MINUTES)
    rows = (
        frappe.qb.from_(table)
        .select(table.name, table.attempt)
        .where(
            ((table.status == "Running") & run_out(table.lease_until, moment, LEASE_MINUTES))
            | ((table.status == "Pending") & (table.modified < stale))
        )
        .orderby(table.creation)
        .limit(200)
        .run(as_dict=True)
    )
    for row in rows:
        if row.attempt >= MOST_ATTEMPTS:
            frappe.db.set_value("Work Batch", row.name, "status", "Failed")
        else:
            _queue(row.name, row.attempt + 1)
    return len(rows)


def try_again(reference_doctype: str, reference_name: str) -> int:
    """Put the failed batches of a document back in the queue, with all their attempts; returns how many."""
    failed = {"reference_doctype": reference_doctype, "reference_name": reference_name, "status": "Failed"}
    names = frappe.get_all("Work Batch", failed, pluck="name", order_by="batch_no asc")
    for name in names:
        frappe.db.set_value("Work Batch", name, {"status": "Pending", "attempt": 0, "error": None})
        _queue(name, 1)
    return len(names)


def give_up(reference_doctype: str, reference_name: str) -> None:
    """Close the failed batches of a document: `try_again` does not take them up any more."""
    failed = {"reference_doctype": reference_doctype, "reference_name": reference_name, "status": "Failed"}
    frappe.db.set_value("Work Batch", failed, "status", "Done")


def payload_of(batch: Any) -> dict:
    """What the batch was given to work on."""
    return json.loads(batch.payload or "{}")


@contextmanager
def _acting_as(owner: str) -> Iterator[None]:
    """Inside this block it is the owner who acts, as far as he sees, in his language; whoever came before acts again behind it.

    Who hands a batch over is not who ordered it: the scheduler, which takes up expired ones, may see everybody and reads English.
    """
    user, language = frappe.session.user, frappe.local.lang
    if owner != user:
        frappe.set_user(owner)
    frappe.local.lang = get_user_lang(owner)
    try:
        yield
    finally:
        if owner != user:
            frappe.set_user(user)
        frappe.local.lang = language


def _queue(batch: str, attempt: int) -> None:
    frappe.db.after_commit.add(partial(_enqueue, batch, attempt))


def _enqueue(batch: str, attempt: int) -> None:
    try:
        frappe.enqueue(
            "property_service.property_service.work_batches.run_batch",
            queue=QUEUE,
            timeout=3600,
            job_id=f"work_batch::{batch}::{attempt}",
            deduplicate=True,
            batch=batch,
            attempt=attempt,
        )
    except QueueUnreachable:
        # The batch is committed: the scheduler hands over what nobody took.
        frappe.logger().exception(f"Work Batch {batch} waits for the queue")


def _take_lease(batch: str, attempt: int) -> bool:
    table = frappe.qb.DocType("Work Batch")
    moment = now_datetime()
    (
        frappe.qb.update(table)
        .set(table.status, "Running")
        .set(table.attempt, attempt)
        .set(table.heartbeat, moment)
        .set(table.lease_until, moment + timedelta(minutes=LEASE_MINUTES))
        .where(table.name == batch)
        .where(Coalesce(table.attempt, 0) < attempt)
        .where(
            (table.status == "Pending")
            | ((table.status == "Running") & run_out(table.lease_until, moment, LEASE_MINUTES))
        )
        .run()
    )
    return _affected() == 1


def _finish(batch: str, attempt: int, result: dict | None) -> bool:
    table = frappe.qb.DocType("Work Batch")
    (
        frappe.qb.update(table)
        .set(table.status, "Done")
        .set(table.result, json.dumps(result or {}, default=str))
        .set(table.lease_until, None)
        .set(table.modified, now_datetime())
        .where(table.name == batch)
        .where(table.attempt == attempt)
        .where(table.status == "Running")
        .run()
    )
    return _affected() == 1


def _affected() -> int:
    # The driver's cursor is the only place that knows how many rows an UPDATE changed.
    return frappe.db._cursor.rowcount
