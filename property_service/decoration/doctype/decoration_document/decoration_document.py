from frappe.model.document import Document


class DecorationDocument(Document):
    """A document of an application, and whether it is here."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        document_name: DF.Data
        file: DF.Attach | None
        is_needed: DF.Check
        note: DF.Data | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        status: DF.Literal["Missing", "Received", "Accepted", "Refused"]
    # end: auto-generated types
