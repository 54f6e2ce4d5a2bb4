"""The report Team Load and the figures under it: counted once, of one's own communities, in a few queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe.desk.query_report import run

from property_service.dispatch import api, assignment
from property_service.dispatch.report.team_load.team_load import execute
from property_service.property_service.service_clock import site_now
from property_service.tests.factories import (
    make_building,
    make_category,
    make_community,
    make_repair,
    make_staff,
    make_team,
    make_unit,
)
from property_service.tests.utils import PropertyServiceTestCase, count_queries

MOST_QUERIES = 6


class TestTeamLoad(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.here, cls.there = make_community(), make_community()
        cls.unit = {place.name: make_unit(make_building(place)) for place in (cls.here, cls.there)}
        cls.category = make_category()
        cls.first, cls.second, cls.gone = (make_staff("Property Technician") for _ in range(3))
        cls.leader = make_staff("Property Team Leader")
        cls.leader_here = make_staff("Property Team Leader", community=cls.here)
        cls.desk_elsewhere = make_staff("Property Front Desk", community=make_community())

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def job(self, team: Any, user: str | None = None, place: Any = None, **values: Any) -> Any:
        """A request as it stands in the database after its acts; how it came there is tested elsewhere."""
        doc = make_repair(self.unit[(place or self.here).name], category=self.category)
        stored = {"team": team.name, "assigned_to": user, "stage": "Working", "respond_by": None, "finish_by": None}
        frappe.db.set_value("Repair Request", doc.name, {**stored, **values})
        return doc

    def shared_team(self) -> Any:
        both = [{"community": self.here.name}, {"community": self.there.name}]
        return make_team(self.here, (self.first, self.second), places=both, leader=self.leader)

    def rows(self, team: Any, **filters: Any) -> dict[str | None, tuple]:
        rows = execute({"team": team.name, **filters})[1]
        keys = ("open_jobs", "in_all_teams", "cap", "late_jobs", "taken_today")
        self.assertEqual(len(rows), len({row["user"] for row in rows}))
        return {row["user"]: tuple(row[key] for key in keys) for row in rows}

    def test_each_job_is_counted_where_it_lies(self) -> None:
        team, other = self.shared_team(), make_team(self.here, (self.first,))
        now = site_now()
        self.job(team, self.first, taken_at=now)
        self.job(team, self.first, finish_by=now - timedelta(minutes=1), taken_at=now - timedelta(days=2))
        self.job(team, self.first, respond_by=now - timedelta(minutes=1), stage="Waiting")
        self.job(team, self.first, respond_by=now - timedelta(hours=2), arrived_at=now - timedelta(hours=1))
        self.job(team, self.first, stage="Done", finish_by=now - timedelta(days=1), taken_at=now)
        self.job(team, self.first, stage="Void")
        self.job(other, self.first)
        self.job(team, stage="Open")
        self.job(team, self.gone)
        self.assertEqual(
            self.rows(team),
            {self.first: (4, 5, 10, 2, 2), self.second: (0, 0, 10, 0, 0), self.gone: (1, None, None, 0, 0),
             None: (1, None, None, 0, 0)},
        )  # fmt: skip
        columns, rows, _message, chart, summary = execute({"team": team.name})
        self.assertEqual({column["fieldname"] for column in columns} - set(rows[0]), set())
        self.assertEqual(chart["data"]["datasets"][0]["values"], [6])
        self.assertEqual([entry["value"] for entry in summary], [2, 6, 1, 2])

    def test_only_ones_own_communities_are_counted(self) -> None:
        team, foreign = self.shared_team(), make_team(self.there, (self.second,))
        self.job(team, self.first)
        self.job(team, self.first, place=self.there)
        self.job(foreign, self.second, place=self.there)
        frappe.set_user(self.leader_here)
        self.assertEqual(self.rows(team)[self.first][0], 1)
        self.assertEqual(self.rows(foreign), {})
        self.assertEqual(self.rows(team, community=self.there.name), {})
        self.assertNotIn(foreign.name, {row["team"] for row in execute()[1]})
        frappe.set_user(self.leader)
        self.assertEqual(self.rows(team)[self.first][0], 2)
        self.assertEqual(self.rows(team, community=self.there.name)[self.first][0], 1)

    def test_who_may_open_it(self) -> None:
        team = self.shared_team()
        for user, sees in ((self.leader_here, True), (self.desk_elsewhere, False)):
            frappe.set_user(user)
            found = run("Team Load", {"team": team.name}, ignore_prepared_report=True)["result"]
            self.assertEqual(bool([row for row in found if isinstance(row, dict)]), sees, user)
        frappe.set_user(self.first)
        with self.assertRaises(frappe.PermissionError):
            run("Team Load", {"team": team.name}, ignore_prepared_report=True)

    def test_queries_do_not_grow(self) -> None:
        counts = []
        for _more in range(2):
            for _number in range(4):
                self.job(self.shared_team(), self.first)
            execute()
            with count_queries() as queries:
                execute()
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])
        self.assertLessEqual(counts[1], MOST_QUERIES, queries)

    def test_the_leader_sees_each_member_and_sets_his_duty(self) -> None:
        team = make_team(self.here, (self.first, self.second), leader=self.leader)
        self.job(team, self.first)
        self.job(self.shared_team(), self.first)
        frappe.set_user(self.leader)
        members = {row["user"]: row for row in api.team_members(team.name)}
        self.assertEqual((members[self.first]["open_jobs"], members[self.first]["cap"]), (2, 10))
        self.assertTrue(members[self.second]["may_set_duty"])
        self.assertEqual(api.set_on_duty(False, team.name, self.second)["teams"], [team.name])
        frappe.set_user(self.first)
        members = {row["user"]: row["may_set_duty"] for row in api.team_members(team.name)}
        self.assertEqual(members, {self.first: True, self.second: False})
        with self.assertRaises(frappe.PermissionError):
            api.set_on_duty(True, team.name, self.second)
        with self.assertRaises(frappe.PermissionError):
            api.set_on_duty(True, user=self.second)
        self.assertIn(team.name, api.set_on_duty(False)["teams"])
        self.assertEqual({row["on_duty"] for row in api.my_duty()}, {False})
        frappe.set_user(self.desk_elsewhere)
        with self.assertRaises(frappe.PermissionError):
            api.team_members(team.name)

    def test_the_routing_counts_the_same_open_jobs(self) -> None:
        self.assertEqual(assignment.open_jobs_of([self.gone]), {self.gone: 0})
        self.job(self.shared_team(), self.gone)
        self.assertEqual(assignment.open_jobs_of([self.gone]), {self.gone: 1})
