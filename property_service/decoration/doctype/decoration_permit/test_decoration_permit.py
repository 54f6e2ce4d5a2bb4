"""Applications: what is refused, what is asked for, who may change what; approved, paid for, stopped and going on."""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe.model.workflow import WorkflowPermissionError, apply_workflow
from frappe.utils import getdate
from frappe.utils.password import get_decrypted_password

from property_service.decoration import fees, permits, portal_view, states
from property_service.decoration.permits import apply_for
from property_service.decoration.terms import working_days_after
from property_service.patrol import findings
from property_service.patrol.findings import FindingOrder
from property_service.property_service import access_codes
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of, local_day, site_now
from property_service.property_service.test_photos import picture
from property_service.tests import decoration as deco
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user

LOAD_BEARING = "Are load-bearing walls, beams, columns or slabs broken through or taken away?"
GAS = "Are gas or heating pipes moved?"


class TestApplication(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.building = make.make_building()
        cls.community = cls.building.community
        deco.make_terms(cls.community, water_test_hours=48)
        cls.manager = make.make_staff("Property Manager", community=frappe._dict(name=cls.community))
        cls.desk = make.make_staff("Property Front Desk", community=frappe._dict(name=cls.community))

    def setUp(self) -> None:
        self.unit = make.make_unit(self.building)
        self.owner = make.make_resident(self.unit)
        self.today = local_day(self.community)

    def order(self, **values: object) -> permits.ApplicationOrder:
        return deco.order_of(self.unit, self.owner, **values)

    def test_days_that_cannot_be(self) -> None:
        for first, last, sentence in (
            (0, -1, "before they begin"),
            (-1, 10, "in the past"),
            (0, 90, "90 days at most, not 91"),
        ):
            days = {"from_date": self.today + timedelta(first), "to_date": self.today + timedelta(last)}
            with self.subTest(days=days), self.assertRaisesRegex(InputRefused, sentence):
                apply_for(self.order(**days), "Administrator")
        self.assertEqual(frappe.db.count(states.DOCTYPE, {"unit": self.unit.name}), 0)
        self.assertTrue(apply_for(self.order(to_date=self.today + timedelta(89)), "Administrator").name)

    def test_a_second_open_permit_names_the_first(self) -> None:
        first = apply_for(self.order(), "Administrator")
        with self.assertRaisesRegex(InputRefused, first.name):
            apply_for(self.order(), "Administrator")
        deco.move(first, states.REJECTED, rejected_because="Not now")
        self.assertNotEqual(apply_for(self.order(), "Administrator").name, first.name)

    def test_the_same_key_brings_the_same_permit(self) -> None:
        first = apply_for(self.order(client_key="a-phone|1"), "Administrator")
        self.assertEqual(apply_for(self.order(client_key="a-phone|1"), "Administrator").name, first.name)

    def test_of_another_community(self) -> None:
        elsewhere = make.make_unit()
        deco.make_terms(elsewhere.community)
        stranger = make.make_resident(elsewhere)
        permit = deco.make_permit(elsewhere, applicant=stranger)
        with as_user(self.desk):
            self.assertRaises(frappe.PermissionError, frappe.get_doc(states.DOCTYPE, permit.name).check_permission)
            doc = frappe.get_doc({"doctype": states.DOCTYPE, "unit": elsewhere.name, "applicant": stranger.name})
            doc.update({"works": "x", "from_date": self.today, "to_date": self.today, "site_manager": "Z"})
            doc.update({"site_manager_phone": "13900001111", "community": self.community})
            self.assertRaises(frappe.PermissionError, doc.insert)
        with self.assertRaisesRegex(InputRefused, "neither owns nor rents"):
            apply_for(self.order(applicant=stranger.name), "Administrator")

    def test_a_tenant_needs_the_owners_consent(self) -> None:
        tenant = make.make_resident(self.unit, "Tenant")
        permit = apply_for(self.order(applicant=tenant.name), "Administrator")
        self.assertEqual(permit.applicant_is_tenant, 1)
        for row in permit.documents:
            if row.document_name != "Owner's Written Consent" and row.is_needed:
                permits.note_paper(permit, row.document_name, "")
        with self.assertRaisesRegex(InputRefused, "Written Consent"):
            permits.send(permit)
        permit.reload()
        permits.supply(permit, "Owner's Written Consent", photo())
        permits.send(permit)
        self.assertEqual((permit.status, permit.stage), ("Under Review", "Open"))
        owned = deco.make_permit(make.make_unit(self.building))
        self.assertNotIn("Owner's Written Consent", portal_view.permit_view(owned.name)["missing"])

    def test_prohibited_work_is_not_sent(self) -> None:
        permit = deco.supply_all(apply_for(self.order(answers={LOAD_BEARING: True}), "Administrator"))
        with self.assertRaisesRegex(InputRefused, "prohibited: Are load-bearing"):
            permits.send(permit)
        with as_user(self.desk), self.assertRaises(InputRefused):
            apply_workflow(frappe.get_doc(states.DOCTYPE, permit.name), "Send for Review")

    def test_work_for_the_authority_needs_its_approval(self) -> None:
        permit = apply_for(self.order(answers={GAS: True}), "Administrator")
        self.assertIn("Approval of the Authority", portal_view.permit_view(permit.name)["missing"])
        with self.assertRaisesRegex(InputRefused, "Approval of the Authority"):
            permits.send(permit)

    def test_entered_at_the_desk(self) -> None:
        with as_user(self.desk):
            doc = frappe.get_doc({"doctype": states.DOCTYPE, "unit": self.unit.name, "applicant": self.owner.name})
            doc.update({"works": "Walls painted", "from_date": self.today, "to_date": self.today})
            doc.update({"site_manager": "Zhao", "site_manager_phone": "139 0000 1111", "status": "Draft"})
            doc.update({"owner_deposit_due": 1, "open_key": "none", "accepted_on": self.today})
            doc.insert()
            self.assertEqual((doc.community, doc.open_key), (self.community, self.unit.name))
            self.assertFalse(doc.owner_deposit_due or doc.accepted_on)
            self.assertEqual((len(doc.answers), doc.site_manager_phone), (7, "13900001111"))
            doc.answers[5].answer = "Yes"
            doc.documents[0].status = "Received"
            doc.save()
            self.assertTrue(
                next(row for row in doc.documents if row.document_name == "Approval of the Authority").is_needed
            )
            doc.answers.pop()
            self.assertRaises(InputRefused, doc.save)
            doc.reload()
            doc.answers[0].question = "Is all well?"
            self.assertRaises(InputRefused, doc.save)

    def test_promised_in_working_days(self) -> None:
        permit = deco.supply_all(apply_for(self.order(), "Administrator"))
        permits.send(permit)
        self.assertEqual(permit.review_by, working_days_after(self.community, site_now(), 3))

    def test_asked_for_and_supplied(self) -> None:
        permit = deco.make_reviewed(self.unit, applicant=self.owner)
        permits.ask_for(permit, ["Drawings of the Works"], "The kitchen is missing")
        self.assertEqual(permit.asked_for, "Drawings of the Works")
        self.assertRaises(NotAllowedNow, deco.move, permit, states.APPROVED)
        permit.reload()
        permits.supply(permit, "Drawings of the Works", photo())
        self.assertFalse(permit.asked_for)
        self.assertEqual(deco.move(permit, states.APPROVED).status, "Approved")

    def test_rejected_with_a_reason_only(self) -> None:
        permit = deco.make_reviewed(self.unit, applicant=self.owner)
        self.assertRaises(InputRefused, deco.move, permit, states.REJECTED)
        done = deco.move(permit, states.REJECTED, rejected_because="The drawings show a wall taken away")
        self.assertEqual((done.stage, done.open_key), ("Void", None))

    def test_approved_by_the_manager_with_the_sums_of_that_day(self) -> None:
        permit = deco.make_reviewed(self.unit, applicant=self.owner)
        with as_user(self.desk), self.assertRaises((WorkflowPermissionError, frappe.PermissionError)):
            doc = frappe.get_doc(states.DOCTYPE, permit.name)
            doc.status = states.APPROVED
            doc.save()
        with as_user(self.manager):
            doc = apply_workflow(frappe.get_doc(states.DOCTYPE, permit.name), "Approve")
        self.assertEqual((doc.owner_deposit_due, doc.contractor_deposit_due), (2000, 2000))
        self.assertEqual(doc.rubbish_due, 446.75)
        charge = frappe.get_doc("Fee Charge", frappe.db.get_value(states.DOCTYPE, doc.name, "rubbish_charge"))
        self.assertEqual((money(charge.amount), charge.debtor), (money("446.75"), self.owner.name))
        terms = frappe.get_doc("Decoration Terms", self.community)
        terms.owner_deposit = 9000
        terms.save()
        self.assertEqual(fees.take_deposit(doc, "Owner", "Cash", self.manager).held, 2000)

    def test_nobody_writes_what_the_rules_keep(self) -> None:
        permit = deco.make_approved(self.unit, applicant=self.owner)
        for field, value in (
            ("owner_deposit_due", 1),
            ("to_date", self.today + timedelta(300)),
            ("works", "Another storey"),
            ("open_key", None),
            ("observation_until", self.today),
            ("acceptances", [{"acceptance_no": 1, "kind": "Completion", "result": "Passed"}]),
        ):
            with self.subTest(field=field), as_user(self.manager), self.assertRaises(frappe.ValidationError):
                doc = frappe.get_doc(states.DOCTYPE, permit.name)
                doc.set(field, value)
                doc.save()
        with as_user(self.manager):
            for state in (states.IN_PROGRESS, states.ACCEPTED, states.SETTLED):
                doc = frappe.get_doc(states.DOCTYPE, permit.name)
                doc.status = state
                self.assertRaises((frappe.ValidationError, frappe.PermissionError), doc.save)

    def test_withdrawn_by_the_applicant(self) -> None:
        permit = deco.make_reviewed(self.unit, applicant=self.owner)
        permits.withdraw(permit, "We wait a year")
        self.assertEqual((permit.status, permit.rejected_because), ("Rejected", "We wait a year"))


class TestWorks(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.building = make.make_building()
        cls.community = cls.building.community
        deco.make_terms(cls.community)
        cls.manager, cls.patroller, cls.other = (
            make.make_staff(role, community=frappe._dict(name=cls.community))
            for role in ("Property Manager", "Property Patroller", "Property Patroller")
        )

    def find(self, permit: frappe._dict, severity: str = "Serious", **values: object) -> frappe._dict:
        order = FindingOrder(
            community=self.community,
            title="A wall is broken through",
            severity=severity,
            source="Decoration",
            reference=(states.DOCTYPE, permit.name),
            unit=permit.unit,
            **values,
        )
        return findings.raise_finding(order, self.patroller)

    def test_work_begins_by_itself_when_both_have_paid(self) -> None:
        permit = deco.make_approved(make.make_unit(self.building))
        fees.take_deposit(permit, "Owner", "Cash", self.manager)
        permit.reload()
        self.assertEqual(permit.status, "Approved")
        self.assertRaises(RuleError, fees.take_deposit, permit, "Neighbour", "Cash", self.manager)
        fees.take_deposit(permit, "Contractor", "WeChat", self.manager)
        permit.reload()
        self.assertEqual(
            (permit.status, permit.stage, getdate(permit.started_on)),
            ("In Progress", "Working", local_day(self.community)),
        )
        payers = {
            frappe.db.get_value("Resident Deposit", permit.get(f"{side}_deposit"), "payer")
            for side in ("owner", "contractor")
        }
        self.assertEqual(payers, {permit.applicant, permit.contractor})
        again = fees.take_deposit(permit, "Owner", "Cash", self.manager)
        self.assertEqual(again.name, permit.owner_deposit)

    def test_without_a_contractor_the_owner_alone_pays(self) -> None:
        permit = deco.make_approved(make.make_unit(self.building), contractor="")
        self.assertEqual(permit.contractor_deposit_due, 0)
        fees.take_deposit(permit, "Owner", "Cash", self.manager)
        self.assertEqual(frappe.db.get_value(states.DOCTYPE, permit.name, "status"), "In Progress")

    def test_stopped_by_a_serious_finding_until_another_has_rechecked(self) -> None:
        permit = deco.make_working(make.make_unit(self.building))
        token = code_of(permit)
        self.assertTrue(access_codes.find(token))
        finding = self.find(permit)
        permit.reload()
        self.assertEqual((permit.status, permit.suspended_by, permit.violations), ("Suspended", finding.name, 1))
        self.assertIsNone(access_codes.find(token))
        with as_user(self.manager), self.assertRaisesRegex(NotAllowedNow, finding.name):
            apply_workflow(frappe.get_doc(states.DOCTYPE, permit.name), "Resume")
        findings.fix(finding.name, self.patroller, "Walled up again", photo())
        self.assertRaises(frappe.PermissionError, findings.recheck, finding.name, self.patroller, True)
        self.assertEqual(frappe.db.get_value(states.DOCTYPE, permit.name, "status"), "Suspended")
        findings.recheck(finding.name, self.other, True, "Firm")
        permit.reload()
        self.assertEqual((permit.status, permit.open_findings, permit.suspended_by), ("In Progress", 0, None))
        self.assertIsNone(access_codes.find(token))
        self.assertTrue(access_codes.find(code_of(permit)))

    def test_two_serious_findings_both_have_to_be_closed(self) -> None:
        permit = deco.make_working(make.make_unit(self.building))
        first, second = self.find(permit), self.find(permit, "Critical")
        for finding, state in ((first, "Suspended"), (second, "In Progress")):
            findings.fix(finding.name, self.patroller, "Done", None)
            findings.recheck(finding.name, self.other, True, "Good")
            self.assertEqual(frappe.db.get_value(states.DOCTYPE, permit.name, "status"), state)

    def test_a_minor_finding_stops_nothing(self) -> None:
        permit = deco.make_working(make.make_unit(self.building))
        self.find(permit, "Minor")
        permit.reload()
        self.assertEqual((permit.status, permit.open_findings), ("In Progress", 1))
        with as_user(self.manager), self.assertRaisesRegex(NotAllowedNow, "still open"):
            apply_workflow(frappe.get_doc(states.DOCTYPE, permit.name), "Request Acceptance")

    def test_stopped_by_hand_with_a_reason_it_goes_on_by_hand(self) -> None:
        permit = deco.make_working(make.make_unit(self.building))
        self.assertRaises(InputRefused, deco.move, permit, states.SUSPENDED)
        permit = deco.move(permit, states.SUSPENDED, suspended_because="Complaint of all neighbours")
        self.assertEqual(deco.move(permit, states.IN_PROGRESS).suspended_because, None)

    def test_a_guessed_revoked_or_expired_code_is_none(self) -> None:
        permit = deco.make_working(make.make_unit(self.building))
        token = code_of(permit)
        self.assertEqual(access_codes.find(token).reference_name, permit.name)
        self.assertIsNone(access_codes.find(token[:-1] + ("A" if token[-1] != "A" else "B")))
        frappe.db.set_value("Access Code", {"reference_name": permit.name}, "valid_to", site_now() - timedelta(1))
        self.assertIsNone(access_codes.find(token))

    def test_the_view_tells_how_it_stands(self) -> None:
        permit = deco.make_working(make.make_unit(self.building))
        with as_of(site_now()):
            view = portal_view.permit_view(permit.name)
        self.assertEqual(view["status_label"], "In Progress")
        self.assertEqual([side["left"] for side in view["money"]["deposits"]], [2000, 2000])
        self.assertEqual([step["state"] for step in view["steps"] if step["current"]], ["In Progress"])
        self.assertEqual(
            view["hours"]["work"][0], {"weekday": "Monday", "label": "Monday", "from": "08:00", "to": "12:00"}
        )
        self.assertIn("request_acceptance", view["acts"])


def code_of(permit: frappe._dict) -> str:
    return get_decrypted_password(permit.doctype, permit.name, "code_token")


def photo() -> bytes:
    return picture()
