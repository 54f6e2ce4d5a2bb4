import frappe

from property_service.fees.recorded_document import RecordedDocument


class FeeBill(RecordedDocument):
    """The charges a debtor pays together for a unit by a day, under the number people quote."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        building: DF.Link | None
        community: DF.Link
        debtor: DF.Link
        due_date: DF.Date | None
        fee_run: DF.Link | None
        from_month: DF.Date | None
        outstanding: DF.Currency
        status: DF.Literal["Unpaid", "Partly Paid", "Paid", "Void"]
        to_month: DF.Date | None
        total: DF.Currency
        unit: DF.Link
    # end: auto-generated types


def on_doctype_update() -> None:
    """The lists people open: what is open of a community, a unit, a debtor."""
    for columns in (
        ["community", "status", "due_date"],
        ["debtor", "due_date"],
        ["unit", "due_date"],
    ):
        frappe.db.add_index("Fee Bill", columns)
