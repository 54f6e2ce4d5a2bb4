from property_service.fees.recorded_document import RecordedDocument


class FeeRunSkip(RecordedDocument):
    """Why a fee run did not bill a unit for an item and month."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        community: DF.Link
        fee_item: DF.Link | None
        fee_run: DF.Link
        reason: DF.SmallText | None
        reason_params: DF.SmallText | None
        reason_template: DF.SmallText | None
        service_month: DF.Date | None
        unit: DF.Link | None
    # end: auto-generated types
