"""An incident with many callers is closed in the queue, in blocks, and every caller is told once."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

import frappe

from property_service.dispatch import incidents
from property_service.property_service import staff_notices, work_batches
from property_service.repairs import incident_closing
from property_service.tests import factories
from property_service.tests.utils import PropertyServiceTestCase, as_user

TEXT = "The pump runs again."
CALLERS = 5


class TestIncidentClosing(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.community = factories.make_community()
        cls.building = factories.make_building(cls.community)
        cls.category = factories.make_category()
        cls.desk = factories.make_staff("Property Front Desk", community=cls.community)
        cls.units = [factories.make_unit(cls.building) for _number in range(CALLERS)]
        cls.people = [factories.make_resident(unit, language="en") for unit in cls.units]

    def setUp(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.queued: list[tuple[str, int]] = []
        for target, name, value in (
            (incident_closing, "AT_ONCE", CALLERS - 1),
            (incident_closing, "BLOCK", 2),
            (work_batches, "_queue", lambda *batch: self.queued.append(batch)),
            (staff_notices, "tell_many", self.told.extend),
            (frappe.db, "commit", lambda: None),
        ):
            self.enterContext(patch.object(target, name, value))

    def closed(self) -> tuple[str, list[Any]]:
        """An incident closed by the desk, and the requests of its callers as they stand."""
        incident = factories.insert(
            "Service Incident",
            community=self.community.name,
            building=self.building.name,
            title="No water",
            started_at=frappe.utils.now_datetime(),
        )
        requests = [
            factories.make_repair(unit, person, self.category, incident=incident.name)
            for unit, person in zip(self.units, self.people, strict=True)
        ]
        with as_user(self.desk):
            incidents.close_incident(incident.name, TEXT)
        return incident.name, requests

    def stages(self, requests: list[Any]) -> list[str]:
        return [frappe.db.get_value("Repair Request", request.name, "stage") for request in requests]

    def letters(self) -> list[str]:
        wanted = {
            "community": self.community.name,
            "text": ("like", f"%{TEXT}%"),
            "subject": ("like", "%has been repaired"),
        }
        return frappe.get_all("Service Message", wanted, pluck="resident", order_by="resident asc")

    def test_many_callers_do_not_keep_the_desk_waiting(self) -> None:
        incident, requests = self.closed()
        self.assertEqual(self.stages(requests), ["Open"] * CALLERS)
        ((batch, attempt),) = self.queued
        work_batches.run_batch(batch, attempt)
        self.assertEqual(self.stages(requests), ["Done"] * CALLERS)
        everybody = sorted(person.name for person in self.people)
        self.assertEqual(self.letters(), everybody)
        row = frappe.db.get_value("Work Batch", batch, ["status", "done", "total", "reference_name"], as_dict=True)
        self.assertEqual(row, {"status": "Done", "done": CALLERS, "total": CALLERS, "reference_name": incident})
        frappe.db.set_value("Work Batch", batch, {"status": "Pending", "lease_until": None})
        work_batches.run_batch(batch, attempt + 1)  # killed before it said that it was done
        self.assertEqual(self.letters(), everybody)

    def test_one_that_cannot_be_finished_keeps_nobody_waiting(self) -> None:
        finish = incident_closing.finish_with

        def stubborn(doc: Any, text: str) -> None:
            if doc.unit == self.units[1].name:
                frappe.throw("It has materials.")
            finish(doc, text)

        _incident, requests = self.closed()
        with patch.object(incident_closing, "finish_with", stubborn):
            work_batches.run_batch(*self.queued[0])
        self.assertEqual(self.stages(requests), ["Done", "Open", "Done", "Done", "Done"])
        (notice,) = (one for one in self.told if "by hand" in one["subject"][0])
        self.assertEqual(notice["users"], [self.desk])
        self.assertIn(requests[1].name, notice["subject"][2])

    def test_a_few_are_closed_at_once(self) -> None:
        self.enterContext(patch.object(incident_closing, "AT_ONCE", CALLERS))
        _incident, requests = self.closed()
        self.assertEqual(self.queued, [])
        self.assertEqual(self.stages(requests), ["Done"] * CALLERS)
