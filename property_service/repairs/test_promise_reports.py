"""Promises kept and dispatch accuracy, each figure computed by hand beside its rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import frappe

from property_service.front_desk import complaint_promises
from property_service.front_desk.report.complaint_causes import complaint_causes
from property_service.property_service.errors import InputRefused
from property_service.repairs.report.dispatch_accuracy import dispatch_accuracy
from property_service.repairs.report.service_promise_kept import service_promise_kept as report
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries, plan_of

MARCH, APRIL = datetime(2026, 3, 10, 10), datetime(2026, 4, 10, 10)
SPAN = {"from_date": "2026-03-01", "to_date": "2026-04-30"}
HOUR = timedelta(hours=1)


def stored(doctype: str, **values: Any) -> str:
    """A row as it would stand in the database."""
    doc = frappe.get_doc({"doctype": doctype, "name": make.unique("X"), **values})
    doc.flags.name_set = True
    doc.db_insert()
    return doc.name


class TestPromiseReports(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.home = make.make_community()
        cls.handler, cls.manager = (make.make_staff("Property Manager", community=cls.home) for _ in range(2))
        cls.far = make.make_staff("Property Manager", community=make.make_community())
        cls.fill_repairs()
        cls.fill_complaints()

    @classmethod
    def repair(cls, at: datetime, team: str = "Pipes", category: str = "Leak", **values: Any) -> str:
        times = {"reported_at": at, "respond_by": at + HOUR, "finish_by": at + 8 * HOUR}
        return stored(
            "Repair Request",
            community=cls.home.name,
            team=team,
            category=category,
            **{"stage": "Done", **times, **values},
        )

    @classmethod
    def fill_repairs(cls) -> None:
        """March: 5 reported. Arrived: 3 in time, 1 late, 1 still to come though its time is over. Finished: 3 in time, 1 late, 1 overdue;
        and one without any promise. April: one solved on the phone. One void."""
        done = {"arrived_at": MARCH, "finished_at": MARCH + HOUR}
        for _ in range(2):
            cls.repair(MARCH, **done)
        cls.repair(MARCH, team="Lamps", category="Lamp", arrived_at=MARCH, finished_at=MARCH + 9 * HOUR, finish_late=1)
        cls.repair(MARCH, arrived_at=MARCH + 2 * HOUR, finished_at=MARCH + 3 * HOUR, response_late=1)
        cls.repair(MARCH, stage="Working")
        cls.repair(MARCH, respond_by=None, finish_by=None, stage="Open")
        cls.repair(APRIL, finished_at=APRIL + HOUR)
        cls.repair(MARCH, stage="Void", response_late=1, finish_late=1)
        cls.moved(cls.repair(MARCH, respond_by=None, finish_by=None, dispatched_at=MARCH), "Wrongly Dispatched", 2)
        cls.moved(cls.repair(MARCH, respond_by=None, finish_by=None, dispatched_at=MARCH), "Off Duty")
        for _ in range(2):
            cls.repair(MARCH, respond_by=None, finish_by=None, dispatched_at=MARCH)
        back = cls.repair(MARCH, category="Lamp", respond_by=None, finish_by=None, dispatched_at=MARCH)
        cls.moved(back, "Wrongly Dispatched", step="Handed Back")
        cls.moved(cls.repair(APRIL, respond_by=None, finish_by=None, dispatched_at=APRIL), "Wrongly Dispatched")
        cls.moved(
            cls.repair(APRIL, respond_by=None, finish_by=None, dispatched_at=APRIL, stage="Void"), "Wrongly Dispatched"
        )

    @classmethod
    def moved(cls, repair: str, reason: str, times: int = 1, step: str = "Transferred") -> None:
        for _ in range(times):
            stored(
                "Repair Step",
                repair_request=repair,
                step=step,
                reason=reason,
                happened_at=APRIL,
                community=cls.home.name,
            )

    @classmethod
    def fill_complaints(cls) -> None:
        """March: 4. Answered: 2 in time, 1 late, 1 never. Solved: 1 in time, 1 late, 2 whose time is over. A withdrawn one, a praise."""

        def complaint(**values: Any) -> None:
            times = {"received_at": MARCH, "first_answer_due": MARCH + 2 * HOUR, "solve_due": MARCH + 72 * HOUR}
            usual = {"kind": "Complaint", "stage": "Done", "category": "Noise", "assigned_to": cls.handler}
            usual["status"] = "Withdrawn" if values.get("stage") == "Void" else "Closed"
            stored("Resident Complaint", community=cls.home.name, **{**usual, **times, **values})

        complaint(first_answered_at=MARCH + HOUR, resolved_at=MARCH + 10 * HOUR)
        complaint(first_answered_at=MARCH + HOUR, resolved_at=MARCH + 99 * HOUR, solved_late=1)
        complaint(first_answered_at=MARCH + 3 * HOUR, first_answer_late=1, stage="Working", category="Lift")
        complaint(first_answer_late=1, solved_late=1, stage="Open", assigned_to=None)
        complaint(stage="Void")
        complaint(kind="Praise", first_answered_at=MARCH, solve_due=None)

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def rows(self, **filters: Any) -> list[dict]:
        return report.execute({"community": self.home.name, **SPAN, **filters})[1]

    def figures(self, row: dict) -> tuple:
        return tuple(row[name] for name in (*report.COUNTS, "answer_rate", "solve_rate"))

    def test_repairs_by_month(self) -> None:
        april, march, total = self.rows(kind="Repairs")
        self.assertEqual((march["group_name"], april["group_name"]), ("2026-03", "2026-04"))
        self.assertEqual(self.figures(march), (11, 5, 3, 5, 3, 60.0, 60.0))
        self.assertEqual(self.figures(april), (2, 1, 1, 1, 1, 100.0, 100.0))
        self.assertEqual(self.figures(total), (13, 6, 4, 6, 4, 66.67, 66.67))

    def test_complaints_by_month_and_person(self) -> None:
        march, total = self.rows(kind="Complaints")
        self.assertEqual(self.figures(march), (4, 4, 2, 4, 1, 50.0, 25.0))
        self.assertEqual(self.figures(total), self.figures(march))
        by_person = {row["group_key"]: row["number"] for row in self.rows(kind="Complaints", group_by="Team")[:-1]}
        self.assertEqual(by_person, {self.handler: 3, "": 1})

    def test_by_category_and_team(self) -> None:
        rows = self.rows(group_by="Category")
        self.assertEqual(
            {(row["kind"], row["group_key"]): row["number"] for row in rows if not row.get("is_total")},
            {("Repairs", "Leak"): 11, ("Repairs", "Lamp"): 2, ("Complaints", "Noise"): 3, ("Complaints", "Lift"): 1},
        )
        lamps = next(row for row in self.rows(kind="Repairs", group_by="Team") if row.get("group_key") == "Lamps")
        self.assertEqual(self.figures(lamps), (1, 1, 1, 1, 0, 100.0, 0.0))
        self.assertEqual([row["is_total"] for row in rows[-2:]], [1, 1])

    def test_what_is_not_due_yet_lowers_no_rate(self) -> None:
        # Before any deadline of March: only what was done already counts.
        with (
            patch.object(report, "site_now", lambda: MARCH),
            patch.object(complaint_promises, "site_now", lambda: MARCH),
        ):
            *_rows, repairs, complaints = self.rows(to_date="2026-03-31")
        self.assertEqual(self.figures(repairs)[1:5], (4, 3, 4, 3))
        self.assertEqual(self.figures(complaints)[1:5], (3, 2, 2, 1))

    def test_causes_are_judged_as_the_promises_are(self) -> None:
        def told(**filters: Any) -> tuple:
            found = complaint_causes.execute({"community": self.home.name, **SPAN, **filters})
            row = found[1][-1]
            names = ("complaints", "solved_late", "solve_judged", "solve_in_time", "in_time_rate")
            return (*(row[name] for name in names), found[4][2]["value"])

        self.assertEqual(told(), (4, 2, 4, 1, 25.0, "25.00 % (1 of 4)"))
        self.assertEqual(told(kind="Praise"), (1, 0, 0, 0, None, "0 of 0"))
        # Before any deadline only what is solved is judged: nobody has kept a promise that still runs.
        with patch.object(complaint_causes, "site_now", lambda: MARCH):
            self.assertEqual(told()[2:4], (2, 1))

    def test_causes_are_told_in_the_readers_language(self) -> None:
        with patch.object(complaint_causes, "_", lambda text, context=None: f"中{text}"):
            columns, rows, _message, chart, _summary = complaint_causes.execute({"community": self.home.name, **SPAN})
        self.assertEqual(columns[0]["fieldname"], "group_name")
        self.assertEqual([row["group_name"] for row in rows], ["中Noise", "中Lift", "中Total"])
        self.assertEqual([row["group"] for row in rows[:-1]], ["Noise", "Lift"], "by which the list is filtered")
        self.assertEqual(chart["data"]["labels"], ["中Noise", "中Lift"])

    def test_numerators_and_denominators_are_printed(self) -> None:
        cards = report.execute({"community": self.home.name, **SPAN})[4]
        self.assertEqual(
            [card["value"] for card in cards],
            ["66.67 % (4 of 6)", "66.67 % (4 of 6)", "50.00 % (2 of 4)", "25.00 % (1 of 4)"],
        )

    def test_dispatch_accuracy(self) -> None:
        april, march, total = dispatch_accuracy.execute({"community": self.home.name, **SPAN})[1]
        found = [
            tuple(row[name] for name in ("dispatched", "moved", "wrong", "wrong_rate", "accuracy"))
            for row in (march, april, total)
        ]
        self.assertEqual(found, [(5, 3, 2, 40.0, 60.0), (1, 1, 1, 100.0, 0.0), (6, 4, 3, 50.0, 50.0)])
        rows = dispatch_accuracy.execute({"community": self.home.name, **SPAN, "group_by": "Community"})
        self.assertEqual(rows[1][0]["group_name"], self.home.community_name)
        self.assertEqual(rows[4][0]["value"], "50.00 % (3 of 6)")

    def test_what_was_handed_back_in_the_month_before_counts_whatever_the_span(self) -> None:
        there = make.make_community().name
        again = stored("Repair Request", community=there, category="Leak", stage="Done", dispatched_at=APRIL)
        step = {"step": "Handed Back", "reason": "Wrongly Dispatched", "happened_at": MARCH}
        stored("Repair Step", repair_request=again, community=there, **step)
        for first in ("2026-03-01", "2026-04-01"):
            filters = {"community": there, "from_date": first, "to_date": "2026-04-30"}
            rows = dispatch_accuracy.execute(filters)[1]
            self.assertEqual([(row["dispatched"], row["wrong"]) for row in rows], [(1, 1), (1, 1)], first)

    def test_only_the_users_own_communities(self) -> None:
        for one in (report, dispatch_accuracy):
            with as_user(self.manager):
                self.assertTrue(one.execute(dict(SPAN))[1])
            with as_user(self.far):
                self.assertEqual(one.execute(dict(SPAN))[1], [])
                self.assertEqual(one.execute({**SPAN, "community": self.home.name})[1], [])

    def test_bad_filters(self) -> None:
        for wrong in (
            {"from_date": "2026-05-01"},
            {"from_date": "2016-01-01"},
            {"group_by": "Colour"},
            {"kind": "All fine"},
        ):
            with self.subTest(**wrong), self.assertRaises(InputRefused):
                self.rows(**wrong)
        with self.assertRaises(InputRefused):
            dispatch_accuracy.execute({**SPAN, "group_by": "Colour"})

    def test_queries_and_indexes(self) -> None:
        self.rows()
        with count_queries() as queries:
            self.rows()
        self.assertEqual(len(queries), 2, queries)
        table, way = plan_of("select name from `tabRepair Step` where repair_request = 'x' and step = 'Transferred'")[0]
        self.assertIn(way, ("const", "ref", "range"), table)
