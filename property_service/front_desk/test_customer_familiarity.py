"""Familiarity of a steward with his rooms, by hand-made rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import frappe
from frappe.utils import getdate

from property_service.front_desk.report.customer_familiarity import customer_familiarity as report
from property_service.property_service.errors import InputRefused
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

DAY = getdate("2026-06-30")
LATELY, LONG_AGO, LATER = datetime(2026, 3, 1, 10), datetime(2025, 6, 1, 10), datetime(2026, 7, 2, 10)


def stored(doctype: str, **values: Any) -> str:
    """A row as it would stand in the database."""
    doc = frappe.get_doc({"doctype": doctype, "name": make.unique("X"), **values})
    doc.flags.name_set = True
    doc.db_insert()
    return doc.name


class TestCustomerFamiliarity(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.home = make.make_community()
        cls.building = make.make_building(cls.home)
        cls.steward = make.make_staff("Property Front Desk", community=cls.home)
        cls.far = make.make_staff("Property Manager", community=make.make_community())
        cls.area = make.insert(
            "Service Area", community=cls.home.name, area_name=make.unique("Area"), steward=cls.steward
        )
        cls.fill()

    @classmethod
    def room(cls, area: bool = True, phone: str = "13912345678", **values: Any) -> tuple[str, str]:
        unit = stored(
            "Property Unit",
            community=cls.home.name,
            building=cls.building.name,
            service_area=cls.area.name if area else None,
            **{"usage": "Residence", "delivery_status": "Delivered", **values},
        )
        resident = stored("Resident", resident_name="R", is_active=1, primary_phone=phone)
        stored("Unit Occupancy", unit=unit, resident=resident, community=cls.home.name, from_date="2020-01-01")
        return unit, resident

    @classmethod
    def called(cls, unit: str, resident: str | None, at: datetime, channel: str = "Phone") -> None:
        about = {"unit": unit, "resident": resident, "contacted_at": at, "channel": channel}
        stored("Service Contact", subject="x", community=cls.home.name, **about)

    @classmethod
    def fill(cls) -> None:
        """Area: 6 rooms count. Known: one by a call, one by a visit. Not: called long ago; phone never answered; no phone; later.
        Rechecks on site of those called long ago and never answered reached nobody. Without an area: 1, known by its account and the counter.
        Two that do not count."""
        unit, resident = cls.room()
        cls.called(unit, resident, LATELY)
        unit, resident = cls.room()
        visited = {"visited_at": LATELY, "status": "Reached", "visit_kind": "Repair", "community": cls.home.name}
        stored("Return Visit", unit=unit, resident=resident, **visited)
        long_ago, unanswered = cls.room(), cls.room()
        cls.called(*long_ago, LONG_AGO)
        cls.called(unanswered[0], None, LATELY)
        for unit, resident in (long_ago, unanswered):
            stored("Return Visit", unit=unit, resident=resident, on_site_recheck=1, **visited)
        cls.called(*cls.room(phone=""), LATELY)
        cls.called(*cls.room(), LATER)
        unit, resident = cls.room(area=False, usage="Shop")
        frappe.db.set_value("Resident", resident, "user", "Guest")
        cls.called(unit, None, LATELY, "Counter")
        cls.called(*cls.room(usage="Parking Space"), LATELY)
        cls.called(*cls.room(delivery_status="Unsold"), LATELY)

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def rows(self, **filters: Any) -> list[dict]:
        return report.execute({"community": self.home.name, "as_of": DAY, **filters})[1]

    def figures(self, row: dict) -> tuple:
        return tuple(row[name] for name in (*report.COUNTS, "familiarity"))

    def test_by_area_and_steward(self) -> None:
        area, none, total = self.rows()
        self.assertEqual(area["group_name"], self.area.area_name)
        # In contact: called, visited, called without a name, no phone.
        self.assertEqual(self.figures(area), (6, 5, 4, 4, 2, 33.33))
        self.assertEqual(self.figures(none), (1, 1, 1, 1, 1, 100.0))
        self.assertEqual(self.figures(total), (7, 6, 5, 5, 3, 42.86))
        steward = self.rows(group_by="Steward")[0]
        self.assertEqual((steward["group_key"], steward["known"]), (self.steward, 2))

    def test_figures_open_their_rooms(self) -> None:
        for shown, number in (("All", 6), ("Known", 2), ("Not Known", 4)):
            found = self.rows(group_by="Room", service_area=self.area.name, shown=shown)
            self.assertEqual(len(found), number, shown)
        self.assertEqual(len(self.rows(group_by="Room", service_area="-")), 1)
        known = self.rows(group_by="Room", service_area=self.area.name, shown="Known")
        self.assertEqual({str(row["last_contact"]) for row in known}, {"2026-03-01"})

    def test_the_longest_without_a_contact_come_first_where_there_are_too_many(self) -> None:
        asked = {"community": self.home.name, "as_of": DAY, "group_by": "Room", "service_area": self.area.name}
        with patch.object(report, "MOST_ROOMS", 2):
            _columns, rows, words, *_rest = report.execute(asked)
        self.assertEqual([row["last_contact"] for row in rows], [None, None])
        self.assertIn("Only the first 2 entries are shown.", words)
        _columns, rows, words, *_rest = report.execute(asked)
        self.assertEqual([bool(row["last_contact"]) for row in rows], [False] * 2 + [True] * 4)
        self.assertNotIn("Only the first", words)

    def test_as_of_another_day(self) -> None:
        later = self.rows(as_of=DAY + timedelta(days=10))[-1]
        self.assertEqual(later["known"], 4, "the call of July counts in July")

    def test_only_the_users_own_communities(self) -> None:
        with as_user(self.far):
            self.assertEqual(self.rows(), [])
        with as_user(self.steward):
            self.assertEqual(report.execute({"as_of": DAY})[1][-1]["units"], 7)

    def test_bad_filters_and_queries(self) -> None:
        for wrong in ({"group_by": "Colour"}, {"group_by": "Room", "shown": "Some"}):
            with self.assertRaises(InputRefused):
                self.rows(**wrong)
        report.rows_of((self.home.name,), DAY)
        with count_queries() as queries:
            report.rows_of((self.home.name,), DAY)
        self.assertLessEqual(len(queries), 2, queries)
