from frappe.utils import getdate

from property_service.fees.receipt_counter import take_number
from property_service.fees.recorded_document import RecordedDocument


class FeeReceipt(RecordedDocument):
    """Money taken or given back, as `receipts.take_payment` and `prepayments.refund_prepayment` post it (收款单)."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from property_service.fees.doctype.fee_receipt_line.fee_receipt_line import FeeReceiptLine
        from property_service.fees.doctype.fee_receipt_tender.fee_receipt_tender import FeeReceiptTender

        allocated: DF.Currency
        amended_from: DF.Link | None
        amount: DF.Currency
        cashier: DF.Link | None
        change_due: DF.Currency
        client_key: DF.Data | None
        community: DF.Link
        counter_closing: DF.Link | None
        kind: DF.Literal["Payment", "Refund"]
        lines: DF.Table[FeeReceiptLine]
        online_payment: DF.Link | None
        payer: DF.Link
        payer_name: DF.Data | None
        policy: DF.Literal["Principal First", "Charge by Charge", "Chosen"]
        posting_date: DF.Date
        prepaid: DF.Currency
        prepaid_item: DF.Link | None
        prepaid_left: DF.Currency
        prints: DF.Int
        receipt_number: DF.Data | None
        received: DF.Currency
        refund_of: DF.Link | None
        remark: DF.SmallText | None
        status: DF.Literal["Posted", "Voided", "Reversed", "Refunded"]
        taken_back_because: DF.SmallText | None
        taken_back_by: DF.Link | None
        taken_back_closing: DF.Link | None
        taken_back_on: DF.Date | None
        tenders: DF.Table[FeeReceiptTender]
        unit: DF.Link | None
    # end: auto-generated types

    def before_submit(self) -> None:
        self.receipt_number = take_number(self.community, getdate(self.posting_date).year)
