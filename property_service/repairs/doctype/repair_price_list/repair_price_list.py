from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.money import money


class RepairPriceList(Document):
    """Labour by grade and materials, valid from a day on; shared by all communities."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.repairs.doctype.repair_price_list_item.repair_price_list_item import RepairPriceListItem

        currency: DF.Link | None
        is_active: DF.Check
        items: DF.Table[RepairPriceListItem]
        list_name: DF.Data
        valid_from: DF.Date
    # end: auto-generated types

    def validate(self) -> None:
        seen: set[str] = set()
        for row in self.get("items"):
            row.item_name = (row.item_name or "").strip()
            if row.item_name in seen:
                frappe.throw(
                    _("{0} is listed twice. Keep one row for it.").format(frappe.bold(row.item_name)), InputRefused
                )
            seen.add(row.item_name)
            with rules_speak():
                price = money(row.rate)
            if price < 0:
                frappe.throw(_("The price of {0} is below zero. Enter 0 or more.").format(row.item_name), InputRefused)
            row.rate = float(price)

    def items_by_name(self) -> dict[str, Any]:
        """The rows of the list by the name of the item, in their order."""
        return {row.item_name: row for row in self.get("items")}

    def labour_rate(self, grade: str) -> float | None:
        """Price of an hour of labour of a grade; None where the list has none."""
        return next((row.rate for row in self.get("items") if row.kind == "Labour" and row.grade == grade), None)


def on_doctype_update() -> None:
    """The valid list of today is the latest active one."""
    frappe.db.add_index("Repair Price List", ["is_active", "valid_from"])
