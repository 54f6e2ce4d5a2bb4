from property_service.property_service.scoped_document import ScopedDocument


class ResidentDepositMovement(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        amended_from: DF.Link | None
        amount: DF.Currency
        cashier: DF.Link | None
        community: DF.Link
        counter_closing: DF.Link | None
        deposit: DF.Link
        kind: DF.Literal["Held", "Deducted", "Refunded"]
        mode: DF.Literal["", "Cash", "WeChat", "Alipay", "POS", "Transfer", "Bank Collection", "Online"]
        original: DF.Literal["", "Given Back", "Declared Lost"]
        posting_date: DF.Date
        proof: DF.Attach | None
        reason: DF.SmallText | None
    # end: auto-generated types

    pass
