from frappe.model.document import Document


class FindingRecheck(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        fix_note: DF.SmallText | None
        fix_photo: DF.AttachImage | None
        fixed_at: DF.Datetime | None
        fixed_by: DF.Link | None
        manner: DF.Literal["On Site", "By Photo"]
        note: DF.SmallText | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        photo: DF.AttachImage | None
        recheck_no: DF.Int
        rechecked_at: DF.Datetime | None
        rechecked_by: DF.Link | None
        result: DF.Literal["Passed", "Failed"]
    # end: auto-generated types

    pass
