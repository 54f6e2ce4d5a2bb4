"""Two people import the same table at the same moment: every room and every person is made once."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
import pytest

from property_service.property_service.api import import_run
from property_service.tests import factories as make
from tests.parallel import at_once

ROWS = 120
TABLE = "楼栋,房号,姓名,电话,车牌\n" + "".join(
    f"{1 + n % 3},{100 + n},Person {n},1390000{n:04d},粤B{n:05d}\n" for n in range(ROWS)
)


@pytest.fixture
def imports(site: str) -> Iterator[frappe._dict]:
    """Two Property Imports of one table for one throwaway community, committed."""
    community = make.make_community()
    documents = []
    for number in range(2):
        file = make.insert("File", file_name=f"{number}.csv", content=TABLE.encode("utf-8"), is_private=1)
        documents.append(make.insert("Property Import", community=community.name, kind="Estate", file=file.file_url))
    frappe.db.commit()
    yield frappe._dict(community=community.name, names=[document.name for document in documents])
    frappe.db.rollback()
    people = frappe.get_all(
        "Unit Occupancy", {"community": community.name}, pluck="resident", distinct=True, order_by="resident asc"
    )
    frappe.db.delete("Resident Phone", {"parent": ["in", people]})
    frappe.db.delete("Resident", {"name": ["in", people]})
    for doctype in ("Unit Occupancy", "Resident Vehicle", "Property Unit", "Entrance", "Building"):
        frappe.db.delete(doctype, {"community": community.name})
    for document in documents:
        frappe.delete_doc("Property Import", document.name, force=True)
        frappe.db.delete("File", {"file_url": document.file})
    frappe.delete_doc("Community", community.name, force=True)
    frappe.delete_doc("Service Calendar", community.service_calendar, force=True)
    frappe.db.commit()


def run(name: str) -> str:
    """Run an import as its endpoint does: a transaction that saw too little begins again."""
    for _attempt in range(3):
        try:
            return import_run(name)["status"]
        except frappe.QueryDeadlockError:
            frappe.db.rollback()
    return "Busy"


def test_every_row_is_made_once(site: str, imports: frappe._dict) -> None:
    results = at_once(site, [lambda name=name: run(name) for name in imports.names])
    frappe.db.rollback()
    assert results == ["Done", "Done"]
    taken = [frappe.db.get_value("Property Import", name, ["rows_taken", "rows_known"]) for name in imports.names]
    assert sorted(taken) == [(0, ROWS), (ROWS, 0)]
    for doctype in ("Property Unit", "Unit Occupancy", "Resident Vehicle"):
        assert frappe.db.count(doctype, {"community": imports.community}) == ROWS
