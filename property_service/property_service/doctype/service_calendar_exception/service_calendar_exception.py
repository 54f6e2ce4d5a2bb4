from frappe.model.document import Document


class ServiceCalendarException(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        exception_date: DF.Date
        from_time: DF.Data | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        remark: DF.Data | None
        to_time: DF.Data | None
    # end: auto-generated types

    pass
