"""Rows of a test class live as long as the class, rows of a test as long as the test."""

from __future__ import annotations

import frappe

from property_service.tests.utils import PropertyServiceTestCase

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
