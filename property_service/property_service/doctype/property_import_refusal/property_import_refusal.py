from frappe.model.document import Document


class PropertyImportRefusal(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        line_no: DF.Int
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        reason: DF.SmallText | None
        row_key: DF.Data | None
    # end: auto-generated types

    pass
