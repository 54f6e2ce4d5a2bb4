import frappe
from frappe.model.document import Document


class WorkTeamPlace(Document):
    # begin: auto-generated types
    # This code is auto-generated. Do not modify anything in this block.

    from typing import TYPE_CHECKING

    if TYPE_CHECKING:
        from frappe.types import DF

        building: DF.Link | None
        community: DF.Link
        parent: DF.Data
        parentfield: DF.Data
        parenttype: DF.Data
    # end: auto-generated types

    pass


def on_doctype_update() -> None:
    """Routing and the permission of teams read the places of one community."""
    frappe.db.add_index("Work Team Place", ["community", "parenttype", "parent"], "community_team")
