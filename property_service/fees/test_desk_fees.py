"""The workspace of the fees: its charts and number cards say what the reports say, within the reader's communities."""

from __future__ import annotations

import json
from typing import Any

import frappe
from frappe.desk import query_report
from frappe.utils import today

from property_service.fees import report_api
from property_service.fees.test_reports import ReportCase
from property_service.tests import factories as make
from property_service.tests.utils import as_user

CARDS = (
    "Collected Today",
    "Collection Rate This Month",
    "Target This Month",
    "Collection Rate Last Month",
    "Overdue Principal",
)


class TestWorkspace(ReportCase):
    def card(self, name: str, filters: dict[str, Any]) -> float:
        """The number a card shows to the manager: the sum of its field over the rows of its report."""
        card = frappe.get_doc("Number Card", name)
        asked = {**json.loads(card.filters_json), **filters}
        with as_user(self.manager):
            rows = query_report.run(card.report_name, filters=json.dumps(asked))["result"]
        return sum(row.get(card.report_field) or 0 for row in rows)

    def test_cards(self) -> None:
        charges = [self.charge(unit, 100, today()) for unit in (0, 1)]
        self.pay(0, (charges[0],), today(), ("Cash", "100"))
        self.pay(1, (charges[1],), today(), ("Cash", "20"))
        late = self.charge(1, 70, "2026-05-01", due="2026-05-20")
        make.insert("Collection Target", community=self.community.name, target_year=int(today()[:4]), current_target=95)
        month = {"from_month": today(), "to_month": today()}
        self.assertEqual(self.card("Collected Today", {"from_date": today(), "to_date": today()}), 120)
        self.assertEqual(self.card("Collection Rate This Month", month), 60)
        self.assertEqual(self.card("Target This Month", month), 95)
        self.assertEqual(self.card("Overdue Principal", {"as_of": today()}), 70)
        self.assertEqual(self.card("Collection Rate Last Month", {}), 0)
        self.assertTrue(late)

    def test_charts(self) -> None:
        charge = self.charge(1, 100, "2026-05-01", due="2026-05-20")
        self.pay(1, (charge,), today(), ("Cash", "40"))
        with as_user(self.manager):
            chart = report_api.money_per_month()
            self.assertEqual([len(found["values"]) for found in chart["datasets"]], [12, 12])
            self.assertEqual(chart["datasets"][1]["values"][int(today()[5:7]) - 1], 40)
            worst = report_api.worst_buildings()
        self.assertEqual((worst["labels"], worst["datasets"][0]["values"]), ([self.units[1].building], [60]))

    def test_not_for_others(self) -> None:
        stranger = make.make_staff("Property Cashier", community=make.make_community())
        self.charge(1, 100, "2026-05-01", due="2026-05-20")
        with as_user(stranger):
            self.assertEqual(report_api.worst_buildings(), {})
        for user in (make.make_staff("Property Front Desk"), make.make_portal_user(self.people[0])):
            with as_user(user):
                for call in (report_api.worst_buildings, report_api.money_per_month):
                    with self.assertRaises(frappe.PermissionError):
                        call()

    def test_everything_it_names_is_there(self) -> None:
        workspace = frappe.get_doc("Workspace", "Property Fees")
        named = [("Number Card", row.number_card_name) for row in workspace.number_cards]
        named += [("Dashboard Chart", row.chart_name) for row in workspace.charts]
        named += [(row.type, row.link_to) for row in workspace.shortcuts]
        named += [(row.link_type, row.link_to) for row in workspace.links if row.type == "Link"]
        missing = [pair for pair in named if not frappe.db.exists(*pair)]
        self.assertEqual(missing, [])
