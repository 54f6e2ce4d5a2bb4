"""What people write on a record by hand: never what its rules keep, whichever way the save comes (form, bulk edit, import, REST).

The rules themselves save with `save_by_rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, get_datetime

_NUMBERS = ("Float", "Currency", "Int", "Check", "Percent")


def check_new(doc: Document, start: Mapping[str, Any] | None = None) -> None:
    """Refuse a new document that brings what only its rules may set; `start` are values a form fills in by itself."""
    for field in _kept(doc):
        value = doc.get(field.fieldname)
        if value and value not in ((start or {}).get(field.fieldname), field.default):
            _refuse(field.label)


def check_edit(doc: Document, before: Document, also: Iterable[str] = ()) -> None:
    """Refuse an edit of what only the rules may change: fields that are read only, and those of `also`."""
    more = set(also)
    for field in doc.meta.fields:
        if (field.read_only or field.fieldname in more) and _differs(doc, before, field):
            _refuse(field.label)


def save_by_rules(doc: Document) -> Document:
    """Save what rules have set, for callers that have judged who may; returns the document. Sent twice at once, the act is begun again."""
    doc.flags.by_rules = True
    # What is read only is set by the rules alone, whatever the session's user may write by hand.
    doc.flags.ignore_permissions = True
    try:
        doc.save()
    except (frappe.UniqueValidationError, frappe.DuplicateEntryError) as error:
        # Begun again, the first one is found.
        raise frappe.QueryDeadlockError(error) from error
    finally:
        doc.flags.by_rules = doc.flags.ignore_permissions = False
    return doc


def _kept(doc: Document) -> list[Any]:
    return [field for field in doc.meta.fields if field.read_only]


def _differs(doc: Document, before: Document, field: Any) -> bool:
    if field.fieldtype == "Table":
        return _rows(doc, field.fieldname) != _rows(before, field.fieldname)
    return _plain(doc.get(field.fieldname), field) != _plain(before.get(field.fieldname), field)


def _rows(doc: Document, fieldname: str) -> list[tuple]:
    meta = frappe.get_meta(doc.meta.get_field(fieldname).options)
    fields = [field for field in meta.fields if field.fieldtype not in frappe.model.no_value_fields]
    return [tuple(_plain(row.get(field.fieldname), field) for field in fields) for row in doc.get(fieldname)]


def _plain(value: Any, field: Any) -> Any:
    """A value as it is stored, so that text from a browser equals what the database gave."""
    if field.fieldtype in _NUMBERS:
        return round(flt(value), 6)
    if field.fieldtype == "Datetime":
        return str(get_datetime(value).replace(microsecond=0)) if value else ""
    return str(value or "")


def _refuse(label: str) -> NoReturn:
    frappe.throw(
        _("{0} is not entered by hand. Use the buttons made for it.").format(frappe.bold(_(label))),
        frappe.PermissionError,
    )
