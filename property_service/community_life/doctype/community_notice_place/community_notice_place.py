from frappe.model.document import Document


class CommunityNoticePlace(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        building: DF.Link
        entrance: DF.Link | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        riser: DF.Data | None
    # end: auto-generated types

    pass
