"""Which fields of a decoration permit a person may change on the form; all others are kept by the rules.

The platform does not hold anybody to read-only fields: whatever the form, REST, bulk edit or an import sends is judged here.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.decoration.intake import BY_APPLICANT
from property_service.decoration.states import BEGUN, DRAFT, SUSPENDED, UNDER_REVIEW
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.field_changes import changed_fields

# Set once: the platform itself refuses another value.
FIXED = frozenset({"unit", "applicant", "naming_series"})
REVIEW = frozenset({"review_note", "rejected_because"})
SITE = frozenset({"site_manager", "site_manager_phone"})
# What the terms say of a question, and which documents they ask for.
ROW_KEPT = (("answers", ("question", "if_yes")), ("documents", ("document_name",)))


def may_change(status: str) -> frozenset[str]:
    """Names of the fields a person may change on the form in this state, by the workflow's editors."""
    if status == DRAFT:
        return BY_APPLICANT | REVIEW
    if status == UNDER_REVIEW:
        return REVIEW | SITE | {"documents"}
    return SITE if status in BEGUN or status == "Approved" else frozenset()


def check(doc: Document, before: Document) -> None:
    """Refuse a change of fields that are not the person's to change in this state. Raises with a sentence."""
    if doc.flags.by_rules or doc.flags.advance:
        return
    # The stage follows from the state, whatever a client sends.
    changed = changed_fields(doc, before) - {"status", "stage"}
    if "documents" in changed and _only_settled(doc, before):
        changed -= {"documents"}
    kept = changed - may_change(before.status)
    if doc.status != before.status:
        kept -= REVIEW | (frozenset({"suspended_because"}) if doc.status == SUSPENDED else frozenset())
    if kept:
        labels = ", ".join(frappe.bold(_(doc.meta.get_label(name))) for name in sorted(kept))
        frappe.throw(
            _("{0} cannot be changed while the permit is {1}. Use the buttons of the permit instead.").format(
                labels, frappe.bold(_(before.status, context="Decoration Permit"))
            ),
            NotAllowedNow,
        )
    _check_rows(doc, before)


def _check_rows(doc: Document, before: Document) -> None:
    """The questions stay as the terms ask them, and no document that was asked for disappears."""
    for table, fields in ROW_KEPT:
        asked = [tuple(row.get(name) for name in fields) for row in before.get(table)]
        told = [tuple(row.get(name) for name in fields) for row in doc.get(table)]
        if [row for row in asked if row not in told] or (table == "answers" and len(asked) != len(told)):
            frappe.throw(
                _("The rows of {0} come from the terms of the community. Answer them; none can be taken away.").format(
                    frappe.bold(_(doc.meta.get_label(table)))
                ),
                InputRefused,
            )


def _only_settled(doc: Document, before: Document) -> bool:
    """True where the rows differ only in what the rules fill in by themselves."""
    return [(row.document_name, row.file, row.note) for row in doc.documents] == [
        (row.document_name, row.file, row.note) for row in before.documents
    ] and all(
        row.status == old.status or (old.status or "Missing") == (row.status or "Missing")
        for row, old in zip(doc.documents, before.documents, strict=True)
    )
