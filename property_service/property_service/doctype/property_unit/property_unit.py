import frappe
from frappe import _

from property_service.property_service import estate
from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.scoped_document import ScopedDocument
from property_service.property_service.service_areas import area_of_building


class PropertyUnit(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        billable_area: DF.Float
        building: DF.Link
        coefficient: DF.Float
        community: DF.Link
        deemed_handover_date: DF.Date | None
        delivery_status: DF.Literal["Unsold", "Sold Not Delivered", "Delivered"]
        entrance: DF.Link | None
        floor: DF.Int
        household_size: DF.Int
        inner_area: DF.Float
        notes: DF.SmallText | None
        occupancy_status: DF.Literal["Vacant", "Decorating", "Owner Occupied", "Rented"]
        riser: DF.Data | None
        room_no: DF.Data
        service_area: DF.Link | None
        short_label: DF.Data | None
        usage: DF.Literal["Residence", "Shop", "Office", "Storage", "Parking Space"]
    # end: auto-generated types

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
