"""Contacts kept in one save with what follows, callers linked later, and what nobody may write by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe

from property_service.front_desk import contacts, counter_api
from property_service.front_desk.callback_promises import CONTACT, PROMISE
from property_service.property_service.errors import InputRefused
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import site_now
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user

DESK, MANAGER, TECHNICIAN, LEADER = (
    "Property Front Desk",
    "Property Manager",
    "Property Technician",
    "Property Team Leader",
)
REFUSED = (frappe.PermissionError, frappe.ValidationError, RuleError)


class TestContacts(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.unit = make.make_unit()
        cls.home = frappe.get_doc("Community", cls.unit.community)
        cls.owner = make.make_resident(cls.unit, phone="13911112222")
        cls.desk = make.make_staff(DESK, community=cls.home)
        cls.technician = make.make_staff(TECHNICIAN, community=cls.home)
        cls.stranger = make.make_staff(MANAGER, community=make.make_community())
        cls.category = make.make_category()

    def record(self, follow_up: dict | None = None, promise: dict | None = None, **contact: Any) -> dict:
        values = {"community": self.home.name, "subject": "Where is the gym", **contact}
        with as_user(self.desk):
            return counter_api.record(values, follow_up, promise)

    def test_one_save_makes_contact_job_and_promise_once(self) -> None:
        values = {"resident": self.owner.name, "kind": "Repair", "subject": "Tap drips", "client_key": "k1"}
        promise = {"about": "Tell who comes", "due_at": str(site_now() + timedelta(hours=3))}
        answer = self.record({"category": self.category.name}, promise, **values)
        doc = frappe.get_doc(CONTACT, answer["name"])
        self.assertEqual(
            (doc.status, doc.handled_by, doc.reference_doctype), ("Passed On", self.desk, "Repair Request")
        )
        self.assertEqual((doc.unit, doc.caller_phone, doc.last_four), (self.unit.name, "13911112222", "2222"))
        job = frappe.get_doc("Repair Request", doc.reference_name)
        self.assertEqual((job.status, job.unit, job.resident), ("Accepted", self.unit.name, self.owner.name))
        self.assertEqual((job.description, answer["told"]["name"]), ("Tap drips", job.name))
        made = frappe.get_doc(PROMISE, doc.callback_promise)
        self.assertEqual(
            (made.about, made.service_contact, made.reference_name), ("Tell who comes", doc.name, job.name)
        )
        self.assertEqual((made.responsible, made.resident), (self.desk, self.owner.name))
        before = frappe.db.count("Repair Request"), frappe.db.count(PROMISE), frappe.db.count(CONTACT)
        self.assertEqual(self.record({"category": self.category.name}, promise, **values)["name"], doc.name)
        self.assertEqual(
            before, (frappe.db.count("Repair Request"), frappe.db.count(PROMISE), frappe.db.count(CONTACT))
        )

    def test_answered_open_and_passed_on_later(self) -> None:
        answered = self.record(caller_name="Courier", answer="Behind tower 3")
        self.assertEqual(answered["status"], "Answered")
        opened = self.record(kind="Repair", resident=self.owner.name)
        self.assertEqual(opened["status"], "Open")
        with as_user(self.desk):
            later = counter_api.follow_up(opened["name"], {"category": self.category.name})
            self.assertEqual((later["status"], later["reference_doctype"]), ("Passed On", "Repair Request"))
            with self.assertRaises(RuleError):
                counter_api.follow_up(opened["name"], {"category": self.category.name})
            with self.assertRaises(RuleError):
                counter_api.follow_up(answered["name"], {})

    def test_an_unknown_caller_is_kept_and_linked_later(self) -> None:
        phone = "13700008888"
        first = self.record(caller_name="Somebody", caller_phone="+86 137-0000-8888", unit=self.unit.name)
        second = self.record(None, {}, caller_phone=phone)
        elsewhere = self.record(caller_phone="13700009999")
        with as_user(self.desk):
            found = counter_api.find("8888")["hits"]
            self.assertEqual([(hit["kind"], hit["phone"]) for hit in found], [(CONTACT, phone)])
            self.assertEqual(counter_api.find("137 0000 8888")["hits"][0]["kind"], CONTACT)
            picture = counter_api.picture(phone=phone)
            self.assertIsNone(picture["person"])
            self.assertEqual({row["name"] for row in picture["parts"][0]["rows"]}, {first["name"], second["name"]})
            offered = counter_api.link_contact(first["name"], self.owner.name)["others"]
            self.assertEqual({row["name"] for row in offered}, {second["name"], second["callback_promise"]})
            chosen = [*offered, {"doctype": CONTACT, "name": elsewhere["name"]}]
            self.assertEqual(counter_api.link_contact(first["name"], self.owner.name, chosen)["others"], [])
        for doctype, name in (
            (CONTACT, first["name"]),
            (CONTACT, second["name"]),
            (PROMISE, second["callback_promise"]),
        ):
            self.assertEqual(frappe.db.get_value(doctype, name, "resident"), self.owner.name)
        self.assertTrue(frappe.db.get_value(CONTACT, second["name"], "linked_at"))
        # What did not come from this phone is left alone.
        self.assertFalse(frappe.db.get_value(CONTACT, elsewhere["name"], "resident"))
        with as_user(self.desk), self.assertRaises(RuleError):
            counter_api.link_contact(first["name"], make.make_resident(self.unit).name)

    def test_anonymous_stays_anonymous(self) -> None:
        answer = self.record(is_anonymous=True, resident=self.owner.name, caller_phone="13911112222")
        doc = frappe.get_doc(CONTACT, answer["name"])
        self.assertFalse(doc.resident or doc.caller_name or doc.caller_phone or doc.phone_key)
        with as_user(self.desk), self.assertRaises(RuleError):
            counter_api.link_contact(doc.name, self.owner.name)

    def test_bad_input_is_refused_with_a_sentence(self) -> None:
        past, nobody = str(site_now() - timedelta(minutes=1)), make.make_staff("Blogger")
        for words, call in (
            ("who called", lambda: self.record()),
            ("fill in", lambda: self.record(subject=" ", caller_name="X")),
            ("phone", lambda: self.record(caller_phone="abc")),
            ("no kind", lambda: self.record(kind="Gossip", caller_name="X")),
            ("no channel", lambda: self.record(channel="Pigeon", caller_name="X")),
            ("past", lambda: self.record(None, {"due_at": past}, caller_name="X")),
            ("understood", lambda: self.record(None, {"due_at": "soon"}, caller_name="X")),
            ("does not accept", lambda: self.record(status="Answered", caller_name="X")),
            ("does not accept", lambda: self.record(None, {"status": "Kept"}, caller_name="X")),
            ("Nothing follows", lambda: self.record({}, caller_name="X")),
            ("to be repaired", lambda: self.record({}, kind="Repair", resident=self.owner.name)),
            ("not asked for", lambda: self.record({"status": "Closed"}, kind="Repair", resident=self.owner.name)),
            ("does not work here", lambda: self.record(None, {"responsible": nobody}, caller_name="X")),
            ("does not work for", lambda: self.record(None, {"responsible": self.stranger}, caller_name="X")),
        ):
            before = frappe.db.count(CONTACT)
            with self.subTest(words):
                frappe.db.savepoint("one")
                with self.assertRaises((InputRefused, RuleError)) as caught:
                    call()
                self.assertIn(words, str(caught.exception))
                frappe.db.rollback(save_point="one")
                self.assertEqual(frappe.db.count(CONTACT), before)

    def test_nothing_is_written_past_the_rules(self) -> None:
        name = self.record(caller_name="Somebody")["name"]
        for field, value in (
            ("status", "Answered"),
            ("handled_by", self.technician),
            ("reference_name", "RR-1"),
            ("phone_key", "1"),
            ("contacted_at", "2020-01-01 00:00:00"),
            ("community", make.make_community().name),
        ):
            with self.subTest(field), as_user(self.desk):
                doc = frappe.get_doc(CONTACT, name)
                doc.set(field, value)
                self.assertRaises(REFUSED, doc.save)
                fresh = {"doctype": CONTACT, "subject": "x", "community": self.home.name, "caller_name": "y"}
                if field != "community":
                    self.assertRaises(REFUSED, frappe.get_doc({**fresh, field: value}).insert)
        with as_user(self.desk):
            doc = frappe.get_doc(CONTACT, name)
            doc.answer = "Behind tower 3"
            self.assertEqual(doc.save().status, "Answered")
            self.assertRaises(REFUSED, doc.delete)
            self.assertRaises(REFUSED, frappe.rename_doc, CONTACT, name, "SC-X")

    def test_only_the_desk_of_the_community(self) -> None:
        name = self.record(caller_name="Somebody")["name"]
        values = {"community": self.home.name, "subject": "x", "caller_name": "y"}
        for user in (self.stranger, self.technician, make.make_portal_user(self.owner), "Guest"):
            with self.subTest(user), as_user(user):
                self.assertRaises(frappe.PermissionError, counter_api.record, values)
                self.assertRaises(frappe.PermissionError, counter_api.link_contact, name, self.owner.name)
                self.assertRaises(REFUSED, counter_api.contact_facts, name)
        with as_user(make.make_staff(LEADER, community=self.home)):
            self.assertEqual(counter_api.contact_facts(name)["acts"], [])
            self.assertRaises(frappe.PermissionError, counter_api.record, values)

    def test_what_is_complained_of_somebody_is_kept_from_him(self) -> None:
        colleague = make.make_staff(DESK, community=self.home)
        about = {"kind": "Complaint", "resident": self.owner.name, "subject": "Rude answer"}
        name = self.record({"person_complained_of": colleague}, {"responsible": self.desk}, **about)["name"]
        with as_user(self.desk):
            seen = counter_api.picture(resident=self.owner.name)
        with as_user(colleague):
            kept = counter_api.picture(resident=self.owner.name)
            promises = counter_api.today(self.home.name)["counts"].get("promises", 0)
        self.assertIn(name, str(seen["parts"]))
        self.assertNotIn("Rude answer", str(kept))
        self.assertEqual(promises, 0)

    def test_whoever_writes_down_a_complaint_about_himself_sees_no_more_of_it(self) -> None:
        about = {"kind": "Complaint", "resident": self.owner.name, "subject": "Hung up on me", "client_key": "own"}
        for _sent in range(2):
            answer = self.record({"person_complained_of": self.desk}, **about)
            self.assertEqual(set(answer), {"name", "status", "is_kept"})
            self.assertTrue(answer["is_kept"])
        kept = frappe.get_doc(CONTACT, answer["name"])
        named = frappe.db.get_value(kept.reference_doctype, kept.reference_name, "person_complained_of")
        self.assertEqual(named, self.desk)
        with as_user(self.desk):
            self.assertRaises(frappe.PermissionError, counter_api.contact_facts, kept.name)

    def test_a_complaint_names_nobody_its_writer_may_not_see(self) -> None:
        about = {"kind": "Complaint", "resident": self.owner.name}
        elsewhere = make.make_resident(make.make_unit())
        team = make.make_team(make.make_community(), (make.make_staff(TECHNICIAN),))
        for named in ({"other_side": elsewhere.name}, {"team_complained_of": team.name}):
            with self.subTest(named), self.assertRaises(frappe.PermissionError):
                self.record(named, **about)
        # place and person are the contact's, whatever else is sent
        answer = self.record({"resident": elsewhere.name, "unit": "nowhere"}, **about)
        made = frappe.get_doc("Resident Complaint", answer["reference_name"])
        self.assertEqual((made.resident, made.unit), (self.owner.name, self.unit.name))

    def test_whom_a_complaint_may_be_about(self) -> None:
        guard = make.make_staff("Property Gate Guard", community=self.home)
        team = make.make_team(self.home, (self.technician,))
        elsewhere = make.make_team(make.make_community(), (make.make_staff(TECHNICIAN),))
        with as_user(self.desk):
            found = counter_api.complained_of(self.home.name)
        people, teams = ({row["value"] for row in found[part]} for part in ("people", "teams"))
        self.assertLessEqual({guard, self.desk, self.technician}, people)
        self.assertNotIn(self.stranger, people)
        self.assertIn(team.name, teams)
        self.assertNotIn(elsewhere.name, teams)
        for user in (self.stranger, self.technician, "Guest"):
            with self.subTest(user), as_user(user):
                self.assertRaises(frappe.PermissionError, counter_api.complained_of, self.home.name)

    def test_others_of_a_phone_in_two_queries(self) -> None:
        from property_service.tests.utils import count_queries

        with count_queries() as queries:
            contacts.others_of(self.home.name, "13700008888")
        self.assertEqual(len(queries), 2)
