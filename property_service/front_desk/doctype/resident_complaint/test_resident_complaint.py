"""Complaints from the receipt to the visit, as the desk, the handler, the manager and the resident make them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe

from property_service.front_desk import complaint_alerts, complaint_view, complaints, complaints_api, return_visits
from property_service.front_desk.complaints import ComplaintOrder
from property_service.front_desk.contacts import ContactOrder, record_contact
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.service_clock import as_of, due_in, site_now
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, card_number

DOCTYPE = complaints.DOCTYPE


class TestResidentComplaint(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        calendar = make.make_calendar(windows=(("00:00", "24:00"),))
        cls.here = make.make_community(service_calendar=calendar.name)
        cls.building = make.make_building(cls.here)
        cls.unit, cls.next_door = make.make_unit(cls.building), make.make_unit(cls.building)
        cls.owner = make.make_resident(cls.unit, resident_name="Lin Owner")
        cls.neighbour = make.make_resident(cls.next_door, resident_name="Zhou Neighbour")
        cls.desk, cls.second, cls.leader, cls.manager = (
            make.make_staff(f"Property {role}", community=cls.here)
            for role in ("Front Desk", "Front Desk", "Team Leader", "Manager")
        )
        frappe.db.set_value("Community", cls.here.name, "manager", cls.manager)
        frappe.clear_document_cache("Community", cls.here.name)

    def receive(self, **values: Any) -> Any:
        order = {
            "community": self.here.name,
            "subject": "The lobby is dirty",
            "details": "For three days already",
            "resident": self.owner.name,
            "unit": self.unit.name,
        }
        with as_user(self.desk):
            return complaints.receive(ComplaintOrder(**{**order, **values}), self.desk)

    def act(self, who: str, method: str, doc: Any, **values: Any) -> Any:
        with as_user(who):
            getattr(complaints_api, method)(doc.name, **values)
        doc.reload()
        return doc

    def resolved(self, handler: str | None = None, **values: Any) -> Any:
        """A complaint that waits for its visit."""
        doc, handler = self.receive(**values), handler or self.desk
        self.act(self.manager, "assign", doc, user=handler)
        self.act(handler, "start", doc)
        return self.act(handler, "resolve", doc, resolution="Cleaned", told="It has been cleaned")

    def visit(self, doc: Any, result: str, reason: str | None = None, remark: str = "", by: str = "") -> str:
        """Record the result of the due visit, at an hour in which residents are called; returns what followed."""
        name = frappe.db.get_value("Return Visit", {"reference_name": doc.name, "status": "Due"})
        found = frappe.get_doc("Return Visit", name)
        found.update({"result": result, "dissatisfied_reason": reason, "remark": remark, "status": "Reached"})
        found.visited_by, found.visited_at = by or self.second, site_now()
        found.flags.by_the_rules = True
        found.save(ignore_permissions=True)
        told = complaints.on_visit_result(found)
        doc.reload()
        return told

    # The way

    def test_the_whole_way_of_a_complaint(self) -> None:
        doc = self.receive()
        self.assertEqual((doc.status, doc.stage, doc.level), ("Received", "Open", "General"))
        self.assertEqual(doc.contact_name, "Lin Owner")
        self.assertEqual(doc.first_answer_due, due_in(self.here.name, doc.received_at, 120))
        self.act(self.desk, "assign", doc, user=self.second)
        self.assertEqual((doc.status, doc.assigned_to), ("Assigned", self.second))
        self.act(self.second, "start", doc)
        self.act(self.second, "answer", doc, text="We are looking into it")
        self.act(self.second, "interim", doc, text="The cleaners come tomorrow")
        self.assertEqual((doc.status, doc.first_answer_late), ("Investigating", 0))
        self.act(self.second, "resolve", doc, resolution="Cleaned by the night shift", told="It is clean now")
        self.assertEqual((doc.status, doc.stage, doc.is_valid), ("Awaiting Visit", "Waiting", "Valid"))
        visit = frappe.get_doc("Return Visit", doc.return_visit)
        self.assertEqual((visit.visit_kind, visit.doer, visit.supervisor_only), ("Complaint", self.second, 0))
        self.assertEqual(visit.due_at, doc.resolved_at + timedelta(hours=24))
        told = self.visit(doc, "Satisfied", by=self.desk)
        self.assertEqual((doc.status, doc.visit_result), ("Closed", "Satisfied"))
        self.assertIn(doc.name, told)
        kinds = [row.kind for row in doc.steps]
        self.assertEqual(
            kinds,
            ["Received", "Assigned", "Investigating", "First Answer", "Interim Reply", "Resolved", "Visited", "Closed"],
        )
        letters = frappe.get_all(
            "Service Message", {"reference_name": doc.name, "channel": "Portal"}, pluck="text", order_by="creation asc"
        )
        self.assertEqual(len(letters), 5)
        self.assertIn("It is clean now", letters[3])

    def test_the_card_counts_what_is_overdue_now(self) -> None:
        doc = self.receive()
        doc.db_set({"solved_late": 1, "solve_due": site_now() - timedelta(minutes=5)})
        with as_user(self.manager):
            before = card_number("Complaints Overdue")
            # Late once, opened again with a new deadline: the flag stays.
            doc.db_set("solve_due", site_now() + timedelta(days=1))
            self.assertEqual((before, card_number("Complaints Overdue")), (1, 0))

    def test_praise_is_thanked_and_closed_without_a_visit(self) -> None:
        doc = self.receive(kind="Praise", subject="The guard carried my bags")
        doc.reload()
        self.assertEqual((doc.status, doc.solve_due, doc.return_visit), ("Closed", None, None))
        self.assertTrue(frappe.db.exists("Service Message", {"reference_name": doc.name}))

    def test_a_suggestion_is_answered_and_closed_without_a_visit(self) -> None:
        doc = self.resolved(kind="Suggestion")
        self.assertEqual((doc.status, doc.return_visit), ("Closed", None))

    def test_major_ones_are_the_managers_at_once_and_answered_sooner(self) -> None:
        doc = self.receive(level="Major")
        doc.reload()
        self.assertEqual((doc.status, doc.assigned_to), ("Assigned", self.manager))
        self.assertEqual(doc.first_answer_due, due_in(self.here.name, doc.received_at, 30))
        with self.assertRaises(NotAllowedNow):
            self.act(self.desk, "assign", doc, user=self.desk)

    def test_the_same_key_brings_the_same_complaint(self) -> None:
        key = make.unique("key")
        self.assertEqual(self.receive(client_key=key).name, self.receive(client_key=key).name)

    def test_a_contact_becomes_a_complaint_once(self) -> None:
        order = ContactOrder(
            community=self.here.name, subject="Noise", details="At night", resident=self.owner.name,
            unit=self.unit.name, kind="Complaint",
        )  # fmt: skip
        with as_user(self.desk):
            contact = record_contact(
                order, self.desk, {"level": "General", "follow_key": "x", "community": "elsewhere"}
            )
            self.assertEqual(contact.reference_doctype, DOCTYPE)
            self.assertEqual(complaints.follow_up(contact, {}).name, contact.reference_name)
        made = frappe.get_doc(DOCTYPE, contact.reference_name)
        self.assertEqual((made.community, made.subject, made.follow_key), (self.here.name, "Noise", None))
        self.assertEqual(made.service_contact, contact.name)

    # Visits

    def test_not_fixed_opens_again_with_promises_of_its_own_and_a_supervisors_visit(self) -> None:
        doc = self.resolved()
        promised = doc.solve_due
        with as_of(site_now() + timedelta(days=5)):
            self.visit(doc, "Dissatisfied", "Not Fixed", "Dirty again")
            self.assertEqual((doc.status, doc.reopened_count, doc.assigned_to), ("Reopened", 1, self.desk))
            self.assertGreater(doc.solve_due, promised)
            self.act(self.desk, "resolve", doc, resolution="Cleaned twice")
        visit = frappe.get_last_doc("Return Visit", {"reference_name": doc.name, "status": "Due"})
        self.assertEqual((visit.supervisor_only, visit.reason), (1, "After Rework"))

    def test_manner_lateness_and_charge_go_to_the_manager(self) -> None:
        for reason in ("Manner", "Lateness", "Charge"):
            with self.subTest(reason):
                doc = self.resolved()
                self.visit(doc, "Dissatisfied", reason, "No")
                self.assertEqual((doc.status, doc.assigned_to), ("Reopened", self.manager))

    def test_beyond_our_duty_unreachable_declined_and_a_visit_nobody_made_close(self) -> None:
        for result, reason in (("Dissatisfied", "Beyond Our Duty"), ("Unreachable", None), ("Declined", None)):
            with self.subTest(result):
                doc = self.resolved()
                self.visit(doc, result, reason, "Explained")
                self.assertEqual(doc.status, "Closed")
        doc = self.resolved()
        with as_of(site_now() + timedelta(days=40)):
            return_visits.close_overdue()
        doc.reload()
        self.assertEqual((doc.status, doc.visit_result), ("Closed", None))

    def test_handler_and_person_complained_of_do_not_visit(self) -> None:
        doc = self.resolved(person_complained_of=self.second)
        visit = frappe.get_doc("Return Visit", doc.return_visit)
        for user in (self.desk, self.second):
            self.assertTrue(return_visits.why_not_visitor(visit, user))
        self.assertIsNone(return_visits.why_not_visitor(visit, self.leader))
        with as_user(self.leader), self.assertRaises(InputRefused):
            return_visits.reassign(visit.name, self.second)
        about_the_leader = self.resolved(person_complained_of=self.leader)
        with as_user(self.leader), self.assertRaises(frappe.PermissionError):
            return_visits.reassign(about_the_leader.return_visit, self.desk)

    def test_other_visits_bring_complaints_to_light(self) -> None:
        for kind, reason, becomes in (
            ("Courtesy", "Manner", True),
            ("Courtesy", "Not Fixed", True),
            ("Event", "Charge", True),
            ("Repair", "Not Fixed", False),
            ("Courtesy", "Beyond Our Duty", False),
        ):
            with self.subTest(kind=kind, reason=reason):
                visit = make.insert(
                    "Return Visit", community=self.here.name, visit_kind=kind, unit=self.unit.name,
                    resident=self.owner.name, doer=self.leader, status="Reached", result="Dissatisfied",
                    dissatisfied_reason=reason, remark="Rude", visited_by=self.desk,
                )  # fmt: skip
                with as_user(self.desk):
                    complaints.on_visit_result(visit)
                found = frappe.get_all(
                    DOCTYPE, {"client_key": f"visit|{visit.name}"}, ["assigned_to", "person_complained_of"]
                )
                self.assertEqual(bool(found), becomes)
                if becomes:
                    self.assertEqual(found[0].assigned_to, self.manager)
                    self.assertEqual(found[0].person_complained_of, self.leader if reason == "Manner" else None)

    # Promises

    def test_late_is_told_once_to_each_and_stays(self) -> None:
        doc = self.receive()
        self.act(self.desk, "assign", doc, user=self.desk)
        for minutes, level, late in ((97, 80, 0), (121, 100, 1), (181, 150, 1)):
            with as_of(doc.received_at + timedelta(minutes=minutes)):
                complaint_alerts.sweep()
                found = frappe.db.get_value(DOCTYPE, doc.name, ["answer_alert_level", "first_answer_late"])
                self.assertEqual(found, (level, late))
        with as_of(doc.received_at + timedelta(hours=5)):
            self.act(self.desk, "answer", doc, text="Sorry for the delay")
            self.act(self.desk, "resolve", doc, resolution="Done")
        self.assertEqual((doc.first_answer_late, doc.solved_late), (1, 0))

    def test_a_solution_that_is_late_and_a_missing_reply_are_seen(self) -> None:
        doc = self.receive()
        self.act(self.desk, "assign", doc, user=self.desk)
        self.act(self.desk, "answer", doc, text="We are looking into it")
        with as_of(doc.interim_due + timedelta(minutes=1)):
            complaint_alerts.sweep()
        self.assertEqual(frappe.db.get_value(DOCTYPE, doc.name, ["interim_late", "solved_late"]), (1, 0))
        with as_of(doc.solve_due + timedelta(minutes=1)):
            complaint_alerts.sweep()
            self.assertEqual(frappe.db.get_value(DOCTYPE, doc.name, ["alert_level", "solved_late"]), (100, 1))
            before = frappe.db.get_value(DOCTYPE, doc.name, "next_alert_at")
            complaint_alerts.sweep()
            self.assertEqual(frappe.db.get_value(DOCTYPE, doc.name, "next_alert_at"), before)

    # Groups and disputes

    def test_many_make_it_major_and_are_resolved_with_the_first(self) -> None:
        first = self.receive()
        others = []
        for _number in range(4):
            home = make.make_unit(self.building)
            person = make.make_resident(home)
            others.append(self.receive(resident=person.name, unit=home.name, group_of=first.name))
        first.reload()
        self.assertEqual((first.group_size, first.level, first.assigned_to), (5, "Major", self.manager))
        with as_user(self.desk), self.assertRaises(NotAllowedNow):
            complaints.resolve(others[0].name, self.desk, "Alone")
        self.act(self.manager, "answer", first, text="The pump is being changed")
        for doc in others:
            doc.reload()
            self.assertTrue(doc.first_answered_at)
            self.assertEqual(doc.steps[-1].text, "The pump is being changed")
        self.act(self.manager, "start", first)
        self.act(self.manager, "resolve", first, resolution="Pump changed", told="Water is back")
        for doc in others:
            doc.reload()
            self.assertEqual((doc.status, doc.resolution_told), ("Awaiting Visit", "Water is back"))
            letter = frappe.get_last_doc("Service Message", {"reference_name": doc.name, "resident": doc.resident})
            self.assertIn("Water is back", letter.text)

    def test_a_group_is_of_one_community_and_kind_and_has_one_first(self) -> None:
        first = self.receive()
        joined = self.receive(group_of=first.name)
        elsewhere = make.make_community()
        far = complaints.receive(ComplaintOrder(community=elsewhere.name, subject="Far"), "Administrator")
        for wrong in (joined.name, far.name, "RC-0000", self.receive(kind="Suggestion").name):
            with self.subTest(wrong), self.assertRaises(InputRefused):
                self.receive(group_of=wrong)

    def test_neither_side_of_a_dispute_is_told_of_the_other(self) -> None:
        one = self.receive(subject="Noise above", other_side=self.neighbour.name)
        other = self.receive(
            subject="He knocks at the ceiling", resident=self.neighbour.name, unit=self.next_door.name,
            other_side=self.owner.name,
        )  # fmt: skip
        self.assertTrue(one.dispute_key)
        self.assertEqual(one.dispute_key, other.dispute_key)
        with as_user(self.desk):
            facts = complaint_view.facts(one)
            self.assertEqual([set(row) for row in facts["other_side"]], [{"name", "status", "status_label"}])
            with self.assertRaises(InputRefused):
                complaints.join(one.name, other.name, self.desk)
        self.act(self.desk, "assign", one, user=self.desk)
        with self.assertRaises(InputRefused):
            self.act(self.desk, "answer", one, text="We spoke to Zhou Neighbour about it")
        self.act(self.desk, "answer", one, text="We spoke to the other side about it")
        for doc, theirs in ((one, self.owner), (other, self.neighbour)):
            told = frappe.get_all("Service Message", {"reference_name": doc.name}, ["resident", "text"])
            self.assertEqual({row.resident for row in told}, {theirs.name})
            away = (self.neighbour if doc is one else self.owner).resident_name
            self.assertFalse([row for row in told if away in row.text])
        paper = frappe.get_print(DOCTYPE, one.name, "Complaint Record", doc=one)
        self.assertNotIn("Zhou", paper)
        self.assertNotIn("knocks", paper)

    # What people may write by hand

    def test_results_and_the_log_are_not_written_by_hand(self) -> None:
        doc = self.resolved()
        with as_user(self.manager):
            for values in (
                {"status": "Closed"},
                {"resolution": "Nothing"},
                {"solved_late": 0, "first_answer_late": 1},
                {"visit_result": "Satisfied"},
                {"resolved_by": self.manager},
                {"solve_due": "2099-01-01"},
                {"reopened_count": 7},
                {"assigned_to": self.leader},
                {"group_of": self.receive().name},
                {"is_valid": "Not Valid"},
            ):
                with self.subTest(values):
                    fresh = frappe.get_doc(DOCTYPE, doc.name)
                    fresh.update(values)
                    with self.assertRaises((frappe.ValidationError, frappe.PermissionError)):
                        fresh.save()
            for change in ("add", "edit", "drop"):
                with self.subTest(change):
                    fresh = frappe.get_doc(DOCTYPE, doc.name)
                    if change == "add":
                        fresh.append("steps", {"kind": "First Answer", "text": "Forged"})
                    elif change == "edit":
                        fresh.steps[0].text = "Forged"
                    else:
                        fresh.steps.pop()
                    with self.assertRaises(NotAllowedNow):
                        fresh.save()

    def test_a_new_one_brings_no_results_along(self) -> None:
        with as_user(self.desk):
            doc = frappe.get_doc(
                {
                    "doctype": DOCTYPE, "community": self.here.name, "subject": "Typed on the form", "kind": "Complaint",
                    "channel": "Phone", "level": "General", "resolution": "x", "resolved_at": "2020-01-01",
                    "solve_due": "2099-01-01", "follow_key": "x", "group_size": 9, "visit_result": "Satisfied",
                    "steps": [{"kind": "Resolved", "text": "Forged"}],
                }
            ).insert()  # fmt: skip
        self.assertEqual([row.kind for row in doc.steps], ["Received"])
        for field in ("resolution", "resolved_at", "follow_key", "visit_result"):
            self.assertFalse(doc.get(field), field)
        self.assertEqual(int(doc.group_size), 1)
        self.assertLess(doc.solve_due, site_now() + timedelta(days=30))

    def test_bad_input_is_refused_with_a_sentence(self) -> None:
        for values in (
            {"subject": ""},
            {"subject": "x" * 141},
            {"subject": "<script>alert(1)</script>"},
            {"level": "Huge"},
            {"kind": "Rumour"},
            {"channel": "Pigeon"},
            {"category": "No Such Cause"},
            {"other_side": self.owner.name},
            {"person_complained_of": make.make_portal_user(make.make_resident())},
            {"resident": "nobody"},
        ):
            with self.subTest(values), self.assertRaises(frappe.ValidationError):
                self.receive(**values)
        doc = self.receive()
        for method, values in (
            ("assign", {"user": "nobody@example.com"}),
            ("assign", {"user": make.make_staff("Property Technician", community=self.here)}),
            ("resolve", {"resolution": "Too early"}),
            ("answer", {"text": "  "}),
            ("withdraw", {"because": ""}),
            ("reopen", {"because": "It is open"}),
        ):
            with self.subTest(method), self.assertRaises(frappe.ValidationError):
                self.act(self.manager, method, doc, **values)

    def test_withdrawn_at_the_desk(self) -> None:
        doc = self.resolved()
        self.act(self.desk, "withdraw", doc, because="Settled between them")
        self.assertEqual((doc.status, doc.stage), ("Withdrawn", "Void"))
        self.assertFalse(frappe.db.exists("Return Visit", {"reference_name": doc.name, "status": "Due"}))
