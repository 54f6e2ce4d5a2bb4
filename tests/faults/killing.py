"""A process killed in the middle of its work: it stands still where its rows are written and not committed, and there it dies.

stopped = start(site, act, arrange)     # in a process of its own, forked as the queue's work-horses are
stopped.kill()                          # or stopped.let_go(), upon which it goes on
"""

from __future__ import annotations

import os
import select
import signal
import time
import traceback
from collections.abc import Callable
from typing import Any

import frappe
import pytest

from tests import figures

Stop = Callable[[], None]
SECONDS = 40


class Stopped:
    """A process that stands still in the middle of its work."""

    def __init__(self, pid: int, connection: int, says: int, hears: int) -> None:
        self.pid, self.connection, self._says, self._hears = pid, connection, says, hears
        self.alive = True

    def kill(self) -> None:
        """Kill it as the kernel does where memory runs out; returns when the database has undone what it wrote."""
        figures.count("faults tried")
        os.kill(self.pid, signal.SIGKILL)
        self._gone()
        end = time.monotonic() + SECONDS
        while frappe.db.sql("select 1 from information_schema.processlist where id = %s", self.connection):
            assert time.monotonic() < end, "the database keeps the connection of a dead process"
            time.sleep(0.01)
        frappe.db.rollback()

    def let_go(self, seconds: float = 0) -> None:
        """Let it go on after so many seconds; returns at once."""
        figures.count("faults tried")
        os.write(self._hears, f"{seconds}\n".encode())

    def ended(self) -> str:
        """Wait for its end; returns what it says: "ended", or the traceback."""
        said = _heard(self._says)
        self._gone()
        return said

    def _gone(self) -> None:
        if self.alive:
            os.waitpid(self.pid, 0)
            self.alive = False
            os.close(self._says)
            os.close(self._hears)


def start(act: Callable[[], Any], arrange: Callable[[Stop], None]) -> Stopped:
    """Run `act` in a process of its own, with a connection of its own, until it calls the `stop` that `arrange` was given there."""
    from_child, says = os.pipe()
    hears, to_child = os.pipe()
    frappe.db.rollback()
    pid = os.fork()
    if not pid:
        _child(act, arrange, says, hears)
    os.close(says)
    os.close(hears)
    said = _heard(from_child)
    if not said.startswith("stopped "):
        os.waitpid(pid, 0)
        pytest.fail(f"it does not come to the place where it is to stop:\n{said}", pytrace=False)
    return Stopped(pid, int(said.split()[1]), from_child, to_child)


def before_commit(number: int = 1) -> Callable[[Stop], None]:
    """What arranges that the process stops in front of its n-th commit."""

    def arrange(stop: Stop) -> None:
        left, commit = number, frappe.db.commit

        def counted(*args: Any, **how: Any) -> None:
            nonlocal left
            left -= 1
            if not left:
                stop()
            commit(*args, **how)

        frappe.db.commit = counted

    return arrange


def _child(act: Callable[[], Any], arrange: Callable[[Stop], None], says: int, hears: int) -> None:
    parents = frappe.local.db  # its socket belongs to the process above: neither used nor closed here
    try:
        frappe.connect()
        connection = frappe.db.sql("select connection_id()")[0][0]

        def stop() -> None:
            os.write(says, f"stopped {connection}\n".encode())
            time.sleep(float(_heard(hears) or 0))

        arrange(stop)
        act()
        frappe.db.commit()
        os.write(says, b"ended\n")
    except BaseException:
        os.write(says, traceback.format_exc()[-3000:].encode())
    finally:
        del parents
        os._exit(0)


def _heard(pipe: int) -> str:
    ready, _none, _more = select.select([pipe], [], [], SECONDS)
    return os.read(pipe, 4000).decode().strip() if ready else "nothing, for too long"
