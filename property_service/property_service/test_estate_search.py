import frappe
from frappe.desk.search import search_link
from frappe.utils import add_days, today

from property_service.property_service import estate_search
from property_service.property_service.api import find
from property_service.property_service.estate_search import MOST
from property_service.tests.factories import (
    insert,
    make_building,
    make_community,
    make_entrance,
    make_occupancy,
    make_resident,
    make_staff,
    make_unit,
    unique,
)
from property_service.tests.utils import PropertyServiceTestCase, as_user, count_queries

FRONT_DESK, GUARD, MANAGER = "Property Front Desk", "Property Gate Guard", "Property Manager"


class TestFind(PropertyServiceTestCase):
    def setUp(self):
        super().setUp()
        self.here, self.there = make_community(community_name=f"绿湖{unique()}"), make_community()
        building = make_building(self.here, building_no="3")
        entrance = make_entrance(building, entrance_no="2")
        self.room = make_unit(building, entrance=entrance.name, room_no="1203")
        self.who = make_resident(
            self.room, resident_name="单雄信", phones=[{"phone": "13987654321"}, {"phone": "075588348765"}]
        )
        self.car = insert("Resident Vehicle", plate="粤B9Q8W7", unit=self.room.name, resident=self.who.name)
        far = make_unit(make_building(self.there, building_no="3"), room_no="1203")
        self.foreign = make_resident(far, resident_name="单雄信", phone="13987654321")
        self.foreign_car = insert("Resident Vehicle", plate="粤B9Q8W7", unit=far.name)
        self.desk = make_staff(FRONT_DESK, community=self.here)

    def names(self, text, user=None, kind=None):
        with as_user(user or self.desk):
            return [hit["name"] for hit in find(text) if kind in (None, hit["kind"])]

    def test_person_by_name_pinyin_initials_and_phone(self):
        for text in (
            "单雄",
            "shanxiong",
            "Shan Xiong",
            "sxx",
            "139876",
            "1398-7654",
            "+86 13987654321",
            "4321",
            "8765",
        ):
            with self.subTest(text):
                self.assertEqual(self.names(text, kind="Resident"), [self.who.name])

    def test_numbers_abroad_and_with_an_extension(self):
        there = make_resident(self.room, resident_name="罗士信", phone="+852 9123 4567")
        office = make_resident(self.room, resident_name="来护儿", phone="0755-8888 6666转801")
        cases = {
            there.name: (
                "+852 9123 4567",
                "+85291234567",
                "00852 9123 4567",
                "+852",
                "+852 912",
                "+852 9123 45",
                "4567",
            ),
            office.name: (
                "0755-8888 6666转801",
                "075588886666-801",
                "(0755) 8888 6666 ext. 801",
                "+86 755 8888 6666",
                "0755-8888 6666",
                "0755 8888",
                "6666",
            ),
        }
        for name, texts in cases.items():
            for text in texts:
                with self.subTest(text):
                    self.assertEqual(self.names(text, kind="Resident"), [name])
        make_resident(self.room, resident_name="秦叔宝", phone="31203456")
        for text in ("075588886666-802", "+86 852 9123 4567", "+853", "+86", "+", "3/1203", "1203#5"):
            with self.subTest(text):
                self.assertEqual(self.names(text, kind="Resident"), [])

    def test_a_number_costs_no_more_queries_than_its_beginning(self):
        numbers = []
        with as_user(self.desk):
            for text in ("139876", "13987654321", "+85291234567", "075588886666-801"):
                estate_search.resident_names(text)
                with count_queries() as queries:
                    estate_search.resident_names(text)
                numbers.append(len(queries))
        self.assertEqual(len(set(numbers)), 1, numbers)

    def test_room_in_every_spelling(self):
        code, name = self.here.name, self.here.community_name
        for text in (
            "3-2-1203",
            "3栋2单元1203",
            "3-2-12",
            "3-1203",
            "1203",
            f"{code}-03-2-1203",
            f"{name}3栋1203",
            "3-2",
            "3-12",
        ):
            with self.subTest(text):
                self.assertEqual(self.names(text, kind="Property Unit"), [self.room.name])

    def test_car_with_and_without_town(self):
        for text in ("粤B9Q8W7", "粤b·9q8", "9q8w7", "9Q8"):
            with self.subTest(text):
                self.assertEqual(self.names(text, kind="Resident Vehicle"), [self.car.name])

    def test_nothing_is_found_in_the_middle_or_by_wildcards(self):
        for text in ("", " ", "雄信", "%", "%%%%", "_", "\\", "'", "87654321", "x" * 500, "单%", "13987_"):
            with self.subTest(text):
                self.assertEqual(self.names(text), [])

    def test_other_communities_stay_unseen(self):
        for text in ("单雄信", "4321", "1203", "粤B9Q8W7", f"{self.there.name}-3-1203"):
            with self.subTest(text):
                found = self.names(text)
                self.assertFalse({self.foreign.name, self.foreign_car.name} & set(found))
        boss = make_staff(MANAGER)
        self.assertEqual(set(self.names("单雄信", boss)), {self.who.name, self.foreign.name})

    def test_finds_whom_the_list_shows(self):
        lone = make_resident(resident_name="单独行")
        with as_user(self.desk):
            own = frappe.get_doc({"doctype": "Resident", "resident_name": "单独住"}).insert()
        manager = make_staff(MANAGER, community=self.here)
        for user, seen in ((self.desk, {own.name}), (manager, {own.name, lone.name})):
            with self.subTest(user), as_user(user):
                listed = frappe.get_list(
                    "Resident", {"resident_name": ["like", "单独%"]}, pluck="name", order_by="name asc"
                )
                self.assertEqual(set(listed), seen)
            self.assertEqual(set(self.names("单独", user)), seen)

    def test_merged_and_inactive_ones_are_not_offered(self):
        self.who.is_active = 0
        self.who.save()
        self.assertEqual(self.names("单雄信"), [])

    def test_hits_say_who_lives_where(self):
        tenant = make_resident(resident_name="罗成", phone="13811112222")
        make_occupancy(self.room, tenant, "Tenant", is_primary=1)
        gone = make_resident(resident_name="程咬金")
        make_occupancy(self.room, gone, "Tenant", to_date=add_days(today(), -1))
        with as_user(self.desk):
            room = find("3-2-1203")[0]
            person = next(hit for hit in find("luocheng") if hit["kind"] == "Resident")
        self.assertEqual(room["detail"], "罗成 Tenant, 单雄信 Owner")
        self.assertEqual((room["phone"], room["resident"]), ("13811112222", tenant.name))
        self.assertEqual((person["detail"], person["unit"]), ("3-2-1203 Tenant", self.room.name))

    def test_phones_are_masked_for_technician_and_guard(self):
        for role, phone in (
            (FRONT_DESK, "13987654321"),
            ("Property Team Leader", "13987654321"),
            ("Property Technician", "139****4321"),
            (GUARD, "139****4321"),
        ):
            with self.subTest(role), as_user(make_staff(role, community=self.here)):
                for hit in (find("单雄信")[0], find("3-2-1203")[0], find("粤B9Q8W7")[0]):
                    self.assertEqual(hit["phone"], phone)

    def test_others_than_staff_find_nothing(self):
        for user in ("Guest", make_staff("Blogger")):
            with self.subTest(user), as_user(user), self.assertRaises(frappe.PermissionError):
                find("单雄信")

    def test_limit_is_kept_and_capped(self):
        building = make_building(self.here, building_no="5")
        for _number in range(3):
            make_unit(building, room_no=f"77{unique()}"[:8])
        with as_user(self.desk):
            self.assertEqual(len(find("5", 2)), 2)
            self.assertEqual(len(find("5", -1)), 1)
            self.assertEqual(len(find("5", 10_000)), 3)
            for number in range(MOST):
                make_unit(building, room_no=f"8{number:03d}")
            self.assertEqual(len(find("5", 10_000)), MOST)

    def test_few_queries_whatever_is_found(self):
        with as_user(self.desk):
            find("1203")
            with count_queries() as queries:
                find("1203")
        self.assertLessEqual(len(queries), 10)


class TestLinkFields(PropertyServiceTestCase):
    def setUp(self):
        super().setUp()
        self.here = make_community()
        self.room = make_unit(make_building(self.here, building_no="7"), room_no="1503")
        self.who = make_resident(self.room, resident_name="秦琼", phone="13612349876")
        self.foreign = make_resident(make_unit(), resident_name="秦琼")
        self.desk = make_staff(FRONT_DESK, community=self.here)

    def offered(self, doctype, text, user=None, **more):
        with as_user(user or self.desk):
            search_link(doctype, text, **more)
            return {row["value"]: row for row in frappe.response.pop("results")}

    def test_resident_by_phone_pinyin_and_room(self):
        for text in ("秦", "qinq", "qq", "1361", "9876", "7-1503", "7栋1503"):
            with self.subTest(text):
                found = self.offered("Resident", text)
                self.assertEqual(list(found), [self.who.name])
                self.assertEqual(found[self.who.name]["label"], "秦琼")
                self.assertIn("7-1503", found[self.who.name]["description"])

    def test_room_by_spelling_and_person(self):
        for text in ("7-1503", "7栋1503室", "1503", self.room.name, "秦琼", "9876"):
            with self.subTest(text):
                found = self.offered("Property Unit", text)
                self.assertEqual(list(found), [self.room.name])
                self.assertEqual(found[self.room.name]["label"], "7-1503")

    def test_without_text_the_first_ones_are_offered_and_filters_hold(self):
        self.assertIn(self.who.name, self.offered("Resident", ""))
        self.assertEqual(self.offered("Property Unit", "1503", filters={"community": "NOWHERE"}), {})
        self.assertEqual(
            list(self.offered("Property Unit", "1503", filters=[["Property Unit", "community", "=", self.here.name]])),
            [self.room.name],
        )

    def test_permission_of_the_platform_holds(self):
        guard = make_staff(GUARD, community=self.here)
        for text in ("秦", "7-1503", ""):
            self.assertEqual(self.offered("Resident", text, guard), {})
        self.assertEqual(list(self.offered("Property Unit", "7-1503", guard)), [self.room.name])
