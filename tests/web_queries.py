"""What a web request asks of the database, from reading the session to the last job it set off, in this process."""

from __future__ import annotations

import contextvars
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

# The marks of a transaction are no questions.
MARKS = ("start transaction", "commit", "rollback", "savepoint", "release savepoint")


@dataclass
class Asked:
    """`queries` of the request itself, `job_queries` of everything it enqueued; `jobs` are the names of their methods."""

    status: int
    answer: Any
    queries: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    job_queries: list[str] = field(default_factory=list)

    @property
    def everything(self) -> list[str]:
        """The queries of the request and of all its jobs."""
        return self.queries + self.job_queries


def ask(site: str, sid: str, path: str, **values: Any) -> Asked:
    """Send a request through the web application, commit included, then run what it enqueued as a worker would.

    `sid` is the session's cookie; with `values` it is a POST. The rows must be committed before.
    """
    from frappe.utils.background_jobs import execute_job

    waiting: list[dict[str, Any]] = []
    with counted() as queries, patch("frappe.utils.background_jobs.get_queue", lambda *_, **__: _Queue(waiting)):
        status, answer = contextvars.Context().run(_send, site, sid, path, values)
        asked = Asked(status, answer, list(queries))
        queries.clear()
        while waiting:
            job = waiting.pop(0)
            asked.jobs.append(str(job["method"]))
            contextvars.Context().run(execute_job, **job)
        asked.job_queries = list(queries)
    return asked


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the SQL of every connection of this process meanwhile."""
    from frappe.database.database import Database

    queries: list[str] = []
    sql = Database.sql

    def counting(self: Any, query: Any, *args: Any, **options: Any) -> Any:
        if not str(query).strip().lower().startswith(MARKS):
            queries.append(str(query))
        return sql(self, query, *args, **options)

    with patch.object(Database, "sql", counting):
        yield queries


class _Queue:
    def __init__(self, waiting: list[dict[str, Any]]) -> None:
        self.waiting = waiting

    def enqueue_call(self, _function: Any, **options: Any) -> None:
        self.waiting.append(options["kwargs"])


def _send(site: str, sid: str, path: str, values: dict[str, Any]) -> tuple[int, Any]:
    from frappe.app import application
    from werkzeug.test import Client

    client = Client(application)
    client.set_cookie("sid", sid)
    headers = {"X-Frappe-Site-Name": site, "X-Forwarded-For": "10.1.1.1"}
    answer = client.post(path, data=values, headers=headers) if values else client.get(path, headers=headers)
    text = answer.get_data(as_text=True)
    return answer.status_code, answer.get_json() if answer.is_json else text
