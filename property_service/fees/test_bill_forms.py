"""What the forms and the paper of bills and charges say, and who may void."""

from __future__ import annotations

from datetime import date

import frappe
from frappe.utils import add_days, today

from property_service.fees import audit, charging, ledger, report_api
from property_service.fees.charging import ChargeDraft
from property_service.fees.one_off import ITEM_FIELDS, UNIT_FIELDS
from property_service.fees.price_history import one_price
from property_service.fees.pricing import Terms, UnitFacts, charge
from property_service.fees.receipts import apply_prepayments_to, take_back_receipt
from property_service.fees.test_reports import ReportCase
from property_service.property_service.errors import InputRefused
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.tests import factories as make
from property_service.tests.utils import as_user, count_queries


class TestBillForms(ReportCase):
    def billed(self, months: int = 1) -> tuple[str, list[str]]:
        """A bill of unit 0 over 89.35 m² at 2.40 yuan for so many months from May 2026 on; returns it and its charges."""
        place = frappe.db.get_value("Property Unit", self.units[0].name, UNIT_FIELDS, as_dict=True)
        item = frappe.db.get_value("Fee Item", make.make_fee_item(self.community).name, ITEM_FIELDS, as_dict=True)
        drafts = []
        for number in range(months):
            month = date(2026, 5 + number, 1)
            found = charge(
                Terms(item.name, "Area", one_price(money(2.4))), UnitFacts("x", billable_area=money(89.35)), month
            )
            drafts.append(
                ChargeDraft(
                    unit=place, item=item, debtor=self.people[0].name, steward="", service_month=month, first_day=month,
                    last_day=found.lines[0].last, due_date=date(2026, 5, 15), amount=found.amount, lines=found.lines,
                )
            )  # fmt: skip
        names = charging.write(drafts, ledger.today_of(self.community.name))
        return frappe.db.get_value("Fee Charge", names[0], "fee_bill"), names

    def test_what_makes_a_charge_up(self) -> None:
        bill, names = self.billed(2)
        with as_user(self.cashier):
            found = report_api.bill_details(bill)["charges"]
        self.assertEqual([row["name"] for row in found], names)
        line = found[0]["lines"][0]
        self.assertEqual(line["label"], "Billable area × price")
        self.assertEqual((line["working"], line["amount"]), ("89.35 × 2.4 = 214.44", 214.44))
        self.assertEqual((found[1]["month"], found[1]["outstanding"]), ("2026-06", 214.44))

    def test_what_happened_to_a_charge(self) -> None:
        name = self.charge(0, 100, "2026-05-01")
        receipt = self.pay(0, (name,), "2026-05-02", ("Cash", "60"))
        with as_user(self.cashier):
            found = report_api.charge_details(name)
        entries = [(row["kind"], row["amount"], row["balance"], row["number"]) for row in found["entries"]]
        self.assertEqual(entries, [("Charge", 100, 100, ""), ("Allocation", -60, 40, receipt.receipt_number)])
        desk = make.make_staff("Property Front Desk", community=self.community)
        with as_user(desk):
            self.assertEqual(report_api.charge_details(name)["entries"], [])

    def test_void_by_a_manager_with_a_reason(self) -> None:
        bill, names = self.billed(2)
        with as_user(self.manager):
            with self.assertRaises(InputRefused):
                report_api.void_charge("  ", charge=names[0])
            self.assertEqual(report_api.void_charge("Wrong area", charge=names[0]), {"voided": [names[0]]})
            self.assertEqual(report_api.void_charge("Wrong area", bill=bill), {"voided": [names[1]]})
        self.assertEqual(frappe.db.get_value("Fee Bill", bill, "status"), "Void")
        paid = self.charge(0, 100, "2026-05-01")
        self.pay(0, (paid,), "2026-05-02", ("Cash", "60"))
        with as_user(self.manager), self.assertRaises(RuleError):
            report_api.void_charge("Wrong area", charge=paid)

    def test_void_leaves_a_prepayment_on_its_receipt_again(self) -> None:
        receipt = self.pay(0, (), "2026-05-01", ("Cash", "400"))
        name = self.charge(0, 300, "2026-05-02")
        apply_prepayments_to([name], date(2026, 5, 2))
        with as_user(self.manager):
            self.assertEqual(report_api.void_charge("Wrong price", charge=name), {"voided": [name]})
        receipt.reload()
        self.assertEqual(receipt.prepaid_left, 400)
        mixed = self.charge(0, 500, "2026-05-03")
        apply_prepayments_to([mixed], date(2026, 5, 3))
        by_hand = self.pay(0, (mixed,), "2026-05-04", ("Cash", "60"))
        with as_user(self.manager), self.assertRaisesRegex(RuleError, by_hand.receipt_number):
            report_api.void_charge("Wrong price", charge=mixed)
        take_back_receipt(by_hand.name, "Wrong price")
        with as_user(self.manager):
            report_api.void_charge("Wrong price", charge=mixed)
        receipt.reload()
        self.assertEqual(receipt.prepaid_left, 400)
        self.assertEqual(audit.differences(self.community.name), [])

    def test_who_may_not(self) -> None:
        bill, names = self.billed()
        stranger = make.make_staff("Property Manager", community=make.make_community())
        resident = make.make_portal_user(make.make_resident())
        for user in (self.cashier, stranger, resident):
            with as_user(user), self.assertRaises(frappe.PermissionError):
                report_api.void_charge("Because", charge=names[0])
        for user in (stranger, resident):
            with as_user(user):
                for call, name in ((report_api.bill_details, bill), (report_api.charge_details, names[0])):
                    with self.assertRaises(frappe.PermissionError):
                        call(name)

    def test_as_many_queries_for_many_charges(self) -> None:
        few, many = self.billed(1)[0], self.billed(8)[0]
        report_api.bill_details(few)
        counts = []
        for bill in (few, many):
            with count_queries() as queries:
                report_api.bill_details(bill)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])

    def test_the_paper(self) -> None:
        bill, _names = self.billed(2)
        html = frappe.get_print("Fee Bill", bill, "Fee Bill Notice")
        for shown in (bill, "428.88", "89.35 × 2.4 = 214.44", "2026-05 – 2026-06", self.people[0].resident_name):
            self.assertIn(shown, html)
        self.assertIn("Overdue", html)
        later = self.charge(0, 10, today(), due=str(add_days(today(), 3)))
        later = frappe.db.get_value("Fee Charge", later, "fee_bill")
        self.assertNotIn("Overdue", frappe.get_print("Fee Bill", later, "Fee Bill Notice"))
