from frappe.model.document import Document


class PatrolAnswer(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        answer: DF.SmallText | None
        is_abnormal: DF.Check
        measure: DF.Data | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        question: DF.Data | None
    # end: auto-generated types

    pass
