"""Work teams: what is refused, who sees and changes which, who is on duty, and whose turn it is."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.client import set_value

from property_service.dispatch import teams
from property_service.property_service.errors import InputRefused
from property_service.tests.factories import (
    insert,
    make_building,
    make_calendar,
    make_category,
    make_community,
    make_portal_user,
    make_resident,
    make_staff,
    make_team,
    unique,
)
from property_service.tests.utils import PropertyServiceTestCase, plan_of


class TestWorkTeam(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        frappe.set_user("Administrator")
        cls.here, cls.there = make_community(), make_community()
        cls.building = make_building(cls.here)
        cls.technician, cls.other = make_staff("Property Technician"), make_staff("Property Technician")
        cls.leader = make_staff("Property Team Leader")
        cls.manager = make_staff("Property Manager")
        cls.manager_here = make_staff("Property Manager", community=cls.here)
        cls.desk_here = make_staff("Property Front Desk", community=cls.here)

    def tearDown(self) -> None:
        frappe.set_user("Administrator")

    def refused(self, words: str, error: type[Exception] = InputRefused, **values: Any) -> None:
        with self.assertRaisesRegex(error, words):
            make_team(self.here, **values)

    def test_a_member_stands_there_once(self) -> None:
        self.refused("listed twice among the members", members=(self.technician, self.other, self.technician))

    def test_a_member_may_have_at_least_one_job(self) -> None:
        for cap in (0, -1):
            self.refused("at least 1", Exception, members=[{"user": self.technician, "max_open_jobs": cap}])

    def test_members_and_leader_are_staff(self) -> None:
        resident = make_portal_user(make_resident())
        self.refused("cannot sign in as staff", members=(resident,))
        self.refused("cannot lead a team", leader=resident)
        self.refused("cannot lead a team", leader=self.technician)
        for leader in (self.leader, self.manager):
            self.assertEqual(make_team(self.here, leader=leader).leader, leader)

    def test_who_has_left_does_not_block_the_team(self) -> None:
        gone = make_staff("Property Technician")
        team = make_team(self.here, (gone,), leader=self.leader)
        frappe.db.set_value("User", gone, "enabled", 0)
        team.append("members", {"user": self.technician, "max_open_jobs": 3})
        team.save()
        self.assertEqual({row.user for row in team.members}, {gone, self.technician})

    def test_a_contractor_needs_no_members(self) -> None:
        team = make_team(self.here, is_contractor=1, contractor_phone="010-5550100")
        self.assertFalse(team.members)

    def test_a_building_lies_in_the_community_of_its_row(self) -> None:
        places = [{"community": self.there.name, "building": self.building.name}]
        self.refused(f"belongs to {self.here.name}", places=places)

    def test_places_and_categories_stand_there_once(self) -> None:
        place = {"community": self.here.name, "building": self.building.name}
        self.refused("listed twice among the places", places=[place, dict(place)])
        make_team(self.here, places=[place, {"community": self.here.name}])
        category = make_category().name
        self.refused("listed twice among the categories", categories=(category, category))

    def test_teams_out_of_hours_do_not_go_in_a_circle(self) -> None:
        first = make_team(self.here)
        second = make_team(self.here, out_of_hours_team=first.name)
        third = make_team(self.here, out_of_hours_team=second.name)
        first.out_of_hours_team = third.name
        with self.assertRaisesRegex(InputRefused, "form a circle"):
            first.save()
        first.reload()
        first.out_of_hours_team = first.name
        with self.assertRaisesRegex(InputRefused, "form a circle"):
            first.save()

    def test_an_older_form_does_not_turn_back_the_turn(self) -> None:
        team = make_team(self.here, (self.technician, self.other))
        frappe.db.set_value("Work Team", team.name, "round_robin_pointer", self.other, update_modified=False)
        team.round_robin_pointer = self.technician
        team.save()
        self.assertEqual(frappe.db.get_value("Work Team", team.name, "round_robin_pointer"), self.other)

    def test_list_and_document_agree(self) -> None:
        served = {
            make_team(self.here).name: {"here"},
            make_team(self.there).name: {"there"},
            make_team(self.here, places=[]).name: set(),
            make_team(
                self.here, places=[{"community": self.here.name}, {"community": self.there.name}]
            ).name: {"here", "there"},
            make_team(self.there, (self.technician,), leader=self.leader).name: {"there"},
        }  # fmt: skip
        resident = make_portal_user(make_resident())
        expected = {
            self.manager: set(served),
            self.manager_here: {name for name, places in served.items() if "here" in places},
            self.desk_here: {name for name, places in served.items() if "here" in places},
            resident: set(),
        }
        for user, names in expected.items():
            frappe.set_user(user)
            try:
                listed = set(frappe.get_list("Work Team", {"name": ("in", list(served))}, pluck="name", limit=0))
            except frappe.PermissionError:
                listed = set()
            opened = {name for name in served if frappe.get_doc("Work Team", name).has_permission("read")}
            self.assertEqual((listed, opened), (names, names), user)

    def test_a_manager_of_one_community_changes_the_teams_of_that_one_only(self) -> None:
        own = make_team(self.here)
        foreign = make_team(self.there)
        shared = make_team(self.here, places=[{"community": self.here.name}, {"community": self.there.name}])
        frappe.set_user(self.manager_here)
        doc = frappe.get_doc("Work Team", own.name)
        doc.dispatch_mode = "Grab"
        doc.save()
        doc.append("places", {"community": self.there.name})
        with self.assertRaisesRegex(frappe.PermissionError, "do not work for"):
            doc.save()
        for team in (foreign, shared):
            doc = frappe.get_doc("Work Team", team.name)
            doc.set("places", [{"community": self.here.name}])
            with self.assertRaises(frappe.PermissionError):
                doc.save()
            with self.assertRaises(frappe.PermissionError):
                set_value("Work Team", team.name, "dispatch_mode", "Grab")
        with self.assertRaisesRegex(frappe.PermissionError, "do not work for"):
            frappe.get_doc(
                {"doctype": "Work Team", "team_name": unique("T"), "places": [{"community": self.there.name}]}
            ).insert()
        with self.assertRaises(frappe.PermissionError):
            frappe.get_doc({"doctype": "Work Team", "team_name": unique("T")}).insert()

    def test_a_leader_changes_the_team_he_leads(self) -> None:
        own, foreign = make_team(self.here, leader=self.leader), make_team(self.here, leader=self.manager)
        frappe.set_user(self.leader)
        doc = frappe.get_doc("Work Team", own.name)
        doc.append("members", {"user": self.technician, "max_open_jobs": 3})
        doc.save()
        doc = frappe.get_doc("Work Team", foreign.name)
        doc.leader = self.leader
        with self.assertRaises(frappe.PermissionError):
            doc.save()

    def test_duty_is_set_and_written_down(self) -> None:
        first, second = make_team(self.here, (self.technician, self.other)), make_team(self.there, (self.technician,))
        self.assertEqual(set(teams.set_duty(self.technician, False)), {first.name, second.name})
        self.assertEqual(teams.set_duty(self.technician, False), ())
        first.reload()
        self.assertEqual({row.user: row.on_duty for row in first.members}, {self.technician: 0, self.other: 1})
        said = frappe.get_all(
            "Comment", {"reference_doctype": "Work Team", "reference_name": first.name}, pluck="content",
            order_by="creation asc",
        )  # fmt: skip
        self.assertEqual([text for text in said if "off duty" in text], said[-1:])
        with self.assertRaisesRegex(InputRefused, "not a member"):
            teams.set_duty(self.leader, True, first.name)

    def test_an_older_form_does_not_turn_back_the_duty(self) -> None:
        team = make_team(self.here, (self.technician,))
        teams.set_duty(self.technician, False)
        with self.assertRaises(frappe.TimestampMismatchError):
            team.save()

    def test_teams_of_a_member(self) -> None:
        member = make_staff("Property Technician")
        team = make_team(self.here, (member,), service_calendar=make_calendar().name)
        make_team(self.here, (member,), is_active=0)
        self.assertEqual(teams.teams_of(member), (team.name,))

    def test_permission_rows_of_places_do_not_hide_a_shared_team(self) -> None:
        shared = make_team(self.here, places=[{"community": self.here.name}, {"community": self.there.name}])
        insert("User Permission", user=self.desk_here, allow="Building", for_value=self.building.name)
        frappe.set_user(self.desk_here)
        self.assertTrue(frappe.get_doc("Work Team", shared.name).has_permission("read"))

    def test_places_and_members_are_found_by_an_index(self) -> None:
        # Among few rows the database reads them all; among many of other communities it must not.
        frappe.db.bulk_insert(
            "Work Team Place",
            ["name", "parent", "parenttype", "parentfield", "community"],
            [(f"WTP-X-{n}", f"Team {n}", "Work Team", "places", f"C{n % 50}") for n in range(2000)],
        )
        frappe.db.bulk_insert(
            "Work Team Member",
            ["name", "parent", "parenttype", "parentfield", "user"],
            [(f"WTM-X-{n}", f"Team {n}", "Work Team", "members", f"user {n}") for n in range(2000)],
        )
        for table, where in (
            ("Work Team Place", f"community = '{self.here.name}' and parenttype = 'Work Team'"),
            ("Work Team Member", f"user = '{self.technician}' and parenttype = 'Work Team'"),
            ("Work Team Member", "parent = 'Team 7' and parenttype = 'Work Team'"),
        ):
            _table, way = plan_of(f"select parent from `tab{table}` where {where}")[0]
            self.assertIn(way, ("const", "ref", "range"), where)
