"""Warnings and escalation: at the set percentages, once, to the right people, in a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import frappe

from property_service.property_service.service_clock import as_of, site_now
from property_service.repairs import alerts, letters
from property_service.repairs.doctype.repair_request.test_repair_request import FD, MG, TE, TL, RepairTestCase
from property_service.tests import factories
from property_service.tests.utils import count_queries


class TestAlerts(RepairTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.community.db_set("manager", cls.staff[MG])
        frappe.clear_document_cache("Community", cls.community.name)

    def setUp(self) -> None:
        super().setUp()
        self.told: list[dict] = []
        self.enterContext(patch.object(alerts, "tell_many", self.told.extend))

    def after(self, doc: object, minutes: int) -> list[tuple[str, set[str]]]:
        """Sweep so many minutes after the clock of a request began; who was told what of it."""
        self.told.clear()
        with as_of(doc.clock_started_at + timedelta(minutes=minutes)):
            alerts.raise_levels()
        doc.reload()
        return [(notice["subject"][0], set(notice["users"])) for notice in self.told if notice["name"] == doc.name]

    def test_technician_leader_and_manager_each_once_at_their_percentage(self) -> None:
        doc = self.at("Dispatched")  # arrive within 60 minutes
        self.assertEqual(self.after(doc, 47), [])
        self.assertEqual(self.after(doc, 48), [(alerts.SUBJECTS[80], {self.staff[TE]})])
        self.assertEqual(self.after(doc, 48), [])
        self.assertEqual((doc.alert_level, doc.response_late), (80, 0))
        self.assertEqual(self.after(doc, 61), [(alerts.SUBJECTS[100], {self.staff[TL]})])
        self.assertEqual((doc.alert_level, doc.response_late), (100, 1))
        self.assertEqual(self.after(doc, 90), [(alerts.SUBJECTS[150], {self.staff[MG]})])
        self.assertEqual(self.after(doc, 900), [])
        steps = frappe.get_all("Repair Step", {"repair_request": doc.name, "actor_kind": "System"}, pluck="step")
        self.assertEqual(sorted(steps), ["Escalated", "Escalated", "Warned"])

    def test_an_arrival_in_time_leaves_the_finish_to_watch(self) -> None:
        doc = self.at("Taken")
        with as_of(doc.clock_started_at + timedelta(minutes=30)):
            self.by(TE, "arrive", doc)
        self.assertEqual(self.after(doc, 100), [])
        self.assertEqual(self.after(doc, 384), [(alerts.SUBJECTS[80], {self.staff[TE]})])
        with as_of(doc.clock_started_at + timedelta(minutes=481)):
            self.by(TE, "finish", doc, "Done")
        self.assertEqual((doc.response_late, doc.finish_late, doc.next_alert_at), (0, 1, None))

    def test_late_stays_late_when_the_promise_moves(self) -> None:
        doc = self.at("Taken")
        begun = doc.clock_started_at
        with as_of(begun + timedelta(minutes=70)):
            self.by(TE, "arrive", doc)
            self.by(TL, "hold", doc, "Approved by Leader", "New part ordered")
        self.assertEqual((doc.response_late, doc.finish_by, doc.next_alert_at), (1, None, None))
        with as_of(begun + timedelta(minutes=1070)):
            self.by(TE, "resume", doc)
        self.assertEqual(doc.finish_by, begun + timedelta(minutes=1480))
        self.assertEqual((doc.response_late, doc.finish_late), (1, 0))

    def test_parts_do_not_stop_the_clock_and_the_customer_does(self) -> None:
        waiting, away = self.at("In Progress"), self.at("In Progress")
        by = waiting.finish_by
        self.by(TE, "hold", waiting, "Waiting for Parts")
        self.by(TE, "hold", away, "Not at Home")
        self.assertEqual((waiting.finish_by, away.finish_by), (by, None))
        with self.assertRaises(frappe.PermissionError):
            self.by(TE, "hold", self.at("In Progress"), "Approved by Leader", "I say so")
        own = self.at("In Progress")
        self.by(TE, "hold", own, "Other", "Wants to ask her husband", True)
        self.assertEqual(own.finish_by, None)

    def test_a_wished_time_later_than_the_promise_replaces_it(self) -> None:
        begins = site_now() + timedelta(days=2)
        doc = self.report(wished_from=begins, wished_to=begins + timedelta(hours=2))
        self.by(FD, "accept", doc)
        self.assertEqual(doc.respond_by, begins + timedelta(hours=2))
        self.assertEqual(doc.finish_by, begins + timedelta(minutes=480))

    def test_what_nobody_has_accepted_is_the_desks(self) -> None:
        doc = self.report()
        doc.clock_started_at = doc.reported_at
        self.assertIn(self.staff[FD], self.after(doc, 61)[0][1])

    def test_a_higher_priority_moves_the_promise_and_is_on_record(self) -> None:
        category = factories.make_category(
            targets=[
                {"priority": "High", "arrive_minutes": 20, "finish_minutes": 60},
                {"priority": "Normal", "arrive_minutes": 60, "finish_minutes": 480},
            ]
        )
        doc = self.at("Accepted", category=category)
        begun = doc.clock_started_at
        doc.priority = "High"
        doc.save()
        self.assertEqual(doc.respond_by, begun + timedelta(minutes=20))
        self.assertTrue(frappe.db.exists("Repair Step", {"repair_request": doc.name, "step": "Priority Changed"}))

    def test_one_request_that_cannot_be_judged_does_not_keep_the_others_waiting(self) -> None:
        broken, doc = self.at("Accepted"), self.at("Accepted")
        frappe.db.set_value("Repair Request", broken.name, "category", "Gone")
        with patch.object(frappe, "log_error") as logged:
            self.assertTrue(self.after(doc, 61))
        self.assertTrue(logged.called)
        self.assertIsNone(frappe.db.get_value("Repair Request", broken.name, "next_alert_at"))

    def test_the_sweep_takes_as_many_queries_for_thirty_as_for_three(self) -> None:
        frappe.db.set_value(
            "Repair Request", {"stage": ["!=", "Done"]}, "stage", "Done"
        )  # what other tests have left due

        def sweep(requests: int) -> int:
            with patch.object(letters, "write"):
                for _number in range(requests):
                    doc = self.at("Accepted")
            with as_of(doc.clock_started_at + timedelta(minutes=70)):
                alerts.sweep()
            for _number in range(requests):
                self.report()
            with as_of(site_now() + timedelta(minutes=500)), count_queries() as queries:
                self.assertGreaterEqual(alerts.sweep(), requests)
            return len(queries)

        few = sweep(3)
        self.assertLessEqual(few, 12)
        self.assertEqual(sweep(30), few)
