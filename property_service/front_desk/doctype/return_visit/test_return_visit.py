"""Return visits: who may make them, when, how often, and that a result stands."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest.mock import patch

import frappe
from frappe.utils import get_datetime

from property_service.front_desk import return_visits
from property_service.front_desk.return_visits import plan_visit, record_attempt
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.tests.factories import (
    make_building,
    make_community,
    make_repair,
    make_resident,
    make_staff,
    make_team,
    make_unit,
)
from property_service.tests.utils import PropertyServiceTestCase

# Fixed times on the clock of the site; the tests set the community's zone to the same one.
MONDAY = datetime(2026, 11, 16)


def at(day: int, clock: str) -> datetime:
    """`clock` on the `day`-th day after a Monday."""
    return get_datetime(f"{(MONDAY + timedelta(days=day)).date()} {clock}")


class TestReturnVisit(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.community = make_community(time_zone=frappe.utils.get_system_timezone())
        cls.unit = make_unit(make_building(cls.community))
        cls.resident = make_resident(cls.unit)
        cls.front_desk = make_staff("Property Front Desk", community=cls.community)
        cls.leader = make_staff("Property Team Leader", community=cls.community)
        cls.technician = make_staff("Property Technician", community=cls.community)

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def plan(self, **values: object) -> str:
        return plan_visit(
            **{
                "kind": "Repair",
                "reference_doctype": None,
                "reference_name": None,
                "community": self.community.name,
                "unit": self.unit.name,
                "resident": self.resident.name,
                "contact_name": "Wang",
                "contact_phone": "13900000001",
                "doer": self.technician,
                "reason": "Rule",
                "due_at": at(2, "18:00"),
                **values,
            }
        )

    def as_front_desk(self, visit: str, *args: object, **values: object):
        frappe.set_user(self.front_desk)
        return record_attempt(visit, *args, **{"at": at(0, "10:00"), **values})

    # Planning

    def test_planned_once_per_reference_reason_and_reopening(self) -> None:
        repair = make_repair(self.unit, self.resident)
        about = {"reference_doctype": repair.doctype, "reference_name": repair.name}
        first = self.plan(**about)
        self.assertEqual(self.plan(**about), first)
        self.assertNotEqual(self.plan(**about, reason="Low Rating"), first)
        repair.db_set("reopened_count", 1)
        self.assertNotEqual(self.plan(**about), first)

    def test_a_cancelled_visit_makes_room_for_another(self) -> None:
        repair = make_repair(self.unit, self.resident)
        about = {"reference_doctype": repair.doctype, "reference_name": repair.name}
        first = self.plan(**about)
        self.assertEqual(return_visits.cancel_visits(repair.doctype, repair.name, "Rated five stars"), [first])
        self.assertEqual(
            frappe.db.get_value("Return Visit", first, ["status", "outcome"]), ("Cancelled", "Rated five stars")
        )
        self.assertNotEqual(self.plan(**about), first)

    def test_two_planning_at_once_get_one_visit(self) -> None:
        repair = make_repair(self.unit, self.resident)
        about = {"reference_doctype": repair.doctype, "reference_name": repair.name}
        first = self.plan(**about)
        real, first_looks = frappe.db.get_value, []

        def sees_nothing_at_first(doctype, filters=None, *args, **kwargs):
            if doctype == "Return Visit" and isinstance(filters, dict) and not first_looks:
                first_looks.append(filters)
                return None
            return real(doctype, filters, *args, **kwargs)

        with patch.object(frappe.db, "get_value", sees_nothing_at_first):
            self.assertEqual(self.plan(**about), first)

    def test_community_follows_from_the_unit(self) -> None:
        other = make_community()
        visit = self.plan(community=other.name)
        self.assertEqual(frappe.db.get_value("Return Visit", visit, "community"), self.community.name)

    def test_team_and_topic_are_kept(self) -> None:
        team = make_team(self.community)
        visit = self.plan(team=team.name, topic="Burst Pipe")
        self.assertEqual(frappe.db.get_value("Return Visit", visit, ["team", "topic"]), (team.name, "Burst Pipe"))

    # Who

    def test_the_doer_does_not_visit(self) -> None:
        doer = make_staff("Property Front Desk", "Property Technician", community=self.community)
        visit = self.plan(doer=doer)
        frappe.set_user(doer)
        with self.assertRaisesRegex(frappe.PermissionError, "leave it to a colleague"):
            record_attempt(visit, "Phone", True, "Satisfied", at=at(0, "10:00"))

    def test_a_technician_does_not_visit_at_all(self) -> None:
        visit = self.plan(doer=None)
        frappe.set_user(self.technician)
        with self.assertRaises(frappe.PermissionError):
            record_attempt(visit, "Phone", True, "Satisfied", at=at(0, "10:00"))

    def test_staff_of_another_community_do_not_visit(self) -> None:
        stranger = make_staff("Property Manager", community=make_community())
        visit = self.plan()
        frappe.set_user(stranger)
        with self.assertRaises(frappe.PermissionError):
            record_attempt(visit, "Phone", True, "Satisfied", at=at(0, "10:00"))

    def test_after_dissatisfaction_only_a_supervisor(self) -> None:
        visit = self.plan(supervisor_only=True)
        with self.assertRaisesRegex(frappe.PermissionError, "team leader or the manager"):
            self.as_front_desk(visit, "Phone", True, "Satisfied")
        frappe.set_user(self.leader)
        self.assertEqual(record_attempt(visit, "Phone", True, "Satisfied", at=at(0, "10:00")).visited_by, self.leader)

    def test_a_supervisor_who_did_the_work_does_not_visit_either(self) -> None:
        visit = self.plan(supervisor_only=True, doer=self.leader)
        frappe.set_user(self.leader)
        with self.assertRaises(frappe.PermissionError):
            record_attempt(visit, "Phone", True, "Satisfied", at=at(0, "10:00"))

    def test_reassign(self) -> None:
        visit = self.plan()
        frappe.set_user(self.front_desk)
        with self.assertRaises(frappe.PermissionError):
            return_visits.reassign(visit, self.leader)
        frappe.set_user(self.leader)
        with self.assertRaises(InputRefused):
            return_visits.reassign(visit, self.technician)
        self.assertEqual(return_visits.reassign(visit, self.front_desk).assigned_to, self.front_desk)
        self.assertIsNone(return_visits.reassign(visit, None).assigned_to)

    # When

    def test_no_calls_in_quiet_hours(self) -> None:
        visit = self.plan()
        for clock, allowed in (
            ("08:59", "2026-11-16 09:00"),
            ("12:30", "2026-11-16 14:00"),
            ("20:00", "2026-11-17 09:00"),
        ):
            with self.subTest(clock), self.assertRaisesRegex(NotAllowedNow, allowed):
                self.as_front_desk(visit, "Phone", True, "Satisfied", at=at(0, clock))
        self.assertEqual(frappe.db.get_value("Return Visit", visit, "attempt_count"), 0)

    def test_at_the_door_the_hours_of_calls_do_not_bind(self) -> None:
        self.assertEqual(
            self.as_front_desk(self.plan(), "On Site", True, "Satisfied", at=at(0, "12:30")).status, "Reached"
        )

    def test_hours_are_those_of_the_community(self) -> None:
        far = make_community(time_zone="Pacific/Kiritimati")
        clerk = make_staff("Property Front Desk", community=far)
        visit = self.plan(community=far.name, unit=None, resident=None)
        frappe.set_user(clerk)
        here = return_visits.to_aware(at(0, "10:00")).astimezone(return_visits.ZoneInfo("Pacific/Kiritimati"))
        allowed = 9 <= here.hour < 12 or 14 <= here.hour < 20
        if allowed:
            self.assertEqual(record_attempt(visit, "Phone", True, "Satisfied", at=at(0, "10:00")).status, "Reached")
        else:
            with self.assertRaises(NotAllowedNow):
                record_attempt(visit, "Phone", True, "Satisfied", at=at(0, "10:00"))

    def test_hours_of_calls_are_a_setting(self) -> None:
        frappe.db.set_single_value("Property Service Settings", "visit_morning_from", "10:30:00")
        frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
        with self.assertRaisesRegex(NotAllowedNow, "10:30"):
            self.as_front_desk(self.plan(), "Phone", True, "Satisfied")

    def test_not_before(self) -> None:
        visit = self.plan(not_before=at(2, "00:00"))
        with self.assertRaisesRegex(NotAllowedNow, "2026-11-18"):
            self.as_front_desk(visit, "On Site", True, "Satisfied")
        with self.assertRaises(InputRefused):
            self.plan(not_before=at(9, "00:00"))

    # How often

    def test_three_attempts_on_three_days_and_halves_end_as_unreachable(self) -> None:
        visit = self.plan()
        self.assertEqual(self.as_front_desk(visit, "Phone", False).next_attempt_at, at(1, "14:00"))
        with self.assertRaisesRegex(NotAllowedNow, "14:00"):
            self.as_front_desk(visit, "Phone", False, at=at(0, "11:30"))
        self.assertEqual(self.as_front_desk(visit, "Phone", False, at=at(1, "15:00")).status, "Due")
        doc = self.as_front_desk(visit, "Phone", False, at=at(2, "09:30"))
        self.assertEqual((doc.status, doc.result, doc.attempt_count), ("Unreachable", "Unreachable", 3))
        self.assertIsNone(doc.next_attempt_at)

    def test_reached_in_the_same_half_day_after_all(self) -> None:
        visit = self.plan()
        self.as_front_desk(visit, "Phone", False)
        doc = self.as_front_desk(visit, "Phone", True, "Fairly Satisfied", at=at(0, "11:00"))
        self.assertEqual((doc.status, doc.attempt_count), ("Reached", 2))

    def test_reached_but_busy_is_no_failed_attempt(self) -> None:
        visit = self.plan()
        for day in range(4):
            self.assertEqual(self.as_front_desk(visit, "Phone", True, note="Busy", at=at(day, "10:00")).status, "Due")

    # What

    def test_dissatisfied_needs_a_reason(self) -> None:
        visit = self.plan()
        for reason in (None, "", "Because"):
            with self.subTest(reason), self.assertRaises(InputRefused):
                self.as_front_desk(visit, "Phone", True, "Dissatisfied", reason)
        self.assertEqual(
            self.as_front_desk(visit, "Phone", True, "Dissatisfied", "Manner").dissatisfied_reason, "Manner"
        )

    def test_beyond_our_duty_needs_its_explanation(self) -> None:
        visit = self.plan()
        with self.assertRaisesRegex(InputRefused, "explained"):
            self.as_front_desk(visit, "Phone", True, "Dissatisfied", "Beyond Our Duty", " ")
        doc = self.as_front_desk(visit, "Phone", True, "Dissatisfied", "Beyond Our Duty", "The boiler is his own.")
        self.assertEqual(doc.remark, "The boiler is his own.")

    def test_impossible_answers_are_refused(self) -> None:
        visit = self.plan()
        for args in (
            ("Phone", False, "Satisfied"),
            ("Phone", False, "Declined"),
            ("Phone", True, "Unreachable"),
            ("Phone", True, "Delighted"),
            ("Pigeon", True, "Satisfied"),
            ("Phone", True, "Satisfied", "Manner"),
            ("Phone", True, "Satisfied", None, "x" * 5000),
        ):
            with self.subTest(args[:3]), self.assertRaises(InputRefused):
                self.as_front_desk(visit, *args)
        self.assertEqual(frappe.db.count("Return Visit Attempt", {"parent": visit}), 0)

    def test_a_recheck_is_made_on_the_spot(self) -> None:
        visit = self.plan(on_site_recheck=True)
        with self.assertRaisesRegex(InputRefused, "On Site"):
            self.as_front_desk(visit, "Phone", True, "Satisfied")
        self.assertEqual(self.as_front_desk(visit, "On Site", True, "Satisfied").status, "Reached")

    # A result stands

    def test_a_second_result_is_refused(self) -> None:
        visit = self.plan()
        self.as_front_desk(visit, "Phone", True, "Declined")
        with self.assertRaisesRegex(NotAllowedNow, "recorded once"):
            self.as_front_desk(visit, "Phone", True, "Satisfied", at=at(0, "15:00"))
        frappe.set_user("Administrator")
        self.assertEqual(frappe.db.get_value("Return Visit", visit, ["status", "result"]), ("Declined", "Declined"))

    def test_the_form_changes_nothing(self) -> None:
        doc = frappe.get_doc("Return Visit", self.plan())
        doc.result = "Satisfied"
        self.assertRaises(frappe.PermissionError, doc.save)
        frappe.set_user(self.front_desk)
        for ptype in ("write", "create", "delete", "share"):
            self.assertFalse(frappe.has_permission("Return Visit", ptype, doc=doc.name), ptype)

    def test_attempts_are_kept(self) -> None:
        visit = self.plan()
        self.as_front_desk(visit, "Phone", False, note="No answer")
        frappe.set_user("Administrator")
        for tamper in (lambda doc: doc.set("attempts", []), lambda doc: doc.attempts[0].update({"reached": 1})):
            doc = frappe.get_doc("Return Visit", visit)
            tamper(doc)
            doc.flags.by_the_rules = True
            self.assertRaisesRegex(NotAllowedNow, "cannot be changed", doc.save)
        self.assertRaises(NotAllowedNow, frappe.delete_doc, "Return Visit", visit)

    def test_the_system_never_visits(self) -> None:
        repair = make_repair(self.unit, self.resident)
        visit, later = (
            self.plan(reference_doctype=repair.doctype, reference_name=repair.name, due_at=day, reason=reason)
            for day, reason in ((at(0, "10:00"), "Rule"), (at(1, "10:00"), "Courtesy"))
        )
        for days, closed in ((0, 0), (30, 1), (30, 0)):
            with self.subTest(days), patch.object(return_visits, "site_now", lambda: at(30, "12:00")):
                frappe.db.set_single_value("Property Service Settings", "visit_close_days", days)
                frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
                self.assertEqual(return_visits.close_overdue(), closed)
        self.assertEqual(frappe.db.get_value("Return Visit", later, "status"), "Due")
        doc = frappe.get_doc("Return Visit", visit)
        self.assertEqual(
            (doc.status, doc.result or "", doc.visited_by, doc.attempts), ("Closed by System", "", None, [])
        )
        with self.assertRaises(NotAllowedNow):
            self.as_front_desk(visit, "Phone", True, "Satisfied")

    def test_one_that_cannot_be_closed_does_not_keep_the_others_open(self) -> None:
        broken = self.plan(due_at=at(0, "10:00"), reason="Rule")
        sound = self.plan(due_at=at(0, "11:00"), reason="Courtesy")
        frappe.db.set_value("Return Visit", broken, "resident", "nobody there")
        frappe.db.set_single_value("Property Service Settings", "visit_close_days", 30)
        frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
        with patch.object(return_visits, "site_now", lambda: at(31, "12:00")):
            self.assertEqual(return_visits.close_overdue(), 1)
        self.assertEqual(frappe.db.get_value("Return Visit", broken, "status"), "Due")
        self.assertEqual(frappe.db.get_value("Return Visit", sound, "status"), "Closed by System")

    def test_the_rooms_above_are_told_once_and_can_refuse(self) -> None:
        visit = self.plan()
        told: list[str] = []

        def listen(point: str, **arguments: object) -> list:
            told.append(f"{point} {arguments['visit'].result}")
            return [None, "Sent back as rework"]

        with patch.object(return_visits, "call_extensions", listen):
            self.as_front_desk(visit, "Phone", False)
            self.as_front_desk(visit, "Phone", True, "Dissatisfied", "Not Fixed", at=at(0, "15:00"))
        self.assertEqual(told, ["property_service_visit_result Dissatisfied"])
        self.assertEqual(frappe.db.get_value("Return Visit", visit, "outcome"), "Sent back as rework")

    def test_the_record_on_paper(self) -> None:
        visit = self.plan(contact_name="<b>Wang</b>", topic="Pipes")
        due = frappe.get_print("Return Visit", visit, "Return Visit Record", no_letterhead=1)
        self.assertIn("&lt;b&gt;Wang&lt;/b&gt;", due)
        self.assertIn("Has the fault been fixed", due)
        self.assertNotIn("☑", due)
        self.as_front_desk(visit, "Phone", False, note="No answer")
        self.as_front_desk(visit, "Phone", True, "Dissatisfied", "Manner", remark="He shouted", at=at(0, "15:00"))
        frappe.set_user("Administrator")
        made = frappe.get_print("Return Visit", visit, "Return Visit Record", no_letterhead=1)
        for words in ("☑ Dissatisfied", "☑ Manner", "☐ Satisfied", "No answer", "He shouted"):
            self.assertIn(words, made)
        self.assertNotIn("Has the fault been fixed", made)
