import frappe
from frappe import _

from property_service.property_service import estate
from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.scoped_document import ScopedDocument
from property_service.property_service.service_areas import area_of_building


class PropertyUnit(ScopedDocument):
    community_from = ("building",)

    def autoname(self) -> None:
        self.check_entrance()
        building_no = frappe.db.get_value("Building", self.building, "building_no")
        entrance_no = self.entrance and frappe.db.get_value("Entrance", self.entrance, "entrance_no")
        with rules_speak():
            estate.prepare_unit(self, self.community, building_no, entrance_no)

    def validate(self) -> None:
        with rules_speak():
            estate.check_unit(self, frappe.db.get_value("Building", self.building, "floors"))
        self.service_area = area_of_building(self.building)

    def check_entrance(self) -> None:
        """An entrance of another building would give the room a wrong name for ever."""
        if self.entrance and frappe.db.get_value("Entrance", self.entrance, "building") != self.building:
            frappe.throw(
                _("Entrance {0} is not in building {1}. Choose one of its own.").format(self.entrance, self.building),
                InputRefused,
            )


def on_doctype_update() -> None:
    # Rooms are looked up by building and the beginning of their number, and by number alone.
    frappe.db.add_index("Property Unit", ["building", "room_no"])
    frappe.db.add_index("Property Unit", ["room_no", "community"])
