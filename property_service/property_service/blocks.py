"""Many rows of one DocType inserted or changed at once, past the platform's hooks.

Whoever inserts a block has computed and checked its rows by the functions the document itself calls; a test holds a row of
the block beside a document inserted singly.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain, islice
from operator import itemgetter
from typing import Any

import frappe
from frappe.model.naming import parse_naming_series
from frappe.utils import now
from pypika.terms import Function, Parameter

BLOCK = 1000
UPDATE_BLOCK = 200
CLOCK_DIGITS = 4  # of a name: tenths of a second, which begin again after 29 hours
# Empty Time fields get the present time in the platform's template of a new document.
_NO_TEMPLATE = frozenset({"Time", "Datetime", "Date"})


def insert_block(doctype: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Insert rows (field → value, `name` included); returns how many. Takes one statement for a thousand rows.

    What a row leaves out or has as None gets the default of a new document, as in a single insert. A row of a child table
    needs parent, parenttype, parentfield and idx. `owner`, `creation` and `modified` may be given. Duplicates raise.
    """
    columns = frappe.get_meta(doctype).get_valid_columns()
    template = _template(doctype)
    blank, pick = {column: template.get(column) for column in columns}, itemgetter(*columns)
    values = (pick({**blank, **{field: value for field, value in row.items() if value is not None}}) for row in rows)
    inserted = 0
    for block in _blocks(values):
        _insert(doctype, columns, block)
        inserted += len(block)
    return inserted


def update_each(doctype: str, rows: Mapping[str, Mapping[str, Any]], columns: Iterable[str]) -> None:
    """Write other values to each row: name → column → value. One statement for two hundred rows."""
    names, columns = list(rows), list(columns)
    table = frappe.qb.DocType(doctype)
    for start in range(0, len(names), UPDATE_BLOCK):
        block = names[start : start + UPDATE_BLOCK]
        # A function of many arguments: a CASE of the query builder is copied with every row it gets.
        number = Function("FIELD", table.name, *block)
        query = frappe.qb.update(table).set(table.modified, frappe.utils.now())
        for column in columns:
            query = query.set(table[column], Function("ELT", number, *(rows[name][column] for name in block)))
        query.where(table.name.isin(block)).run()


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
    """Names for documents without a naming rule, nobody else's; longer ones for very large tables.

    A block's names follow each other, and begin with the time: rows written together then lie together in every index.
    """
    clock = _digits(int(time.time() * 10), CLOCK_DIGITS)
    width = length - CLOCK_DIGITS
    first = secrets.randbelow(32**width - count)
    return [clock + _digits(number, width) for number in range(first, first + count)]


def _digits(number: int, width: int) -> str:
    """The last `width` (at most 16) digits of a number, written with 0-9 and a-v."""
    return base64.b32hexencode(number.to_bytes(10, "big")).decode()[-width:].lower()


def _insert(doctype: str, columns: Sequence[str], block: Sequence[tuple]) -> None:
    """Insert one block in one statement, as the platform's own `bulk_insert` does.

    That one builds an object of the query builder for each value, which takes longer than the database does. What all rows of the
    block have in common is written into the statement once, instead of being sent through the driver for each row.
    """
    by_column = list(zip(*block, strict=True))
    common = [len(block) > 1 and values.count(values[0]) == len(values) for values in by_column]
    places = ["%s" if not same else _literal(values[0]) for same, values in zip(common, by_column, strict=True)]
    # All rows are one term of the query builder: column names come from the DocType, values go by parameter or escaped.
    rows = Parameter("),(".join([",".join(places)] * len(block)))
    query = frappe.qb.into(frappe.qb.DocType(doctype)).columns(list(columns)).insert(rows)
    varied = (values for same, values in zip(common, by_column, strict=True) if not same)
    frappe.db.sql(query.get_sql(), list(chain.from_iterable(zip(*varied, strict=True))))


def _literal(value: Any) -> str:
    """A value as a statement holds it, its percent signs doubled."""
    if value is None:
        return "NULL"
    if isinstance(value, int | float | Decimal):
        return str(+value)  # of a boolean its number
    return frappe.db.escape(str(value))


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
