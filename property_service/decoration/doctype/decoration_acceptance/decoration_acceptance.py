from frappe.model.document import Document


class DecorationAcceptance(Document):
    """A look at finished works: at completion, or after the observation."""

    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        acceptance_no: DF.Int
        inspected_at: DF.Datetime | None
        inspected_by: DF.Link | None
        kind: DF.Literal["Completion", "After Observation"]
        note: DF.SmallText | None
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        photo: DF.AttachImage | None
        result: DF.Literal["Passed", "Failed"]
    # end: auto-generated types
