import frappe

from property_service.property_service.scoped_document import ScopedDocument


class ResidentGreeting(ScopedDocument):
    """That a resident was greeted, or left out; written by `community_life/greetings.py` alone."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        community: DF.Link
        greeting_key: DF.Data | None
        occasion: DF.Link
        on_date: DF.Date
        reason: DF.Data | None
        resident: DF.Link
        service_message: DF.Link | None
        status: DF.Literal["Sent", "Left Out"]
        text: DF.SmallText | None
        unit: DF.Link | None
    # end: auto-generated types

    community_from = ("unit",)


def on_doctype_update() -> None:
    """A run asks who was greeted for an occasion of a day."""
    frappe.db.add_index("Resident Greeting", ["occasion", "on_date", "resident"], "occasion_day")
