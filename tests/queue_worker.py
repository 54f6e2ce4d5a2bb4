"""A worker of its own on a queue of its own: the platform's worker and jobs, met by nobody else's.

    python tests/queue_worker.py SITE QUEUE [MODULE:FUNCTION | --stay]

Works off the queue and ends when it is empty, or stays until it is told to end. FUNCTION is called first; the work-horses, which are
forked, keep what it changed.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frappe
from frappe.utils.background_jobs import get_redis_conn
from rq import Queue, Worker

ROOT = Path(__file__).resolve().parent.parent
RUN_BATCH = "property_service.property_service.work_batches.run_batch"


def queue_to(name: str) -> Callable[[str, int], None]:
    """Return what takes the place of `work_batches._queue`: jobs as the platform makes them, after the commit, in this queue."""

    def put(batch: str, attempt: int) -> None:
        site, user = frappe.local.site, frappe.session.user

        def enqueue() -> None:
            kwargs = {
                "site": site,
                "user": user,
                "method": RUN_BATCH,
                "event": None,
                "job_name": RUN_BATCH,
                "is_async": True,
                "kwargs": {"batch": batch, "attempt": attempt},
            }
            Queue(name, connection=get_redis_conn()).enqueue_call(
                "frappe.utils.background_jobs.execute_job",
                kwargs=kwargs,
                timeout=3600,
                job_id=f"{name}:{batch}:{attempt}",
            )

        frappe.db.after_commit.add(enqueue)

    return put


def start(site: str, queue: str, first: str = "", log: Any = subprocess.DEVNULL) -> subprocess.Popen:
    """Start a worker in a process group of its own; the caller waits for it, or kills it."""
    command = [sys.executable, "-W", "ignore", __file__, site, queue, *([first] if first else [])]
    return subprocess.Popen(
        command, cwd=Path.cwd(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
    )


def clear(queue: str) -> None:
    """Forget a queue with its jobs."""
    Queue(queue, connection=get_redis_conn()).delete(delete_jobs=True)


def main(site: str, queue: str, first: str = "") -> None:
    sys.path.insert(0, str(ROOT))
    frappe.init(site, sites_path=".")
    connection = get_redis_conn()
    # what a work-horse would read anew each time otherwise

    import property_service.fees.fee_run_work  # noqa: F401

    stays = first == "--stay"
    if first and not stays:
        module, _colon, function = first.partition(":")
        getattr(importlib.import_module(module), function)()
    Worker([Queue(queue, connection=connection)], connection=connection).work(burst=not stays, logging_level="WARNING")


if __name__ == "__main__":
    main(*sys.argv[1:])
