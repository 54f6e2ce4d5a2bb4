"""Reminders: each level once, none on hold, cancelled when paid, recorded with proof."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from unittest.mock import patch

import frappe

from property_service.fees import reminder_acts, reminder_sheet, reminders
from property_service.fees.allocation import CASH, Tender
from property_service.fees.receipts import PaymentOrder, take_payment
from property_service.property_service.errors import InputRefused
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

DUE = date(2026, 3, 15)


def on(day: date) -> as_of:
    return as_of(datetime(day.year, day.month, day.day, 12, 0))


class TestFeeReminder(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.building = make.make_building()
        self.community = self.building.community
        self.item = make.make_fee_item(self.community, one_off=1, kind="Fixed", prices=[])
        self.unit, self.owner = self.household()

    def household(self, amount: float = 200) -> tuple[frappe._dict, frappe._dict]:
        unit = make.make_unit(self.building)
        owner = make.make_resident(unit, language="en")
        with on(date(2026, 3, 1)):
            make.make_charge(unit, amount, self.item, due_date=DUE)
        return unit, owner

    def remind(self, days: int) -> dict[str, int]:
        with on(DUE + timedelta(days=days)):
            return reminders.remind(self.community)

    def stored(self, **filters: object) -> list[frappe._dict]:
        fields = ["name", "level", "status", "unit", "outstanding", "oldest_due", "due_on", "channel"]
        return frappe.get_all(
            "Fee Reminder", {"community": self.community, **filters}, fields, order_by="due_on asc, name asc"
        )

    def reminder(self, level: str) -> frappe._dict:
        return frappe.get_doc("Fee Reminder", {"community": self.community, "unit": self.unit.name, "level": level})

    def pay(self, amount: float, days: int) -> None:
        names = frappe.get_all("Fee Charge", {"unit": self.unit.name}, pluck="name", order_by="due_date asc")
        with on(DUE + timedelta(days=days)):
            take_payment(
                PaymentOrder(
                    community=self.community,
                    payer=self.owner.name,
                    charges=tuple(names),
                    tenders=(Tender(CASH, money(amount)),),
                    to_pay=money(amount),
                ),
                "Administrator",
            )

    def test_a_life_in_arrears(self) -> None:
        self.assertEqual(self.remind(4), {"made": 0, "told": 0, "cancelled": 0})
        self.assertEqual(self.remind(5), {"made": 1, "told": 1, "cancelled": 0})
        self.assertEqual(self.remind(5)["made"], 0)
        for days in range(6, 100):
            self.remind(days)
        rows = self.stored()
        self.assertEqual([row.level for row in rows], ["Notice", "Call", "Letter", "Visit", "Lawyer's Letter"])
        self.assertEqual([(row.due_on - DUE).days for row in rows], [5, 15, 30, 60, 90])
        self.assertEqual([row.status for row in rows], ["Done", "Due", "Due", "Due", "Due"])
        self.assertEqual((money(rows[0].outstanding), rows[0].oldest_due), (money(200), DUE))

    def test_the_notice_is_told_once_in_the_debtors_language(self) -> None:
        self.remind(5)
        messages = frappe.get_all(
            "Service Message", {"resident": self.owner.name}, ["channel", "subject", "text"], order_by="name asc"
        )
        self.assertEqual(len(messages), 1)
        self.assertIn("200.00", messages[0].subject)
        self.assertIn(str(DUE), messages[0].text)

    def test_a_block_row_is_a_document(self) -> None:
        self.remind(5)
        self.remind(15)
        row = self.reminder("Call").as_dict()
        frappe.db.delete("Fee Reminder", {"name": row.name})
        with on(DUE + timedelta(days=15)):
            single = reminder_acts.add(self.unit.name, self.owner.name, "Call").as_dict()
        volatile = {"name", "creation", "modified", "owner", "modified_by"}
        single = frappe.get_doc("Fee Reminder", single.name).as_dict()
        self.assertEqual(
            {k: v for k, v in row.items() if k not in volatile}, {k: single[k] for k in row if k not in volatile}
        )

    def test_paid_arrears_are_not_reminded(self) -> None:
        self.remind(5)
        self.remind(15)
        self.pay(50, 16)
        self.assertEqual(self.remind(17)["cancelled"], 0)
        self.pay(150, 18)
        self.assertEqual(self.remind(30), {"made": 0, "told": 0, "cancelled": 1})
        self.assertEqual(self.reminder("Call").status, "Cancelled")

    def test_on_hold_none_is_made(self) -> None:
        self.remind(5)
        self.remind(15)
        until = DUE + timedelta(days=40)
        with on(DUE + timedelta(days=16)):
            self.assertRaises(InputRefused, reminder_acts.hold, [self.reminder("Call").name], "")
            reminder_acts.hold([self.reminder("Call").name], "Complaint Open", until)
        self.assertEqual(self.remind(30)["made"], 0)
        self.assertEqual(self.remind(41)["made"], 1)
        call = self.reminder("Call")
        self.assertEqual((call.status, call.hold_reason, call.hold_until), ("Due", None, None))

    def test_a_hold_is_the_sellers_not_the_buyers(self) -> None:
        self.remind(5)
        self.remind(15)
        with on(DUE + timedelta(days=16)):
            reminder_acts.hold([self.reminder("Call").name], "Other")
            buyer = make.make_resident()
            due = DUE + timedelta(days=30)
            make.make_charge(self.unit, 80, self.item, due_date=due, debtor=buyer.name)
        self.assertEqual(self.remind(35)["told"], 1)
        self.assertEqual(self.remind(45)["made"], 1)
        with on(DUE + timedelta(days=45)):
            self.assertEqual([row["debtor"] for row in reminder_sheet.sheet(self.community)], [buyer.name])

    def test_an_upper_room_holds(self) -> None:
        self.remind(5)
        self.remind(15)
        with patch.object(
            reminders, "call_extensions", lambda *_point, **_args: [{self.unit.name: "Warranty Case Open"}]
        ):
            self.assertEqual(self.remind(30)["made"], 0)
            self.assertEqual(self.reminder("Call").hold_reason, "Warranty Case Open")
        self.assertEqual(self.remind(31)["made"], 1)
        self.assertEqual(self.reminder("Call").status, "Due")

    def test_a_result_needs_its_proof(self) -> None:
        for days in (5, 15, 30):
            self.remind(days)
        call, letter = self.reminder("Call"), self.reminder("Letter")
        for names, values in (
            ([], {"channel": "Phone"}),
            ([call.name], {"channel": ""}),
            ([call.name], {"channel": "Phone", "done_on": "2099-01-01"}),
            ([letter.name], {"channel": "Post"}),
            ([letter.name], {"channel": "Post", "proof_kind": "Courier Number"}),
            ([letter.name], {"channel": "Door", "proof_kind": "Signature"}),
        ):
            with self.subTest(values=values), self.assertRaises((RuleError, InputRefused)):
                reminder_acts.record(names, **values)
        reminder_acts.record(
            [call.name, letter.name],
            "Post",
            "Will come by",
            "Away",
            proof_kind="Courier Number",
            proof_number="SF123456",
            done_on=DUE + timedelta(days=31),
        )
        letter.reload()
        self.assertEqual((letter.status, letter.done_by, letter.arrears_reason), ("Done", "Administrator", "Away"))
        letter.status = "Due"
        self.assertRaises(InputRefused, letter.save)

    def test_what_was_computed_stays(self) -> None:
        self.remind(5)
        self.remind(15)
        call = self.reminder("Call")
        desk = make.make_staff("Property Front Desk", community=frappe.get_doc("Community", self.community))
        with as_user(desk):
            doc = frappe.get_doc("Fee Reminder", call.name)
            doc.update(
                {"outstanding": 1, "oldest_due": "2020-01-01", "done_by": "Administrator", "answer": "No answer"}
            )
            doc.save()
            self.assertRaises((frappe.PermissionError, frappe.ValidationError), doc.delete)
            new = frappe.copy_doc(doc)
            self.assertRaises(frappe.PermissionError, new.insert)
        call.reload()
        self.assertEqual((call.outstanding, call.oldest_due, call.done_by), (200, DUE, None))
        self.assertEqual(call.answer, "No answer")

    def test_one_household_at_a_time(self) -> None:
        other, _owner = self.household()
        self.remind(5)
        self.remind(15)
        names = [row.name for row in self.stored(level="Call")]
        self.assertEqual(len(names), 2)
        self.assertRaises(RuleError, reminder_acts.record, names, "Phone")
        self.assertRaises(RuleError, reminder_acts.add, other.name, self.owner.name, "Lawsuit")

    def test_as_many_queries_for_ten_times_the_households(self) -> None:
        def counted(days: int) -> int:
            with count_queries() as queries:
                self.assertTrue(self.remind(days)["made"])
            return len(queries)

        counted(5)
        self.household()
        few = counted(6)
        for _number in range(10):
            self.household()
        many = counted(7)
        self.assertEqual(few, many)
        self.assertLess(few, 25)
