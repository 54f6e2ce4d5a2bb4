import frappe

from property_service.property_service.errors import InputRefused
from property_service.tests.factories import insert, make_building, make_resident, make_unit
from property_service.tests.utils import PropertyServiceTestCase


class TestResidentVehicle(PropertyServiceTestCase):
    def test_plate_is_put_in_one_form(self):
        vehicle = insert("Resident Vehicle", plate=" 粤b·12345 ", unit=make_unit().name)
        self.assertEqual((vehicle.plate, vehicle.plate_tail), ("粤B12345", "12345"))

    def test_active_once_a_community(self):
        room = make_unit()
        first = insert("Resident Vehicle", plate="粤B12345", unit=room.name)
        other_room = make_unit(frappe.get_doc("Building", room.building))
        with self.assertRaises(InputRefused):
            insert("Resident Vehicle", plate="粤B-12345", unit=other_room.name)
        first.is_active = 0
        first.save()
        second = insert("Resident Vehicle", plate="粤B12345", unit=other_room.name)
        first.is_active = 1
        with self.assertRaises(InputRefused):
            first.save()
        self.assertEqual(second.active_key, f"{room.community}|粤B12345")
        insert("Resident Vehicle", plate="粤B12345", unit=make_unit().name)

    def test_database_itself_refuses_the_second(self):
        room = make_unit()
        key = insert("Resident Vehicle", plate="粤B12345", unit=room.name).active_key
        second = insert("Resident Vehicle", plate="粤B54321", unit=room.name)
        with self.assertRaises(Exception) as caught:
            frappe.db.set_value("Resident Vehicle", second.name, "active_key", key)
        self.assertTrue(frappe.db.is_unique_key_violation(caught.exception))

    def test_parking_space_is_one(self):
        room = make_unit()
        with self.assertRaises(InputRefused):
            insert("Resident Vehicle", plate="粤B12345", unit=room.name, parking_space=room.name)
        space = make_unit(frappe.get_doc("Building", room.building), usage="Parking Space", floor=-1)
        insert("Resident Vehicle", plate="粤B12345", unit=room.name, parking_space=space.name)

    def test_plate_of_no_car_and_space_of_another_community_are_refused(self):
        room = make_unit()
        far = make_unit(make_building(), usage="Parking Space")
        for values in ({"plate": "car"}, {"parking_space": far.name}):
            with self.subTest(values), self.assertRaises(InputRefused):
                insert("Resident Vehicle", **{"plate": "粤B12345", "unit": room.name, **values})
        insert("Resident Vehicle", plate="粤B12345", unit=room.name, resident=make_resident(room).name)
