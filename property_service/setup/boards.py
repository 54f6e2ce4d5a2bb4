"""Views of the desk that are no files of a module: made if missing, taken away at uninstall."""

from __future__ import annotations

import json

import frappe

REPAIRS_BY_STAGE = "Repairs by Stage"
# The stage colours of the board; what is cancelled or closed is not on it.
COLUMNS = (("Open", "Orange"), ("Working", "Blue"), ("Waiting", "Yellow"), ("Done", "Green"))
CARD_FIELDS = ("status", "category", "unit", "assigned_to", "finish_by")
# The framework shows four columns on a screen of 1366 pixels, too few to see place, category and technician.
LIST_COLUMNS = {
    "Callback Promise": "7",
    "Decoration Inspection": "7",
    "Decoration Permit": "7",
    "Repair Request": "7",
    "Service Contact": "7",
}


def ensure_boards() -> None:
    """Create the board of repairs and the width of the list where a site has none of its own."""
    if not frappe.db.exists("Kanban Board", REPAIRS_BY_STAGE):
        board = {
            "doctype": "Kanban Board",
            "kanban_board_name": REPAIRS_BY_STAGE,
            "reference_doctype": "Repair Request",
            "field_name": "stage",
            "private": 0,
            "show_labels": 0,
            "fields": json.dumps(CARD_FIELDS),
            "filters": json.dumps([["Repair Request", "closed_at", "is", "not set"]]),
            "columns": [{"column_name": name, "status": "Active", "indicator": colour} for name, colour in COLUMNS],
        }
        # The installer acts for nobody.
        frappe.get_doc(board).insert(ignore_permissions=True)
    for doctype, columns in LIST_COLUMNS.items():
        if not frappe.db.exists("List View Settings", doctype):
            settings = frappe.get_doc({"doctype": "List View Settings", "name": doctype, "total_fields": columns})
            settings.insert(ignore_permissions=True)  # the installer acts for nobody


def remove_boards() -> None:
    """Uninstall: the boards and list settings of our DocTypes, whoever made them."""
    for name in frappe.get_all(
        "Kanban Board", {"reference_doctype": "Repair Request"}, pluck="name", order_by="name asc"
    ):
        frappe.delete_doc("Kanban Board", name, force=True, ignore_permissions=True)
    for doctype in LIST_COLUMNS:
        if frappe.db.exists("List View Settings", doctype):
            frappe.delete_doc("List View Settings", doctype, force=True, ignore_permissions=True)
