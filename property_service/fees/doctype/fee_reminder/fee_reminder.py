from property_service.property_service.scoped_document import ScopedDocument


class FeeReminder(ScopedDocument):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        answer: DF.SmallText | None
        arrears_reason: DF.Literal[
            "",
            "Vacant",
            "Quality of Service",
            "Developer's Defect",
            "Hardship",
            "Away",
            "Dispute",
            "Forgotten",
            "Other",
        ]
        channel: DF.Literal["", "SMS", "WeChat", "Phone", "Counter", "Post", "Door"]
        charge_count: DF.Int
        community: DF.Link
        debtor: DF.Link
        dedupe_key: DF.Data | None
        done_by: DF.Link | None
        done_on: DF.Date | None
        due_on: DF.Date | None
        hold_reason: DF.Literal["", "Complaint Open", "Warranty Case Open", "Other"]
        hold_until: DF.Date | None
        level: DF.Literal["Notice", "Call", "Letter", "Visit", "Lawyer's Letter", "Lawsuit"]
        oldest_due: DF.Date | None
        outstanding: DF.Currency
        proof: DF.Attach | None
        proof_kind: DF.Literal["", "Signature", "Photo", "Courier Number", "SMS Receipt"]
        proof_number: DF.Data | None
        status: DF.Literal["Due", "Done", "On Hold", "Cancelled"]
        unit: DF.Link
    # end: auto-generated types

    pass
