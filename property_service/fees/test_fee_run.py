"""Fee runs: looked at, billed in batches, once each, skipped with reasons, undone while unpaid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from unittest import mock

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, getdate

from property_service.fees import charges, charging, fee_run_work, fee_runs, ledger
from property_service.fees.api import fee_run_preview_now, fee_run_start, fee_run_void
from property_service.fees.receipts import PaymentOrder, Tender, take_back_receipt, take_payment
from property_service.property_service import work_batches
from property_service.property_service.errors import NotAllowedNow
from property_service.property_service.money import money
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

UNTIL = "2026-03-20"
STORED_ANEW = ("name", "creation", "modified", "owner", "modified_by", "billing_key")


@contextmanager
def queue() -> Iterator[list[tuple[str, int]]]:
    """What is handed to the queue meanwhile; nothing is committed or rolled back, so the test's own rollback undoes it all."""
    queued: list[tuple[str, int]] = []
    with (
        mock.patch.object(work_batches, "_queue", lambda name, attempt: queued.append((name, attempt))),
        mock.patch.object(frappe.db, "commit", lambda: None),
        mock.patch.object(frappe.db, "rollback", lambda **_how: None),
    ):
        yield queued


def work_off(queued: list[tuple[str, int]]) -> None:
    while queued:
        work_batches.run_batch(*queued.pop(0))


class TestFeeRun(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.community = make.make_community()
        self.building = make.make_building(self.community)
        self.item = make.make_fee_item(self.community)
        self.unit = make.make_unit(self.building)
        self.owner = make.make_resident(self.unit)

    def make_run(self, **values: object) -> Document:
        return make.insert("Fee Run", **{"community": self.community.name, "bill_until": UNTIL, **values})

    def run_it(self, **values: object) -> Document:
        run = self.make_run(**values)
        with queue() as queued:
            fee_run_preview_now(run.name)
            fee_run_start(run.name)
            work_off(queued)
        run.reload()
        return run

    def charged(self, **filters: object) -> list[frappe._dict]:
        return frappe.get_all(
            "Fee Charge",
            {"community": self.community.name, "status": ["!=", "Void"], **filters},
            ["*"],
            order_by="unit, fee_item, service_month, first_day",
        )

    def reasons(self, run: Document) -> set[str]:
        return set(frappe.get_all("Fee Run Skip", {"fee_run": run.name}, pluck="reason"))

    def test_every_month_due_is_billed_once(self) -> None:
        make.make_unit_fee(self.unit, self.item)
        run = self.run_it()
        found = self.charged()
        self.assertEqual([str(row.service_month) for row in found], ["2026-01-01", "2026-02-01", "2026-03-01"])
        self.assertEqual({money(row.amount) for row in found}, {money("214.44")})
        self.assertEqual({str(row.due_date) for row in found}, {"2026-01-15", "2026-02-15", "2026-03-15"})
        self.assertEqual({row.debtor for row in found}, {self.owner.name})
        self.assertEqual((run.status, run.charge_count, run.bill_count, run.skipped_count), ("Done", 3, 3, 0))
        self.assertEqual(money(run.total_amount), money("643.32"))
        self.assertEqual((run.units_total, run.batches_total, run.batches_done), (1, 1, 1))
        again = self.run_it()
        self.assertEqual((again.status, again.charge_count, len(self.charged())), ("Done", 0, 3))
        later = self.run_it(bill_until="2026-04-01")
        self.assertEqual((later.charge_count, len(self.charged())), (1, 4))

    def test_the_preview_says_what_the_run_does_and_writes_nothing(self) -> None:
        make.make_unit_fee(self.unit, self.item, price_rule="Discount", discount_percent=30, reason="Long vacant")
        bare = make.make_unit(self.building)
        nobody = make.make_unit(self.building)
        make.make_unit_fee(nobody, self.item)
        run = self.make_run()
        with queue() as queued:
            fee_run_preview_now(run.name)
            self.assertEqual((queued, self.charged()), ([], []))
            run.reload()
            self.assertEqual(run.status, "Previewed")
            told = json.loads(run.preview)
            fee_run_start(run.name)
            work_off(queued)
        run.reload()
        self.assertEqual(told["charges"], run.charge_count)
        self.assertEqual(told["bills"], run.bill_count)
        self.assertEqual(told["skipped"], run.skipped_count)
        self.assertEqual(money(told["total"]), money(run.total_amount))
        self.assertEqual(sum(row["charges"] for row in told["items"]), 3)
        self.assertEqual(len(told["samples"]), 3)
        self.assertEqual(told["samples"][0]["lines"][0]["working"], "89.35 × 2.4 × 70% = 150.11")
        self.assertEqual(told["samples"][0]["debtor"], self.owner.resident_name)
        self.assertEqual({row["count"] for row in told["skips"]}, {1, 3})
        units = frappe.get_all("Fee Run Skip", {"fee_run": run.name}, pluck="unit")
        self.assertEqual(sorted(units), sorted([bare.name] + [nobody.name] * 3))

    def test_each_reason_is_kept_with_unit_item_and_month(self) -> None:
        free = make.make_fee_item(self.community, kind="Fixed", prices=[{"from_date": "2020-01-01", "price": 0}])
        broken = make.make_fee_item(self.community, kind="Formula", formula="price / (floor - 12)")
        metered = make.make_fee_item(self.community, kind="Metered", timing="In Arrears")
        no_area = make.make_unit(self.building, billable_area=0)
        make.make_resident(no_area)
        for item in (free, broken, metered):
            make.make_unit_fee(self.unit, item)
        make.make_unit_fee(no_area, self.item)
        run = self.run_it()
        self.assertEqual(self.charged(), [])
        found = frappe.get_all(
            "Fee Run Skip", {"fee_run": run.name}, ["unit", "fee_item", "service_month", "reason", "reason_template"]
        )
        self.assertEqual(run.skipped_count, len(found))
        by_item: dict[str, set[str]] = {}
        for row in found:
            by_item.setdefault(row.fee_item, set()).add(row.reason)
        self.assertEqual(by_item[free.name], {"It comes to 0 yuan."})
        self.assertEqual(by_item[broken.name], {"The formula divides by zero."})
        self.assertEqual(by_item[metered.name], {f"There is no reading for {metered.name} in this month."})
        self.assertEqual(by_item[self.item.name], {f"{no_area.name} has no billable area. Enter it first."})
        months = [(row.unit, row.fee_item, row.service_month) for row in found]
        self.assertEqual(len(months), len(set(months)))

    def test_billing_begins_at_the_deemed_handover(self) -> None:
        frappe.db.set_value("Property Unit", self.unit.name, "deemed_handover_date", "2026-02-15")
        make.make_unit_fee(self.unit, self.item)
        self.run_it()
        first = self.charged()[0]
        self.assertEqual((str(first.first_day), money(first.amount)), ("2026-02-15", money("107.22")))

    def test_a_price_that_changes_within_a_month_is_two_charges(self) -> None:
        make.make_unit_fee(self.unit, self.item, to_date="2026-03-10")
        make.make_unit_fee(
            self.unit, self.item, from_date="2026-03-11", price_rule="Own Price", own_price=1, reason="By contract"
        )
        self.run_it()
        march = self.charged(service_month="2026-03-01")
        self.assertEqual(
            [(str(row.first_day), str(row.last_day), money(row.amount)) for row in march],
            [("2026-03-01", "2026-03-10", money("69.17")), ("2026-03-11", "2026-03-31", money("60.53"))],
        )
        self.assertEqual(len({row.fee_bill for row in march}), 1)
        self.assertEqual(self.run_it().charge_count, 0)

    def test_days_charged_already_are_not_charged_by_another_entry(self) -> None:
        fee = make.make_unit_fee(self.unit, self.item)
        self.run_it()
        fee.to_date = "2026-03-10"
        fee.save()
        make.make_unit_fee(self.unit, self.item, from_date="2026-03-11")
        run = self.run_it()
        self.assertEqual((run.charge_count, run.skipped_count), (0, 1))
        charges.void([self.charged(service_month="2026-03-01")[0].name], "Moved out on the 10th")
        self.assertEqual(self.run_it().charge_count, 2)

    def test_days_added_to_a_month_already_charged_are_said(self) -> None:
        fee = make.make_unit_fee(self.unit, self.item, to_date="2026-03-10")
        self.run_it()
        frappe.clear_messages()
        fee.to_date = None
        fee.save()
        self.assertIn("2026-03 only some days", str(frappe.message_log))
        run = self.run_it()
        self.assertEqual((run.charge_count, run.skipped_count), (0, 1))
        self.assertTrue(any("2026-03-01" in reason and "2026-03-10" in reason for reason in self.reasons(run)))
        frappe.clear_messages()
        fee.to_date = "2026-03-10"
        fee.save()
        self.assertEqual(frappe.message_log, [])
        make.make_unit_fee(self.unit, self.item, from_date="2026-03-11")
        self.assertEqual((self.run_it().charge_count, len(self.charged())), (1, 4))

    def test_quarters_are_one_bill_and_items_apart_are_billed_together(self) -> None:
        quarter = make.make_fee_item(self.community, every_months=3)
        other = make.make_fee_item(self.community, kind="Fixed", every_months=3)
        make.make_unit_fee(self.unit, quarter)
        make.make_unit_fee(self.unit, other)
        self.run_it()
        self.assertEqual(len(self.charged()), 6)
        self.assertEqual(len({row.fee_bill for row in self.charged()}), 1)
        bill = frappe.get_doc("Fee Bill", self.charged()[0].fee_bill)
        self.assertEqual((str(bill.from_month), str(bill.to_month)), ("2026-01-01", "2026-03-01"))

    def test_a_new_owner_owes_from_his_first_day(self) -> None:
        sold = frappe.get_doc("Unit Occupancy", {"unit": self.unit.name})
        sold.to_date = "2026-02-28"
        sold.save()
        buyer = make.make_resident()
        make.make_occupancy(self.unit, buyer, from_date="2026-03-01")
        make.make_unit_fee(self.unit, self.item)
        self.run_it()
        self.assertEqual([row.debtor for row in self.charged()], [self.owner.name, self.owner.name, buyer.name])

    def test_it_bills_only_its_building_and_item(self) -> None:
        other = make.make_unit(make.make_building(self.community))
        make.make_resident(other)
        second = make.make_fee_item(self.community, kind="Fixed")
        for unit in (self.unit, other):
            for item in (self.item, second):
                make.make_unit_fee(unit, item)
        self.run_it(building=self.building.name, fee_item=second.name)
        self.assertEqual({(row.unit, row.fee_item) for row in self.charged()}, {(self.unit.name, second.name)})
        self.run_it(building=self.building.name)
        self.assertEqual({row.unit for row in self.charged()}, {self.unit.name})
        self.run_it()
        self.assertEqual(len(self.charged()), 12)

    def test_a_row_of_the_block_is_a_document_inserted_singly(self) -> None:
        make.make_unit_fee(self.unit, self.item)
        with mock.patch.object(charging, "write", wraps=charging.write) as written:
            run = self.run_it()
        draft = written.call_args.args[0][0]
        (stored,) = frappe.get_all("Fee Charge", {"billing_key": draft.billing_key}, ["*"])
        row = charging.charge_row(draft, "", stored.fee_bill, run.name)
        single = frappe.get_doc({"doctype": "Fee Charge", **{**row, "billing_key": f"{draft.billing_key}2"}})
        single.flags.by_rules = True
        single.insert()
        single.reload()
        block = frappe.get_doc("Fee Charge", stored.name)
        columns = [column for column in single.meta.get_valid_columns() if column not in STORED_ANEW]
        for column in columns:
            self.assertEqual(single.get(column), block.get(column), column)
        entries = [ledger.rows_where(charge=name)[0] for name in (single.name, block.name)]
        for field in entries[0].__slots__:
            if field not in ("name", "charge", "recorded_at"):
                self.assertEqual(getattr(entries[0], field), getattr(entries[1], field), field)

    def test_fifty_units_take_as_many_statements_as_five(self) -> None:
        counts = []
        metered = make.make_fee_item(self.community, kind="Metered")
        for many in (1, 5, 45):  # the first warms the caches up
            for _number in range(many):
                unit = make.make_unit(self.building)
                make.make_resident(unit)
                make.make_unit_fee(unit, self.item)
                make.make_unit_fee(unit, metered)
            run = self.make_run()
            with queue() as queued:
                fee_run_preview_now(run.name)
                fee_run_start(run.name)
                with count_queries() as queries:
                    work_off(queued)
            counts.append(len(queries))
        self.assertEqual(counts[1], counts[2])
        self.assertLessEqual(counts[2], 30)

    def test_prepayments_pay_what_was_charged(self) -> None:
        make.make_unit_fee(self.unit, self.item)
        take_payment(
            PaymentOrder(
                community=self.community.name,
                payer=self.owner.name,
                charges=(),
                tenders=(Tender("Cash", money(300)),),
                to_pay=money(300),
                unit=self.unit.name,
                client_key=make.unique("K"),
            ),
            "Administrator",
        )
        run = self.run_it()
        self.assertEqual(money(run.prepaid_amount), money(300))
        found = self.charged()
        self.assertEqual([row.status for row in found], ["Paid", "Partly Paid", "Unpaid"])
        with queue() as queued:
            fee_run_void(run.name, "A wrong price")
            work_off(queued)
        self.assertEqual(self.charged(), [])
        self.assertEqual(money(frappe.db.get_value("Fee Receipt", {"payer": self.owner.name}, "prepaid_left")), 300)

    def test_a_run_is_void_whole_or_not_at_all(self) -> None:
        make.make_unit_fee(self.unit, self.item)
        run = self.run_it()
        with queue(), self.assertRaises(frappe.ValidationError):
            fee_run_void(run.name, " ")
        first = self.charged()[0]
        receipt = take_payment(
            PaymentOrder(
                community=self.community.name,
                payer=self.owner.name,
                charges=(first.name,),
                tenders=(Tender("Cash", money(first.amount)),),
                to_pay=money(first.amount),
                client_key=make.unique("K"),
            ),
            "Administrator",
        )
        with queue() as queued:
            with self.assertRaises(frappe.ValidationError):
                fee_run_void(run.name, "A wrong price")
            self.assertEqual(queued, [])
        take_back_receipt(receipt.name, "Wrong unit")
        with queue() as queued:
            fee_run_void(run.name, "A wrong price")
            work_off(queued)
        run.reload()
        self.assertEqual((run.status, self.charged()), ("Voided", []))
        entries = ledger.rows_where(community=self.community.name, entry_type="Charge")
        self.assertEqual(sum((row.amount for row in entries), Decimal(0)), 0)
        self.assertEqual(self.run_it().charge_count, 3)

    def test_a_run_begins_once_and_after_its_preview(self) -> None:
        make.make_unit_fee(self.unit, self.item)
        run = self.make_run()
        with queue() as queued:
            with self.assertRaises(frappe.ValidationError):
                fee_run_start(run.name)
            fee_run_preview_now(run.name)
            run.reload()
            run.bill_until = "2026-02-01"
            run.save()
            self.assertEqual((run.status, run.preview), ("Draft", None))
            fee_run_preview_now(run.name)
            fee_run_start(run.name)
            for act in (fee_run_start, fee_run_preview_now, lambda name: fee_run_void(name, "Because")):
                with self.assertRaises(frappe.ValidationError):
                    act(run.name)
            work_off(queued)
        run.reload()
        run.bill_until = "2026-03-01"
        with self.assertRaises(NotAllowedNow):
            run.save()
        run.reload()
        with self.assertRaises(NotAllowedNow):
            run.delete()
        with self.assertRaises(frappe.ValidationError):
            self.make_run(bill_until=add_days(getdate(), 900))

    def test_in_a_closed_month_nothing_begins(self) -> None:
        make.make_unit_fee(self.unit, self.item)
        run = self.make_run()
        make.insert("Fee Period Lock", community=self.community.name, month="2026-03-01")
        with queue(), mock.patch.object(ledger, "today_of", lambda _community: date(2026, 3, 20)):
            fee_run_preview_now(run.name)
            with self.assertRaises(frappe.ValidationError):
                fee_run_start(run.name)

    def test_a_batch_that_fails_for_good_is_said_and_tried_again(self) -> None:
        make.make_unit_fee(self.unit, self.item)
        run = self.make_run()
        with queue() as queued:
            fee_run_preview_now(run.name)
            fee_run_start(run.name)
            name, _attempt = queued.pop()
            with mock.patch.object(fee_runs, "compute", side_effect=RuntimeError("told to")):
                work_batches.run_batch(name, work_batches.MOST_ATTEMPTS)
            self.assertEqual(fee_run_work.settle_stuck(), 1)
            self.assertEqual(frappe.db.get_value("Fee Run", run.name, "status"), "Failed")
            fee_run_start(run.name)
            work_off(queued)
        run.reload()
        self.assertEqual((run.status, len(self.charged())), ("Done", 3))

    def test_a_large_preview_is_made_in_the_queue(self) -> None:
        make.make_unit_fee(self.unit, self.item)
        run = self.make_run()
        with queue() as queued, mock.patch("property_service.fees.fee_run_preview.AT_ONCE", 0):
            fee_run_preview_now(run.name)
            self.assertEqual(frappe.db.get_value("Fee Run", run.name, "status"), "Previewing")
            work_off(queued)
        self.assertEqual(frappe.db.get_value("Fee Run", run.name, "status"), "Previewed")

    def test_only_managers_of_the_community_bill(self) -> None:
        run = self.make_run()
        for user in (
            make.make_staff("Property Cashier", community=self.community),
            make.make_staff("Property Manager", community=make.make_community()),
        ):
            for act in (fee_run_preview_now, fee_run_start, lambda name: fee_run_void(name, "Because")):
                with as_user(user), self.assertRaises(frappe.PermissionError):
                    act(run.name)
