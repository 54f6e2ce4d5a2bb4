"""Rows of a test class live as long as the class, rows of a test as long as the test."""

from __future__ import annotations

import frappe

from property_service.tests.utils import PropertyServiceTestCase, count_queries, statements

SHARED = "Made once for the class"


class TestRowsOfATestClass(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.shared = frappe.get_doc({"doctype": "ToDo", "description": SHARED}).insert().name

    def test_are_there_for_the_first_test(self) -> None:
        self.assertTrue(frappe.db.exists("ToDo", self.shared))

    def test_are_there_for_the_second_test(self) -> None:
        self.assertTrue(frappe.db.exists("ToDo", self.shared))


class TestCountingOfQueries(PropertyServiceTestCase):
    def test_it_ends_when_it_ends(self) -> None:
        """What stayed on the connection would hide its queries from a watch on the class."""
        with count_queries() as queries, statements() as sent:
            frappe.db.sql("select %s", (1,))
        self.assertEqual(queries, ["select %s"])
        self.assertEqual(sent, [("select %s", (1,))])
        self.assertNotIn("sql", vars(frappe.db))
