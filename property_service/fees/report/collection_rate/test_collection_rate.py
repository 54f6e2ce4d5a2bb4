"""The report Collection Rate: figures computed by hand, the same on the screen, in the export and by the API, and for ever."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import frappe
from frappe.desk import query_report

from property_service.fees import ledger, report_api
from property_service.fees.ledger_rules import LedgerRow
from property_service.fees.report.collection_rate import collection_rate as report
from property_service.fees.report.collection_rate_details import collection_rate_details as details
from property_service.property_service.errors import InputRefused
from property_service.property_service.service_clock import as_of
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

FEB, MARCH = date(2026, 2, 1), date(2026, 3, 1)


class LedgerCase(PropertyServiceTestCase):
    """A community with two units in two buildings, and entries written one by one."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.community = make.make_community(time_zone=frappe.utils.get_system_timezone())
        cls.units = [make.make_unit(make.make_building(cls.community)) for _number in range(2)]
        cls.people = [make.make_resident(unit) for unit in cls.units]
        cls.item = make.make_fee_item(cls.community)
        cls.stewards = [make.make_staff("Property Front Desk", community=cls.community) for _number in range(2)]
        cls.manager = make.make_staff("Property Manager", community=cls.community)

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    @classmethod
    def entry(
        cls,
        unit: int,
        kind: str,
        amount: str,
        on: str,
        month: date | None = MARCH,
        dated: str | None = None,
        **more: Any,
    ) -> LedgerRow:
        """Post an entry recorded at noon of a day; `dated` is its effective date, the same day if left out."""
        moment = datetime.fromisoformat(f"{on} 12:00:00")
        place = cls.units[unit]
        on_charge = kind in ("Charge", "Adjustment", "Late Fee", "Allocation")
        row = LedgerRow(
            **{
                "name": frappe.generate_hash(length=16),
                "entry_type": kind,
                "amount": Decimal(amount),
                "effective_date": date.fromisoformat(dated or on),
                "recorded_at": moment,
                "part": "Late Fee" if kind == "Late Fee" else "Principal",
                "charge": f"C{unit}-{month}" if on_charge else None,
                "receipt": "R" if kind in ("Payment", "Refund", "Allocation") else None,
                "community": cls.community.name,
                "building": place.building,
                "steward": cls.stewards[unit],
                "unit": place.name,
                "item": cls.item.name,
                "collected_for": "Own",
                "debtor": cls.people[unit].name,
                "service_month": month if on_charge else None,
                **more,
            }
        )
        ledger.post([row])
        return row


class TestCollectionRate(LedgerCase):
    """March: unit 0 is charged 200, 20 waived, pays 100 + 80; unit 1 is charged 300, pays 60 in April.

    February: unit 1 was charged 150 and paid 30 in February: 120 arrears; 50 more are billed late in March, 40 recovered.
    """

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.entry(1, "Charge", "150", "2026-02-01", FEB)
        cls.entry(1, "Allocation", "-30", "2026-02-20", FEB)
        cls.entry(0, "Charge", "200", "2026-03-01")
        cls.entry(0, "Adjustment", "-20", "2026-03-02")
        cls.entry(0, "Allocation", "-100", "2026-03-03")
        cls.entry(0, "Allocation", "-80", "2026-03-31")
        cls.entry(1, "Charge", "300", "2026-03-01")
        cls.entry(1, "Charge", "50", "2026-03-05", FEB)
        cls.entry(1, "Allocation", "-40", "2026-03-10", FEB)
        cls.entry(1, "Late Fee", "3", "2026-03-10", FEB)
        cls.entry(1, "Allocation", "-3", "2026-03-10", FEB, part="Late Fee")
        cls.entry(0, "Charge", "70", "2026-03-01", collected_for="Utility")
        cls.entry(1, "Allocation", "-60", "2026-04-02")
        cls.asked = {"community": cls.community.name, "from_month": "2026-03-15", "to_month": "2026-03-15"}

    def rows(self, **filters: Any) -> list[dict]:
        return report.execute({**self.asked, **filters})[1]

    def test_figures_by_hand(self) -> None:
        first, second = sorted(self.rows()[:-1], key=lambda row: row["charged"])
        total = self.rows()[-1]
        self.assertEqual(first["group_name"], self.units[0].building)
        expected = {
            "charged": 200.0, "waived": 20.0, "collected": 180.0, "current_rate": 90.0, "open_current": 0.0,
            "opening": 0.0, "arrears_rate": None, "units_paid": 1, "units_charged": 1, "household_rate": 100.0,
            "combined_rate": 90.0, "later": 0.0, "cut_off": "2026-03-31", "late_fees": 0.0,
        }  # fmt: skip
        self.assertEqual({name: first[name] for name in expected}, expected)
        expected = {
            "charged": 300.0, "collected": 0.0, "current_rate": 0.0, "opening": 120.0, "billed_late": 50.0,
            "recovered": 40.0, "arrears_rate": 23.53, "open_earlier": 130.0, "open_current": 300.0, "units_paid": 0,
            "combined_rate": 8.51, "year_charged": 500.0, "year_collected": 70.0, "year_rate": 14.0, "late_fees": 3.0,
        }  # fmt: skip
        self.assertEqual({name: second[name] for name in expected}, expected)
        # 180/500; (180+40)/(500+120+50); (180+70)/(200+500)
        expected = {
            "charged": 500.0, "collected": 180.0, "current_rate": 36.0, "units_paid": 1, "units_charged": 2,
            "household_rate": 50.0, "combined_rate": 32.84, "year_rate": 35.71,
        }  # fmt: skip
        self.assertEqual({name: total[name] for name in expected}, expected)

    def test_later_cut_off_and_other_scope(self) -> None:
        self.assertEqual(self.rows(cut_off="2026-04-30")[-1]["collected"], 240.0)
        self.assertEqual([row["charged"] for row in self.rows(collected_for="Utility")], [70.0, 70.0])
        self.assertEqual(self.rows(collected_for="All")[-1]["charged"], 570.0)

    def test_by_steward_month_and_item(self) -> None:
        stewards = {row["group_name"]: row["charged"] for row in self.rows(group_by="Steward")}
        names = [frappe.utils.get_fullname(user) for user in self.stewards]
        self.assertEqual(stewards, {names[0]: 200.0, names[1]: 300.0, "Total": 500.0})
        months = [(row["group_name"], row["opening"]) for row in self.rows(group_by="Month")]
        self.assertEqual(months, [("2026-02", 120.0), ("2026-03", 0.0), ("Total", 120.0)])
        self.assertEqual(self.rows(group_by="Item")[0]["group_name"], self.item.name)

    def test_targets(self) -> None:
        make.insert("Collection Target", community=self.community.name, target_year=2026, current_target=95)
        make.insert(
            "Collection Target", community=self.community.name, target_year=2026, quarter="Q1", current_target=30
        )
        make.insert(
            "Collection Target",
            community=self.community.name,
            target_year=2026,
            steward=self.stewards[0],
            current_target=80,
            arrears_target=60,
        )
        rows = {row["group_key"]: row for row in self.rows(group_by="Steward")}
        self.assertEqual([rows[key]["target"] for key in (*self.stewards, None)], [80.0, None, 30.0])
        self.assertEqual(rows[self.stewards[0]]["arrears_target"], 60.0)
        april = self.rows(to_month="2026-04-01", group_by="Community")
        self.assertEqual([row["target"] for row in april], [95.0, 95.0])

    def test_targets_of_several_communities(self) -> None:
        """Whoever sees more than one community, or all, sees each steward's target, and a total where the communities agree."""
        there = make.make_community().name

        def target(community: str, current: float, **more: Any) -> Any:
            about = {"community": community, "target_year": 2026, "current_target": current, **more}
            return make.insert("Collection Target", **about)

        target(self.community.name, 95)
        target(self.community.name, 80, steward=self.stewards[0])
        other, his = target(there, 95), target(there, 80, steward=self.stewards[0])

        def shown() -> list[float | None]:
            rows = {row["group_key"]: row["target"] for row in self.rows(community=None, group_by="Steward")}
            return [rows.get(key) for key in (*self.stewards, None)]

        self.assertEqual(shown()[:2], [80.0, None])
        allowed = "property_service.fees.report_parts.allowed_communities"
        with patch(allowed, lambda *_args: (self.community.name, there)):
            self.assertEqual(shown(), [80.0, None, 95.0])
            by_community = {row["group_key"]: row["target"] for row in self.rows(community=None, group_by="Community")}
            self.assertEqual(by_community, {self.community.name: 95.0, None: 95.0})
            by_building = {row["group_key"]: row["target"] for row in self.rows(community=None, group_by="Building")}
            self.assertEqual(set(by_building.values()), {95.0})
            for doc in (other, his):
                doc.current_target = 60
                doc.save()
            self.assertEqual(shown(), [None, None, None])
            by_building = {row["group_key"]: row["target"] for row in self.rows(community=None, group_by="Building")}
            self.assertIsNone(by_building.pop(None))
            self.assertEqual(set(by_building.values()), {95.0}, "each building has the target of its own community")
            other.delete()
            self.assertIsNone(shown()[-1], "a community that set targets for its stewards alone agrees on none")
            his.delete()
            self.assertEqual(shown(), [80.0, None, 95.0])

    def test_screen_export_and_api_are_one(self) -> None:
        for group_by in ("Building", "Steward", "Month", "Community", "Item", "Service Area"):
            asked = {**self.asked, "group_by": group_by}
            with as_user(self.manager):
                screen = query_report.run("Collection Rate", filters=json.dumps(asked))
                api = report_api.collection_rate(**{**asked, "from_month": MARCH, "to_month": MARCH})
                exported = self.exported(asked)
            self.assertEqual(screen["result"], api["rows"])
            names = [column["fieldname"] for column in screen["columns"]]
            table = [["" if row[name] is None else row[name] for name in names] for row in api["rows"]]
            self.assertEqual([[self.plain(cell) for cell in row] for row in table], exported)

    def exported(self, asked: dict) -> list[list[str]]:
        """The rows of the CSV file the screen gives, without its heads."""
        frappe.local.form_dict = frappe._dict(
            report_name="Collection Rate", file_format_type="CSV", filters=json.dumps(asked), visible_idx="[]"
        )
        frappe.local.form_dict.visible_idx = json.dumps(list(range(len(report.execute(dict(asked))[1]))))
        query_report.export_query()
        content = frappe.response.pop("filecontent")
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        return [[self.plain(cell) for cell in row] for row in list(csv.reader(io.StringIO(text)))[1:]]

    @staticmethod
    def plain(cell: Any) -> str:
        try:
            return f"{float(cell):.2f}"
        except ValueError:
            return str(cell)

    def test_a_closed_month_never_changes(self) -> None:
        def printed() -> str:
            found = [report.figures_of(self.rows(group_by=group)) for group in ("Building", "Steward", "Month", "Item")]
            return json.dumps(found)

        before = printed()
        paid = self.entry(1, "Allocation", "-300", "2026-04-05")
        self.entry(1, "Adjustment", "-10", "2026-04-06", FEB)
        self.entry(1, "Allocation", "-25", "2026-04-07", dated="2026-03-30")  # dated back
        with as_of(datetime(2026, 4, 9, 9)):
            ledger.take_back([paid], date(2026, 4, 9), "Void")
        charge = [row for row in ledger.rows_where(charge=f"C0-{MARCH}") if row.entry_type == "Charge"]
        with as_of(datetime(2026, 4, 10, 9)):
            ledger.take_back(charge, date(2026, 4, 10), "Void")
        self.entry(0, "Charge", "210", "2026-04-10", steward=self.stewards[1])  # another steward by now
        self.assertEqual(printed(), before)
        self.assertEqual(self.rows()[-1]["later"], 25.0)
        self.assertNotEqual(self.rows(cut_off="2026-04-30")[-1]["collected"], 180.0)

    def test_figures_open_their_rows(self) -> None:
        self.entry(1, "Allocation", "-25", "2026-04-07", dated="2026-03-30")
        for group_by in ("Building", "Steward", "Month"):
            for row in self.rows(group_by=group_by):
                asked = {**self.asked, "group_by": group_by, "group_key": row["group_key"]}
                for figure in details.OF_ENTRIES:
                    if figure in row:
                        found = details.execute({**asked, "figure": figure})[1]
                        self.assertEqual(details.total_of(found), row[figure], (figure, row["group_name"]))
                units = details.execute(asked)[1]
                for figure in ("charged", "collected", "open_current", "opening", "open_earlier"):
                    self.assertEqual(details.total_of(units, figure), row[figure])
                self.assertEqual(sum(unit["units_paid"] for unit in units), row["units_paid"])

    def test_units_say_why_they_owe(self) -> None:
        for reason, on in (("Hardship", "2026-03-20"), ("Vacant", "2026-03-28")):
            reminder = frappe.get_doc(
                {
                    "doctype": "Fee Reminder",
                    "name": make.unique("FR"),
                    "unit": self.units[1].name,
                    "debtor": self.people[1].name,
                    "community": self.community.name,
                    "level": "Call",
                    "status": "Done",
                    "done_on": on,
                    "arrears_reason": reason,
                }
            )
            reminder.flags.name_set = True
            reminder.db_insert()
        units = {row["unit"]: row for row in details.execute(dict(self.asked))[1]}
        self.assertEqual(units[self.units[1].name]["reason"], "Vacant")
        self.assertEqual(units[self.units[1].name]["still_open"], 430.0)

    def test_whose_money_one_sees(self) -> None:
        with as_user(self.manager):
            self.assertEqual(self.rows(community=None)[-1]["charged"], 500.0)
        with as_user(make.make_staff("Property Manager", community=make.make_community())):
            self.assertEqual(self.rows(), [])
            self.assertEqual(self.rows(community=None), [])
            self.assertEqual(details.execute(dict(self.asked))[1], [])
            with self.assertRaises(frappe.PermissionError):
                report_api.collection_rate(community=self.community.name)
        with as_user(self.stewards[0]), self.assertRaises(frappe.PermissionError):
            report_api.collection_rate(community=self.community.name)

    def test_what_cannot_be_asked(self) -> None:
        for wrong in (
            {"to_month": "2026-02-01"},
            {"from_month": "2010-01-01"},
            {"group_by": "Colour"},
            {"collected_for": "Nobody"},
        ):
            with self.assertRaises(InputRefused):
                self.rows(**wrong)

    def test_last_month_is_asked_for_by_default(self) -> None:
        question = report.question_of({"community": self.community.name})
        today = ledger.today_of(self.community.name)
        self.assertEqual(question.period.first_month, report.add_months(today.replace(day=1), -1))
        self.assertEqual(question.cut_off, report.month_end(question.period.last_month))

    def test_queries_do_not_grow(self) -> None:
        self.rows(group_by="Steward")
        with count_queries() as few:
            self.rows(group_by="Steward")
        for number in range(30):
            self.entry(0, "Charge", str(10 + number), "2026-03-01", steward=make.make_staff("Property Front Desk"))
        with count_queries() as many:
            self.assertEqual(len(self.rows(group_by="Steward")), 33)
        self.assertEqual((len(few), len(many)), (4, 4))
