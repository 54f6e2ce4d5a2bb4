from property_service.property_service.scoped_document import ScopedDocument


class FeeRun(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        batches_done: DF.Int
        batches_total: DF.Int
        bill_count: DF.Int
        bill_until: DF.Date
        building: DF.Link | None
        charge_count: DF.Int
        community: DF.Link
        fee_item: DF.Link | None
        finished_at: DF.Datetime | None
        prepaid_amount: DF.Currency
        preview: DF.Code | None
        skipped_count: DF.Int
        started_at: DF.Datetime | None
        status: DF.Literal["Draft", "Previewed", "Running", "Done", "Failed", "Voided"]
        total_amount: DF.Currency
        units_total: DF.Int
    # end: auto-generated types

    pass
