"""Many rows of one DocType inserted at once, past the platform's hooks.

Whoever inserts a block has computed and checked its rows by the functions the document itself calls; a test holds a row of
the block beside a document inserted singly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any

import frappe
from frappe.model.naming import parse_naming_series
from frappe.utils import now
from pypika.terms import Parameter

BLOCK = 1000
# Empty Time fields get the present time in the platform's template of a new document.
_NO_TEMPLATE = frozenset({"Time", "Datetime", "Date"})


def insert_block(doctype: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows (field → value, `name` included); returns how many. Takes one statement for a thousand rows.

    What a row leaves out or has as None gets the default of a new document, as in a single insert. A row of a child table
    needs parent, parenttype, parentfield and idx. `owner`, `creation` and `modified` may be given. Duplicates raise.
    """
    columns = frappe.get_meta(doctype).get_valid_columns()
    template = _template(doctype)
    values = (tuple(_or(row.get(column), template.get(column)) for column in columns) for row in rows)
    inserted = 0
    for block in _blocks(values):
        _insert(doctype, columns, block)
        inserted += len(block)
    return inserted


def next_names(series: str, count: int) -> list[str]:
    """Take `count` numbers of a naming series at once, as RR-2026-00001; the series stays locked until the commit."""
    found: list[tuple[str, int]] = []

    def note(prefix: str, digits: int) -> str:
        found.append((prefix, digits))
        return ""

    parse_naming_series(series, number_generator=note)
    prefix, digits = found[0]
    first = _take(prefix, count)
    return [f"{prefix}{number:0{digits}d}" for number in range(first, first + count)]


def hash_names(count: int, length: int = 10) -> list[str]:
    """Random names as the platform gives them to documents without a naming rule; longer ones for very large tables."""
    return [frappe.generate_hash(length=length) for _number in range(count)]


def _insert(doctype: str, columns: Sequence[str], block: Sequence[tuple]) -> None:
    """Insert one block in one statement, as the platform's own `bulk_insert` does.

    That one builds an object of the query builder for each value, which takes longer than the database does.
    """
    # A row of places is one term: column names come from the DocType, values go by parameter.
    places = (Parameter(",".join(["%s"] * len(columns))),)
    query = frappe.qb.into(frappe.qb.DocType(doctype)).columns(list(columns)).insert(*[places] * len(block))
    frappe.db.sql(query.get_sql(), list(chain.from_iterable(block)))


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value


def _template(doctype: str) -> dict[str, Any]:
    moment, user = now(), frappe.session.user
    return {
        **_blank(doctype),
        "docstatus": 0,
        "idx": 0,
        "owner": user,
        "modified_by": user,
        "creation": moment,
        "modified": moment,
    }


def _blank(doctype: str) -> dict[str, Any]:
    """The values of a new document; asked for once in a request for each DocType and user, as long as its fields are the same."""
    meta = frappe.get_meta(doctype)
    known: dict = frappe.flags.setdefault("property_service_blanks", {})
    key = (doctype, frappe.session.user)
    if key not in known or known[key][0] is not meta:
        blank = frappe.new_doc(doctype).get_valid_dict()
        for field in meta.fields:
            if field.fieldtype in _NO_TEMPLATE:
                blank[field.fieldname] = None
        known[key] = (meta, blank)
    return known[key][1]


def _blocks(values: Iterator[tuple]) -> Iterator[tuple[tuple, ...]]:
    while block := tuple(islice(values, BLOCK)):
        yield block


def _take(prefix: str, count: int) -> int:
    """Move the counter of a series by `count`; returns the first number taken."""
    series = frappe.qb.DocType("Series")
    current = frappe.qb.from_(series).select(series.current).where(series.name == prefix).for_update().run()
    if not current:
        frappe.qb.into(series).columns("name", "current").insert(prefix, count).run()
        return 1
    frappe.qb.update(series).set(series.current, series.current + count).where(series.name == prefix).run()
    return int(current[0][0] or 0) + 1
