from frappe.model.document import Document


class CallbackAttempt(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        attempted_at: DF.Datetime | None
        by_user: DF.Link | None
        channel: DF.Literal["Phone", "On Site", "WeChat"]
        note: DF.Data | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        reached: DF.Check
    # end: auto-generated types

    pass
