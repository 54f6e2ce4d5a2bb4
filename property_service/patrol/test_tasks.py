"""Rounds are made ahead, each once; plans change, people are off duty, rounds end."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import frappe

from property_service.patrol import closing, records, rounds, tasks
from property_service.patrol.plans import PLAN
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of, site_now, to_site
from property_service.tests import factories as make
from property_service.tests import patrol_factories as patrol
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries, plan_of, statements

AT = datetime(2026, 6, 1, 0, 30)


class TestTasks(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.community = make.make_community()
        cls.patroller = patrol.make_patroller(cls.community)
        cls.mate = patrol.make_patroller(cls.community)
        cls.leader = make.make_staff("Property Team Leader", community=cls.community)
        cls.route = patrol.make_route(cls.community.name)

    def plan(self, **values: Any) -> Any:
        return patrol.make_plan(values.pop("on_route", self.route), self.patroller, **values)

    def test_rounds_are_made_with_the_plan_and_once(self) -> None:
        with as_of(AT):
            plan = self.plan(times=("08:00", "20:00"), days_ahead=3)
            made = patrol.tasks_of(plan.name)
            self.assertEqual(
                [row.starts_at for row in made][:3],
                [AT.replace(hour=8, minute=0), AT.replace(hour=20, minute=0), AT.replace(day=2, hour=8, minute=0)],
            )
            self.assertEqual((len(made), tasks.generate([plan.name])), (8, 0))
            self.assertEqual(tasks.generate([plan.name], AT.date() + timedelta(days=29)), 52)
            self.assertEqual(tasks.generate([plan.name], AT.date() + timedelta(days=29)), 0)

    def test_a_row_of_the_block_is_what_a_single_insert_stores(self) -> None:
        with as_of(AT):
            plan = self.plan(days_ahead=1)
            row = frappe.db.get_value(tasks.TASK, {"plan": plan.name}, "*", as_dict=True)
            again = frappe.copy_doc(frappe.get_doc(tasks.TASK, row.name))
            frappe.db.delete(tasks.TASK, {"name": row.name})
            again.update({field: row[field] for field in ("occurrence_key", "status")})
            again.flags.by_rules = True
            again.insert()
        stored = frappe.db.get_value(tasks.TASK, again.name, "*", as_dict=True)
        self.assertEqual(
            {k: v for k, v in stored.items() if k not in ("name", "creation", "modified")},
            {k: v for k, v in row.items() if k not in ("name", "creation", "modified")},
        )

    def test_a_night_round_of_another_zone_begins_by_its_own_clock(self) -> None:
        berlin = make.make_community(time_zone="Europe/Berlin")
        user = patrol.make_patroller(berlin)
        route = patrol.make_route(berlin.name)
        with as_of(datetime(2026, 3, 28, 12, 0)):
            plan = patrol.make_plan(route, user, ("02:30",), days_ahead=3)
            found = [row.starts_at for row in patrol.tasks_of(plan.name)]
        # the moment of the change, then by summer time
        utc = ((29, 1, 0), (30, 0, 30), (31, 0, 30))
        wanted = [to_site(datetime(2026, 3, day, hour, minute, tzinfo=timezone.utc)) for day, hour, minute in utc]
        self.assertEqual(found, wanted)

    def test_a_changed_plan_replaces_what_nobody_has_begun(self) -> None:
        with as_of(AT):
            plan = self.plan(times=("08:00", "20:00"), days_ahead=2)
            first, second, third, *_others = patrol.tasks_of(plan.name)
            frappe.db.set_value(tasks.TASK, first.name, "status", tasks.IN_PROGRESS)
            with as_user(self.leader):
                rounds.cancel(second.name, "A holiday")
                rounds.reassign(third.name, self.mate, "A swap")
            plan.reload()
            plan.times = []
            plan.append("times", {"start_time": "08:00"})
            plan.minutes_late = 30
            plan.save()
            found = {row.starts_at: row for row in patrol.tasks_of(plan.name)}
        at = [AT.replace(day=day, hour=hour, minute=0) for day, hour in ((1, 8), (1, 20), (2, 8), (3, 8))]
        self.assertEqual(sorted(found), at)
        self.assertEqual([found[moment].status for moment in at], ["In Progress", "Cancelled", "Planned", "Planned"])
        self.assertEqual(
            [found[moment].assigned_to for moment in at], [self.patroller] * 2 + [self.mate, self.patroller]
        )
        self.assertEqual(frappe.db.get_value(tasks.TASK, {"plan": plan.name, "starts_at": at[3]}, "minutes_late"), 30)

    def test_a_round_that_stays_keeps_its_name_so_that_a_phone_without_reception_can_deliver_it(self) -> None:
        with as_of(AT):
            plan = self.plan(times=("08:00", "20:00"), days_ahead=1)
            carried = patrol.tasks_of(plan.name)
            with as_user(self.leader):
                rounds.reassign(carried[0].name, self.mate, "A swap")
            plan.reload()
            plan.days_ahead = 2
            plan.save()
            now = {row.starts_at: row.name for row in patrol.tasks_of(plan.name)}
        self.assertEqual([now[row.starts_at] for row in carried], [row.name for row in carried])
        self.assertEqual(len(now), len(carried) + 2)
        self.assertIn("A swap", frappe.db.get_value(tasks.TASK, carried[0].name, "note"))
        with as_of(AT.replace(hour=8, minute=5)):
            answer = records.record(patrol.make_order(carried[0].name, self.route.points[0].checkpoint), self.mate)
        self.assertEqual(answer["task"], carried[0].name)

    def test_a_plan_switched_off_has_no_rounds_to_come(self) -> None:
        plan = self.plan(times=("23:59",))
        self.assertTrue(patrol.tasks_of(plan.name))
        plan.enabled = 0
        plan.save()
        self.assertEqual(patrol.tasks_of(plan.name), [])

    def test_queries_do_not_grow_with_the_plans(self) -> None:
        def sent(count: int) -> int:
            names = [self.plan(times=("08:00", "20:00"), days_ahead=2).name for _number in range(count)]
            frappe.db.delete(tasks.TASK, {"plan": ["in", names]})
            with count_queries() as queries:
                tasks.generate(names)
            return len(queries)

        few, many = sent(1), sent(10)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 12)

    def test_bad_plans_are_refused_in_a_sentence(self) -> None:
        elsewhere = make.make_community()
        stranger = patrol.make_patroller(elsewhere)
        guard = make.make_staff("Property Gate Guard", community=self.community)
        idle = patrol.make_route(self.community.name, enabled=0)
        today = patrol.day_after(self.community.name, 0)
        cases = (
            ({"to_date": today - timedelta(days=1)}, "before it begins"),
            ({"to_date": "9999-12-31"}, "five years"),
            ({"from_date": "0001-01-01", "to_date": "0001-02-01"}, "first day"),
            (
                {
                    "frequency": "Monthly",
                    "every": 12,
                    "month_days": "31",
                    "from_date": "2026-02-01",
                    "to_date": "2029-12-31",
                },
                "never happens",
            ),
            ({"frequency": "Weekly"}, "weekday"),
            ({"frequency": "Monthly", "month_days": "first"}, "day of the month"),
            ({"every": 0}, "every 1 to"),
            ({"times": ("08:00", "8:00:00")}, "twice"),
            ({"days_ahead": 500}, "1 to 60 days ahead"),
            ({"minutes_open": 10, "minutes_late": 30}, "after it is missed"),
            ({"assigned_to": guard}, "does not have the role"),
            ({"assigned_to": stranger}, "does not work for"),
            ({"substitute": self.patroller}, "cannot stand in"),
            ({"on_route": idle}, "not in use"),
            (
                {
                    "exceptions": [
                        {"exception_date": today, "kind": "Extra"},
                        {"exception_date": today, "kind": "Left Out"},
                    ]
                },
                "Keep one",
            ),
        )
        for values, said in cases:
            with self.subTest(said):
                with self.assertRaises(InputRefused) as refusal:
                    self.plan(**values)
                self.assertIn(said, str(refusal.exception))

    def test_a_plan_without_a_last_day_is_refused(self) -> None:
        with self.assertRaises(frappe.ValidationError):
            self.plan(to_date=None)

    def test_holidays_are_left_out(self) -> None:
        with as_of(AT):
            calendar = frappe.get_doc("Service Calendar", self.community.service_calendar)
            calendar.append("exceptions", {"exception_date": "2026-06-02"})
            calendar.append("exceptions", {"exception_date": "2026-06-03", "from_time": "09:00", "to_time": "12:00"})
            calendar.save()
            plan = self.plan(holidays="Left Out", days_ahead=3)
            self.assertEqual([row.starts_at.day for row in patrol.tasks_of(plan.name)], [1, 3, 4])

    def test_the_substitute_takes_the_round_of_somebody_off_duty(self) -> None:
        team = make.make_team(self.community, (self.patroller, self.mate))
        with as_of(AT):
            plan = self.plan(substitute=self.mate, days_ahead=2)
            self.off_duty(team, self.patroller)
            self.assertEqual(tasks.settle_substitutes(), 0, "the round begins later than in an hour")
        with as_of(AT.replace(hour=7, minute=30)):
            with count_queries() as queries:
                self.assertEqual(tasks.settle_substitutes(), 1)
            self.assertLessEqual(len(queries), 4)
            self.assertEqual(self.assignees(plan)[:2], [self.mate, self.patroller])
            self.off_duty(team, self.mate)
            self.assertEqual(tasks.settle_substitutes(), 1, "the substitute is off duty too")
            self.off_duty(team, self.patroller, on=1)
            self.assertEqual((tasks.settle_substitutes(), self.assignees(plan)[0]), (0, self.patroller))

    def off_duty(self, team: Any, user: str, on: int = 0) -> None:
        frappe.db.set_value("Work Team Member", {"parent": team.name, "user": user}, "on_duty", on)

    def assignees(self, plan: Any) -> list[str]:
        return [row.assigned_to for row in patrol.tasks_of(plan.name)]

    def test_rounds_are_given_and_cancelled_by_leaders(self) -> None:
        name = patrol.make_round(self.route, self.patroller)
        stranger = patrol.make_patroller(make.make_community())
        for user in (stranger, self.patroller):
            with self.assertRaises(RuleError):
                rounds.reassign(name, user, "A swap")
        rounds.reassign(name, self.mate, "A swap")
        found = frappe.db.get_value(
            tasks.TASK, name, ["assigned_to", "original_assignee", "given_by_hand", "note"], as_dict=True
        )
        self.assertEqual(
            (found.assigned_to, found.original_assignee, found.given_by_hand), (self.mate, self.patroller, 1)
        )
        self.assertIn("A swap", found.note)
        rounds.cancel(name, "Fire drill")
        for act in (lambda: rounds.cancel(name, "Again"), lambda: rounds.reassign(name, self.patroller, "Again")):
            with self.assertRaises(NotAllowedNow):
                act()

    def test_what_is_not_recorded_is_missed(self) -> None:
        start = site_now() - timedelta(minutes=60)
        none, some = (patrol.make_round(self.route, self.patroller, start) for _number in range(2))
        checkpoint = self.route.points[1].checkpoint
        records.record(patrol.make_order(some, checkpoint), self.patroller)
        with as_of(start + timedelta(minutes=119)):
            closing.close_out()
            self.assertEqual(frappe.db.get_value(tasks.TASK, none, "status"), "Planned")
        with as_of(start + timedelta(minutes=121)):
            closing.close_out()
            closing.close_out()
        fields = ["status", "points_total", "points_done", "missed_count", "late_count"]
        self.assertEqual(frappe.db.get_value(tasks.TASK, none, fields), ("Missed", 3, 0, 3, 0))
        self.assertEqual(frappe.db.get_value(tasks.TASK, some, fields), ("Incomplete", 3, 1, 2, 1))
        self.assertEqual(frappe.db.count(tasks.RECORD, {"task": none, "result": "Missed"}), 3)

    def test_closing_takes_as_many_queries_for_ten_rounds_as_for_one(self) -> None:
        start = site_now() - timedelta(minutes=180)

        def sent(count: int) -> int:
            for _number in range(count):
                patrol.make_round(self.route, self.patroller, start)
            with count_queries() as queries:
                self.assertGreaterEqual(closing.close_out(), count)
            return len(queries)

        closing.close_out()
        sent(1)
        few, many = sent(1), sent(10)
        self.assertEqual(few, many)
        self.assertLessEqual(many, 10)

    def test_managers_hear_of_a_plan_that_ends(self) -> None:
        manager = make.make_staff("Property Manager", community=self.community)
        told: list[Any] = []
        before = tasks.tell_many
        tasks.tell_many = told.extend
        try:
            for days in (14, 13, 3, 2):
                self.plan(plan_name=f"Ends in {days}", to_date=patrol.day_after(self.community.name, days))
            tasks.tell_of_ends()
        finally:
            tasks.tell_many = before
        ours = [notice["subject"][1] for notice in told if manager in notice["users"]]
        self.assertEqual(sorted(ours), ["Ends in 14", "Ends in 3"])

    def test_lists_have_their_index(self) -> None:
        """Rounds of other people, planned for the same days, so that the database has a choice."""
        for number in range(60):
            patrol.make_round(self.route, self.mate if number % 30 else self.patroller, site_now())
        frappe.db.sql("analyze table `tabPatrol Task`, `tabPatrol Record`")
        with statements() as queries:
            rounds.my_rounds(self.patroller)
            closing.close_out(site_now() - timedelta(days=1))
            tasks.settle_substitutes()
        asked = [pair for pair in queries if pair[0].lower().startswith("select") and "`tabPatrol" in pair[0]]
        self.assertGreaterEqual(len(asked), 4)
        for query, values in asked:
            for table, way in plan_of(query, values):
                if table in ("tabPatrol Task", "tabPatrol Record"):
                    with self.subTest(query[:200]):
                        self.assertIn(way, ("const", "ref", "range", "eq_ref", "ref_or_null", "index_merge"))

    def test_records_and_rounds_are_written_by_the_rules_only(self) -> None:
        name = patrol.make_round(self.route, self.patroller)
        doc = frappe.get_doc(tasks.TASK, name)
        doc.status = tasks.COMPLETED
        for act in (doc.save, doc.delete):
            with self.assertRaises(frappe.PermissionError):
                act()

    def test_the_form_shows_the_next_rounds(self) -> None:
        plan = frappe.get_doc(PLAN, self.plan(times=("08:00", "23:59")).name)
        plan.onload()
        shown = plan.get_onload("next_rounds")
        self.assertEqual((len(shown), shown), (6, sorted(shown)))
