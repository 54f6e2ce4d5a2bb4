"""Ways round a stop of the works, tried by those who would like them to go on: severity, withdrawal, acceptance, money."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe

from property_service.decoration import acceptance, alerts, api, fees, permits, states
from property_service.fees import deposit_book
from property_service.patrol import api as patrol_api
from property_service.patrol import finding_acts, findings
from property_service.patrol.findings import FindingOrder
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of, site_now
from property_service.tests import decoration as deco
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries


class TestStops(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.building = make.make_building()
        cls.community = cls.building.community
        deco.make_terms(cls.community)
        here = frappe._dict(name=cls.community)
        cls.manager, cls.leader, cls.patroller, cls.cashier = (
            make.make_staff(f"Property {role}", community=here)
            for role in ("Manager", "Team Leader", "Patroller", "Cashier")
        )

    def setUp(self) -> None:
        self.permit = deco.make_working(make.make_unit(self.building))

    def find(self, severity: str = "Serious", **values: Any) -> Any:
        order = {
            "community": self.community,
            "title": "Wall taken down",
            "severity": severity,
            "source": "Decoration",
            "reference": (states.DOCTYPE, self.permit.name),
            "unit": self.permit.unit,
            "responsible_resident": self.permit.contractor,
        }
        return findings.raise_finding(FindingOrder(**{**order, **values}), self.patroller)

    def status(self) -> str:
        return frappe.db.get_value(states.DOCTYPE, self.permit.name, "status")

    def edit(self, finding: Any, user: str, **values: Any) -> None:
        with as_user(user):
            doc = frappe.get_doc(findings.FINDING, finding.name)
            doc.update(values)
            doc.save()

    def test_a_severity_raised_later_stops_the_works_too(self) -> None:
        finding = self.find("Normal")
        self.assertEqual(self.status(), states.IN_PROGRESS)
        self.edit(finding, self.patroller, severity="Critical")
        permit = frappe.get_doc(states.DOCTYPE, self.permit.name)
        self.assertEqual((permit.status, permit.suspended_by), (states.SUSPENDED, finding.name))

    def test_only_a_manager_takes_the_gravity_away_and_not_of_his_own(self) -> None:
        finding = self.find()
        for user in (self.patroller, self.leader):
            with self.assertRaises(frappe.PermissionError):
                self.edit(finding, user, severity="Normal")
        self.edit(self.find("Critical"), self.leader, severity="Serious")
        own = self.find(assigned_to=self.manager)
        for values in ({"severity": "Normal"}, {"severity": "Normal", "assigned_to": None}):
            with self.assertRaises(frappe.PermissionError):
                self.edit(own, self.manager, **values)
        self.assertEqual(self.status(), states.SUSPENDED)

    def test_whoever_put_it_right_does_not_withdraw_it(self) -> None:
        finding = self.find()
        findings.fix(finding.name, self.manager, "Built up again")
        with as_user(self.manager), self.assertRaises((frappe.PermissionError, frappe.ValidationError)):
            patrol_api.withdraw(finding.name, "It was none")
        self.assertEqual(self.status(), states.SUSPENDED)
        own = self.find(assigned_to=self.manager)
        with as_user(self.manager), self.assertRaises((frappe.PermissionError, frappe.ValidationError)):
            patrol_api.withdraw(own.name, "It was none")

    def test_what_was_deducted_for_is_not_withdrawn(self) -> None:
        finding = self.find("Normal")
        finding_acts.deduct(finding.name, self.permit.contractor_deposit, 100, "Clause 6", self.manager)
        with self.assertRaises(RuleError):
            findings.withdraw(finding.name, self.manager, "It was none")

    def test_nothing_is_accepted_while_a_finding_is_open(self) -> None:
        deco.move(self.permit, states.ACCEPTANCE_REQUESTED)
        finding = self.find("Normal")
        with as_user(self.manager):
            with self.assertRaises(RuleError):
                acceptance.record_acceptance(permits.locked(self.permit.name), True, "", self.manager)
            findings.fix(finding.name, self.leader, "Cleared")
            findings.recheck(finding.name, self.manager, True)
            acceptance.record_acceptance(permits.locked(self.permit.name), True, "", self.manager)
        self.assertEqual(self.status(), states.ACCEPTED)

    def test_nobody_pays_for_a_permit_that_expired_meanwhile(self) -> None:
        permit = deco.make_approved(make.make_unit(self.building))
        seen = frappe.get_doc(states.DOCTYPE, permit.name)
        with as_of(site_now() + timedelta(days=60)):
            alerts.expire_all()
        with self.assertRaises(RuleError):
            fees.take_deposit(seen, "Owner", "Cash", self.cashier)
        self.assertFalse(frappe.db.exists(deposit_book.DEPOSIT, {"reference_name": permit.name}))

    def test_nobody_deducts_for_what_was_not_proven(self) -> None:
        """Amounts that cannot be, another's finding, a side without a deposit: all refused, nothing moves."""
        finding = self.find("Normal")
        other = deco.make_working(make.make_unit(self.building), contractor=self.permit.contractor)
        with as_user(self.manager):
            for amount in (0, -1, 1e308, 2000.01, 0.001):
                with self.assertRaises((RuleError, frappe.ValidationError)):
                    api.deduct(self.permit.name, finding.name, "Contractor", amount, "Clause 6")
            for side in ("Owner", "Nobody"):
                with self.assertRaises((RuleError, frappe.ValidationError)):
                    api.deduct(self.permit.name, finding.name, side, 10, "Clause 6")
            with self.assertRaises(RuleError):
                api.deduct(other.name, finding.name, "Contractor", 10, "Clause 6")
        for permit in (self.permit, other):
            left = frappe.db.get_value(deposit_book.DEPOSIT, permit.contractor_deposit, "left_amount")
            self.assertEqual(left, 2000)

    def test_works_stopped_by_hand_go_on_by_the_leaders_only(self) -> None:
        deco.move(self.permit, states.SUSPENDED, suspended_because="Noise at night")
        finding = self.find()
        with as_user(self.leader), self.assertRaises(NotAllowedNow):
            api.resume(self.permit.name)
        findings.fix(finding.name, self.leader, "Built up again")
        findings.recheck(finding.name, self.manager, True)
        self.assertEqual(self.status(), states.SUSPENDED)
        with as_user(self.patroller), self.assertRaises(frappe.PermissionError):
            api.resume(self.permit.name)
        with as_user(self.leader):
            api.resume(self.permit.name)
        self.assertEqual(self.status(), states.IN_PROGRESS)

    def stop(self) -> list[Any]:
        """What the permit says of its stop: the finding, the reason, the number of the notice, when it was reported."""
        fields = ["suspended_by", "suspended_because", "stop_work_no", "reported_at"]
        return list(frappe.db.get_value(states.DOCTYPE, self.permit.name, fields))

    def settle(self, finding: Any) -> None:
        findings.fix(finding.name, self.leader, "Built up again")
        findings.recheck(finding.name, self.manager, True)

    def test_each_stop_has_its_own_notice_and_report(self) -> None:
        numbers = []
        for title in ("Wall taken down", "Gas pipe moved"):
            finding = self.find(title=title)
            with as_user(self.manager):
                self.assertLessEqual({"stop_work", "report"}, set(api.permit_facts(self.permit.name)["acts"]))
                numbers.append(api.stop_work(self.permit.name)["notice_no"])
                self.assertEqual(self.stop()[:3], [finding.name, title, numbers[-1]])
                api.report(self.permit.name, "Housing Bureau")
            self.assertTrue(self.stop()[3])
            self.settle(finding)
            self.assertEqual((self.status(), self.stop()), (states.IN_PROGRESS, [None] * 4))
        self.assertEqual(len(set(numbers)), 2)

    def test_a_stop_goes_over_to_the_next_open_finding(self) -> None:
        first = self.find()
        second = self.find("Critical", title="Gas pipe moved")
        third = self.find(title="Fire door taken out")
        self.find("Normal", title="Rubbish in the corridor")
        number = finding_acts.make_notice(third.name, "Stop-Work", self.manager).notice_no
        finding_acts.make_notice(first.name, "Reported", self.manager, "Housing Bureau")
        self.assertEqual((self.stop()[0], bool(self.stop()[3])), (first.name, True))
        with as_user(self.manager):
            self.assertFalse({"stop_work", "report"} & set(api.permit_facts(self.permit.name)["acts"]))
        self.settle(first)
        self.assertEqual(self.status(), states.SUSPENDED)
        self.assertEqual(self.stop(), [second.name, "Gas pipe moved", None, None])
        with as_user(self.manager):
            self.assertIn("stop_work", api.permit_facts(self.permit.name)["acts"])
        # The manager finds it lighter than it was taken for.
        self.edit(second, self.manager, severity="Normal")
        self.assertEqual(self.stop(), [third.name, "Fire door taken out", number, None])
        self.settle(third)
        self.assertEqual((self.status(), self.stop()), (states.IN_PROGRESS, [None] * 4))

    def test_texts_and_lists_nobody_reads_are_refused_in_a_sentence(self) -> None:
        long, script = "x" * 70_000, "<script>alert(1)</script>"
        reviewed = deco.make_reviewed(make.make_unit(self.building))
        with as_user(self.manager):
            for text in (long, script):
                for act in (
                    lambda text: api.suspend(self.permit.name, text),
                    lambda text: api.reject(reviewed.name, text),
                    lambda text: api.record_inspection(self.permit.name, True, True, text),
                    lambda text: api.ask_for(reviewed.name, [text]),
                ):
                    with self.assertRaises(InputRefused):
                        act(text)
            with self.assertRaises(InputRefused):
                api.ask_for(reviewed.name, [f"Paper {number}" for number in range(41)])
            for four in ("12", "\u0661\u0662\u0663\u0664", "X123"):
                with self.assertRaises(InputRefused):
                    api.make_pass(self.permit.name, "Li", four)
            made = api.make_pass(self.permit.name, "Li", "\uff11\uff12\uff13\uff58")
            self.assertEqual(frappe.db.get_value("Decoration Worker Pass", made["pass"], "id_last_four"), "123X")
            deco.move(self.permit, states.ACCEPTANCE_REQUESTED)
            for text in (long, script):
                with self.assertRaises(InputRefused):
                    api.record_acceptance(self.permit.name, False, text)

    def test_reminders_cost_no_more_with_more_permits(self) -> None:
        numbers = []
        for more in (2, 6):
            for _number in range(more):
                permit = deco.move(deco.make_working(make.make_unit(self.building)), states.ACCEPTANCE_REQUESTED)
                acceptance.record_acceptance(permits.locked(permit.name), True, "", "Administrator")
                with as_of(site_now() + timedelta(days=32)):
                    acceptance.record_observation(permits.locked(permit.name), True, "", "Administrator")
            with as_of(site_now() + timedelta(days=60)), count_queries() as asked:
                self.assertGreaterEqual(alerts.remind_all(), more)
            numbers.append(len(asked))
        # The first run reads settings that are kept from then on.
        self.assertLessEqual(numbers[1], numbers[0])
