"""A point is recorded once, by whom it belongs to, where it hangs; answers make findings; the phone's clock is judged."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import frappe
from PIL import Image

from property_service.patrol import closing, labels, records, rounds, tasks
from property_service.patrol.point_results import Position
from property_service.patrol.records import Found
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.photos import MAX_BYTES
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of, site_now, to_aware
from property_service.tests import factories as make
from property_service.tests import patrol_factories as patrol
from property_service.tests.utils import PropertyServiceTestCase, count_queries

FINDING = "Inspection Finding"


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(target, "PNG")
    return target.getvalue()


def kept(name: str, *fields: str) -> Any:
    return frappe.db.get_value(tasks.RECORD, name, list(fields), as_dict=True)


class TestRecords(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.community = make.make_community()
        cls.patroller = patrol.make_patroller(cls.community)
        cls.mate = patrol.make_patroller(cls.community)
        cls.checklist = patrol.make_checklist()
        cls.points = [
            patrol.make_checkpoint(cls.community.name, latitude=22.54 + number * 0.004, longitude=114.05)
            for number in range(3)
        ]
        cls.pumps = patrol.make_checkpoint(cls.community.name, checklist=cls.checklist.name, place="Basement")
        cls.route = patrol.make_route(cls.community.name, [*cls.points, cls.pumps])
        cls.valve, cls.pressure = (row.name for row in cls.checklist.items)

    def round(self, **values: Any) -> str:
        return patrol.make_round(self.route, self.patroller, **values)

    def record(self, task: str, point: int | str = 0, **values: Any) -> dict[str, Any]:
        checkpoint = self.points[point].name if isinstance(point, int) else point
        return records.record(patrol.make_order(task, checkpoint, **values), self.patroller)

    def refused(self, said: str, task: str, point: int | str = 0, error: Any = None, **values: Any) -> None:
        with self.assertRaises(error or (InputRefused, NotAllowedNow, RuleError)) as refusal:
            self.record(task, point, **values)
        self.assertIn(said, str(refusal.exception))

    def pump_order(self, valve: str = "Open", pressure: str = "0.5") -> dict[str, Any]:
        return {self.valve: valve, self.pressure: pressure}

    def test_a_point_is_recorded_and_the_round_counted(self) -> None:
        task = self.round()
        answer = self.record(task, note="All quiet", position=Position(22.54, 114.05, 12))
        self.assertEqual((answer["result"], answer["status"], answer["points_done"]), ("On Time", "In Progress", 1))
        found = kept(answer["name"], "patroller", "by_code", "latitude", "accuracy", "note", "community", "point_no")
        self.assertEqual(
            tuple(found.values()), (self.patroller, "Typed", 22.54, 12, "All quiet", self.community.name, 1)
        )

    def test_a_round_ends_with_its_last_point(self) -> None:
        route = patrol.make_route(self.community.name, 2)
        task = patrol.make_round(route, self.patroller)
        start = to_aware(site_now()) - timedelta(minutes=20)
        for number, row in enumerate(route.points):
            answer = self.record(task, row.checkpoint, device_time=start + timedelta(minutes=10 * number))
        fields = [
            "status",
            "points_done",
            "early_count",
            "on_time_count",
            "missed_count",
            "is_too_fast",
            "began_at",
            "finished_at",
        ]
        found = frappe.db.get_value(tasks.TASK, task, fields, as_dict=True)
        self.assertEqual(answer["status"], "Completed")
        self.assertEqual(tuple(found.values())[:6], ("Completed", 2, 1, 1, 0, 0))
        self.assertEqual(found.finished_at - found.began_at, timedelta(minutes=10))

    def test_the_same_key_records_once(self) -> None:
        task = self.round()
        order = patrol.make_order(task, self.points[0].name, found=Found(title="Wet floor"))
        first, again = records.record(order, self.patroller), records.record(order, self.patroller)
        self.assertEqual(first, again)
        self.assertEqual(frappe.db.count(tasks.RECORD, {"task": task}), 1)
        self.assertEqual(frappe.db.count(FINDING, {"client_key": order.client_key}), 1)
        self.refused("sent already", self.round(), client_key=order.client_key)
        self.refused("no key", task, 1, client_key="1")
        self.refused("recorded already", task)

    def test_only_whose_round_it_is(self) -> None:
        task = self.round()
        with self.assertRaises(NotAllowedNow):
            records.record(patrol.make_order(task, self.points[0].name), self.mate)
        rounds.reassign(task, self.mate, "A swap")
        self.refused("Ask your team leader", task)
        records.record(patrol.make_order(task, self.points[0].name), self.mate)
        cancelled = self.round(status="Cancelled")
        self.refused("cancelled", cancelled)
        self.refused("not there any more", "no such round")

    def test_proof_of_place(self) -> None:
        task = self.round()
        here, there = labels.make_labels([self.points[0].name, self.points[1].name])
        code = there["code"]
        self.refused("not the code", task, typed_code=code)
        self.refused("not the code", task, typed_code="")
        self.refused("not on your round", task, patrol.make_checkpoint(self.community.name).name)
        tokens = {}
        with patch_tokens(tokens):
            labels.make_labels([self.points[0].name, self.points[1].name])
        mine, theirs = (tokens[point.name] for point in self.points[:2])
        for token in (theirs, "A" * 22, "x"):
            self.refused("not that of", task, token=token)
        with patch_tokens({}):
            fresh = labels.make_labels([self.points[0].name])[0]
        self.refused("not that of", task, token=mine)
        self.refused("not the code", task, typed_code=here["code"])
        self.assertEqual(kept(self.record(task, typed_code=fresh["code"].lower())["name"], "by_code").by_code, "Typed")
        self.assertEqual(kept(self.record(task, 1, token=theirs, typed_code="")["name"], "by_code").by_code, "Scanned")

    def test_another_kind_of_code_is_no_proof(self) -> None:
        from property_service.property_service import access_codes

        token = access_codes.issue("Other", labels.CHECKPOINT, self.points[0].name, self.community.name)
        self.refused("not that of", self.round(), token=token)

    def test_the_time_of_the_phone(self) -> None:
        task = self.round(starts_at=site_now() - timedelta(minutes=60))
        now = to_aware(site_now())
        self.refused("minutes ahead", task, device_time=now + timedelta(minutes=45), device_now=None)
        self.refused("3 days", task, device_time=now - timedelta(days=4))
        offline = self.record(task, 0, device_time=now - timedelta(minutes=50))
        self.assertEqual(offline["result"], "On Time")
        wrong = self.record(task, 1, device_time=now + timedelta(minutes=190), device_now=now + timedelta(minutes=200))
        found = kept(wrong["name"], "recorded_at", "clock_off", "result", "device_time")
        self.assertEqual((found.clock_off, found.result), (200, "Late"))
        self.assertAlmostEqual((site_now() - found.recorded_at).total_seconds(), 600, delta=5)
        self.assertAlmostEqual((found.device_time - site_now()).total_seconds(), 190 * 60, delta=5)

    def test_too_late_and_much_too_early(self) -> None:
        self.refused("was over", self.round(starts_at=site_now() - timedelta(minutes=121)))
        self.refused("begins at", self.round(starts_at=site_now() + timedelta(hours=5)))
        early = self.record(self.round(starts_at=site_now() + timedelta(minutes=30)))
        self.assertEqual(early["result"], "Early")

    def test_what_comes_after_the_end_takes_the_place_of_missed(self) -> None:
        task = self.round(starts_at=site_now() - timedelta(minutes=150))
        closing.close_out()
        self.assertEqual(frappe.db.get_value(tasks.TASK, task, "status"), "Missed")
        answer = self.record(task, device_time=to_aware(site_now()) - timedelta(minutes=140))
        self.assertEqual((answer["result"], answer["status"]), ("On Time", "Incomplete"))
        found = frappe.db.get_value(tasks.TASK, task, ["points_done", "missed_count", "points_total"])
        self.assertEqual(found, (1, 3, 4))

    def test_the_order_counts_where_it_counts(self) -> None:
        route = patrol.make_route(self.community.name, self.points, order_counts=1)
        task = patrol.make_round(route, self.patroller)
        self.refused("record point 1 first, then point 3", task, 2)
        for number in range(3):
            self.record(task, number)

    def test_an_impossible_pace_is_marked(self) -> None:
        task = self.round()
        now = to_aware(site_now())
        slow = self.record(task, 0, device_time=now - timedelta(minutes=10))
        good = self.record(task, 1, device_time=now - timedelta(minutes=5))
        fast = self.record(task, 2, device_time=now - timedelta(minutes=4, seconds=30))
        self.assertEqual([each["is_too_fast"] for each in (slow, good, fast)], [0, 0, 1])
        self.assertEqual(frappe.db.get_value(tasks.TASK, task, "is_too_fast"), 1)

    def test_normal_answers_make_no_finding(self) -> None:
        answer = self.record(self.round(), self.pumps.name, answers=self.pump_order())
        self.assertIsNone(answer["finding"])
        rows = frappe.get_all(
            "Patrol Answer",
            {"parent": answer["name"]},
            ["question", "answer", "measure", "is_abnormal"],
            order_by="idx asc",
        )
        self.assertEqual(
            [tuple(row.values()) for row in rows], [("Valve", "Open", "", 0), ("Pressure", "0.5", "MPa", 0)]
        )

    def test_what_is_not_normal_makes_a_finding(self) -> None:
        task = self.round()
        answer = self.record(task, self.pumps.name, answers=self.pump_order(pressure="0.2"), photo=picture())
        found = frappe.get_doc(FINDING, answer["finding"])
        self.assertEqual((found.title, found.severity, found.status), ("Pressure: 0.2 MPa", "Normal", "Open"))
        self.assertEqual(
            (found.checkpoint, found.source, found.reference_name), (self.pumps.name, "Patrol", answer["name"])
        )
        self.assertEqual((found.found_by, found.place), (self.patroller, "Basement"))
        self.assertTrue(found.photo.startswith("/private/files/"))
        self.assertEqual(kept(answer["name"], "photo", "is_abnormal"), {"photo": found.photo, "is_abnormal": 1})
        self.assertEqual(frappe.db.get_value(tasks.TASK, task, "finding_count"), 1)

    def test_found_and_put_right_at_once(self) -> None:
        found = Found("Valve was shut", "Serious", "Nobody knows why", "Opened it", picture())
        answer = self.record(self.round(), self.pumps.name, answers=self.pump_order("Closed"), found=found)
        doc = frappe.get_doc(FINDING, answer["finding"])
        self.assertEqual(
            (doc.title, doc.severity, doc.status, doc.fixed_on_spot), ("Valve was shut", "Serious", "Fixed", 1)
        )
        self.assertIn("Valve: Closed", doc.description)
        self.assertTrue(doc.fix_photo)

    def test_answers_are_judged_on_the_server(self) -> None:
        task = self.round()
        for answers, said in (
            ({}, "Please answer: Valve"),
            (self.pump_order(pressure="1e15"), "cannot be right"),
            (self.pump_order(pressure="much"), "enter a number"),
            (self.pump_order("Ajar"), "not among"),
        ):
            self.refused(said, task, self.pumps.name, answers=answers)
        self.assertEqual(frappe.db.count(tasks.RECORD, {"task": task}), 0)

    def test_a_checklist_changed_after_the_round_asks_nothing_new(self) -> None:
        checklist = patrol.make_checklist()
        point = patrol.make_checkpoint(self.community.name, checklist=checklist.name)
        task = patrol.make_round(patrol.make_route(self.community.name, [point]), self.patroller)
        before = to_aware(site_now()) - timedelta(minutes=10)
        self.refused("Please answer", task, point.name)
        self.assertEqual(self.record(task, point.name, device_time=before)["status"], "Completed")

    def test_photos_where_they_are_wanted(self) -> None:
        asked = [
            {
                "question": "Door",
                "kind": "Single",
                "options": "Shut\nOpen",
                "normal_options": "Shut",
                "photo_required": 1,
            }
        ]
        checklist = patrol.make_checklist(asked)
        door = patrol.make_checkpoint(self.community.name, checklist=checklist.name)
        gate = patrol.make_checkpoint(self.community.name, photo_required=1)
        route = patrol.make_route(self.community.name, [door, gate])
        task = patrol.make_round(route, self.patroller)
        opened = {checklist.items[0].name: "Open"}
        self.refused("needs a photo", task, gate.name)
        self.refused("needs a photo", task, door.name, answers=opened)
        for photo, said in (
            (b"x" * (20 * 1024 * 1024), "10 MB"),
            (b"x" * (MAX_BYTES + 1), "10 MB"),
            (b"GIF89a", "not a readable"),
        ):
            frappe.db.savepoint("photo")
            self.refused(said, task, gate.name, photo=photo)
            frappe.db.rollback(save_point="photo")
        self.record(task, door.name, answers=opened, photo=picture())
        answer = self.record(task, gate.name, photo=picture())
        file = frappe.get_all("File", {"attached_to_name": answer["name"]}, ["is_private", "file_url"])
        self.assertEqual([(row.is_private, row.file_url) for row in file], [(1, kept(answer["name"], "photo").photo)])

    def test_queries_of_a_record(self) -> None:
        warm = self.round()
        self.record(warm)
        self.record(warm, self.pumps.name, answers=self.pump_order())
        task = self.round()
        for values, most in (
            ({"point": 1}, 25),
            ({"point": self.pumps.name, "answers": self.pump_order()}, 25),
            ({"point": 0, "photo": picture()}, 40),
        ):
            order = patrol.make_order(
                task,
                self.points[values["point"]].name if isinstance(values["point"], int) else values["point"],
                **{k: v for k, v in values.items() if k != "point"},
            )
            with count_queries() as queries:
                records.record(order, self.patroller)
            self.assertLessEqual(len(queries), most, "\n".join(queries))

    def test_my_rounds_take_as_many_queries_for_ten_as_for_one(self) -> None:
        other = patrol.make_patroller(self.community)
        patrol.make_round(self.route, other)

        def sent() -> tuple[int, int]:
            with count_queries() as queries:
                found = rounds.my_rounds(other)
            return len(queries), len(found)

        sent()
        few = sent()
        for _number in range(9):
            patrol.make_round(patrol.make_route(self.community.name, [*self.points, self.pumps]), other)
        many = sent()
        self.assertEqual((few[1], many[1], few[0]), (1, 10, many[0]))
        self.assertLessEqual(many[0], 6)

    def test_my_rounds_are_of_these_days_and_mine(self) -> None:
        user = patrol.make_patroller(self.community)
        shown = self.given(user, timedelta(minutes=-30))
        for shift in (timedelta(days=3), timedelta(days=-3)):
            self.given(user, shift)
        self.given(self.mate, timedelta(0))
        self.given(user, timedelta(0), status="Cancelled")
        (found,) = rounds.my_rounds(user)
        self.assertEqual(found["name"], shown)
        self.assertEqual([point["no"] for point in found["points"]], [1, 2, 3, 4])
        self.assertEqual(found["points"][3]["questions"][1]["lowest"], "0.35")
        self.assertNotIn("typed_code", str(found))

    def given(self, user: str, shift: timedelta, **values: Any) -> str:
        return patrol.make_round(self.route, user, site_now() + shift, **values)

    def test_recorded_in_the_past_for_the_demo(self) -> None:
        past = site_now() - timedelta(days=30)
        task = self.round(starts_at=past)
        with as_of(past + timedelta(minutes=5)):
            answer = self.record(task)
        self.assertEqual(
            (answer["result"], kept(answer["name"], "recorded_at").recorded_at),
            ("On Time", past + timedelta(minutes=5)),
        )


def patch_tokens(found: dict[str, str]) -> Any:
    """Meanwhile the tokens of labels are kept by checkpoint: they are stored nowhere."""
    from contextlib import contextmanager

    from property_service.property_service import access_codes

    @contextmanager
    def patched() -> Any:
        issue = access_codes.issue

        def kept_issue(kind: str, doctype: str, name: str, community: str) -> str:
            found[name] = issue(kind, doctype, name, community)
            return found[name]

        access_codes.issue = kept_issue
        try:
            yield
        finally:
            access_codes.issue = issue

    return patched()
