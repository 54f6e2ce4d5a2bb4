"""A finding is due, put right, rechecked by somebody else; nothing moves it past that."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import frappe
from frappe.utils import get_datetime
from PIL import Image

from property_service.patrol import findings
from property_service.patrol.findings import FINDING, FindingOrder
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import site_now
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries, plan_of

LEADER, PATROLLER, MANAGER = "Property Team Leader", "Property Patroller", "Property Manager"


def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(file, "JPEG")
    return file.getvalue()


class TestInspectionFinding(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.unit = make.make_unit()
        self.community = self.unit.community
        home = frappe.get_doc("Community", self.community)
        self.finder, self.fixer, self.other = (make.make_staff(PATROLLER, community=home) for _ in range(3))
        self.leader = make.make_staff(LEADER, community=home)

    def found(self, by: str = "", **values: Any) -> Any:
        order = FindingOrder(**{"community": self.community, "title": "Fire door blocked", **values})
        return findings.raise_finding(order, by or self.finder)

    def test_raised_with_its_due_time_and_photo(self) -> None:
        doc = self.found(severity="Serious", unit=self.unit.name, photo=photo())
        self.assertEqual((doc.status, doc.found_by, doc.source), ("Open", self.finder, "Desk"))
        self.assertEqual(doc.due_at - doc.found_at, timedelta(hours=4))
        self.assertEqual((doc.building, doc.repeat_count), (self.unit.building, 1))
        file = frappe.get_doc("File", {"file_url": doc.photo, "attached_to_name": doc.name})
        self.assertEqual((file.is_private, file.attached_to_doctype), (1, FINDING))
        self.assertEqual(doc.as_dict()["photo"], frappe.db.get_value(FINDING, doc.name, "photo"))

    def test_the_same_key_is_the_same_finding(self) -> None:
        first = self.found(client_key="device-1")
        self.assertEqual(self.found(client_key="device-1", title="Something else").name, first.name)
        with self.assertRaises(RuleError):
            self.found(client_key="device-1", community=make.make_community().name)

    def test_a_time_to_come_is_now(self) -> None:
        doc = self.found(found_at=site_now() + timedelta(days=1))
        self.assertLessEqual(doc.found_at, site_now())

    def test_fixed_on_the_spot_is_one_save_and_still_rechecked(self) -> None:
        doc = self.found(fixed_note="Moved the boxes away", fixed_photo=photo())
        self.assertEqual((doc.status, doc.fixed_on_spot, doc.fixed_by), ("Fixed", 1, self.finder))
        self.assertTrue(doc.fix_photo)
        self.assertEqual(frappe.db.count("Version", {"docname": doc.name}), 0)
        with self.assertRaises(frappe.PermissionError):
            findings.recheck(doc.name, self.finder, True)
        self.assertEqual(findings.recheck(doc.name, self.other, True).status, "Closed")

    def test_the_course_of_a_finding(self) -> None:
        doc = self.found(severity="Normal")
        findings.fix(doc.name, self.fixer, "Cleared", photo())
        with self.assertRaises(frappe.PermissionError):
            findings.recheck(doc.name, self.fixer, True)
        with self.assertRaises(RuleError):
            findings.recheck(doc.name, self.other, False)
        failed = findings.recheck(doc.name, self.other, False, "Boxes are back", photo())
        self.assertEqual((failed.status, failed.recheck_count), ("Recheck Failed", 1))
        self.assertEqual(failed.due_at, failed.rechecks[0].rechecked_at + timedelta(days=1))
        again = findings.fix(doc.name, self.other, "Cleared again")
        self.assertIsNone(again.fix_photo)
        # neither the last one who fixed it nor the first
        for fixer in (self.other, self.fixer):
            with self.assertRaises(frappe.PermissionError):
                findings.recheck(doc.name, fixer, True)
        closed = findings.recheck(doc.name, self.finder, True, "Fine now")
        self.assertEqual((closed.status, closed.closed_by, closed.recheck_count), ("Closed", self.finder, 2))
        stored = frappe.get_doc(FINDING, doc.name)
        self.assertEqual([row.result for row in stored.rechecks], ["Failed", "Passed"])
        self.assertEqual([row.fixed_by for row in stored.rechecks], [self.fixer, self.other])
        self.assertTrue(stored.rechecks[0].photo and stored.rechecks[0].fix_photo)
        for act in (
            lambda: findings.fix(doc.name, self.fixer, "x"),
            lambda: findings.withdraw(doc.name, self.leader, "x"),
        ):
            with self.assertRaises(RuleError):
                act()

    def test_a_photo_is_attached_once(self) -> None:
        doc = self.found(photo=photo())
        findings.fix(doc.name, self.fixer, "Cleared", photo())
        findings.recheck(doc.name, self.other, False, "Still there", photo())
        files = frappe.get_all(
            "File", {"attached_to_name": doc.name}, pluck="attached_to_field", order_by="creation asc"
        )
        self.assertEqual(sorted(field or "" for field in files), ["", "fix_photo", "photo"])

    def test_late_stays_late(self) -> None:
        doc = self.found(severity="Serious", found_at=site_now() - timedelta(hours=5))
        self.assertEqual(findings.fix(doc.name, self.fixer, "Cleared").is_late, 1)
        findings.recheck(doc.name, self.other, False, "Still there")
        self.assertEqual(findings.fix(doc.name, self.fixer, "Cleared").is_late, 1)
        self.assertEqual(self.found(severity="Minor", fixed_note="Swept").is_late, 0)

    def test_not_even_the_administrator_rechecks_what_he_fixed(self) -> None:
        doc = self.found()
        findings.fix(doc.name, "Administrator", "Cleared")
        with self.assertRaises(frappe.PermissionError):
            findings.recheck(doc.name, "Administrator", True)

    def test_recheck_by_photo_is_for_minor_ones_with_a_photo(self) -> None:
        for severity, with_photo in (("Normal", True), ("Minor", False)):
            doc = self.found(severity=severity, fixed_note="Swept")
            with self.assertRaises(RuleError):
                findings.recheck(doc.name, self.other, True, photo=photo() if with_photo else None, by_photo=True)
        doc = self.found(severity="Minor", fixed_note="Swept", fixed_photo=photo())
        self.assertEqual(findings.recheck(doc.name, self.other, True, by_photo=True).rechecks[0].manner, "By Photo")

    def test_withdrawn_with_a_reason(self) -> None:
        doc = self.found()
        with self.assertRaises(RuleError):
            findings.withdraw(doc.name, self.leader, " ")
        self.assertEqual(findings.withdraw(doc.name, self.leader, "Was planned work").status, "Withdrawn")
        self.assertEqual(findings.open_findings(("Patrol Task", "none")), [])

    def test_repeats_at_one_place_are_counted(self) -> None:
        old = site_now() - timedelta(days=120)
        self.found(place="Roof door", building=self.unit.building, found_at=old)
        first = self.found(place="roof  DOOR", building=self.unit.building)
        withdrawn = self.found(place="Roof door", building=self.unit.building)
        findings.withdraw(withdrawn.name, self.leader, "Sent twice")
        third = self.found(place="Roof-Door", building=self.unit.building)
        self.assertEqual((first.repeat_count, first.repeat_of), (1, None))
        self.assertEqual((third.repeat_count, third.repeat_of), (2, first.name))

    def test_acts_alone_move_what_is_read_only(self) -> None:
        doc = self.found(severity="Normal")
        findings.fix(doc.name, self.leader, "Cleared")
        values = {
            "status": "Closed",
            "fixed_by": self.other,
            "due_at": "2030-01-01 00:00:00",
            "recheck_count": 3,
            "deduction": 5,
            "found_by": self.leader,
            "notice_no": "ZG-1",
            "alert_level": 2,
        }
        for user in (self.leader, "Administrator"):
            for field, value in values.items():
                with as_user(user), self.assertRaises(frappe.PermissionError, msg=field):
                    changed = frappe.get_doc(FINDING, doc.name)
                    changed.set(field, value)
                    changed.save()
            with as_user(user), self.assertRaises(frappe.PermissionError):
                changed = frappe.get_doc(FINDING, doc.name)
                changed.append("rechecks", {"recheck_no": 1, "result": "Passed", "rechecked_by": self.other})
                changed.save()
        with as_user(self.leader):
            same = frappe.get_doc(FINDING, doc.name)
            same.update({"due_at": str(same.due_at), "recheck_count": "0", "description": "Two boxes"})
            self.assertEqual(same.save().description, "Two boxes")

    def test_a_new_one_by_hand_brings_no_results(self) -> None:
        values = {"doctype": FINDING, "community": self.community, "title": "Light broken", "severity": "Minor"}
        with as_user(self.leader):
            doc = frappe.get_doc({**values, "status": "Open", "source": "Desk"}).insert()
            for bad in (
                {"status": "Closed"},
                {"fixed_by": self.leader},
                {"source": "Patrol"},
                {"found_by": self.other},
            ):
                with self.assertRaises(frappe.PermissionError):
                    frappe.get_doc({**values, **bad}).insert()
        self.assertEqual((doc.found_by, doc.status), (self.leader, "Open"))
        self.assertEqual(doc.due_at - get_datetime(doc.found_at), timedelta(days=3))

    def test_a_severity_is_lowered_by_leaders_and_never_once_fixed(self) -> None:
        doc = self.found(severity="Serious")
        with as_user(self.finder), self.assertRaises(frappe.PermissionError):
            doc = frappe.get_doc(FINDING, doc.name)
            doc.severity = "Minor"
            doc.save()
        with as_user(self.finder):
            doc = frappe.get_doc(FINDING, doc.name)
            doc.severity = "Critical"
            self.assertEqual(doc.save().due_at, doc.found_at)
        with as_user(self.leader):
            doc = frappe.get_doc(FINDING, doc.name)
            doc.severity = "Serious"
            doc.save()
        findings.fix(doc.name, self.fixer, "Cleared")
        with as_user(self.leader), self.assertRaises(NotAllowedNow):
            doc = frappe.get_doc(FINDING, doc.name)
            doc.severity = "Minor"
            doc.save()

    def test_kept_for_the_record(self) -> None:
        doc = self.found()
        with self.assertRaises(frappe.PermissionError):
            frappe.delete_doc(FINDING, doc.name)
        findings.withdraw(doc.name, self.leader, "None")
        with as_user(self.leader), self.assertRaises(NotAllowedNow):
            doc = frappe.get_doc(FINDING, doc.name)
            doc.description = "Later"
            doc.save()

    def test_places_of_another_community_and_bad_input(self) -> None:
        far = make.make_unit()
        for bad in (
            {"severity": "Terrible"},
            {"source": "Rumour"},
            {"title": " "},
            {"title": "<script>alert(1)</script>"},
            {"responsible_kind": "Resident"},
        ):
            with self.assertRaises((RuleError, InputRefused)):
                self.found(**bad)
        with self.assertRaises(InputRefused):
            self.found(photo=b"no picture")
        team = make.make_team(frappe.get_doc("Community", far.community))
        stranger = make.make_staff(PATROLLER, community=frappe.get_doc("Community", far.community))
        for bad in ({"responsible_team": team.name}, {"assigned_to": stranger}, {"responsible_kind": "Nobody"}):
            with self.assertRaises(InputRefused):
                self.found(**bad)
        with self.assertRaises(InputRefused):
            self.found(unit=self.unit.name, building=far.building)

    def test_raising_takes_at_most_forty_queries(self) -> None:
        self.found(unit=self.unit.name, photo=photo())
        with count_queries() as queries:
            self.found(unit=self.unit.name, photo=photo(), fixed_note="Done", fixed_photo=photo(), client_key="k")
        self.assertLessEqual(len(queries), 40, queries)

    def test_lists_are_read_by_an_index(self) -> None:
        self.found()
        live = ("status", "in", ("Open", "Recheck Failed"))
        for filters in (
            [("community", "=", self.community), live],
            [live, ("due_at", "<", "2020-01-01")],
            [("place_key", "=", "U|x"), ("found_at", ">", "2020-01-01")],
            [("reference_name", "=", "x")],
            [("repair_request", "=", "x")],
            [("assigned_to", "=", "x")],
        ):
            query = frappe.qb.get_query(FINDING, fields=["name"], filters=[[FINDING, *row] for row in filters])
            plan = plan_of(query.get_sql())
            self.assertIn(plan[0][1], ("const", "ref", "range", "system"), (filters, plan))

    def test_a_page_of_the_list_takes_as_many_queries_for_ten_times_as_much(self) -> None:
        counted = []
        for number in (2, 20):
            for _number in range(number):
                self.found(unit=self.unit.name, assigned_to=self.fixer)
            with as_user(self.leader):
                fields = ["name", "title", "status", "severity", "due_at", "repeat_count", "assigned_to"]
                frappe.get_list(FINDING, {"community": self.community}, fields, order_by="due_at asc", limit=20)
                with count_queries() as queries:
                    frappe.get_list(FINDING, {"community": self.community}, fields, order_by="due_at asc", limit=20)
            counted.append(len(queries))
        self.assertEqual(counted[0], counted[1])
        self.assertLessEqual(counted[1], 2)
