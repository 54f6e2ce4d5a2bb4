import frappe
from frappe.model.document import Document


class WorkTeamPlace(Document):
    pass


def on_doctype_update() -> None:
    """Routing and the permission of teams read the places of one community."""
    frappe.db.add_index("Work Team Place", ["community", "parenttype", "parent"], "community_team")
