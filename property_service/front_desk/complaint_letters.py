"""What a complainant is told, in his language; each message once. Never a name but his own: neither of staff nor of a neighbour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import frappe
from frappe.model.document import Document
from frappe.utils import cint

from property_service.front_desk.complaint_rules import names_in
from property_service.front_desk.complaint_states import DOCTYPE, PRAISE
from property_service.property_service.errors import InputRefused
from property_service.property_service.messages import language_of, tell_resident
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local
from property_service.property_service.staff_notices import tell_staff

# Event → subject and text. {name} number, {what} its subject, {reason} what is said, {by} and {solve} promised times.
LETTERS: dict[str, tuple[str, str]] = {
    "received": (
        _("We have received your complaint {name}"),
        _("{what}: your complaint {name} is with us. You have a first answer by {by} and the result by {solve}."),
    ),
    "suggestion": (
        _("We have received your suggestion {name}"),
        _("{what}: thank you for your suggestion {name}. You have our answer by {solve}."),
    ),
    "praise": (
        _("Thank you for your praise {name}"),
        _("{what}: thank you for your kind words. We are passing them on to the colleagues concerned."),
    ),
    "answered": (_("An answer to {name}"), _("{what} ({name}): {reason}")),
    "interim": (_("How {name} is going on"), _("{what} ({name}): {reason} You have the result by {solve}.")),
    "resolved": (
        _("{name} has been dealt with"),
        _("{what} ({name}): {reason} We will call you to ask whether you are satisfied."),
    ),
    "concluded": (_("{name} has been dealt with"), _("{what} ({name}): {reason}")),
    "reopened": (
        _("We are looking into {name} again"),
        _(
            "{what}: we are sorry that it is not right yet. We are looking into {name} again; you have the result by {solve}."
        ),
    ),
    "closed": (_("{name} is closed"), _("{what}: {name} is closed. Thank you. If anything is left, please tell us.")),
    "withdrawn": (_("{name} has been withdrawn"), _("{what}: {name} has been withdrawn, as you wished.")),
}


def write(doc: Document, event: str, key: str = "", reason: str = "") -> list[str]:
    """Tell the complainant of an event; the same event, round and `key` only once. Returns message names. An anonymous one is told nothing."""
    if not doc.resident or cint(doc.is_anonymous):
        return []
    subject, text = _sentences(doc, event, reason, language_of(doc.resident))
    return tell_resident(
        doc.resident,
        doc.community,
        subject,
        text,
        reference=(doc.doctype, doc.name),
        unit=doc.unit,
        dedupe_key=f"{doc.name}|{event}|{cint(doc.reopened_count)}|{key}"[:100],
    )


def chat_text(doc: Document) -> str:
    """The last thing the complainant was told, to copy into a chat; "" before anything was."""
    told = [row for row in doc.steps if cint(row.told) and row.text]
    event = "received" if doc.kind != PRAISE else "praise"
    if told:
        event = {"Interim Reply": "interim", "Resolved": "resolved"}.get(told[-1].kind, "answered")
    language = language_of(doc.resident) if doc.resident else frappe.local.lang
    return _sentences(doc, event, told[-1].text if told else "", language)[1]


def check_names(doc: Document, text: str) -> str:
    """Return what is to be told to the complainant. Raises InputRefused where it names the other side or the person complained of."""
    names = []
    if doc.other_side:
        names.append(frappe.db.get_value("Resident", doc.other_side, "resident_name"))
    if doc.person_complained_of:
        names.append(frappe.utils.get_fullname(doc.person_complained_of))
    if found := names_in(text, tuple(name for name in names if name)):
        frappe.throw(
            frappe._("What the complainant is told must not name {0}. Please write it without the name.").format(
                frappe.bold(frappe.utils.escape_html(found))
            ),
            InputRefused,
        )
    return text


def tell_of(doc: Document, users: Iterable[str | None], sentence: str, *words: object) -> None:
    """Notify staff of a complaint, never the person complained of. `sentence` is a template of {0} name, {1} subject, {2} …"""
    readers = {user for user in users if user} - {doc.person_complained_of}
    tell_staff(readers, (sentence, doc.name, doc.subject, *words), DOCTYPE, doc.name)


def _sentences(doc: Document, event: str, reason: str, language: str) -> tuple[str, str]:
    subject, text = LETTERS[event]
    values = {
        "name": doc.name,
        "what": doc.subject,
        "reason": reason,
        "by": _clock(doc, doc.first_answer_due),
        "solve": _clock(doc, doc.solve_due),
    }
    return (
        frappe._(subject, lang=language).format(**values).strip(),
        frappe._(text, lang=language).format(**values).strip(),
    )


def _clock(doc: Document, moment: datetime | str | None) -> str:
    return f"{local(doc.community, moment):%m-%d %H:%M}" if moment else "–"
