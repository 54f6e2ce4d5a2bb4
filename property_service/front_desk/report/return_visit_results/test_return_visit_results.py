"""The figures of the monthly report, each computed by hand beside its visits."""

from __future__ import annotations

from datetime import datetime, timedelta
from unittest.mock import patch

import frappe

from property_service.front_desk.report.return_visit_results import return_visit_results as report
from property_service.front_desk.return_visits import plan_visit, record_attempt
from property_service.property_service.errors import InputRefused
from property_service.tests.factories import (
    make_building,
    make_community,
    make_staff,
    make_team,
    make_unit,
)
from property_service.tests.utils import PropertyServiceTestCase, count_queries, plan_of

MARCH, APRIL = datetime(2026, 3, 10, 18), datetime(2026, 4, 10, 18)
SPAN = {"from_date": "2026-03-01", "to_date": "2026-04-30"}


class TestReturnVisitResults(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.community = make_community(time_zone=frappe.utils.get_system_timezone())
        cls.unit = make_unit(make_building(cls.community))
        cls.officer = make_staff("Property Front Desk", community=cls.community)
        cls.team = make_team(cls.community).name
        cls.other_team = make_team(cls.community).name
        cls.fill()

    @classmethod
    def fill(cls) -> None:
        """March, first team, pipes: 10 due, 6 reached (3 satisfied, 2 fairly, 1 not), 1 unreachable, 1 declined, 1 by the
        system, 1 overdue; 2 rechecks due, 1 made; 1 cancelled. March, other team: 1 satisfied. April: 1 by the system."""
        results = ["Satisfied"] * 3 + ["Fairly Satisfied"] * 2 + ["Dissatisfied", "Declined"]
        for result in results:
            cls.answer(cls.plan(MARCH), result)
        lost = cls.plan(MARCH)
        frappe.set_user(cls.officer)
        for day in range(3):
            record_attempt(lost, "Phone", False, at=(MARCH - timedelta(days=3 - day)).replace(hour=10))
        frappe.set_user("Administrator")
        cls.by_system(MARCH)
        cls.plan(MARCH)
        cls.answer(cls.plan(MARCH, on_site_recheck=True), "Satisfied", "On Site")
        cls.plan(MARCH, on_site_recheck=True)
        frappe.db.set_value("Return Visit", cls.plan(MARCH), "status", "Cancelled")
        cls.answer(cls.plan(MARCH, team=cls.other_team, topic="Lamps"), "Satisfied")
        cls.by_system(APRIL)

    @classmethod
    def plan(cls, due_at: datetime, **values: object) -> str:
        about = {"reference_doctype": None, "reference_name": None, "team": cls.team, "topic": "Pipes", **values}
        return plan_visit(
            kind="Repair", community=cls.community.name, unit=cls.unit.name, resident=None, contact_name=None,
            contact_phone=None, doer=None, reason="Rule", due_at=due_at, **about,
        )  # fmt: skip

    @classmethod
    def by_system(cls, due_at: datetime) -> None:
        frappe.db.set_value("Return Visit", cls.plan(due_at), "status", "Closed by System")

    @classmethod
    def answer(cls, visit: str, result: str, channel: str = "Phone") -> None:
        frappe.set_user(cls.officer)
        reason = "Manner" if result == "Dissatisfied" else None
        record_attempt(visit, channel, True, result, reason, at=MARCH - timedelta(hours=8))
        frappe.set_user("Administrator")

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def rows(self, **filters: object) -> list[dict]:
        return report.execute({"community": self.community.name, **SPAN, **filters})[1]

    def test_figures(self) -> None:
        april, *march, total = self.rows()
        pipes = next(row for row in march if row["team"] == self.team)
        lamps = next(row for row in march if row["team"] == self.other_team)
        expected = {
            "month": "2026-03", "topic": "Pipes", "due": 10, "reached": 6, "visit_rate": 60.0,
            "satisfied": 3, "fairly_satisfied": 2, "dissatisfied": 1, "satisfaction_rate": 83.33,
            "unreachable": 1, "declined": 1, "by_system": 1, "overdue": 1, "not_due_yet": 0,
            "rechecks_due": 2, "rechecks_made": 1,
        }  # fmt: skip
        self.assertEqual({key: pipes[key] for key in expected}, expected)
        self.assertEqual((lamps["due"], lamps["reached"], lamps["visit_rate"]), (1, 1, 100.0))
        self.assertEqual((april["month"], april["due"], april["reached"], april["by_system"]), ("2026-04", 1, 0, 1))
        self.assertEqual((april["visit_rate"], april["satisfaction_rate"]), (0.0, None))
        self.assertEqual((total["due"], total["reached"], total["visit_rate"]), (12, 7, 58.33))
        self.assertEqual(total["satisfaction_rate"], 85.71)

    def test_every_visit_due_is_in_one_column(self) -> None:
        for row in self.rows():
            ends = ("reached", "unreachable", "declined", "by_system", "overdue")
            self.assertEqual(row["due"], sum(row[name] for name in ends))
            self.assertEqual(row["reached"], sum(row[n] for n in ("satisfied", "fairly_satisfied", "dissatisfied")))

    def test_what_is_not_due_yet_lowers_no_rate(self) -> None:
        before = MARCH - timedelta(days=1)
        with patch.object(report, "now_datetime", lambda: before):
            pipes = next(row for row in self.rows(to_date="2026-03-31") if row["team"] == self.team)
        self.assertEqual((pipes["due"], pipes["overdue"], pipes["not_due_yet"]), (9, 0, 1))
        self.assertEqual(pipes["visit_rate"], 66.67)

    def test_filters(self) -> None:
        self.assertEqual([row["due"] for row in self.rows(team=self.other_team)], [1, 1])
        self.assertEqual([row["due"] for row in self.rows(topic="Lamps")], [1, 1])
        self.assertEqual([row["due"] for row in self.rows(from_date="2026-04-01")], [1, 1])
        self.assertEqual(self.rows(from_date="2026-04-11"), [])
        for wrong in ({"from_date": "2026-05-01"}, {"from_date": "2016-01-01"}):
            with self.assertRaises(InputRefused):
                self.rows(**wrong)

    def test_numerator_and_denominator_are_printed(self) -> None:
        cards = report.execute({"community": self.community.name, **SPAN})[4]
        self.assertEqual(cards[0]["value"], "58.33 % (7 of 12)")
        self.assertEqual(cards[1]["value"], "85.71 % (6 of 7)")
        self.assertEqual(cards[4]["value"], "1 of 2")

    def test_categories_are_told_in_the_readers_language(self) -> None:
        with patch.object(report, "_", lambda text, context=None: f"中{text}"):
            columns, rows = report.execute({"community": self.community.name, **SPAN})[:2]
        self.assertIn("topic_name", [column["fieldname"] for column in columns])
        self.assertEqual(
            {(row["topic"], row["topic_name"]) for row in rows[:-1]}, {("Pipes", "中Pipes"), ("Lamps", "中Lamps")}
        )

    def test_only_the_users_own_communities(self) -> None:
        frappe.set_user(self.officer)
        self.assertEqual(report.execute(dict(SPAN))[1][-1]["due"], 12)
        stranger = make_staff("Property Manager", community=make_community())
        frappe.set_user(stranger)
        self.assertEqual(report.execute(dict(SPAN))[1], [])
        self.assertEqual(self.rows(), [])

    def test_one_query(self) -> None:
        self.rows()
        with count_queries() as queries:
            self.rows()
        self.assertEqual(len(queries), 1, queries)

    def test_list_report_and_reminder_use_an_index(self) -> None:
        # Among few rows the database reads them all; among many of other communities it must not.
        moments = [MARCH + timedelta(hours=at % 2000) for at in range(4000)]
        frappe.db.bulk_insert(
            "Return Visit",
            ["name", "community", "status", "due_at", "reference_doctype", "reference_name"],
            [
                (f"RV-X-{at}", f"C{at % 50}", "Reached", moment, "Repair Request", f"RR-X-{at}")
                for at, moment in enumerate(moments)
            ],
        )
        for where in (
            "community = %(c)s and status = 'Due' and due_at < '2026-04-01'",
            "community = %(c)s and due_at >= '2026-03-01' and due_at < '2026-05-01' and status != 'Cancelled'",
            "reference_doctype = 'Repair Request' and reference_name = 'RR-1'",
            "status = 'Due' and due_at < '2026-04-01' and reminded_at is null",
            "visited_by = 'x' and visited_at >= '2026-04-01'",
        ):
            asked = f"select name from `tabReturn Visit` where {where}"
            _table, way = plan_of(asked, {"c": self.community.name})[0]
            self.assertIn(way, ("const", "ref", "range"), where)
