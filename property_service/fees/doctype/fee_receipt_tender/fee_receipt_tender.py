from frappe.model.document import Document


class FeeReceiptTender(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        amount: DF.Currency
        mode: DF.Literal["Cash", "WeChat", "Alipay", "POS", "Transfer", "Bank Collection", "Online"]
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        reference: DF.Data | None
    # end: auto-generated types

    pass
