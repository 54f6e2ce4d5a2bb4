from frappe.model.document import Document


class PatrolChecklistItem(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        has_highest: DF.Check
        has_lowest: DF.Check
        highest: DF.Float
        kind: DF.Literal["Single", "Multiple", "Number", "Text"]
        lowest: DF.Float
        measure: DF.Data | None
        normal_options: DF.SmallText | None
        options: DF.SmallText | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        photo_required: DF.Check
        question: DF.Data
        required: DF.Check
    # end: auto-generated types

    pass
