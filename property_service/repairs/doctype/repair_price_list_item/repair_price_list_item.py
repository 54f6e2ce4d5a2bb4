from frappe.model.document import Document


class RepairPriceListItem(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        grade: DF.Literal["", "Junior", "Skilled", "Senior"]
        item_name: DF.Data
        kind: DF.Literal["Labour", "Material"]
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        rate: DF.Currency
        uom: DF.Data | None
    # end: auto-generated types

    pass
