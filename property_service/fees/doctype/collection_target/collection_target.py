from property_service.property_service.scoped_document import ScopedDocument


class CollectionTarget(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        arrears_target: DF.Percent
        community: DF.Link
        current_target: DF.Percent
        quarter: DF.Literal["", "Q1", "Q2", "Q3", "Q4"]
        steward: DF.Link | None
        target_year: DF.Int
    # end: auto-generated types

    pass
