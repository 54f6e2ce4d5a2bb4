from frappe.model.document import Document


class RepairPause(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        from_time: DF.Datetime
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        reason: DF.Literal[
            "Not at Home",
            "Rescheduled by Customer",
            "Waiting for Consent",
            "Waiting for Parts",
            "Waiting for Contractor",
            "Approved by Leader",
            "Other",
        ]
        remark: DF.Data | None
        stops_clock: DF.Check
        to_time: DF.Datetime | None
    # end: auto-generated types

    pass
