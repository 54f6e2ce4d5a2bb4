from property_service.property_service.scoped_document import ScopedDocument


class AccessCode(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        community: DF.Link
        kind: DF.Literal[
            "Resident Join", "Repair Request", "Checkpoint", "Door Permit", "Worker Pass", "Event", "Other"
        ]
        reference_doctype: DF.Link
        reference_name: DF.DynamicLink
        revoked: DF.Check
        revoked_because: DF.Data | None
        token_hash: DF.Data | None
        valid_from: DF.Datetime | None
        valid_to: DF.Datetime | None
    # end: auto-generated types

    pass
