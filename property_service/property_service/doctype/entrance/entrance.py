import frappe

from property_service.property_service import estate
from property_service.property_service.errors import rules_speak
from property_service.property_service.scoped_document import ScopedDocument


class Entrance(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        building: DF.Link
        community: DF.Link
        entrance_no: DF.Data
        risers: DF.SmallText | None
    # end: auto-generated types

    community_from = ("building",)

    def autoname(self) -> None:
        number = frappe.db.get_value("Building", self.building, "building_no")
        with rules_speak():
            estate.prepare_entrance(self, self.community, number)
