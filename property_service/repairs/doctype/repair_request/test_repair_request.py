"""Who may move a repair where, what each move needs and stamps, and that no other way leads around it."""

from __future__ import annotations

from datetime import timedelta
from itertools import cycle
from unittest.mock import patch

import frappe
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, getdate, today

from property_service.front_desk import complaints, return_visits
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.guarded_document import advance
from property_service.property_service.service_clock import as_of, site_now
from property_service.repairs import alerts, api, closing, resident_acts
from property_service.repairs.lifecycle import SYSTEM_TRANSITIONS
from property_service.repairs.report.service_promise_kept import service_promise_kept
from property_service.setup.workflows import standard_workflows
from property_service.tests import factories
from property_service.tests.utils import PropertyServiceTestCase, as_user

ROLES = (
    "Property Front Desk",
    "Property Technician",
    "Property Team Leader",
    "Property Cashier",
    "Property Patroller",
    "Property Gate Guard",
    "Property Manager",
)
FD, TE, TL, CA, PA, GG, MG = ROLES
WORKFLOW = standard_workflows()["Repair Request"]
STATES = {row["state"]: row["stage"] for row in WORKFLOW["states"]}
REFUSALS = (frappe.ValidationError, frappe.PermissionError)


class RepairTestCase(PropertyServiceTestCase):
    """A community with one member of staff for each role, a team in Assign mode, a resident in a room out of warranty."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.community = factories.make_community(time_zone=frappe.utils.get_system_timezone())
        cls.community.db_set("service_calendar", factories.make_calendar((("00:00", "24:00"),)).name)
        cls.building = factories.make_building(cls.community, shut_off_valve="Behind the red door")
        cls.unit = factories.make_unit(cls.building, deemed_handover_date="2010-01-01")
        cls.resident = factories.make_resident(cls.unit, language="en")
        cls.staff = {role: factories.make_staff(role, community=cls.community) for role in ROLES}
        cls.second = factories.make_staff(TE, community=cls.community)
        cls.outsider = factories.make_staff(TE, community=cls.community)
        cls.category = factories.make_category()
        cls.team = factories.make_team(
            cls.community, (cls.staff[TE], cls.second), (cls.category.name,), leader=cls.staff[TL]
        )

    def setUp(self) -> None:
        frappe.set_user("Administrator")

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def report(self, **values: object):
        return factories.make_repair(self.unit, self.resident, values.pop("category", self.category), **values)

    def by(self, role: str, act: str, doc: object, *args: object, **values: object) -> dict:
        """Do an act of the endpoints as the member of staff with a role."""
        with as_user(self.staff.get(role, role)):
            answer = getattr(api, act)(doc.name, *args, **values)
        doc.reload()
        return answer

    def at(self, state: str, **values: object):
        """A request that went the ordinary way to a state."""
        doc = self.report(**values)
        way = {
            "Accepted": [(FD, "accept")],
            "Dispatched": [(FD, "accept"), (TL, "dispatch", None, self.staff[TE])],
        }
        way["Taken"] = [*way["Dispatched"], (TE, "take")]
        way["In Progress"] = [*way["Taken"], (TE, "arrive")]
        way["On Hold"] = [*way["In Progress"], (TE, "hold", "Not at Home")]
        way["Awaiting Visit"] = [*way["In Progress"], (TE, "finish", "Washer changed")]
        for role, act, *args in way.get(state, []):
            self.by(role, act, doc, *args)
        self.assertEqual(doc.status, state)
        return doc


class TestTransitions(RepairTestCase):
    def put(self, doc: object, state: str) -> None:
        """Bring the stored row to a state, with everything a further move may need."""
        frappe.db.set_value(
            "Repair Request",
            doc.name,
            {
                "status": state,
                "stage": STATES[state],
                "team": self.team.name,
                "assigned_to": self.staff[TE],
                "dispatch_mode": "Grab",
                "closing_reason": None,
                "finished_at": site_now(),
            },
        )

    def attempt(self, name: str, state: str) -> str | None:
        """Move by plain save, as REST and the form do; the error's name, None where it went through."""
        frappe.db.savepoint("attempt")
        try:
            doc = frappe.get_doc("Repair Request", name)
            doc.status = state
            doc.closing_reason = "For a good reason"
            if state == "Completed":
                doc.flags.by_rules = True
                doc.work_done = "Washer changed"
            if state == "Quoted":
                doc.flags.by_rules = True
                doc.quote_status, doc.quote_amount, doc.quote_text = "Waiting", 10, "Tap"
            doc.save()
        except REFUSALS as error:
            return type(error).__name__
        finally:
            frappe.db.rollback(save_point="attempt")
            frappe.local.message_log = []
        return None

    def test_every_move_by_every_role_is_allowed_exactly_where_the_workflow_says(self) -> None:
        allowed = {
            (source, row["to"], role)
            for row in WORKFLOW["transitions"]
            for source in row["from"]
            for role in row["roles"]
        }
        doc = self.report()
        known = {(source, target) for source, target, _role in allowed}
        turns, wrong = cycle(ROLES), []
        for source in STATES:
            for target in STATES:
                if source == target:
                    continue
                # What no transition leads to is refused whoever asks: one role each, in turn.
                for role in ROLES if (source, target) in known else (next(turns),):
                    with as_user(self.staff[role]):
                        self.put(doc, source)
                        refused = self.attempt(doc.name, target)
                    if bool(refused) == ((source, target, role) in allowed):
                        wrong.append((source, target, role, refused))
        self.assertEqual(wrong, [])

    def test_the_system_moves_only_its_own_pairs(self) -> None:
        doc = self.report()
        for source in STATES:
            self.put(doc, source)
            for target in set(STATES) - {source}:
                if (source, target) in SYSTEM_TRANSITIONS:
                    continue
                doc.reload()
                with self.assertRaises(REFUSALS):
                    advance(doc, target, "because")

    def test_no_other_way_leads_around_the_workflow(self) -> None:
        doc = self.at("Accepted")
        name = doc.name

        def save(**values: object) -> None:
            frappe.get_doc("Repair Request", name).update(values).save()

        ways = {
            "set_value": lambda: frappe.call("frappe.client.set_value", "Repair Request", name, "status", "Closed"),
            "client.save": lambda: frappe.call(
                "frappe.client.save", doc={**frappe.get_doc("Repair Request", name).as_dict(), "status": "Closed"}
            ),
            "plain save": lambda: save(status="In Progress"),
            "docstatus": lambda: save(docstatus=1),
            "workflow action": lambda: apply_workflow(frappe.get_doc("Repair Request", name).as_dict(), "Finish"),
            "unknown state": lambda: save(status="Nirvana"),
            "delete": lambda: frappe.call("frappe.client.delete", "Repair Request", name),
            "insert finished": lambda: frappe.call(
                "frappe.client.insert",
                doc={
                    "doctype": "Repair Request",
                    "unit": self.unit.name,
                    "category": self.category.name,
                    "description": "x",
                    "status": "Completed",
                },
            ),
            "share": lambda: frappe.call("frappe.share.add", "Repair Request", name, self.outsider, write=1),
            "rename": lambda: frappe.call("frappe.client.rename_doc", "Repair Request", name, "RR-1"),
            "cancel": lambda: frappe.call("frappe.client.cancel", "Repair Request", name),
        }
        for label, way in ways.items():
            with self.subTest(label):
                frappe.db.savepoint("way")
                with as_user(self.staff[MG]), self.assertRaises(Exception) as caught:
                    way()
                frappe.db.rollback(save_point="way")
                self.assertLess(getattr(caught.exception, "http_status_code", 500), 500, caught.exception)
                self.assertEqual(frappe.db.get_value("Repair Request", name, "status"), "Accepted")

    def test_bulk_edit_reports_a_refusal_and_changes_nothing(self) -> None:
        doc = self.at("Accepted")
        # The platform ends the transaction for each row, which would end the test's own.
        with as_user(self.staff[MG]), patch.object(frappe.db, "commit"), patch.object(frappe.db, "rollback"):
            failed = submit_cancel_or_update_docs("Repair Request", [doc.name], "update", {"status": "Closed"})
        doc.reload()
        self.assertEqual((doc.status, failed), ("Accepted", [doc.name]))

    def test_an_import_is_refused(self) -> None:
        with as_user(self.staff[MG]):
            self.assertFalse(frappe.has_permission("Repair Request", "import"))
        doc = self.at("Accepted")
        frappe.flags.in_import = True
        try:
            with as_user(self.staff[FD]), self.assertRaises(REFUSALS):
                frappe.get_doc("Repair Request", doc.name).update({"status": "Closed"}).save()
        finally:
            frappe.flags.in_import = False

    def test_the_workflow_buttons_work_where_they_need_no_more(self) -> None:
        doc = self.report()
        with as_user(self.staff[FD]):
            apply_workflow(doc.as_dict(), "Accept")
        doc.reload()
        with as_user(self.staff[TL]):
            apply_workflow(doc.as_dict(), "Dispatch")
        doc.reload()
        self.assertEqual((doc.status, doc.team, doc.assigned_to), ("Dispatched", self.team.name, None))

    def test_fields_of_the_rules_are_nobodys_to_change(self) -> None:
        doc = self.at("In Progress")
        kept = {
            "response_late": 1,
            "finish_by": add_days(today(), 90),
            "accepted_at": "2020-01-01 00:00:00",
            "rating": 5,
            "total_amount": 1,
            "quote_status": "Agreed",
            "payment_status": "Paid",
            "assigned_to": self.second,
            "reopened_count": 3,
            "visit_result": "Satisfied",
            "pauses": [{"from_time": "2020-01-01 00:00:00", "reason": "Not at Home", "stops_clock": 1}],
        }
        for fieldname, value in kept.items():
            for user in (self.staff[TL], self.staff[MG], "Administrator"):
                with self.subTest(f"{fieldname} by {user}"), as_user(user), self.assertRaises(REFUSALS):
                    frappe.get_doc("Repair Request", doc.name).update({fieldname: value}).save()

    def test_a_new_request_brings_nothing_of_its_own_along(self) -> None:
        with as_user(self.staff[FD]):
            doc = frappe.get_doc(
                {
                    "doctype": "Repair Request",
                    "unit": self.unit.name,
                    "category": self.category.name,
                    "description": "Tap",
                    "rating": 5,
                    "payment_status": "Paid",
                    "finish_late": 1,
                    "external_id": "7",
                    "reported_at": "2020-01-01 00:00:00",
                    "assigned_to": self.staff[TE],
                    "pauses": [{"from_time": "2020-01-01 00:00:00", "reason": "Other", "stops_clock": 1}],
                }
            ).insert()
        self.assertEqual((doc.rating, doc.payment_status, doc.finish_late), (None, "Not Chargeable", 0))
        self.assertEqual((doc.external_id, doc.assigned_to, doc.pauses), (None, None, []))
        self.assertGreater(doc.reported_at, site_now() - timedelta(minutes=5))

    def test_a_technician_changes_only_his_report_of_the_work(self) -> None:
        doc = self.at("In Progress")
        with as_user(self.staff[TE]):
            frappe.get_doc("Repair Request", doc.name).update({"work_done": "Half done"}).save()
            for fieldname, value in {"priority": "Low", "description": "Nothing", "category": "x"}.items():
                with self.subTest(fieldname), self.assertRaises(REFUSALS):
                    frappe.get_doc("Repair Request", doc.name).update({fieldname: value}).save()
        with as_user(self.second), self.assertRaises(REFUSALS):
            frappe.get_doc("Repair Request", doc.name).update({"status": "Completed", "work_done": "Mine"}).save()

    def test_the_steps_are_written_once_and_kept(self) -> None:
        doc = self.at("Accepted")
        steps = frappe.get_all("Repair Step", {"repair_request": doc.name}, pluck="name", order_by="creation asc")
        self.assertEqual(len(steps), 2)
        for user in ("Administrator", self.staff[MG]):
            with as_user(user):
                for label, way in {
                    "save": lambda: frappe.get_doc("Repair Step", steps[0]).update({"note": "Better"}).save(),
                    "set_value": lambda: frappe.call(
                        "frappe.client.set_value", "Repair Step", steps[0], "happened_at", "2020-01-01 00:00:00"
                    ),
                    "delete": lambda: frappe.delete_doc("Repair Step", steps[0]),
                    "insert": lambda: frappe.get_doc(
                        {"doctype": "Repair Step", "repair_request": doc.name, "step": "Closed"}
                    ).insert(),
                    "rename": lambda: frappe.rename_doc("Repair Step", steps[0], "other"),
                }.items():
                    with self.subTest(f"{label} by {user}"), self.assertRaises(REFUSALS):
                        way()
        self.assertEqual(frappe.db.count("Repair Step", {"repair_request": doc.name}), 2)

    def test_what_the_buttons_show_is_what_the_endpoints_allow(self) -> None:
        arguments = {
            "accept": (),
            "reject": ("No",),
            "refer": ("Water works",),
            "cancel": ("Wish",),
            "dispatch": (),
            "take": (),
            "arrive": (),
            "hold": ("Not at Home",),
            "resume": (),
            "quote": (10.0, "Tap"),
            "hand_back": ("Too Many Jobs",),
            "transfer": (self.second, "Off Duty"),
            "finish": ("Done",),
            "solve_on_phone": ("Told how",),
            "reopen": ("Drips",),
            "close": (),
        }
        for state in ("New", "Accepted", "Dispatched", "Taken", "In Progress", "On Hold", "Awaiting Visit"):
            doc = self.report() if state == "New" else self.at(state)
            for role in (FD, TE, TL, MG):
                with as_user(self.staff[role]):
                    shown = api.job(doc.name)["acts"] if role != TE or doc.team else []
                    for act, args in arguments.items():
                        frappe.db.savepoint("act")
                        try:
                            getattr(api, act)(doc.name, *args)
                            done = True
                        except REFUSALS:
                            done = False
                        frappe.db.rollback(save_point="act")
                        self.assertEqual(done, act in shown, (state, role, act))


class TestRules(RepairTestCase):
    def test_reasons_are_asked_for(self) -> None:
        new, dispatched, taken = self.report(), self.at("Dispatched"), self.at("Taken")
        for role, act, doc, args in (
            (FD, "reject", new, ("",)),
            (FD, "cancel", new, ("  ",)),
            (FD, "refer", new, ("",)),
            (TL, "transfer", dispatched, (self.second, "")),
            (TE, "hold", taken, ("",)),
            (TE, "hold", taken, ("Other",)),
            (TE, "hold", taken, ("Weather",)),
        ):
            with self.subTest(act), self.assertRaises(InputRefused):
                self.by(role, act, doc, *args)
        progress = self.at("In Progress")
        with self.assertRaises(InputRefused):
            self.by(TE, "finish", progress, "")

    def test_times_are_kept_apart(self) -> None:
        doc = self.at("Awaiting Visit")
        for fieldname in ("accepted_at", "dispatched_at", "taken_at", "arrived_at", "finished_at"):
            self.assertTrue(doc.get(fieldname), fieldname)
        self.assertFalse(doc.closed_at or doc.confirmed_at)

    def test_assigned_jobs_are_moved_by_the_leader_alone(self) -> None:
        doc = self.at("Taken")
        self.assertEqual(doc.dispatch_mode, "Assign")
        with self.assertRaises(NotAllowedNow):
            self.by(TE, "hand_back", doc, "Too Many Jobs")
        self.by(TL, "transfer", doc, self.second, "Wrongly Dispatched")
        self.assertEqual((doc.status, doc.assigned_to, doc.taken_at), ("Dispatched", self.second, None))
        step = frappe.get_last_doc("Repair Step", {"repair_request": doc.name, "step": "Transferred"})
        self.assertEqual(
            (step.reason, step.from_user, step.to_user), ("Wrongly Dispatched", self.staff[TE], self.second)
        )
        with self.assertRaises(InputRefused):
            self.by(TL, "transfer", doc, self.outsider, "Off Duty")

    def test_jobs_by_turns_go_to_the_next_when_handed_back(self) -> None:
        self.team.reload()
        self.team.dispatch_mode = "Round Robin"
        self.team.save()
        doc = self.at("Accepted")
        self.by(TL, "dispatch", doc)
        first = doc.assigned_to
        self.assertIn(first, (self.staff[TE], self.second))
        with as_user(first):
            api.take(doc.name)
            api.hand_back(doc.name, "No Skill for It")
        doc.reload()
        other = ({self.staff[TE], self.second} - {first}).pop()
        self.assertEqual((doc.status, doc.assigned_to, doc.handed_back_count), ("Dispatched", other, 1))
        with as_user(other):
            api.hand_back(doc.name, "Off Duty")
        doc.reload()
        self.assertEqual((doc.assigned_to, doc.handed_back_count), (None, 2))

    def test_a_job_by_turns_stays_one_after_the_consent(self) -> None:
        self.team.reload()
        self.team.dispatch_mode = "Round Robin"
        self.team.save()
        doc = self.at("Accepted", category=self.paid())
        self.by(TL, "dispatch", doc, self.team.name)
        first = doc.assigned_to
        self.by(TL, "quote", doc, 60, "New tap")
        self.by(TL, "consent", doc, "Phone", "Mrs Wang agreed at 10:20")
        self.assertEqual((doc.status, doc.assigned_to, doc.dispatch_mode), ("Dispatched", first, "Round Robin"))
        with as_user(first):
            api.hand_back(doc.name, "No Skill for It")
        self.by(TL, "quote", doc, 70, "New tap, fitted")
        with as_user(self.staff[TL]):
            frappe.get_doc("Repair Request", doc.name).update({"assigned_to": first}).save()
        self.by(TL, "consent", doc, "Phone", "Mrs Wang agreed at 10:40")
        self.assertEqual((doc.status, doc.assigned_to, doc.dispatch_mode), ("Dispatched", first, "Assign"))

    def test_nobody_on_duty_goes_to_the_leader(self) -> None:
        team = factories.make_team(self.community, (), (), leader=self.staff[TL])
        doc = self.at("Accepted")
        self.by(TL, "dispatch", doc, team.name)
        self.assertEqual((doc.team, doc.assigned_to), (team.name, None))

    def test_no_team_is_a_sentence(self) -> None:
        elsewhere = factories.make_unit(factories.make_building(factories.make_community()))
        doc = factories.make_repair(elsewhere, None, self.category)
        api.accept(doc.name)
        with self.assertRaisesRegex(InputRefused, "No team serves"):
            api.dispatch(doc.name)

    def test_solved_on_the_phone(self) -> None:
        doc = self.at("Accepted")
        self.by(FD, "solve_on_phone", doc, "Told how to reset the switch")
        self.assertEqual((doc.status, bool(doc.finished_at)), ("Awaiting Visit", True))
        self.assertTrue(frappe.db.exists("Repair Step", {"repair_request": doc.name, "step": "Solved on the Phone"}))

    def test_referred_is_still_followed_up(self) -> None:
        doc = self.report()
        self.by(FD, "refer", doc, "Water works")
        self.assertEqual((doc.status, doc.stage, doc.referred_to), ("Referred", "Waiting", "Water works"))
        self.assertTrue(doc.next_alert_at)
        self.by(FD, "close", doc)
        self.assertEqual(doc.status, "Closed")

    def test_a_referred_job_is_in_time_where_it_is_closed_in_time(self) -> None:
        """Arrive within 60 and finish within 480 minutes of the referral; others arrive."""
        category, begun = factories.make_category(), site_now()
        closed_after = (120, 484, None)
        docs = [self.report(category=category) for _minutes in closed_after]
        with as_of(begun + timedelta(minutes=3)):
            for doc in docs:
                self.by(FD, "refer", doc, "Gas company")
                self.assertFalse(doc.respond_by)
        for doc, minutes in zip(docs, closed_after, strict=True):
            with as_of(begun + timedelta(minutes=minutes or 0)):
                if minutes:
                    alerts.raise_levels()
                    self.by(FD, "close", doc)
        self.assertEqual([(doc.response_late, doc.finish_late) for doc in docs], [(0, 0), (0, 1), (0, 0)])
        # As jobs stand that were referred when an arrival was still promised.
        frappe.db.set_value("Repair Request", docs[0].name, "respond_by", begun + timedelta(minutes=60))
        with as_of(begun + timedelta(minutes=485)):
            alerts.raise_levels()
            today_ = getdate(begun)
            found = service_promise_kept.repair_counts((self.community.name,), today_, today_, "Category")
        wanted = {"number": 3, "answer_judged": 0, "answer_in_time": 0, "solve_judged": 3, "solve_in_time": 1}
        self.assertEqual({name: found[category.name][name] for name in wanted}, wanted)

    def test_a_chargeable_job_is_quoted_and_agreed_before_the_work(self) -> None:
        doc = self.at("Taken", category=self.paid(price_from=40, price_to=90))
        with as_user(self.staff[TE]), self.assertRaises(REFUSALS):
            frappe.get_doc("Repair Request", doc.name).update({"status": "In Progress"}).save()
        self.by(TE, "arrive", doc)
        self.assertEqual((doc.status, bool(doc.arrived_at)), ("Taken", True))
        for amount in (0, -5, 2_000_000):
            with self.assertRaises(InputRefused):
                self.by(TE, "quote", doc, amount, "Tap")
        self.by(TE, "quote", doc, 60, "New tap, fitted")
        self.assertEqual((doc.status, doc.quote_status, doc.pauses[-1].stops_clock), ("Quoted", "Waiting", 1))
        self.assertEqual((doc.quote_from, doc.quote_to), (40, 90))
        with self.assertRaises(InputRefused):
            self.by(TE, "consent", doc, "Phone", "")
        with self.assertRaisesRegex(NotAllowedNow, "changed to 60.00 yuan"):
            self.by(TE, "consent", doc, "Phone", "Mrs Wang agreed at 10:20", amount=30)
        self.by(TE, "consent", doc, "Phone", "Mrs Wang agreed at 10:20", amount=60)
        self.assertEqual((doc.status, doc.quote_status), ("In Progress", "Agreed"))
        self.assertTrue(doc.pauses[-1].to_time)
        with self.assertRaisesRegex(InputRefused, "more than"):
            self.by(TE, "finish", doc, "Done", [{"item_name": "Tap of brass", "qty": 1, "rate": 80}])
        self.by(TE, "finish", doc, "Done", [{"item_name": "Tap", "qty": 1, "rate": 60}])
        self.assertEqual((doc.total_amount, doc.payment_status), (60, "Unpaid"))
        self.by(CA, "set_payment", doc, "Paid")
        self.assertEqual((doc.payment_status, doc.status), ("Paid", "Awaiting Visit"))
        with self.assertRaises(frappe.PermissionError):
            self.by(CA, "set_payment", doc, "Waived", "Old customer")

    def test_a_declined_quote_stays_with_the_desk(self) -> None:
        doc = self.at("Accepted", category=self.paid())
        self.by(FD, "quote", doc, 60, "New tap")
        resident_acts.answer_quote(doc, False, 60, "Too dear")
        doc.reload()
        self.assertEqual((doc.status, doc.quote_status, doc.consent_by), ("Quoted", "Declined", "Portal"))
        with self.assertRaises(NotAllowedNow):
            self.by(TL, "dispatch", doc)
        self.by(FD, "quote", doc, 40, "Used tap")
        resident_acts.answer_quote(doc, True, 40)
        doc.reload()
        self.assertEqual(doc.quote_status, "Agreed")
        self.by(TL, "dispatch", doc, None, self.staff[TE])
        self.assertEqual(doc.status, "Dispatched")
        with self.assertRaises(NotAllowedNow):
            resident_acts.answer_quote(doc, True, 40)

    def test_public_and_warranty_work_is_never_charged(self) -> None:
        lobby = frappe.get_doc(
            {
                "doctype": "Repair Request",
                "community": self.community.name,
                "public_place": "Lobby",
                "category": self.paid().name,
                "description": "Lamp",
            }
        ).insert()
        new_flat = factories.make_unit(self.building, deemed_handover_date=add_days(today(), -30))
        fresh = factories.make_repair(new_flat, self.resident, self.paid(warranty_months=24))
        self.assertEqual((lobby.is_public, lobby.is_chargeable, lobby.payment_status), (1, 0, "Not Chargeable"))
        self.assertEqual((fresh.is_warranty, fresh.is_chargeable), (1, 0))
        self.assertEqual(getdate(fresh.warranty_until), frappe.utils.add_months(getdate(add_days(today(), -30)), 24))
        for doc in (lobby, fresh):
            self.by(FD, "accept", doc)
            with self.assertRaises(NotAllowedNow):
                self.by(FD, "quote", doc, 10, "Tap")

    def test_amounts_are_worked_out_here(self) -> None:
        frappe.db.set_value("Repair Price List", {"is_active": 1}, "is_active", 0)
        factories.insert(
            "Repair Price List",
            list_name=factories.unique("Prices"),
            valid_from=add_days(today(), -1),
            items=[
                {"item_name": "Washer", "kind": "Material", "rate": 1.005, "uom": "pc"},
                {"item_name": "Labour", "kind": "Labour", "grade": "Skilled", "rate": 50},
            ],
        )
        doc = self.at("In Progress")
        rows = [
            {"item_name": "Washer", "qty": 3, "rate": 999, "amount": -1},
            {"item_name": "Odd part", "qty": 0.5, "rate": 0.33, "from_stock": 0},
        ]
        with as_user(self.staff[TE]):
            api.finish(doc.name, "Done", rows, 1.5, "Skilled")
        doc.reload()
        self.assertEqual(
            [(row.rate, row.amount, row.uom, row.from_stock) for row in doc.materials],
            [(1.01, 3.03, "pc", 1), (0.33, 0.17, None, 0)],
        )
        self.assertEqual((doc.materials_amount, doc.labour_amount, doc.total_amount), (3.2, 75, 78.2))
        self.assertEqual(doc.payment_status, "Not Chargeable")

    def test_bad_reports_of_work_are_refused_whole(self) -> None:
        doc = self.at("In Progress")
        for args in (
            ("Done", [{"item_name": "Washer", "qty": -1}]),
            ("Done", [{"item_name": "Washer", "qty": 0}]),
            ("Done", [{"item_name": "Washer", "qty": "many"}]),
            ("Done", [{"item_name": "Washer", "rate": -3}]),
            ("Done", [{"item_name": "Washer", "rate": "NaN"}]),
            ("Done", [{"item_name": ""}]),
            ("Done", ["Washer"]),
            ("Done", [{"item_name": "Washer", "qty": 1}] * 101),
            ("Done", None, -1, "Skilled"),
            ("Done", None, 1, "Wizard"),
            ("<script>alert(1)</script>",),
            ("x" * 5000,),
        ):
            with self.subTest(args=str(args)[:60]), self.assertRaises(InputRefused):
                self.by(TE, "finish", doc, *args)
        doc.reload()
        self.assertEqual((doc.status, doc.materials, doc.work_done), ("In Progress", [], None))

    def test_bad_requests_are_refused_with_a_sentence(self) -> None:
        good = {"unit": self.unit.name, "category": self.category.name, "description": "Tap drips"}
        group = factories.make_category(is_group=1)
        retired = factories.make_category(is_active=0)
        later = add_days(today(), 3)
        for change in (
            {"description": ""},
            {"description": "x" * 5000},
            {"description": "<img src=x onerror=alert(1)>"},
            {"category": group.name},
            {"category": retired.name},
            {"unit": None, "community": self.community.name},
            {"unit": None, "public_place": "Lobby"},
            {"reporter_phone": "call me"},
            {"priority": "Whenever"},
            {"wished_from": f"{later} 10:00:00", "wished_to": f"{later} 09:00:00"},
            {"wished_from": "2020-01-01 10:00:00", "wished_to": "2020-01-01 12:00:00"},
            {"wished_from": f"{add_days(today(), 200)} 10:00:00"},
            {"wished_to": f"{later} 09:00:00"},
        ):
            with self.subTest(change=str(change)[:60]), self.assertRaises(frappe.ValidationError) as caught:
                frappe.get_doc({"doctype": "Repair Request", **good, **change}).insert()
            self.assertTrue(str(caught.exception))

    def paid(self, **values: object):
        return factories.make_category(is_chargeable=1, **values)


class TestAfterTheWork(RepairTestCase):
    def result(self, doc: object, result: str, why: str | None = None, remark: str = "") -> None:
        """The visit that is due reaches a result."""
        visit = frappe.get_last_doc("Return Visit", {"reference_name": doc.name, "status": "Due"})
        visit.result, visit.dissatisfied_reason, visit.remark = result, why, remark
        visit.visited_at = site_now()
        closing.on_visit_result(visit)
        frappe.db.set_value("Return Visit", visit.name, "status", "Reached")
        doc.reload()

    def due(self, doc: object) -> str | None:
        """The visit that is due."""
        return frappe.db.get_value("Return Visit", {"reference_name": doc.name, "status": "Due"})

    def test_satisfied_closes(self) -> None:
        doc = self.at("Awaiting Visit")
        self.result(doc, "Satisfied")
        self.assertEqual((doc.status, doc.visit_status, doc.visit_result), ("Closed", "Done", "Satisfied"))
        self.assertTrue(doc.confirmed_at and doc.closed_at)
        self.assertEqual(frappe.db.get_value("Return Visit", doc.return_visit, "reference_name"), doc.name)

    def test_not_fixed_is_rework_with_its_own_deadline_and_a_supervisors_visit(self) -> None:
        doc = self.at("Awaiting Visit")
        late = doc.finish_by
        with as_of(site_now() + timedelta(days=2)):
            self.result(doc, "Dissatisfied", "Not Fixed", "Still drips")
            self.assertEqual(
                (doc.status, doc.stage, doc.reopened_count, doc.assigned_to), ("Reopened", "Open", 1, None)
            )
            self.assertEqual((doc.finished_at, doc.rated_at, doc.closing_reason), (None, None, "Still drips"))
            self.assertGreater(doc.finish_by, late)
            self.assertEqual((doc.response_late, doc.finish_late), (0, 0), "the work before was in time")
            self.by(TL, "dispatch", doc, None, self.second)
            with as_user(self.second):
                api.take(doc.name)
                api.arrive(doc.name)
                api.finish(doc.name, "Tap changed")
        doc.reload()
        visit = frappe.get_last_doc("Return Visit", {"reference_name": doc.name, "status": "Due"})
        self.assertEqual((visit.reason, visit.supervisor_only, visit.doer), ("After Rework", 1, self.second))

    def test_manner_closes_and_becomes_a_complaint_to_the_manager(self) -> None:
        doc = self.at("Awaiting Visit")
        visit = self.due(doc)
        self.result(doc, "Dissatisfied", "Manner", "He was rude")
        self.assertEqual(doc.status, "Closed")
        self.assertFalse(self.due(doc), "the complaint's own visit comes once it is resolved")
        told = frappe.get_doc("Return Visit", visit)
        told.result, told.dissatisfied_reason, told.remark = "Dissatisfied", "Manner", "He was rude"
        for _twice in range(2):
            complaints.on_visit_result(told)
        found = frappe.get_all(
            "Resident Complaint",
            {"reference_name": doc.name},
            ["details", "resident", "unit", "person_complained_of", "team_complained_of"],
        )
        self.assertEqual(len(found), 1)
        self.assertEqual((found[0].details, found[0].resident, found[0].unit), ("He was rude", doc.resident, doc.unit))
        self.assertEqual((found[0].person_complained_of, found[0].team_complained_of), (doc.assigned_to, doc.team))
        # He reads the steps of his job, and would read a visit that is not kept from him.
        steps = frappe.get_all("Repair Step", {"repair_request": doc.name}, pluck="note", order_by="name asc")
        self.assertNotIn("He was rude", steps)
        self.assertEqual(frappe.db.get_value("Return Visit", visit, "kept_from"), doc.assigned_to)

    def test_a_visit_nobody_made_closes_and_is_no_visit(self) -> None:
        doc = self.at("Awaiting Visit")
        visit = frappe.get_last_doc("Return Visit", {"reference_name": doc.name, "status": "Due"})
        frappe.db.set_single_value("Property Service Settings", "visit_close_days", 30)
        frappe.clear_document_cache("Property Service Settings", "Property Service Settings")
        with patch.object(return_visits, "site_now", lambda: visit.due_at + timedelta(days=31)):
            return_visits.close_overdue()
        visit.reload()
        doc.reload()
        self.assertEqual((visit.status, visit.result or "", visit.visited_by), ("Closed by System", "", None))
        self.assertEqual((doc.status, doc.visit_status, doc.visit_result or ""), ("Closed", "Not Made", ""))
        self.assertFalse(doc.confirmed_at)

    def test_unreachable_and_declined_close(self) -> None:
        for result in ("Unreachable", "Declined"):
            doc = self.at("Awaiting Visit")
            self.result(doc, result)
            self.assertEqual((doc.status, doc.visit_result, doc.confirmed_at), ("Closed", result, None))

    def test_a_good_rating_spares_the_visit_and_a_bad_one_forces_it(self) -> None:
        self.category.db_set("visit_rule", "If Not Rated")
        frappe.clear_document_cache("Repair Category", self.category.name)
        good = self.at("Awaiting Visit")
        self.assertEqual(good.return_visit, self.due(good))
        resident_acts.rate(good, 5, "Thank you", speed=1, manner=2)
        good.reload()
        self.assertEqual((good.rating_speed, good.rating_manner, good.return_visit), (1, 2, None))
        self.assertEqual((good.status, good.visit_status, good.rating), ("Closed", "Not Needed", 5))
        self.assertFalse(frappe.db.exists("Return Visit", {"reference_name": good.name, "status": "Due"}))
        bad = self.at("Awaiting Visit")
        resident_acts.rate(bad, 1, "Dirty")
        bad.reload()
        visit = frappe.get_last_doc("Return Visit", {"reference_name": bad.name, "status": "Due"})
        self.assertEqual((bad.status, visit.reason, bad.return_visit), ("Awaiting Visit", "Low Rating", visit.name))
        self.assertEqual((bad.rating_speed, bad.rating_manner), (0, 0))
        self.assertAlmostEqual(visit.due_at, bad.rated_at + timedelta(hours=4), delta=timedelta(minutes=1))
        with self.assertRaises(NotAllowedNow):
            resident_acts.rate(bad, 5)
        resident_acts.send_back(bad, "Still dirty")
        bad.reload()
        self.assertEqual((bad.rating, bad.return_visit), (0, None), "the visit is not made any more")

    def test_without_a_visit_it_waits_for_the_resident_and_closes_by_itself(self) -> None:
        self.category.db_set("visit_rule", "None")
        frappe.clear_document_cache("Repair Category", self.category.name)
        doc = self.at("In Progress")
        self.by(TE, "finish", doc, "Done")
        self.assertEqual((doc.status, doc.visit_status), ("Completed", "Not Needed"))
        closing.auto_close()
        doc.reload()
        self.assertEqual(doc.status, "Completed")
        with as_of(site_now() + timedelta(days=8)):
            closing.auto_close()
        doc.reload()
        self.assertEqual(doc.status, "Closed")

    def test_a_leak_is_visited_again_after_thirty_days(self) -> None:
        self.category.db_set("is_leak", 1)
        frappe.clear_document_cache("Repair Category", self.category.name)
        doc = self.at("Awaiting Visit")
        self.result(doc, "Satisfied")
        second = frappe.get_last_doc("Return Visit", {"reference_name": doc.name, "reason": "Second Visit"})
        self.assertEqual(getdate(second.not_before), getdate(add_days(site_now(), 30)))
        self.result(doc, "Dissatisfied", "Not Fixed", "Wet again")
        self.assertEqual(doc.status, "Reopened")

    def test_a_low_rating_after_the_closing_spares_no_second_visit_and_a_rework_cancels_both(self) -> None:
        self.category.db_set("is_leak", 1)
        frappe.clear_document_cache("Repair Category", self.category.name)
        doc = self.at("Awaiting Visit")
        self.result(doc, "Satisfied")
        resident_acts.rate(doc, 1, "Wet again")
        about = {"reference_name": doc.name, "status": "Due"}
        planned = frappe.get_all("Return Visit", about, ["name", "reason"], order_by="creation asc, name asc")
        self.assertEqual([visit.reason for visit in planned], ["Second Visit", "Low Rating"])
        doc.reload()
        self.assertEqual(doc.return_visit, planned[1].name)
        resident_acts.send_back(doc, "Wet again")
        doc.reload()
        self.assertEqual((doc.status, doc.return_visit, self.due(doc)), ("Reopened", None, None))
        asked = frappe.get_doc("Return Visit", planned[1].name)
        asked.result, asked.dissatisfied_reason, asked.visited_at = "Dissatisfied", "Not Fixed", site_now()
        told = closing.on_visit_result(asked)  # an answer that comes while the work is under way again
        self.assertIn("noted", told)
        doc.reload()
        self.assertEqual((doc.status, doc.reopened_count, doc.visit_result), ("Reopened", 1, "Dissatisfied"))

    def test_sent_back_within_thirty_days_of_the_finish(self) -> None:
        doc = self.at("Awaiting Visit")
        with self.assertRaises(InputRefused):
            resident_acts.send_back(doc, "")
        resident_acts.send_back(doc, "Drips again")
        doc.reload()
        self.assertEqual((doc.status, doc.reopened_count), ("Reopened", 1))
        self.assertFalse(frappe.db.exists("Return Visit", {"reference_name": doc.name, "status": "Due"}))
        closed = self.at("Awaiting Visit")
        self.result(closed, "Satisfied")
        with as_of(site_now() + timedelta(days=31)), self.assertRaises(NotAllowedNow):
            resident_acts.send_back(closed, "Drips again")
        with as_of(site_now() + timedelta(days=29)):
            resident_acts.send_back(closed, "Drips again")
        closed.reload()
        self.assertTrue(closed.return_visit, "the visit that was made stays")

    def test_the_same_fault_in_the_same_room_is_shown_as_rework(self) -> None:
        doc = self.at("Awaiting Visit")
        again = self.report()
        self.assertEqual((again.is_rework, again.rework_of), (1, doc.name))
        other_room = factories.make_repair(factories.make_unit(self.building), None, self.category)
        self.assertFalse(other_room.is_rework)
        with as_of(site_now() + timedelta(days=31)):
            self.assertFalse(self.report().is_rework)
        with as_user(self.staff[FD]):
            banner = api.similar(self.unit.name, self.category.name)
        self.assertEqual(banner["rework_of"], doc.name)


class TestResident(RepairTestCase):
    def fault(self, **values: object):
        arguments = {
            "resident": self.resident.name,
            "unit": self.unit.name,
            "public_place": None,
            "community": self.community.name,
            "category": self.category.name,
            "description": factories.unique("The tap drips "),
            **values,
        }
        return resident_acts.report_fault(**arguments)

    def test_ten_a_day_and_two_alike(self) -> None:
        for _number in range(2):
            self.fault(description="The  tap drips")
        with self.assertRaisesRegex(Exception, "today"):
            self.fault(description="the tap DRIPS ")
        for _number in range(8):
            self.fault()
        with self.assertRaisesRegex(Exception, "10 requests"):
            self.fault()
        with as_of(site_now() + timedelta(days=1)):
            self.fault()

    def test_a_form_that_arrives_twice_at_once_is_begun_again(self) -> None:
        self.assertIsNone(resident_acts.reported_by("a form"))
        first = self.fault(client_key="a form")
        with self.assertRaises(frappe.QueryDeadlockError):
            self.fault(client_key="a form")
        self.assertEqual(resident_acts.reported_by("a form").name, first.name)
        self.assertIsNone(resident_acts.reported_by(""))
        # A key belongs to a resident's form; no client of the desk brings one.
        self.assertIsNone(self.report(client_key="another form").client_key)

    def test_a_hidden_category_is_not_offered(self) -> None:
        with self.assertRaises(InputRefused):
            self.fault(category=factories.make_category(in_portal=0).name)

    def test_urged_once_an_hour(self) -> None:
        doc = self.fault()
        resident_acts.urge(doc, self.resident.name)
        with self.assertRaises(Exception) as caught:
            resident_acts.urge(doc, self.resident.name)
        self.assertEqual(caught.exception.http_status_code, 429)
        with as_of(site_now() + timedelta(minutes=61)):
            resident_acts.urge(doc, self.resident.name)
        doc.reload()
        self.assertEqual(doc.urge_count, 2)

    def test_cancelled_while_new(self) -> None:
        doc = self.fault()
        resident_acts.cancel(doc, "")
        doc.reload()
        self.assertEqual(doc.status, "Cancelled")
        step = frappe.get_last_doc("Repair Step", {"repair_request": doc.name, "step": "Cancelled"})
        self.assertEqual(step.actor_kind, "Resident")
        with self.assertRaises(NotAllowedNow):
            resident_acts.cancel(self.at("Accepted"), "Changed my mind")

    def test_stars(self) -> None:
        doc = self.at("Awaiting Visit")
        for stars in (0, 6, -1):
            with self.assertRaises(InputRefused):
                resident_acts.rate(doc, stars)
        with self.assertRaises(NotAllowedNow):
            resident_acts.rate(self.at("Accepted"), 5)

    def test_each_event_is_told_once_in_the_residents_language(self) -> None:
        self.resident.db_set("language", "zh")
        with patch("frappe._", side_effect=lambda text, lang=None, context=None: f"{lang}:{text}"):
            doc = self.fault()
        self.resident.db_set("language", "en")
        messages = frappe.get_all(
            "Service Message", {"reference_name": doc.name}, ["subject", "text"], order_by="creation"
        )
        self.assertEqual(len(messages), 1)
        self.assertTrue(messages[0].subject.startswith("zh:"), messages)
        from property_service.repairs import letters

        letters.write(doc, "received")
        self.assertEqual(frappe.db.count("Service Message", {"reference_name": doc.name}), 1)


class TestAccess(RepairTestCase):
    def test_a_technician_sees_the_jobs_of_his_teams_and_his_own(self) -> None:
        ours, new = self.at("Dispatched"), self.report()
        for user, seen in ((self.staff[TE], True), (self.second, True), (self.outsider, False)):
            with as_user(user):
                listed = frappe.get_list("Repair Request", {"name": ("in", [ours.name, new.name])}, pluck="name")
                steps = frappe.get_list("Repair Step", {"repair_request": ours.name}, pluck="name")
                self.assertEqual((listed, bool(steps)), ([ours.name] if seen else [], seen))
                for doc in (ours, new):
                    may = frappe.has_permission("Repair Request", "read", doc=doc.name)
                    self.assertEqual(may, doc.name in listed)
        frappe.db.set_value("Repair Request", ours.name, "assigned_to", self.outsider)
        with as_user(self.outsider):
            self.assertEqual(frappe.get_list("Repair Request", {"name": ours.name}, pluck="name"), [ours.name])

    def test_a_technician_does_not_pull_a_job_into_his_team(self) -> None:
        team = factories.make_team(self.community, (self.outsider,))
        doc = self.at("Taken")
        with as_user(self.outsider), self.assertRaises(REFUSALS):
            frappe.get_doc("Repair Request", doc.name).update({"team": team.name, "assigned_to": self.outsider}).save()
