from frappe.model.document import Document


class DecorationQuestion(Document):
    """A question about prohibited work, and what a Yes means."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        if_yes: DF.Literal["Refused", "Authority Approval"]
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        question: DF.Data
    # end: auto-generated types
