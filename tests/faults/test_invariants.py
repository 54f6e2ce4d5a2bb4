"""The check of the data sees what breaks after it was told to remember, and only that."""

from __future__ import annotations

import frappe
import pytest

from tests.faults import invariants

pytestmark = pytest.mark.fault
CHILD = "Fee Item Price"


def orphan() -> str:
    name = frappe.generate_hash(length=12)
    row = {"name": name, "parent": "nobody", "parenttype": "Fee Item", "parentfield": "prices"}
    frappe.db.bulk_insert(CHILD, list(row), [tuple(row.values())])
    frappe.db.commit()
    return name


def test_what_broke_since_is_seen(site: str) -> None:
    made = [orphan()]
    try:
        invariants.remember()
        invariants.check()
        made.append(orphan())
        with pytest.raises(AssertionError, match=made[1]):
            invariants.check()
    finally:
        frappe.db.delete(CHILD, {"name": ["in", made]})
        frappe.db.commit()
        invariants.remember()
