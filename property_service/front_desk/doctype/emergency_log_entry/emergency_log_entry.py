from frappe.model.document import Document


class EmergencyLogEntry(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        by_user: DF.Link | None
        happened_at: DF.Datetime
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        what: DF.SmallText
    # end: auto-generated types

    pass
