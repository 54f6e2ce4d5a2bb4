from frappe.model.document import Document


class ComplaintStep(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        by_user: DF.Link | None
        happened_at: DF.Datetime | None
        kind: DF.Literal[
            "Received",
            "Assigned",
            "Investigating",
            "First Answer",
            "Interim Reply",
            "Resolved",
            "Reopened",
            "Withdrawn",
            "Visited",
            "Closed",
            "Note",
        ]
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        text: DF.SmallText | None
        told: DF.Check
    # end: auto-generated types

    pass
