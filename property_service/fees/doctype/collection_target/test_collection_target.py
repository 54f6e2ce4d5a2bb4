"""One target for each community, time and steward, between 0 and 100 percent."""

from __future__ import annotations

import frappe

from property_service.property_service.errors import InputRefused
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase


class TestCollectionTarget(PropertyServiceTestCase):
    def test_one_for_each_time_and_steward(self) -> None:
        here, steward = make.make_community().name, make.make_staff("Property Front Desk")
        same = {"community": here, "target_year": 2026, "current_target": 95, "arrears_target": 60}
        for more in ({}, {"quarter": "Q1"}, {"steward": steward}, {"quarter": "Q1", "steward": steward}):
            doc = make.insert("Collection Target", **same, **more)
            doc.current_target = 94.5
            doc.save()
            with self.assertRaises(InputRefused):
                make.insert("Collection Target", **same, **more)
        make.insert("Collection Target", **{**same, "target_year": 2027})
        make.insert("Collection Target", **{**same, "community": make.make_community().name})

    def test_what_cannot_be(self) -> None:
        here = make.make_community().name
        for wrong in (
            {"current_target": 100.01},
            {"arrears_target": 101},
            {"current_target": -1},
            {"target_year": 26},
        ):
            with self.assertRaises(frappe.ValidationError):
                make.insert("Collection Target", **{"community": here, "target_year": 2026, **wrong})
        make.insert("Collection Target", community=here, target_year=2026, current_target=100, arrears_target=0)
