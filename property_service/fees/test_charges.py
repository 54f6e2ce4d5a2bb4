"""Charges, bills and the ledger on a site: written together, balanced, voided, and kept from everybody's hands."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

import frappe
from frappe import client
from frappe.utils import add_months, get_first_day, getdate, today

from property_service.fees import charges, ledger
from property_service.fees.ledger_rules import balance
from property_service.fees.receipts import PaymentOrder, Tender, take_payment
from property_service.property_service.blocks import hash_names
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, count_queries


class TestCharges(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.unit = make.make_unit()
        self.owner = make.make_resident(self.unit)

    def charge(self, amount: float = 100, **values: object) -> frappe._dict:
        return charges.read_charges([make.make_charge(self.unit, amount, **values)]).popitem()[1]

    def test_charge_bill_and_entry_say_the_same(self) -> None:
        charge = self.charge(128.5)
        bill = frappe.get_doc("Fee Bill", charge.fee_bill)
        entries = ledger.rows_where(charge=charge.name)
        self.assertEqual(charge.debtor, self.owner.name)
        self.assertEqual(
            [money(bill.total), money(bill.outstanding), bill.status], [money(128.5), money(128.5), "Unpaid"]
        )
        self.assertEqual([(row.entry_type, row.amount) for row in entries], [("Charge", money(128.5))])
        self.assertEqual(entries[0].unit, self.unit.name)
        self.assertEqual(balance(entries), charge.outstanding)

    def test_a_source_is_charged_once(self) -> None:
        item = make.make_fee_item(self.unit.community, one_off=1, kind="Fixed", prices=[])
        source = ("Property Unit", self.unit.name)
        name = make.charge_once(self.unit.name, item.name, 20, source)
        with self.assertRaises(RuleError):
            make.charge_once(self.unit.name, item.name, 20, source)
        charges.void([name], "A slip of the pen")
        make.charge_once(self.unit.name, item.name, 25, source)

    def test_what_cannot_be_charged(self) -> None:
        monthly = make.make_fee_item(self.unit.community)
        far = make.make_fee_item(make.make_community(), one_off=1, kind="Fixed", prices=[])
        for item, amount in ((monthly, 10), (far, 10)):
            with self.assertRaises(RuleError):
                make.make_charge(self.unit, amount, item)
        for amount in (0, -1, 1.005, 1e12):
            with self.assertRaises(RuleError):
                make.make_charge(self.unit, amount)
        nobody = make.make_unit()
        with self.assertRaises(RuleError):
            make.make_charge(nobody)

    def test_a_void_charge_nets_to_nothing(self) -> None:
        charge = self.charge(50)
        charges.void([charge.name], "A slip of the pen")
        row = charges.read_charges([charge.name])[charge.name]
        self.assertEqual((row.status, row.outstanding), ("Void", 0))
        self.assertEqual(balance(ledger.rows_where(charge=charge.name)), 0)
        self.assertEqual(frappe.db.get_value("Fee Bill", charge.fee_bill, "status"), "Void")
        self.assertEqual(charges.void([charge.name], "Again"), [])

    def test_nobody_changes_or_deletes_an_entry(self) -> None:
        charge = self.charge()
        for doctype, name in (
            ("Fee Ledger Entry", ledger.rows_where(charge=charge.name)[0].name),
            ("Fee Charge", charge.name),
            ("Fee Bill", charge.fee_bill),
        ):
            doc = frappe.get_doc(doctype, name)
            doc.community = doc.community
            for act in (
                lambda doc=doc: doc.save(ignore_permissions=True),
                lambda doc=doc: doc.delete(ignore_permissions=True, force=True),
                lambda doc=doc: frappe.copy_doc(doc).insert(ignore_permissions=True),
                lambda doctype=doctype, name=name: frappe.rename_doc(doctype, name, "other", force=True),
                lambda doctype=doctype, name=name: client.set_value(doctype, name, "amount", 1),
                lambda doctype=doctype, name=name: client.delete(doctype, name),
            ):
                with self.assertRaises((frappe.PermissionError, frappe.ValidationError)):
                    act()

    def test_a_closed_month_stays_closed(self) -> None:
        last_month = get_first_day(add_months(today(), -1))
        lock = make.insert("Fee Period Lock", community=self.unit.community, month=last_month)
        with self.assertRaises(RuleError):
            ledger.check_open(self.unit.community, frappe.utils.getdate(last_month))
        ledger.check_open(self.unit.community, frappe.utils.getdate(today()))
        with self.assertRaises(frappe.ValidationError):
            lock.delete(ignore_permissions=True)
        for month in (last_month, add_months(last_month, -1), today()):
            with self.assertRaises(frappe.ValidationError):
                make.insert("Fee Period Lock", community=self.unit.community, month=month)

    def test_a_hundred_cost_as_many_queries_as_one(self) -> None:
        names = [self.charge(10 + number).name for number in range(20)]
        with count_queries() as few:
            charges.refresh(names[:2])
        with count_queries() as many:
            charges.refresh(names)
        self.assertEqual(len(few), len(many))
        self.assertLessEqual(len(many), 6)

    def test_settling_many_takes_as_many_queries_as_settling_few(self) -> None:
        names = [self.charge(10 + number).name for number in range(20)]
        counts = []
        for block in (names[:1], names[1:3], names[3:]):  # the first warms the caches up
            rows = charges.read_charges(block)
            entries, moment = ledger.entries_for(len(block))
            ledger.post(
                ledger.on_charge(
                    rows[charge],
                    name=name,
                    entry_type="Allocation",
                    amount=-rows[charge].outstanding,
                    effective_date=ledger.today_of(self.unit.community),
                    recorded_at=moment,
                )
                for charge, name in zip(block, entries, strict=True)
            )
            with count_queries() as queries:
                charges.refresh(block)
            counts.append(len(queries))
        self.assertEqual({row.status for row in charges.read_charges(names).values()}, {"Paid"})
        self.assertEqual(counts[1], counts[2])

    def test_money_is_dated_by_the_day_of_its_community(self) -> None:
        """Where the community lies ahead of the site, its next day has begun; where it lies behind, today has not."""
        charge = self.charge(100)
        frappe.db.set_value("Community", self.unit.community, "time_zone", "Pacific/Kiritimati")
        frappe.clear_document_cache("Community", self.unit.community)
        evening = datetime.combine(getdate(today()), time(23, 30))
        with as_of(evening):
            day = ledger.today_of(self.unit.community)
            self.assertGreater(day, evening.date())
            order = PaymentOrder(
                self.unit.community, self.owner.name, (charge.name,), (Tender("Cash", money(40)),), money(40)
            )
            receipt = take_payment(order, "Administrator")
        self.assertEqual(getdate(receipt.posting_date), day)
        paid = ledger.rows_where(receipt=receipt.name, entry_type="Payment")
        frappe.db.set_value("Community", self.unit.community, "time_zone", "Pacific/Pago_Pago")
        frappe.clear_document_cache("Community", self.unit.community)
        ahead = replace(paid[0], name=hash_names(1)[0], effective_date=paid[0].recorded_at.date(), receipt="x")
        ahead = replace(ahead, recorded_at=datetime.combine(ahead.effective_date, time(0, 30)))
        with self.assertRaisesRegex(RuleError, "after it was recorded"):
            ledger.post([ahead])
