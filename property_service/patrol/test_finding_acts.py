"""What follows of a finding: repair request, deduction, notices; who may; who is told when it is overdue."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import frappe
from PIL import Image

from property_service.fees import deposit_book
from property_service.patrol import api, finding_acts, finding_alerts, findings
from property_service.patrol.findings import FINDING, FindingOrder
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import as_of, local_day, site_now
from property_service.repairs import staff_acts
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

DESK, LEADER, PATROLLER, MANAGER = (
    "Property Front Desk",
    "Property Team Leader",
    "Property Patroller",
    "Property Manager",
)
TECHNICIAN, GUARD = "Property Technician", "Property Gate Guard"


def photo() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(file, "JPEG")
    return file.getvalue()


class TestFindingActs(PropertyServiceTestCase):
    def setUp(self) -> None:
        self.unit = make.make_unit()
        self.owner = make.make_resident(self.unit)
        self.community = self.unit.community
        self.home = frappe.get_doc("Community", self.community)
        self.finder, self.other = (make.make_staff(PATROLLER, community=self.home) for _ in range(2))
        self.technician = make.make_staff(TECHNICIAN, community=self.home)
        self.leader = make.make_staff(LEADER, community=self.home)
        self.manager = make.make_staff(MANAGER, community=self.home)
        self.category = make.make_category()
        self.team = make.make_team(self.home, [self.technician], (self.category.name,), self.leader)

    def found(self, **values: Any) -> Any:
        order = FindingOrder(**{"community": self.community, "title": "Pipe drips", **values})
        return findings.raise_finding(order, self.finder)

    def deposit(self, payer: str = "", amount: float = 2000) -> str:
        order = deposit_book.DepositOrder(
            self.community, payer or self.owner.name, "Decoration (Owner)", amount, "Cash", self.unit.name
        )
        return deposit_book.take_deposit(order, self.manager).name

    # Repair request

    def test_a_repair_request_in_one_act(self) -> None:
        doc = self.found(severity="Serious", unit=self.unit.name, responsible_team=self.team.name, photo=photo())
        with as_user(self.finder):
            answer = api.make_repair_request(doc.name)
        request = frappe.get_doc("Repair Request", answer["repair_request"])
        self.assertEqual((request.channel, request.category, request.priority), ("Patrol", self.category.name, "High"))
        self.assertEqual((request.unit, request.community), (self.unit.name, self.community))
        self.assertIn(doc.name, request.description)
        self.assertTrue(frappe.db.exists("File", {"attached_to_name": request.name, "is_private": 1}))
        self.assertEqual(frappe.db.get_value(FINDING, doc.name, "repair_request"), request.name)
        with self.assertRaises(RuleError):
            finding_acts.make_repair_request(doc.name, self.finder)
        with as_user(self.finder), self.assertRaises(NotAllowedNow):
            api.make_repair_request(doc.name)

    def test_a_public_place_needs_a_category(self) -> None:
        doc = self.found(place="Roof of tower 2")
        with self.assertRaises(RuleError):
            finding_acts.make_repair_request(doc.name, self.finder)
        request = finding_acts.make_repair_request(doc.name, self.finder, self.category.name)
        self.assertEqual((request.public_place, request.is_public), ("Roof of tower 2", 1))

    def test_finished_work_puts_the_finding_right(self) -> None:
        doc = self.found(unit=self.unit.name, responsible_team=self.team.name)
        request = finding_acts.make_repair_request(doc.name, self.finder)
        staff_acts.accept(staff_acts.locked(request.name), None, None, self.team.name)
        staff_acts.dispatch(staff_acts.locked(request.name), self.team.name, self.technician)
        with as_user(self.technician):
            staff_acts.take(request.name)
            staff_acts.arrive(staff_acts.locked(request.name))
            self.assertEqual(frappe.db.get_value(FINDING, doc.name, "status"), "Open")
            staff_acts.finish(staff_acts.locked(request.name), "New seal", None, None, None)
        fixed = frappe.get_doc(FINDING, doc.name)
        self.assertEqual((fixed.status, fixed.fixed_by), ("Fixed", self.technician))
        self.assertIn("New seal", fixed.fix_note)

    # Deduction

    def test_deducted_once_from_the_deposit_of_whoever_is_responsible(self) -> None:
        deposit = self.deposit()
        doc = self.found(unit=self.unit.name, responsible_resident=self.owner.name)
        self.assertEqual(doc.responsible_kind, "Resident")
        with as_user(self.manager):
            self.assertEqual([row.name for row in api.finding_facts(doc.name)["deposits"]], [deposit])
            answer = api.deduct(doc.name, deposit, 300, "Rubbish left in the corridor")
        self.assertEqual(answer["deduction"], 300)
        stored = frappe.get_doc(FINDING, doc.name)
        movement = frappe.get_doc("Resident Deposit Movement", stored.deposit_movement)
        self.assertEqual((movement.kind, movement.amount, movement.deposit), ("Deducted", 300, deposit))
        self.assertIn(doc.name, movement.reason)
        with self.assertRaises(RuleError):
            finding_acts.deduct(doc.name, deposit, 1, "Again", self.manager)
        self.assertEqual(frappe.db.get_value("Resident Deposit", deposit, "left_amount"), 1700)

    def test_deductions_that_cannot_be(self) -> None:
        deposit, stranger = self.deposit(), make.make_resident()
        theirs = self.deposit(stranger.name)
        mine = self.found(responsible_resident=self.owner.name)
        nobody = self.found()
        for name, of, amount, reason in (
            (nobody.name, deposit, 10, "Dirt"),
            (mine.name, theirs, 10, "Dirt"),
            (mine.name, "none", 10, "Dirt"),
            (mine.name, deposit, 2001, "Dirt"),
            (mine.name, deposit, 10, " "),
            (mine.name, deposit, 0, "Dirt"),
        ):
            with self.assertRaises(RuleError, msg=(of, amount, reason)):
                finding_acts.deduct(name, of, amount, reason, self.manager)
        with as_user(self.leader), self.assertRaises(frappe.PermissionError):
            api.deduct(mine.name, deposit, 10, "Dirt")
        findings.withdraw(mine.name, self.manager, "None")
        with self.assertRaises(RuleError):
            finding_acts.deduct(mine.name, deposit, 10, "Dirt", self.manager)

    # Notices

    def test_notices_step_by_step_with_numbers_of_their_own(self) -> None:
        doc = self.found(responsible_resident=self.owner.name)
        year = local_day(self.community).year
        with as_user(self.leader):
            self.assertEqual(api.make_notice(doc.name, "Advised")["notice_no"], "")
            self.assertEqual(api.make_notice(doc.name, "Notice")["notice_no"], f"ZG-{self.community}-{year}-0001")
            api.make_notice(doc.name, "Stop-Work")
            with self.assertRaises(frappe.PermissionError):
                api.make_notice(doc.name, "Reported", "Urban Management")
        with as_user(self.manager):
            with self.assertRaises(RuleError):
                api.make_notice(doc.name, "Reported")
            api.make_notice(doc.name, "Reported", "Urban Management")
        stored = frappe.get_doc(FINDING, doc.name)
        self.assertEqual([row.level for row in stored.notices], ["Advised", "Notice", "Stop-Work", "Reported"])
        self.assertEqual(
            [row.notice_no for row in stored.notices][1:],
            [f"{prefix}-{self.community}-{year}-0001" for prefix in ("ZG", "TG", "BG")],
        )
        self.assertEqual((stored.notice_level, stored.reported_to), ("Reported", "Urban Management"))
        second = finding_acts.make_notice(self.found().name, "Notice", self.leader)
        self.assertEqual(second.notice_no, f"ZG-{self.community}-{year}-0002")
        with self.assertRaises(RuleError):
            finding_acts.make_notice(second.name, "Notice", self.leader)
        # what failed took no number
        third = finding_acts.make_notice(self.found().name, "Notice", self.leader)
        self.assertEqual(third.notice_no, f"ZG-{self.community}-{year}-0003")

    # Who may

    def test_who_may_fix_recheck_and_withdraw(self) -> None:
        doc = self.found(severity="Minor", responsible_team=self.team.name)
        far = make.make_staff(MANAGER, community=make.make_community())
        guard = make.make_staff(GUARD, community=self.home)
        alone = make.make_staff(TECHNICIAN, community=self.home)
        for user in (far, guard):
            with as_user(user), self.assertRaises(frappe.PermissionError):
                api.fix(doc.name, "Cleared")
        with as_user(alone), self.assertRaises(NotAllowedNow):
            api.fix(doc.name, "Cleared")
        with as_user(self.technician):
            self.assertEqual(api.finding_facts(doc.name)["acts"], ["fix"])
            api.fix(doc.name, "Cleared")
            for act in (lambda: api.recheck(doc.name, True), lambda: api.withdraw(doc.name, "None")):
                with self.assertRaises(frappe.PermissionError):
                    act()
        with as_user(far):
            for call in (
                lambda: api.recheck(doc.name, True),
                lambda: api.finding_facts(doc.name),
                lambda: api.withdraw(doc.name, "None"),
                lambda: api.make_notice(doc.name, "Notice"),
            ):
                with self.assertRaises(frappe.PermissionError):
                    call()
        with as_user(self.other):
            self.assertIn("recheck", api.finding_facts(doc.name)["acts"])
            self.assertEqual(api.recheck(doc.name, True)["status"], "Closed")

    def test_above_minor_a_photo_shows_that_it_was_fixed(self) -> None:
        doc = self.found(severity="Normal")
        with as_user(self.finder), self.assertRaises(InputRefused):
            api.fix(doc.name, "Cleared")
        with as_user(self.finder), patch.object(api, "sent_photo", lambda field: photo()):
            api.fix(doc.name, "Cleared")
        with as_user(self.finder), self.assertRaises(frappe.PermissionError):
            api.recheck(doc.name, True)
        with as_user(self.other):
            self.assertEqual(api.recheck(doc.name, True)["status"], "Closed")

    def test_whoever_is_to_fix_a_grave_one_does_not_withdraw_it(self) -> None:
        grave = self.found(severity="Serious")
        light = self.found(severity="Normal", assigned_to=self.finder)
        for user, name in ((self.finder, grave.name), (self.leader, grave.name), (self.finder, light.name)):
            with as_user(user), self.assertRaises(NotAllowedNow):
                api.withdraw(name, "None")
        with as_user(self.leader):
            self.assertEqual(api.withdraw(light.name, "Was planned")["status"], "Withdrawn")
        with as_user(self.manager):
            self.assertEqual(api.withdraw(grave.name, "Was planned")["status"], "Withdrawn")

    def test_raised_by_the_endpoint(self) -> None:
        with as_user(self.finder), patch.object(api, "sent_photo", lambda field: photo() if field == "file" else None):
            first = api.raise_finding("Lamp out", unit=self.unit.name, severity="Minor", client_key="a")
            self.assertEqual(api.raise_finding("Lamp out", unit=self.unit.name, client_key="a")["name"], first["name"])
            for bad in ({"unit": make.make_unit().name}, {"community": make.make_community().name}, {}):
                with self.assertRaises(frappe.PermissionError):
                    api.raise_finding("Lamp out", **bad)
        with as_user(self.other):
            self.assertNotEqual(api.raise_finding("Lamp", unit=self.unit.name, client_key="a")["name"], first["name"])
        for role in (TECHNICIAN, GUARD):
            with as_user(make.make_staff(role, community=self.home)), self.assertRaises(frappe.PermissionError):
                api.raise_finding("Lamp out", unit=self.unit.name)

    # Alerts

    def test_overdue_ones_go_to_the_leader_then_the_manager_once(self) -> None:
        told: list[dict] = []
        doc = self.found(severity="Serious", responsible_team=self.team.name, assigned_to=self.technician)
        with patch.object(finding_alerts, "tell_many", told.extend):
            finding_alerts.sweep()
            self.assertEqual([note for note in told if note["name"] == doc.name], [])
            for minutes, users in (
                (241, {self.leader, self.technician}),
                (250, None),
                (361, {self.manager}),
                (400, None),
            ):
                told.clear()
                with as_of(site_now() + timedelta(minutes=minutes)):
                    finding_alerts.sweep()
                mine = [set(note["users"]) for note in told if note["name"] == doc.name]
                self.assertTrue(
                    (users is None and not mine) or (users is not None and users <= mine[0]), (minutes, mine)
                )

    def test_a_sweep_takes_few_queries(self) -> None:
        for number in range(6):
            self.found(severity="Critical", place=f"Place {number}")
        # without notices, which go by a job of their own
        with patch.object(finding_alerts, "tell_many", lambda notices: None), count_queries() as queries:
            self.assertGreaterEqual(finding_alerts.sweep(), 6)
        self.assertLessEqual(len(queries), 10, queries)

    def test_finder_and_fixer_are_told(self) -> None:
        told: list[tuple] = []
        with patch.object(
            finding_alerts, "tell_staff", lambda users, subject, *_: told.append((set(users), subject[0]))
        ):
            doc = self.found(assigned_to=self.technician)
            findings.fix(doc.name, self.technician, "Cleared")
            findings.recheck(doc.name, self.other, False, "Still there")
        self.assertEqual(
            [users for users, _subject in told],
            [{self.technician}, {self.finder}, {self.technician, None}],
        )
