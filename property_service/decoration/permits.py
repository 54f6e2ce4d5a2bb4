"""Decoration permits as they come about: applied for by the resident or at the counter, sent for review, supplied with documents.

Nothing here commits. The caller has judged that the session's user may act for this unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.decoration import intake, letters, lifecycle
from property_service.decoration.states import DOCTYPE, DRAFT, REJECTED, UNDER_REVIEW
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.guarded_document import advance
from property_service.property_service.photos import store_photo
from property_service.property_service.plain_text import plain_text
from property_service.property_service.service_clock import site_now

MOST_PHOTOS, MOST_ASKED = 20, 40


@dataclass(frozen=True, slots=True)
class ApplicationOrder:
    """What somebody applies for. `answers`: question → yes; `notes`: question → remark; `documents`: name → photo as it was sent.

    `applicant` and `contractor` are Residents; `channel` Counter or Portal; the same `client_key` brings the same permit.
    `send`: at once for review; else it stays a draft.
    """

    unit: str
    applicant: str
    works: str
    from_date: date
    to_date: date
    site_manager: str
    site_manager_phone: str
    contractor: str = ""
    contractor_name: str = ""
    licence_no: str = ""
    answers: Mapping[str, bool] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, bytes] = field(default_factory=dict)
    channel: str = "Counter"
    client_key: str = ""
    send: bool = False


COPIED = (
    *("unit", "applicant", "works", "from_date", "to_date", "contractor", "contractor_name", "licence_no"),
    *("site_manager", "site_manager_phone", "channel", "client_key"),
)


def apply_for(order: ApplicationOrder, by_user: str) -> Document:
    """Make a permit of an application; returns it, a Draft or, with `send`, Under Review.

    Raises InputRefused with a sentence: days, applicant, texts, a second open permit of the unit, a photo that cannot be read; and, to be
    sent, prohibited work and missing documents.
    """
    known = order.client_key and frappe.db.get_value(
        DOCTYPE, {"client_key": order.client_key}, ["name", "unit"], as_dict=True
    )
    if known:
        if known.unit != order.unit:
            frappe.throw(_("This application was sent already for another unit."), InputRefused)
        return frappe.get_doc(DOCTYPE, known.name)
    if not frappe.db.exists("Property Unit", order.unit):
        frappe.throw(_("There is no unit {0}. Choose one from the list.").format(order.unit), InputRefused)
    doc = frappe.new_doc(DOCTYPE)
    doc.update({name: getattr(order, name) or None for name in COPIED})
    doc.requested_by_user = by_user
    for question, yes in order.answers.items():
        note = order.notes.get(question) or None
        doc.append("answers", {"question": question, "answer": "Yes" if yes else "No", "note": note})
    doc.flags.by_rules = True
    # Residents hold read only: the caller has judged that they act for this unit.
    doc.insert(ignore_permissions=True)
    for name, photo in order.documents.items():
        _supply(doc, name, photo)
    if order.documents:
        _save(doc)
    if order.send:
        send(doc)
    return doc


def send(doc: Document) -> Document:
    """Send a draft for review. Raises InputRefused for prohibited work, missing documents and days that are over."""
    _check_state(doc, DRAFT)
    doc.flags.by_rules = True
    advance(doc, UNDER_REVIEW, "applied for", actor_kind="Resident")
    return doc


def supply(doc: Document, document_name: str, photo: bytes) -> Document:
    """Add a photo of a document to a draft or an application under review; the review's days begin anew with the last one asked for."""
    _check_state(doc, DRAFT, UNDER_REVIEW)
    _supply(doc, document_name, photo)
    settle_asked(doc)
    return _save(doc)


def note_paper(doc: Document, document_name: str, note: str) -> Document:
    """Note at the desk that a document is here on paper."""
    _check_state(doc, DRAFT, UNDER_REVIEW)
    row = _row(doc, document_name)
    row.status, row.note = "Received", note.strip()[: intake.MOST_LINE] or _("On paper")
    settle_asked(doc)
    return _save(doc)


def ask_for(doc: Document, document_names: list[str], note: str = "") -> Document:
    """Ask the applicant for documents; those that are here are refused by it. Others than those of the terms may be named."""
    _check_state(doc, UNDER_REVIEW)
    names = list(dict.fromkeys(name.strip() for name in document_names if name.strip()))
    names = [plain_text(name, _("Document"), intake.MOST_LINE) for name in names[: MOST_ASKED + 1]]
    if not names:
        frappe.throw(_("Please choose the documents the applicant has to supply."), InputRefused)
    if len(names) > MOST_ASKED:
        frappe.throw(_("At most {0} documents can be asked for at once.").format(MOST_ASKED), InputRefused)
    for name in names:
        row = next((row for row in doc.documents if row.document_name == name), None) or doc.append(
            "documents", {"document_name": name[: intake.MOST_LINE]}
        )
        row.status = "Refused" if row.file or row.status in ("Received", "Accepted") else "Missing"
        row.is_needed = 1
        row.note = note.strip()[: intake.MOST_LINE] or None
    doc.asked_for = "\n".join(names)
    doc.review_note = note.strip()[: intake.MOST_WORKS] or doc.review_note
    doc = _save(doc)
    letters.write(doc, "asked", key=str(site_now()), reason=", ".join(_(name) for name in names))
    return doc


def settle_asked(doc: Document) -> None:
    """Once nothing that was asked for is missing, it is the office's turn again."""
    if not doc.asked_for:
        return
    here = {row.document_name for row in doc.documents if row.status not in ("Missing", "Refused")}
    still = [name for name in doc.asked_for.split("\n") if name not in here]
    doc.asked_for = "\n".join(still) or None
    if not still:
        lifecycle.promise_review(doc)


def locked(name: str) -> Document:
    """The permit, its row locked until the commit. Raises DoesNotExistError."""
    return frappe.get_doc(DOCTYPE, name, for_update=True)


def _supply(doc: Document, document_name: str, photo: bytes) -> None:
    if sum(bool(row.file) for row in doc.documents) >= MOST_PHOTOS:
        frappe.throw(_("An application can have at most {0} photos.").format(MOST_PHOTOS), InputRefused)
    row = _row(doc, document_name)
    row.file = frappe.db.get_value("File", store_photo(photo, DOCTYPE, doc.name, "document"), "file_url")
    row.status = "Received"


def _row(doc: Document, document_name: str) -> Document:
    for row in doc.documents:
        if row.document_name == document_name:
            return row
    frappe.throw(
        _("{0} is none of the documents of this application.").format(frappe.utils.escape_html(document_name)),
        InputRefused,
    )


def _save(doc: Document) -> Document:
    doc.flags.by_rules = True
    doc.flags.system_edit = True
    # Residents hold read only; the caller has judged that they, or the desk, may do this.
    doc.save(ignore_permissions=True)
    doc.flags.by_rules = doc.flags.system_edit = None
    return doc


def _check_state(doc: Document, *states: str) -> None:
    if doc.status not in states:
        frappe.throw(
            _("This cannot be done with {0} now: it is {1}.").format(
                doc.name, frappe.bold(_(doc.status, context="Decoration Permit"))
            ),
            NotAllowedNow,
        )


def withdraw(doc: Document, because: str = "") -> Document:
    """The applicant takes his application back before it is decided."""
    _check_state(doc, DRAFT, UNDER_REVIEW)
    doc.flags.by_rules = True
    doc.rejected_because = because.strip()[: intake.MOST_WORKS] or _("Withdrawn by the applicant")
    advance(doc, REJECTED, "withdrawn", actor_kind="Resident")
    return doc
