from property_service.fees.recorded_document import RecordedDocument


class FeeReceiptCounter(RecordedDocument):
    """The last receipt number of a community, year and series; its row is locked while one is given out."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        community: DF.Link
        counter_key: DF.Data
        last_number: DF.Int
        receipt_year: DF.Int
        series: DF.Literal["Receipt", "Deposit"]
    # end: auto-generated types
