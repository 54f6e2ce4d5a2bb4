"""Categories: two levels, targets that can be met, and the ones a new site starts with."""

from __future__ import annotations

import frappe

from property_service.property_service.errors import InputRefused
from property_service.repairs.categories import ancestors_of, default_priority, target_of
from property_service.setup.first_data_repairs import ensure_repairs
from property_service.tests.factories import make_category
from property_service.tests.utils import PropertyServiceTestCase


class TestRepairCategory(PropertyServiceTestCase):
    def test_what_cannot_be_is_refused(self) -> None:
        leaf, group = make_category(), make_category(is_group=1)
        below = make_category(parent_category=group.name)
        for values in (
            {"parent_category": leaf.name},
            {"parent_category": below.name},
            {"parent_category": group.name, "is_group": 1},
            {"visit_rule": "Sample"},
            {"visit_rule": "Sample", "sample_percent": 101},
            {"is_chargeable": 1, "price_from": 100, "price_to": 50},
            {"targets": [{"priority": "Normal", "arrive_minutes": 60, "finish_minutes": 30}]},
            {"targets": [{"priority": "Normal"}, {"priority": "Normal"}]},
        ):
            with self.subTest(values=values), self.assertRaises(InputRefused):
                make_category(**values)
        for values in ({"price_from": -1}, {"targets": [{"priority": "Normal", "arrive_minutes": -5}]}):
            with self.subTest(values=values), self.assertRaises(frappe.ValidationError):
                make_category(**values)

    def test_a_category_without_targets_promises_what_its_group_does(self) -> None:
        group = make_category(is_group=1)
        child = make_category(parent_category=group.name, targets=[])
        self.assertEqual(ancestors_of(child.name), (group.name,))
        self.assertEqual(target_of(child.name, "Normal").finish_minutes, 480)

    def test_an_emergency_category_is_always_an_emergency(self) -> None:
        self.assertEqual(default_priority(make_category(is_emergency=1, default_priority="Low").name), "Emergency")

    def test_first_data_is_whole_and_made_once(self) -> None:
        ensure_repairs()
        before = (frappe.db.count("Repair Category"), frappe.db.count("Repair Price List"))
        ensure_repairs()
        self.assertEqual((frappe.db.count("Repair Category"), frappe.db.count("Repair Price List")), before)
        expected = {
            "Burst Pipe": ("Emergency", 15, 120, 0, 24),
            "Lift Entrapment": ("Emergency", 30, 60, 0, 24),
            "Gas Smell": ("Emergency", 5, 0, 0, 0),
            "Lift Fault": ("High", 30, 1440, 0, 24),
            "Indoor Lamp": ("Normal", 60, 480, 0, 6),
            "Leak in Wall or Ceiling": ("Normal", 480, 0, 10, 60),
            "Crack in Wall or Ceiling": ("Normal", 480, 0, 15, 600),
        }
        for name, (priority, arrive, finish, days, months) in expected.items():
            target = target_of(name, priority)
            self.assertEqual(
                (
                    default_priority(name),
                    target.arrive_minutes,
                    target.finish_minutes,
                    target.finish_working_days,
                    frappe.db.get_value("Repair Category", name, "warranty_months"),
                ),
                (priority, arrive, finish, days, months),
                name,
            )
