"""Emergencies dispatch themselves and are alarmed until taken; one fault with many callers is one incident."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import frappe

from property_service.dispatch import incidents
from property_service.property_service import staff_notices
from property_service.property_service.service_clock import as_of, site_now
from property_service.repairs import alerts, api, closing, incident_links, resident_acts
from property_service.repairs.doctype.repair_request.test_repair_request import FD, MG, TE, TL, RepairTestCase
from property_service.tests import factories
from property_service.tests.utils import as_user


class EmergencyTestCase(RepairTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.category = factories.make_category(
            is_emergency=1, clock="Round the Clock", show_valve=1, is_leak=1, advice="Shut the valve"
        )
        cls.team.reload()
        cls.team.append("categories", {"category": cls.category.name})
        cls.team.save()

    def setUp(self) -> None:
        super().setUp()
        self.told: list[dict] = []
        self.enterContext(patch.object(staff_notices, "tell_many", self.told.extend))
        self.enterContext(patch.object(alerts, "tell_many", self.told.extend))

    def readers(self, word: str) -> set[str]:
        """Who was told something that holds this word."""
        return {user for notice in self.told if word in str(notice["subject"]) for user in notice["users"]}

    def call(self, unit: object | None = None, resident: object | None = None, **values: object):
        unit = unit or self.unit
        return resident_acts.report_fault(
            (resident or self.resident).name,
            unit.name,
            None,
            self.community.name,
            self.category.name,
            factories.unique("Water everywhere "),
            **values,
        )


class TestEmergency(EmergencyTestCase):
    def test_it_is_accepted_and_dispatched_by_itself(self) -> None:
        user = factories.make_portal_user(self.resident)
        with as_user(user):
            doc = self.call()
        self.assertEqual((doc.status, doc.stage, doc.priority), ("Dispatched", "Open", "Emergency"))
        self.assertTrue(doc.accepted_at and doc.dispatched_at and doc.last_alarm_at)
        steps = frappe.get_all(
            "Repair Step", {"repair_request": doc.name}, ["step", "actor_kind", "actor"], order_by="creation asc"
        )
        self.assertEqual(
            [(step.step, step.actor_kind, step.actor) for step in steps],
            [("Reported", "Resident", user), ("Accepted", "System", None), ("Dispatched", "System", None)],
        )
        self.assertIn(self.staff[TL], self.readers("EMERGENCY"))
        stored = frappe.get_doc("Repair Request", doc.name)
        self.assertEqual((stored.status, stored.team), ("Dispatched", self.team.name))

    def test_it_is_alarmed_again_until_somebody_takes_it(self) -> None:
        doc = self.call()
        self.told.clear()
        with as_of(site_now() + timedelta(minutes=4)):
            alerts.alarm_emergencies()
            self.assertEqual(self.told, [])
        with as_of(site_now() + timedelta(minutes=5)):
            self.assertEqual(alerts.alarm_emergencies(), 1)
            self.assertEqual(alerts.alarm_emergencies(), 0)
        self.assertLessEqual({self.staff[TL], self.staff[MG], self.staff[TE]}, self.readers("EMERGENCY"))
        self.by(TL, "dispatch", doc, None, self.staff[TE])
        self.by(TE, "take", doc)
        with as_of(site_now() + timedelta(minutes=30)):
            self.assertEqual(alerts.alarm_emergencies(), 0)

    def test_without_a_team_the_manager_and_the_desk_are_alarmed(self) -> None:
        self.team.db_set("is_active", 0)
        doc = self.call()
        self.assertEqual((doc.status, doc.team), ("Accepted", None))
        self.assertLessEqual({self.staff[MG], self.staff[FD]}, self.readers("EMERGENCY"))

    def test_a_team_that_takes_jobs_at_once_gets_accepted_ones_without_a_leader(self) -> None:
        self.team.db_set("auto_dispatch", 1)
        doc = factories.make_repair(self.unit, self.resident, factories.make_category())
        self.assertEqual(doc.status, "New")
        self.team.append("categories", {"category": doc.category})
        self.team.save()
        self.by(FD, "accept", doc)
        self.assertEqual((doc.status, doc.team), ("Dispatched", self.team.name))

    def test_a_report_corrected_to_an_emergency_is_dispatched_by_itself(self) -> None:
        def form(doc: object, **values: object) -> None:
            with as_user(self.staff[FD]):
                frappe.get_doc("Repair Request", doc.name).update(values).save()

        calm, name = factories.make_category(), self.category.name
        ways = {
            "accepted with the priority it had": lambda doc: self.by(FD, "accept", doc, name, "Normal"),
            "accepted": lambda doc: self.by(FD, "accept", doc, name),
            "saved while new": lambda doc: form(doc, category=name),
            "saved with another priority": lambda doc: form(doc, category=name, priority="Low"),
            "raised by hand": lambda doc: form(doc, priority="Emergency", team=self.team.name),
            "saved once accepted": lambda doc: (self.by(FD, "accept", doc), form(doc, category=name)),
        }
        for label, way in ways.items():
            with self.subTest(label):
                doc = factories.make_repair(self.unit, self.resident, calm)
                self.told.clear()
                way(doc)
                doc.reload()
                self.assertEqual((doc.status, doc.priority), ("Dispatched", "Emergency"))
                self.assertIn(self.staff[TL], self.readers("EMERGENCY"))

    def test_a_broken_calendar_does_not_keep_anybody_from_reporting(self) -> None:
        empty = factories.make_calendar()
        # As a restored backup or a direct edit may leave it.
        frappe.db.delete("Service Calendar Window", {"parent": empty.name})
        frappe.clear_document_cache("Service Calendar", empty.name)
        self.community.db_set("service_calendar", empty.name)
        frappe.clear_document_cache("Community", self.community.name)
        with patch.object(frappe, "log_error"):
            doc = factories.make_repair(self.unit, self.resident)
        self.assertEqual((doc.status, doc.respond_by), ("New", None))


class TestBurstPipe(EmergencyTestCase):
    def test_five_calls_are_one_incident_and_all_five_are_told(self) -> None:
        people = [factories.make_resident(factories.make_unit(self.building), language="en") for _ in range(5)]
        units = [frappe.get_last_doc("Unit Occupancy", {"resident": person.name}).unit for person in people]
        docs = []
        for unit, person in zip(units, people, strict=True):
            docs.append(self.call(frappe._dict(name=unit), person))
            incident_links.propose(self.community.name, docs[0].category)  # as the queue does after each of them
        for doc in docs:
            doc.reload()
        incident = docs[0].incident
        self.assertTrue(incident)
        self.assertEqual({doc.incident for doc in docs}, {incident})
        self.assertEqual(frappe.db.get_value("Service Incident", incident, "request_count"), 5)
        self.assertEqual([doc.status for doc in docs], ["Dispatched"] * 3 + ["Accepted"] * 2)
        self.assertTrue(self.readers("look like one fault"))
        with as_user(self.staff[FD]):
            incidents.confirm(incident)
            for doc in docs[3:]:
                api.confirm_incident(doc.name)
        lead = docs[0]
        with as_user(self.staff[TL]):
            api.dispatch(lead.name, None, self.staff[TE])
        with as_user(self.staff[TE]):
            api.take(lead.name)
            api.arrive(lead.name)
            api.finish(lead.name, "Pipe welded")
        with as_user(self.staff[FD]):
            incidents.close_incident(incident, "The pipe in the shaft is welded, the water is back.")
        for doc, person in zip(docs, people, strict=True):
            doc.reload()
            self.assertEqual(doc.stage, "Done", doc.name)
            told = frappe.get_all(
                "Service Message",
                {"resident": person.name, "text": ("like", "%welded%"), "subject": ("like", "%has been repaired%")},
            )
            self.assertEqual(len(told), 1)
        self.assertTrue(
            frappe.db.exists("Return Visit", {"reference_name": lead.name, "status": "Due"}),
        )

    def test_a_report_into_an_incident_nobody_works_on_is_dispatched(self) -> None:
        with as_user(self.staff[FD]):
            incident = factories.insert(
                "Service Incident",
                community=self.community.name,
                category=self.category.name,
                scope="Building",
                building=self.building.name,
                started_at=site_now(),
            )
        first = self.call()
        self.assertEqual((first.status, first.incident, first.incident_confirmed), ("Dispatched", incident.name, 0))
        second = self.call(factories.make_unit(self.building))
        self.assertEqual((second.status, second.incident), ("Accepted", incident.name))
        self.by(FD, "confirm_incident", second, False)
        self.assertEqual((second.status, second.incident), ("Dispatched", None))

    def incident(self, category: str) -> str:
        """An open incident of the building."""
        with as_user(self.staff[FD]):
            found = factories.insert(
                "Service Incident",
                community=self.community.name,
                category=category,
                scope="Building",
                building=self.building.name,
                started_at=site_now(),
            )
        return found.name

    def test_the_closing_sends_nobody_to_what_is_over(self) -> None:
        team, category = frappe.get_doc("Work Team", self.team.name), factories.make_category()
        team.auto_dispatch = 1
        team.append("categories", {"category": category.name})
        team.save()
        incident = self.incident(category.name)
        doc = factories.make_repair(self.unit, self.resident, category, incident=incident)
        self.assertEqual(doc.status, "New")
        self.told.clear()
        with as_user(self.staff[FD]):
            incidents.close_incident(incident, "The pump runs again.")
        doc.reload()
        self.assertEqual((doc.stage, doc.dispatched_at), ("Done", None))
        self.assertFalse(self.readers(doc.name) & {self.staff[TL], self.staff[TE]}, self.told)
        self.assertFalse(self.readers("job for you") | self.readers("Please assign") | self.readers("In the pool"))

    def test_a_closed_incident_holds_no_emergency(self) -> None:
        """One is still being worked on when the incident closes; the one that waited is reopened, or was left as it stood."""
        incident = self.incident(self.category.name)
        first = self.call()
        waits, left = (self.call(factories.make_unit(self.building)) for _number in range(2))
        for doc in (first, waits, left):
            self.by(FD, "confirm_incident", doc)
        self.by(TL, "dispatch", first, None, self.staff[TE])
        self.by(TE, "take", first)
        self.assertEqual((waits.status, left.status), ("Accepted", "Accepted"))
        with as_of(site_now() + timedelta(minutes=30)):
            self.assertEqual(alerts.alarm_emergencies(), 0, "they wait with the incident")
        with as_user(self.staff[FD]):
            incidents.close_incident(incident, "The pipe is welded.")
        kept = {"status": "Accepted", "stage": "Open", "finished_at": None, "last_alarm_at": None}
        frappe.db.set_value("Repair Request", left.name, kept)  # as one that could not be finished with it
        waits.reload()
        self.told.clear()
        resident_acts.send_back(waits, "Still wet")
        waits.reload()
        self.assertEqual((waits.status, waits.incident), ("Dispatched", incident))
        self.assertIn(self.staff[TL], self.readers("EMERGENCY"))
        self.assertEqual(alerts.alarm_emergencies(), 0, "what is closed in the queue is not alarmed meanwhile")
        with as_of(site_now() + timedelta(minutes=5)):
            self.assertEqual(alerts.alarm_emergencies(), 2)

    def test_the_desk_hears_everything_with_one_call(self) -> None:
        with as_user(self.staff[FD]):
            answer = api.intake(
                category=self.category.name,
                description="Water from the ceiling",
                unit=self.unit.name,
                resident=self.resident.name,
            )
        self.assertEqual((answer["status"], answer["advice"]), ("Dispatched", "Shut the valve"))
        self.assertEqual(answer["shut_off_valve"], "Behind the red door")


class TestWarrantyStory(RepairTestCase):
    def test_survey_order_reminders_fix_rework_and_the_visit_after_thirty_days(self) -> None:
        category = factories.make_category(warranty_months=60, is_leak=1, trade="Waterproofing")
        flat = factories.make_unit(self.building, deemed_handover_date=frappe.utils.add_months(site_now().date(), -14))
        doc = factories.make_repair(flat, self.resident, category)
        self.assertEqual((doc.is_warranty, doc.is_chargeable), (1, 0))
        self.by(FD, "accept", doc)
        step = lambda name, **values: self.by(FD, "warranty_step", doc, name, **values)  # noqa: E731
        for early in ("Ordered", "Fixed", "Owner Signed", "Third Party", "Responsibility Fixed"):
            with self.subTest(early), self.assertRaises(frappe.ValidationError):
                step(early)
        step("Site Survey", remark="Damp around the window")
        with self.assertRaises(frappe.ValidationError):
            step("Responsibility Fixed")
        with self.assertRaises(frappe.ValidationError):
            step("Responsibility Fixed", responsibility="Developer")
        step("Responsibility Fixed", responsibility="Developer", contractor="Dry Walls Ltd")
        step("Ordered")
        self.assertEqual((doc.status, doc.team, doc.assigned_to), ("Dispatched", None, None))
        with self.assertRaises(frappe.ValidationError):
            step("Third Party")
        step("Reminded", remark="First letter")
        step("Reminded", remark="Second letter")
        with self.assertRaises(frappe.ValidationError):
            step("Reminded")
        self.assertEqual(doc.reminder_letters, 2)
        with self.assertRaises(frappe.ValidationError):
            step("Appointment Made", on_date=frappe.utils.add_days(site_now().date(), 3), remark="Friday")
        step("Appointment Made", remark="Friday 9 o'clock")
        self.assertEqual(doc.status, "Taken")
        step("Fixed", remark="Sealed from outside")
        self.assertEqual((doc.status, doc.visit_status), ("Awaiting Visit", "Due"))
        step("Owner Signed")
        self.assertTrue(doc.owner_signed_on and doc.confirmed_at)
        self.visit(doc, "Dissatisfied", "Not Fixed")
        self.assertEqual((doc.status, doc.warranty_status), ("Reopened", "Responsibility Fixed"))
        step("Ordered")
        step("Fixed", remark="Sealed once more")
        self.visit(doc, "Satisfied")
        self.assertEqual(doc.status, "Closed")
        self.assertTrue(frappe.db.exists("Return Visit", {"reference_name": doc.name, "reason": "Second Visit"}))
        told = frappe.get_all("Service Message", {"reference_name": doc.name}, pluck="text")
        self.assertTrue(any("Friday 9" in text for text in told))

    def test_a_rework_before_anybody_was_found_responsible_goes_on_there(self) -> None:
        category = factories.make_category(warranty_months=24)
        flat = factories.make_unit(self.building, deemed_handover_date=frappe.utils.add_months(site_now().date(), -2))
        doc = factories.make_repair(flat, self.resident, category)
        self.by(FD, "accept", doc)
        self.by(FD, "warranty_step", doc, "Site Survey")
        self.by(FD, "solve_on_phone", doc, "Told how to reset it")
        self.visit(doc, "Dissatisfied", "Not Fixed")
        self.assertEqual((doc.status, doc.warranty_status), ("Reopened", "Site Survey"))
        self.by(FD, "warranty_step", doc, "Responsibility Fixed", responsibility="Ours")
        self.assertEqual(doc.responsibility, "Ours")

    def test_the_owners_own_damage_is_charged(self) -> None:
        category = factories.make_category(warranty_months=24, is_chargeable=1)
        flat = factories.make_unit(self.building, deemed_handover_date=frappe.utils.add_months(site_now().date(), -2))
        doc = factories.make_repair(flat, self.resident, category)
        self.by(FD, "accept", doc)
        self.by(FD, "warranty_step", doc, "Site Survey")
        self.by(FD, "warranty_step", doc, "Responsibility Fixed", responsibility="Owner")
        self.assertEqual((doc.is_warranty, doc.is_chargeable, doc.payment_status), (0, 1, "Unpaid"))

    def visit(self, doc: object, result: str, why: str | None = None) -> None:
        visit = frappe.get_last_doc("Return Visit", {"reference_name": doc.name, "status": "Due"})
        visit.result, visit.dissatisfied_reason, visit.visited_at = result, why, site_now()
        closing.on_visit_result(visit)
        frappe.db.set_value("Return Visit", visit.name, "status", "Reached")
        doc.reload()
