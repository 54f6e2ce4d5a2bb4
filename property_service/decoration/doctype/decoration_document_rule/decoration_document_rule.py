from frappe.model.document import Document


class DecorationDocumentRule(Document):
    """A document the terms ask for, and of whom."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        document_name: DF.Data
        needed: DF.Literal["Always", "From Tenants", "With Authority Approval", "If There Is One"]
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
    # end: auto-generated types
