import frappe
from frappe import _
from frappe.utils import cint, flt

from property_service.property_service.errors import InputRefused
from property_service.property_service.scoped_document import ScopedDocument

YEARS = range(2000, 2100)


class CollectionTarget(ScopedDocument):
    """The rates a community, or one steward in it, is to reach in a year or by the end of a quarter, in percent."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        arrears_target: DF.Percent
        community: DF.Link
        current_target: DF.Percent
        quarter: DF.Literal["", "Q1", "Q2", "Q3", "Q4"]
        steward: DF.Link | None
        target_year: DF.Int
    # end: auto-generated types

    def validate(self) -> None:
        self.check_year()
        self.check_percents()
        self.check_only_one()

    def check_year(self) -> None:
        """Refuse a year that cannot be meant."""
        if cint(self.target_year) not in YEARS:
            frappe.throw(_("{0} is no year. Enter it as 2026.").format(self.target_year), InputRefused)

    def check_percents(self) -> None:
        """Refuse rates outside 0 to 100 percent."""
        for fieldname in ("current_target", "arrears_target"):
            if not 0 <= flt(self.get(fieldname)) <= 100:
                label = _(self.meta.get_label(fieldname))
                frappe.throw(_("{0} is a percentage. Enter 0 to 100.").format(label), InputRefused)

    def check_only_one(self) -> None:
        """Refuse a second target for the same time and steward: a report could not tell which one holds."""
        same = {"community": self.community, "target_year": self.target_year, "name": ["!=", self.name or ""]}
        for fieldname in ("quarter", "steward"):
            same[fieldname] = self.get(fieldname) or ["is", "not set"]
        other = frappe.get_all("Collection Target", same, pluck="name", order_by="name asc", limit=1)
        if other:
            frappe.throw(
                _("There is a target for this time and steward already: {0}. Change that one.").format(other[0]),
                InputRefused,
            )


def on_doctype_update() -> None:
    """Read by community and year."""
    frappe.db.add_index("Collection Target", ["community", "target_year"])
