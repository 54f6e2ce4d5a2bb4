"""How much a repair costs the database, and that the lists people open are found by an index."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import frappe
from frappe.desk import reportview

from property_service.repairs import alerts, reading, resident_acts
from property_service.repairs.doctype.repair_request.test_repair_request import FD, TE, RepairTestCase
from property_service.tests import factories
from property_service.tests.utils import as_user, count_queries

IN_REQUEST, IN_ALL, A_LIST = 35, 60, 15


@contextmanager
def inline():
    """Run at once what would go to the queue."""

    def now(method: Any, **arguments: Any) -> None:
        for name in (
            "queue",
            "timeout",
            "job_id",
            "deduplicate",
            "enqueue_after_commit",
            "at_front",
            "is_async",
            "now",
        ):
            arguments.pop(name, None)
        frappe.call(method, **arguments)

    with patch.object(frappe, "enqueue", now):
        yield


class TestQueryCounts(RepairTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.user = factories.make_portal_user(cls.resident)
        cls.urgent = factories.make_category(is_emergency=1, clock="Round the Clock", warranty_months=24, is_leak=1)
        cls.team.reload()
        cls.team.append("categories", {"category": cls.urgent.name})
        cls.team.save()

    def fault(self, category: object) -> object:
        return resident_acts.report_fault(
            self.resident.name,
            self.unit.name,
            None,
            self.community.name,
            category.name,
            factories.unique("Water "),
        )

    def counts(self, category: object) -> tuple[int, int]:
        """Queries of a report in the request, and with everything queued run inline; warm."""
        with as_user(self.user):
            with inline():
                self.fault(category)
            with count_queries() as requested, patch.object(frappe, "enqueue"):
                self.fault(category)
            with count_queries() as everything, inline():
                self.fault(category)
        if "--queries" in sys.argv:
            print("\n".join(everything))
        return len(requested), len(everything)

    def test_a_report_through_the_portal(self) -> None:
        frappe.db.set_single_value("Property Service Settings", "requests_per_day", 0)
        frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
        few = {category.name: self.counts(category) for category in (self.category, self.urgent)}
        for requested, everything in few.values():
            self.assertLessEqual(requested, IN_REQUEST)
            self.assertLessEqual(everything, IN_ALL)
        with patch.object(frappe, "enqueue"):
            for _number in range(30):
                self.report()
        for _number in range(10):
            factories.make_staff(FD, community=self.community)
        self.team.reload()
        for _number in range(18):
            self.team.append(
                "members",
                {"user": factories.make_staff(TE, community=self.community), "on_duty": 1, "max_open_jobs": 9},
            )
        self.team.dispatch_mode = "Grab"
        self.team.save()
        many = {category.name: self.counts(category) for category in (self.category, self.urgent)}
        for name, (requested, everything) in many.items():
            self.assertLessEqual(requested, IN_REQUEST, name)
            self.assertLessEqual(everything, IN_ALL, name)
        print(f"queries of a report: {few} few rows, {many} many")

    def test_the_desks_list_of_twenty(self) -> None:
        with patch.object(frappe, "enqueue"):
            for _number in range(25):
                self.report()
        for role in (FD, TE):
            with as_user(self.staff[role]):
                frappe.local.form_dict = frappe._dict(
                    doctype="Repair Request",
                    fields='["`tabRepair Request`.`name`","`tabRepair Request`.`status`"]',
                    order_by="`tabRepair Request`.`reported_at` desc",
                    start="0",
                    page_length="20",
                    view="List",
                )
                reportview.get()
                with count_queries() as queries:
                    reportview.get()
                self.assertLessEqual(len(queries), A_LIST, role)

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
        rows = frappe.db.sql(f"explain {query}", values, as_dict=True)
        return next(row.type.partition("|")[0] for row in rows if row.table in ("tabRepair Request", "tabRepair Step"))

    def test_lists_are_found_by_an_index(self) -> None:
        with patch.object(frappe, "enqueue"):
            for _number in range(40):
                self.report()
        self.at("Taken")
        frappe.db.sql("analyze table `tabRepair Request`, `tabRepair Step`")
        self.assertTrue(frappe.db.count("Repair Request", {"unit": self.unit.name}))
        asked: list[tuple[str, Any]] = []
        queries: list[tuple[str, Any]] = []
        sql = frappe.db.sql

        def noted(query: Any, values: Any = (), *args: Any, **kwargs: Any) -> Any:
            queries.append((str(query), values))
            return sql(query, values, *args, **kwargs)

        with patch.object(frappe.db, "sql", noted):
            with as_user(self.staff[FD]):
                frappe.get_list("Repair Request", {"stage": "Open"}, limit=20, order_by="reported_at desc")
            with as_user(self.staff[TE]):
                frappe.get_list("Repair Request", {"stage": "Working"}, limit=20, order_by="reported_at desc")
                reading.my_jobs(self.staff[TE])
                reading.pool(self.staff[TE])
            alerts.sweep()
            resident_acts._check_limits(self.resident.name, self.community.name, self.unit.name, "", "x", "y")
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
