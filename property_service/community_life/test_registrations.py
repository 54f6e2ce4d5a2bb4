"""Sign-ups for events: places and turns, what cannot be, the door, what the days bring, and that nobody writes states by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe

from property_service.community_life import (
    api,
    attendance,
    codes,
    event_reading,
    events,
    picture,
    registrations,
    visits,
)
from property_service.community_life.event_book import (
    ATTENDED,
    CANCELLED,
    EVENT,
    HELD,
    NO_SHOW,
    OPEN,
    REGISTERED,
    REGISTRATION,
    WAITING,
)
from property_service.community_life.report.event_attendance import event_attendance
from property_service.property_service import resident_merge
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of, site_now
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user

DESK, GUARD, MANAGER = "Property Front Desk", "Property Gate Guard", "Property Manager"
REFUSED = (RuleError, InputRefused, NotAllowedNow)


class TestRegistrations(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.unit = make.make_unit()
        cls.home = frappe.get_doc("Community", cls.unit.community)
        cls.desk = make.make_staff(DESK, community=cls.home)
        cls.people = [make.make_resident(cls.unit, language="en") for _ in range(5)]

    def setUp(self) -> None:
        frappe.db.savepoint("one_test")

    def tearDown(self) -> None:
        frappe.set_user("Administrator")
        frappe.db.rollback(save_point="one_test")
        frappe.clear_document_cache("Property Service Settings", "Property Service Settings")

    def event(self, publish: bool = True, **values: Any) -> Any:
        start = site_now() + timedelta(days=3)
        doc = make.insert(
            EVENT,
            **{
                "title": "Dumplings",
                "kind": "Festival",
                "community": self.home.name,
                "place": "Hall",
                "organiser": self.desk,
                "starts_at": start,
                "ends_at": start + timedelta(hours=2),
                "capacity": 4,
                "most_persons": 3,
                "has_waiting_list": 1,
                **values,
            },
        )
        return events.publish(doc.name) if publish else doc

    def sign(self, event: Any, who: int, persons: int = 1, unit: str = "") -> Any:
        return registrations.sign_up(event.name, self.people[who].name, unit, persons, self.desk)

    def states(self, event: Any) -> list[tuple[str, int]]:
        rows = frappe.get_all(
            REGISTRATION, {"event": event.name}, ["status", "persons"], order_by="position asc", as_list=True
        )
        return [tuple(row) for row in rows]

    def counts(self, event: Any) -> tuple[int, int, int]:
        return frappe.db.get_value(EVENT, event.name, ["taken_count", "waiting_count", "came_count"])

    def told(self, who: int) -> list[str]:
        return frappe.get_all(
            "Service Message",
            {"resident": self.people[who].name, "channel": "Portal"},
            pluck="subject",
            order_by="creation asc, name asc",
        )

    # Places and turns

    def test_a_cancellation_moves_up_in_order_and_a_large_party_is_not_overtaken(self) -> None:
        event = self.event()
        first, second = self.sign(event, 0, 3), self.sign(event, 1)
        self.sign(event, 2, 3)
        self.sign(event, 3, 1)
        self.assertEqual(self.states(event), [(REGISTERED, 3), (REGISTERED, 1), (WAITING, 3), (WAITING, 1)])
        self.assertEqual(self.counts(event), (4, 4, 0))
        registrations.cancel(second.name, self.desk)
        self.assertEqual([state for state, _persons in self.states(event)], [REGISTERED, CANCELLED, WAITING, WAITING])
        # A free place does not let anybody new past those who wait either.
        self.assertEqual(self.sign(event, 4, 1).status, WAITING)
        registrations.cancel(first.name, self.desk)
        self.assertEqual(
            [state for state, _persons in self.states(event)], [CANCELLED, CANCELLED, REGISTERED, REGISTERED, WAITING]
        )
        self.assertEqual(self.counts(event), (4, 1, 0))
        self.assertIn("You have a place: Dumplings", self.told(2))
        self.assertEqual(self.told(4), ["You are on the waiting list: Dumplings"])
        self.assertIn("Your sign-up is cancelled: Dumplings", self.told(0))

    def test_of_one_person_under_two_names_one_sign_up_is_left(self) -> None:
        keep, double = self.people[0].name, self.people[1].name
        both, waiting, alone, came = self.event(), self.event(capacity=2), self.event(), self.event()
        mine, doubled = self.sign(both, 0, 1), self.sign(both, 1, 3)
        self.sign(both, 2, 2)
        placed = self.sign(waiting, 1, 2)
        self.sign(waiting, 0, 1)
        other = self.sign(alone, 1, 1)
        doors = [self.sign(came, who) for who in (0, 1)]
        with as_of(came.starts_at):
            for row in doors:
                attendance.check_in(row.name, self.desk)
        resident_merge.merge(keep, double)
        self.assertEqual(self.states(both), [(REGISTERED, 1), (CANCELLED, 3), (REGISTERED, 2)])
        self.assertEqual(self.counts(both), (3, 0, 0))
        self.assertIn("You have a place: Dumplings", self.told(2))
        self.assertEqual(codes.token_of(REGISTRATION, doubled.name), "")
        self.assertTrue(codes.token_of(REGISTRATION, mine.name))
        # The place stays, not the turn on the waiting list.
        self.assertEqual(self.states(waiting), [(REGISTERED, 2), (CANCELLED, 1)])
        self.assertEqual(self.counts(came), (2, 0, 2))
        self.assertEqual(
            {
                row.name: row.resident
                for row in frappe.get_all(
                    REGISTRATION, {"resident": ["in", [keep, double]], "live_key": ["is", "set"]}, ["name", "resident"]
                )
            },
            dict.fromkeys((mine.name, placed.name, other.name, doors[0].name), keep),
        )
        for event in (both, waiting, alone, came):
            with self.subTest(event.name), self.assertRaisesRegex(RuleError, "signed up already"):
                self.sign(event, 0)
        # Once cancelled he may come again, as anybody.
        registrations.cancel(placed.name, self.desk)
        self.assertEqual(self.sign(waiting, 0).status, REGISTERED)

    def test_signing_up_again_after_a_cancellation_takes_the_last_turn(self) -> None:
        event = self.event(capacity=1, most_persons=1)
        mine = self.sign(event, 0)
        self.sign(event, 1)
        registrations.cancel(mine.name, self.desk)
        again = self.sign(event, 0)
        self.assertEqual((again.status, again.position, registrations.waiting_place(again)), (WAITING, 3, 1))
        self.assertEqual(self.states(event), [(CANCELLED, 1), (REGISTERED, 1), (WAITING, 1)])

    def test_more_places_let_people_move_up_and_fewer_than_taken_are_refused(self) -> None:
        event = self.event(capacity=2)
        for who in range(4):
            self.sign(event, who)
        doc = frappe.get_doc(EVENT, event.name)
        doc.capacity = 1
        with self.assertRaisesRegex(InputRefused, "2 places are taken"):
            doc.save(ignore_permissions=True)
        doc = frappe.get_doc(EVENT, event.name)
        doc.capacity = 3
        doc.save(ignore_permissions=True)
        self.assertEqual(self.counts(event), (3, 1, 0))
        self.assertEqual(self.told(2)[-1], "You have a place: Dumplings")

    def test_no_list_waits_for_ever(self) -> None:
        """A party larger than all places would never move up, nor anybody behind it; a new start gives away what was free after the old one."""
        event = self.event(most_persons=4)
        self.sign(event, 0, 2)
        self.sign(event, 1, 4)
        self.sign(event, 2)
        doc = frappe.get_doc(EVENT, event.name)
        doc.capacity = 3
        with self.assertRaisesRegex(InputRefused, f"{self.people[1].resident_name} waits with 4 persons"):
            doc.save(ignore_permissions=True)
        with as_of(event.starts_at + timedelta(minutes=5)):
            doc = frappe.get_doc(EVENT, event.name)
            doc.capacity = 6
            doc.save(ignore_permissions=True)
            self.assertEqual(self.counts(event), (2, 5, 0))
        doc = frappe.get_doc(EVENT, event.name)
        doc.starts_at += timedelta(days=1)
        doc.ends_at += timedelta(days=1)
        doc.save(ignore_permissions=True)
        self.assertEqual(self.states(event), [(REGISTERED, 2), (REGISTERED, 4), (WAITING, 1)])

    def test_without_a_waiting_list_a_full_event_is_full(self) -> None:
        event = self.event(capacity=1, most_persons=1, has_waiting_list=0)
        self.sign(event, 0)
        with self.assertRaisesRegex(NotAllowedNow, "no waiting list"):
            self.sign(event, 1)

    # What cannot be

    def test_events_that_cannot_be_are_refused_with_a_sentence(self) -> None:
        now = site_now()
        for values in (
            {"capacity": 0},
            {"capacity": -3},
            {"most_persons": 0},
            {"starts_at": now + timedelta(days=2), "ends_at": now + timedelta(days=1)},
            {"sign_up_until": now + timedelta(days=9)},
            {"visit_percent": 101},
            {"status": OPEN},
            {"title": "<script>alert(1)</script>"},
            {"costs": [{"item": "Flour", "budget": -1}]},
        ):
            with self.subTest(values), self.assertRaises(InputRefused) as raised:
                self.event(publish=False, **values)
            self.assertTrue(str(raised.exception))
        past = self.event(publish=False, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
        with self.assertRaisesRegex(NotAllowedNow, "begun already"):
            events.publish(past.name)

    def test_sign_ups_that_cannot_be_are_refused_with_a_sentence(self) -> None:
        event, now = self.event(), site_now()
        elsewhere = make.make_resident(make.make_unit())
        other_room = make.make_unit(frappe.get_doc("Building", self.unit.building))
        for persons in (0, -1, 4):
            with self.subTest(persons), self.assertRaises(RuleError):
                self.sign(event, 0, persons)
        with self.assertRaisesRegex(RuleError, "no unit in the community"):
            registrations.sign_up(event.name, elsewhere.name, "", 1, self.desk)
        with self.assertRaisesRegex(RuleError, "not one of the resident's"):
            self.sign(event, 0, 1, other_room.name)
        mine = self.sign(event, 0)
        with self.assertRaisesRegex(RuleError, "signed up already"):
            self.sign(event, 0)
        self.assertEqual(self.counts(event)[0], 1)
        registrations.cancel(mine.name, self.desk)
        with self.assertRaisesRegex(NotAllowedNow, "cancelled already"):
            registrations.cancel(mine.name, self.desk)
        small = self.event(capacity=2)
        with self.assertRaisesRegex(RuleError, "between 1 and 2"):
            self.sign(small, 0, 3)
        for values, sentence in (
            ({"sign_up_until": now - timedelta(minutes=1)}, "Sign-up is over"),
            ({"sign_up_from": now + timedelta(hours=1)}, "not begun"),
            ({"status": "Draft"}, "not open"),
            ({"status": CANCELLED}, "does not take place"),
            ({"starts_at": now - timedelta(hours=1)}, "has begun"),
        ):
            closed = self.event()
            closed.db_set(values)
            with self.subTest(sentence), self.assertRaisesRegex(NotAllowedNow, sentence):
                self.sign(closed, 1)

    def test_nobody_writes_states_and_counts_by_hand(self) -> None:
        event = self.event()
        mine = self.sign(event, 0)
        doc = frappe.get_doc(EVENT, event.name)
        doc.update({"status": HELD})
        with self.assertRaisesRegex(InputRefused, "not changed by hand"):
            doc.save(ignore_permissions=True)
        doc = frappe.get_doc(EVENT, event.name)
        # An old form still holds other counts: it may be saved, and they stay as they are.
        doc.update({"taken_count": 99, "waiting_count": 7, "report": "Fine", "last_position": 50})
        doc.save(ignore_permissions=True)
        stored = frappe.get_doc(EVENT, event.name)
        self.assertEqual((stored.taken_count, stored.waiting_count, stored.last_position), (1, 0, 1))
        self.assertEqual(stored.report, "Fine")
        row = frappe.get_doc(REGISTRATION, mine.name)
        row.status = ATTENDED
        with self.assertRaises(frappe.PermissionError):
            row.save(ignore_permissions=True)
        with self.assertRaises(frappe.PermissionError):
            make.insert(REGISTRATION, event=event.name, resident=self.people[1].name, persons=1)
        with self.assertRaises(frappe.PermissionError):
            row.delete(ignore_permissions=True)

    # Changes and the days

    def test_another_time_is_told_and_a_cancelled_event_tells_all(self) -> None:
        event = self.event(capacity=1, most_persons=1)
        mine = self.sign(event, 0)
        self.sign(event, 1)
        doc = frappe.get_doc(EVENT, event.name)
        doc.starts_at, doc.ends_at = doc.starts_at + timedelta(days=1), doc.ends_at + timedelta(days=1)
        doc.save(ignore_permissions=True)
        self.assertEqual([self.told(0)[-1], self.told(1)[-1]], ["Event changed: Dumplings"] * 2)
        with self.assertRaises(InputRefused):
            events.cancel(event.name, "  ")
        events.cancel(event.name, "It rains.")
        self.assertEqual([state for state, _persons in self.states(event)], [CANCELLED, CANCELLED])
        self.assertEqual([self.told(0)[-1], self.told(1)[-1]], ["Event cancelled: Dumplings"] * 2)
        self.assertEqual(self.counts(event), (0, 0, 0))
        self.assertEqual(codes.token_of(REGISTRATION, mine.name), "")
        with self.assertRaises(NotAllowedNow):
            events.cancel(event.name, "Again")

    def test_everybody_with_a_place_is_reminded_once(self) -> None:
        event = self.event(
            starts_at=site_now() + timedelta(hours=20), ends_at=site_now() + timedelta(hours=22), capacity=1
        )
        self.sign(event, 0)
        self.sign(event, 1)
        for _again in range(2):
            events.remind_all()
        self.assertEqual(self.told(0).count("Reminder: Dumplings"), 1)
        self.assertEqual(self.told(1).count("Reminder: Dumplings"), 0)
        frappe.db.set_single_value("Property Service Settings", "event_reminder_hours", 0)
        frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
        later = self.event(starts_at=site_now() + timedelta(hours=1))
        self.sign(later, 0)
        self.assertEqual(events.remind_all(), 0)

    def test_afterwards_who_did_not_come_is_noted_some_are_visited_and_say_how_it_was(self) -> None:
        event = self.event(capacity=5, visit_percent=50)
        came, absent = self.sign(event, 0, 2), self.sign(event, 1)
        with as_of(event.starts_at):
            attendance.check_in(came.name, self.desk)
            with self.assertRaises(NotAllowedNow):
                registrations.give_feedback(came.name, 5)
        with as_of(event.ends_at + timedelta(minutes=1)):
            events.close_all()
            self.assertEqual(frappe.db.get_value(EVENT, event.name, "status"), HELD)
            self.assertEqual([state for state, _persons in self.states(event)], [ATTENDED, NO_SHOW])
            visit = frappe.get_all("Return Visit", {"reference_name": came.name}, ["visit_kind", "resident", "doer"])
            self.assertEqual(
                [dict(row) for row in visit], [{"visit_kind": "Event", "resident": came.resident, "doer": self.desk}]
            )
            self.assertIn(
                "Dumplings",
                visits.visit_context({"reference_doctype": REGISTRATION, "reference_name": came.name})["title"],
            )
            for stars in (0, 6):
                with self.assertRaises(RuleError):
                    registrations.give_feedback(came.name, stars)
            with self.assertRaises(NotAllowedNow):
                registrations.give_feedback(absent.name, 5)
            registrations.give_feedback(came.name, 4, "Good")
            with self.assertRaises(NotAllowedNow):
                registrations.give_feedback(came.name, 1)
        self.assertEqual(frappe.db.get_value(EVENT, event.name, ["feedback_count", "feedback_average"]), (1, 4.0))
        doc = frappe.get_doc(EVENT, event.name)
        doc.append("costs", {"item": "Flour", "budget": 50, "actual": 33.34})
        doc.save(ignore_permissions=True)
        self.assertEqual((money(doc.budget_total), money(doc.actual_total)), (money(50), money("33.34")))
        doc.place = "Elsewhere"
        with self.assertRaises(NotAllowedNow):
            doc.save(ignore_permissions=True)
        day = str(event.starts_at.date())
        _columns, rows, *_more = event_attendance.execute(
            {"community": self.home.name, "from_date": day, "to_date": day}
        )
        row = rows[0]
        self.assertEqual((row["taken_count"], row["came_count"], row["no_show"], row["came_rate"]), (3, 2, 1, 66.67))
        self.assertEqual((row["cost_per_head"], row["feedback_average"], rows[-1]["actual_total"]), (16.67, 4.0, 33.34))

    # The door

    def test_the_door_checks_in_once_and_gives_away_what_is_left_from_the_start_on(self) -> None:
        event = self.event(capacity=3)
        pair, single = self.sign(event, 0, 2), self.sign(event, 1)
        waiting = self.sign(event, 2)
        with self.assertRaisesRegex(NotAllowedNow, "two hours before"):
            attendance.check_in(pair.name, self.desk)
        self.assertRegex(event_reading.door_list(event)["event"]["opens"], r"^\d\d-\d\d \d\d:\d\d$")
        with as_of(event.starts_at - timedelta(minutes=10)):
            self.assertEqual(event_reading.door_list(event)["event"]["opens"], "")
            attendance.check_in(pair.name, self.desk, 1)
            with self.assertRaisesRegex(NotAllowedNow, "already"):
                attendance.check_in(pair.name, self.desk)
            with self.assertRaisesRegex(NotAllowedNow, "no room"):
                attendance.check_in(waiting.name, self.desk)
            with self.assertRaisesRegex(NotAllowedNow, "no room"):
                attendance.walk_in(event.name, self.people[3].name, "", 1, self.desk)
        with as_of(event.starts_at + timedelta(minutes=5)):
            for came in (0, 3):
                with self.assertRaises(RuleError):
                    attendance.check_in(single.name, self.desk, came)
            attendance.check_in(waiting.name, self.desk)
            guest = attendance.walk_in(event.name, self.people[3].name, "", 1, self.desk)
            self.assertEqual(self.counts(event)[2], 3)
            with self.assertRaisesRegex(NotAllowedNow, "no room"):
                attendance.check_in(single.name, self.desk)
            attendance.undo_check_in(guest.name)
            self.assertEqual(frappe.db.get_value(REGISTRATION, guest.name, "status"), CANCELLED)
            attendance.check_in(single.name, self.desk)
            with self.assertRaisesRegex(NotAllowedNow, "cancelled"):
                attendance.check_in(guest.name, self.desk)
            with self.assertRaises(NotAllowedNow):
                registrations.cancel(single.name, self.desk)

    def test_a_guest_taken_back_before_the_start_makes_room_for_who_waits(self) -> None:
        event = self.event(capacity=2)
        self.sign(event, 0)
        with as_of(event.starts_at - timedelta(minutes=10)):
            guest = attendance.walk_in(event.name, self.people[1].name, "", 1, self.desk)
            self.assertEqual(self.sign(event, 2).status, WAITING)
            attendance.undo_check_in(guest.name)
        self.assertEqual(self.states(event), [(REGISTERED, 1), (CANCELLED, 1), (REGISTERED, 1)])
        self.assertEqual((self.counts(event), self.told(2)[-1]), ((2, 0, 0), "You have a place: Dumplings"))

    def test_guards_and_the_desk_check_in_and_nobody_else(self) -> None:
        event = self.event()
        mine = self.sign(event, 0)
        there = make.make_community()
        with as_of(event.starts_at):
            for role, home, fits in (
                ("Property Technician", self.home, False),
                ("Property Cashier", self.home, False),
                (GUARD, there, False),
                (DESK, there, False),
                (GUARD, self.home, True),
            ):
                with self.subTest(role), as_user(make.make_staff(role, community=home)):
                    if fits:
                        seen = api.door_list(event.name)
                        self.assertEqual(seen["figures"]["expected"], 1)
                        self.assertEqual(seen["parties"][0]["last_four"], self.people[0].primary_phone[-4:])
                        self.assertNotIn(self.people[0].primary_phone, str(seen))
                        self.assertEqual(api.check_in(mine.name)["status"], ATTENDED)
                        self.assertRaises(frappe.PermissionError, api.cancel_event, event.name, "No")
                        self.assertRaises(frappe.PermissionError, api.sign_up, event.name, self.people[1].name)
                    else:
                        self.assertRaises(frappe.PermissionError, api.check_in, mine.name)
                        self.assertRaises(frappe.PermissionError, api.door_list, event.name)
                        self.assertIsNone(event_reading.scanned(codes.token_of(REGISTRATION, mine.name)))

    def test_the_desk_signs_up_and_the_picture_of_a_caller_shows_it(self) -> None:
        event = self.event()
        with as_user(self.desk):
            answer = api.sign_up(event.name, self.people[0].name, persons=2)
            self.assertEqual((answer["status"], answer["place_in_line"]), (REGISTERED, 0))
            part = picture.picture(self.people[0].name, (self.unit.name,))
            self.assertEqual([(row["text"], row["name"]) for row in part["rows"]], [("Dumplings", event.name)])
            self.assertIsNone(picture.picture(self.people[1].name, ()))
            facts = api.event_facts(event.name)
            self.assertEqual(facts["figures"]["signed_up"], 2)
            shown = api.events_calendar(datetime(2020, 1, 1), datetime(2099, 1, 1))
            self.assertIn(event.name, [row["name"] for row in shown])
        with as_user(make.make_staff(DESK, community=make.make_community())):
            self.assertIsNone(picture.picture(self.people[0].name, ()))
            self.assertNotIn(
                event.name, [row["name"] for row in api.events_calendar(datetime(2020, 1, 1), datetime(2099, 1, 1))]
            )
