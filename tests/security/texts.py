"""Hostile texts for the attacks by what people write, what would show that one was run, and where such texts come to lie."""

from __future__ import annotations

import re
from typing import Any

import frappe

from tests import figures

TEXT_TYPES = ("varchar", "text", "mediumtext", "longtext")
# What a page, a paper or a mail must never hold: each stands in one of the texts below, escaped wherever it is shown.
ALIVE = (
    "<b onclick=window.__hit",
    "<img src=x onerror=window.__hit",
    "<svg onload=window.__hit",
    "<script>window.__hit",
    "</textarea><img",
    "</script><svg",
    'href="javascript:window.__hit',
    "49861",  # 7123 * 7, were it reckoned
)
# Tables of the platform where words of ours may come to lie.
PLATFORM = ("Comment", "Communication", "Email Queue", "File", "Notification Log", "ToDo", "User", "Version")


def sly(mark: str) -> str:
    """A text that is taken: template code, and markup of a harmless tag in quotes, which the platform does not clean."""
    return f'"={mark} {{{{ 7123*7 }}}}{{% raw %}}<b onclick=window.__hit=1>&</textarea></title>"'


def hostile(mark: str) -> str:
    """A text as it may have come into the database before there were rules, in the 140 characters of the shortest fields."""
    return f'={mark} {{{{7123*7}}}}</textarea><img src=x onerror=window.__hit=1>"</script><svg onload=window.__hit=1>'


def run_by(shown: str) -> list[str]:
    """The parts of hostile texts that stand in a page, a paper or a mail as something to run."""
    figures.count("attacks tried")
    return [part for part in ALIVE if part in shown]


def where_it_lies(mark: str) -> dict[tuple[str, str, str], str]:
    """(DocType, field, name) → text, of every cell of our tables and PLATFORM that holds the mark."""
    ours = frappe.get_all(
        "DocType",
        {"module": ["in", frappe.get_module_list("property_service")], "issingle": 0, "is_virtual": 0},
        pluck="name",
        order_by="name asc",
    )
    columns = frappe.qb.Schema("information_schema").columns
    rows = (
        frappe.qb.from_(columns)
        .select(columns.TABLE_NAME, columns.COLUMN_NAME)
        .where(columns.TABLE_SCHEMA == frappe.conf.db_name)
        .where(columns.TABLE_NAME.isin([f"tab{doctype}" for doctype in (*ours, *PLATFORM)]))
        .where(columns.DATA_TYPE.isin(TEXT_TYPES))
        .orderby(columns.TABLE_NAME)
        .orderby(columns.COLUMN_NAME)
        .run()
    )
    fields: dict[str, list[str]] = {}
    for table, column in rows:
        fields.setdefault(table.removeprefix("tab"), []).append(column)
    found: dict[tuple[str, str, str], str] = {}
    for doctype, names in fields.items():
        like = {name: ["like", f"%{mark}%"] for name in names}
        for row in frappe.get_all(doctype, or_filters=like, fields=["name", *names], order_by="name asc"):
            found |= {(doctype, name, row.name): row[name] for name in names if mark in str(row[name] or "")}
    return found


def poison(cells: dict[tuple[str, str, str], str]) -> None:
    """Put a hostile text into each cell, with the mark that lies there."""
    for (doctype, field, name), text in cells.items():
        mark = re.search(r"zq\w+", text)[0]
        frappe.db.set_value(doctype, name, field, hostile(mark), update_modified=False)


def text_fields(doctype: str) -> list[Any]:
    """Fields of a DocType in which people write freely."""
    kinds = ("Data", "Small Text", "Text", "Long Text", "Text Editor")
    return [
        field
        for field in frappe.get_meta(doctype).fields
        if field.fieldtype in kinds and not field.options and not field.unique and not field.is_virtual
    ]
