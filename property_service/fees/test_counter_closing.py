"""The counter's endpoints and its closing: who may do what, and that every yuan is in exactly one closing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import add_days, today

from property_service.fees import audit, closings, counter_api, ledger
from property_service.fees.receipt_prints import amount_text, closing_paper, fee_receipt_paper
from property_service.property_service.errors import InputRefused
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

CASHIER, MANAGER = "Property Cashier", "Property Manager"


class TestCounter(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.building = make.make_building()
        self.unit = make.make_unit(self.building)
        self.owner = make.make_resident(self.unit)
        self.community = self.unit.community
        home = frappe.get_doc("Community", self.community)
        self.cashier, self.other = (make.make_staff(CASHIER, community=home) for _ in range(2))
        self.manager = make.make_staff(MANAGER, community=home)
        self.item = make.make_fee_item(self.community, one_off=1, kind="Fixed", prices=[])
        self.water = make.make_fee_item(self.community, one_off=1, kind="Fixed", prices=[], collected_for="Utility")

    def tearDown(self) -> None:
        frappe.set_user("Administrator")
        self.assertEqual(audit.differences(self.community), [])

    def charge(self, amount: float = 100, item: Any = None, unit: Any = None, **values: Any) -> str:
        return make.make_charge(unit or self.unit, amount, item or self.item, **values)

    def pay(self, *names: str, to_pay: float, user: str = "", **values: Any) -> dict:
        values.setdefault("tenders", [{"mode": "Cash", "amount": to_pay}])
        with as_user(user or self.cashier):
            return counter_api.pay(
                community=self.community,
                payer=self.owner.name,
                charges=list(names),
                to_pay=str(to_pay),
                client_key=frappe.generate_hash(),
                **values,
            )

    def close(self, counted: dict, user: str = "", **values: Any) -> frappe._dict:
        with as_user(user or self.cashier):
            answer = counter_api.close_counter(self.community, counted, **values)
        return frappe.get_doc("Counter Closing", answer["name"])

    def test_what_is_open_is_shown(self) -> None:
        late = make.make_fee_item(
            self.community, one_off=1, kind="Fixed", prices=[], late_fee_rate=0.05, late_fee_cap=30
        )
        old = self.charge(1000, late, due_date=add_days(today(), -20))
        self.charge(30, self.water)
        parking = make.make_unit(self.building, usage="Parking Space")
        make.make_occupancy(parking, self.owner)
        self.charge(80, unit=parking)
        self.pay(to_pay=5, prepayment="5")
        with as_user(self.cashier):
            view = counter_api.open_counter(unit=self.unit.name)["view"]
        self.assertEqual([bill["here"] for bill in view["bills"]], [True, True, False])
        first = view["bills"][0]
        self.assertEqual((first["days_late"], first["unit"]), (20, self.unit.name))
        self.assertEqual((first["charges"][0]["name"], first["charges"][0]["late_fee"]), (old, 10))
        self.assertEqual(view["payer"], self.owner.name)
        self.assertEqual([row.prepaid_left for row in view["prepaid"]], [5])
        with as_user(self.cashier):
            by_person = counter_api.open_counter(resident=self.owner.name)["view"]
        self.assertTrue(all(bill["here"] for bill in by_person["bills"]))
        self.assertEqual(len(by_person["bills"]), 3)

    def test_found_by_what_the_payer_says(self) -> None:
        self.charge(30)
        with as_user(self.cashier):
            found = counter_api.open_counter(text=self.owner.resident_name)
            self.assertEqual(len(found["matches"]), 1)
            self.assertEqual(len(found["view"]["bills"]), 1)
            self.assertIsNone(counter_api.open_counter(text="nobody of that name")["view"])

    def test_the_payer_is_who_owes_now(self) -> None:
        old = self.charge(30)
        sold = frappe.get_doc("Unit Occupancy", {"unit": self.unit.name})
        sold.to_date = add_days(today(), -1)
        sold.save()
        with as_user(self.cashier):
            self.assertEqual(counter_api.open_counter(unit=self.unit.name)["view"]["payer"], self.owner.name)
        make.make_occupancy(self.unit, self.owner, "Tenant", from_date=today())
        buyer = make.make_resident()
        make.make_occupancy(self.unit, buyer, from_date=today())
        with as_user(self.cashier):
            view = counter_api.open_counter(unit=self.unit.name)["view"]
        self.assertEqual(view["payer"], buyer.name)
        self.assertEqual([bill["debtor"] for bill in view["bills"]], [self.owner.name])
        self.assertEqual(view["bills"][0]["charges"][0]["name"], old)

    def test_a_person_of_several_communities(self) -> None:
        far = make.make_unit()
        make.make_occupancy(far, self.owner)
        elsewhere = make.make_fee_item(far.community, one_off=1, kind="Fixed", prices=[])
        make.make_charge(far, 70, elsewhere, due_date=add_days(today(), -400))
        both = make.make_staff(CASHIER, community=frappe.get_doc("Community", self.community))
        allowed = {"user": both, "allow": "Community", "for_value": far.community}
        make.insert("User Permission", apply_to_all_doctypes=1, **allowed)
        self.charge(30)

        def opened(user: str, **values: Any) -> tuple[str, list[str]]:
            with as_user(user):
                view = counter_api.open_counter(**{"resident": self.owner.name, **values})["view"]
            return view["community"], [row["community"] for row in view["elsewhere"]]

        # the oldest debt lies where the cashier does not work
        self.assertEqual(opened(self.cashier), (self.community, []))
        self.assertEqual(opened(self.cashier, community=far.community), (self.community, []))
        self.assertEqual(opened(both), (far.community, [self.community]))
        self.assertEqual(opened(both, community=self.community), (self.community, [far.community]))
        stranger = make.make_resident(far)
        with as_user(self.cashier), self.assertRaises(frappe.PermissionError):
            counter_api.open_counter(resident=stranger.name)

    def test_opening_takes_at_most_fifteen_queries(self) -> None:
        late = make.make_fee_item(
            self.community, one_off=1, kind="Fixed", prices=[], late_fee_rate=0.05, late_fee_cap=30
        )
        for number in range(4):
            self.charge(100, late, due_date=add_days(today(), -20 - number))
        self.pay(to_pay=5, prepayment="5")
        with as_user(self.cashier):
            for arguments in ({"unit": self.unit.name}, {"text": self.owner.resident_name}):
                counter_api.open_counter(**arguments)
                with count_queries() as queries:
                    counter_api.open_counter(**arguments)
                self.assertLessEqual(len(queries), 15, queries)

    def test_paying_at_the_counter_takes_at_most_forty_queries(self) -> None:
        self.pay(self.charge(10), to_pay=10)
        names = [self.charge(10) for _ in range(3)]
        with count_queries() as queries:
            self.pay(*names, to_pay=30)
        self.assertLessEqual(len(queries), 40, queries)

    def test_who_may_pay_and_take_back(self) -> None:
        far = make.make_staff(CASHIER, community=make.make_community())
        desk = make.make_staff("Property Front Desk", community=frappe.get_doc("Community", self.community))
        name = self.charge(50)
        for user in (far, desk):
            with self.assertRaises(frappe.PermissionError):
                self.pay(name, to_pay=50, user=user)
            with as_user(user), self.assertRaises(frappe.PermissionError):
                counter_api.open_counter(unit=self.unit.name)
        receipt = self.pay(name, to_pay=50)["name"]
        for user in (self.other, far, desk):
            with as_user(user), self.assertRaises(frappe.PermissionError):
                counter_api.take_back(receipt, "Mine now")
        with as_user(self.cashier):
            self.assertEqual(counter_api.take_back(receipt, "Wrong unit"), {"status": "Voided"})
        again = self.pay(name, to_pay=50)["name"]
        with as_user(self.manager):
            self.assertEqual(counter_api.take_back(again, "Wrong unit"), {"status": "Voided"})

    def test_a_foreign_key_brings_nobody_elses_receipt(self) -> None:
        first = self.pay(self.charge(50), to_pay=50)
        key = frappe.db.get_value("Fee Receipt", first["name"], "client_key")
        with as_user(self.other), self.assertRaises(frappe.PermissionError):
            counter_api.pay(self.community, self.owner.name, [{"mode": "Cash", "amount": 1}], "1", key, prepayment="1")

    def test_bad_input_is_refused(self) -> None:
        name = self.charge(50)
        for values in (
            {"tenders": [{"mode": "Online", "amount": 50}]},
            {"tenders": ["Cash"]},
            {"tenders": [{"mode": "Cash", "amount": [50]}]},
            {"tenders": [{"mode": "Cash", "amount": True}]},
            {"tenders": []},
            {"to_pay": 60},
            {"to_pay": 0},
            {"to_pay": 49.999},
        ):
            values.setdefault("to_pay", 50)
            with self.subTest(values), self.assertRaises((RuleError, InputRefused)):
                self.pay(name, **values)

    def test_prints_are_counted(self) -> None:
        receipt = self.pay(self.charge(50), to_pay=50)["name"]
        doc = frappe.get_doc("Fee Receipt", receipt)
        with as_user(self.cashier), self.ticket(None):
            self.assertEqual(fee_receipt_paper(doc)["mark"], "Copy")
        for mark in ("", "Reprint 1", "Reprint 2"):
            with as_user(self.cashier):
                ticket = counter_api.mark_printed(receipt)["ticket"]
                with self.ticket(ticket):
                    self.assertEqual(fee_receipt_paper(doc)["mark"], mark)
        doc.reload()
        self.assertEqual(doc.prints, 3)
        elsewhere = frappe.get_doc("Fee Receipt", self.pay(to_pay=5, prepayment="5")["name"])
        with self.ticket(ticket):
            self.assertEqual(fee_receipt_paper(elsewhere)["mark"], "Copy")

    def test_a_receipt_names_the_unit_of_what_was_paid(self) -> None:
        space = make.make_unit(self.building, usage="Parking Space")
        make.make_occupancy(space, self.owner)
        for unit, named in ((space, space.short_label), (self.unit, "")):
            receipt = self.pay(self.charge(30, unit=unit), to_pay=30, unit=self.unit.name)["name"]
            (line,) = fee_receipt_paper(frappe.get_doc("Fee Receipt", receipt))["lines"]
            self.assertEqual(line["unit"], named)

    def test_what_people_write_stays_text_on_paper(self) -> None:
        self.owner.db_set("resident_name", "<script>alert(1)</script>")
        receipt = self.pay(self.charge(128.5), to_pay=128.5, remark="{{ 7*7 }}<b>x</b>")["name"]
        for style in ("Fee Receipt 80mm", "Fee Receipt A5"):
            html = frappe.get_print("Fee Receipt", receipt, style)
            self.assertNotIn("<script>alert(1)", html)
            self.assertNotIn("<b>x</b>", html)
            self.assertIn("{{ 7*7 }}", html)
            self.assertIn("壹佰贰拾捌元伍角整", html)
            self.assertIn("SJ-", html)

    @contextmanager
    def ticket(self, ticket: str | None) -> Iterator[None]:
        before, frappe.local.form_dict = frappe.local.form_dict, frappe._dict(ticket=ticket)
        yield
        frappe.local.form_dict = before

    def test_a_closing_holds_everything_once(self) -> None:
        self.pay(self.charge(100), self.charge(30, self.water), to_pay=130)
        prepaid = self.pay(
            to_pay=70, prepayment="70", tenders=[{"mode": "WeChat", "amount": 50}, {"mode": "Cash", "amount": 25}]
        )
        void = self.pay(self.charge(40), to_pay=40)["name"]
        self.pay(self.charge(9), to_pay=9, user=self.other)
        with as_user(self.cashier):
            counter_api.take_back(void, "Wrong unit")
            counter_api.refund(prepaid["name"], "20", "Cash", "Moved out", frappe.generate_hash())
            preview = counter_api.closing_preview(self.community)
        self.assertEqual((preview["total"], preview["receipt_count"]), (180, 4))
        with self.assertRaises(RuleError):
            self.close({"Cash": 129})
        doc = self.close({"Cash": 130}, shift="Morning")
        self.assertEqual([(row.mode, money(row.amount)) for row in doc.modes], [("Cash", 130), ("WeChat", 50)])
        parts = (doc.own_amount, doc.others_amount, doc.late_fee_amount, doc.prepaid_amount, doc.deposit_amount)
        self.assertEqual([money(part) for part in parts], [100, 30, 0, 50, 0])
        self.assertEqual(sum(map(money, parts)), money(doc.total))
        self.assertEqual((doc.void_count, money(doc.void_amount), money(doc.refund_amount)), (1, 40, 20))
        self.assertEqual((doc.first_number[-6:], doc.last_number[-6:]), ("000001", "000005"))
        self.assertEqual(doc.docstatus, 1)
        with as_user(self.cashier), self.assertRaises(RuleError):
            counter_api.close_counter(self.community, {})
        paper = closing_paper(doc)
        self.assertEqual((paper["total"], paper["shift"]), (amount_text(180), "Morning"))
        self.assertIn("180.00", frappe.get_print("Counter Closing", doc.name, "Counter Closing Sheet"))
        self.assertEqual(money(self.close({"Cash": 9}, user=self.other).total), 9)

    def test_a_difference_needs_a_reason(self) -> None:
        self.pay(self.charge(100), to_pay=100)
        for counted in ({}, {"Cash": 95}, {"Cash": 100.001}, {"Cowrie": 100}, {"Cash": 100, "POS": 5}):
            with self.subTest(counted), self.assertRaises(RuleError):
                self.close(counted)
        with self.assertRaisesRegex(RuleError, "differs by 10.00"):
            self.close({"Cash": 95, "WeChat": 5})
        doc = self.close({"Cash": 95}, reason="A note was false")
        self.assertEqual((money(doc.counted_total), money(doc.difference)), (95, -5))

    def test_after_its_closing_a_receipt_is_reversed_by_the_manager(self) -> None:
        name = self.charge(100)
        receipt = self.pay(name, to_pay=100)["name"]
        self.close({"Cash": 100})
        with as_user(self.cashier), self.assertRaises(frappe.PermissionError):
            counter_api.take_back(receipt, "Bounced")
        with as_user(self.manager):
            self.assertEqual(counter_api.take_back(receipt, "Bounced"), {"status": "Reversed"})
            preview = counter_api.closing_preview(self.community)
        self.assertEqual((preview["total"], preview["own_amount"], preview["refund_amount"]), (-100, -100, 100))
        doc = self.close({"Cash": -100}, user=self.manager)
        self.assertEqual((money(doc.total), doc.receipt_count), (-100, 0))
        with self.assertRaises(RuleError):
            self.close({}, user=self.manager)
        self.assertEqual(frappe.db.get_value("Fee Receipt", receipt, "taken_back_closing"), doc.name)

    def test_the_manager_closes_for_somebody_else(self) -> None:
        self.pay(self.charge(100), to_pay=100)
        with as_user(self.other), self.assertRaises(frappe.PermissionError):
            counter_api.closing_preview(self.community, self.cashier)
        with self.assertRaises(frappe.PermissionError):
            self.close({"Cash": 100}, user=self.other, cashier=self.cashier)
        with as_user(self.cashier):
            self.assertEqual(counter_api.closing_preview(self.community)["others"], [], "only for managers")
        self.assertEqual(self.others(), [self.cashier])
        self.assertEqual(self.close({"Cash": 100}, user=self.manager, cashier=self.cashier).cashier, self.cashier)
        self.assertEqual(self.others(), [])

    def others(self) -> list[str]:
        """Whose shift the manager may close besides his own."""
        with as_user(self.manager):
            found = counter_api.closing_preview(self.community)["others"]
        names = {row["cashier"]: row["full_name"] for row in found}
        self.assertEqual(names, {user: frappe.db.get_value("User", user, "full_name") for user in names})
        return list(names)

    def test_a_deposit_is_in_the_closing(self) -> None:
        deposit, held, refunded = (frappe.generate_hash(length=10) for _ in range(3))
        rows = {held: ("Held", 2000, "Cash"), refunded: ("Refunded", 500, "WeChat")}
        for name, (kind, amount, mode) in rows.items():
            frappe.get_doc(
                {
                    "doctype": "Resident Deposit Movement",
                    "name": name,
                    "deposit": deposit,
                    "kind": kind,
                    "amount": amount,
                    "mode": mode,
                    "community": self.community,
                    "cashier": self.cashier,
                    "posting_date": today(),
                    "docstatus": 1,
                }
            ).db_insert()
        figures = closings.closing_figures(self.community, self.cashier)
        self.assertEqual((figures["total"], figures["deposit_amount"]), (1500, 1500))
        doc = self.close({"Cash": 2000})
        self.assertEqual(
            frappe.db.get_value("Resident Deposit Movement", held, "counter_closing"),
            doc.name,
        )
        self.assertEqual(closings.to_close(self.community, self.cashier).total, Decimal(0))

    def test_prepayment_is_laid_on_what_is_open(self) -> None:
        self.pay(to_pay=70, prepayment="70")
        name = self.charge(100)
        with as_user(self.cashier):
            self.assertEqual(counter_api.use_prepayment(self.community, [name])["laid"], 70)
        self.assertEqual(len(ledger.rows_where(charge=name, entry_type="Allocation")), 1)

    def test_who_may_take_a_prepayment_off_charges(self) -> None:
        receipt = self.pay(to_pay=70, prepayment="70")["name"]
        name = self.charge(100)
        far = make.make_staff(MANAGER, community=make.make_community())
        for closed, user in ((False, self.cashier), (True, self.manager)):
            with as_user(self.cashier):
                counter_api.use_prepayment(self.community, [name])
            if closed:
                self.close({"Cash": 70})
            for other in (self.other, far, self.cashier if closed else self.other):
                with as_user(other), self.assertRaises(frappe.PermissionError):
                    counter_api.take_off_charges(receipt, "Wrong charge")
            with as_user(user):
                self.assertEqual(counter_api.take_off_charges(receipt, "Wrong charge")["taken_off"], 70)
        with as_user(self.manager):
            self.assertEqual(counter_api.take_back(receipt, "Bounced"), {"status": "Reversed"})
