"""The end of the works: acceptance, observation, both deposits back to their payers, once, and by no path before that."""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe import client
from frappe.utils import getdate

from property_service.decoration import acceptance, alerts, fees, permits, states
from property_service.fees import api as fees_api
from property_service.fees import audit, deposit_book, ledger
from property_service.fees.ledger_rules import deposit_held
from property_service.patrol import finding_acts, findings
from property_service.patrol.findings import FindingOrder
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of, local_day, site_now
from property_service.tests import decoration as deco
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user


class TestSettlement(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.building = make.make_building()
        cls.community = cls.building.community
        deco.make_terms(cls.community)
        here = frappe._dict(name=cls.community)
        cls.manager = make.make_staff("Property Manager", community=here)
        cls.cashier = make.make_staff("Property Cashier", community=here)
        cls.fixer, cls.other = (make.make_staff("Property Patroller", community=here) for _person in range(2))

    def setUp(self) -> None:
        self.permit = deco.make_working(make.make_unit(self.building))

    def tearDown(self) -> None:
        self.assertEqual([line for line in audit.differences(self.community) if "Deposit" in line], [])

    def accept(self, passed: bool = True, note: str = "") -> None:
        if self.permit.status == "In Progress":
            self.permit = deco.move(self.permit, states.ACCEPTANCE_REQUESTED)
        with as_user(self.manager):
            permit = permits.locked(self.permit.name)
            self.permit = acceptance.record_acceptance(permit, passed, note, self.manager)

    def observe(self, passed: bool = True, note: str = "") -> None:
        permit = permits.locked(self.permit.name)
        self.permit = acceptance.record_observation(permit, passed, note, self.manager)

    def refund(self, side: str, **values: str) -> str:
        return acceptance.refund(self.permit.name, side, "Cash", "Given Back", self.cashier, **values)

    def find(self) -> frappe._dict:
        order = FindingOrder(
            community=self.community,
            title="Rubbish in the corridor",
            severity="Normal",
            source="Decoration",
            reference=(states.DOCTYPE, self.permit.name),
            unit=self.permit.unit,
            responsible_kind="Contractor",
            responsible_resident=self.permit.contractor,
        )
        finding = findings.raise_finding(order, self.fixer)
        findings.fix(finding.name, self.fixer, "Cleared")
        return findings.recheck(finding.name, self.other, True, "Clean")

    def later(self, days: int = 31) -> object:
        return as_of(site_now() + timedelta(days=days))

    def test_failed_then_accepted_observed_and_refunded_to_both_payers_less_the_deduction(self) -> None:
        finding = self.find()
        self.accept(False, "The drain is blocked")
        self.assertEqual((self.permit.status, self.permit.acceptances[0].result), ("In Progress", "Failed"))
        self.accept()
        self.assertEqual((self.permit.status, self.permit.acceptances[1].acceptance_no), ("Accepted", 2))
        self.assertEqual(getdate(self.permit.observation_until), local_day(self.community) + timedelta(30))
        finding_acts.deduct(finding.name, self.permit.contractor_deposit, 300, "Agreement, clause 6", self.manager)
        with self.later():
            self.observe()
            self.refund("Owner")
            self.assertEqual(frappe.db.get_value(states.DOCTYPE, self.permit.name, "status"), "Accepted")
            self.refund("Contractor")
        self.permit.reload()
        self.assertEqual(
            (self.permit.status, self.permit.stage, self.permit.open_key), ("Deposit Settled", "Done", None)
        )
        owner, contractor = (
            frappe.get_doc("Resident Deposit", self.permit.get(f"{side}_deposit")) for side in ("owner", "contractor")
        )
        self.assertEqual((owner.payer, owner.refunded, owner.deducted), (self.permit.applicant, 2000, 0))
        self.assertEqual(
            (contractor.payer, contractor.refunded, contractor.deducted), (self.permit.contractor, 1700, 300)
        )
        for deposit in (owner, contractor):
            self.assertEqual(deposit_held(ledger.rows_where(deposit=deposit.name)), 0)
        self.assertRaises(RuleError, self.refund, "Owner")
        self.assertRaises(RuleError, finding_acts.deduct, finding.name, contractor.name, 1, "Again", self.manager)

    def test_no_path_gives_it_back_before_the_end(self) -> None:
        """Button, endpoint of the counter, REST, bulk edit, import: before the acceptance, in the observation, before the recheck."""
        self.check_nothing_goes()
        self.permit = deco.move(self.permit, states.ACCEPTANCE_REQUESTED)
        self.check_nothing_goes()
        self.accept()
        self.check_nothing_goes()
        self.assertRaises(RuleError, self.observe)
        with self.later():
            self.check_nothing_goes()
            self.observe(False, "Damp in the bathroom")
            self.check_nothing_goes()
            self.assertFalse(frappe.db.get_value(states.DOCTYPE, self.permit.name, "settle_by"))
            self.observe()
            self.assertTrue(self.refund("Owner"))

    def check_nothing_goes(self) -> None:
        deposit = self.permit.owner_deposit
        with as_user(self.manager):
            for act in (
                lambda: self.refund("Owner"),
                lambda: fees_api.refund_deposit(deposit, 2000, "Cash", "Given Back"),
                lambda: fees_api.deduct_deposit(deposit, 2000, "Everything"),
                lambda: deposit_book.refund(deposit, 1, "Cash", "Declared Lost", self.manager),
                lambda: client.set_value("Resident Deposit", deposit, "refunded", 2000),
                lambda: client.insert(
                    {
                        "doctype": "Resident Deposit Movement",
                        "deposit": deposit,
                        "kind": "Refunded",
                        "amount": 2000,
                        "posting_date": str(local_day(self.community)),
                        "mode": "Cash",
                        "original": "Given Back",
                        "docstatus": 1,
                    }
                ),
                lambda: client.set_value(states.DOCTYPE, self.permit.name, "status", "Deposit Settled"),
                lambda: client.set_value(states.DOCTYPE, self.permit.name, "owner_deposit", None),
                lambda: client.set_value(states.DOCTYPE, self.permit.name, "observation_until", "2020-01-01"),
            ):
                with self.assertRaises((RuleError, frappe.ValidationError, frappe.PermissionError)):
                    act()
        self.assertEqual(money(frappe.db.get_value("Resident Deposit", deposit, "left_amount")), money(2000))

    def test_deducted_only_for_a_finding_of_the_permit(self) -> None:
        elsewhere = deco.make_working(make.make_unit(self.building), contractor=self.permit.contractor)
        finding = self.find()
        with self.assertRaises(RuleError):
            finding_acts.deduct(finding.name, elsewhere.contractor_deposit, 10, "Theirs", self.manager)
        with self.assertRaises(RuleError):
            finding_acts.deduct(finding.name, self.permit.owner_deposit, 10, "The owner's", self.manager)
        finding_acts.deduct(finding.name, self.permit.contractor_deposit, 10, "Clause 6", self.manager)

    def test_a_click_sent_twice_is_one_refund(self) -> None:
        self.accept()
        with self.later():
            self.observe()
            names = {self.refund("Owner", client_key="a-click") for _time in range(2)}
        self.assertEqual(len(names), 1)

    def test_settled_where_all_was_deducted(self) -> None:
        first = self.find()
        finding_acts.deduct(first.name, self.permit.contractor_deposit, 2000, "Clause 6", self.manager)
        self.accept()
        with self.later():
            self.observe()
            self.refund("Owner")
        self.assertEqual(frappe.db.get_value(states.DOCTYPE, self.permit.name, "status"), "Deposit Settled")

    def test_promised_within_seven_working_days(self) -> None:
        self.accept()
        last = getdate(self.permit.observation_until)
        # The office is open every day.
        self.assertEqual(getdate(self.permit.settle_by), last + timedelta(7))
        with self.later():
            self.observe()
        with as_of(site_now() + timedelta(days=37)):
            self.assertGreaterEqual(alerts.remind_all(), 1)

    def test_expired_before_work_began_it_is_given_back(self) -> None:
        permit = deco.make_approved(make.make_unit(self.building))
        fees.take_deposit(permit, "Owner", "Cash", self.cashier)
        with self.later():
            self.assertEqual(frappe.db.get_value(states.DOCTYPE, permit.name, "status"), "Approved")
            alerts.expire_all()
            permit.reload()
            self.assertEqual((permit.status, permit.stage), ("Expired", "Void"))
            self.assertEqual(frappe.db.get_value("Fee Charge", permit.rubbish_charge, "status"), "Void")
            acceptance.refund(permit.name, "Owner", "Cash", "Given Back", self.cashier)
            self.permit.reload()
            self.assertEqual(self.permit.status, "In Progress")

    def test_water_stands_for_its_hours(self) -> None:
        permit = deco.make_working(make.make_unit(self.building))
        permit.db_set("water_test_hours", 48)
        self.assertRaises(NotAllowedNow, deco.move, permit, states.ACCEPTANCE_REQUESTED)
        permit = acceptance.start_water_test(permits.locked(permit.name))
        self.assertRaises(RuleError, acceptance.finish_water_test, permit, True)
        self.assertRaises(RuleError, acceptance.finish_water_test, permit, False)
        acceptance.finish_water_test(permit, False, "Through the ceiling of 1101")
        permit = acceptance.start_water_test(permits.locked(permit.name))
        with as_of(site_now() + timedelta(hours=49)):
            acceptance.finish_water_test(permit, True)
            self.assertEqual(deco.move(permit, states.ACCEPTANCE_REQUESTED).status, "Acceptance Requested")

    def test_accepted_by_the_leaders_only_and_never_by_hand(self) -> None:
        self.permit = deco.move(self.permit, states.ACCEPTANCE_REQUESTED)
        self.assertRaises(NotAllowedNow, deco.move, self.permit, states.ACCEPTED)
        self.assertRaises(NotAllowedNow, deco.move, self.permit, states.IN_PROGRESS)
        self.assertRaises(RuleError, self.accept, False, " ")
        self.permit.reload()
        desk = make.make_staff("Property Front Desk", community=frappe._dict(name=self.community))
        with as_user(desk), self.assertRaises((InputRefused, frappe.PermissionError, frappe.ValidationError)):
            acceptance.record_acceptance(permits.locked(self.permit.name), True, "", desk)
