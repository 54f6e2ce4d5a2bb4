"""Repair requests in incidents: counted as they come and go, joined by the desk."""

from __future__ import annotations

from typing import Any

import frappe

from property_service.dispatch import api
from property_service.property_service.errors import InputRefused
from property_service.tests.factories import (
    insert,
    make_building,
    make_category,
    make_community,
    make_repair,
    make_staff,
    make_unit,
)
from property_service.tests.utils import PropertyServiceTestCase


class TestIncidentRequests(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.building = make_building(make_community())
        cls.unit, cls.elsewhere = make_unit(cls.building), make_unit()
        cls.category, cls.other = make_category(), make_category()
        cls.desk = make_staff("Property Front Desk", community=frappe.get_doc("Community", cls.building.community))

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def incident(self) -> Any:
        return insert(
            "Service Incident", community=self.building.community, building=self.building.name, scope="Building",
            category=self.other.name,
        )  # fmt: skip

    def counted(self, incident: Any) -> int:
        return frappe.db.get_value("Service Incident", incident.name, "request_count")

    def test_the_desk_joins_a_request_and_it_is_counted(self) -> None:
        incident = self.incident()
        requests = [make_repair(self.unit, category=self.category) for _ in range(2)]
        frappe.set_user(self.desk)
        for request in requests:
            api.join(incident.name, request.name)
        self.assertEqual(api.join(incident.name, requests[0].name)["request_count"], 2)
        joined = frappe.get_doc("Repair Request", requests[0].name)
        self.assertEqual((joined.incident, joined.incident_confirmed), (incident.name, 1))
        self.assertEqual(
            frappe.db.get_value("Service Incident", incident.name, "last_report_at"),
            max(frappe.db.get_value("Repair Request", request.name, "reported_at") for request in requests),
        )

    def test_one_that_leaves_is_counted_no_more(self) -> None:
        first, second = self.incident(), self.incident()
        request = make_repair(self.unit, category=self.category, incident=first.name)
        self.assertEqual((self.counted(first), self.counted(second)), (1, 0))
        request.reload()
        request.incident = second.name
        request.save()
        self.assertEqual((self.counted(first), self.counted(second)), (0, 1))
        request.incident = None
        request.save()
        self.assertEqual((self.counted(first), self.counted(second)), (0, 0))

    def test_a_request_of_another_community_is_refused(self) -> None:
        incident, request = self.incident(), make_repair(self.elsewhere, category=self.category)
        with self.assertRaisesRegex(InputRefused, "another community"):
            api.join(incident.name, request.name)
        frappe.set_user(self.desk)
        with self.assertRaises((InputRefused, frappe.PermissionError)):
            api.join(incident.name, request.name)
        self.assertEqual(self.counted(incident), 0)
