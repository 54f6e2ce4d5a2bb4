"""What the desk's screens read of repairs: charts, calendar, form, paper, boards; always within the reader's scope."""

from datetime import timedelta

import frappe
from frappe.utils import add_to_date

from property_service.property_service import access_codes
from property_service.property_service.service_clock import site_now
from property_service.repairs import api, desk_api, desk_figures, desk_form, reading
from property_service.repairs.work_order import place_of, status_text, work_order
from property_service.setup.boards import REPAIRS_BY_STAGE, ensure_boards, remove_boards
from property_service.tests import factories as make
from property_service.tests.utils import PropertyServiceTestCase, as_user, card_number, count_queries

FRONT_DESK, TECHNICIAN, LEADER, MANAGER = (
    "Property Front Desk",
    "Property Technician",
    "Property Team Leader",
    "Property Manager",
)


class DeskCase(PropertyServiceTestCase):
    def setUp(self):
        self.community = make.make_community()
        self.building = make.make_building(self.community, shut_off_valve="Shaft beside the lift")
        self.unit = make.make_unit(self.building)
        self.resident = make.make_resident(self.unit)
        self.category = make.make_category()

    def tearDown(self):
        frappe.set_user("Administrator")

    def repair(self, unit=None, **values):
        return make.make_repair(unit or self.unit, self.resident if not unit else None, self.category, **values)


class TestFigures(DeskCase):
    def other_repair(self):
        return make.make_repair(make.make_unit(), None, self.category)

    def test_charts_count_the_readers_communities_only(self):
        self.repair()
        self.repair()
        self.other_repair()
        desk = make.make_staff(FRONT_DESK, community=self.community)
        days = desk_figures.per_day(desk)
        self.assertEqual(len(days["labels"]), desk_figures.CHART_DAYS)
        self.assertEqual((days["datasets"][0]["values"][-1], sum(days["datasets"][0]["values"])), (2, 2))
        kinds = desk_figures.by_category(desk)
        self.assertEqual(
            dict(zip(kinds["labels"], kinds["datasets"][0]["values"], strict=True)), {self.category.name: 2}
        )

    def test_a_technician_counts_his_teams_and_his_own(self):
        mate = make.make_staff(TECHNICIAN, community=self.community)
        team = make.make_team(self.community, [mate], (self.category.name,))
        self.repair().db_set("team", team.name)
        self.repair().db_set("assigned_to", mate)
        self.repair()
        self.assertEqual(sum(desk_figures.per_day(mate)["datasets"][0]["values"]), 2)
        stranger = make.make_staff(TECHNICIAN, community=self.community)
        self.assertEqual(desk_figures.by_category(stranger), {})

    def test_many_categories_end_in_one(self):
        for _number in range(desk_figures.MOST_SLICES + 2):
            make.make_repair(self.unit, None, make.make_category())
        kinds = desk_figures.by_category(make.make_staff(FRONT_DESK, community=self.community))
        self.assertEqual(len(kinds["labels"]), desk_figures.MOST_SLICES + 1)
        self.assertEqual(kinds["datasets"][0]["values"][-1], 2)

    def test_charts_are_not_for_residents(self):
        frappe.set_user(make.make_portal_user(self.resident))
        for endpoint in (desk_api.requests_per_day, desk_api.requests_by_category, desk_api.team_jobs):
            self.assertRaises(frappe.PermissionError, endpoint)

    def test_calendar_shows_wished_visits_of_the_window(self):
        now = site_now()
        inside = self.repair(wished_from=now + timedelta(hours=20), wished_to=now + timedelta(hours=22))
        late = self.repair(wished_from=now + timedelta(days=9), wished_to=now + timedelta(days=9, hours=2))
        self.repair()
        other = self.other_repair()
        other.db_set({"wished_from": inside.wished_from, "wished_to": inside.wished_to})
        frappe.set_user(make.make_staff(FRONT_DESK, community=self.community))
        window = (now, now + timedelta(days=7))
        found = desk_api.wished_visits(*window)
        self.assertEqual([row.name for row in found], [inside.name])
        self.assertIn(self.category.name, found[0].title)
        self.assertEqual(found[0].all_day, 0)
        wider = desk_api.wished_visits(now, now + timedelta(days=10))
        self.assertEqual([row.name for row in wider], [inside.name, late.name])
        only = [["Repair Request", "category", "=", "no such category"]]
        self.assertEqual(desk_api.wished_visits(*window, filters=only), [])


class TestStaffNames(DeskCase):
    def names(self, user):
        bootinfo = {}
        with as_user(user):
            desk_figures.add_staff_names(bootinfo)
        return bootinfo.get("property_service_staff", {})

    def test_desk_and_cashiers_read_names_residents_do_not(self):
        cashier = make.make_staff("Property Cashier", community=self.community)
        desk = make.make_staff(FRONT_DESK, community=self.community)
        for user in (cashier, desk):
            self.assertEqual(self.names(user)[cashier], frappe.db.get_value("User", cashier, "full_name"))
        self.assertEqual(self.names(make.make_portal_user(self.resident)), {})


class TestTeamJobs(DeskCase):
    def test_a_leader_sees_his_teams_and_a_manager_his_communities(self):
        leader = make.make_staff(LEADER, community=self.community)
        mate = make.make_staff(TECHNICIAN, community=self.community)
        team = make.make_team(self.community, [mate], (self.category.name,), leader=leader)
        given, loose = self.repair(), self.repair()
        given.db_set({"team": team.name, "assigned_to": mate})
        done = self.repair()
        done.db_set({"team": team.name, "stage": "Done"})
        foreign = make.make_repair(make.make_unit(), None, self.category)
        foreign.db_set("team", team.name)
        rows = reading.team_jobs(leader)
        self.assertEqual([row.name for row in rows], [given.name])
        self.assertEqual(rows[0].assigned_name, frappe.utils.get_fullname(mate))
        manager = make.make_staff(MANAGER, community=self.community)
        self.assertEqual({row.name for row in reading.team_jobs(manager)}, {given.name, loose.name})


class TestForm(DeskCase):
    def test_facts_of_a_request_in_an_incident(self):
        doc = self.repair()
        incident = make.insert(
            "Service Incident",
            community=self.community.name,
            title="No water",
            scope="Building",
            building=self.building.name,
            category=self.category.name,
            text_to_read="The pump is being repaired, water is back at six.",
            started_at=site_now(),
        )
        doc.db_set("incident", incident.name)
        frappe.set_user(make.make_staff(FRONT_DESK, community=self.community))
        facts = desk_api.form_facts(doc.name)
        self.assertEqual(facts["incident"].text_to_read, incident.text_to_read)
        self.assertIn("accept", facts["acts"])
        self.assertEqual([step.step for step in facts["steps"]], ["Reported"])
        self.assertIsNone(facts["rework_of"])
        self.assertEqual(facts["shut_off_valve"], "")

    def test_an_emergency_shows_the_valve(self):
        self.category.is_emergency = 1
        self.category.save()
        facts = desk_form.form_facts(self.repair())
        self.assertEqual(facts["shut_off_valve"], "Shaft beside the lift")

    def test_rework_names_who_did_it_before(self):
        mate = make.make_staff(TECHNICIAN, community=self.community)
        before, again = self.repair(), self.repair()
        before.db_set({"assigned_to": mate, "work_done": "New seal", "finished_at": site_now()})
        again.db_set("rework_of", before.name)
        facts = desk_form.form_facts(again)
        told = (facts["rework_of"].name, facts["rework_of"].technician, facts["rework_of"].work_done)
        self.assertEqual(told, (before.name, frappe.utils.get_fullname(mate), "New seal"))

    def test_strangers_do_not_read_a_form(self):
        doc = self.repair()
        frappe.set_user(make.make_staff(FRONT_DESK, community=make.make_community()))
        self.assertRaises(frappe.PermissionError, desk_api.form_facts, doc.name)
        self.assertRaises(frappe.PermissionError, desk_api.place_facts, self.unit.name)
        self.assertRaises(frappe.PermissionError, api.similar, self.unit.name, self.category.name)
        call = {"category": self.category.name, "description": "The tap drips"}
        for link in ({"unit": self.unit.name}, {"unit": make.make_unit().name, "resident": self.resident.name}):
            self.assertRaises(frappe.PermissionError, api.intake, **call, **link)

    def test_a_room_says_who_lives_there_and_what_is_open(self):
        moved_out = make.make_resident()
        make.make_occupancy(self.unit, moved_out, "Tenant", from_date="2020-01-01", to_date="2021-01-01")
        doc = self.repair()
        self.repair().db_set("stage", "Done")
        frappe.set_user(make.make_staff(FRONT_DESK, community=self.community))
        room = desk_api.place_facts(self.unit.name)
        self.assertEqual([row["resident"] for row in room["people"]], [self.resident.name])
        self.assertEqual([row.name for row in room["open_requests"]], [doc.name])
        self.assertEqual((room["community"], room["shut_off_valve"]), (self.community.name, "Shaft beside the lift"))

    def test_a_code_to_follow_the_repair(self):
        doc = self.repair()
        frappe.set_user(make.make_staff(FRONT_DESK, community=self.community))
        answer = desk_api.tracking_code(doc.name)
        self.assertIn("<svg", answer["svg"])
        found = access_codes.find(answer["address"].rsplit("/", 1)[1])
        self.assertEqual((found.reference_name, found.community), (doc.name, self.community.name))
        frappe.set_user(make.make_staff(TECHNICIAN, community=self.community))
        self.assertRaises(frappe.PermissionError, desk_api.tracking_code, doc.name)

    def test_one_form_asks_the_database_a_bounded_number_of_times(self):
        doc = self.repair()
        desk_form.form_facts(doc)
        with count_queries() as queries:
            desk_form.form_facts(doc)
        self.assertLessEqual(len(queries), 8)


class TestWorkOrder(DeskCase):
    def test_the_paper_says_where_who_what_and_by_when(self):
        doc = self.repair(
            wished_from=add_to_date(site_now(), days=1), wished_to=add_to_date(site_now(), days=1, hours=2)
        )
        doc.append("materials", {"item_name": "Seal ring", "qty": 2, "uom": "pcs", "rate": 1.5})
        doc.materials[-1].db_insert()
        paper = work_order(doc)
        self.assertEqual(paper["place"], self.unit.short_label)
        self.assertEqual((paper["contact"], paper["phone"]), (doc.reporter_name, doc.reporter_phone))
        self.assertRegex(paper["wished"], r"^\d{4}-\d\d-\d\d \d\d:\d\d - ")
        self.assertEqual(paper["blank_lines"], 5)
        self.assertTrue(paper["qr"].startswith("data:image/svg+xml;base64,"))

    def test_nobody_is_named_on_an_anonymous_report(self):
        doc = self.repair(anonymous=1)
        self.assertEqual((work_order(doc)["contact"], work_order(doc)["phone"]), ("Anonymous", None))

    def test_texts_of_people_stay_texts(self):
        doc = self.repair()
        doc.db_set({"description": "<img src=x onerror=alert(1)> & more", "reporter_name": "<b>Li</b>"})
        doc.reload()
        html = frappe.get_print("Repair Request", doc.name, "Repair Work Order", no_letterhead=1)
        self.assertIn("&lt;img src=x onerror=alert(1)&gt; &amp; more", html)
        self.assertIn("&lt;b&gt;Li&lt;/b&gt;", html)
        self.assertNotIn("<img src=x", html)

    def test_status_to_paste(self):
        doc = self.repair()
        doc.status, doc.stage, doc.work_done = "Closed", "Done", "New seal"
        text = status_text(doc)
        for part in (doc.name, self.unit.short_label, "Now: Closed", "Done: New seal"):
            self.assertIn(part, text)

    def test_a_public_place_is_named_with_its_building(self):
        doc = frappe.new_doc("Repair Request", building=self.building.name, public_place="Lobby")
        self.assertTrue(place_of(doc).endswith(" Lobby"))
        self.assertIn(self.building.building_name or self.building.building_no, place_of(doc))


class TestWorkspaces(DeskCase):
    CARDS = (
        *("Open Repairs", "Overdue Repairs", "Arrivals Overdue", "Unassigned Repairs", "Repairs to Accept"),
        *(
            "Emergencies Not Taken",
            "Repairs on Hold",
            "Quotes Awaiting Consent",
            "Visits Due Today",
            "Return Visits Due",
        ),
    )

    # Cards of promises and complaints, which the workspace shows too.
    OTHER_ROOMS = (
        *("Broken Promises to Answer", "Callbacks Due Today"),
        *("Complaints Open", "Complaints Overdue"),
    )

    def test_each_card_counts_the_readers_rows(self):
        new, late = self.repair(), self.repair()
        past, flags = site_now() - timedelta(minutes=5), {"finish_late": 1, "response_late": 1}
        due = {"finish_by": past, "respond_by": past}
        late.db_set({"status": "Taken", "stage": "Working", "assigned_to": "Guest", **flags, **due})
        urgent = self.repair()
        urgent.db_set({"priority": "Emergency", "stage": "Open", "status": "Dispatched"})
        make.make_repair(make.make_unit(), None, self.category)
        frappe.set_user(make.make_staff(FRONT_DESK, community=self.community))
        expected = {
            "Open Repairs": 3,
            "Overdue Repairs": 1,
            "Arrivals Overdue": 1,
            "Unassigned Repairs": 2,
            "Repairs to Accept": 1,
            "Emergencies Not Taken": 1,
        }
        self.assertEqual(
            {name: card_number(name) for name in self.CARDS}, {name: expected.get(name, 0) for name in self.CARDS}
        )
        self.assertEqual(new.status, "New")
        # Late once, opened again with new promises: overdue no more, though the flags stay.
        late.db_set({"finish_by": site_now() + timedelta(days=1), "respond_by": None})
        self.assertEqual((card_number("Overdue Repairs"), card_number("Arrivals Overdue")), (0, 0))
        late.db_set("finish_by", None)
        self.assertEqual(card_number("Overdue Repairs"), 0, "the clock stands")

    def test_a_workspace_shows_what_exists(self):
        for name in ("Service Desk", "Property Repairs"):
            workspace = frappe.get_doc("Workspace", name)
            blocks = [block["data"] for block in frappe.parse_json(workspace.content)]
            cards = {data["number_card_name"] for data in blocks if "number_card_name" in data}
            self.assertEqual(cards, {row.number_card_name for row in workspace.number_cards})
            self.assertLessEqual(cards, {*self.CARDS, *self.OTHER_ROOMS})
            self.assertTrue(all(frappe.db.exists("Number Card", card) for card in cards), cards)
            shortcuts = {data["shortcut_name"] for data in blocks if "shortcut_name" in data}
            self.assertEqual(shortcuts, {row.label for row in workspace.shortcuts})
            for row in workspace.charts:
                self.assertEqual(frappe.db.get_value("Dashboard Chart", row.chart_name, "chart_type"), "Custom")
            for row in workspace.links:
                if row.link_type == "DocType":
                    self.assertTrue(frappe.db.exists("DocType", row.link_to), row.link_to)

    def test_boards_are_made_once_and_taken_away(self):
        remove_boards()
        ensure_boards()
        board = frappe.get_doc("Kanban Board", REPAIRS_BY_STAGE)
        self.assertEqual([row.column_name for row in board.columns], ["Open", "Working", "Waiting", "Done"])
        board.db_set("filters", "[]")
        ensure_boards()
        self.assertEqual(frappe.db.get_value("Kanban Board", REPAIRS_BY_STAGE, "filters"), "[]")
        remove_boards()
        self.assertFalse(frappe.db.exists("Kanban Board", REPAIRS_BY_STAGE))
        self.assertFalse(frappe.db.exists("List View Settings", "Repair Request"))
        ensure_boards()
