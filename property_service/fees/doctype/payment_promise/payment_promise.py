from property_service.property_service.scoped_document import ScopedDocument


class PaymentPromise(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        channel: DF.Literal["", "Phone", "Counter", "WeChat", "Door"]
        community: DF.Link
        debtor: DF.Link
        judged_on: DF.Date | None
        note: DF.SmallText | None
        paid_amount: DF.Currency
        pay_by: DF.Date
        promised_amount: DF.Currency
        promised_on: DF.Date | None
        status: DF.Literal["Open", "Kept", "Broken", "Withdrawn"]
        taken_by: DF.Link | None
        unit: DF.Link
    # end: auto-generated types

    pass
