from frappe.model.document import Document


class FeeReceiptLine(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        charge: DF.Link
        collected_for: DF.Data | None
        fee_item: DF.Link | None
        late_fee: DF.Currency
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        principal: DF.Currency
        service_month: DF.Date | None
        unit: DF.Link | None
    # end: auto-generated types

    pass
