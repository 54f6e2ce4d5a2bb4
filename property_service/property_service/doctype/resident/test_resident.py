import json

import frappe
from frappe.utils import add_days, today
from frappe.utils.password import get_decrypted_password

from property_service.property_service.errors import InputRefused
from property_service.tests.factories import (
    make_building,
    make_community,
    make_occupancy,
    make_resident,
    make_staff,
    make_unit,
)
from property_service.tests.utils import PropertyServiceTestCase, as_user

IDENTITY = "11010519491231002X"
FRONT_DESK, MANAGER = "Property Front Desk", "Property Manager"


class TestResident(PropertyServiceTestCase):
    def test_phones_and_search_columns(self):
        who = make_resident(
            resident_name="单　强", phones=[{"phone": "+86 139-1234-5678"}, {"phone": "0755-88886666", "is_primary": 1}]
        )
        self.assertEqual((who.resident_name, who.name_pinyin, who.name_initials), ("单强", "shanqiang", "sq"))
        self.assertEqual(who.primary_phone, "075588886666")
        self.assertEqual([row.last_four for row in who.phones], ["5678", "6666"])

    def test_refused(self):
        for values in (
            {"phone": "12"},
            {"phones": [{"phone": "13912345678"}, {"phone": "139 1234 5678"}]},
            {"birthday": add_days(today(), 1)},
            {"identity_number": "110105194912310021"},
            {"resident_type": "Organisation", "birthday": "2000-01-01"},
            {"tax_number": "12"},
            {"resident_name": "\u200b"},
        ):
            with self.subTest(values), self.assertRaises((InputRefused, frappe.MandatoryError)):
                make_resident(**values)

    def test_merged_one_is_not_active(self):
        who = make_resident(merged_into=make_resident().name)
        self.assertEqual(who.is_active, 0)


class TestIdentityNumber(PropertyServiceTestCase):
    def test_stored_encrypted_and_shown_as_stars(self):
        who = make_resident(identity_number=IDENTITY.lower())
        stored = frappe.get_all("Resident", {"name": who.name}, ["*"], order_by="name asc")[0]
        self.assertEqual(stored.identity_number, "*" * 18)
        self.assertEqual(str(stored.birthday), "1949-12-31")
        self.assertNotIn(IDENTITY, json.dumps(stored, default=str))
        self.assertEqual(get_decrypted_password("Resident", who.name, "identity_number"), IDENTITY)

    def test_saving_the_stars_keeps_it_and_clearing_removes_it(self):
        who = make_resident(identity_number=IDENTITY)
        mark = who.identity_hash
        who.reload()
        who.notes = "seen"
        who.save()
        self.assertEqual(
            (who.identity_hash, get_decrypted_password("Resident", who.name, "identity_number")), (mark, IDENTITY)
        )
        who.identity_number = ""
        who.save()
        self.assertIsNone(who.identity_hash)
        self.assertIsNone(get_decrypted_password("Resident", who.name, "identity_number", raise_exception=False))

    def test_change_leaves_no_trace_in_the_history(self):
        who = make_resident(identity_number=IDENTITY)
        who.reload()
        who.identity_number = "E12345678"
        who.save()
        history = frappe.get_all("Version", {"docname": who.name}, pluck="data", order_by="creation asc")
        self.assertNotIn("E12345678", "".join(history))
        self.assertNotIn(who.identity_hash, "".join(history))


class TestWhoSeesWhom(PropertyServiceTestCase):
    def setUp(self):
        super().setUp()
        self.here, self.there = make_community(), make_community()
        self.desk = make_staff(FRONT_DESK, community=self.here)
        self.manager = make_staff(MANAGER, community=self.here)
        self.boss = make_staff(MANAGER)

    def listed(self):
        return set(frappe.get_list("Resident", pluck="name", limit_page_length=0, order_by="name asc"))

    def test_list_and_document_agree(self):
        mine = make_resident(make_unit(make_building(self.here)))
        left = make_resident()
        make_occupancy(make_unit(make_building(self.here)), left, to_date=add_days(today(), -30))
        foreign = make_resident(make_unit(make_building(self.there)))
        unattached = make_resident()
        with as_user(self.desk):
            own = frappe.get_doc({"doctype": "Resident", "resident_name": "New Caller"}).insert()
        everybody = {doc.name for doc in (mine, left, foreign, unattached, own)}
        for user, seen in (
            (self.desk, {mine.name, left.name, own.name}),
            (self.manager, {mine.name, left.name, unattached.name, own.name}),
            (self.boss, everybody),
        ):
            with self.subTest(user), as_user(user):
                self.assertEqual(self.listed() & everybody, seen)
                self.assertEqual(
                    {name for name in everybody if frappe.has_permission("Resident", "read", doc=name)}, seen
                )

    def test_one_whom_i_entered_leaves_with_his_room_of_another_community(self):
        with as_user(self.desk):
            own = frappe.get_doc({"doctype": "Resident", "resident_name": "New Caller"}).insert()
        make_occupancy(make_unit(make_building(self.there)), own)
        with as_user(self.desk):
            self.assertFalse(frappe.has_permission("Resident", "read", doc=own.name))
            self.assertNotIn(own.name, self.listed())

    def test_technician_and_guard_open_no_record(self):
        who = make_resident(make_unit(make_building(self.here)))
        for role in ("Property Technician", "Property Gate Guard", "Property Patroller"):
            with self.subTest(role), as_user(make_staff(role, community=self.here)):
                self.assertFalse(frappe.has_permission("Resident", "read", doc=who.name))
                with self.assertRaises(frappe.PermissionError):
                    frappe.get_list("Resident", order_by="name asc")

    def test_foreign_resident_cannot_be_pulled_in_by_an_occupancy(self):
        foreign = make_resident(make_unit(make_building(self.there)))
        room = make_unit(make_building(self.here))
        with as_user(self.desk), self.assertRaises(InputRefused):
            frappe.get_doc(
                {"doctype": "Unit Occupancy", "unit": room.name, "resident": foreign.name, "relation": "Owner"}
            ).insert()
        with as_user(self.desk), self.assertRaises(InputRefused):
            frappe.get_doc(
                {"doctype": "Resident Vehicle", "unit": room.name, "resident": foreign.name, "plate": "粤B12345"}
            ).insert()

    def test_owner_sent_by_the_client_is_not_believed(self):
        unattached = make_resident()
        with as_user(self.desk):
            sent = frappe.get_doc({**unattached.as_dict(), "owner": self.desk, "notes": "mine now"})
            with self.assertRaises(frappe.PermissionError):
                sent.save()

    def test_care_tags_reach_the_desk_and_no_report(self):
        who = make_resident(make_unit(make_building(self.here)), care_tags="lives alone")
        with as_user(self.desk):
            doc = frappe.get_doc("Resident", who.name)
            doc.apply_fieldlevel_read_permissions()
            self.assertEqual(doc.care_tags, "lives alone")
        cashier = make_staff("Property Cashier", community=self.here)
        with as_user(cashier):
            doc = frappe.get_doc("Resident", who.name)
            doc.apply_fieldlevel_read_permissions()
            self.assertIsNone(doc.get("care_tags"))
            rows = frappe.get_list("Resident", {"name": who.name}, ["name", "care_tags"], order_by="name asc")
            self.assertNotIn("care_tags", rows[0])
