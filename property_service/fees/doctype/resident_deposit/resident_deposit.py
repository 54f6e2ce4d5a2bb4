from property_service.fees.recorded_document import RecordedDocument


class ResidentDeposit(RecordedDocument):
    """Money of a resident that is held; written by fees/deposit_book.py, its sums kept in step with its movements."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        community: DF.Link
        deducted: DF.Currency
        held: DF.Currency
        left_amount: DF.Currency
        payer: DF.Link
        payer_name: DF.Data | None
        purpose: DF.Literal["Decoration (Owner)", "Decoration (Contractor)", "Worker Pass", "Key", "Card", "Other"]
        receipt_number: DF.Data | None
        reference_doctype: DF.Link | None
        reference_name: DF.DynamicLink | None
        refunded: DF.Currency
        remark: DF.SmallText | None
        source_key: DF.Data | None
        status: DF.Literal["", "Held", "Deducted", "Refunded"]
        unit: DF.Link | None
    # end: auto-generated types
