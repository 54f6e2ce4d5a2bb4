"""Unit fees: what a unit may pay for an item, and an item given to many units at once."""

from __future__ import annotations

import frappe

from property_service.fees import assignment
from property_service.fees.api import assign, assign_preview
from property_service.property_service.rule_error import RuleError
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

NAMES = ("name", "creation", "modified", "owner", "modified_by")


class TestUnitFees(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.unit = make.make_unit()
        self.item = make.make_fee_item(self.unit.community)

    def test_what_a_unit_cannot_pay(self) -> None:
        community = self.unit.community
        shared = make.make_fee_item(community, kind="Shared Meter")
        refused = (
            (make.make_fee_item(make.make_community()), {}),
            (make.make_fee_item(community, one_off=1, kind="Fixed", prices=[]), {}),
            (make.make_fee_item(community, enabled=0), {}),
            (self.item, {"from_date": "2026-02-01", "to_date": "2026-01-31"}),
            (self.item, {"price_rule": "Own Price", "own_price": 0, "reason": "Old contract"}),
            (self.item, {"price_rule": "Own Price", "own_price": -1, "reason": "Old contract"}),
            (self.item, {"price_rule": "Own Price", "own_price": 1e12, "reason": "Old contract"}),
            (self.item, {"price_rule": "Own Price", "own_price": 2, "reason": " "}),
            (self.item, {"price_rule": "Discount", "discount_percent": 0, "reason": "Long vacant"}),
            (self.item, {"price_rule": "Discount", "discount_percent": 101, "reason": "Long vacant"}),
            (self.item, {"price_rule": "Discount", "discount_percent": 30}),
            (shared, {"price_rule": "Own Price", "own_price": 2, "reason": "Old contract"}),
        )
        for item, values in refused:
            with self.subTest(item=item.name, **values), self.assertRaises(frappe.ValidationError):
                make.make_unit_fee(self.unit, item, **values)

    def test_what_is_not_used_is_emptied(self) -> None:
        fee = make.make_unit_fee(self.unit, self.item, own_price=3, discount_percent=20, reason="Nothing")
        self.assertEqual((fee.own_price, fee.discount_percent, fee.reason), (0, 0, None))
        self.assertEqual(fee.community, self.unit.community)

    def test_the_same_item_twice_on_a_day_is_refused(self) -> None:
        first = make.make_unit_fee(self.unit, self.item, from_date="2026-03-01", to_date="2026-06-30")
        for begin, end in (("2026-06-30", None), ("2026-01-01", "2026-03-01"), ("2026-01-01", None)):
            with self.subTest(begin), self.assertRaises(frappe.ValidationError):
                make.make_unit_fee(self.unit, self.item, from_date=begin, to_date=end)
        make.make_unit_fee(self.unit, self.item, from_date="2026-07-01")
        make.make_unit_fee(self.unit, self.item, from_date="2026-01-01", to_date="2026-02-28")
        make.make_unit_fee(self.unit, make.make_fee_item(self.unit.community), from_date="2026-03-01")
        first.to_date = "2026-07-01"
        with self.assertRaises(frappe.ValidationError):
            first.save()

    def test_it_is_deleted_only_before_it_was_charged(self) -> None:
        make.make_resident(self.unit)
        once = make.make_fee_item(self.unit.community, one_off=1, kind="Fixed", prices=[])
        charged = make.make_unit_fee(self.unit, self.item, from_date="2020-01-01")
        frappe.db.set_value("Fee Charge", make.make_charge(self.unit, 10, once), "fee_item", self.item.name)
        with self.assertRaises(frappe.ValidationError):
            charged.delete()
        make.make_unit_fee(self.unit, make.make_fee_item(self.unit.community)).delete()


class TestAssignment(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.community = make.make_community()
        self.tower, self.garage = make.make_building(self.community), make.make_building(self.community)
        self.item = make.make_fee_item(self.community)
        self.flats = [make.make_unit(self.tower, floor=floor) for floor in (1, 3, 9)]
        self.space = make.make_unit(self.garage, usage="Parking Space", floor=-1, billable_area=0)

    def run_it(self, filters: dict | None = None, terms: dict | None = None) -> assignment.Plan:
        return assignment.assign(self.item.name, frappe.utils.getdate("2026-01-01"), filters or {}, terms or {})

    def units(self) -> set[str]:
        return set(frappe.get_all("Unit Fee", {"fee_item": self.item.name}, pluck="unit"))

    def test_units_are_chosen_by_filter(self) -> None:
        flats = {unit.name for unit in self.flats}
        for filters, wanted in (
            ({}, {*flats, self.space.name}),
            ({"buildings": [self.tower.name]}, flats),
            ({"usages": ["Parking Space"]}, {self.space.name}),
            ({"with_area": 1}, flats),
            ({"floor_from": 3}, {unit.name for unit in self.flats[1:]}),
            ({"floor_from": 1, "floor_to": 3}, {unit.name for unit in self.flats[:2]}),
            ({"delivery_statuses": ["Unsold"]}, set()),
        ):
            found = assignment.units_by(self.community.name, filters)
            self.assertEqual({row.name for row in found}, wanted, filters)

    def test_a_filter_nobody_knows_chooses_nothing(self) -> None:
        for filters in ({"building": "x"}, {"buildings": "x"}):
            with self.assertRaises(RuleError):
                self.run_it(filters)

    def test_a_second_time_adds_nothing(self) -> None:
        self.assertEqual(len(self.run_it({"with_area": 1}).rows), 3)
        again = self.run_it()
        self.assertEqual((len(again.rows), len(again.known)), (1, 3))
        self.assertEqual(len(self.units()), 4)
        self.assertEqual(frappe.db.count("Unit Fee", {"fee_item": self.item.name}), 4)

    def test_units_that_get_it_later_are_refused_with_the_reason(self) -> None:
        make.make_unit_fee(self.flats[0], self.item, from_date="2026-05-01")
        found = self.run_it()
        self.assertEqual([unit for unit, _error in found.refused], [self.flats[0].name])
        told = assignment.told(found)
        self.assertEqual((told["added"], told["refused"], told["reasons"][0]["count"]), (3, 1, 1))

    def test_a_row_of_the_block_is_a_document_inserted_singly(self) -> None:
        terms = {"price_rule": "Discount", "discount_percent": 30, "reason": "Long vacant", "to_date": "2026-12-31"}
        self.run_it({"buildings": [self.garage.name]}, terms)
        single = make.make_unit_fee(self.flats[0], self.item, **terms)
        single.reload()
        block = frappe.get_doc("Unit Fee", {"unit": self.space.name})
        columns = [column for column in single.meta.get_valid_columns() if column not in (*NAMES, "unit")]
        self.assertEqual([single.get(column) for column in columns], [block.get(column) for column in columns])

    def test_preview_writes_nothing_and_costs_the_same_for_many(self) -> None:
        with count_queries() as few:
            assign_preview(self.item.name, frappe.utils.getdate("2026-01-01"), {"with_area": 1}, {})
        for number in range(30):
            make.make_unit(self.tower, floor=number % 10 + 1)
        with count_queries() as many:
            told = assign_preview(self.item.name, frappe.utils.getdate("2026-01-01"), {}, {})
        self.assertEqual(told["added"], 34)
        self.assertEqual(self.units(), set())
        self.assertLessEqual(len(many), len(few))

    def test_only_managers_of_the_community_assign(self) -> None:
        for user in (
            make.make_staff("Property Cashier", community=self.community),
            make.make_staff("Property Manager", community=make.make_community()),
        ):
            for act in (assign, assign_preview):
                with as_user(user), self.assertRaises(frappe.PermissionError):
                    act(self.item.name, frappe.utils.getdate("2026-01-01"), {}, {})
        with as_user(make.make_staff("Property Manager", community=self.community)):
            self.assertEqual(assign(self.item.name, frappe.utils.getdate("2026-01-01"), {}, {})["added"], 4)
