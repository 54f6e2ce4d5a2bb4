"""How much the phone page costs the database, and that the lists people open are found by an index."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import frappe

from property_service.repairs import alerts, reading, resident_acts
from property_service.repairs.doctype.repair_request.test_repair_request import FD, TE, RepairTestCase
from property_service.tests import factories
from property_service.tests.utils import as_user, count_queries, plan_of, statements


class TestQueryCounts(RepairTestCase):
    def test_the_phone_page(self) -> None:
        for _number in range(3):
            self.at("Taken")
        with as_user(self.staff[TE]):
            reading.my_jobs(self.staff[TE])
            with count_queries() as queries:
                self.assertGreaterEqual(len(reading.my_jobs(self.staff[TE])), 3)
                reading.pool(self.staff[TE])
        self.assertLessEqual(len(queries), 4)


class TestIndexes(RepairTestCase):
    """EXPLAIN of what people and the scheduler ask for most."""

    def explain(self, query: str, values: Any) -> str:
        """How the table of requests is reached."""
        return next(way for table, way in plan_of(query, values) if table in ("tabRepair Request", "tabRepair Step"))

    def test_lists_are_found_by_an_index(self) -> None:
        next_door = factories.make_unit(self.building)
        neighbour = factories.make_resident(next_door)
        with patch.object(frappe, "enqueue"):
            for _number in range(20):
                self.report()
                factories.make_repair(next_door, neighbour, self.category)
        self.at("Taken")
        frappe.db.sql("analyze table `tabRepair Request`, `tabRepair Step`")
        self.assertTrue(frappe.db.count("Repair Request", {"unit": self.unit.name}))
        asked: list[tuple[str, Any]] = []
        with statements() as queries:
            with as_user(self.staff[FD]):
                frappe.get_list("Repair Request", {"stage": "Open"}, limit=20, order_by="reported_at desc")
            with as_user(self.staff[TE]):
                frappe.get_list("Repair Request", {"stage": "Working"}, limit=20, order_by="reported_at desc")
                reading.my_jobs(self.staff[TE])
                reading.pool(self.staff[TE])
            alerts.sweep()
            resident_acts._check_limits(self.resident.name, self.community.name, self.unit.name, "", "x", "y", "")
            reading.similar(self.unit.name, self.category.name)
            frappe.get_all("Repair Step", {"repair_request": "RR-1"}, order_by="happened_at asc")
        for query, values in queries:
            text = query.lstrip().lower()
            if text.startswith("select") and ("from `tabrepair request`" in text or "from `tabrepair step`" in text):
                asked.append((query, values))
        self.assertGreaterEqual(len(asked), 8)
        for query, values in asked:
            with self.subTest(query[:60] + query[query.lower().find(" where ") :]):
                self.assertIn(
                    self.explain(query, values), ("const", "ref", "range", "ref_or_null", "eq_ref", "index_merge")
                )
