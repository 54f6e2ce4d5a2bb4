"""Service incidents: their place and times, which reports belong to them, how they open and close."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import frappe

from property_service.dispatch import api, incident_texts, incidents
from property_service.dispatch.incident_rules import Report, Spot
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.service_clock import site_now, to_aware
from property_service.tests.factories import (
    insert,
    make_building,
    make_category,
    make_community,
    make_entrance,
    make_staff,
)
from property_service.tests.utils import PropertyServiceTestCase, count_queries, plan_of


class TestServiceIncident(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.community = make_community(front_desk_phone="010-5550100")
        cls.building = make_building(cls.community, building_no="3", shut_off_valve="Shaft on floor 1")
        cls.entrance = make_entrance(cls.building)
        cls.elsewhere = make_building(make_community())
        cls.group = make_category(is_group=1).name
        cls.category = make_category(parent_category=cls.group, show_valve=1, advice="Shut the valve.").name
        cls.desk = make_staff("Property Front Desk", community=cls.community)
        cls.desk_elsewhere = make_staff("Property Front Desk", community=make_community())
        cls.technician = make_staff("Property Technician", community=cls.community)

    def setUp(self) -> None:
        super().setUp()
        self.asked: list[tuple[str, dict]] = []
        self.requests: dict[str, tuple[int, datetime | None]] = {}
        listener = patch.object(incidents, "call_extensions", self.extensions)
        listener.start()
        self.addCleanup(listener.stop)

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def extensions(self, point: str, **arguments: Any) -> list:
        self.asked.append((point, arguments))
        if point == "property_service_incident_requests":
            return [{name: self.requests[name] for name in arguments["incidents"] if name in self.requests}]
        return [arguments["request"].startswith("RR")] if point == "property_service_incident_join" else []

    def closings(self) -> list[str]:
        return [said["incident"].name for point, said in self.asked if point == "property_service_incident_closed"]

    def make(self, **values: Any) -> Any:
        return insert(
            "Service Incident",
            **{
                "community": self.community.name,
                "scope": "Building",
                "building": self.building.name,
                "category": self.category,
                **values,
            },
        )

    def match(self, minutes: int = 10, **place: Any) -> str | None:
        spot = {"building": self.building.name, "entrance": None, "riser": None, "category": self.category, **place}
        return incidents.matching_incident(
            self.community.name, ancestors=(self.group,), at=site_now() + timedelta(minutes=minutes), **spot
        )

    # Place and times

    def test_the_scope_decides_which_places_count(self) -> None:
        places = {"building": self.building.name, "entrance": self.entrance.name, "riser": " 01 "}
        kept = {
            "Estate": (None, None, None),
            "Building": (self.building.name, None, None),
            "Entrance": (self.building.name, self.entrance.name, None),
            "Riser": (self.building.name, self.entrance.name, "01"),
        }
        for scope, expected in kept.items():
            doc = self.make(scope=scope, **places)
            self.assertEqual((doc.building, doc.entrance, doc.riser), expected, scope)

    def test_a_missing_place_is_asked_for(self) -> None:
        for scope, values, words in (
            ("Building", {"building": None}, "Choose the building"),
            ("Entrance", {}, "Choose the entrance"),
            ("Riser", {"entrance": self.entrance.name}, "Enter the riser"),
            ("Riser", {"riser": "01"}, "has several"),
            ("Entrance", {"entrance": make_entrance(make_building(self.community)).name}, "is not in building"),
        ):
            with self.subTest(words), self.assertRaisesRegex(InputRefused, words):
                self.make(scope=scope, **values)

    def test_a_riser_of_a_building_without_entrances(self) -> None:
        building = make_building(self.community)
        self.assertEqual(self.make(scope="Riser", building=building.name, riser="02").riser, "02")

    def test_it_stays_in_its_community(self) -> None:
        doc = self.make(scope="Estate")
        doc.update({"scope": "Building", "building": self.elsewhere.name})
        with self.assertRaisesRegex(InputRefused, "another community"):
            doc.save()
        self.assertEqual(self.make(community=None).community, self.community.name)

    def test_times(self) -> None:
        soon, later = site_now() + timedelta(hours=2), site_now() + timedelta(hours=4)
        for values, words in (
            ({"expected_until": site_now() - timedelta(hours=2)}, "end is before the start"),
            ({"started_at": soon}, "cannot begin in the future"),
            ({"kind": "Planned Work", "started_at": soon}, "Enter when"),
        ):
            with self.subTest(words), self.assertRaisesRegex(InputRefused, words):
                self.make(**values)
        self.make(kind="Planned Work", started_at=soon, expected_until=later)

    # Which reports belong to it

    def test_a_report_matches_by_place_category_and_time(self) -> None:
        doc = self.make()
        self.assertEqual(self.match(), doc.name)
        self.assertEqual(self.match(entrance=self.entrance.name, riser="01"), doc.name)
        self.assertIsNone(self.match(category=make_category().name))
        self.assertIsNone(self.match(building=make_building(self.community).name))
        self.assertIsNone(self.match(minutes=241))
        self.assertEqual(self.match(minutes=239), doc.name)

    def test_an_incident_of_the_parent_category_takes_its_children(self) -> None:
        doc = self.make(category=self.group)
        self.assertEqual(self.match(), doc.name)

    def test_a_later_report_keeps_the_incident_going(self) -> None:
        doc = self.make()
        self.requests[doc.name] = (2, site_now() + timedelta(minutes=100))
        incidents.recount([doc.name, None])
        self.assertEqual(self.match(minutes=330), doc.name)

    def test_the_narrowest_incident_is_taken_and_a_closed_one_not(self) -> None:
        wide, narrow = self.make(scope="Estate"), self.make(scope="Entrance", entrance=self.entrance.name)
        self.assertEqual(self.match(entrance=self.entrance.name), narrow.name)
        self.assertEqual(self.match(), wide.name)
        incidents.close_incident(narrow.name, "Repaired.")
        self.assertEqual(self.match(entrance=self.entrance.name), wide.name)

    def test_matching_takes_one_query(self) -> None:
        self.make()
        self.match()
        with count_queries() as queries:
            self.match()
        self.assertEqual(len(queries), 1, queries)

    def test_lookups_use_an_index(self) -> None:
        # Among few rows the database reads them all; among many of other communities it must not.
        moment = site_now() - timedelta(days=30)
        frappe.db.bulk_insert(
            "Service Incident",
            ["name", "community", "title", "kind", "status", "scope", "started_at"],
            [(f"SI-X-{n}", f"C{n % 50}", "Old", "Fault", "Closed", "Estate", moment) for n in range(3000)],
        )
        planned = "select name from `tabService Incident` where kind = 'Planned Work' and status = 'Open'"
        for query in (
            incidents._unclosed(self.community.name).get_sql(),
            f"{planned} and expected_until <= '2026-01-01'",
        ):
            _table, way = plan_of(query)[0]
            self.assertIn(way, ("const", "ref", "range"), query)

    def reports(self, count: int, **values: Any) -> list[Report]:
        spot = Spot(self.community.name, self.building.name, self.entrance.name, "01")
        return [
            Report(f"RR-{n}", spot, self.category, to_aware(site_now() - timedelta(minutes=n)), f"unit {n}", ())
            for n in range(count)
        ]

    def test_a_burst_proposes_one_incident_and_a_second_burst_joins_it(self) -> None:
        frappe.set_user(self.technician)
        self.assertIsNone(incidents.propose_from_burst(self.reports(2)))
        name, members = incidents.propose_from_burst(self.reports(3))
        self.assertEqual(members, ("RR-2", "RR-1", "RR-0"))
        doc = frappe.get_doc("Service Incident", name)
        self.assertEqual((doc.status, doc.scope, doc.riser, doc.category), ("Proposed", "Riser", "01", self.category))
        self.assertIn(self.category, doc.title)
        self.assertEqual(incidents.propose_from_burst(self.reports(4))[0], name)

    def test_bursts_can_be_switched_off(self) -> None:
        settings = frappe.get_doc("Property Service Settings")
        settings.incident_burst = 0
        with patch.object(frappe, "get_cached_doc", return_value=settings):
            self.assertIsNone(incidents.propose_from_burst(self.reports(9)))

    # How it lives

    def test_the_desk_opens_and_closes_it_once(self) -> None:
        frappe.set_user(self.desk)
        made = api.open_incident(self.community.name, "Building", building=self.building.name, category=self.category)
        self.assertEqual(made["status"], "Open")
        self.requests[made["name"]] = (5, site_now())
        api.close_incident(made["name"], " The pipe is repaired. ")
        doc = frappe.get_doc("Service Incident", made["name"])
        self.assertEqual(
            (doc.status, doc.closed_by, doc.closing_text, doc.request_count),
            ("Closed", self.desk, "The pipe is repaired.", 5),
        )
        self.assertIsNotNone(doc.closed_at)
        with self.assertRaisesRegex(NotAllowedNow, "already closed"):
            api.close_incident(made["name"], "Again.")
        self.assertEqual(self.closings(), [made["name"]])

    def test_a_closing_text_is_asked_for(self) -> None:
        doc = self.make()
        for text, words in (("  ", "Please enter the text"), ("x" * 1001, "shorten")):
            with self.subTest(words), self.assertRaisesRegex(InputRefused, words):
                incidents.close_incident(doc.name, text)
        self.assertEqual((frappe.db.get_value("Service Incident", doc.name, "status"), self.closings()), ("Open", []))

    def test_a_proposal_is_confirmed_or_withdrawn(self) -> None:
        first = incidents.propose_from_burst(self.reports(3))[0]
        with self.assertRaisesRegex(NotAllowedNow, "only proposed"):
            api.close_incident(first, "Repaired.")
        self.assertEqual(api.confirm_incident(first)["status"], "Open")
        with self.assertRaisesRegex(NotAllowedNow, "already open"):
            api.confirm_incident(first)
        api.close_incident(first, "Repaired.")
        second = incidents.propose_from_burst(self.reports(3))[0]
        self.assertNotEqual(first, second)
        self.assertEqual(api.withdraw_incident(second, "Three separate taps.")["status"], "Closed")
        self.assertEqual(self.closings(), [first])

    def test_the_state_moves_by_the_buttons_alone(self) -> None:
        for status in ("Closed", "Proposed"):
            doc = self.make()
            doc.status = status
            with self.assertRaisesRegex(NotAllowedNow, "Use the buttons"):
                doc.save()
        self.assertEqual(self.make(status="Closed", request_count=9, closed_by="Administrator").status, "Open")

    def test_what_the_server_keeps_is_not_written_by_hand(self) -> None:
        doc = self.make(request_count=9, closed_by="Administrator", last_report_at=site_now())
        self.assertEqual((doc.request_count, doc.closed_by, doc.last_report_at), (0, None, None))
        doc.update({"request_count": 9, "closed_by": "Administrator", "closed_at": site_now()})
        doc.save()
        self.assertEqual((doc.request_count, doc.closed_by, doc.closed_at), (0, None, None))

    def test_a_closed_one_stays_as_it_is(self) -> None:
        doc = self.make()
        incidents.close_incident(doc.name, "Repaired.")
        doc.reload()
        doc.title = "Something else"
        with self.assertRaisesRegex(NotAllowedNow, "cannot be changed"):
            doc.save()

    def test_only_the_desk_of_this_community_may(self) -> None:
        doc = self.make()
        for user in (self.technician, self.desk_elsewhere):
            frappe.set_user(user)
            for act in (
                lambda: api.close_incident(doc.name, "Repaired."),
                lambda: api.join(doc.name, "RR-1"),
                lambda: api.open_incident(self.community.name, "Estate"),
            ):
                with self.subTest(user), self.assertRaises(frappe.PermissionError):
                    act()
        frappe.set_user(self.desk_elsewhere)
        for look in (
            lambda: api.text_for(self.community.name),
            lambda: api.incident_chat_text(doc.name),
            lambda: api.confirm_incident(doc.name),
        ):
            with self.assertRaises(frappe.PermissionError):
                look()

    def test_joining_is_left_to_the_room_of_the_request(self) -> None:
        doc = self.make()
        self.requests[doc.name] = (4, None)
        self.assertEqual(api.join(doc.name, "RR-7")["request_count"], 4)
        with self.assertRaisesRegex(InputRefused, "no request"):
            api.join(doc.name, "XX-7")
        incidents.close_incident(doc.name, "Repaired.")
        with self.assertRaisesRegex(NotAllowedNow, "is closed"):
            api.join(doc.name, "RR-7")

    def test_planned_work_ends_with_its_time(self) -> None:
        began = site_now() - timedelta(hours=3)
        over = self.make(kind="Planned Work", started_at=began, expected_until=site_now() - timedelta(minutes=1))
        said = self.make(
            kind="Planned Work", started_at=began, expected_until=site_now() - timedelta(minutes=2),
            closing_text="Water is back.",
        )  # fmt: skip
        goes_on = self.make(kind="Planned Work", started_at=began, expected_until=site_now() + timedelta(hours=1))
        fault = self.make(started_at=began, expected_until=site_now() - timedelta(minutes=1))
        incidents.end_planned_work()
        texts = {
            doc.name: frappe.db.get_value("Service Incident", doc.name, ["status", "closing_text"])
            for doc in (over, said, goes_on, fault)
        }
        self.assertEqual(texts[said.name], ("Closed", "Water is back."))
        self.assertEqual(texts[over.name], ("Closed", f"The planned work has ended: {over.title}."))
        self.assertEqual((texts[goes_on.name][0], texts[fault.name][0]), ("Open", "Open"))
        own = sorted(set(self.closings()) & set(texts))  # others of the site may have ended too
        self.assertEqual(own, sorted([over.name, said.name]))

    def test_one_that_fails_does_not_keep_the_others_open(self) -> None:
        began = site_now() - timedelta(hours=3)
        docs = [
            self.make(kind="Planned Work", started_at=began, expected_until=site_now() - timedelta(minutes=minutes))
            for minutes in (3, 2)
        ]
        answer = self.extensions

        def fails_once(point: str, **arguments: Any) -> list:
            if point == "property_service_incident_closed" and arguments["incident"].name == docs[0].name:
                raise ValueError("the room above failed")
            return answer(point, **arguments)

        with patch.object(incidents, "call_extensions", fails_once):
            incidents.end_planned_work()
        states = [frappe.db.get_value("Service Incident", doc.name, "status") for doc in docs]
        self.assertEqual(states, ["Open", "Closed"])

    # What is said

    def test_the_next_caller_hears_what_is_known(self) -> None:
        estate = self.make(scope="Estate", category=None, title="Gate is stuck", text_to_read="Use the east gate.")
        pipe = self.make(scope="Entrance", entrance=self.entrance.name)
        self.make(building=make_building(self.community).name)
        frappe.set_user(self.desk)
        known = api.text_for(self.community.name, self.building.name, self.entrance.name, None, self.category)
        self.assertEqual([row["name"] for row in known["incidents"]], [pipe.name, estate.name])
        self.assertEqual([row["same_category"] for row in known["incidents"]], [True, False])
        self.assertIn(self.category, known["incidents"][0]["text"])
        self.assertEqual(known["incidents"][1]["text"], "Use the east gate.")
        self.assertEqual((known["valve"], known["show_valve"]), ("Shaft on floor 1", True))
        self.assertEqual(known["advice"], "Shut the valve.")
        unsure = api.text_for(self.community.name, self.building.name)
        self.assertEqual({row["name"]: row["sure"] for row in unsure["incidents"]}[pipe.name], False)

    def test_places_that_do_not_belong_together_are_refused(self) -> None:
        for place in (
            {"building": self.elsewhere.name},
            {"building": self.building.name, "entrance": make_entrance(self.elsewhere).name},
        ):
            with self.subTest(place), self.assertRaisesRegex(InputRefused, "is not in"):
                api.text_for(self.community.name, **place)

    def test_texts(self) -> None:
        until = site_now() + timedelta(hours=1)
        doc = self.make(expected_until=until, started_at=site_now() - timedelta(hours=1))
        clock = incident_texts.local(self.community.name, until).strftime("%m-%d %H:%M")
        self.assertIn(f"over by {clock}", incident_texts.words_to_say(doc))
        text = api.incident_chat_text(doc.name)
        self.assertTrue(text.startswith(f"【{self.community.community_name}】{doc.title}\n"))
        self.assertTrue(text.endswith("Questions: 010-5550100"))
        incidents.close_incident(doc.name, "Water is back.")
        self.assertIn("Water is back.", api.incident_chat_text(doc.name))
        planned = self.make(kind="Planned Work", expected_until=until)
        self.assertIn("Planned work", incident_texts.words_to_say(planned))
