"""Views of the desk that are no files of a module: made if missing, taken away at uninstall."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import frappe

REPAIRS_BY_STAGE, COMPLAINTS_BY_STAGE, PROMISES_TO_KEEP = "Repairs by Stage", "Complaints by Stage", "Promises to Keep"


@dataclass(frozen=True, slots=True)
class Board:
    """A board of documents: columns (value of `field`, colour), fields shown on each card, and which documents are on it."""

    doctype: str
    field: str
    columns: tuple[tuple[str, str], ...]
    shown: tuple[str, ...]
    filters: tuple[tuple[str, str, Any], ...]


BOARDS = {
    # What is cancelled or closed is on none of them.
    REPAIRS_BY_STAGE: Board(
        "Repair Request",
        "stage",
        (("Open", "Orange"), ("Working", "Blue"), ("Waiting", "Yellow"), ("Done", "Green")),
        ("status", "category", "unit", "assigned_to", "finish_by"),
        (("closed_at", "is", "not set"),),
    ),
    COMPLAINTS_BY_STAGE: Board(
        "Resident Complaint",
        "stage",
        (("Open", "Orange"), ("Working", "Blue"), ("Waiting", "Yellow")),
        ("level", "unit", "assigned_to", "solve_due"),
        (("stage", "in", ["Open", "Working", "Waiting"]),),
    ),
    # A broken promise is still to be kept, until somebody has called back.
    PROMISES_TO_KEEP: Board(
        "Callback Promise",
        "status",
        (("Open", "Blue"), ("Broken", "Red")),
        ("due_at", "contact_name", "unit", "responsible"),
        (("answered_at", "is", "not set"), ("status", "in", ["Open", "Broken"])),
    ),
}
# The framework shows four columns on a screen of 1366 pixels, too few to see place, category and technician.
LIST_COLUMNS = {
    **dict.fromkeys(
        (
            *("Callback Promise", "Community Event", "Community Notice", "Decoration Inspection", "Decoration Permit"),
            *("Emergency Log", "Event Registration", "Repair Request", "Return Visit", "Service Contact"),
            *("Service Quality Check", "Shift Handover", "Useful Contact"),
        ),
        "7",
    ),
    # Its states are long: what is late says so.
    "Resident Complaint": "6",
}


def ensure_boards() -> None:
    """Create the boards and the widths of lists where a site has none of its own."""
    for name, board in BOARDS.items():
        if frappe.db.exists("Kanban Board", name):
            continue
        values = {
            "doctype": "Kanban Board",
            "kanban_board_name": name,
            "reference_doctype": board.doctype,
            "field_name": board.field,
            "private": 0,
            "show_labels": 0,
            "fields": json.dumps(board.shown),
            "filters": json.dumps([[board.doctype, *condition] for condition in board.filters]),
            "columns": [{"column_name": one, "status": "Active", "indicator": colour} for one, colour in board.columns],
        }
        # The installer acts for nobody.
        frappe.get_doc(values).insert(ignore_permissions=True)
    for doctype, columns in LIST_COLUMNS.items():
        if not frappe.db.exists("List View Settings", doctype):
            settings = frappe.get_doc({"doctype": "List View Settings", "name": doctype, "total_fields": columns})
            settings.insert(ignore_permissions=True)  # the installer acts for nobody


def remove_boards() -> None:
    """Uninstall: the boards and list settings of our DocTypes, whoever made them."""
    ours = {"reference_doctype": ["in", [board.doctype for board in BOARDS.values()]]}
    for name in frappe.get_all("Kanban Board", ours, pluck="name", order_by="name asc"):
        frappe.delete_doc("Kanban Board", name, force=True, ignore_permissions=True)
    for doctype in LIST_COLUMNS:
        if frappe.db.exists("List View Settings", doctype):
            frappe.delete_doc("List View Settings", doctype, force=True, ignore_permissions=True)
