"""The reports of rounds and findings beside figures counted by hand; nobody sees another community's."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import frappe

from property_service.patrol import findings, report_api
from property_service.patrol.findings import FindingOrder
from property_service.patrol.report.checkpoint_findings import checkpoint_findings
from property_service.patrol.report.finding_rectification import finding_rectification
from property_service.patrol.report.overdue_findings import overdue_findings
from property_service.patrol.report.patrol_completion import patrol_completion
from property_service.property_service.errors import InputRefused
from property_service.property_service.service_clock import as_of, site_now
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

SPAN = {"from_date": "2026-03-01", "to_date": "2026-03-31"}


def on(day: int, hour: int = 12) -> Any:
    return as_of(datetime(2026, 3, day, hour))


class TestPatrolReports(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.home = make.make_community(time_zone=frappe.utils.get_system_timezone())
        self.building = make.make_building(self.home)
        self.one, self.two = (make.make_staff("Property Patroller", community=self.home) for _ in range(2))
        self.manager = make.make_staff("Property Manager", community=self.home)
        self.stranger = make.make_staff("Property Manager", community=make.make_community())
        self.team = make.make_team(self.home, [self.one])
        self.filters = {**SPAN, "community": self.home.name}

    def row(self, doctype: str, **values: Any) -> str:
        doc = frappe.get_doc(
            {"doctype": doctype, "name": frappe.generate_hash(length=10), "community": self.home.name, **values}
        )
        doc.flags.name_set = True
        doc.db_insert()
        return doc.name

    def task(
        self, day: str, person: str, route: str, counts: tuple[int, int, int, int], status: str = "Completed"
    ) -> None:
        names = ("early_count", "on_time_count", "late_count", "missed_count")
        self.row(
            "Patrol Task",
            task_date=day,
            assigned_to=person,
            route=route,
            status=status,
            points_total=sum(counts),
            **dict(zip(names, counts, strict=True)),
        )

    def found(self, day: int, hour: int = 12, **values: Any) -> Any:
        with on(day, hour):
            return findings.raise_finding(FindingOrder(self.home.name, "Lamp out", **values), self.one)

    def check_scope(self, execute: Any, filters: dict) -> None:
        for asked in (filters, {**filters, "community": None}):
            with as_user(self.stranger):
                self.assertEqual([row for row in execute(asked)[1] if not row.get("is_total")], [])

    # Patrol Completion

    def test_completion_by_route_person_and_week(self) -> None:
        day_round = self.row("Patrol Route", route_name="Day Round")
        night = self.row("Patrol Route", route_name="Night Round")
        self.task("2026-03-02", self.one, day_round, (1, 7, 2, 0))
        self.task("2026-03-08", self.one, day_round, (0, 5, 0, 5), "Incomplete")
        self.task("2026-03-09", self.two, night, (0, 0, 0, 10), "Missed")
        self.task("2026-03-10", self.two, night, (0, 0, 0, 0), "Planned")
        self.task("2026-04-01", self.two, night, (0, 10, 0, 0))
        rows = patrol_completion.execute({**self.filters, "group_by": "Route"})[1]
        self.assertEqual(
            [(row["group_name"], row["rounds"], row["completion"], row["punctual"]) for row in rows],
            [("Night Round", 1, 0, 0), ("Day Round", 2, 75, 60), ("Total", 3, 50, 40)],
        )
        by_person = patrol_completion.execute({**self.filters, "group_by": "Person"})[1]
        self.assertEqual(
            [(row["group_key"], row["missed_count"]) for row in by_person[:-1]], [(self.two, 10), (self.one, 5)]
        )
        by_week = patrol_completion.execute({**self.filters, "group_by": "Week"})[1]
        self.assertEqual(
            [(row["group_key"], row["points_total"], row["completion"]) for row in by_week[:-1]],
            [("2026-03-02", 20, 75), ("2026-03-09", 10, 0)],
        )
        only = patrol_completion.execute({**self.filters, "assigned_to": self.one})[1]
        self.assertEqual(only[-1]["points_total"], 20)
        self.check_scope(patrol_completion.execute, self.filters)

    def test_nothing_done_has_no_rate(self) -> None:
        self.assertEqual(patrol_completion.execute(self.filters)[1], [])
        with self.assertRaises(InputRefused):
            patrol_completion.execute({**self.filters, "group_by": "Colour"})
        with self.assertRaises(InputRefused):
            patrol_completion.execute({**self.filters, "to_date": "2026-02-01"})

    # Checkpoint Findings

    def test_heat_by_checkpoint_and_week(self) -> None:
        gate, roof = (
            self.row("Patrol Checkpoint", checkpoint_name=name, typed_code=make.unique()) for name in ("Gate", "Roof")
        )
        for day in (2, 3, 9):
            self.found(day, checkpoint=roof)
        self.found(4, checkpoint=gate, severity="Serious")
        findings.withdraw(self.found(5, checkpoint=gate).name, self.manager, "None")
        self.found(6, place="Elsewhere")
        columns, rows = checkpoint_findings.execute(self.filters)
        self.assertEqual(
            [column["fieldname"] for column in columns if column.get("is_week")][:2], ["w_20260223", "w_20260302"]
        )
        self.assertEqual(
            [(row["group_name"], row["total"], row.get("w_20260302"), row.get("w_20260309")) for row in rows],
            [("Roof", 3, 2, 1), ("Gate", 1, 1, None)],
        )
        grave = checkpoint_findings.execute({**self.filters, "severity": "Serious"})[1]
        self.assertEqual([row["group_name"] for row in grave], ["Gate"])
        self.check_scope(checkpoint_findings.execute, self.filters)
        with self.assertRaises(InputRefused):
            checkpoint_findings.execute({**self.filters, "from_date": "2025-01-01"})

    def test_heat_by_building(self) -> None:
        self.found(2, building=self.building.name, place="Lobby")
        rows = checkpoint_findings.execute({**self.filters, "group_by": "Building"})[1]
        self.assertEqual([(row["group_key"], row["total"]) for row in rows], [(self.building.name, 1)])

    # Finding Rectification

    def test_rectification_by_team(self) -> None:
        first = self.found(2, responsible_team=self.team.name, place="Gate")
        second = self.found(3, responsible_team=self.team.name, place="gate", severity="Serious")
        self.found(4, place="Roof")
        self.found(5, fixed_note="Swept", place="Lobby")
        findings.withdraw(self.found(6).name, self.manager, "None")
        with on(3, 0):
            findings.fix(first.name, self.one, "New lamp")
            findings.recheck(first.name, self.two, False, "Still dark")
        with on(3, 8):
            findings.fix(first.name, self.one, "New wire")
        with on(5):
            findings.fix(second.name, self.one, "New lamp")
            findings.recheck(second.name, self.two, True)
        rows = finding_rectification.execute(self.filters)[1]
        names = ("found", "to_fix", "to_recheck", "closed", "overdue", "late", "judged", "failed", "repeats", "on_spot")
        told = {row["group_name"]: tuple(row[name] for name in names) for row in rows}
        self.assertEqual(told[self.team.name], (2, 0, 1, 1, 0, 1, 2, 1, 1, 0))
        self.assertEqual(told["No Team"], (2, 1, 1, 0, 1, 1, 2, 0, 0, 1))
        self.assertEqual(told["Total"], (4, 1, 2, 1, 1, 2, 4, 1, 1, 1))
        by_team = {row["group_name"]: row for row in rows}
        # 20 hours are 0.8 days, 48 hours 2 days
        self.assertEqual((by_team[self.team.name]["mean_days"], by_team[self.team.name]["in_time"]), (1.4, 50))
        by_severity = finding_rectification.execute({**self.filters, "group_by": "Severity"})[1]
        self.assertEqual([row["group_key"] for row in by_severity[:-1]], ["Serious", "Normal"])
        self.check_scope(finding_rectification.execute, self.filters)

    def test_what_failed_its_recheck_is_not_judged_until_it_is_due_again(self) -> None:
        name = self.found(2).name
        with on(2, 14):
            findings.fix(name, self.one, "New lamp")
            self.assertEqual(self.judged(), (1, 0))
            findings.recheck(name, self.two, False, "Still dark")
            self.assertEqual(self.judged(), (0, 0))
        with on(4):
            self.assertEqual(self.judged(), (1, 1))

    def judged(self) -> tuple[int, int]:
        """How many findings are judged, and how many of them are late."""
        total = finding_rectification.execute(self.filters)[1][-1]
        return total["judged"], total["late"]

    def test_each_report_takes_as_many_queries_for_ten_times_as_much(self) -> None:
        reports = (finding_rectification, overdue_findings, checkpoint_findings, patrol_completion)
        spot = self.row("Patrol Checkpoint", checkpoint_name="Gate", typed_code=make.unique())
        route = self.row("Patrol Route", route_name="Day Round")
        counted = []
        for number in (1, 10):
            for _number in range(number):
                self.found(2, checkpoint=spot, responsible_team=self.team.name, assigned_to=self.one)
                self.task("2026-03-02", self.one, route, (0, 5, 0, 5))
            for report in reports:
                report.execute(self.filters)
            with count_queries() as queries:
                for report in reports:
                    report.execute(self.filters)
            counted.append(len(queries))
        self.assertEqual(counted[0], counted[1])
        self.assertLessEqual(counted[1], 10, queries)

    # Overdue Findings

    def test_the_overdue_board(self) -> None:
        owner = make.make_resident()
        old = self.found(2, responsible_team=self.team.name, assigned_to=self.one, place="Gate")
        older = self.found(1, responsible_resident=owner.name, severity="Critical", building=self.building.name)
        findings.raise_finding(FindingOrder(self.home.name, "Fresh"), self.one)
        self.found(3, fixed_note="Done")
        rows = overdue_findings.execute({"community": self.home.name})[1]
        self.assertEqual([row["name"] for row in rows], [older.name, old.name])
        self.assertEqual((rows[0]["who"], rows[1]["who"]), (owner.resident_name, self.team.name))
        self.assertGreater(rows[0]["hours"], rows[1]["hours"])
        summary = overdue_findings.execute({"community": self.home.name})[4]
        self.assertEqual([part["value"] for part in summary], [1, 0, 1, 0])
        only = overdue_findings.execute({"community": self.home.name, "severity": "Normal"})[1]
        self.assertEqual([row["name"] for row in only], [old.name])
        self.check_scope(overdue_findings.execute, {"community": self.home.name})

    # Workspace

    def test_charts_count_what_the_reports_count(self) -> None:
        now = site_now()
        for severity in ("Serious", "Minor"):
            findings.raise_finding(FindingOrder(self.home.name, "Lamp out", severity=severity), self.one)
        route = self.row("Patrol Route", route_name="Day Round")
        self.task(str(now.date()), self.one, route, (0, 3, 0, 1))
        with as_user(self.manager):
            self.assertEqual(report_api.open_by_severity()["datasets"][0]["values"], [0, 1, 0, 1])
            weeks = report_api.findings_per_week()
            self.assertEqual([part["values"][-1] for part in weeks["datasets"]], [2, 0])
            self.assertEqual(report_api.completion_per_week()["datasets"][0]["values"][-1], 75)
        with as_user(self.stranger):
            self.assertEqual(report_api.open_by_severity(), {})
            self.assertEqual(sum(report_api.findings_per_week()["datasets"][0]["values"]), 0)
        guard = make.make_staff("Property Gate Guard", community=self.home)
        for call in (report_api.open_by_severity, report_api.findings_per_week, report_api.completion_per_week):
            with as_user(guard), self.assertRaises(frappe.PermissionError):
                call()

    def test_everything_the_workspace_names_is_there(self) -> None:
        workspace = frappe.get_doc("Workspace", "Property Patrol")
        named = [("Number Card", row.number_card_name) for row in workspace.number_cards]
        named += [("Dashboard Chart", row.chart_name) for row in workspace.charts]
        named += [(row.type, row.link_to) for row in workspace.shortcuts if row.type != "URL"]
        named += [(row.link_type, row.link_to) for row in workspace.links if row.type == "Link"]
        self.assertGreater(len(named), 20)
        self.assertEqual([pair for pair in named if not frappe.db.exists(*pair)], [])

    def test_the_days_of_a_span(self) -> None:
        self.assertEqual(finding_rectification.rows_of(frappe._dict(self.filters), "Team"), [])
        self.found(1, 0)
        self.found(31, 23)
        self.assertEqual(finding_rectification.rows_of(frappe._dict(self.filters), "Team")[-1]["found"], 2)
        self.assertEqual(patrol_completion.week_label(date(2026, 3, 2)), "03-02 – 03-08")
