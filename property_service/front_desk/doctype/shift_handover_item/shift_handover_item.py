from frappe.model.document import Document


class ShiftHandoverItem(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        by_hand: DF.Check
        due_at: DF.Datetime | None
        item_text: DF.Data
        kind: DF.Literal["Promise", "Complaint", "Incident", "Overdue Repair", "Visit", "Emergency", "Other"]
        note: DF.Data | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        reference_doctype: DF.Link | None
        reference_name: DF.DynamicLink | None
    # end: auto-generated types

    pass
