from property_service.property_service.scoped_document import ScopedDocument


class FeeAdjustment(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        adjustment_kind: DF.Literal["Waive Principal", "Waive Late Fee", "Charge More"]
        amended_from: DF.Link | None
        amount: DF.Currency
        charge: DF.Link
        community: DF.Link
        debtor: DF.Link | None
        decided_at: DF.Datetime | None
        decided_by: DF.Link | None
        explanation: DF.SmallText
        proof: DF.Attach | None
        reason: DF.Literal["Vacant", "Quality of Service", "Hardship", "Wrong Charge", "Settlement", "Other"]
        requested_by_user: DF.Link | None
        stage: DF.Literal["Open", "Working", "Waiting", "Done", "Void"]
        status: DF.Link | None
        unit: DF.Link | None
    # end: auto-generated types

    pass
