import frappe

from property_service.property_service.errors import rules_speak
from property_service.property_service.resident_access import check_may_name
from property_service.property_service.scoped_document import ScopedDocument
from property_service.property_service.unit_occupancies import check_occupancy, settle_units


class UnitOccupancy(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        community: DF.Link
        from_date: DF.Date
        is_debtor: DF.Check
        is_primary: DF.Check
        notes: DF.SmallText | None
        relation: DF.Literal["Owner", "Co-owner", "Tenant", "Family", "Staff"]
        resident: DF.Link
        share: DF.Percent
        to_date: DF.Date | None
        unit: DF.Link
    # end: auto-generated types

    community_from = ("unit",)

    def validate(self) -> None:
        check_may_name(self, "resident")
        with rules_speak():
            check_occupancy(self)

    def on_update(self) -> None:
        # A note added must not undo the status somebody entered by hand.
        if any(self.has_value_changed(field) for field in ("from_date", "to_date", "relation")):
            settle_units([self.unit])

    def after_delete(self) -> None:
        settle_units([self.unit], deleted=[self.relation])


def on_doctype_update() -> None:
    # The permission of residents' lists asks for resident and community, the portal for resident and dates.
    frappe.db.add_index("Unit Occupancy", ["resident", "community"])
    frappe.db.add_index("Unit Occupancy", ["to_date"])
    frappe.db.add_index("Unit Occupancy", ["from_date"])
