"""The demo estate, made once for the tests of a file and taken back with its transaction."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import frappe
import pytest

from property_service.setup.demo import making
from tests.demo.tables import rows_of_every_table

PARTS = (
    *("make_life", "make_money", "make_patrols", "make_calls", "make_complaints", "make_events", "make_reading"),
    "make_service",
)


@contextmanager
def only(*parts: str) -> Iterator[pytest.MonkeyPatch]:
    """The demo made without the parts that are not named: each is played once, by the tests that are about it."""
    with pytest.MonkeyPatch.context() as patch:
        # Communities of other tests may be on the site; whether real ones are refused is a test of its own.
        patch.setattr(making, "refuse_real_communities", lambda: None)
        for part in PARTS:
            assert hasattr(making, part), part
            if part not in parts:
                patch.setattr(making, part, lambda *_args: None)
        yield patch


@pytest.fixture(scope="module")
def estate(site: str, request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """The demo estate in the transaction of these tests, of the size and with the parts that the file names (UNITS, MADE)."""
    with only(*request.module.MADE):
        frappe.db.rollback()
        before = rows_of_every_table()
        said = io.StringIO()
        with redirect_stdout(said):
            logins = making.make_demo(getattr(request.module, "UNITS", None))
        yield {"logins": logins, "before": before, "said": said.getvalue()}
        frappe.db.rollback()
        frappe.clear_cache()
