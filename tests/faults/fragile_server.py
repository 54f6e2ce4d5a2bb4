"""The sandbox's web server, in which things break on demand: the file named by FAULT_PLAN says what happens to the next request.

kill N      its database connection is killed in front of its N-th writing statement ("commit": of its commit)
deadlock N  MariaDB has chosen it as the victim there: the transaction is undone
timeout N   it has waited too long for a lock there: only the statement is undone
... every   the same in front of every writing statement, until the plan is taken away
full        the disk is full: half of the next file is written
"""

from __future__ import annotations

import builtins
import os
import runpy
import sys
from pathlib import Path
from typing import Any

import frappe
from frappe.database.mariadb.database import MariaDBDatabase

PLAN = Path(os.environ["FAULT_PLAN"])
WRITES = ("insert", "update", "delete")
NO_SPACE = 28


def due(at: str) -> str:
    """What is to break here, once; "" for nothing."""
    try:
        kind, _space, wanted = PLAN.read_text().partition(" ")
    except FileNotFoundError:
        return ""
    if wanted == "every" and at.isdigit():
        return kind
    if wanted != at:
        return ""
    PLAN.unlink()
    return kind


def break_database(database: Any, kind: str) -> None:
    """Let happen to a connection what the plan says."""
    if kind == "kill":
        number = database.sql("select connection_id()")[0][0]
        other = database.get_connection()
        other.cursor().execute(f"kill {number}")
        other.close()
    elif kind == "deadlock":
        database._conn.rollback()
        raise frappe.QueryDeadlockError(1213, "Deadlock found when trying to get lock")
    elif kind == "timeout":
        raise frappe.QueryTimeoutError(1205, "Lock wait timeout exceeded")


sql, commit = MariaDBDatabase.sql, MariaDBDatabase.commit


def breaking_sql(self: Any, query: Any, *args: Any, **how: Any) -> Any:
    if getattr(frappe.local, "request", None) and str(query).lstrip().lower().startswith(WRITES):
        frappe.local.fault_writes = getattr(frappe.local, "fault_writes", 0) + 1
        if kind := due(str(frappe.local.fault_writes)):
            break_database(self, kind)
    return sql(self, query, *args, **how)


def breaking_commit(self: Any) -> None:
    if getattr(frappe.local, "request", None) and (kind := due("commit")):
        break_database(self, kind)
    commit(self)


class HalfWritten:
    """A file on a disk that is full after half of what is written."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def __enter__(self) -> HalfWritten:
        return self

    def __exit__(self, *_error: Any) -> None:
        self.file.close()

    def write(self, content: Any) -> None:
        self.file.write(content[: len(content) // 2])
        self.file.flush()
        raise OSError(NO_SPACE, "No space left on device")

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


opened = builtins.open


def breaking_open(path: Any, mode: str = "r", *args: Any, **how: Any) -> Any:
    file = opened(path, mode, *args, **how)
    if "/files/" in str(path) and set(mode) & set("wxa") and due(""):
        return HalfWritten(file)
    return file


MariaDBDatabase.sql, MariaDBDatabase.commit = breaking_sql, breaking_commit
builtins.open = breaking_open
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
