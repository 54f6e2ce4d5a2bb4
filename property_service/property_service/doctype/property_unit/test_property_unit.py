import frappe

from property_service.property_service.errors import InputRefused
from property_service.tests.factories import insert, make_building, make_community, make_entrance, make_unit
from property_service.tests.utils import PropertyServiceTestCase


class TestPropertyUnit(PropertyServiceTestCase):
    def test_name_and_short_address_with_and_without_entrance(self):
        building = make_building(building_no="3")
        entrance = make_entrance(building, entrance_no="2")
        room = make_unit(building, entrance=entrance.name, room_no="1203室")
        self.assertEqual(room.name, f"{building.name}-2-1203")
        self.assertEqual((room.room_no, room.short_label, room.community), ("1203", "3-2-1203", building.community))
        shop = make_unit(building, room_no="S01", floor=1)
        self.assertEqual((shop.name, shop.short_label), (f"{building.name}-S01", "3-S01"))

    def test_one_room_once(self):
        building = make_building()
        make_unit(building, room_no="1203")
        with self.assertRaises(frappe.DuplicateEntryError):
            make_unit(building, room_no="1203")

    def test_entrance_of_another_building_is_refused(self):
        community = make_community()
        entrance = make_entrance(make_building(community))
        with self.assertRaises(InputRefused):
            make_unit(make_building(community), entrance=entrance.name)

    def test_impossible_floors_and_areas_are_refused(self):
        building = make_building(floors=18)
        for values in ({"floor": 19}, {"floor": -30}, {"billable_area": 100_001}, {"inner_area": 89.36}):
            with self.subTest(values), self.assertRaises(InputRefused):
                make_unit(building, **values)

    def test_place_cannot_be_changed_later(self):
        room = make_unit()
        room.building = make_building(frappe.get_doc("Community", room.community)).name
        with self.assertRaises(frappe.CannotChangeConstantError):
            room.save()


class TestServiceArea(PropertyServiceTestCase):
    def area(self, *buildings, **values):
        community = buildings[0].community if buildings else make_community().name
        rows = [{"building": building.name} for building in buildings]
        return insert("Service Area", **{"community": community, "area_name": "East", "buildings": rows, **values})

    def areas(self, *rooms):
        return [frappe.db.get_value("Property Unit", room.name, "service_area") for room in rooms]

    def test_rooms_follow_the_area_of_their_building(self):
        community = make_community()
        first, second = make_building(community), make_building(community)
        one, two = make_unit(first), make_unit(second)
        area = self.area(first)
        self.assertEqual(self.areas(one, two), [area.name, None])
        self.assertEqual(make_unit(first).service_area, area.name)
        area.buildings = []
        area.append("buildings", {"building": second.name})
        area.save()
        self.assertEqual(self.areas(one, two), [None, area.name])
        area.delete()
        self.assertEqual(self.areas(one, two), [None, None])

    def test_a_building_has_one_area(self):
        building = make_building()
        area = self.area(building)
        area.save()
        with self.assertRaises(InputRefused):
            self.area(building, area_name="West")
        with self.assertRaises(InputRefused):
            self.area(make_building(), make_building())
        other = make_building()
        with self.assertRaises(InputRefused):
            self.area(other, other)

    def test_steward_and_deputy_are_two_members_of_staff(self):
        building = make_building()
        for values in ({"steward": "Guest"}, {"steward": "Administrator", "deputy": "Administrator"}):
            with self.subTest(values), self.assertRaises(InputRefused):
                self.area(building, **values)
