"""Promises to pay: judged by what was paid, by their day."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
from frappe.utils import getdate

from property_service.fees import ledger, promises
from property_service.fees.allocation import CASH, Tender
from property_service.fees.receipts import PaymentOrder, take_back_receipt, take_payment
from property_service.property_service import resident_merge
from property_service.property_service.errors import InputRefused
from property_service.property_service.money import money
from property_service.property_service.service_clock import as_of, site_now
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries


class TestPaymentPromise(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.unit = make.make_unit()
        self.owner = make.make_resident(self.unit)
        self.charges = [make.make_charge(self.unit, amount) for amount in (100, 50)]
        self.today = ledger.today_of(self.unit.community)

    def promise(self, amount: float = 120, days: int = 7, **values: object) -> frappe._dict:
        return make.insert(
            "Payment Promise",
            **{
                "unit": self.unit.name,
                "debtor": self.owner.name,
                "promised_amount": amount,
                "pay_by": self.today + timedelta(days=days),
                **values,
            },
        )

    def pay(self, amount: float, later: int = 0) -> frappe._dict:
        with as_of(site_now() + timedelta(days=later)):
            return take_payment(
                PaymentOrder(
                    community=self.unit.community,
                    payer=self.owner.name,
                    charges=tuple(self.charges),
                    tenders=(Tender(CASH, money(amount)),),
                    to_pay=money(amount),
                ),
                "Administrator",
            )

    def judged(self, promise: frappe._dict, later: int = 0) -> str:
        with as_of(site_now() + timedelta(days=later)):
            promises.judge(unit=self.unit.name)
        promise.reload()
        return promise.status

    def test_who_promised_what_when_is_the_servers(self) -> None:
        desk = make.make_staff("Property Front Desk")
        with as_user(desk):
            promise = frappe.get_doc(
                {
                    "doctype": "Payment Promise",
                    "unit": self.unit.name,
                    "debtor": self.owner.name,
                    "promised_amount": 20,
                    "pay_by": self.today,
                    "status": "Kept",
                    "paid_amount": 20,
                    "taken_by": "Administrator",
                }
            ).insert()
            self.assertEqual((promise.status, promise.paid_amount, promise.taken_by), ("Open", 0, desk))
            promise.update({"status": "Kept", "paid_amount": 20, "note": "On the stairs"})
            promise.save()
            self.assertEqual((promise.status, promise.paid_amount, promise.note), ("Open", 0, "On the stairs"))
            promise.pay_by = self.today + timedelta(days=9)
            self.assertRaises(frappe.CannotChangeConstantError, promise.save)

    def test_what_cannot_be_promised(self) -> None:
        for amount, days in ((120, -1), (0, 7), (-5, 7), (150.01, 7), (1.005, 7)):
            with self.subTest(amount=amount, days=days), self.assertRaises((InputRefused, frappe.NonNegativeError)):
                self.promise(amount, days)
        self.promise(150, 0)
        self.assertRaises(InputRefused, self.promise)

    def test_kept_by_its_day(self) -> None:
        with as_of(site_now() - timedelta(seconds=60)):
            self.pay(10)
        promise = self.promise()
        self.pay(100)
        self.assertEqual(self.judged(promise), "Open")
        self.assertEqual(promise.paid_amount, 100)
        self.pay(30, later=7)
        self.assertEqual(self.judged(promise, later=7), "Kept")
        self.assertEqual(getdate(promise.judged_on), self.today + timedelta(days=7))

    def test_broken_after_its_day(self) -> None:
        promise = self.promise()
        self.pay(119, later=3)
        self.assertEqual(self.judged(promise, later=7), "Open")
        self.pay(31, later=8)
        self.assertEqual(self.judged(promise, later=8), "Broken")
        self.assertEqual(promise.paid_amount, 119)

    def test_what_was_taken_back_does_not_count(self) -> None:
        promise = self.promise()
        receipt = self.pay(149, later=1)
        with as_of(site_now() + timedelta(days=1)):
            take_back_receipt(receipt.name, "The card was refused")
        self.assertEqual(self.judged(promise, later=8), "Broken")
        self.assertEqual(promise.paid_amount, 0)

    def test_kept_also_after_two_records_became_one(self) -> None:
        promise = self.promise()
        self.pay(120, later=1)
        self.assertEqual(self.judged(promise, later=1), "Kept")
        resident_merge.merge(make.make_resident().name, self.owner.name)
        self.assertEqual(self.judged(promise, later=8), "Kept")
        self.assertEqual(promise.paid_amount, 120)

    def test_judged_when_the_charges_are_settled(self) -> None:
        promise = self.promise(150)
        self.pay(150, later=1)
        promise.reload()
        self.assertEqual(promise.status, "Kept")

    def test_withdrawn_while_open_only(self) -> None:
        promise = self.promise()
        promise.flags.withdrawn = True
        promise.save()
        self.assertEqual(promise.status, "Withdrawn")
        self.assertEqual(self.judged(promise, later=9), "Withdrawn")
        other = self.promise(10, 0)
        self.judged(other, later=1)
        other.flags.withdrawn = True
        self.assertRaises(frappe.ValidationError, other.save)

    def test_two_queries_for_all(self) -> None:
        self.promise()
        with as_of(datetime(2099, 1, 1)), count_queries() as queries:
            promises.judge()
        self.assertLessEqual(len(queries), 3)
