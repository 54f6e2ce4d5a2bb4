"""All tables in which the app keeps anything: what was added to them, whether anything changed, and taking away what was added."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

# Of the platform's tables those into which our code writes, directly or by what it calls.
PLATFORM = (
    *("File", "Notification Log", "Error Log", "Comment", "Version", "User", "User Permission", "Has Role"),
    *("Notification Settings", "Deleted Document", "Activity Log", "Email Queue", "ToDo"),
)
Names = dict[str, set[str]]


def tables() -> list[str]:
    """The DocTypes looked at: ours, child tables included, and those of the platform we write into."""
    ours = frappe.get_all(
        "DocType",
        {"module": ["in", frappe.get_module_list("property_service")], "issingle": 0, "is_virtual": 0},
        pluck="name",
        order_by="name asc",
    )
    return [*ours, *PLATFORM]


def names() -> Names:
    """DocType → names of its rows, as committed."""
    frappe.db.rollback()
    return {doctype: set(frappe.db.sql_list(f"select name from `tab{doctype}`")) for doctype in tables()}


def added(before: Names) -> dict[str, int]:
    """DocType → how many rows are there now that were not before, as committed; those without any are left out."""
    return {doctype: new for doctype, rows in names().items() if (new := len(rows - before[doctype]))}


def checksums(without: tuple[str, ...] = ()) -> dict[str, int]:
    """DocType → what tells whether any row of it has changed, as committed."""
    frappe.db.rollback()
    looked_at = [name for name in tables() if name not in without]
    rows = frappe.db.sql("checksum table " + ", ".join(f"`tab{name}`" for name in looked_at))
    return {name: row[1] for name, row in zip(looked_at, rows, strict=True)}


def remove_added(before: Names) -> None:
    """Take away every row that was not there before, and commit."""
    for doctype, rows in names().items():
        for name in sorted(rows - before[doctype]):
            if doctype == "File":
                _remove_file(frappe.get_doc("File", name))
            frappe.db.sql(f"delete from `tab{doctype}` where name = %s", name)
    frappe.db.commit()
    frappe.clear_cache()


def _remove_file(file: Document) -> None:
    file.delete_file_from_filesystem()
