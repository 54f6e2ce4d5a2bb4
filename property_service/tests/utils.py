"""What the tests of the app share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import frappe

try:
    from frappe.tests import IntegrationTestCase as _Base
except ImportError:  # before Frappe 16
    from frappe.tests.utils import FrappeTestCase as _Base


class PropertyServiceTestCase(_Base):
    """Base of the tests beside DocTypes; they run by `bench run-tests` and by pytest."""


def plan_of(query: str, values: Any = None) -> list[tuple[str, str]]:
    """Return (table, way in) of each step by which the database would answer a SELECT: "ref", "range", "ALL".

    A filter by row numbers, which the optimizer may add ("ref|filter"), is no other way in.
    """
    steps = frappe.db.sql(f"explain {query}", values or (), as_dict=True)
    return [(step["table"] or "", (step["type"] or "").partition("|")[0]) for step in steps]


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """Collect the SQL that this process sends to the database meanwhile."""
    queries: list[str] = []
    sql = frappe.db.sql

    def counted(query: Any, *args: Any, **kwargs: Any) -> Any:
        queries.append(str(query))
        return sql(query, *args, **kwargs)

    frappe.db.sql = counted
    try:
        yield queries
    finally:
        frappe.db.sql = sql


@contextmanager
def as_user(user: str) -> Iterator[None]:
    """Act as this user meanwhile."""
    before = frappe.session.user
    frappe.set_user(user)
    try:
        yield
    finally:
        frappe.set_user(before)
