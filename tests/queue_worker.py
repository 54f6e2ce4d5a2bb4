"""A worker of its own on a queue of its own: the platform's worker and jobs, met by nobody else's.

    python tests/queue_worker.py SITE QUEUE [MODULE:FUNCTION | --stay]

Works off the queue and ends when it is empty, or stays until it is told to end. FUNCTION is called first; the work-horses, which are
forked, keep what it changed.
"""

from __future__ import annotations

import importlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import frappe
from frappe.utils.background_jobs import get_redis_conn
from rq import Queue, Worker

ROOT = Path(__file__).resolve().parent.parent
FOLDER = "QUEUE_WORKER_FOLDER"
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


def until(happened: Callable[[], Any], seconds: float = 40) -> Any:
    """Wait for what comes true and return it."""
    end = time.monotonic() + seconds
    while not (found := happened()):
        assert time.monotonic() < end, f"{happened} did not happen in {seconds} s"
        time.sleep(0.05)
    return found


def stand_still() -> None:
    """Called in a work-horse: the first that comes here after `Workers.arm` stops until it is let go, or killed."""
    folder = Path(os.environ[FOLDER])
    try:
        (folder / "armed").rename(folder / "taken")
    except FileNotFoundError:
        return
    (folder / "pid.part").write_text(str(os.getpid()))
    (folder / "pid.part").rename(folder / "pid")
    until((folder / "go").exists)


class Workers:
    """Workers of one test, the queue they work off, and the files by which a work-horse is stopped; `first` as for `main`."""

    def __init__(self, site: str, folder: Path, first: str) -> None:
        self.site, self.folder, self.first, self.started = site, folder, first, []
        self.queue = f"test-{frappe.generate_hash(length=8)}"
        os.environ[FOLDER] = str(folder)

    def arm(self) -> None:
        """The next work-horse that comes to the place stops there."""
        (self.folder / "pid").unlink(missing_ok=True)
        (self.folder / "armed").touch()

    def start(self) -> subprocess.Popen:
        """Start a worker; it ends when the queue is empty."""
        with open(self.folder / "worker.log", "ab") as log:
            self.started.append(start(self.site, self.queue, self.first, log))
        return self.started[-1]

    def stopped(self) -> int:
        """Wait until a work-horse has stopped; returns its process."""
        return int(until((self.folder / "pid").exists) and (self.folder / "pid").read_text())

    def kill(self, worker: subprocess.Popen, horse: int) -> None:
        """Kill a worker and its work-horse, as where a machine goes."""
        worker.kill()
        os.kill(horse, signal.SIGKILL)
        worker.wait(10)

    def finish(self) -> None:
        """Work off what is left, without a stop."""
        (self.folder / "armed").unlink(missing_ok=True)
        assert self.start().wait(50) == 0, (self.folder / "worker.log").read_text()[-2000:]

    def end(self) -> None:
        """End all of them and forget the queue."""
        (self.folder / "go").touch()
        for worker in self.started:
            worker.kill()
            worker.wait(10)
        clear(self.queue)
        os.environ.pop(FOLDER, None)


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
