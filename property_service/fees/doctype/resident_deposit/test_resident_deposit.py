"""Deposits: taken once, never more than held is given back or deducted, kept from everybody's hands."""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe import client

from property_service.fees import audit, deposit_book, ledger
from property_service.fees.deposit_book import DepositOrder
from property_service.fees.ledger_rules import credit, deposit_held
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, count_queries


class TestResidentDeposit(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.unit = make.make_unit()
        self.owner = make.make_resident(self.unit)
        self.community = self.unit.community

    def tearDown(self) -> None:
        self.assertEqual([line for line in audit.differences(self.community) if "Deposit" in line], [])

    def take(self, amount: float = 2000, **values: object) -> frappe._dict:
        order = {
            "community": self.community,
            "payer": self.owner.name,
            "purpose": "Decoration (Owner)",
            "amount": amount,
            "mode": "Cash",
            "unit": self.unit.name,
            **values,
        }
        return deposit_book.take_deposit(DepositOrder(**order), "Administrator")

    def held(self, deposit: frappe._dict) -> object:
        return deposit_held(ledger.rows_where(deposit=deposit.name))

    def refund(self, deposit: frappe._dict, amount: float, original: str = "Given Back", **values: object) -> str:
        return deposit_book.refund(deposit.name, amount, "Cash", original, "Administrator", **values)

    def test_taken_deducted_refunded(self) -> None:
        deposit = self.take()
        self.assertRegex(deposit.receipt_number, rf"^YJ-{self.community}-\d{{4}}-000001$")
        self.assertEqual((deposit.status, self.held(deposit)), ("Held", money(2000)))
        deposit_book.deduct(deposit.name, 500, "Wall of the corridor scratched", "Administrator")
        self.refund(deposit, 1500)
        deposit.reload()
        self.assertEqual(
            (deposit.deducted, deposit.refunded, deposit.left_amount, deposit.status), (500, 1500, 0, "Refunded")
        )
        self.assertEqual(self.held(deposit), 0)
        self.assertEqual(credit(ledger.rows_where(deposit=deposit.name)), 0)
        rows = deposit_book.movements_of(deposit.name)
        self.assertEqual(sorted(row.kind for row in rows), ["Deducted", "Held", "Refunded"])
        self.assertEqual({row.cashier for row in rows}, {"Administrator"})

    def test_numbers_follow_each_other(self) -> None:
        self.assertEqual([self.take().receipt_number[-6:] for _time in range(3)], ["000001", "000002", "000003"])

    def test_a_source_brings_one_deposit(self) -> None:
        first = self.take(source_key="permit-1|owner")
        self.assertEqual(self.take(source_key="permit-1|owner").name, first.name)
        self.assertEqual(len(deposit_book.movements_of(first.name)), 1)
        self.assertNotEqual(self.take(source_key="permit-1|contractor").name, first.name)

    def test_a_key_moves_once(self) -> None:
        deposit = self.take()
        names = {self.refund(deposit, 100, client_key="a-click") for _time in range(2)}
        self.assertEqual((len(names), self.held(deposit)), (1, money(1900)))

    def test_what_cannot_be_taken(self) -> None:
        elsewhere = make.make_unit()
        for amount, values in (
            (0, {}),
            (-1, {}),
            (1.005, {}),
            (1e12, {}),
            (10, {"mode": "Gold"}),
            (10, {"mode": ""}),
            (10, {"purpose": "A holiday"}),
            (10, {"unit": elsewhere.name}),
            (10, {"payer": "Nobody"}),
            (10, {"posting_date": ledger.today_of(self.community) + timedelta(days=1)}),
        ):
            with self.subTest(amount=amount, values=values), self.assertRaises(RuleError):
                self.take(amount, **values)
        self.assertEqual(frappe.db.count("Resident Deposit", {"community": self.community}), 0)

    def test_never_more_than_held_never_twice(self) -> None:
        deposit = self.take(100)
        for act in (
            lambda: deposit_book.deduct(deposit.name, 100.01, "Too much", "Administrator"),
            lambda: deposit_book.deduct(deposit.name, 10, " ", "Administrator"),
            lambda: self.refund(deposit, 101),
            lambda: self.refund(deposit, 50, ""),
            lambda: self.refund(deposit, 50, "Eaten by the dog"),
            lambda: deposit_book.refund(deposit.name, 50, "Gold", "Given Back", "Administrator"),
            lambda: deposit_book.refund("nothing", 50, "Cash", "Given Back", "Administrator"),
        ):
            self.assertRaises(RuleError, act)
        self.refund(deposit, 100, "Declared Lost")
        self.assertRaises(RuleError, self.refund, deposit, 1)
        self.assertRaises(RuleError, deposit_book.deduct, deposit.name, 1, "Late", "Administrator")
        self.assertEqual(self.held(deposit), 0)

    def test_nobody_writes_by_hand(self) -> None:
        deposit = self.take()
        movement = frappe.get_doc("Resident Deposit Movement", deposit_book.movements_of(deposit.name)[0].name)
        for doc in (deposit, movement):
            for act in (
                lambda doc=doc: frappe.get_doc(doc.doctype, doc.name).save(ignore_permissions=True),
                lambda doc=doc: frappe.copy_doc(doc).insert(ignore_permissions=True),
                lambda doc=doc: client.set_value(doc.doctype, doc.name, "remark", "Mine"),
                lambda doc=doc: frappe.delete_doc(doc.doctype, doc.name, force=True),
                lambda doc=doc: frappe.get_doc(doc.doctype, doc.name).rename("another"),
            ):
                with self.assertRaises((frappe.PermissionError, frappe.ValidationError)):
                    act()
        self.assertRaises(frappe.PermissionError, movement.cancel)

    def test_few_queries(self) -> None:
        self.take()
        with count_queries() as queries:
            deposit = self.take()
        self.assertLess(len(queries), 30)
        with count_queries() as queries:
            self.refund(deposit, 10)
        self.assertLess(len(queries), 25)
