"""The monthly report: one per community and month, figures those of the reports, the month before beside, frozen once final."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import frappe
from frappe.utils import add_days, add_months, get_first_day, getdate

from property_service.front_desk import monthly_api as api
from property_service.front_desk import monthly_report
from property_service.front_desk.monthly_paper import monthly_report_paper
from property_service.front_desk.monthly_report import REPORT
from property_service.front_desk.report.return_visit_results import return_visit_results
from property_service.patrol.report.patrol_completion import patrol_completion
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.service_clock import local_day
from property_service.repairs.report.dispatch_accuracy import dispatch_accuracy
from property_service.repairs.report.service_promise_kept import service_promise_kept
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user

ROOMS = ["front_desk", "repairs", "patrol", "decoration", "community_life"]


class TestMonthlyServiceReport(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.home = make.make_community(time_zone=frappe.utils.get_system_timezone())
        cls.unit = make.make_unit(make.make_building(cls.home))
        cls.manager = make.make_staff("Property Manager", community=cls.home)
        cls.desk = make.make_staff("Property Front Desk", community=cls.home)
        cls.month = getdate(add_months(get_first_day(local_day(cls.home.name)), -1))
        cls.fill(cls.month, 4)
        cls.fill(getdate(add_months(cls.month, -1)), 2)

    @classmethod
    def fill(cls, month: Any, number: int) -> None:
        """`number` contacts, visits of which one was not reached, repairs of which one came late, a round of 10 points, 9 recorded."""
        noon = datetime.combine(month, datetime.min.time()) + timedelta(days=4, hours=12)
        here = {"community": cls.home.name, "unit": cls.unit.name}
        for one in range(number):
            status = "Open" if not one else "Answered"
            stored("Service Contact", subject="Call", contacted_at=noon, status=status, **here)
            reached = {"status": "Reached", "result": "Satisfied"} if one else {"status": "Unreachable"}
            stored("Return Visit", visit_kind="Repair", due_at=noon, **reached, **here)
            stored(
                "Repair Request",
                reported_at=noon,
                dispatched_at=noon,
                arrived_at=noon,
                finished_at=noon,
                respond_by=noon,
                finish_by=noon,
                response_late=int(not one),
                stage="Done",
                status="Closed",
                rating=5,
                **here,
            )
        stored(
            "Patrol Task",
            community=cls.home.name,
            status="Completed",
            task_date=month,
            points_total=10,
            on_time_count=9,
            missed_count=1,
        )

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def made(self, **values: Any) -> Any:
        with as_user(self.manager):
            doc = {"doctype": REPORT, "community": self.home.name, "month": add_days(self.month, 11), **values}
            return frappe.get_doc(doc).insert()

    def row(self, doc: Any, part: str, label: str) -> dict[str, Any]:
        (found,) = [p for p in json.loads(doc.figures) if p["key"] == part]
        return next(row for row in found["rows"] if row["label"] == label)

    def test_its_figures_are_those_of_the_reports(self) -> None:
        doc = self.made()
        self.assertEqual(doc.month, self.month)
        self.assertEqual([part["key"] for part in json.loads(doc.figures)], ROOMS, "nothing was charged here")
        last = add_days(add_months(self.month, 1), -1)
        span = {"community": self.home.name, "from_date": self.month, "to_date": last}
        visits = return_visit_results.execute(dict(span))[1][-1]
        promises = service_promise_kept.execute({**span, "kind": "Repairs"})[1][-1]
        accuracy = dispatch_accuracy.execute(dict(span))[1][-1]
        rounds = patrol_completion.execute(dict(span))[1][-1]
        for part, label, value, pair in (
            ("front_desk", "Return Visits: reached of those due", visits["visit_rate"], (3, 4)),
            ("front_desk", "Return Visits: satisfied of those reached", visits["satisfaction_rate"], (3, 3)),
            ("front_desk", "Contacts Answered, Promised or Passed On", 75.0, (3, 4)),
            ("repairs", "Repairs: arrived in time", promises["answer_rate"], (3, 4)),
            ("repairs", "Repairs: finished in time", promises["solve_rate"], (4, 4)),
            ("repairs", "Dispatch Accuracy", accuracy["accuracy"], (4, 4)),
            ("repairs", "Rated 4 or 5 Stars", 100.0, (4, 4)),
            ("patrol", "Patrol Points Recorded", rounds["completion"], (9, 10)),
        ):
            with self.subTest(label=label):
                row = self.row(doc, part, label)
                self.assertEqual((row["value"], row["numerator"], row["denominator"]), (value, *pair))
        row = self.row(doc, "repairs", "Repairs: arrived in time")
        self.assertEqual((row["before"]["value"], row["before"]["denominator"]), (50.0, 2))
        self.assertEqual(self.row(doc, "front_desk", "Calls and Visits")["value"], 4)
        self.assertIsNone(self.row(doc, "decoration", "Inspections Made of Those Due")["value"])

    def test_they_are_the_same_whoever_draws_them_up(self) -> None:
        """Of a manager complained of, and drawn for a check nobody has told him of."""
        noon = datetime.combine(self.month, datetime.min.time()) + timedelta(hours=12)
        visit = {"visit_kind": "Complaint", "due_at": noon, "status": "Reached", "result": "Dissatisfied"}
        stored("Return Visit", kept_from=self.manager, community=self.home.name, **visit)
        for person, status in ((self.manager, "Scored"), (self.desk, "Told"), (self.manager, "Told")):
            check = {"person": person, "status": status, "passed": 1, "month": self.month}
            stored("Service Quality Check", community=self.home.name, **check)
        found = []
        for user in (self.manager, "Administrator"):
            with as_user(user):
                found.append(monthly_report.figures_of(self.home.name, self.month))
        self.assertEqual(*found)
        rows = {row["label"]: row for part in found[0] for row in part["rows"]}
        visits, checks = rows["Return Visits: satisfied of those reached"], rows["Quality Checks Passed"]
        self.assertEqual((visits["numerator"], visits["denominator"]), (3, 4))
        self.assertEqual(
            (checks["numerator"], checks["denominator"]), (2, 2), "what he was not told of tells him nothing"
        )

    def test_the_month_before_is_as_its_final_report_keeps_it(self) -> None:
        earlier = getdate(add_months(self.month, -1))
        kept = self.made(month=earlier)

        def before() -> tuple:
            rows = (row for part in monthly_report.figures_of(self.home.name, self.month) for row in part["rows"])
            row = next(row for row in rows if row["label"] == "Calls and Visits")["before"]
            return row["value"], row.get("before")

        def call() -> None:
            moment = datetime.combine(earlier, datetime.min.time())
            stored("Service Contact", subject="z", contacted_at=moment, status="Open", community=self.home.name)

        call()
        self.assertEqual(before(), (3, None), "a draft still moves")
        with as_user(self.manager):
            api.finalise(kept.name)
        call()
        self.assertEqual(before(), (3, None))

    def test_the_paper_shows_them_in_both_languages(self) -> None:
        doc = self.made(highlights="All <b>well</b>")
        page = api.figures(doc.name)["html"]
        self.assertIn("75.00 %", page)
        self.assertIn("3 / 4", page)
        self.assertIn("▲", page)
        self.assertEqual(monthly_report_paper(doc)["month"], f"{self.month:%Y-%m}")
        with patch.object(frappe.local, "lang", "zh"), patch.object(monthly_report, "_", lambda text: f"中{text}"):
            self.assertIn("中Repairs: arrived in time", monthly_report.html_of(doc))

    def test_one_for_each_community_and_month(self) -> None:
        self.made()
        with self.assertRaises(InputRefused):
            self.made()
        with self.assertRaises(InputRefused):
            self.made(month=add_months(self.month, 2))
        with self.assertRaises(frappe.PermissionError):
            self.made(community=make.make_community().name)
        self.made(month=add_months(self.month, -1))

    def test_final_is_final(self) -> None:
        doc = self.made()
        with as_user(self.desk):
            for call in (api.finalise, api.take_again):
                with self.assertRaises(frappe.PermissionError):
                    call(doc.name)
        with as_user(self.manager):
            with self.assertRaises(frappe.PermissionError):
                frappe.get_doc(REPORT, doc.name).update({"status": "Final"}).save()
            self.assertEqual(frappe.get_doc(REPORT, doc.name).update({"figures": "[]"}).save().figures, doc.figures)
            frappe.get_doc(REPORT, doc.name).update({"plans": "Less noise"}).save()
            frappe.db.savepoint("more")
            stored(
                "Service Contact",
                subject="x",
                contacted_at=datetime.combine(self.month, datetime.min.time()),
                status="Open",
                community=self.home.name,
            )
            api.take_again(doc.name)
            self.assertEqual(self.row(frappe.get_doc(REPORT, doc.name), "front_desk", "Calls and Visits")["value"], 5)
            self.assertEqual(api.finalise(doc.name)["status"], "Final")
            for call in (api.finalise, api.take_again):
                with self.assertRaises(NotAllowedNow):
                    call(doc.name)
        for user in (self.manager, "Administrator"):
            for values in ({"plans": "Later"}, {"figures": "[]"}, {"status": "Draft"}):
                with as_user(user), self.assertRaises(NotAllowedNow):
                    frappe.get_doc(REPORT, doc.name).update(values).save()
        with self.assertRaises(NotAllowedNow):
            frappe.delete_doc(REPORT, doc.name, force=True)
        frozen = frappe.get_doc(REPORT, doc.name).figures
        stored(
            "Service Contact",
            subject="y",
            contacted_at=datetime.combine(self.month, datetime.min.time()),
            status="Open",
            community=self.home.name,
        )
        self.assertEqual(frappe.get_doc(REPORT, doc.name).figures, frozen)
        frappe.db.rollback(save_point="more")

    def test_a_month_that_is_not_over_is_no_final_one(self) -> None:
        doc = self.made(month=add_months(self.month, 1))
        with as_user(self.manager), self.assertRaises(NotAllowedNow):
            api.finalise(doc.name)

    def test_drafts_by_the_scheduler_once(self) -> None:
        with patch.object(frappe, "get_all", only(self.home.name)):
            self.assertEqual(monthly_report.make_drafts(), 1)
            self.assertEqual(monthly_report.make_drafts(), 0)
        (row,) = frappe.get_all(REPORT, {"community": self.home.name}, ["month", "status"], order_by="name asc")
        self.assertEqual((row.month, row.status), (self.month, "Draft"))


def only(community: str) -> Any:
    """Reading of all communities that finds one: those of other tests are none of ours."""
    real = frappe.get_all

    def get_all(doctype: str, *args: Any, **values: Any) -> Any:
        return [community] if doctype == "Community" and values.get("pluck") else real(doctype, *args, **values)

    return get_all


def stored(doctype: str, **values: Any) -> str:
    """A row as it would stand in the database."""
    doc = frappe.get_doc({"doctype": doctype, "name": make.unique("X"), **values})
    doc.flags.name_set = True
    doc.db_insert()
    return doc.name
