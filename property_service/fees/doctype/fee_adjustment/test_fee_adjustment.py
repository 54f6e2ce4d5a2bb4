"""Adjustments: nobody approves his own, nothing above what is open, and no way around the button."""

from __future__ import annotations

import frappe
from frappe import client
from frappe.model.workflow import WorkflowPermissionError, apply_workflow

from property_service.fees import charges, ledger
from property_service.fees.ledger_rules import balance
from property_service.property_service.errors import InputRefused
from property_service.property_service.money import money
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

REFUSED = (frappe.ValidationError, frappe.PermissionError)


class TestFeeAdjustment(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.unit = make.make_unit()
        make.make_resident(self.unit)
        community = frappe.get_doc("Community", self.unit.community)
        self.cashier = make.make_staff("Property Cashier", community=community)
        self.manager = make.make_staff("Property Manager", community=community)
        self.charge = make.make_charge(self.unit, 100)

    def ask(self, kind: str = "Waive Principal", amount: float = 30, user: str = "", **values: object) -> frappe._dict:
        with as_user(user or self.cashier):
            return frappe.get_doc(
                {
                    "doctype": "Fee Adjustment",
                    "charge": self.charge,
                    "adjustment_kind": kind,
                    "amount": amount,
                    "reason": "Vacant",
                    "explanation": "Empty since March, the meter says so",
                    **values,
                }
            ).insert()

    def act(self, doc: frappe._dict, action: str, user: str) -> frappe._dict:
        with as_user(user):
            apply_workflow(frappe.get_doc(doc.doctype, doc.name).as_json(), action)
        doc.reload()
        return doc

    def approved(self, kind: str = "Waive Principal", amount: float = 30) -> frappe._dict:
        doc = self.ask(kind, amount)
        self.act(doc, "Send for Approval", self.cashier)
        return self.act(doc, "Approve", self.manager)

    def row(self) -> frappe._dict:
        return charges.read_charges([self.charge])[self.charge]

    def late_fee(self, amount: float) -> None:
        names, moment = ledger.entries_for(1)
        row = self.row()
        ledger.post(
            [
                ledger.on_charge(
                    row,
                    name=names[0],
                    entry_type="Late Fee",
                    part="Late Fee",
                    amount=money(amount),
                    effective_date=ledger.today_of(row.community),
                    recorded_at=moment,
                )
            ]
        )
        charges.refresh([self.charge])

    def test_an_approved_waiver_is_booked(self) -> None:
        doc = self.approved()
        row = self.row()
        self.assertEqual((doc.status, doc.stage, doc.docstatus, doc.decided_by), ("Approved", "Done", 1, self.manager))
        self.assertEqual((row.adjusted, row.outstanding, row.status), (money(-30), money(70), "Unpaid"))
        entry = ledger.rows_where(adjustment=doc.name)[0]
        self.assertEqual((entry.entry_type, entry.part, entry.amount), ("Adjustment", "Principal", money(-30)))
        self.assertEqual(balance(ledger.rows_where(charge=self.charge)), money(70))
        self.approved(amount=70)
        self.assertEqual((self.row().outstanding, self.row().status), (0, "Paid"))
        self.assertEqual(money(frappe.db.get_value("Fee Bill", row.fee_bill, "outstanding")), 0)

    def test_a_further_charge_is_booked(self) -> None:
        self.approved("Charge More", 12.5)
        self.assertEqual(self.row().outstanding, money(112.5))

    def test_a_late_fee_is_waived_in_one_step(self) -> None:
        self.assertRaises(InputRefused, self.ask, "Waive Late Fee", 1)
        self.late_fee(8)
        self.assertRaises(InputRefused, self.ask, "Waive Late Fee", 8.01)
        self.approved("Waive Late Fee", 8)
        row = self.row()
        self.assertEqual((row.late_fee_waived, row.outstanding, row.adjusted), (money(8), money(100), 0))

    def test_what_cannot_be_asked_for(self) -> None:
        for amount in (0, -1, 100.01, 1.005):
            with self.subTest(amount=amount), self.assertRaises((InputRefused, frappe.NonNegativeError)):
                self.ask(amount=amount)
        self.ask()
        self.assertRaises(InputRefused, self.ask)
        charges.void([self.charge], "A slip of the pen")
        self.assertRaises(InputRefused, self.ask, "Charge More")

    def test_what_is_open_is_judged_when_it_is_approved(self) -> None:
        doc = self.ask(amount=80)
        self.act(doc, "Send for Approval", self.cashier)
        frappe.db.set_value("Fee Charge", self.charge, "paid", 50)
        with self.assertRaises(InputRefused):
            self.act(doc, "Approve", self.manager)
        self.assertEqual(ledger.rows_where(adjustment=doc.name), [])

    def test_nobody_approves_his_own(self) -> None:
        doc = self.ask(user=self.manager)
        self.act(doc, "Send for Approval", self.manager)
        with self.assertRaises(REFUSED):
            self.act(doc, "Approve", self.manager)
        doc.requested_by_user = self.cashier
        with as_user(self.manager):
            doc.save()
            doc.status = "Approved"
            self.assertRaises(WorkflowPermissionError, doc.submit)
        self.assertEqual(frappe.db.get_value(doc.doctype, doc.name, ["requested_by_user", "docstatus"])[1], 0)
        other = make.make_staff("Property Manager")
        self.act(doc, "Approve", other)
        self.assertEqual(self.row().outstanding, money(70))

    def test_only_the_manager_decides(self) -> None:
        doc = self.ask()
        self.act(doc, "Send for Approval", self.cashier)
        desk = make.make_staff("Property Front Desk")
        for action in ("Approve", "Refuse"):
            with self.assertRaises(REFUSED):
                self.act(doc, action, desk)
        self.act(doc, "Refuse", self.manager)
        self.assertEqual((doc.stage, doc.decided_by), ("Void", self.manager))
        self.assertEqual(self.row().outstanding, money(100))
        self.ask()

    def test_the_ways_around_the_button(self) -> None:
        doc = self.ask()
        self.act(doc, "Send for Approval", self.cashier)
        sent = frappe.get_doc(doc.doctype, doc.name).as_dict()
        with as_user(self.manager):
            for values in (
                {"status": "Approved"},  # saved without being submitted
                {"docstatus": 1},  # submitted without being approved
                {"amount": 60},
                {"adjustment_kind": "Charge More"},
                {"explanation": "Something else"},
                {"reason": "Other"},
                {"charge": make.make_charge(self.unit, 500)},
            ):
                with self.subTest(values=values), self.assertRaises(REFUSED):
                    frappe.get_doc({**sent, **values}).save()
            for column, value in (("status", "Approved"), ("amount", 60), ("docstatus", 1)):
                with self.subTest(column=column), self.assertRaises(REFUSED):
                    client.set_value(doc.doctype, doc.name, column, value)
            with self.assertRaises(REFUSED):
                client.submit(sent)
            with self.assertRaises(REFUSED):
                frappe.get_doc({**sent, "flags": {"by_rules": 1}}).submit()
        with as_user(self.cashier), self.assertRaises(REFUSED):
            frappe.get_doc({**sent, "status": "Approved", "docstatus": 1}).save()
        self.assertEqual(ledger.rows_where(adjustment=doc.name), [])
        with self.assertRaises(REFUSED):
            self.ask(status="Approved")
        with self.assertRaises(REFUSED):
            self.ask("Charge More", status="Approved", docstatus=1)

    def test_what_was_approved_stays(self) -> None:
        doc = self.approved()
        with as_user(self.manager):
            for act in (doc.cancel, doc.delete, lambda: client.cancel(doc.doctype, doc.name)):
                with self.assertRaises(REFUSED):
                    act()
            doc.reload()
            doc.explanation = "Something else"
            self.assertRaises(REFUSED, doc.save)
        doc.reload()
        self.assertRaises(REFUSED, doc.cancel)
        self.assertEqual(self.row().outstanding, money(70))

    def test_who_asked_is_never_the_clients(self) -> None:
        doc = self.ask(requested_by_user=self.manager, decided_by=self.manager, unit="", debtor="")
        self.assertEqual((doc.requested_by_user, doc.decided_by, doc.unit), (self.cashier, None, self.unit.name))

    def test_few_queries(self) -> None:
        doc = self.ask()
        self.act(doc, "Send for Approval", self.cashier)
        with count_queries() as queries:
            self.act(doc, "Approve", self.manager)
        self.assertLess(len(queries), 60)
