import frappe
from frappe.utils import add_days, getdate, today
from frappe.utils.password import get_decrypted_password

from property_service.property_service.api import duplicates, merge_residents
from property_service.property_service.errors import InputRefused
from property_service.property_service.linked_rows import links_to
from property_service.tests.factories import (
    insert,
    make_building,
    make_community,
    make_occupancy,
    make_portal_user,
    make_repair,
    make_resident,
    make_staff,
    make_unit,
)
from property_service.tests.utils import PropertyServiceTestCase, as_user

IDENTITY, OTHER_IDENTITY = "11010519491231002X", "440524188001010014"
FRONT_DESK = "Property Front Desk"


class TestMerge(PropertyServiceTestCase):
    def setUp(self):
        super().setUp()
        self.community = make_community()
        self.building = make_building(self.community)
        self.desk = make_staff(FRONT_DESK, community=self.community)

    def pair(self, **values):
        keep = make_resident(make_unit(self.building), resident_name="张伟", phone="13911110000")
        return keep, make_resident(
            make_unit(self.building), **{"resident_name": "张伟", "phone": "13922220000", **values}
        )

    def merge(self, keep, double, user=None):
        with as_user(user or self.desk):
            return merge_residents(keep.name, double.name)

    def test_everything_that_named_the_duplicate_names_the_one_kept(self):
        keep, double = self.pair()
        room = frappe.get_doc("Property Unit", frappe.db.get_value("Unit Occupancy", {"resident": double.name}, "unit"))
        rows = [
            insert("Resident Vehicle", plate="粤B12345", unit=room.name, resident=double.name),
            make_repair(room, double),
            insert("ToDo", description="call", reference_type="Resident", reference_name=double.name),
            insert(
                "File",
                file_name="id.txt",
                content="x",
                is_private=1,
                attached_to_doctype="Resident",
                attached_to_name=double.name,
            ),
        ]
        columns = ("resident", "resident", "reference_name", "attached_to_name")
        older = make_resident(merged_into=double.name)
        self.merge(keep, double)
        for row, column in zip(rows, columns, strict=True):
            with self.subTest(row.doctype):
                self.assertEqual(frappe.db.get_value(row.doctype, row.name, column), keep.name)
        self.assertEqual(frappe.db.get_value("Unit Occupancy", {"unit": room.name}, "resident"), keep.name)
        self.assertEqual(frappe.db.get_value("Resident", older.name, "merged_into"), keep.name)
        double.reload()
        self.assertEqual(
            (double.is_active, double.merged_into, double.phones, double.primary_phone), (0, keep.name, [], None)
        )

    def test_no_column_that_may_name_a_resident_is_forgotten(self):
        found = {(link.doctype, link.fieldname) for link in links_to("Resident")}
        kept = frappe.get_hooks("property_service_kept_records")
        for doctype in frappe.get_all(
            "DocType", {"module": ["in", frappe.get_module_list("property_service")]}, pluck="name", order_by="name asc"
        ):
            for field in frappe.get_meta(doctype).fields:
                if field.fieldtype == "Link" and field.options == "Resident" and doctype not in kept:
                    self.assertIn((doctype, field.fieldname), found)
        self.assertIn(("Comment", "reference_name"), found)

    def test_what_is_missing_is_taken_over(self):
        keep, double = self.pair(
            identity_number=IDENTITY, email="a@example.com", phones=[{"phone": "13911110000"}, {"phone": "13933330000"}]
        )
        user = make_portal_user(double)
        self.merge(keep, double)
        keep.reload()
        self.assertEqual([row.phone for row in keep.phones], ["13911110000", "13933330000"])
        self.assertEqual(
            (keep.primary_phone, keep.email, str(keep.birthday)), ("13911110000", "a@example.com", "1949-12-31")
        )
        self.assertEqual(get_decrypted_password("Resident", keep.name, "identity_number"), IDENTITY)
        self.assertEqual((keep.user, keep.portal_enabled), (user, 1))
        double.reload()
        self.assertEqual((double.user, double.identity_number, double.identity_hash), (None, None, None))
        self.assertIsNone(get_decrypted_password("Resident", double.name, "identity_number", raise_exception=False))

    def test_of_two_accounts_the_kept_one_stays_and_the_other_is_closed(self):
        keep, double = self.pair()
        first, second = make_portal_user(keep), make_portal_user(double)
        self.merge(keep, double)
        self.assertEqual(frappe.db.get_value("Resident", keep.name, "user"), first)
        self.assertEqual(frappe.db.get_value("User", second, "enabled"), 0)
        self.assertIsNone(frappe.db.get_value("Resident", double.name, "user"))

    def test_occupancies_of_one_room_become_one(self):
        keep, double = self.pair()
        room = make_unit(self.building)
        day = lambda back: add_days(today(), -back)  # noqa: E731
        make_occupancy(room, keep, from_date=day(300), to_date=day(200), notes="钥匙在前台", is_primary=1)
        make_occupancy(room, keep, from_date=day(100), share=50, is_debtor=1)
        make_occupancy(room, double, from_date=day(250), to_date=day(90), notes="委托其子")
        make_occupancy(room, double, "Family", from_date=day(250))
        self.merge(keep, double)
        rows = frappe.get_all(
            "Unit Occupancy",
            {"unit": room.name},
            ["resident", "relation", "from_date", "to_date", "share", "is_debtor", "is_primary", "notes"],
            order_by="relation asc",
        )
        self.assertEqual(
            [tuple(row.values()) for row in rows],
            [
                (keep.name, "Family", getdate(day(250)), None, 0, 0, 0, None),
                (keep.name, "Owner", getdate(day(300)), None, 50, 1, 0, "钥匙在前台\n委托其子"),
            ],
        )
        for name in frappe.get_all("Unit Occupancy", {"unit": room.name}, pluck="name", order_by="name asc"):
            frappe.get_doc("Unit Occupancy", name).save()

    def test_who_pays_is_what_the_entry_that_lasts_says(self):
        keep, double = self.pair()
        room, tenant = make_unit(self.building), make_resident()
        make_occupancy(room, keep, from_date="2018-01-01", to_date="2025-06-30", is_debtor=1, is_primary=1, share=100)
        make_occupancy(room, double, from_date="2016-09-01")
        make_occupancy(room, tenant, "Tenant", from_date="2025-07-01", is_debtor=1, is_primary=1)
        self.merge(keep, double)
        of_owner = frappe.db.get_value(
            "Unit Occupancy",
            {"unit": room.name, "resident": keep.name},
            ["from_date", "to_date", "is_debtor", "is_primary"],
        )
        self.assertEqual(of_owner, (getdate("2016-09-01"), None, 0, 0))
        for name in frappe.get_all("Unit Occupancy", {"unit": room.name}, pluck="name", order_by="name asc"):
            frappe.get_doc("Unit Occupancy", name).save()

    def test_of_entries_that_last_as_long_nothing_is_lost(self):
        keep, double = self.pair()
        room = make_unit(self.building)
        make_occupancy(room, keep, from_date="2018-01-01")
        make_occupancy(room, double, from_date="2024-01-01", is_debtor=1, is_primary=1, share=30)
        self.merge(keep, double)
        row = frappe.db.get_value(
            "Unit Occupancy", {"unit": room.name}, ["from_date", "is_debtor", "is_primary", "share"]
        )
        self.assertEqual(row, (getdate("2018-01-01"), 1, 1, 30))

    def test_entries_that_cannot_be_one_are_corrected_first(self):
        keep, double = self.pair()
        other = make_resident()
        for values in ({"is_debtor": 1}, {"is_primary": 1}, {"share": 60}):
            room = make_unit(self.building)
            frappe.db.savepoint("room")
            make_occupancy(room, double, from_date="2016-01-01", to_date="2024-06-30")
            make_occupancy(room, other, "Co-owner", from_date="2018-01-01", to_date="2022-12-31", **values)
            make_occupancy(room, keep, from_date="2024-01-01", **values)
            with self.subTest(values), self.assertRaisesRegex(InputRefused, f"{room.name} cannot be joined"):
                self.merge(keep, double)
            frappe.db.rollback(save_point="room")
        self.assertEqual(frappe.db.get_value("Resident", double.name, "is_active"), 1)

    def test_refused(self):
        keep, double = self.pair(identity_number=IDENTITY)
        company = make_resident(make_unit(self.building), resident_type="Organisation")
        card = make_resident(make_unit(self.building), identity_number=OTHER_IDENTITY)
        merged = make_resident(make_unit(self.building), merged_into=keep.name)
        for one, other in ((keep, keep), (keep, company), (double, card), (keep, merged), (merged, keep)):
            with self.subTest((one.name, other.name)), self.assertRaises(InputRefused):
                self.merge(one, other)

    def test_both_must_be_visible_and_writable(self):
        keep, double = self.pair()
        foreign = make_resident(make_unit())
        cashier = make_staff("Property Cashier", community=self.community)
        for one, other, user in ((keep, foreign, self.desk), (foreign, keep, self.desk), (keep, double, cashier)):
            with self.subTest(user), self.assertRaises(frappe.PermissionError):
                self.merge(one, other, user)
        self.assertEqual(frappe.db.get_value("Resident", foreign.name, "is_active"), 1)


class TestDuplicates(PropertyServiceTestCase):
    def test_same_phone_and_like_name_or_same_card(self):
        community = make_community()
        building = make_building(community)
        desk = make_staff(FRONT_DESK, community=community)

        def person(name, unit=None, **values):
            return make_resident(unit or make_unit(building), resident_name=name, **values)

        one = person("张伟", phone="13911110000", identity_number=IDENTITY)
        same = person("章伟", phone="13911110000")
        person("王芳", phone="13911110000")
        card = person("Zhang Wei Senior", phone="13900000001", identity_number=IDENTITY.lower())
        person("张伟", phone="13900000002")
        person("张伟", unit=make_unit(), phone="13911110000")
        gone = person("张伟", phone="13911110000")
        frappe.db.set_value("Resident", gone.name, "is_active", 0)
        with as_user(desk):
            found = {row["name"]: row["reason"] for row in duplicates(one.name)}
        self.assertEqual(found, {same.name: "phone", card.name: "identity_number"})
