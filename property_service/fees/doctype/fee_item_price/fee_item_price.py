from frappe.model.document import Document


class FeeItemPrice(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from_date: DF.Date
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        price: DF.Float
        tier_from: DF.Float
        tier_to: DF.Float
    # end: auto-generated types

    pass
