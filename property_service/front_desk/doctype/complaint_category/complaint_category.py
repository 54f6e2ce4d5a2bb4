from frappe.model.document import Document


class ComplaintCategory(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        category_name: DF.Data
        default_level: DF.Literal["General", "Major", "Hot"]
        enabled: DF.Check
        handler_role: DF.Literal["Property Front Desk", "Property Team Leader", "Property Manager"]
        is_neighbour_matter: DF.Check
        kind: DF.Literal["", "Complaint", "Suggestion", "Praise"]
    # end: auto-generated types

    pass
