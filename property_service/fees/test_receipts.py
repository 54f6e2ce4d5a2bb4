"""Payments, prepayments, refunds and receipts taken back, on a site; after every act the ledger and all copies agree."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe import client
from frappe.utils import add_days, add_months, get_first_day, getdate, today

from property_service.fees import audit, charges, ledger, prepayments
from property_service.fees.allocation import CASH, Tender
from property_service.fees.ledger_rules import credit, money_kept
from property_service.fees.receipts import (
    PaymentOrder,
    apply_prepayments_to,
    due_on,
    refund_prepayment,
    take_back_receipt,
    take_payment,
)
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, count_queries


class TestReceipts(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.unit = make.make_unit()
        self.owner = make.make_resident(self.unit)
        self.community = self.unit.community
        self.item = make.make_fee_item(self.community, one_off=1, kind="Fixed", prices=[])
        self.late = make.make_fee_item(
            self.community, one_off=1, kind="Fixed", prices=[], late_fee_rate=0.05, grace_days=30, late_fee_cap=30
        )
        self.today = ledger.today_of(self.community)

    def tearDown(self) -> None:
        self.assertEqual(audit.differences(self.community), [])

    def charge(self, amount: float = 100, item: Any = None, **values: Any) -> str:
        return make.make_charge(self.unit, amount, item or self.item, **values)

    def order(self, *names: str, to_pay: float, tenders: tuple[tuple[str, float], ...] = (), **values: Any) -> Any:
        given = tuple(Tender(mode, money(amount)) for mode, amount in tenders or ((CASH, to_pay),))
        values.setdefault("payer", self.owner.name)
        values.setdefault("community", self.community)
        return PaymentOrder(charges=names, tenders=given, to_pay=Decimal(str(to_pay)), **values)

    def pay(self, *names: str, to_pay: float, **values: Any) -> Any:
        return take_payment(self.order(*names, to_pay=to_pay, **values), "Administrator")

    def row(self, name: str) -> frappe._dict:
        return charges.read_charges([name])[name]

    def test_mixed_modes_with_change(self) -> None:
        first, second = self.charge(60), self.charge(45.5)
        receipt = self.pay(first, second, to_pay=105.5, tenders=(("WeChat", 50), (CASH, 60)))
        self.assertEqual(receipt.docstatus, 1)
        self.assertEqual([(row.mode, money(row.amount)) for row in receipt.tenders], [("WeChat", 50), (CASH, 55.5)])
        self.assertEqual((money(receipt.received), money(receipt.change_due)), (110, 4.5))
        self.assertEqual(sum(money(row.principal) for row in receipt.lines), money(105.5))
        self.assertEqual({self.row(first).status, self.row(second).status}, {"Paid"})
        self.assertEqual(money_kept(ledger.rows_where(receipt=receipt.name)), money(105.5))
        self.assertEqual(receipt.unit, self.unit.name)
        self.assertEqual(receipt.payer_name, self.owner.resident_name)

    def test_numbers_follow_each_other(self) -> None:
        numbers = [self.pay(to_pay=10).receipt_number for _ in range(3)]
        year = self.today.year
        self.assertEqual(numbers, [f"SJ-{self.community}-{year}-00000{count}" for count in (1, 2, 3)])

    def test_a_failed_payment_takes_no_number(self) -> None:
        self.pay(to_pay=10)
        with self.assertRaises(RuleError):
            self.pay(self.charge(10), to_pay=20, prepayment=Decimal(0))
        self.assertTrue(self.pay(to_pay=10).receipt_number.endswith("000002"))

    def test_the_same_key_pays_once(self) -> None:
        name = self.charge(80)
        key = frappe.generate_hash()
        first = self.pay(name, to_pay=80, client_key=key)
        self.assertEqual(self.pay(name, to_pay=80, client_key=key).name, first.name)
        self.assertEqual(len(ledger.rows_where(charge=name, entry_type="Allocation")), 1)

    def test_part_payment_oldest_first_then_prepayment(self) -> None:
        old = self.charge(50, due_date=add_days(today(), -20))
        new = self.charge(50)
        self.pay(new, old, to_pay=70)
        self.assertEqual([self.row(name).status for name in (old, new)], ["Paid", "Partly Paid"])
        receipt = self.pay(new, to_pay=100)
        self.assertEqual((money(receipt.allocated), money(receipt.prepaid)), (30, 70))
        self.assertEqual(credit(ledger.rows_where(receipt=receipt.name)), 70)

    def test_chosen_parts(self) -> None:
        first, second = self.charge(50), self.charge(50)
        chosen = {second: Decimal(20), first: Decimal(5)}
        receipt = self.pay(first, second, to_pay=25, chosen=chosen)
        self.assertEqual(receipt.policy, "Chosen")
        self.assertEqual({row.charge: money(row.principal) for row in receipt.lines}, chosen)

    def test_late_fee_is_shown_booked_and_paid(self) -> None:
        name = self.charge(1000, self.late, due_date=add_days(today(), -50))
        due = due_on([name], self.today)[0]
        self.assertEqual((due.principal, due.late_fee), (1000, 10))  # 20 days of 0.05 %
        self.assertEqual(self.row(name).late_fee_assessed, 0)
        receipt = self.pay(name, to_pay=1010, prepayment=Decimal(0))
        self.assertEqual(money(receipt.lines[0].late_fee), 10)
        row = self.row(name)
        self.assertEqual((row.status, row.late_fee_assessed, row.late_fee_paid), ("Paid", 10, 10))

    def test_part_of_the_principal_brings_part_of_the_late_fee(self) -> None:
        name = self.charge(1000, self.late, due_date=add_days(today(), -50))
        self.pay(name, to_pay=400)
        row = self.row(name)
        self.assertEqual((row.paid, row.late_fee_assessed, row.late_fee_paid, row.outstanding), (400, 4, 0, 604))
        due = due_on([name], self.today)[0]
        self.assertEqual((due.principal, due.late_fee), (600, 10))
        later = due_on([name], self.today + timedelta(days=10))[0]
        self.assertEqual(later.late_fee, 4 + 9)
        self.pay(name, to_pay=610, prepayment=Decimal(0))
        self.assertEqual(self.row(name).status, "Paid")

    def test_what_cannot_be_paid(self) -> None:
        good, gone = self.charge(100), self.charge(30)
        charges.void([gone], "A slip of the pen")
        other = make.make_unit()
        make.make_resident(other)
        foreign = make.make_charge(other, 10)
        refused = (
            {"to_pay": 0},
            {"to_pay": -5},
            {"to_pay": 10.005},
            {"names": (gone,), "to_pay": 30},
            {"names": (foreign,), "to_pay": 10},
            {"names": ("no such charge",), "to_pay": 10},
            {"to_pay": 100, "tenders": (("WeChat", 120),)},
            {"to_pay": 100, "tenders": ((CASH, 90),)},
            {"to_pay": 100, "tenders": (("Cowrie", 100),)},
            {"to_pay": 100, "tenders": ((CASH, 0), (CASH, 100))},
            {"to_pay": 150, "chosen": {good: Decimal(150)}},
            {"to_pay": 100, "payer": ""},
            {"to_pay": 100, "unit": other.name},
            {"to_pay": 100, "posting_date": self.today + timedelta(days=1)},
            {"to_pay": 100, "policy": "As I Like"},
            {"to_pay": 100, "prepayment": Decimal(1)},
        )
        for values in refused:
            names = values.pop("names", (good,))
            with self.subTest(values), self.assertRaises(RuleError):
                self.pay(*names, **values)
        self.assertEqual(self.row(good).outstanding, 100)

    def test_a_closed_month_takes_no_payment(self) -> None:
        name = self.charge(100)
        last_month = get_first_day(add_months(today(), -1))
        make.insert("Fee Period Lock", community=self.community, month=last_month)
        with self.assertRaises(RuleError):
            self.pay(name, to_pay=100, posting_date=getdate(last_month) + timedelta(days=3))
        self.pay(name, to_pay=100)

    def test_a_void_receipt_gives_everything_back(self) -> None:
        name = self.charge(1000, self.late, due_date=add_days(today(), -50))
        receipt = self.pay(name, to_pay=1100)
        self.assertEqual(take_back_receipt(receipt.name, "Wrong unit"), "Voided")
        row = self.row(name)
        self.assertEqual((row.status, row.outstanding, row.late_fee_assessed), ("Unpaid", 1000, 0))
        receipt.reload()
        self.assertEqual((receipt.status, money(receipt.prepaid_left)), ("Voided", 0))
        self.assertEqual(receipt.taken_back_because, "Wrong unit")
        with self.assertRaises(RuleError):
            take_back_receipt(receipt.name, "Again")
        self.pay(name, to_pay=1010, prepayment=Decimal(0))

    def test_an_older_receipt_is_reversed(self) -> None:
        name = self.charge(100)
        receipt = self.pay(name, to_pay=100, posting_date=self.today - timedelta(days=1))
        self.assertEqual(take_back_receipt(receipt.name, "Bounced"), "Reversed")
        taken = [row for row in ledger.rows_where(receipt=receipt.name) if row.reverses]
        self.assertEqual({row.effective_date for row in taken}, {self.today})
        self.assertEqual(self.row(name).status, "Unpaid")

    def test_a_late_fee_others_rest_on_stays_booked(self) -> None:
        name = self.charge(1000, self.late, due_date=add_days(today(), -50))
        first = self.pay(name, to_pay=1000)
        self.pay(name, to_pay=10, prepayment=Decimal(0))
        take_back_receipt(first.name, "Bounced")
        row = self.row(name)
        self.assertEqual((row.outstanding, row.late_fee_assessed, row.late_fee_paid), (1000, 10, 10))
        self.assertEqual(due_on([name], self.today)[0].late_fee, 0)
        self.assertEqual(due_on([name], self.today + timedelta(days=10))[0].late_fee, 5)

    def test_prepayment_pays_fresh_charges(self) -> None:
        receipt = self.pay(to_pay=150)
        first, second = self.charge(100, due_date=add_days(today(), 5)), self.charge(100)
        self.assertEqual(apply_prepayments_to([first, second], self.today), 150)
        self.assertEqual([self.row(name).outstanding for name in (first, second)], [0, 50])
        receipt.reload()
        self.assertEqual(money(receipt.prepaid_left), 0)
        self.assertEqual(apply_prepayments_to([first, second], self.today), 0)
        with self.assertRaises(RuleError):
            take_back_receipt(receipt.name, "Bounced")
        self.assertEqual(prepayments.release_prepayments([second, first], "Billed wrongly"), 150)
        self.assertEqual(take_back_receipt(receipt.name, "Bounced"), "Voided")

    def test_principal_paid_from_prepayments_brings_its_late_fee(self) -> None:
        receipts = [self.pay(to_pay=amount) for amount in (400, 700)]
        name = self.charge(1000, self.late, due_date=add_days(today(), -50))
        soon = self.charge(100, self.late, due_date=add_days(today(), 5))
        self.assertEqual(apply_prepayments_to([name, soon], self.today), 1100)
        row = self.row(name)
        self.assertEqual((row.status, row.paid, row.late_fee_assessed, row.outstanding), ("Partly Paid", 1000, 10, 10))
        self.assertEqual((self.row(soon).status, self.row(soon).late_fee_assessed), ("Paid", 0))
        booked = ledger.rows_where(charge=name, entry_type="Late Fee")
        self.assertEqual({entry.receipt: entry.amount for entry in booked}, {receipts[0].name: 4, receipts[1].name: 6})
        self.assertEqual(prepayments.release_prepayments([name], "Billed wrongly"), 1000)
        row = self.row(name)
        self.assertEqual((row.outstanding, row.late_fee_assessed), (1000, 0))
        apply_prepayments_to([name], self.today)
        self.pay(name, to_pay=10, prepayment=Decimal(0))
        self.assertEqual(self.row(name).status, "Paid")
        prepayments.release_prepayments([name, soon], "Billed wrongly")
        row = self.row(name)
        self.assertEqual((row.outstanding, row.late_fee_assessed, row.late_fee_paid), (1000, 10, 10))
        for receipt in receipts:
            take_back_receipt(receipt.name, "Bounced")
        self.assertEqual(self.row(name).late_fee_assessed, 10)

    def test_a_used_prepayment_is_taken_off_its_charges(self) -> None:
        first, second = self.pay(to_pay=60), self.pay(to_pay=60)
        names = [self.charge(50, due_date=add_days(today(), day)) for day in (3, 4)]
        apply_prepayments_to(names, self.today)
        with self.assertRaisesRegex(RuleError, "Take Prepayment off Charges"):
            take_back_receipt(first.name, "Bounced")
        with self.assertRaises(RuleError):
            prepayments.take_off_charges(first.name, " ")
        self.assertEqual(prepayments.take_off_charges(first.name, "Billed wrongly"), 60)
        self.assertEqual([self.row(name).outstanding for name in names], [50, 10])
        self.assertEqual(take_back_receipt(first.name, "Bounced"), "Voided")
        with self.assertRaises(RuleError):
            prepayments.take_off_charges(first.name, "Again")
        refund_prepayment(second.name, 10, CASH, "Moved out", "Administrator")
        prepayments.take_off_charges(second.name, "Billed wrongly")
        second.reload()
        self.assertEqual(money(second.prepaid_left), 50)
        with self.assertRaisesRegex(RuleError, "given back"):
            take_back_receipt(second.name, "Bounced")

    def test_prepayment_for_an_item_pays_that_item(self) -> None:
        other = make.make_fee_item(self.community, one_off=1, kind="Fixed", prices=[])
        self.pay(to_pay=80, prepaid_item=self.item.name, unit=self.unit.name)
        water, fee = self.charge(50, other), self.charge(50)
        apply_prepayments_to([water, fee], self.today)
        self.assertEqual([self.row(name).outstanding for name in (water, fee)], [50, 0])

    def test_nobody_else_is_paid_by_a_prepayment(self) -> None:
        unit = make.make_unit(frappe.get_doc("Building", self.unit.building))
        self.pay(to_pay=80)
        make.make_resident(unit)
        name = make.make_charge(unit, 50, self.item)
        self.assertEqual(apply_prepayments_to([name], self.today), 0)

    def test_refund_of_a_prepayment(self) -> None:
        receipt = self.pay(self.charge(20), to_pay=100)
        refund = refund_prepayment(receipt.name, 30, "Transfer", "Moved out", "Administrator", "key-1" + receipt.name)
        again = refund_prepayment(receipt.name, 30, "Transfer", "Moved out", "Administrator", "key-1" + receipt.name)
        self.assertEqual(again.name, refund.name)
        self.assertEqual((refund.kind, refund.receipt_number[-1]), ("Refund", "2"))
        receipt.reload()
        self.assertEqual((receipt.status, money(receipt.prepaid_left)), ("Posted", 50))
        for amount, because in ((50.01, "More"), (0, "Nothing"), (10, " ")):
            with self.assertRaises(RuleError):
                refund_prepayment(receipt.name, amount, CASH, because, "Administrator")
        with self.assertRaises(RuleError):
            take_back_receipt(receipt.name, "Bounced")
        self.assertEqual(take_back_receipt(refund.name, "Came back"), "Voided")
        receipt.reload()
        self.assertEqual(money(receipt.prepaid_left), 80)

    def test_a_receipt_given_back_whole_is_refunded(self) -> None:
        receipt = self.pay(to_pay=100)
        for amount in (40, 60):
            refund = refund_prepayment(receipt.name, amount, CASH, "Moved out", "Administrator")
        receipt.reload()
        self.assertEqual(receipt.status, "Refunded")
        take_back_receipt(refund.name, "Came back")
        receipt.reload()
        self.assertEqual((receipt.status, money(receipt.prepaid_left)), ("Posted", 60))

    def test_the_rules_alone_write_receipts(self) -> None:
        receipt = self.pay(self.charge(20), to_pay=20)
        for act in (
            lambda: frappe.copy_doc(receipt).insert(ignore_permissions=True),
            lambda: frappe.get_doc("Fee Receipt", receipt.name).cancel(),
            lambda: frappe.get_doc("Fee Receipt", receipt.name).save(),
            lambda: frappe.delete_doc("Fee Receipt", receipt.name, force=True),
            lambda: client.set_value("Fee Receipt", receipt.name, "remark", "x"),
        ):
            with self.assertRaises((frappe.PermissionError, frappe.ValidationError)):
                act()

    def test_at_most_forty_queries_for_three_charges(self) -> None:
        def post() -> list[str]:
            names = [self.charge(100, self.late, due_date=add_days(today(), -50)) for _ in range(3)]
            with count_queries() as queries:
                self.pay(*names, to_pay=310, tenders=((CASH, 200), ("WeChat", 110)), client_key=frappe.generate_hash())
            return queries

        post()
        queries = post()
        self.assertLessEqual(len(queries), 40, queries)

    def test_entries_bear_the_day_given(self) -> None:
        day: date = self.today - timedelta(days=2)
        receipt = self.pay(self.charge(20), to_pay=20, posting_date=day)
        self.assertEqual({row.effective_date for row in ledger.rows_where(receipt=receipt.name)}, {day})
