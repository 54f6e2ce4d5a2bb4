import frappe
from frappe import _

from property_service.property_service import plates
from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.resident_access import check_may_name
from property_service.property_service.scoped_document import ScopedDocument


class ResidentVehicle(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        active_key: DF.Data | None
        colour: DF.Data | None
        community: DF.Link
        is_active: DF.Check
        model: DF.Data | None
        parking_space: DF.Link | None
        plate: DF.Data
        plate_tail: DF.Data | None
        resident: DF.Link | None
        unit: DF.Link
    # end: auto-generated types

    community_from = ("unit",)

    def validate(self) -> None:
        check_may_name(self, "resident")
        with rules_speak():
            plates.prepare(self)
        self.check_parking_space()
        self.check_plate_is_free()

    def check_parking_space(self) -> None:
        if self.parking_space and (
            frappe.db.get_value("Property Unit", self.parking_space, "usage") != "Parking Space"
        ):
            frappe.throw(_("{0} is not a parking space. Choose one.").format(self.parking_space), InputRefused)

    def check_plate_is_free(self) -> None:
        # The unique column decides between two who save at once; the look-up is for the sentence.
        other = self.active_key and frappe.db.get_value(
            "Resident Vehicle", {"active_key": self.active_key, "name": ["!=", self.name]}, "unit"
        )
        if other:
            frappe.throw(
                _("{0} is registered for {1} already. End that entry first.").format(self.plate, other), InputRefused
            )
