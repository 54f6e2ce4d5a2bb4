from frappe.model.document import Document


class RepairCategoryTarget(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        arrive_minutes: DF.Int
        finish_minutes: DF.Int
        finish_working_days: DF.Int
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        priority: DF.Literal["Emergency", "High", "Normal", "Low"]
    # end: auto-generated types

    pass
