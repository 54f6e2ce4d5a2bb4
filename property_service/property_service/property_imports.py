"""What all imports share: which importer takes which kind, where a run stands, and its counts.

An importer is a module registered in the hook `property_service_importers` (kind → module). It has
`template(language: str) -> list[list[str]]` (header and examples), `preview(document) -> dict` (what a run would do) and
`start(document) -> None` (runs, or hands the work to the queue); all may raise RuleError.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from types import ModuleType
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Max
from frappe.utils import get_datetime, now_datetime

from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.rule_error import RuleError, mark
from property_service.property_service.work_batches import LEASE_MINUTES, add_batches, heartbeat

DOCTYPE, REFUSALS = "Property Import", "Property Import Refusal"
COUNTS = ("rows_total", "rows_taken", "rows_joined", "rows_known", "rows_refused")
BUSY = frozenset({"Queued", "Running"})


def importer(kind: str) -> ModuleType:
    """The module that takes this kind of table. Raises InputRefused for a kind nobody registered."""
    paths = frappe.get_hooks("property_service_importers", {}).get(kind)
    if not paths:
        frappe.throw(_("{0} cannot be imported. Choose another kind.").format(_(kind)), InputRefused)
    return importlib.import_module(paths[-1])


def attached_file(url: str) -> Document:
    """The File behind this URL that the user may open. Raises RuleError when it is gone, PermissionError."""
    names = frappe.get_all("File", {"file_url": url}, pluck="name", order_by="creation desc")
    if not names:
        raise RuleError(mark("The file no longer exists. Attach it again."))
    for name in names:
        file = frappe.get_doc("File", name)
        if frappe.has_permission("File", "read", doc=file):
            return file
    frappe.throw(_("This file belongs to somebody else. Attach one of your own."), frappe.PermissionError)


def check_idle(document: Document) -> None:
    """Refuse to touch an import while it runs. One that nobody works on any more, as after a power cut, is free again."""
    if document.status not in BUSY:
        return
    open_batches = {
        "reference_doctype": DOCTYPE,
        "reference_name": document.name,
        "status": ["in", ["Pending", "Running"]],
    }
    modified = frappe.db.get_value(DOCTYPE, document.name, "modified")
    fresh = modified and get_datetime(modified) > now_datetime() - timedelta(minutes=LEASE_MINUTES)
    if fresh or frappe.db.exists("Work Batch", open_batches):
        frappe.throw(_("{0} is being processed. Wait until it is done.").format(document.name), NotAllowedNow)


def start_over(document: Document, rows: int) -> None:
    """Clear the result of an earlier run, count the rows, and let no other import of the community start meanwhile.

    Raises QueryDeadlockError, upon which endpoints begin again, where another import ended after this request began to
    read: its rows are there, but this transaction would not see them.
    """
    lock_community(document.community)
    table = frappe.qb.DocType(DOCTYPE)
    latest = frappe.qb.from_(table).select(Max(table.modified)).where(table.community == document.community)
    if latest.run() != latest.for_update().run():
        raise frappe.QueryDeadlockError
    status = frappe.db.get_value(DOCTYPE, document.name, "status", for_update=True)
    document.status = status
    check_idle(document)
    frappe.db.delete(REFUSALS, {"parent": document.name})
    document.refused = []
    document.db_set({**dict.fromkeys(COUNTS, 0), "rows_total": rows, "status": "Running"})


def queue(document: Document, job: str) -> None:
    """Hand the work to the queue: `job` is the dotted path of `work(batch) -> dict`; its payload is {"import": name}."""
    add_batches(job, [{"import": document.name}], DOCTYPE, document.name)
    document.db_set("status", "Queued")


def work_off(
    batch: Any, document: Document, rows: Sequence[Any], size: int, write: Callable[[Sequence[Any]], None]
) -> int:
    """Worker's loop: rows go to `write` in blocks, each one transaction with its counts and how far the batch has come.

    Goes on behind the rows that an attempt before has done; returns how many are done. Another worker who has taken over
    meanwhile is left to it.
    """
    frappe.db.set_value("Work Batch", batch.name, "total", len(rows))
    frappe.db.set_value(DOCTYPE, document.name, "status", "Running")
    done = int(batch.done or 0)
    for start in range(done, len(rows), size):
        block = rows[start : start + size]
        # The lock begins the transaction: what others committed while we waited is seen by every read behind it.
        frappe.db.commit()  # nosemgrep: a block is done, or nothing is yet
        lock_community(document.community)
        now = frappe.db.get_value("Work Batch", batch.name, ["attempt", "done"], as_dict=True)
        if now.attempt != batch.attempt or int(now.done or 0) != done:
            # The lease ran out and another worker has gone on from here.
            return done
        write(block)
        done += len(block)
        heartbeat(batch.name, batch.attempt, done)
    return done


def lock_community(community: str) -> None:
    """One import of a community at a time, until the commit."""
    frappe.db.get_value("Community", community, "name", for_update=True)


def note_block(
    name: str, taken: int, known: int, refused: Iterable[tuple[int, str, RuleError]], joined: int = 0
) -> None:
    """Add a block's counts and refused rows (line, key, reason) to an import, in the transaction of the block's rows."""
    refused = list(refused)
    table = frappe.qb.DocType(DOCTYPE)
    query = frappe.qb.update(table).set(table.modified, now_datetime()).where(table.name == name)
    added = {"rows_taken": taken, "rows_known": known, "rows_joined": joined, "rows_refused": len(refused)}
    for field, more in added.items():
        query = query.set(table[field], table[field] + more)
    query.run()
    before = frappe.db.count(REFUSALS, {"parent": name})
    insert_block(
        REFUSALS,
        (
            {
                "name": row_name,
                "parent": name,
                "parenttype": DOCTYPE,
                "parentfield": "refused",
                "idx": before + number,
                "line_no": line_no,
                "row_key": key[:140],
                "reason": _(error.template).format(*error.params),
            }
            for number, (row_name, (line_no, key, error)) in enumerate(
                zip(hash_names(len(refused)), refused, strict=True), 1
            )
        ),
    )


def finish(name: str, status: str) -> None:
    """Set how a run ended, Done or Failed, and let open forms know."""
    document = frappe.get_doc(DOCTYPE, name)
    document.db_set("status", status, notify=True)
