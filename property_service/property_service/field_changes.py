"""Which fields of a document differ from the stored ones, whatever type a client sent them in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, get_datetime, getdate

from property_service.property_service.errors import InputRefused


def changed_fields(doc: Document, before: Document) -> set[str]:
    """Names of the fields whose value differs from the stored one, whatever type the client sent it in."""
    return {
        field.fieldname
        for field in doc.meta.fields
        if field.fieldtype not in frappe.model.no_value_fields or field.fieldtype in frappe.model.table_fields
        if not _same(field.fieldtype, before.get(field.fieldname), doc.get(field.fieldname))
    }


def _same(fieldtype: str, old: Any, new: Any) -> bool:
    if fieldtype in frappe.model.table_fields:
        return _rows(old) == _rows(new)
    if fieldtype in ("Int", "Check", "Float", "Currency", "Percent"):
        return flt(old) == flt(new)
    if fieldtype == "Datetime":
        return _moment(old, get_datetime) == _moment(new, get_datetime)
    if fieldtype == "Date":
        return _moment(old, getdate) == _moment(new, getdate)
    return cstr(old) == cstr(new)


def _rows(rows: Iterable[Any] | None) -> list[list[str]]:
    found = []
    for row in rows or ():
        names = [field.fieldname for field in row.meta.fields if field.fieldtype not in frappe.model.no_value_fields]
        found.append([_plain(row.get(name)) for name in names])
    return found


def _plain(value: Any) -> str:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return str(flt(value))
    if isinstance(value, (datetime, date)):
        return str(value)
    text = cstr(value)
    try:
        return str(float(text))
    except ValueError:
        return text


def _moment(value: Any, read: Any) -> Any:
    if not value:
        return None
    try:
        moment = read(value)
    except Exception:
        frappe.throw(
            _("{0} is not a date or time. Please choose it from the calendar.").format(cstr(value)[:40]), InputRefused
        )
    return moment.replace(microsecond=0) if isinstance(moment, datetime) else moment
