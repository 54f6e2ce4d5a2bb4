from property_service.fees.recorded_document import RecordedDocument


class PaymentCallbackLog(RecordedDocument):
    """A callback of the payment gateway, kept so that none is taken twice."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        community: DF.Link
        nonce: DF.Data
        online_payment: DF.Link | None
        outcome: DF.Data | None
        payload: DF.Code | None
        received_at: DF.Datetime | None
    # end: auto-generated types
