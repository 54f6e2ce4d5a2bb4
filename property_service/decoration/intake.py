"""What a new permit starts with, and what is judged anew whenever an application changes."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate

from property_service.decoration import application_rules as rules
from property_service.decoration.states import DOCTYPE, DRAFT, ENDED
from property_service.decoration.terms import terms_of
from property_service.property_service.errors import InputRefused, rules_speak
from property_service.property_service.occupancies import OWNING, STAFF
from property_service.property_service.phone_numbers import normalise
from property_service.property_service.plain_text import plain_text
from property_service.property_service.service_clock import local_day
from property_service.property_service.unit_occupancies import spans_of

MOST_WORKS, MOST_LINE = 2000, 140
NOTES = (
    *("review_note", "rejected_because", "suspended_because", "water_test_note"),
    *("extension_asked_because", "extension_reason"),
)
TEXTS = (("site_manager", True), ("contractor_name", False), ("licence_no", False))
BY_APPLICANT = frozenset(
    {
        *("unit", "applicant", "works", "from_date", "to_date", "contractor", "contractor_name", "licence_no"),
        *("site_manager", "site_manager_phone", "answers", "documents", "naming_series"),
    }
)
BY_RULES = frozenset({"channel", "client_key", "requested_by_user"})


def start(doc: Document) -> None:
    """Reset what an application may not bring along and add the questions and documents of the community's terms."""
    allowed = BY_APPLICANT | (BY_RULES if doc.flags.by_rules else frozenset())
    for field in doc.meta.fields:
        if field.fieldname in allowed or field.fieldname in ("status", "stage", "community"):
            continue
        if field.fieldtype in frappe.model.table_fields:
            doc.set(field.fieldname, [])
        elif field.fieldtype not in frappe.model.no_value_fields:
            doc.set(field.fieldname, field.default or None)
    doc.requested_by_user = doc.requested_by_user or frappe.session.user
    doc.derive_community()
    doc.building = frappe.get_cached_value("Property Unit", doc.unit, "building")
    with rules_speak():
        terms = terms_of(doc.community)
    given = {row.question: row for row in doc.answers}
    doc.set("answers", [])
    for question in terms.questions:
        told = given.get(question.question)
        doc.append(
            "answers",
            {
                "question": question.question,
                "if_yes": question.if_yes,
                "answer": told.answer if told else "No",
                "note": told.note if told else None,
            },
        )
    _start_documents(doc, terms)


def _start_documents(doc: Document, terms: Document) -> None:
    """The documents of the terms, in their order, then those the applicant has added by himself."""
    given = {row.document_name: row for row in doc.documents}
    doc.set("documents", [])
    for rule in terms.documents:
        told = given.pop(rule.document_name, None)
        doc.append("documents", {"document_name": rule.document_name, "file": told.file if told else None})
    for row in given.values():
        doc.append("documents", {"document_name": row.document_name, "file": row.file})


def settle(doc: Document, before: Document | None) -> None:
    """Texts, days, applicant and documents of an application. Raises InputRefused with a sentence.

    The days are judged while the application is made; one that lies with the office does not get too old by waiting.
    """
    doc.works = plain_text(doc.works, _("Works"), MOST_WORKS, required=True)
    for fieldname, required in TEXTS:
        doc.set(fieldname, plain_text(doc.get(fieldname), _(doc.meta.get_label(fieldname)), MOST_LINE, required))
    _settle_notes(doc, before)
    with rules_speak():
        doc.site_manager_phone = normalise(doc.site_manager_phone or "")
        if doc.status == DRAFT or _days_changed(doc, before):
            check_days(doc)
        doc.applicant_is_tenant = cint(not _owns(doc)) if before is None else before.applicant_is_tenant
    settle_documents(doc)
    doc.open_key = None if doc.status in ENDED else doc.unit


def _settle_notes(doc: Document, before: Document | None) -> None:
    """Plain text of what was written anew."""
    for fieldname in NOTES:
        if doc.get(fieldname) and (before is None or before.get(fieldname) != doc.get(fieldname)):
            doc.set(fieldname, plain_text(doc.get(fieldname), _(doc.meta.get_label(fieldname)), MOST_WORKS) or None)
    for row in (*doc.answers, *doc.acceptances):
        if row.is_new():
            row.note = plain_text(row.note, _("Note"), MOST_WORKS) or None


def check_days(doc: Document) -> None:
    """Raise RuleError for days the terms do not allow."""
    most = cint(terms_of(doc.community).most_days)
    rules.check_days(getdate(doc.from_date), getdate(doc.to_date), local_day(doc.community), most)


def settle_documents(doc: Document) -> None:
    """Which documents are needed, by the answers and by who applies; one with a file is here."""
    needed = {row.document_name: row.needed for row in terms_of(doc.community).documents}
    answers, owns = answers_of(doc), not cint(doc.applicant_is_tenant)
    for row in doc.documents:
        if row.document_name in needed:
            row.is_needed = cint(rules.is_needed(needed[row.document_name], owns, answers))
        if row.file and row.status in (None, "", "Missing"):
            row.status = "Received"
        row.status = row.status or "Missing"


def check_complete(doc: Document) -> None:
    """Raise RuleError for prohibited work and missing documents: such an application cannot be sent for review."""
    rules.check_answers(answers_of(doc))
    rules.check_papers(papers_of(doc))


def answers_of(doc: Document) -> list[rules.Answer]:
    """The answers about prohibited work as the rules see them."""
    return [rules.Answer(row.question, row.if_yes, row.answer == "Yes") for row in doc.answers]


def papers_of(doc: Document) -> list[rules.Paper]:
    """The documents as the rules see them, named in the reader's language."""
    return [rules.Paper(_(row.document_name), bool(cint(row.is_needed)), row.status) for row in doc.documents]


def check_no_other(doc: Document) -> None:
    """Refuse a second open permit of the unit, with the number of the first; the unique key holds where two come at once."""
    other = frappe.db.get_value(DOCTYPE, {"open_key": doc.unit, "name": ["!=", doc.name or ""]})
    if other:
        refuse_other(doc, other)


def refuse_other(doc: Document, other: str) -> None:
    """Say that the unit has a permit that is not settled yet."""
    frappe.throw(
        _("{0} has a decoration permit already: {1}. It must be settled, rejected or expired before the next.").format(
            frappe.bold(doc.unit), frappe.bold(other)
        ),
        InputRefused,
    )


def _days_changed(doc: Document, before: Document | None) -> bool:
    return before is None or (getdate(doc.from_date), getdate(doc.to_date)) != (
        getdate(before.from_date),
        getdate(before.to_date),
    )


def _owns(doc: Document) -> bool:
    """Whether the applicant is an owner of the unit today; whoever has nothing to do with it is refused."""
    day = local_day(doc.community)
    held = {
        span.relation for span in spans_of([doc.unit])[doc.unit] if span.resident == doc.applicant and span.covers(day)
    } - {STAFF}
    if not held:
        frappe.throw(
            _("{0} neither owns nor rents {1} today. Enter the occupancy first, or choose another applicant.").format(
                frappe.bold(frappe.db.get_value("Resident", doc.applicant, "resident_name") or doc.applicant),
                frappe.bold(doc.unit),
            ),
            InputRefused,
        )
    return bool(held & OWNING)
