import frappe

from property_service.front_desk.equipment import check_equipment
from property_service.property_service.scoped_document import ScopedDocument


class BuildingEquipment(ScopedDocument):
    """A valve, switch, pump or key box, and where it is; shown by `front_desk/equipment.py`."""

    community_from = ("building", "entrance")

    def validate(self) -> None:
        check_equipment(self)


def on_doctype_update() -> None:
    """Asked for by building at every urgent call."""
    frappe.db.add_index("Building Equipment", ["building", "kind"])
