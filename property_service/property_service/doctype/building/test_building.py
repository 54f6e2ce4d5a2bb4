import frappe

from property_service.property_service.errors import InputRefused
from property_service.tests.factories import make_building, make_community, make_entrance
from property_service.tests.utils import PropertyServiceTestCase


class TestBuilding(PropertyServiceTestCase):
    def test_name_number_and_title(self):
        community = make_community()
        building = make_building(community, building_no="03栋")
        self.assertEqual(building.name, f"{community.name}-03")
        self.assertEqual((building.building_no, building.building_name), ("3", "3"))

    def test_one_number_once_a_community(self):
        building = make_building(building_no="3")
        with self.assertRaises(frappe.DuplicateEntryError):
            make_building(frappe.get_doc("Community", building.community), building_no="03")
        make_building(building_no="3")

    def test_number_must_fit_into_names(self):
        for number in ("3-2", "3 A", "<b>", " "):
            with self.subTest(number), self.assertRaises((InputRefused, frappe.MandatoryError)):
                make_building(building_no=number)

    def test_emptied_title_falls_back_to_the_number(self):
        building = make_building(building_no="5", building_name="Rose Court")
        self.assertEqual(building.building_name, "Rose Court")
        building.building_name = " "
        building.save()
        self.assertEqual(building.building_name, "5")

    def test_entrance_takes_name_and_community_of_its_building(self):
        building = make_building(building_no="3")
        entrance = make_entrance(building, entrance_no="2单元")
        self.assertEqual(entrance.name, f"{building.name}-2")
        self.assertEqual((entrance.entrance_no, entrance.community), ("2", building.community))
        with self.assertRaises(frappe.DuplicateEntryError):
            make_entrance(building, entrance_no="02")
