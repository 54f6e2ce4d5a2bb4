"""Promises to call back: kept, broken, put off, handed over; the sweep; who may; the report."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from unittest.mock import patch

import frappe
from frappe.utils import get_datetime, getdate

from property_service.front_desk import callback_promises as promises
from property_service.front_desk import counter_api, picture, promise_sweep
from property_service.front_desk.callback_promises import PROMISE, PromiseOrder
from property_service.front_desk.report.callback_promises_kept import callback_promises_kept as report
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of, from_local, site_now
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries, plan_of

DESK, MANAGER, TECHNICIAN, LEADER = (
    "Property Front Desk",
    "Property Manager",
    "Property Technician",
    "Property Team Leader",
)
REFUSED = (frappe.PermissionError, frappe.ValidationError, RuleError)


class TestCallbackPromises(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.unit = make.make_unit()
        cls.home = frappe.get_doc("Community", cls.unit.community)
        cls.owner = make.make_resident(cls.unit)
        cls.desk, cls.other = (make.make_staff(DESK, community=cls.home) for _ in range(2))
        cls.technician, cls.mate = (make.make_staff(TECHNICIAN, community=cls.home) for _ in range(2))
        cls.manager = make.make_staff(MANAGER, community=cls.home)
        cls.leader = make.make_staff(LEADER, community=cls.home)
        make.make_team(cls.home, [cls.technician], leader=cls.leader)
        cls.now = site_now()

    def promised(self, minutes: int = 60, at: datetime | None = None, **values: Any) -> Any:
        """A promise made at a time, due so many minutes later."""
        at = at or self.now
        with as_of(at):
            order = {"about": "Who comes when", "due_at": at + timedelta(minutes=minutes), "unit": self.unit.name}
            return promises.promise(PromiseOrder(**{**order, "resident": self.owner.name, **values}), self.desk)

    def test_the_usual_time_is_working_minutes_of_the_community(self) -> None:
        # Open 8:30 to 12:00 and 14:00 to 18:00: two working hours from 11:00 end at 15:00.
        at = from_local(self.home.name, datetime.combine(getdate(self.now) + timedelta(days=1), datetime.min.time()))
        with as_of(at + timedelta(hours=11)):
            doc = promises.promise(PromiseOrder("Later", unit=self.unit.name), self.desk)
        self.assertEqual(get_datetime(doc.due_at), at + timedelta(hours=15))
        self.assertEqual((doc.community, doc.responsible, doc.promised_by), (self.home.name, self.desk, self.desk))

    def test_kept_in_time_broken_after_and_answered_once(self) -> None:
        doc = self.promised()
        self.assertEqual((doc.contact_name, doc.contact_phone), (self.owner.resident_name, self.owner.primary_phone))
        with as_of(self.now + timedelta(minutes=20)):
            tried = promises.attempt(doc.name, self.desk, "Phone", "Engaged")
            self.assertEqual((tried.status, tried.attempt_count, tried.attempts[0].reached), ("Open", 1, 0))
        with as_of(self.now + timedelta(minutes=60)):
            kept = promises.keep(doc.name, self.other, "Tomorrow at nine")
        self.assertEqual((kept.status, kept.answered_by, kept.attempt_count), ("Kept", self.other, 2))
        for act in (
            lambda: promises.keep(doc.name, self.desk, "Again"),
            lambda: promises.attempt(doc.name, self.desk, "Phone"),
            lambda: promises.hand_over(doc.name, self.other, self.desk),
            lambda: promises.put_off(doc.name, self.now + timedelta(days=1), "Busy", self.desk),
            lambda: promises.cancel(doc.name, "No need", self.desk),
        ):
            self.assertRaises(RuleError, act)
        late = self.promised()
        with as_of(self.now + timedelta(minutes=61)):
            answered = promises.keep(late.name, self.desk, "Sorry, late")
        self.assertEqual((answered.status, bool(answered.answered_at)), ("Broken", True))
        self.assertRaises(RuleError, promises.keep, self.promised().name, self.desk, "  ")

    def test_a_time_that_is_past_is_refused(self) -> None:
        for minutes, words in ((0, "past"), (-5, "past"), (60 * 24 * 400, "year")):
            with self.subTest(minutes), self.assertRaisesRegex(InputRefused, words):
                self.promised(minutes)
        doc = self.promised()
        with as_of(self.now + timedelta(minutes=5)):
            self.assertRaises(RuleError, promises.put_off, doc.name, self.now, "Busy", self.desk)

    def test_put_off_keeps_the_first_time_and_hand_over_the_due_time(self) -> None:
        doc = self.promised()
        later = self.now + timedelta(minutes=300)
        with as_of(self.now + timedelta(minutes=5)):
            moved = promises.put_off(doc.name, later, "In a meeting", self.desk)
            self.assertEqual((get_datetime(moved.due_at), moved.put_off_count), (later, 1))
            self.assertEqual(get_datetime(moved.original_due_at), self.now + timedelta(minutes=60))
            given = promises.hand_over(doc.name, self.other, self.desk)
            self.assertEqual((given.responsible, get_datetime(given.due_at)), (self.other, later))
            resident = make.make_portal_user(self.owner)
            for to in (make.make_staff(DESK, community=make.make_community()), resident, "Guest", self.other):
                self.assertRaises(RuleError, promises.hand_over, doc.name, to, self.desk)
        with as_of(self.now + timedelta(minutes=200)):
            self.assertEqual(promises.keep(doc.name, self.other, "Done").status, "Kept")
        over = self.promised()
        with as_of(self.now + timedelta(minutes=90)):
            # A broken promise is not made good by another time.
            self.assertRaises(RuleError, promises.put_off, over.name, later, "Busy", self.desk)
            self.assertRaises(RuleError, promises.cancel, over.name, "No need", self.desk)
            self.assertEqual(promises.hand_over(over.name, self.other, self.desk).responsible, self.other)

    def swept(self, minutes: int) -> list[dict]:
        told: list[dict] = []
        with as_of(self.now + timedelta(minutes=minutes)), patch.object(promise_sweep, "tell_many", told.extend):
            promise_sweep.sweep()
        return told

    def test_the_sweep_warns_breaks_and_tells_once(self) -> None:
        mine = self.promised(responsible=self.technician)
        desks = self.promised()
        kept = self.promised()
        with as_of(self.now + timedelta(minutes=1)):
            promises.keep(kept.name, self.desk, "Done")

        managers = {self.manager} | make.managers_of_everything()

        def of(told: list[dict], name: str) -> list[list[str]]:
            return [notice["users"] for notice in told if notice["name"] == name]

        self.assertEqual(of(self.swept(44), mine.name), [])
        told = self.swept(46)
        self.assertEqual((of(told, mine.name), of(told, desks.name)), ([[self.technician]], [[self.desk]]))
        self.assertEqual(of(self.swept(50), mine.name), [])
        told = self.swept(61)
        self.assertEqual(of(told, mine.name), [sorted([self.technician, self.leader])])
        self.assertEqual(of(told, desks.name), [sorted([self.desk, *managers])])
        self.assertEqual(of(told, kept.name), [])
        self.assertEqual(of(self.swept(120), mine.name), [])
        broken = frappe.get_doc(PROMISE, mine.name)
        self.assertEqual((broken.status, broken.answered_at), ("Broken", None))
        with as_of(self.now + timedelta(minutes=90)):
            self.assertEqual(promises.keep(mine.name, self.technician, "Late").status, "Broken")

    def test_the_night_shift_sees_what_is_due_after_midnight(self) -> None:
        evening = datetime.combine(self.now.date() + timedelta(days=1), time(23, 30))
        soon, later = (self.promised(minutes, at=evening, about=f"Due {minutes}") for minutes in (50, 600))
        with as_of(evening):
            part = picture.promises_today((self.home.name,), self.desk)
            names = [one["name"] for one in part["rows"]]
        self.assertIn(soon.name, names)
        self.assertNotIn(later.name, names)

    def test_the_sweep_reads_by_an_index_in_few_queries(self) -> None:
        self.promised()
        self.swept(120)  # caches are warm
        for number in range(12):
            self.promised(minutes=30 + number)
        with count_queries() as queries:
            self.swept(120)
        self.assertLessEqual(len(queries), 5, queries)
        names = [f"CP-X-{number}" for number in range(3000)]
        frappe.db.bulk_insert(
            PROMISE,
            ["name", "community", "status", "due_at", "responsible"],
            [(name, "X", "Kept", self.now, "x") for name in names],
        )
        for where in (
            "status = 'Open' and due_at <= now()",
            f"community = '{self.home.name}' and due_at >= now() and due_at < now() + interval 7 day",
            "responsible = 'y' and status = 'Open'",
        ):
            _table, way = plan_of(f"select name from `tabCallback Promise` where {where}")[0]
            self.assertIn(way, ("ref", "range"), where)

    def test_who_may_do_what(self) -> None:
        mine = self.promised(responsible=self.technician)
        desks = self.promised()
        with as_user(self.technician):
            self.assertEqual(counter_api.promise_facts(mine.name)["acts"], ["keep", "attempt", "put_off"])
            self.assertEqual(frappe.get_list(PROMISE, pluck="name"), [mine.name])
            self.assertRaises(frappe.PermissionError, counter_api.keep_promise, desks.name, "Done")
            self.assertRaises(frappe.PermissionError, counter_api.hand_over_promise, mine.name, self.mate)
            self.assertRaises(frappe.PermissionError, counter_api.promise_call, "x", unit=self.unit.name)
            self.assertEqual(counter_api.keep_promise(mine.name, "Done")["status"], "Kept")
            self.assertRaises(NotAllowedNow, counter_api.keep_promise, mine.name, "Again")
        stranger = make.make_staff(MANAGER, community=make.make_community())
        for user in (self.mate, stranger, make.make_portal_user(self.owner), make.make_staff("Property Gate Guard")):
            with self.subTest(user), as_user(user):
                for act in (
                    lambda: counter_api.keep_promise(desks.name, "Done"),
                    lambda: counter_api.cancel_promise(desks.name, "No need"),
                    lambda: counter_api.put_off_promise(desks.name, self.now + timedelta(days=1), "Busy"),
                    lambda: counter_api.promise_facts(desks.name),
                ):
                    self.assertRaises(frappe.PermissionError, act)
        with as_user(self.leader):
            self.assertEqual(counter_api.hand_over_promise(desks.name, self.other)["responsible"], self.other)

    def test_nothing_is_written_past_the_acts(self) -> None:
        doc = self.promised()
        for field, value in (
            ("status", "Kept"),
            ("due_at", str(self.now + timedelta(days=2))),
            ("responsible", self.other),
            ("answered_at", str(self.now)),
            ("answer", "Done"),
            ("original_due_at", str(self.now)),
            ("alert_level", 2),
            ("attempts", [{"attempted_at": str(self.now), "reached": 1}]),
        ):
            with self.subTest(field), as_user(self.manager):
                edited = frappe.get_doc(PROMISE, doc.name)
                edited.set(field, value)
                self.assertRaises(REFUSED, edited.save)
                if field not in ("due_at", "responsible"):
                    new = {"doctype": PROMISE, "about": "x", "unit": self.unit.name, field: value}
                    self.assertRaises(REFUSED, frappe.get_doc(new).insert)
        with as_user(self.desk):
            edited = frappe.get_doc(PROMISE, doc.name)
            edited.about = "Who comes, and when"
            edited.save()
            by_hand = frappe.get_doc({"doctype": PROMISE, "about": "By hand", "unit": self.unit.name}).insert()
            self.assertEqual((by_hand.status, by_hand.responsible), ("Open", self.desk))
            self.assertGreater(get_datetime(by_hand.due_at), self.now)
            self.assertRaises(REFUSED, edited.delete)

    def test_about_a_document_and_sent_twice(self) -> None:
        request = make.make_repair(self.unit, self.owner)
        about = {"reference_doctype": "Repair Request", "reference_name": request.name, "client_key": "one"}
        with as_user(self.desk):
            made = counter_api.promise_call("Tell the price", **about)
            self.assertEqual(counter_api.promise_call("Tell the price", **about)["name"], made["name"])
        doc = frappe.get_doc(PROMISE, made["name"])
        self.assertEqual((doc.unit, doc.resident, doc.reference_name), (self.unit.name, self.owner.name, request.name))
        with as_user(make.make_staff(DESK, community=make.make_community())):
            self.assertRaises(REFUSED, counter_api.promise_call, "Tell the price", **about)

    def test_the_rate_by_person_and_week(self) -> None:
        monday = getdate(self.now) - timedelta(days=getdate(self.now).weekday() + 14)
        at = datetime.combine(monday, datetime.min.time()) + timedelta(hours=10)
        for late in (0, 0, 0, 90):
            doc = self.promised(at=at)
            with as_of(at + timedelta(minutes=late or 30)):
                promises.keep(doc.name, self.desk, "Done")
        moved = self.promised(at=at)
        with as_of(at + timedelta(minutes=10)):
            promises.put_off(moved.name, at + timedelta(days=7), "Travelling", self.desk)
        with as_of(at + timedelta(days=6)):
            promises.keep(moved.name, self.desk, "Done")
        gone = self.promised(at=at)
        with as_of(at + timedelta(minutes=10)):
            promises.cancel(gone.name, "Solved by himself", self.desk)
        self.promised(at=at, responsible=self.other)
        rate = promises.kept_rate([self.home.name], monday, monday + timedelta(days=6))
        self.assertEqual((rate.numerator, rate.denominator), (3, 5))
        filters = {"community": self.home.name, "from_date": monday, "to_date": monday + timedelta(days=13)}
        with as_user(self.desk):
            rows = report.execute(filters)[1]
        found = {(row["week"], row["person"]): row for row in rows}
        first = found[(str(monday), self.desk)]
        keys = ("due", "kept", "broken", "answered_late", "put_off", "cancelled")
        self.assertEqual([first[key] for key in keys], [4, 3, 1, 1, 0, 1])
        self.assertEqual(first["kept_rate"], 75.0)
        self.assertEqual(found[(str(monday), self.other)]["broken"], 1)
        second = found[(str(monday + timedelta(days=7)), self.desk)]
        self.assertEqual([second[key] for key in keys], [1, 1, 0, 0, 1, 0])
        self.assertEqual((rows[-1]["due"], rows[-1]["kept"], rows[-1]["kept_rate"]), (6, 4, 66.67))
        with as_user(make.make_staff(MANAGER, community=make.make_community())):
            self.assertEqual(report.execute(filters)[1], [])
        with as_user(self.technician):
            self.assertRaises(frappe.PermissionError, report.execute, filters)
