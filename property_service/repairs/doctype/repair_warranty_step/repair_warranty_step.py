from frappe.model.document import Document


class RepairWarrantyStep(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        on_date: DF.Date
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        remark: DF.SmallText | None
        step: DF.Literal[
            "Site Survey",
            "Responsibility Fixed",
            "Ordered",
            "Appointment Made",
            "Reminded",
            "Third Party",
            "Fixed",
            "Owner Signed",
        ]
    # end: auto-generated types

    pass
