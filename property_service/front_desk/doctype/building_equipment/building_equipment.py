import frappe

from property_service.front_desk.equipment import check_equipment
from property_service.property_service.scoped_document import ScopedDocument


class BuildingEquipment(ScopedDocument):
    """A valve, switch, pump or key box, and where it is; shown by `front_desk/equipment.py`."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        building: DF.Link | None
        community: DF.Link
        enabled: DF.Check
        entrance: DF.Link | None
        equipment_name: DF.Data
        how_to: DF.SmallText | None
        key_at: DF.Data | None
        kind: DF.Literal[
            "Water Shut-off Valve",
            "Gas Shut-off Valve",
            "Power Switch",
            "Fire Pump",
            "Lift",
            "Drain",
            "Key Box",
            "Other",
        ]
        location: DF.SmallText
        photo: DF.AttachImage | None
        serves: DF.Data | None
    # end: auto-generated types

    community_from = ("building", "entrance")

    def validate(self) -> None:
        check_equipment(self)


def on_doctype_update() -> None:
    """Asked for by building at every urgent call."""
    frappe.db.add_index("Building Equipment", ["building", "kind"])
