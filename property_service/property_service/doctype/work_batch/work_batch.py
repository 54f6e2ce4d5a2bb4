from property_service.property_service.scoped_document import ScopedDocument


class WorkBatch(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        attempt: DF.Int
        batch_no: DF.Int
        done: DF.Int
        error: DF.SmallText | None
        heartbeat: DF.Datetime | None
        job: DF.Data | None
        lease_until: DF.Datetime | None
        payload: DF.Code | None
        reference_doctype: DF.Link | None
        reference_name: DF.DynamicLink | None
        result: DF.Code | None
        status: DF.Literal["Pending", "Running", "Done", "Failed"]
        total: DF.Int
    # end: auto-generated types

    pass
