"""Courtesy visits: by tier and silence, so many a week, nobody twice, nobody who is being called anyway."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import frappe

from property_service.front_desk import complaints, courtesy
from property_service.front_desk.complaints import ComplaintOrder
from property_service.front_desk.courtesy import Household, Intervals, choose
from property_service.property_service.service_clock import as_of, site_now
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, count_queries

NOW = datetime(2026, 6, 15, 10)


def ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


class TestCourtesy(PropertyServiceTestCase):
    def test_silent_first_then_key_customers_then_seen_longest_ago(self) -> None:
        homes = [
            Household("regular", "u1", False, ago(10), ago(400), ago(900)),
            Household("key", "u2", True, ago(10), ago(95), ago(900)),
            Household("key, longer ago", "u3", True, ago(10), ago(99), ago(900)),
            Household("silent", "u4", False, ago(200), ago(500), ago(900)),
            Household("never heard of", "u5", False, None, None, ago(400)),
            Household("key, not yet", "u6", True, ago(300), ago(80), ago(900)),
            Household("regular, not yet", "u7", False, ago(300), ago(300), ago(900)),
            Household("moved in lately", "u8", True, None, None, ago(30)),
        ]
        found = [one.resident for one in choose(homes, NOW, Intervals(), 10)]
        self.assertEqual(found, ["silent", "never heard of", "key, longer ago", "key", "regular"])
        self.assertEqual([one.resident for one in choose(homes, NOW, Intervals(), 2)], found[:2])
        for none in (Intervals(0, 0, 180), Intervals(9999, 9999, 1)):
            self.assertEqual(choose(homes, NOW, none, 10), [])
        self.assertEqual(choose(homes, NOW, Intervals(), -3), [])

    def home(self, community: Any, **values: Any) -> Any:
        unit = make.make_unit(self.building)
        resident = make.make_resident(unit, **values)
        frappe.db.set_value("Unit Occupancy", {"resident": resident.name}, {"is_primary": 1, "from_date": "2020-01-01"})
        return resident

    def test_so_many_a_week_and_run_again_none(self) -> None:
        community = make.make_community()
        self.building = make.make_building(community)
        people = [self.home(community, service_tier="Key" if number % 2 else "") for number in range(6)]
        busy, called = people[0], people[1]
        complaints.receive(ComplaintOrder(community=community.name, subject="x", resident=busy.name), "Administrator")
        make.insert(
            "Return Visit",
            community=community.name,
            visit_kind="Repair",
            resident=called.name,
            status="Due",
            due_at=site_now(),
        )
        frappe.db.set_single_value("Property Service Settings", "courtesy_per_week", 3)
        frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
        self.addCleanup(frappe.clear_document_cache, "Property Service Settings", "Property Service Settings")
        self.assertEqual(courtesy.plan(community.name), 3)
        self.assertEqual(courtesy.plan(community.name), 0)
        fields = ["resident", "visit_kind", "contact_phone", "doer"]
        found = frappe.get_all("Return Visit", {"community": community.name, "visit_kind": "Courtesy"}, fields)
        self.assertFalse({busy.name, called.name} & {row.resident for row in found})
        self.assertTrue(all(row.contact_phone for row in found))
        with as_of(site_now() + timedelta(days=7)), count_queries() as queries:
            self.assertEqual(courtesy.plan(community.name), 1, "those with a visit that is still due are left alone")
        self.assertLess(len(queries), 40)
