import frappe

from property_service.property_service import estate
from property_service.property_service.errors import rules_speak
from property_service.property_service.scoped_document import ScopedDocument


class Entrance(ScopedDocument):
    community_from = ("building",)

    def autoname(self) -> None:
        number = frappe.db.get_value("Building", self.building, "building_no")
        with rules_speak():
            estate.prepare_entrance(self, self.community, number)
