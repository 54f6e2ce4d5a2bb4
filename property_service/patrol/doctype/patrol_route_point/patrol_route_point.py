from frappe.model.document import Document


class PatrolRoutePoint(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        checklist: DF.Link | None
        checkpoint: DF.Link
        from_minute: DF.Int
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        photo_required: DF.Check
        until_minute: DF.Int
    # end: auto-generated types

    pass
