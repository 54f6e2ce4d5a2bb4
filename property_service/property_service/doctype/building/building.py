from property_service.property_service import estate
from property_service.property_service.errors import rules_speak
from property_service.property_service.scoped_document import ScopedDocument


class Building(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        building_name: DF.Data | None
        building_no: DF.Data
        community: DF.Link
        completed_on: DF.Date | None
        equipment_location: DF.SmallText | None
        floors: DF.Int
        shut_off_valve: DF.SmallText | None
        usage: DF.Literal["Residence", "Commercial", "Mixed", "Garage"]
    # end: auto-generated types

    def autoname(self) -> None:
        with rules_speak():
            estate.prepare_building(self)

    def validate(self) -> None:
        self.building_name = (self.building_name or "").strip() or self.building_no
