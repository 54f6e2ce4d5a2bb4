"""What the desk asks of meters, adjustments, deposits, reminders and promises, and who may."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from unittest.mock import patch

import frappe

from property_service.fees import api, deposit_book, reminder_prints, reminders
from property_service.fees.receipt_prints import deposit_receipt_paper
from property_service.property_service.errors import InputRefused
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

JULY = date(2026, 7, 1)
READ_ON = date(2026, 7, 25)
REFUSED = (frappe.PermissionError, frappe.ValidationError, RuleError)


class TestFeeDesk(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.community = make.make_community()
        self.building = make.make_building(self.community)
        self.unit = make.make_unit(self.building)
        self.owner = make.make_resident(self.unit)
        self.desk, self.cashier, self.manager = (
            make.make_staff(f"Property {role}", community=self.community)
            for role in ("Front Desk", "Cashier", "Manager")
        )
        self.stranger = make.make_staff("Property Manager", community=make.make_community())

    def round(self, count: int = 3) -> tuple[frappe._dict, list[frappe._dict]]:
        item = make.make_fee_item(self.community, kind="Metered")
        return item, [make.make_meter(item, make.make_unit(self.building)) for _number in range(count)]

    def test_a_round_of_meters(self) -> None:
        item, meters = self.round()
        make.make_reading(meters[0], "2026-06", 150)
        with as_user(self.desk):
            lines = {line["meter"]: line for line in api.meter_sheet(item.name, JULY)}
            self.assertEqual((len(lines), lines[meters[0].name]["last_value"]), (3, 150))
            self.assertIsNone(lines[meters[1].name]["usual"])
            answer = api.enter_readings(
                item.name,
                JULY,
                READ_ON,
                [
                    {"meter": meters[0].name, "value": "149"},
                    {"meter": meters[1].name, "value": 130, "note": "Behind the boiler"},
                    {"meter": meters[2].name, "value": ""},
                ],
            )
            self.assertEqual((answer["taken"], len(answer["refused"])), (1, 1))
            self.assertIn("149", answer["refused"][0]["reason"])
            again = api.enter_readings(item.name, JULY, READ_ON, [{"meter": meters[1].name, "value": 131}])
            self.assertEqual(again["taken"], 0)
            line = next(line for line in api.meter_sheet(item.name, JULY) if line["meter"] == meters[1].name)
            self.assertEqual((line["value"], line["quantity"]), (130, 30))
            self.assertEqual(api.meter_sheet(item.name, JULY, make.make_building(self.community).name), [])

    def test_a_row_of_the_sheet_is_a_document(self) -> None:
        item, (first, second) = self.round(2)
        api.enter_readings(item.name, JULY, READ_ON, [{"meter": first.name, "value": 112.5, "confirmed": 1}])
        make.make_reading(second, "2026-07", 112.5, confirmed=1)
        single = frappe.get_doc("Property Meter Reading", {"meter": second.name}).as_dict()
        row = frappe.get_doc("Property Meter Reading", {"meter": first.name}).as_dict()
        own = {"name", "meter", "unit", "creation", "modified"}
        self.assertEqual({k: row[k] for k in row if k not in own}, {k: single[k] for k in row if k not in own})

    def test_readings_that_are_none(self) -> None:
        item, (meter, other) = self.round(2)
        foreign = make.make_meter(make.make_fee_item(self.community, kind="Metered"), self.unit)
        for value in ("abc", "-5", "NaN", "1e999", "1e9", "110.00001", True):
            with self.subTest(value=value):
                answer = api.enter_readings(item.name, JULY, READ_ON, [{"meter": meter.name, "value": value}])
                self.assertEqual((answer["taken"], len(answer["refused"])), (0, 1))
        twice = [{"meter": other.name, "value": value} for value in (110, 111)]
        self.assertEqual(api.enter_readings(item.name, JULY, READ_ON, twice)["taken"], 1)
        for readings in ([{"meter": foreign.name, "value": 110}], ["abc"]):
            self.assertRaises(InputRefused, api.enter_readings, item.name, JULY, READ_ON, readings)

    def test_a_sheet_of_many_takes_no_more_queries(self) -> None:
        def counted(item: str) -> int:
            with count_queries() as queries:
                api.meter_sheet(item, JULY)
            return len(queries)

        few, many = self.round(1)[0].name, self.round(12)[0].name
        counted(few)
        self.assertEqual(counted(few), counted(many))

    def test_an_adjustment_is_sent_at_once(self) -> None:
        charge = make.make_charge(self.unit, 80)
        with as_user(self.cashier):
            answer = api.request_adjustment(charge, "Waive Principal", 20, "Hardship", "Lost his work")
            self.assertEqual(answer["status"], "Pending Approval")
            with self.assertRaises(InputRefused):
                api.request_adjustment(charge, "Waive Principal", 20, "Hardship", "Again")
        with as_user(self.stranger), self.assertRaises(REFUSED):
            api.request_adjustment(charge, "Charge More", 20, "Other", "From elsewhere")

    def test_deposits_at_the_counter(self) -> None:
        order = (self.community.name, self.owner.name, "Key", 200, "Cash", self.unit.name)
        with as_user(self.cashier):
            taken = api.take_deposit(*order, client_key="click")
            self.assertEqual(api.take_deposit(*order, client_key="click"), taken)
            self.assertRaises(REFUSED, api.deduct_deposit, taken["name"], 50, "Key bent")
        with as_user(self.manager):
            api.deduct_deposit(taken["name"], 50, "Key bent")
        with as_user(self.stranger):
            for act in (
                lambda: api.take_deposit(*order),
                lambda: api.deduct_deposit(taken["name"], 50, "Key bent"),
                lambda: api.refund_deposit(taken["name"], 50, "Cash", "Given Back"),
                lambda: api.deposit_movements(taken["name"]),
            ):
                self.assertRaises(REFUSED, act)
        with as_user(self.desk):
            self.assertRaises(REFUSED, api.refund_deposit, taken["name"], 150, "Cash", "Given Back")
        with as_user(self.cashier):
            api.refund_deposit(taken["name"], 150, "Cash", "Given Back")
            kinds = {row.kind: (row.cashier, row.amount) for row in api.deposit_movements(taken["name"])}
        self.assertEqual(kinds["Refunded"], (self.cashier, money(150)))
        self.assertEqual(kinds["Deducted"][0], self.manager)

    def test_papers_say_their_own_words(self) -> None:
        order = deposit_book.DepositOrder(self.community.name, self.owner.name, "Key", 500, "Transfer")
        deposit = deposit_book.take_deposit(order, self.cashier)
        deposit_book.refund(deposit.name, 500, "Cash", "Given Back", self.cashier)
        with as_user(self.cashier), patch.object(frappe.local, "lang", "zh"):
            paper = deposit_receipt_paper(frappe.get_doc("Resident Deposit", deposit.name))
        self.assertEqual((paper["purpose"], paper["mode"], paper["status"]), ("钥匙", "转账", "已退还"))
        for kind, said in (("Refund", "Paid Back To"), ("Payment", "Received From")):
            receipt = frappe._dict(kind=kind, status="Posted", payer_name="Zhang Wei")
            template = frappe.get_template("templates/resident/receipt_paper.html").module
            self.assertIn(said, template.paper(receipt, "Lotus", "", "", [], [], "1.00", "", ""))

    def arrears(self, count: int = 1) -> None:
        item = make.make_fee_item(
            self.community, one_off=1, kind="Fixed", prices=[], late_fee_rate=0.05, grace_days=0, late_fee_cap=30
        )
        with as_of(datetime(2026, 3, 1, 9, 0)):
            for number in range(count):
                unit = make.make_unit(self.building) if number else self.unit
                if number:
                    make.make_resident(unit)
                make.make_charge(unit, 100, item, due_date=date(2026, 3, 15))
                make.make_charge(unit, 40, item, due_date=date(2026, 4, 15))
        for day in (20, 30):
            with as_of(datetime(2026, 3, day, 9, 0)):
                reminders.remind(self.community.name)

    def test_the_call_sheet(self) -> None:
        self.arrears()
        with as_of(datetime(2026, 5, 4, 9, 0)), as_user(self.desk):
            api.promise_to_pay(self.unit.name, self.owner.name, 60, date(2026, 5, 20), "Phone")
            (row,) = api.reminder_call_sheet(self.community.name)
            self.assertEqual((row["unit"], row["debtor_name"]), (self.unit.name, self.owner.resident_name))
            # 100 × 0.05 % × 50 days + 40 × 0.05 % × 19 days
            self.assertEqual((row["open"], row["late_fee"], row["days"]), (money(140), money("2.88"), 50))
            self.assertEqual([reminder["level"] for reminder in row["reminders"]], ["Call"])
            self.assertEqual(row["phones"][0]["phone"], self.owner.phones[0].phone)
            self.assertEqual(row["promise"]["promised_amount"], 60)
            self.assertEqual(api.reminder_call_sheet(self.community.name, "Visit"), [])
            names = [reminder["name"] for reminder in row["reminders"]]
            api.hold_reminders(names, "Other", date(2026, 6, 1))
            self.assertEqual(api.reminder_call_sheet(self.community.name), [])
            api.hold_reminders(names, "")
            api.record_reminder(names, "Phone", "Pays on the 20th", "Forgotten")
            self.assertEqual(api.reminder_call_sheet(self.community.name), [])
        with as_user(self.stranger):
            for act in (
                lambda: api.reminder_call_sheet(self.community.name),
                lambda: api.record_reminder(names, "Phone"),
                lambda: api.add_reminder(self.unit.name, self.owner.name, "Lawsuit"),
                lambda: api.promise_to_pay(self.unit.name, self.owner.name, 1, date(2099, 1, 1)),
            ):
                self.assertRaises(REFUSED, act)

    def test_a_sheet_of_many_households_takes_no_more_queries(self) -> None:
        self.arrears(11)
        with as_of(datetime(2026, 5, 4, 9, 0)):
            api.reminder_call_sheet(self.community.name)
            with count_queries() as many:
                self.assertEqual(len(api.reminder_call_sheet(self.community.name)), 11)
        self.assertLess(len(many), 15)

    def test_promises_at_the_desk(self) -> None:
        make.make_charge(self.unit, 80)
        with as_user(self.desk):
            name = api.promise_to_pay(self.unit.name, self.owner.name, 60, date.today() + timedelta(days=9))["name"]
            self.assertEqual(api.withdraw_promise(name)["status"], "Withdrawn")
            self.assertRaises(REFUSED, api.withdraw_promise, name)
        with as_user(self.stranger), self.assertRaises(REFUSED):
            api.withdraw_promise(name)

    def test_the_letter_says_what_is_open_today(self) -> None:
        self.arrears()
        self.assertRaises(REFUSED, api.add_reminder, self.unit.name, self.owner.name, "Nonsense")
        with as_of(datetime(2026, 5, 4, 9, 0)), as_user(self.manager):
            doc = frappe.get_doc("Fee Reminder", api.add_reminder(self.unit.name, self.owner.name, "Lawsuit")["name"])
            paper = reminder_prints.fee_reminder_paper(doc)
            self.assertEqual((paper["open"], paper["late_fee"], paper["total"]), ("140.00", "2.88", "142.88"))
            self.assertEqual([row["open"] for row in paper["rows"]], ["100.00", "40.00"])
            html = frappe.get_print("Fee Reminder", doc.name, "Fee Reminder Letter")
        self.assertIn("142.88", html)
        self.assertIn(self.owner.resident_name, html)

    def test_days_of_the_settings_must_rise(self) -> None:
        settings = frappe.get_doc("Property Service Settings")
        settings.update(dict.fromkeys(reminders.SETTINGS.values(), 0))
        settings.update({"reminder_notice_days": 20, "reminder_call_days": 15})
        self.assertRaises(InputRefused, settings.save)
