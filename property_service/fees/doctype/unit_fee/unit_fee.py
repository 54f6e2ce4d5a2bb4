import frappe
from frappe import _

from property_service.fees.unit_fees import charges_after, check_not_charged, check_unit_fee, months_in_part
from property_service.property_service.errors import rules_speak
from property_service.property_service.scoped_document import ScopedDocument


class UnitFee(ScopedDocument):
    """What a unit pays for a fee item, from when to when, and at which price."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        community: DF.Link
        discount_percent: DF.Percent
        fee_item: DF.Link
        from_date: DF.Date
        own_price: DF.Float
        price_rule: DF.Literal["Item Price", "Own Price", "Discount"]
        reason: DF.SmallText | None
        to_date: DF.Date | None
        unit: DF.Link
    # end: auto-generated types

    def validate(self) -> None:
        with rules_speak():
            check_unit_fee(self)

    def on_update(self) -> None:
        if not (self.has_value_changed("to_date") or self.has_value_changed("from_date")):
            return
        billed = charges_after(self)
        if billed:
            _warn(
                _("{0} charges bill days after {1}. Void those not paid, and adjust the others.").format(
                    billed, frappe.format(self.to_date, "Date")
                )
            )
        months = months_in_part(self)
        if months:
            _warn(
                _(
                    "Of {0} only some days were charged, and no fee run bills the others. Void that charge, or put this entry back to"
                    " the days charged and add another one for the rest."
                ).format(", ".join(months))
            )

    def on_trash(self) -> None:
        with rules_speak():
            check_not_charged(self)


def _warn(text: str) -> None:
    frappe.msgprint(text, indicator="orange", alert=True)


def on_doctype_update() -> None:
    """Read by unit and item when a unit fee is saved, when units are assigned, and by fee runs."""
    frappe.db.add_index("Unit Fee", ["unit", "fee_item", "from_date"])
