from frappe.model.document import Document


class RepairMaterial(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        amount: DF.Currency
        from_stock: DF.Check
        item_name: DF.Data
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        qty: DF.Float
        rate: DF.Currency
        uom: DF.Data | None
    # end: auto-generated types

    pass
