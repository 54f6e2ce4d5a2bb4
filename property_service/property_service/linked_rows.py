"""All rows of all tables that name a document, found from the platform's descriptions, and moved to another document."""

from __future__ import annotations

from typing import NamedTuple

import frappe


class LinkField(NamedTuple):
    """A column that names documents; `type_field` is the column that says of which DocType, "" for a plain Link."""

    doctype: str
    fieldname: str
    type_field: str = ""


def links_to(doctype: str) -> list[LinkField]:
    """Every Link and Dynamic Link column that may name a document of this DocType, customers' own fields included.

    Records that are kept as they were written (hook `property_service_kept_records`) are left out.
    """
    types = frappe.qb.DocType("DocType")
    tables = set(
        frappe.qb.from_(types)
        .select(types.name)
        .where((types.issingle == 0) & (types.is_virtual == 0))
        .orderby(types.name)
        .run(pluck=True)
    )
    found: set[LinkField] = set()
    for source, owner in (("DocField", "parent"), ("Custom Field", "dt")):
        field = frappe.qb.DocType(source)
        rows = (
            frappe.qb.from_(field)
            .select(field[owner].as_("owner"), field.fieldname, field.fieldtype, field.options)
            .where(((field.fieldtype == "Link") & (field.options == doctype)) | (field.fieldtype == "Dynamic Link"))
            .orderby(field[owner])
            .run(as_dict=True)
        )
        found |= {
            LinkField(row.owner, row.fieldname, row.options if row.fieldtype == "Dynamic Link" else "")
            for row in rows
            if row.owner in tables and row.options
        }
    kept = set(frappe.get_hooks("property_service_kept_records"))
    found = {link for link in found if link.doctype not in kept}
    # Its name column is plain text in the platform, although it works as a link.
    found.add(LinkField("File", "attached_to_name", "attached_to_doctype"))
    return sorted(found)


def move_links(doctype: str, old: str, new: str) -> dict[str, int]:
    """Let every row that names `old` name `new`; returns DocType → number of rows moved.

    The rows are looked up first and changed by their names, so that tables without an index on the column are read but not
    locked. Validation of those documents is not run: nothing about them changes but who is meant.
    """
    moved: dict[str, int] = {}
    for link in links_to(doctype):
        table = frappe.qb.DocType(link.doctype)
        query = frappe.qb.from_(table).select(table.name).where(table[link.fieldname] == old).orderby(table.name)
        if link.type_field:
            query = query.where(table[link.type_field] == doctype)
        names = query.run(pluck=True)
        if names:
            frappe.qb.update(table).set(table[link.fieldname], new).where(table.name.isin(names)).run()
            moved[link.doctype] = moved.get(link.doctype, 0) + len(names)
    return moved
