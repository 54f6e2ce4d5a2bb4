"""Rows of child tables have no door of their own: they are read and written with their document, which judges who may what.

The platform lets whoever may write some document of the kind save, insert and delete a single row past the document's own checks, and
lists the rows of all documents to whoever may read one.
"""

from __future__ import annotations

from typing import NoReturn

import frappe
from frappe import _
from frappe.model.document import Document

EVERYTHING, NOTHING = "", "1 = 0"


def query(user: str | None = None, doctype: str | None = None) -> str:
    """Condition of a list of such rows: none but for Administrator."""
    return EVERYTHING if (user or frappe.session.user) == "Administrator" else NOTHING


def refuse_alone(doc: Document, method: str | None = None) -> NoReturn:
    """Document event of a row that is saved, inserted or deleted by itself; with its document this is not called."""
    frappe.throw(
        _("{0} is changed with the document it belongs to. Open that one.").format(_(doc.doctype)),
        frappe.PermissionError,
    )
