"""The desk's Link fields find residents by phone, pinyin and room, and rooms by any spelling (hook `standard_queries`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.model import optional_fields

from property_service.property_service import estate_search
from property_service.property_service.endpoint import bound_by_name, raise_refused
from property_service.property_service.estate_hits import current_stays
from property_service.property_service.identity import shown_phone


@frappe.whitelist()
@bound_by_name
@frappe.validate_and_sanitize_search_inputs
def residents(
    doctype: str,
    txt: str,
    searchfield: str,
    start: int,
    page_len: int,
    filters: dict | list | str | None = None,
    **_more: Any,
) -> list[tuple]:
    """Rows (name, name of the person, rooms, phone) of residents the user may read."""
    page_len = min(page_len, estate_search.MOST)
    most = start + page_len
    names = list(estate_search.resident_names(txt, most)) if txt else None
    if txt and len(names) < most:
        rooms = estate_search.unit_names(txt, 20)
        stays = current_stays(units=rooms)
        names += [stay.resident for room in rooms for stay in stays.get(room, []) if stay.resident not in names]
    rows = _readable("Resident", names, filters, ["name", "resident_name", "primary_phone"], start, page_len)
    rooms_of = current_stays(residents=[row.name for row in rows])
    return [
        (
            row.name,
            row.resident_name,
            ", ".join(stay.short_label for stay in rooms_of.get(row.name, [])),
            shown_phone(row.primary_phone),
        )
        for row in rows
    ]


@frappe.whitelist()
@bound_by_name
@frappe.validate_and_sanitize_search_inputs
def units(
    doctype: str,
    txt: str,
    searchfield: str,
    start: int,
    page_len: int,
    filters: dict | list | str | None = None,
    **_more: Any,
) -> list[tuple]:
    """Rows (name, short address, people) of rooms the user may read."""
    page_len = min(page_len, estate_search.MOST)
    most = start + page_len
    names = estate_search.unit_names(txt, most) if txt else None
    if txt and len(names) < most:
        people = estate_search.resident_names(txt, 20)
        stays = current_stays(residents=people)
        names += [stay.unit for one in people for stay in stays.get(one, []) if stay.unit not in names]
    rows = _readable("Property Unit", names, filters, ["name", "short_label"], start, page_len)
    people_of = current_stays(units=[row.name for row in rows])
    return [
        (row.name, row.short_label, ", ".join(stay.resident_name for stay in people_of.get(row.name, [])))
        for row in rows
    ]


@frappe.whitelist()
@bound_by_name
@frappe.validate_and_sanitize_search_inputs
def listed(
    doctype: str,
    txt: str,
    searchfield: str,
    start: int,
    page_len: int,
    filters: dict | list | str | None = None,
    **_more: Any,
) -> list[tuple]:
    """Rows (name,) of documents the user may list. The platform's own search lists all where a browser asks it to ignore permissions."""
    return found_in(doctype, ("name",), txt, start, page_len, filters, "name asc")


def found_in(
    doctype: str,
    fields: Sequence[str],
    txt: str,
    start: int,
    page_len: int,
    filters: dict | list | str | None,
    order_by: str,
) -> list[tuple]:
    """Return rows of `fields` of documents the user may list, of which one holds the text; none where he may not read them."""
    if not frappe.has_permission(doctype, "read"):
        return []
    rows = frappe.get_list(
        doctype,
        filters=as_list(doctype, filters),
        or_filters=[[doctype, field, "like", f"%{txt}%"] for field in fields],
        fields=list(fields),
        order_by=order_by,
        limit_start=start,
        limit_page_length=min(page_len, estate_search.MOST),
    )
    return [tuple(row[field] or "" for field in fields) for row in rows]


def _readable(
    doctype: str,
    names: list[str] | None,
    filters: dict | list | str | None,
    fields: list[str],
    start: int,
    page_len: int,
) -> list[Any]:
    """Rows the platform lets the user read, in the order of `names`; None: the first of all."""
    # The platform turns a refusal inside a Link search into an error of its own.
    if (names is not None and not names) or not frappe.has_permission(doctype, "read"):
        return []
    conditions = as_list(doctype, filters)
    if names is not None:
        conditions.append([doctype, "name", "in", names])
    elif doctype == "Resident":
        conditions.append([doctype, "is_active", "=", 1])
    rows = frappe.get_list(
        doctype,
        filters=conditions,
        fields=fields,
        order_by=f"{fields[1]} asc, name asc",
        limit_start=start if names is None else 0,
        limit_page_length=page_len if names is None else len(names),
    )
    if names is None:
        return rows
    place = {name: index for index, name in enumerate(names)}
    return sorted(rows, key=lambda row: place[row.name])[start : start + page_len]


def as_list(doctype: str, filters: dict | list | str | None) -> list[list]:
    """Return filters that a browser sent, each [DocType, field, operator, value]; None is no filter.

    Raises InputRefused where they are none, or where one is on anything but a column of the DocType or of its tables: the
    platform takes functions for fields.
    """
    # The platform's search reads what the browser sends; whoever calls these functions past it sends text.
    try:
        filters = frappe.parse_json(filters) if filters else []
    except ValueError:
        filters = None
    if isinstance(filters, dict):
        filters = [
            [doctype, field, *value] if isinstance(value, (list, tuple)) else [doctype, field, "=", value]
            for field, value in filters.items()
        ]
    if not isinstance(filters, list) or not all(isinstance(one, list) and len(one) > 2 for one in filters):
        _not_understood()
    rows = [one if len(one) > 3 else [doctype, *one] for one in filters]
    tables = {field.options for field in frappe.get_meta(doctype).get_table_fields()}
    for table, field, *_rest in rows:
        if not (isinstance(table, str) and isinstance(field, str) and (table == doctype or table in tables)):
            _not_understood()
        if field not in (*frappe.get_meta(table).get_valid_columns(), *optional_fields):
            _not_understood()
    return rows


def _not_understood() -> NoReturn:
    raise_refused(_("{0} was not understood. Please check it and send it again.").format("filters"))
