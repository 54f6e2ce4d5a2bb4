"""The caller's picture in few queries, the list of today, and the search of the counter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import add_days, getdate, today

from property_service.dispatch.incidents import DOCTYPE as INCIDENT
from property_service.front_desk import counter, counter_api
from property_service.front_desk.callback_promises import CONTACT, PROMISE, PromiseOrder, promise
from property_service.front_desk.return_visits import plan_visit
from property_service.property_service.service_clock import site_now
from property_service.tests import factories as make
from property_service.tests.crowd import make_history
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

DESK = "Property Front Desk"
MOST_QUERIES = 25
CHARGES, REPAIRS = 200, 50


class TestCounter(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.home = make.make_community()
        cls.building = make.make_building(cls.home)
        cls.units = [make.make_unit(cls.building, deemed_handover_date=add_days(today(), -300)) for _ in range(3)]
        cls.owner = make.make_resident(
            cls.units[0], phone="13866665555", care_tags="独居老人", birthday=_born_on(getdate(today()), 3), tags="VIP"
        )
        for unit in cls.units[1:]:
            make.make_occupancy(unit, cls.owner)
        cls.desk = make.make_staff(DESK, community=cls.home)
        cls.category = make.make_category(warranty_months=24, part="Private")
        cls.item = make.make_fee_item(cls.home)
        cls.fill(CHARGES, REPAIRS)
        cls.incident = make.insert(
            INCIDENT, community=cls.home.name, title="No water", scope="Building", building=cls.building.name,
            text_to_read="Water is back at noon.",
        )  # fmt: skip
        cls.promise = promise(PromiseOrder("Tell the price", resident=cls.owner.name, unit=cls.units[0].name), cls.desk)
        due = site_now() - timedelta(hours=1)
        cls.visit = plan_visit(
            "Repair",
            None,
            None,
            cls.home.name,
            cls.units[0].name,
            cls.owner.name,
            "X",
            "13866665555",
            None,
            "Rule",
            due,
        )

    @classmethod
    def fill(cls, charges: int, repairs: int) -> None:
        make_history(cls.owner.name, cls.units, charges, repairs, cls.item.name, cls.category.name)

    def picture(self, **asked: str) -> dict[str, Any]:
        with as_user(self.desk):
            return counter_api.picture(**asked)

    def part(self, picture: dict, key: str) -> dict[str, Any]:
        return next(part for part in picture["parts"] if part["key"] == key)

    def test_the_picture_tells_everything_that_matters(self) -> None:
        found = self.picture(phone="+86 138 6666 5555")
        person = found["person"]
        self.assertEqual((found["resident"], person["title"]), (self.owner.name, self.owner.resident_name))
        self.assertEqual((person["phones"], person["care_tags"]), (["13866665555"], ["独居老人"]))
        self.assertEqual(
            (person["birthday"], person["tags"]), (_born_on(getdate(today()), 3).strftime("%m-%d"), ["VIP"])
        )
        self.assertEqual({row["unit"] for row in found["units"]}, {unit.name for unit in self.units})
        self.assertEqual({row["relation"] for row in found["units"]}, {"Owner"})
        self.assertEqual(found["figures"]["arrears"], 1600.0)
        arrears = self.part(found, "arrears")
        self.assertEqual((len(arrears["rows"]), arrears["rows"][0]["tone"]), (3, "red"))
        jobs = self.part(found, "jobs")
        self.assertEqual((len(jobs["rows"]), jobs["more"]), (10, 1))
        self.assertIn("Warranty Repair", jobs["rows"][0]["detail"])
        self.assertEqual(self.part(found, "promises")["rows"][0]["name"], self.promise.name)
        self.assertEqual(self.part(found, "visits")["rows"][0]["name"], self.visit)
        self.assertEqual(self.part(found, "incidents")["rows"][0]["name"], self.incident.name)
        banners = " ".join(banner["text"] for banner in found["banners"])
        for words in ("Water is back at noon.", "独居老人", "rework", "in warranty until", "Birthday this week"):
            self.assertIn(words, banners)

    def test_at_most_25_queries_also_with_ten_times_the_data(self) -> None:
        counts = []
        for more in (0, 9):
            if more:
                self.fill(more * CHARGES, more * REPAIRS)
            with as_user(self.desk):
                counter.picture(resident=self.owner.name)
                with count_queries() as queries:
                    counter.picture(resident=self.owner.name)
            counts.append(len(queries))
        self.assertLessEqual(counts[0], MOST_QUERIES, counts)
        self.assertEqual(counts[0], counts[1])

    def test_a_unit_shows_its_people_and_debts_of_others_by_name(self) -> None:
        tenant = make.make_resident(self.units[0], "Tenant")
        found = self.picture(resident=tenant.name)
        self.assertNotIn("arrears", found["figures"])
        row = self.part(found, "arrears")["rows"][0]
        self.assertEqual(row["tone"], "grey")
        self.assertIn(self.owner.resident_name, row["detail"])
        room = self.picture(unit=self.units[0].name)
        self.assertIsNone(room["person"])
        self.assertIn(tenant.name, {one["resident"] for one in room["units"][0]["people"]})

    def test_two_people_on_one_phone_are_offered(self) -> None:
        twin = make.make_resident(self.units[1], "Family", phone="13866665555")
        found = self.picture(phone="13866665555")
        self.assertIsNone(found["person"])
        self.assertEqual({hit["name"] for hit in found["choices"]}, {self.owner.name, twin.name})

    def test_whoever_calls_from_abroad_or_an_extension_is_known(self) -> None:
        for phone in ("+852 9123 4567", "0755-8888 6666转801", "8866"):
            who = make.make_resident(self.units[1], "Family", phone=phone)
            for number in range(counter.MOST_CHOICES):
                make.make_resident(self.units[2], "Family", phone=f"1390{number:03d}8866")
            with self.subTest(phone):
                self.assertEqual(self.picture(phone=phone)["resident"], who.name)

    def test_a_number_nobody_is_known_by_finds_its_contacts(self) -> None:
        for phone in ("+852 9123 4568", "0755-8888 6666转802"):
            with as_user(self.desk):
                values = {"community": self.home.name, "subject": "Asks for the way", "caller_phone": phone}
                contact = counter_api.record(values)["name"]
                hits = counter.find(phone)["hits"]
            with self.subTest(phone):
                self.assertEqual([(hit["kind"], hit["name"]) for hit in hits], [(CONTACT, contact)])

    def test_nobody_else_sees_it(self) -> None:
        stranger = make.make_staff(DESK, community=make.make_community())
        for user in (stranger, make.make_staff("Property Gate Guard", community=self.home), "Guest"):
            with self.subTest(user), as_user(user):
                for asked in ({"resident": self.owner.name}, {"unit": self.units[0].name}):
                    self.assertRaises(frappe.PermissionError, counter_api.picture, **asked)
        with as_user(stranger):
            self.assertEqual(counter_api.picture(phone="13866665555")["parts"], [])
            self.assertNotIn(self.owner.name, str(counter_api.find("5555")))
            self.assertRaises(frappe.PermissionError, counter_api.today, self.home.name)
        with as_user(make.make_staff("Property Cashier", community=self.home)):
            found = counter_api.picture(resident=self.owner.name)
            self.assertNotIn("独居老人", str(found))

    def test_four_digits_find_the_person_before_the_room(self) -> None:
        make.make_unit(self.building, room_no="5555")
        with as_user(self.desk):
            hits = counter_api.find("5555")["hits"]
        self.assertEqual((hits[0]["name"], hits[0]["matched"]), (self.owner.name, "last4"))
        self.assertEqual(hits[1]["kind"], "Property Unit")

    def test_today_is_what_has_to_be_done_today(self) -> None:
        with as_user(self.desk):
            found = counter_api.today(self.home.name)
            with count_queries() as queries:
                counter_api.today()
        self.assertLessEqual(len(queries), 16)
        parts = {part["key"]: part for part in found["parts"]}
        self.assertEqual(parts["visits"]["rows"][0]["name"], self.visit)
        self.assertEqual((parts["overdue_jobs"]["count"], len(parts["overdue_jobs"]["rows"])), (40, 10))
        for part in found["parts"]:
            for row in part["rows"]:
                self.assertTrue(frappe.db.exists(row["doctype"], row["name"]), row)
        waiting = frappe.db.count(PROMISE, {"community": self.home.name, "due_at": ["<", add_days(today(), 1)]})
        self.assertEqual(found["counts"].get("promises", 0), waiting)

    def test_birthdays(self) -> None:
        for born, at, days in (
            (date(1990, 5, 1), date(2026, 5, 1), 0),
            (date(1990, 5, 1), date(2026, 4, 30), 1),
            (date(1990, 1, 1), date(2026, 12, 31), 1),
            (date(1992, 2, 29), date(2026, 2, 27), 1),
            (date(1992, 2, 29), date(2028, 2, 27), 2),
        ):
            with self.subTest(f"{born} {at}"):
                self.assertEqual(counter.days_to_birthday(born, at), days)

    def test_a_contact_is_told_at_once(self) -> None:
        values = {"community": self.home.name, "subject": "Lift music", "resident": self.owner.name}
        with as_user(self.desk):
            name = counter_api.record(values)["name"]
            rows = self.part(counter_api.picture(resident=self.owner.name), "contacts")["rows"]
        self.assertIn((CONTACT, name), {(row["doctype"], row["name"]) for row in rows})


def _born_on(day: date, after: int) -> date:
    # A leap year has every day.
    return (day + timedelta(days=after)).replace(year=1952)
