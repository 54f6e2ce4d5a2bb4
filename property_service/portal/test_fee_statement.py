"""The statement of a year in the portal beside sums by hand: whose debt it is, whoever pays; what is prepaid and what is held apart."""

from __future__ import annotations

from datetime import date
from typing import Any

from property_service.fees import deposit_book
from property_service.fees.prepayments import apply_prepayments_to, refund_prepayment
from property_service.fees.receipts import take_back_receipt
from property_service.fees.test_reports import ReportCase, on
from property_service.portal import fee_statement
from property_service.property_service import resident_merge
from property_service.tests import factories as make
from property_service.tests.utils import as_user, count_queries

SUMS = ("opening", "charged", "paid", "closing", "in_advance", "held")


class TestPortalStatement(ReportCase):
    def setUp(self) -> None:
        super().setUp()
        self.users = [make.make_portal_user(person) for person in self.people]

    def account(self, who: int, year: int | None = 2026) -> dict[str, Any]:
        with as_user(self.users[who]):
            return fee_statement.statement(year)

    def sums(self, who: int, year: int = 2026) -> tuple[str, ...]:
        account = self.account(who, year)
        return tuple(account[name] for name in SUMS)

    def lines(self, who: int) -> list[tuple[str, ...]]:
        names = ("what", "amount", "balance", "advance")
        return [tuple(row[name] for name in names) for row in self.account(who)["rows"]]

    def test_a_deposit_is_held_and_not_owed(self) -> None:
        with on("2025-12-01"):
            order = deposit_book.DepositOrder(self.community.name, self.people[0].name, "Key", 2000, "POS")
            deposit = deposit_book.take_deposit(order, self.cashier)
        name = self.charge(0, 100, "2026-05-02")
        self.pay(0, (name,), "2026-05-03", ("Cash", "100"))
        self.assertEqual(self.sums(0), ("0.00", "100.00", "100.00", "0.00", "", "2,000.00"))
        self.assertEqual(self.sums(0, 2025), ("0.00", "0.00", "0.00", "0.00", "", "2,000.00"))
        with on("2026-05-06"):
            deposit_book.refund(deposit.name, 2000, "Cash", "Given Back", self.cashier)
        self.assertEqual(self.sums(0), ("0.00", "100.00", "100.00", "0.00", "", ""))
        self.assertEqual(len(self.account(0)["rows"]), 2)

    def test_whoever_is_no_resident_has_no_account(self) -> None:
        self.pay(0, (self.charge(0, 100, "2026-05-02"),), "2026-05-03", ("Cash", "100"))
        with as_user(make.make_customer()):
            account = fee_statement.statement(2026)
        self.assertEqual((account["rows"], account["years"], account["charged"]), ([], [2026], "0.00"))

    def test_whoever_pays_it_is_the_debtors(self) -> None:
        name = self.charge(0, 1000, "2026-05-02")
        receipt = self.pay(1, (name,), "2026-05-03", ("Cash", "1200"))
        self.assertEqual(self.sums(0), ("0.00", "1,000.00", "1,000.00", "0.00", "", ""))
        self.assertEqual(self.sums(1), ("0.00", "0.00", "0.00", "0.00", "200.00", ""))
        charged, paid = self.lines(0)
        self.assertEqual(
            (charged[1:], paid), (("1,000.00", "1,000.00", ""), ("Payment by somebody else", "−1,000.00", "0.00", ""))
        )
        self.assertEqual(self.lines(1), [(f"Payment: Cash · {receipt.receipt_number}", "", "0.00", "200.00")])

    def test_prepayments_apart_from_what_is_open(self) -> None:
        receipt = self.pay(0, (), "2026-05-01", ("WeChat", "150"), unit=self.units[0].name)
        with on("2026-05-02"):
            apply_prepayments_to([self.charge(0, 100, "2026-05-02")], date(2026, 5, 2))
        with on("2026-05-03"):
            refund = refund_prepayment(receipt.name, 20, "Cash", "Moved out", self.cashier)
        number = receipt.receipt_number
        paid, charged, used, given = self.lines(0)
        self.assertEqual(paid, (f"Payment: WeChat · {number}", "", "0.00", "150.00"))
        self.assertEqual(charged[1:], ("100.00", "100.00", ""))
        self.assertEqual(used, (f"From your prepayment: {number}", "−100.00", "0.00", "−100.00"))
        self.assertEqual(given, (f"Refund: {refund.receipt_number}", "", "0.00", "−20.00"))
        self.assertEqual(self.sums(0), ("0.00", "100.00", "100.00", "0.00", "30.00", ""))
        self.assertEqual(self.account(0)["rows"][0]["place"], self.units[0].short_label)

    def test_what_is_taken_back(self) -> None:
        with on("2025-11-02"):
            name = make.make_charge(self.units[0], 100, self.own, debtor=self.people[0].name)
        kept, wrong = (self.pay(0, (name,), day, ("Cash", "30")) for day in ("2025-12-01", "2026-05-03"))
        with on("2026-05-04"):
            take_back_receipt(wrong.name, "Bounced")
            take_back_receipt(self.pay(0, (name,), "2026-05-04", ("Cash", "5")).name, "A slip of the pen")
        self.assertEqual(self.sums(0), ("70.00", "0.00", "0.00", "70.00", "", ""))
        number = wrong.receipt_number
        self.assertEqual(
            [line[0] for line in self.lines(0)], [f"Payment: Cash · {number}", f"Taken back: Payment: Cash · {number}"]
        )
        self.assertEqual(self.sums(0, 2025), ("0.00", "100.00", "30.00", "70.00", "", ""))
        self.assertTrue(kept)

    def test_of_two_records_of_one_person_the_account_goes_on(self) -> None:
        name = self.charge(0, 1000, "2026-05-02")
        resident_merge.merge(self.people[1].name, self.people[0].name)
        self.pay(1, (name,), "2026-05-03", ("Cash", "1000"))
        self.assertEqual(self.sums(1), ("0.00", "1,000.00", "1,000.00", "0.00", "", ""))

    def test_the_year_is_that_of_the_community(self) -> None:
        self.charge(0, 100, "2026-05-02")
        with on("2031-01-01"):
            self.assertEqual(self.account(0, None)["year"], 2031)

    def test_as_many_queries_for_many_entries(self) -> None:
        self.pay(0, (self.charge(0, 10, "2026-05-02"),), "2026-05-03", ("Cash", "15"))
        self.account(0)
        with count_queries() as few:
            self.account(0)
        for _number in range(6):
            self.pay(0, (self.charge(0, 10, "2026-05-02"),), "2026-05-03", ("Cash", "15"))
        with count_queries() as many:
            self.account(0)
        self.assertEqual((len(few), len(many)), (7, 7), few)
