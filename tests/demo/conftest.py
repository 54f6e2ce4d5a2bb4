"""The demo estate of the usual size, made once for the tests of a file and taken back with its transaction."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any

import frappe
import pytest

from property_service.setup.demo import make, making
from tests.demo.tables import rows_of_every_table


@pytest.fixture(scope="module")
def estate(site: str) -> Iterator[dict[str, Any]]:
    """The demo estate of the usual size, in the transaction of these tests."""
    patch = pytest.MonkeyPatch()
    # Communities of other tests may be on the site; whether real ones are refused is a test of its own.
    patch.setattr(making, "refuse_real_communities", lambda: None)
    frappe.db.rollback()
    before = rows_of_every_table()
    said = io.StringIO()
    with redirect_stdout(said):
        logins = make()
    yield {"logins": logins, "before": before, "said": said.getvalue()}
    frappe.db.rollback()
    frappe.clear_cache()
    patch.undo()
