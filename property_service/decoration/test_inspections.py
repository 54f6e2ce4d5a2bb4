"""Daily inspections and worker passes while work goes on: due once, recorded once, missed; worn, revoked, given back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import frappe
import frappe.client
from frappe.utils import getdate
from frappe.utils.password import get_decrypted_password

from property_service.decoration import acceptance, alerts, api, extensions, inspections, permits, states, worker_passes
from property_service.decoration.inspections import INSPECTION, Found, InspectionOrder
from property_service.decoration.terms import terms_of
from property_service.decoration.worker_passes import WORKER_PASS
from property_service.fees import deposit_book
from property_service.patrol import findings
from property_service.property_service import access_codes, working_time
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.rule_error import RuleError
from property_service.property_service.service_clock import (
    as_of,
    calendar_of,
    from_local,
    local_day,
    site_now,
    to_aware,
    to_site,
)
from property_service.property_service.test_photos import picture
from property_service.tests import decoration as deco
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries


class OfACommunity(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.building = make.make_building()
        cls.community = cls.building.community
        deco.make_terms(cls.community)
        here = frappe._dict(name=cls.community)
        cls.manager, cls.patroller, cls.desk, cls.cashier = (
            make.make_staff(role, community=here)
            for role in ("Property Manager", "Property Patroller", "Property Front Desk", "Property Cashier")
        )

    def working(self, **values: object) -> frappe._dict:
        return deco.make_working(make.make_unit(self.building), **values)


class TestInspections(OfACommunity):
    def working(self, **values: object) -> frappe._dict:
        """Begun yesterday, so that an inspection is due at any hour of today."""
        permit = super().working(**values)
        permit.db_set("started_on", local_day(self.community) - timedelta(1))
        return permit

    def due(self, permit: frappe._dict) -> list[frappe._dict]:
        fields = ["name", "due_on", "status", "community", "unit", "inspection_key"]
        return frappe.get_all(INSPECTION, {"permit": permit.name}, fields, order_by="due_on asc")

    def test_due_once_a_day_where_work_goes_on(self) -> None:
        permit, stopped, later = self.working(), self.working(), self.working()
        deco.move(stopped, states.SUSPENDED, suspended_because="Noise at night")
        later.db_set("from_date", local_day(self.community) + timedelta(2))
        self.assertGreaterEqual(inspections.make_due(), 1)
        self.assertEqual(inspections.make_due(), 0)
        self.assertEqual([len(self.due(one)) for one in (permit, stopped, later)], [1, 0, 0])
        with as_of(site_now() + timedelta(days=1)):
            inspections.sweep()
            inspections.sweep()
        self.assertEqual([row.status for row in self.due(permit)], ["Missed", "Due"])

    def test_the_acceptance_is_the_look_of_its_day(self) -> None:
        accepted, refused = self.working(), self.working()
        inspections.sweep()
        for permit, passed in ((accepted, True), (refused, False)):
            deco.move(permit, states.ACCEPTANCE_REQUESTED)
            acceptance.record_acceptance(permits.locked(permit.name), passed, "A socket", "Administrator")
        inspections.sweep()
        with as_of(site_now() + timedelta(days=1)):
            inspections.mark_missed()
        found = [[row.status for row in self.due(permit)] for permit in (accepted, refused)]
        self.assertEqual(found, [[], ["Missed"]])

    def test_nothing_is_due_where_work_begins_after_the_hours_of_the_day(self) -> None:
        hours = calendar_of(self.community, terms_of(self.community).work_calendar)
        opening = to_site(working_time.next_open(hours, to_aware(site_now())))
        evening = from_local(self.community, datetime.combine(local_day(self.community, opening), time(18, 30)))
        with as_of(opening):
            early = super().working()
            inspections.sweep()
        with as_of(evening):
            late = super().working()
            inspections.sweep()
            self.assertEqual([len(self.due(permit)) for permit in (early, late)], [1, 0])
        with as_of(evening + timedelta(hours=12)):
            inspections.sweep()
        found = [[row.status for row in self.due(permit)] for permit in (early, late)]
        self.assertEqual(found, [["Missed", "Due"], ["Due"]])

    def test_a_row_of_the_block_is_as_one_made_singly(self) -> None:
        first, second = self.working(), self.working()
        inspections.make_due()
        frappe.db.delete(INSPECTION, {"permit": second.name})
        inspections.record(InspectionOrder(second.name, True, True), self.patroller)
        block, single = (frappe.get_doc(INSPECTION, self.due(one)[0].name) for one in (first, second))
        for field in ("due_on", "community", "docstatus"):
            self.assertEqual(block.get(field), single.get(field), field)
        self.assertEqual((block.status, single.status), ("Due", "Done"))
        self.assertEqual((block.unit, single.unit), (first.unit, second.unit))

    def test_the_same_few_queries_for_many_sites(self) -> None:
        self.working()
        inspections.make_due()
        counts = []
        for sites in (1, 4):
            for _site in range(sites):
                self.working()
            with count_queries() as queries:
                inspections.make_due()
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])

    def test_recorded_with_what_was_found(self) -> None:
        permit = self.working()
        inspections.make_due()
        found = [
            Found("A wall is broken through", "Serious", photo=picture()),
            Found("Rubbish in the corridor", "Minor", fixed_note="Swept at once", fixed_photo=picture()),
        ]
        order = InspectionOrder(permit.name, False, True, "Drilling at noon", picture(), found, "sent once")
        done = inspections.record(order, self.patroller)
        self.assertEqual((done.status, done.finding_count, done.hours_kept), ("Done", 2, 0))
        permit.reload()
        self.assertEqual((permit.status, getdate(permit.last_inspected_on)), ("Suspended", local_day(self.community)))
        rows = findings.findings_view((states.DOCTYPE, permit.name))
        self.assertEqual({(row.severity, row.status) for row in rows}, {("Serious", "Open"), ("Minor", "Fixed")})
        raised = frappe.get_doc("Inspection Finding", rows[0].name)
        self.assertEqual((raised.source, raised.responsible_resident), ("Decoration", permit.contractor))
        again = inspections.record(order, self.patroller)
        self.assertEqual((again.name, len(findings.findings_view((states.DOCTYPE, permit.name)))), (done.name, 2))
        self.assertRaises(RuleError, inspections.record, order, self.manager)

    def test_a_second_look_on_the_same_day_is_not_thrown_away_in_silence(self) -> None:
        permit = self.working()
        gas = [{"title": "Gas pipe moved", "severity": "Critical"}]
        with as_user(self.patroller):
            first = api.record_inspection(permit.name, True, True, client_key="morning")
            again = api.record_inspection(permit.name, True, True, client_key="morning")
            self.assertEqual(again, first)
            for key in ("noon", ""):
                with self.assertRaises(RuleError) as refusal:
                    api.record_inspection(permit.name, True, True, found=gas, client_key=key)
                self.assertIn("Raise a Finding", str(refusal.exception))
            self.assertEqual(api.raise_finding(permit.name, gas, "noon")["status"], "Suspended")

    def test_nothing_is_inspected_where_nobody_works(self) -> None:
        permit = deco.make_approved(make.make_unit(self.building))
        self.assertRaises(RuleError, inspections.record, InspectionOrder(permit.name, True, True), self.patroller)

    def test_by_the_endpoint_with_notices(self) -> None:
        permit = self.working()
        with as_user(self.cashier), self.assertRaises(frappe.PermissionError):
            api.record_inspection(permit.name, True, True)
        with as_user(self.patroller):
            answer = api.record_inspection(
                permit.name, True, False, found=[{"title": "Gas pipe moved", "severity": "Critical"}]
            )
        self.assertEqual(answer["status"], "Suspended")
        with as_user(self.manager):
            self.assertIn("stop_work", api.permit_facts(permit.name)["acts"])
            notice = api.stop_work(permit.name)
            self.assertRegex(notice["notice_no"], r"^TG")
            self.assertEqual(frappe.db.get_value(states.DOCTYPE, permit.name, "stop_work_no"), notice["notice_no"])
            report = api.report(permit.name, "Housing Bureau of the district")
            self.assertTrue(report["notice_no"])
            self.assertTrue(frappe.db.get_value(states.DOCTYPE, permit.name, "reported_at"))
            self.assertRaises(NotAllowedNow, api.resume, permit.name)

    def test_kept_as_recorded(self) -> None:
        permit = self.working()
        done = inspections.record(InspectionOrder(permit.name, True, True), self.patroller)
        with as_user(self.manager):
            for act in (
                lambda: frappe.client.set_value(INSPECTION, done.name, "hours_kept", 0),
                lambda: frappe.delete_doc(INSPECTION, done.name),
                lambda: frappe.client.insert({"doctype": INSPECTION, "permit": permit.name, "due_on": "2026-01-01"}),
            ):
                self.assertRaises((frappe.PermissionError, frappe.ValidationError), act)


class TestPasses(OfACommunity):
    def make_pass(self, permit: frappe._dict, **values: object) -> frappe._dict:
        return make.insert(
            WORKER_PASS,
            **{"permit": permit.name, "worker_name": "Mason Qian", "id_last_four": "123x", "trade": "Mason", **values},
        )

    def token(self, made: frappe._dict) -> str:
        return get_decrypted_password(WORKER_PASS, made.name, "code_token")

    def test_within_the_permit_with_a_fee_and_a_deposit(self) -> None:
        permit = self.working()
        made = self.make_pass(permit, valid_to="2099-01-01", status="Expired")
        self.assertEqual((made.status, made.id_last_four), ("Valid", "123X"))
        self.assertEqual((getdate(made.valid_from), getdate(made.valid_to)), (permit.from_date, permit.to_date))
        charge = frappe.get_doc("Fee Charge", made.charge)
        self.assertEqual((charge.amount, charge.debtor), (20, permit.contractor))
        deposit = worker_passes.take_deposit(made, "Cash", self.cashier)
        self.assertEqual((deposit.held, deposit.purpose), (30, "Worker Pass"))
        self.assertEqual(worker_passes.take_deposit(made, "Cash", self.cashier).name, deposit.name)
        with self.assertRaises(RuleError):
            deposit_book.refund(deposit.name, 30, "Cash", "Given Back", self.cashier)
        worker_passes.take_back(made, "Cash", "Given Back", self.cashier)
        self.assertEqual(frappe.db.get_value("Resident Deposit", deposit.name, "status"), "Refunded")
        self.assertIsNone(access_codes.find(self.token(made)))

    def test_what_is_no_pass(self) -> None:
        permit = self.working()
        for values in ({"id_last_four": "12"}, {"id_last_four": "X123"}, {"worker_name": " "}, {"worker_phone": "1"}):
            with self.subTest(values=values), self.assertRaises((InputRefused, frappe.ValidationError)):
                self.make_pass(permit, **values)
        draft = deco.make_permit(make.make_unit(self.building))
        self.assertRaises(NotAllowedNow, self.make_pass, draft)
        made = self.make_pass(permit)
        with as_user(self.desk):
            for field, value in (("valid_to", "2099-01-01"), ("status", "Revoked"), ("deposit", None), ("unit", None)):
                doc = frappe.get_doc(WORKER_PASS, made.name)
                doc.set(field, value)
                if field != "deposit":
                    self.assertRaises(frappe.ValidationError, doc.save)
            self.assertRaises((NotAllowedNow, frappe.PermissionError), frappe.delete_doc, WORKER_PASS, made.name)

    def test_stopped_and_going_on(self) -> None:
        permit = self.working()
        kept, gone = self.make_pass(permit), self.make_pass(permit, worker_name="Painter Sun")
        worker_passes.revoke(gone, "Smoked in the lift")
        before = self.token(kept)
        permit = deco.move(permit, states.SUSPENDED, suspended_because="Noise at night")
        self.assertIsNone(access_codes.find(before))
        permit = deco.move(permit, states.IN_PROGRESS)
        statuses = {row.worker_name: row.status for row in worker_passes.passes_of(permit.name)}
        self.assertEqual(statuses, {"Mason Qian": "Valid", "Painter Sun": "Revoked"})
        self.assertTrue(access_codes.find(self.token(kept)))
        self.assertIsNone(access_codes.find(before))

    def test_over_with_the_works(self) -> None:
        permit = self.working()
        made = self.make_pass(permit)
        permit = deco.move(permit, states.ACCEPTANCE_REQUESTED)
        acceptance.record_acceptance(permits.locked(permit.name), True, "", "Administrator")
        made.reload()
        self.assertEqual(made.status, "Revoked")
        self.assertIsNone(access_codes.find(self.token(made)))

    def test_extended_once_with_the_permit(self) -> None:
        permit = self.working()
        made = self.make_pass(permit)
        until = getdate(permit.to_date) + timedelta(20)
        extensions.ask(permit, until, "The tiles came late")
        permit.reload()
        self.assertRaises(RuleError, extensions.extend, permit, getdate(permit.to_date) + timedelta(31), "Longer")
        extensions.extend(permits.locked(permit.name), until, "The tiles came late")
        made.reload()
        self.assertEqual(getdate(made.valid_to), until)
        for doc in (made, permit):
            valid_to = frappe.db.get_value("Access Code", {"reference_name": doc.name, "revoked": 0}, "valid_to")
            self.assertEqual(valid_to.date(), until)
        permit.reload()
        self.assertRaises(RuleError, extensions.extend, permit, until + timedelta(1), "Again")

    def test_extended_while_works_are_stopped(self) -> None:
        permit = self.working()
        made = self.make_pass(permit)
        last = getdate(permit.to_date)
        until = last + timedelta(20)
        deco.move(permit, states.SUSPENDED, suspended_because="Noise at night")
        extensions.extend(permits.locked(permit.name), until, "The tiles came late")
        made.reload()
        self.assertEqual((made.status, getdate(made.valid_to)), ("Revoked", until))
        deco.move(permit, states.IN_PROGRESS)
        with as_of(datetime.combine(last + timedelta(5), time(12))):
            alerts.expire_passes()
        made.reload()
        self.assertEqual((made.status, getdate(made.valid_to)), ("Valid", until))
        self.assertEqual(self.code_days(made), [until])

    def test_extended_after_the_days_ended(self) -> None:
        """Passes that ended with the days hold again; where works are stopped, they come back with them."""
        going_on, stopped = self.working(), self.working()
        passes = {permit.name: self.make_pass(permit) for permit in (going_on, stopped)}
        sent_away = self.make_pass(going_on, worker_name="Painter Sun")
        worker_passes.revoke(sent_away, "Smoked in the lift")
        last = getdate(going_on.to_date)
        until = last + timedelta(20)
        with as_of(datetime.combine(last + timedelta(3), time(12))):
            alerts.expire_passes()
            self.assertEqual({self.status(made) for made in passes.values()}, {"Expired"})
            deco.move(stopped, states.SUSPENDED, suspended_because="Noise at night")
            for permit in (going_on, stopped):
                extensions.extend(permits.locked(permit.name), until, "The tiles came late")
            self.assertEqual(self.status(passes[stopped.name]), "Revoked")
            self.assertEqual(self.code_days(passes[stopped.name]), [])
            deco.move(stopped, states.IN_PROGRESS)
            alerts.expire_passes()
        for made in passes.values():
            self.assertEqual(self.status(made), "Valid")
            self.assertEqual(self.code_days(made), [until])
            self.assertTrue(access_codes.find(self.token(made)))
        self.assertEqual(self.status(sent_away), "Revoked")

    def status(self, made: frappe._dict) -> str:
        return frappe.db.get_value(WORKER_PASS, made.name, "status")

    def code_days(self, made: frappe._dict) -> list[date]:
        """The last days of the codes of a pass that are not revoked."""
        filters = {"reference_name": made.name, "revoked": 0}
        ends = frappe.get_all("Access Code", filters, pluck="valid_to", order_by="valid_to asc")
        return [moment.date() for moment in ends]

    def test_by_the_endpoint(self) -> None:
        permit = self.working()
        values = {"worker_name": "Mason Qian", "id_last_four": "1234"}
        with as_user(self.patroller), self.assertRaises(frappe.PermissionError):
            api.make_pass(permit.name, **values)
        with as_user(self.desk):
            made = api.make_pass(permit.name, **values)["pass"]
            self.assertRaises(frappe.PermissionError, api.take_pass_deposit, made, "Cash")
        with as_user(self.cashier):
            self.assertTrue(api.take_pass_deposit(made, "Cash")["deposit"])

    def test_the_same_form_sent_again_brings_the_same_pass(self) -> None:
        permit = self.working()
        values = {"worker_name": "Mason Qian", "id_last_four": "1234"}
        with as_user(self.manager):
            first = api.make_pass(permit.name, **values, client_key="a-click")
            self.assertEqual(first["deposit"], "")
            taken = api.make_pass(permit.name, **values, mode="Cash", client_key="a-click")
            self.assertEqual(api.make_pass(permit.name, **values, mode="Cash", client_key="a-click"), taken)
            self.assertEqual(taken["pass"], first["pass"])
            self.assertTrue(taken["deposit"])
            with self.assertRaisesRegex(InputRefused, "Mason Qian"):
                api.make_pass(permit.name, **{**values, "worker_name": "Painter Sun"}, client_key="a-click")
            # what a lost answer left open is asked for again, whatever has become of the works
            api.suspend(permit.name, "Fire door taken out")
            self.assertEqual(api.make_pass(permit.name, **values, client_key="a-click")["pass"], first["pass"])
        for doctype, source in (("Fee Charge", "source"), ("Resident Deposit", "reference")):
            booked = {f"{source}_doctype": WORKER_PASS, f"{source}_name": first["pass"]}
            self.assertEqual(frappe.db.count(doctype, booked), 1, doctype)
        self.assertEqual(frappe.db.count(WORKER_PASS, {"permit": permit.name}), 1)

    def test_another_form_or_somebody_else_makes_another_pass(self) -> None:
        permit = self.working()
        values = {"worker_name": "Mason Qian", "id_last_four": "1234"}
        made = set()
        for user, key in ((self.desk, "one"), (self.desk, "two"), (self.manager, "one"), (self.desk, "")):
            with as_user(user):
                made.add(api.make_pass(permit.name, **values, client_key=key)["pass"])
        self.assertEqual(len(made), 4)
