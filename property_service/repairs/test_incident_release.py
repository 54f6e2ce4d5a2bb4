"""A proposed incident that turns out to be none."""

from __future__ import annotations

from typing import Any

import frappe

from property_service.dispatch import api
from property_service.tests.factories import (
    make_building,
    make_category,
    make_community,
    make_repair,
    make_resident,
    make_staff,
    make_team,
    make_unit,
)
from property_service.tests.utils import PropertyServiceTestCase


class TestIncidentRelease(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.community = make_community()
        building = make_building(cls.community)
        cls.units = [make_unit(building, riser="01") for _ in range(4)]
        cls.residents = [make_resident(unit, language="en") for unit in cls.units]
        cls.desk = make_staff("Property Front Desk", community=cls.community)
        cls.technician = make_staff("Property Technician", community=cls.community)

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def four_reports(self, **category: Any) -> tuple[str, list[Any]]:
        """Three like reports propose an incident, the fourth joins it. Returns its name and the requests."""
        kind = make_category(**category)
        make_team(self.community, (self.technician,), (kind.name,), dispatch_mode="Grab")
        requests = [make_repair(unit, person, kind) for unit, person in zip(self.units, self.residents, strict=True)]
        for request in requests:
            request.reload()
        names = {request.incident for request in requests}
        self.assertEqual(len(names), 1)
        return names.pop(), requests

    def test_whoever_waited_with_it_is_sent_somebody(self) -> None:
        incident, requests = self.four_reports(is_emergency=1, default_priority="Emergency")
        self.assertEqual([request.status for request in requests], ["Dispatched"] * 3 + ["Accepted"])
        self.assertEqual(frappe.db.get_value("Service Incident", incident, "request_count"), 4)
        frappe.set_user(self.desk)
        api.withdraw_incident(incident, "Four taps, four faults.")
        for request in requests:
            request.reload()
        self.assertEqual([request.status for request in requests], ["Dispatched"] * 4)
        self.assertEqual({request.incident for request in requests}, {None})
        self.assertEqual(frappe.db.get_value("Service Incident", incident, "request_count"), 0)

    def test_nobody_is_told_that_it_is_repaired(self) -> None:
        incident, requests = self.four_reports()
        frappe.set_user(self.desk)
        before = frappe.db.count("Service Message", {"community": self.community.name})
        api.withdraw_incident(incident, "Four taps, four faults.")
        self.assertEqual(frappe.db.count("Service Message", {"community": self.community.name}), before)
        for request in requests:
            request.reload()
        self.assertEqual({(request.status, request.incident) for request in requests}, {("New", None)})

    def test_closing_a_confirmed_one_tells_everybody_once(self) -> None:
        incident, requests = self.four_reports()
        frappe.set_user(self.desk)
        api.confirm_incident(incident)
        api.close_incident(incident, "The pipe is repaired.")
        told = frappe.get_all(
            "Service Message", {"text": ("like", "%The pipe is repaired.%")}, pluck="resident", order_by="resident asc"
        )
        self.assertEqual(told, sorted(person.name for person in self.residents))
        for request in requests:
            request.reload()
        self.assertEqual({request.stage for request in requests}, {"Done"})
