"""What the tests of the app share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import frappe
from frappe.desk.doctype.number_card.number_card import get_result

from property_service.property_service.service_clock import site_now

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
def statements() -> Iterator[list[tuple[str, Any]]]:
    """Collect the SQL that this process sends to the database meanwhile, each with its values."""
    sent: list[tuple[str, Any]] = []
    with _noting(lambda query, values: sent.append((query, values))):
        yield sent


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """Collect the SQL that this process sends to the database meanwhile."""
    queries: list[str] = []
    with _noting(lambda query, _values: queries.append(query)):
        yield queries


@contextmanager
def _noting(note: Callable[[str, Any], None]) -> Iterator[None]:
    sql = frappe.db.sql

    def noted(query: Any, *args: Any, **kwargs: Any) -> Any:
        note(str(query), args[0] if args else kwargs.get("values", ()))
        return sql(query, *args, **kwargs)

    # Nothing may stay behind on the connection: it would hide its queries from whoever watches the class.
    with patch.object(frappe.db, "sql", noted):
        yield


def card_number(name: str) -> int:
    """Return what a number card counts for the session's user; of what browsers work out it knows the time by the site's clock."""
    card = frappe.get_doc("Number Card", name)
    filters = json.loads(card.filters_json)
    for doctype, field, sign, told in json.loads(card.dynamic_filters_json or "[]"):
        if told != "frappe.datetime.system_datetime()":
            raise ValueError(told)
        filters.append([doctype, field, sign, str(site_now())])
    return get_result(card.as_dict(), json.dumps(filters))


@contextmanager
def as_user(user: str) -> Iterator[None]:
    """Act as this user meanwhile."""
    before = frappe.session.user
    frappe.set_user(user)
    try:
        yield
    finally:
        frappe.set_user(before)
