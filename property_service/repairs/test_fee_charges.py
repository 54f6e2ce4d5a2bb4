"""Paid repairs on the next bill: charged once, paid when the bill is, voided when waived."""

from __future__ import annotations

import frappe

from property_service.fees import charges
from property_service.fees.allocation import CASH, Tender
from property_service.fees.receipts import PaymentOrder, take_back_receipt, take_payment
from property_service.property_service.errors import InputRefused
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.repairs import fee_charges, staff_acts
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user


class TestFeeCharges(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.unit = make.make_unit()
        self.owner = make.make_resident(self.unit)
        community = frappe.get_doc("Community", self.unit.community)
        self.cashier = make.make_staff("Property Cashier", community=community)
        self.manager = make.make_staff("Property Manager", community=community)
        self.repair = make.make_repair(self.unit, self.owner, make.make_category(is_chargeable=1))
        done = {
            "status": "Completed",
            "stage": "Done",
            "is_chargeable": 1,
            "total_amount": 86.5,
            "payment_status": "Unpaid",
        }
        frappe.db.set_value("Repair Request", self.repair.name, done)
        self.item = make.make_fee_item(
            self.unit.community, item_code="REPAIR", one_off=1, kind="Fixed", prices=[], collected_for="Own"
        )

    def set_payment(self, status: str, note: str = "", user: str = "") -> None:
        with as_user(user or self.cashier):
            staff_acts.set_payment(staff_acts.locked(self.repair.name), status, note)

    def status(self) -> str:
        return frappe.db.get_value("Repair Request", self.repair.name, "payment_status")

    def pay(self, charge: str, amount: float) -> str:
        return take_payment(
            PaymentOrder(
                community=self.unit.community,
                payer=self.owner.name,
                charges=(charge,),
                tenders=(Tender(CASH, money(amount)),),
                to_pay=money(amount),
            ),
            self.cashier,
        ).name

    def test_charged_once_and_paid_with_the_bill(self) -> None:
        self.set_payment("To Next Bill")
        charge = fee_charges.charge_of(self.repair.name)
        row = charges.read_charges([charge])[charge]
        self.assertEqual((row.amount, row.debtor, row.fee_item), (money(86.5), self.owner.name, self.item.name))
        self.set_payment("To Next Bill")
        self.assertEqual(frappe.db.count("Fee Charge", {"source_name": self.repair.name}), 1)
        self.assertRaises(RuleError, self.set_payment, "Paid")
        self.pay(charge, 50)
        self.assertEqual(self.status(), "To Next Bill")
        self.assertRaises(RuleError, self.set_payment, "Waived", "Old customer", self.manager)
        self.pay(charge, 36.5)
        self.assertEqual(self.status(), "Paid")

    def test_waived_the_charge_is_void(self) -> None:
        self.set_payment("To Next Bill")
        charge = fee_charges.charge_of(self.repair.name)
        self.set_payment("Waived", "Our own fault", self.manager)
        self.assertEqual(charges.read_charges([charge])[charge].status, "Void")
        self.assertIsNone(fee_charges.charge_of(self.repair.name))
        self.set_payment("To Next Bill")
        self.assertNotEqual(fee_charges.charge_of(self.repair.name), charge)

    def test_it_is_paid_only_while_its_charge_is(self) -> None:
        self.set_payment("To Next Bill")
        charge = fee_charges.charge_of(self.repair.name)
        receipt = self.pay(charge, 86.5)
        self.assertEqual(self.status(), "Paid")
        take_back_receipt(receipt, "Wrong person")
        self.assertEqual(self.status(), "To Next Bill")
        charges.void([charge], "Not his job")
        self.assertEqual(self.status(), "Unpaid")
        self.set_payment("To Next Bill")
        self.assertNotEqual(fee_charges.charge_of(self.repair.name), charge)
        steps = frappe.get_all("Repair Step", {"repair_request": self.repair.name}, pluck="reason", order_by="name asc")
        self.assertIn("Paid → To Next Bill", steps)

    def correct(self, user: str = "", **values: object) -> None:
        with as_user(user or self.manager):
            doc = frappe.get_doc("Repair Request", self.repair.name)
            doc.update(values)
            doc.save()

    def test_a_corrected_repair_is_charged_anew(self) -> None:
        self.set_payment("To Next Bill")
        first = fee_charges.charge_of(self.repair.name)
        self.correct(description="The left tap")
        self.assertEqual(fee_charges.charge_of(self.repair.name), first)
        frappe.db.set_value("Repair Request", self.repair.name, "quote_amount", 500)
        self.correct(materials=[{"item_name": "Tap of steel", "qty": 2, "rate": 60}])
        second = fee_charges.charge_of(self.repair.name)
        rows = charges.read_charges([first, second])
        self.assertEqual((rows[first].status, rows[second].amount), ("Void", 120))
        self.assertEqual(self.status(), "To Next Bill")
        receipt = self.pay(second, 10)
        with self.assertRaisesRegex(InputRefused, "Void that charge first"):
            self.correct(is_warranty=1)
        take_back_receipt(receipt, "Wrong person")
        self.correct(is_warranty=1)
        self.assertIsNone(fee_charges.charge_of(self.repair.name))
        self.assertEqual(self.status(), "Not Chargeable")

    def test_what_a_rework_adds_is_not_charged_by_itself(self) -> None:
        self.set_payment("To Next Bill")
        charge = fee_charges.charge_of(self.repair.name)
        self.pay(charge, 86.5)
        frappe.db.set_value("Repair Request", self.repair.name, {"status": "In Progress", "stage": "Working"})
        self.correct(materials=[{"item_name": "Tap of steel", "qty": 2, "rate": 60}])
        self.assertEqual(frappe.db.get_value("Repair Request", self.repair.name, "total_amount"), 120)
        self.assertEqual((fee_charges.charge_of(self.repair.name), self.status()), (charge, "Paid"))

    def test_what_costs_nothing_any_more_is_not_to_be_paid(self) -> None:
        frappe.db.set_value("Repair Request", self.repair.name, "quote_amount", 500)
        self.correct(materials=[{"item_name": "Tap of steel", "qty": 2, "rate": 60}])
        self.set_payment("To Next Bill")
        self.correct(materials=[], labour_hours=0)
        self.assertIsNone(fee_charges.charge_of(self.repair.name))
        self.assertEqual(self.status(), "Not Chargeable")

    def test_what_cannot_be_on_a_bill(self) -> None:
        frappe.db.set_value("Repair Request", self.repair.name, "total_amount", 0)
        self.assertRaises(RuleError, self.set_payment, "To Next Bill")
        self.assertEqual(self.status(), "Unpaid")

    def test_without_a_fee_item_the_mark_is_all(self) -> None:
        frappe.db.set_value("Fee Item", self.item.name, "enabled", 0)
        self.set_payment("To Next Bill")
        self.assertEqual(self.status(), "To Next Bill")
        self.assertIsNone(fee_charges.charge_of(self.repair.name))
        self.set_payment("Paid")
        self.assertEqual(self.status(), "Paid")

    def test_a_warranty_case_holds_reminders(self) -> None:
        self.assertEqual(fee_charges.reminder_holds(self.unit.community), {})
        frappe.db.set_value("Repair Request", self.repair.name, {"is_warranty": 1, "stage": "Waiting"})
        self.assertEqual(fee_charges.reminder_holds(self.unit.community), {self.unit.name: "Warranty Case Open"})
