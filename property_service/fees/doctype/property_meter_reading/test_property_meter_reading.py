"""Meters are read on a site: what cannot be is refused, what was charged stays, replaced meters count through."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import frappe

from property_service.fees import charges, meter_sheet, usages
from property_service.fees.charging import ChargeDraft, write
from property_service.fees.fee_items import cycle_of
from property_service.fees.ledger import today_of
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.rule_error import RuleError
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, count_queries

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
TIERS = [
    {"from_date": "2020-01-01", "tier_from": 0, "tier_to": 180, "price": 5},
    {"from_date": "2020-01-01", "tier_from": 180, "tier_to": 260, "price": 7},
    {"from_date": "2020-01-01", "tier_from": 260, "price": 9},
]


class TestPropertyMeterReading(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.unit = make.make_unit(household_size=6)
        self.owner = make.make_resident(self.unit)
        self.water = make.make_fee_item(self.unit.community, kind="Metered", timing="In Arrears", prices=TIERS)
        self.meter = make.make_meter(self.water, self.unit)

    def charge(self, month: date = JANUARY) -> str:
        item = {**self.water.as_dict(), "name": self.water.name}
        cycle_of(item)
        draft = ChargeDraft(
            unit=self.unit.as_dict(),
            item=item,
            debtor=self.owner.name,
            steward="",
            service_month=month,
            first_day=month,
            last_day=month,
            due_date=month,
            amount=Decimal("60.00"),
        )
        return write([draft], today_of(self.unit.community))[0]

    def test_what_was_used_is_computed(self) -> None:
        first = make.make_reading(self.meter, "2026-01", 112.5, quantity=1, flag="Nothing Used", charged=1)
        second = make.make_reading(self.meter, "2026-02", 120)
        self.assertEqual(
            (first.quantity, first.previous_value, str(first.previous_on), first.flag, first.charged),
            (12.5, 100, "2025-12-25", "", 0),
        )
        self.assertEqual((second.quantity, second.previous_value, second.unit), (7.5, 112.5, self.unit.name))
        self.assertEqual(second.community, self.unit.community)

    def test_unusual_use_is_flagged(self) -> None:
        make.make_reading(self.meter, "2026-01", 110)
        make.make_reading(self.meter, "2026-02", 120)
        self.assertEqual(make.make_reading(self.meter, "2026-03", 200).flag, "Unusually High")
        self.assertEqual(make.make_reading(self.meter, "2026-04", 200).flag, "Nothing Used")

    def test_what_cannot_be_is_refused(self) -> None:
        self.meter.update({"digits": 4, "most_per_day": 2})
        self.meter.save()
        make.make_reading(self.meter, "2026-01", 130)
        for month, value, more in (
            ("2026-02", 129, {}),  # below the last
            ("2026-02", 12_345, {}),  # above the dial
            ("2026-02", 400, {}),  # more than this meter's most a day
            ("2026-02", 131, {"read_on": "2026-01-20"}),  # before the last
            ("2026-02", 131, {"read_on": "2099-01-20"}),  # to come
            ("2026-02", 131, {"service_month": "2028-01-01"}),  # not the month meant
            ("2026-01", 131, {"read_on": "2026-01-26"}),  # a month has one reading
            ("2025-12", 131, {"read_on": "2026-02-26"}),  # after a later month was read
            ("2026-02", -1, {}),
            ("2026-02", 125, {"rollover": 1}),  # too much to have rolled over
        ):
            with self.subTest(value=value, more=more), self.assertRaises((InputRefused, frappe.NonNegativeError)):
                make.make_reading(self.meter, month, value, **more)
        self.assertEqual(make.make_reading(self.meter, "2026-02", 400, confirmed=1).flag, "Unusually High")

    def test_a_meter_rolls_over(self) -> None:
        meter = make.make_meter(self.water, self.unit, digits=3, initial_reading=995)
        self.assertEqual(make.make_reading(meter, "2026-01", 7, rollover=1).quantity, 12)

    def test_only_the_last_reading_is_corrected(self) -> None:
        first = make.make_reading(self.meter, "2026-01", 110)
        last = make.make_reading(self.meter, "2026-02", 120)
        first.value = 111
        self.assertRaises(InputRefused, first.save)
        self.assertRaises(InputRefused, first.delete)
        last.value = 118
        last.save()
        self.assertEqual(last.quantity, 8)
        first.reload()
        first.note, first.quantity = "Read through the window", 99
        first.save()
        self.assertEqual(frappe.db.get_value(first.doctype, first.name, "quantity"), 10)
        last.delete()
        first.delete()

    def test_what_was_charged_stays(self) -> None:
        reading = make.make_reading(self.meter, "2026-01", 112)
        charge = self.charge()
        usages.mark_charged([(self.unit.name, self.water.name, JANUARY)])
        reading.reload()
        self.assertEqual(reading.charged, 1)
        reading.value = 113
        self.assertRaises(InputRefused, reading.save)
        self.assertRaises(InputRefused, reading.delete)
        with self.assertRaises(InputRefused):
            make.make_reading(make.make_meter(self.water, self.unit), "2026-01", 105)
        charges.void([charge], "Read wrongly")
        reading.reload()
        reading.value = 113
        reading.save()
        self.assertEqual((reading.quantity, reading.charged), (13, 0))

    def test_a_replaced_meter_counts_through(self) -> None:
        make.make_reading(self.meter, "2026-01", 110)
        with self.assertRaises(InputRefused):
            make.make_meter(self.water, self.unit, replaces=self.meter.name, installed_on="2026-02-10")
        self.meter.update({"removed_on": "2026-02-10", "final_reading": 115})
        self.meter.save()
        new = make.make_meter(
            self.water, self.unit, replaces=self.meter.name, installed_on="2026-02-10", initial_reading=3
        )
        self.assertRaises(InputRefused, make.make_reading, self.meter, "2026-02", 116)
        reading = make.make_reading(new, "2026-02", 10)
        self.assertEqual((reading.quantity, str(reading.previous_on)), (12, "2026-01-25"))
        self.assertRaises(InputRefused, make.make_meter, self.water, self.unit, replaces=self.meter.name)
        self.meter.final_reading = 118
        self.assertRaises(NotAllowedNow, self.meter.save)

    def test_what_the_successor_was_computed_from_stays(self) -> None:
        old = make.make_reading(self.meter, "2026-01", 110)
        self.meter.update({"removed_on": "2026-02-20", "final_reading": 115})
        self.meter.save()
        new = make.make_meter(self.water, self.unit, replaces=self.meter.name, installed_on="2026-02-20")
        self.assertIn(self.meter.name, self.on_the_sheet(FEBRUARY))
        reading = make.make_reading(new, "2026-02", 107, read_on="2026-02-25")
        self.assertEqual(reading.quantity, 12)
        with self.assertRaisesRegex(InputRefused, f"replaced by {new.meter_no}"):
            make.make_reading(self.meter, "2026-02", 112, read_on="2026-02-10")
        entered = meter_sheet.enter([{"meter": self.meter.name, "value": 112}], FEBRUARY, date(2026, 2, 10))
        self.assertEqual((entered["taken"], len(entered["refused"])), (0, 1))
        old.value = 108
        self.assertRaises(InputRefused, old.save)
        self.assertRaises(InputRefused, old.delete)
        self.assertEqual(self.on_the_sheet(FEBRUARY), {new.name})
        self.assertIn(self.meter.name, self.on_the_sheet(JANUARY))
        reading.delete()
        old.reload()
        old.value = 108
        old.save()
        self.assertEqual(make.make_reading(new, "2026-02", 107, read_on="2026-02-25").quantity, 14)

    def on_the_sheet(self, month: date) -> set[str]:
        return {line["meter"] for line in meter_sheet.sheet(self.water.name, month)}

    def test_a_meter_that_was_read_is_kept(self) -> None:
        make.make_reading(self.meter, "2026-01", 110)
        for field, value in (("multiplier", 2), ("initial_reading", 50), ("installed_on", "2025-12-01")):
            self.meter.reload()
            self.meter.set(field, value)
            self.assertRaises(NotAllowedNow, self.meter.save)
        self.meter.reload()
        self.meter.most_per_day = 5
        self.meter.save()
        self.assertRaises(frappe.LinkExistsError, self.meter.delete)

    def test_meters_that_cannot_be(self) -> None:
        area = make.make_fee_item(self.unit.community)
        far = make.make_fee_item(make.make_community(), kind="Metered")
        other = make.make_unit()
        for item, unit, values in (
            (area, self.unit, {}),
            (far, self.unit, {}),
            (self.water, None, {}),
            (self.water, other, {}),
            (self.water, self.unit, {"multiplier": 0}),
            (self.water, self.unit, {"meter_no": self.meter.meter_no}),
            (self.water, self.unit, {"final_reading": 5}),
            (self.water, self.unit, {"removed_on": "2025-12-01", "final_reading": 200}),
            (self.water, self.unit, {"removed_on": "2026-12-01", "final_reading": 99}),
        ):
            with self.subTest(values=values), self.assertRaises(InputRefused):
                make.make_meter(item, unit, **values)


class TestUsages(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.building = make.make_building()
        self.units = [make.make_unit(self.building, billable_area=area, inner_area=0) for area in (50, 100, 150)]
        self.community = self.building.community

    def test_tiers_add_up_over_the_year(self) -> None:
        unit = make.make_unit(self.building, household_size=7)
        water = make.make_fee_item(
            self.community,
            kind="Metered",
            prices=TIERS,
            tier_period="Year",
            extra_quota_above=5,
            extra_quota_per_person=30,
        )
        meter = make.make_meter(water, unit)
        garden = make.make_meter(water, unit, initial_reading=0)
        for month, value in (("2026-01", 150), ("2026-02", 190)):
            make.make_reading(meter, month, value)
        make.make_reading(garden, "2026-02", 5, read_on="2026-02-26")
        found = usages.usages_of(self.community, [water.name], [unit.name])
        january, february = found[unit.name, water.name, JANUARY], found[unit.name, water.name, FEBRUARY]
        self.assertEqual((january.quantity, january.used_before, january.extra), (50, 0, 60))
        self.assertEqual((february.quantity, february.used_before), (45, 50))
        self.assertEqual((february.first, february.last), (date(2025, 12, 26), date(2026, 2, 26)))
        self.assertEqual(usages.usages_of(make.make_community().name, [water.name], [unit.name]), {})

    def test_as_many_queries_for_one_as_for_many(self) -> None:
        water = make.make_fee_item(self.community, kind="Metered")
        for unit in self.units:
            make.make_reading(make.make_meter(water, unit), "2026-01", 110)
        usages.usages_of(self.community, [water.name], [self.units[0].name])
        with count_queries() as few:
            usages.usages_of(self.community, [water.name], [self.units[0].name])
        with count_queries() as many:
            found = usages.usages_of(self.community, [water.name], [unit.name for unit in self.units])
        self.assertEqual((len(found), len(few)), (3, len(many)))

    def shared(self, **values: object) -> frappe._dict:
        values = {"kind": "Shared Meter", "prices": [{"from_date": "2020-01-01", "price": 0.5383}], **values}
        item = make.make_fee_item(self.community, **values)
        for unit in self.units:
            make.make_unit_fee(unit, item)
        return item

    def test_parts_of_shared_meters_add_up(self) -> None:
        light = self.shared()
        self.assertRaises(RuleError, usages.shared_parts, light.as_dict(), JANUARY)
        meter = make.make_meter(light, building=self.building.name)
        self.assertRaises(RuleError, usages.shared_parts, light.as_dict(), JANUARY)
        make.make_reading(meter, "2026-01", 433.33)
        parts = usages.shared_parts(light.as_dict(), JANUARY)
        self.assertEqual(set(parts), {unit.name for unit in self.units})
        self.assertEqual(sum(part.amount for part in parts.values()), Decimal("179.43"))
        self.assertEqual(parts[self.units[0].name].amount, Decimal("29.91"))

    def test_who_bears_a_part(self) -> None:
        light = self.shared()
        elsewhere = make.make_unit(make.make_building(frappe.get_doc("Community", self.community)))
        make.make_unit_fee(elsewhere, light)
        make.make_unit_fee(make.make_unit(self.building), light, from_date="2026-02-01")
        meter = make.make_meter(light, building=self.building.name)
        gate = make.make_meter(light, community=self.community)
        make.make_reading(meter, "2026-01", 200)
        make.make_reading(gate, "2026-01", 500)
        parts = usages.shared_parts(light.as_dict(), JANUARY)
        self.assertEqual(set(parts), {*(unit.name for unit in self.units), elsewhere.name})
        self.assertEqual(sum(part.amount for part in parts.values()), Decimal("53.83") + Decimal("215.32"))
        self.assertEqual(sum(part.quantity for part in parts.values()), 500)
        make.make_reading(meter, "2026-02", 300)
        make.make_reading(gate, "2026-02", 600)
        self.assertEqual(len(usages.shared_parts(light.as_dict(), FEBRUARY)), 5)
        self.assertRaises(RuleError, usages.shared_parts, light.as_dict(), MARCH)

    def test_shared_by_own_consumption(self) -> None:
        heat = self.shared(share_method="By Own Consumption")
        make.make_reading(make.make_meter(heat, building=self.building.name), "2026-01", 200)
        for unit, value in zip(self.units, (110, 120, None), strict=True):
            meter = make.make_meter(heat, unit)
            if value:
                make.make_reading(meter, "2026-01", value)
        self.assertRaises(RuleError, usages.shared_parts, heat.as_dict(), JANUARY)
        make.make_reading(meter, "2026-01", 170)
        parts = usages.shared_parts(heat.as_dict(), JANUARY)
        self.assertEqual([parts[unit.name].quantity for unit in self.units], [10, 20, 70])

    def test_a_unit_without_area_bears_nothing_in_silence(self) -> None:
        light = self.shared()
        make.make_unit_fee(make.make_unit(self.building, billable_area=0, inner_area=0), light)
        make.make_reading(make.make_meter(light, building=self.building.name), "2026-01", 200)
        self.assertRaises(RuleError, usages.shared_parts, light.as_dict(), JANUARY)
