"""Which rows of the site refer to given ones, through any Link or Dynamic Link of any DocType."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import frappe
from frappe.query_builder import DocType

BLOCK = 1000
MOST = 20

# DocType of the row that refers, its name, DocType and name of what it refers to.
Reference = tuple[str, str, str, str]


def scoped_doctypes() -> list[str]:
    """Stored DocTypes of the app whose rows belong to one community."""
    field, doctype = DocType("DocField"), DocType("DocType")
    return (
        frappe.qb.from_(field)
        .join(doctype)
        .on(doctype.name == field.parent)
        .select(doctype.name)
        .where(field.fieldname == "community")
        .where(field.options == "Community")
        .where(doctype.istable == 0)
        .where(doctype.issingle == 0)
        .where(doctype.is_virtual == 0)
        .where(doctype.module.isin(app_modules()))
        .orderby(doctype.name)
        .run(pluck=True)
    )


def app_modules() -> list[str]:
    """The modules of this app."""
    return frappe.get_all("Module Def", {"app_name": "property_service"}, pluck="name", order_by="name asc")


def references_to(rows: dict[str, list[str]], beside: Collection[str] = ()) -> list[Reference]:
    """Rows not among `rows` (DocType → names) that refer to one of them, at most twenty.

    `beside`: DocTypes of the platform that go with a document and do not count.
    """
    own = {doctype: set(names) for doctype, names in rows.items()}
    found: list[Reference] = []
    for parent, field, target, type_field in _links(set(rows)):
        if parent in beside:
            continue
        for start in range(0, len(rows[target]), BLOCK):
            block = rows[target][start : start + BLOCK]
            for reference in _referring(parent, field, target, type_field, block):
                if reference[1] not in own.get(reference[0], ()):
                    found.append(reference)
        if len(found) >= MOST:
            break
    return found[:MOST]


def _links(targets: set[str]) -> Iterator[tuple[str, str, str, str | None]]:
    """(DocType, field, target, field of the target's DocType or None) of every link to one of the targets."""
    for table in ("DocField", "Custom Field"):
        field, doctype = DocType(table), DocType("DocType")
        owner = field.parent if table == "DocField" else field.dt
        rows = (
            frappe.qb.from_(field)
            .join(doctype)
            .on(doctype.name == owner)
            .select(doctype.name.as_("parent"), field.fieldname, field.fieldtype, field.options)
            .where(field.fieldtype.isin(("Link", "Dynamic Link")))
            .where(doctype.issingle == 0)
            .where(doctype.is_virtual == 0)
            .orderby(doctype.name)
            .orderby(field.fieldname)
            .run(as_dict=True)
        )
        for row in rows:
            if row.fieldtype == "Link" and row.options in targets:
                yield row.parent, row.fieldname, row.options, None
            elif row.fieldtype == "Dynamic Link":
                # Most name none of ours, and each one costs a query for a thousand of its rows.
                for target in sorted(targets & _named_types(row.parent, row.options)):
                    yield row.parent, row.fieldname, target, row.options


def _named_types(parent: str, type_field: str) -> set[str]:
    """DocTypes that the rows of a DocType name in a field."""
    if type_field not in frappe.get_meta(parent).get_valid_columns():
        return set()
    table = DocType(parent)
    rows = frappe.qb.from_(table).select(table[type_field]).distinct().orderby(table[type_field]).run(pluck=True)
    return set(filter(None, rows))


def _referring(parent: str, field: str, target: str, type_field: str | None, names: list[str]) -> list[Reference]:
    meta = frappe.get_meta(parent)
    if not names or field not in meta.get_valid_columns():
        return []
    table = DocType(parent)
    query = frappe.qb.from_(table).select(table.name, table[field].as_("value")).where(table[field].isin(names))
    if meta.istable:
        query = query.select(table.parent, table.parenttype)
    if type_field:
        query = query.where(table[type_field] == target)
    rows = query.orderby(table.name).run(as_dict=True)
    if meta.istable:
        return [(row.parenttype or parent, row.parent or row.name, target, row.value) for row in rows]
    return [(parent, row.name, target, row.value) for row in rows]
