from property_service.fees.recorded_document import RecordedDocument


class OnlinePayment(RecordedDocument):
    """What a resident was sent to the gateway to pay, and what became of it. Written by fees/online_payments.py."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        amount: DF.Currency
        charges: DF.Code | None
        client_key: DF.Data | None
        community: DF.Link
        currency: DF.Data | None
        expires_at: DF.Datetime | None
        paid_at: DF.Datetime | None
        receipt: DF.Link | None
        refusal: DF.SmallText | None
        resident: DF.Link
        status: DF.Literal["Waiting", "Paid", "Failed", "Expired", "Refused"]
        transaction_id: DF.Data | None
        unit: DF.Link | None
    # end: auto-generated types
