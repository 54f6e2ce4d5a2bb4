"""Uninstall: what the platform keeps about the app's documents when it drops their tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import frappe
from frappe.query_builder import DocType, Table

from property_service.fees.charging import BILL_SERIES
from property_service.property_service.unit_occupancies import NOTED

OWN_CODE = "property_service.%"
NUMBERED = re.compile(r"(?:format:)?([A-Z]+-)[.{]YYYY[.}]-[.{]#")
# DocType of the platform → its field that names the DocType of a document.
KEPT = {
    "Comment": "reference_doctype",
    "Communication": "reference_doctype",
    "Communication Link": "link_doctype",
    "DocShare": "share_doctype",
    "Document Follow": "ref_doctype",
    "Email Queue": "reference_doctype",
    "List Filter": "reference_doctype",
    "List View Settings": "name",
    "Notification Log": "document_type",
    "Property Setter": "doc_type",
    "Tag Link": "document_type",
    "ToDo": "reference_type",
    "User Permission": "allow",
    "Version": "ref_doctype",
    "View Log": "reference_doctype",
    "Workflow Action": "reference_doctype",
}
# The same for what people set up for our DocTypes; these have tables of their own.
SET_UP = {
    "Assignment Rule": "document_type",
    "Auto Repeat": "reference_doctype",
    "Kanban Board": "reference_doctype",
    "Notification": "document_type",
}


def remove_leftovers() -> None:
    """Scheduled jobs, settings, numbers, files, and whatever refers to a document of the app. Logs of the platform stay."""
    ours = frappe.get_all(
        "DocType",
        {"module": ["in", frappe.get_module_list("property_service")]},
        ["name", "autoname"],
        order_by="name asc",
    )
    names = [row.name for row in ours]
    frappe.db.delete("Scheduled Job Type", {"method": ["like", OWN_CODE]})
    frappe.db.delete("DefaultValue", {"name": NOTED})
    _remove_files(names)
    for doctype, field in SET_UP.items():
        for name in frappe.get_all(doctype, {field: ["in", names]}, pluck="name", order_by="name asc"):
            # Uninstalling acts for nobody.
            frappe.delete_doc(doctype, name, force=True, ignore_permissions=True)
    for doctype, field in KEPT.items():
        if frappe.db.table_exists(doctype):
            frappe.db.delete(doctype, {field: ["in", names]})
    singles = DocType("Singles")
    frappe.qb.from_(singles).delete().where(singles.doctype.isin(names)).run()
    for table in map(Table, ("__Auth", "__UserSettings")):
        frappe.qb.from_(table).delete().where(table.doctype.isin(names)).run()
    offered = frappe.get_all(
        "DocField", {"parent": ["in", names], "fieldname": "naming_series"}, pluck="options", order_by="parent asc"
    )
    _forget_numbers((BILL_SERIES, *(row.autoname or "" for row in ours), *"\n".join(offered).splitlines()))


def _forget_numbers(patterns: Iterable[str]) -> None:
    """Counters of names such as RR-.YYYY.-.##### and format:IMP-{YYYY}-{#####}: each goes by the words before the year."""
    series = DocType("Series")
    for prefix in {found[1] for pattern in patterns if (found := NUMBERED.match(pattern))}:
        frappe.qb.from_(series).delete().where(series.name.like(f"{prefix}%")).run()


def _remove_files(doctypes: list[str]) -> None:
    """Photos and papers of the documents, from the disk as well once the rows are gone for good."""
    file = DocType("File")
    attached = file.attached_to_doctype.isin(doctypes)
    found = frappe.qb.from_(file).select(file.file_url).distinct().where(attached).run(pluck=True)
    frappe.qb.from_(file).delete().where(attached).run()
    kept = set(frappe.qb.from_(file).select(file.file_url).where(file.file_url.isin(found or [""])).run(pluck=True))

    def unlink() -> None:
        for url in set(found) - kept:
            path = _on_disk(url or "")
            if path:
                path.unlink(missing_ok=True)

    frappe.db.after_commit.add(unlink)


def _on_disk(url: str) -> Path | None:
    """Where the file of an address lies; None for an address elsewhere."""
    for folder, begin in (("private", "/private/files/"), ("public", "/files/")):
        if url.startswith(begin):
            return Path(frappe.get_site_path(folder, "files", Path(url).name))
    return None
