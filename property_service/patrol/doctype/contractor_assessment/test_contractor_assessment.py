"""A contractor's month: measured, scored, confirmed once by the manager and kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import frappe
from frappe.utils import add_months, get_first_day, getdate

from property_service.patrol import api, assessments, findings
from property_service.patrol.findings import FindingOrder
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.service_clock import as_of, local_day
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

ASSESSMENT = "Contractor Assessment"
MANAGER, LEADER = "Property Manager", "Property Team Leader"


class TestContractorAssessment(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.home = make.make_community()
        self.unit = make.make_unit(make.make_building(self.home))
        self.guard, self.other = (make.make_staff("Property Patroller", community=self.home) for _ in range(2))
        self.manager = make.make_staff(MANAGER, community=self.home)
        self.leader = make.make_staff(LEADER, community=self.home)
        self.team = make.make_team(self.home, [self.guard], is_contractor=1)
        self.month = getdate(add_months(get_first_day(local_day(self.home.name)), -1))

    def on(self, day: int, hour: int = 12) -> Any:
        return as_of(datetime(self.month.year, self.month.month, day, hour))

    def found(self, day: int, **values: Any) -> Any:
        with self.on(day):
            order = FindingOrder(self.home.name, "Rubbish", responsible_team=self.team.name, place="Gate", **values)
            return findings.raise_finding(order, self.other)

    def assess(self, **values: Any) -> Any:
        doc = {"doctype": ASSESSMENT, "contractor": self.team.name, "community": self.home.name, "month": self.month}
        with as_user(self.manager):
            return frappe.get_doc({**doc, **values}).insert()

    def task(self, day: date, **values: Any) -> None:
        doc = frappe.get_doc(
            {
                "doctype": "Patrol Task",
                "name": frappe.generate_hash(length=10),
                "community": self.home.name,
                "assigned_to": self.guard,
                "status": "Incomplete",
                "task_date": day,
                "points_total": 10,
                **values,
            }
        )
        doc.flags.name_set = True
        doc.db_insert()

    def busy_month(self) -> None:
        """Two findings, one late; one of two first rechecks failed; a late repair of two; 9 of 10 points."""
        first, second = self.found(3, severity="Normal"), self.found(5, severity="Serious")
        withdrawn = self.found(6, severity="Critical")
        findings.withdraw(withdrawn.name, self.manager, "None")
        with self.on(4, 9):
            findings.fix(first.name, self.guard, "Swept")
            findings.recheck(first.name, self.other, True)
        with self.on(5, 20):
            findings.fix(second.name, self.guard, "Swept")
            findings.recheck(second.name, self.other, False, "Still dirty")
        for number, late in enumerate((0, 1)):
            with self.on(7 + number):
                repair = make.make_repair(self.unit)
            due = datetime.combine(self.month, datetime.min.time()) + timedelta(days=10)
            frappe.db.set_value(
                "Repair Request", repair.name, {"team": self.team.name, "finish_by": due, "finish_late": late}
            )
        self.task(self.month, early_count=1, on_time_count=7, late_count=1, missed_count=1)
        self.task(self.month, status="Planned", missed_count=0)
        self.task(getdate(add_months(self.month, 1)), status="Missed", missed_count=10)

    def test_the_month_is_measured_and_scored(self) -> None:
        self.busy_month()
        doc = self.assess(monthly_fee=10000)
        self.assertEqual(
            [(row.measured, row.proposed, row.weight) for row in doc.lines],
            [("2", 80, 30), ("1 / 2", 50, 25), ("1 / 2", 50, 15), ("1 / 2", 50, 20), ("9 / 10", 90, 10)],
        )
        self.assertEqual(doc.score, 63)  # 24 + 12.5 + 7.5 + 10 + 9
        self.assertEqual((float(doc.deduction), float(doc.payable)), (2000, 8000))
        self.assertTrue(doc.deduction_reason)

    def test_measuring_takes_as_many_queries_for_ten_times_as_much(self) -> None:
        assessments.measure(self.team.name, self.home.name, self.month)
        with count_queries() as few:
            assessments.measure(self.team.name, self.home.name, self.month)
        self.busy_month()
        with count_queries() as many:
            assessments.measure(self.team.name, self.home.name, self.month)
        self.assertEqual(len(few), len(many))
        self.assertLessEqual(len(many), 6)

    def test_a_fee_entered_later_brings_its_proposal(self) -> None:
        self.busy_month()
        doc = self.assess()
        self.assertEqual(float(doc.payable or 0), 0)
        with as_user(self.manager):
            doc.monthly_fee = 5000
            doc.save()
            self.assertEqual((float(doc.deduction), float(doc.payable)), (1000, 4000))
            doc.update({"deduction": 300, "deduction_reason": "Agreed with the contractor"})
            doc.save()
        self.assertEqual(float(doc.payable), 4700)

    def test_once_a_month(self) -> None:
        first = self.assess(month=self.month + timedelta(days=11))
        self.assertEqual(getdate(first.month), self.month)
        with self.assertRaises(InputRefused):
            self.assess()
        with self.assertRaises(InputRefused):
            self.assess(month=add_months(self.month, 2))
        far = make.make_team(make.make_community())
        with self.assertRaises(InputRefused):
            self.assess(contractor=far.name)

    def test_confirmed_by_the_manager_and_kept(self) -> None:
        doc = self.assess(monthly_fee=1000)
        for user in (self.leader, make.make_staff(MANAGER, community=make.make_community())):
            with as_user(user), self.assertRaises(frappe.PermissionError):
                api.confirm_assessment(doc.name)
        for user in (self.manager, "Administrator"):
            for values in ({"status": "Confirmed"}, {"confirmed_by": self.manager}):
                with as_user(user), self.assertRaises(frappe.PermissionError):
                    frappe.get_doc(ASSESSMENT, doc.name).update(values).save()
        with as_user(self.manager):
            self.assertEqual(api.confirm_assessment(doc.name)["status"], "Confirmed")
            for call in (api.confirm_assessment, api.measure_assessment):
                with self.assertRaises(NotAllowedNow):
                    call(doc.name)
        for user in (self.manager, "Administrator"):
            with as_user(user), self.assertRaises(NotAllowedNow):
                frappe.get_doc(ASSESSMENT, doc.name).update({"remark": "Later"}).save()
        with self.assertRaises(NotAllowedNow):
            frappe.delete_doc(ASSESSMENT, doc.name)

    def test_what_was_measured_is_not_written_by_hand(self) -> None:
        self.busy_month()
        doc = self.assess(monthly_fee=1000)
        with as_user(self.manager):
            doc = frappe.get_doc(ASSESSMENT, doc.name)
            doc.lines[0].update({"measured": "0", "proposed": 100, "score": 95, "note": "Weather"})
            doc.append("lines", {"criterion": "Manner", "weight": 10, "score": 90, "measured": "5"})
            doc.update({"score": 100, "payable": 1000})
            doc.save()
            self.assertEqual((doc.lines[0].measured, doc.lines[0].proposed, doc.lines[0].score), ("2", 80, 95))
            self.assertIsNone(doc.lines[5].measured)
            self.assertEqual(doc.score, 69.5)  # (2850 + 1250 + 750 + 1000 + 900 + 900) / 110
            api.measure_assessment(doc.name)
        self.assertEqual(len(frappe.get_doc(ASSESSMENT, doc.name).lines), 5)

    def test_bad_input(self) -> None:
        for lines in (
            [{"criterion": "A", "weight": 50, "score": 101}],
            [{"criterion": "A", "weight": 0, "score": 90}],
            [{"criterion": " ", "weight": 10, "score": 90}],
        ):
            with self.assertRaises(InputRefused):
                self.assess(lines=lines)
        lines = [{"criterion": "A", "weight": 100, "score": 50}]
        for money in (
            {"monthly_fee": 10, "deduction": 11, "deduction_reason": "x"},
            {"monthly_fee": 10, "deduction": 5},
        ):
            with self.assertRaises(InputRefused):
                self.assess(lines=lines, **money)

    def test_drafts_by_the_scheduler_once(self) -> None:
        make.make_team(self.home)  # no contractor
        assessments.make_drafts()
        mine = {"community": self.home.name}
        self.assertEqual(frappe.get_all(ASSESSMENT, mine, pluck="contractor"), [self.team.name])
        assessments.make_drafts()
        self.assertEqual(frappe.db.count(ASSESSMENT, mine), 1)
