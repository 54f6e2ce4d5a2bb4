from frappe.model.document import Document


class DecorationAnswer(Document):
    """An answer about prohibited work, as the terms asked it."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        answer: DF.Literal["No", "Yes"]
        if_yes: DF.Literal["Refused", "Authority Approval"]
        note: DF.Data | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        question: DF.Data | None
    # end: auto-generated types
