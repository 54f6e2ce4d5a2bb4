"""Papers show what is stored, to those who may see it, whatever document a browser sends to be printed.

The platform prints documents as they were sent: with the number of a foreign one, or of another DocType than the print format's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.www.printview import validate_print_permission

from property_service.property_service.errors import InputRefused, rules_speak

Paper = Callable[..., dict[str, Any]]


def paper_of(doctype: str) -> Callable[[Paper], Paper]:
    """Decorator of what a print format of this DocType calls: hands it the stored document, if the session's user may print that."""

    def decorate(make: Paper) -> Paper:
        @wraps(make)
        def paper(doc: Document, *args: Any) -> dict[str, Any]:
            with rules_speak():
                return make(stored(doc, doctype), *args)

        return paper

    return decorate


def stored(doc: Document, doctype: str) -> Document:
    """The document as it stands in the database. Raises PermissionError, and InputRefused for a document of another kind."""
    if doc.doctype != doctype:
        frappe.throw(
            _("This print format is for {0} only. Please choose another one.").format(_(doctype)), InputRefused
        )
    found = frappe.get_doc(doctype, str(doc.name))
    # Set by the platform for what it attaches to a message by itself; no browser can.
    if not frappe.flags.ignore_print_permissions:
        validate_print_permission(found)
    return found
