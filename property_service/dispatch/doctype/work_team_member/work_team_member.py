from frappe.model.document import Document


class WorkTeamMember(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        full_name: DF.Data | None
        grade: DF.Literal["Junior", "Skilled", "Senior"]
        max_open_jobs: DF.Int
        on_duty: DF.Check
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
        skills: DF.Data | None
        user: DF.Link
    # end: auto-generated types

    pass
