"""Who sees what: the list and the single document always give the same answer."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, now_datetime, today

from property_service.portal import access
from property_service.property_service.messages import tell_resident
from property_service.property_service.scope import allowed_communities, has_permission
from property_service.tests.factories import (
    make_building,
    make_category,
    make_community,
    make_occupancy,
    make_portal_user,
    make_repair,
    make_resident,
    make_staff,
    make_unit,
)
from property_service.tests.utils import PropertyServiceTestCase, count_queries

DOCTYPES = ("Property Unit", "Unit Occupancy", "Service Message", "Repair Request")


class TestAccess(PropertyServiceTestCase):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.here, cls.there = make_community(), make_community()
        building, far = make_building(cls.here), make_building(cls.there)
        cls.room, cls.next_door, cls.far_room = make_unit(building), make_unit(building), make_unit(far)
        cls.owner, cls.tenant = make_resident(cls.room), make_resident(cls.room, "Tenant")
        cls.neighbour, cls.stranger = make_resident(cls.next_door), make_resident(cls.far_room)
        cls.gone, cls.coming = make_resident(), make_resident()
        make_occupancy(cls.room, cls.gone, to_date=add_days(today(), -1))
        make_occupancy(cls.room, cls.coming, from_date=add_days(today(), 1))
        cls.newcomer = make_resident()
        make_occupancy(cls.room, cls.newcomer, "Family", from_date=add_days(today(), -2))
        cls.people = {
            name: make_portal_user(getattr(cls, name))
            for name in ("owner", "tenant", "neighbour", "stranger", "gone", "coming", "newcomer")
        }
        category = make_category()
        cls.fresh = make_repair(cls.room, cls.tenant, category)
        cls.old = make_repair(cls.room, cls.gone, category, reported_at=add_days(now_datetime(), -30))
        cls.public = frappe.get_doc(
            {
                "doctype": "Repair Request",
                "community": cls.here.name,
                "public_place": "Playground",
                "is_public": 1,
                "resident": cls.owner.name,
                "category": category.name,
                "description": "The swing is broken",
                "channel": "Portal",
            }
        ).insert()
        # The requests have told their reporters already; the messages of this test are its own.
        frappe.db.delete("Service Message", {"community": cls.here.name})
        for resident in (cls.owner, cls.tenant, cls.gone, cls.neighbour):
            tell_resident(resident.name, cls.here.name, "Subject", "Text", unit=cls.room.name, channels=("Portal",))

    def visible(self, who: str, doctype: str) -> set[str]:
        """Names in the list; each document of the world is asked for too and must agree."""
        user = self.people.get(who, who)
        frappe.set_user(user)
        listed = set(frappe.get_list(doctype, pluck="name", limit=0, order_by="name asc"))
        frappe.set_user("Administrator")
        for name in frappe.get_all(doctype, {"community": ["in", [self.here.name, self.there.name]]}, pluck="name"):
            doc = frappe.get_doc(doctype, name)
            self.assertEqual(
                name in listed, frappe.has_permission(doctype, "read", doc, user=user), (who, doctype, name)
            )
        return listed

    def test_lists_and_documents_agree_for_everybody(self) -> None:
        for who in self.people:
            for doctype in DOCTYPES:
                with self.subTest(who=who, doctype=doctype):
                    self.visible(who, doctype)

    def test_rooms(self) -> None:
        for who in ("owner", "tenant", "newcomer"):
            self.assertEqual(self.visible(who, "Property Unit"), {self.room.name})
        self.assertEqual(self.visible("neighbour", "Property Unit"), {self.next_door.name})
        self.assertEqual(self.visible("stranger", "Property Unit"), {self.far_room.name})
        for who in ("gone", "coming"):
            self.assertEqual(self.visible(who, "Property Unit"), set())

    def test_repairs_of_the_room_since_one_moved_in_and_own_public_ones(self) -> None:
        self.assertEqual(self.visible("owner", "Repair Request"), {self.fresh.name, self.old.name, self.public.name})
        self.assertEqual(self.visible("tenant", "Repair Request"), {self.fresh.name, self.old.name})
        self.assertEqual(self.visible("newcomer", "Repair Request"), {self.fresh.name})
        for who in ("neighbour", "stranger", "gone", "coming"):
            self.assertEqual(self.visible(who, "Repair Request"), set())

    def test_messages_are_ones_own_and_end_with_the_occupancy(self) -> None:
        for who, number in (("owner", 1), ("tenant", 1), ("newcomer", 0), ("gone", 0)):
            self.assertEqual(len(self.visible(who, "Service Message")), number, who)
        # Sent to the neighbour, about a room that is not his.
        self.assertEqual(self.visible("neighbour", "Service Message"), set())

    def test_the_others_in_the_room_are_not_listed(self) -> None:
        frappe.set_user(self.people["tenant"])
        rows = frappe.get_list("Unit Occupancy", fields=["resident"], limit=0, order_by="name asc")
        self.assertEqual({row.resident for row in rows}, {self.tenant.name})

    def test_residents_hold_nothing_but_read(self) -> None:
        for doctype, doc in (("Repair Request", self.fresh), ("Property Unit", self.room)):
            for ptype in ("write", "create", "delete", "share", "export", "print", "email", "report", "cancel"):
                self.assertFalse(frappe.has_permission(doctype, ptype, doc, user=self.people["owner"]), ptype)
                self.assertFalse(access._judge(self.people["owner"], ptype, lambda spans: True), ptype)

    def test_access_ends_when_the_account_is_switched_off(self) -> None:
        user = self.people["owner"]
        self.assertEqual(access.units_of(user), (self.room.name,))
        for field in ("portal_enabled", "is_active"):
            self.owner.db_set(field, 0)
            self.assertEqual(access.units_of(user), (), field)
            self.owner.db_set(field, 1)

    def test_units_of_another_day(self) -> None:
        self.assertEqual(access.units_of(self.people["gone"], add_days(today(), -1)), (self.room.name,))
        self.assertEqual(access.units_of(self.people["coming"], add_days(today(), 1)), (self.room.name,))
        self.assertEqual(access.units_of(self.people["owner"], add_days(today(), -366)), ())

    def test_the_condition_is_one_parenthesised_piece_whatever_the_names_hold(self) -> None:
        unit = self.room.name
        span = frappe._dict(
            resident="o'b\"x) or (1=1", unit=unit, community="c' --", relation="Owner", from_date=frappe.utils.getdate()
        )
        frappe.local.request, frappe.local.property_service_access = True, {("x", today()): (span,)}
        try:
            for query in (
                access.property_unit_query,
                access.unit_occupancy_query,
                access.service_message_query,
                access.repair_request_query,
            ):
                condition = query("x")
                self.assertTrue(condition.startswith("(") and condition.endswith(")"))
                doctype = query.__name__.removesuffix("_query").replace("_", " ").title()
                frappe.db.multisql({"mariadb": f"select name from `tab{doctype}` where {condition}"})
        finally:
            del frappe.local.request
            access.forget_cached_access()
        for nobody in ("Guest", "nobody@example.com", "o'brien@example.com"):
            self.assertEqual(access.repair_request_query(nobody), access.NOBODY)

    def test_the_spans_are_read_once_for_a_request_and_anew_after_a_change(self) -> None:
        user = self.people["owner"]
        frappe.local.request = frappe._dict(path="/")
        try:
            today()  # reads the time zone once
            with count_queries() as queries:
                access.units_of(user)
                access.units_of(user)
            self.assertEqual(len(queries), 1)
            make_occupancy(self.next_door, self.owner)
            self.assertEqual(set(access.units_of(user)), {self.room.name, self.next_door.name})
        finally:
            del frappe.local.request
            access.forget_cached_access()

    def test_a_resident_is_not_taken_for_staff_of_all_communities(self) -> None:
        self.assertEqual(allowed_communities(self.people["owner"]), ())
        self.assertEqual(allowed_communities("Guest"), ())
        self.assertIsNone(allowed_communities(make_staff("Property Manager")))

    def test_staff_of_another_community_is_judged_by_the_stored_row(self) -> None:
        """Both rules of one document are asked, not just the first that answers."""
        user = make_staff("Property Front Desk", community=self.there)
        doc: Document = frappe.get_doc("Repair Request", self.fresh.name)
        doc.community = self.there.name
        self.assertFalse(has_permission(doc, "write", user))
        self.assertFalse(frappe.has_permission("Repair Request", "write", doc, user=user))
