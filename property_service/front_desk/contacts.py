"""Service contacts (来电来访登记): every call and walk-in, kept in one save with what followed from it.

Nothing here commits; the caller has judged roles and community.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import frappe
from frappe.model.document import Document

from property_service.front_desk import callback_promises
from property_service.front_desk.callback_promises import CONTACT, PROMISE, PromiseOrder
from property_service.front_desk.contact_texts import clean_person
from property_service.front_desk.promise_access import not_kept_reference
from property_service.property_service.estate_hits import current_stays
from property_service.property_service.hand_edits import save_by_rules
from property_service.property_service.phone_numbers import last4
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now

KINDS = ("Consultation", "Repair", "Complaint", "Suggestion", "Praise", "Help")
CHANNELS = ("Counter", "Phone", "Portal", "WeChat", "SMS", "E-mail", "Letter", "12345", "Media")
OPEN, ANSWERED, PROMISED, PASSED_ON = "Open", "Answered", "Promised", "Passed On"
FOLLOW_UP = "property_service_contact_follow_up"
TEXTS = {"subject": 140, "details": 2000, "place": 140, "answer": 2000}
MOST_OTHERS = 20


@dataclass(frozen=True, slots=True)
class ContactOrder:
    """What somebody asks, tells or complains of. Whoever is not known yet is kept by name and phone and linked later.

    `answer` not empty: it was answered at once, perhaps from `knowledge_article`. The same `client_key` brings the same contact, however often it
    is sent, and nothing follows twice.
    """

    community: str
    subject: str
    kind: str = "Consultation"
    channel: str = "Phone"
    details: str = ""
    resident: str = ""
    caller_name: str = ""
    caller_phone: str = ""
    unit: str = ""
    building: str = ""
    place: str = ""
    is_anonymous: bool = False
    answer: str = ""
    knowledge_article: str = ""
    client_key: str = ""


COPIED = (
    *(
        "community",
        "subject",
        "kind",
        "channel",
        "details",
        "resident",
        "caller_name",
        "caller_phone",
        "unit",
        "building",
    ),
    *("place", "answer", "knowledge_article", "client_key"),
)


def record_contact(
    order: ContactOrder, by: str, follow_up: Mapping[str, Any] | None = None, promise: PromiseOrder | None = None
) -> Document:
    """Keep a contact that `by` (a User) has taken, with what follows from it, in one save; returns it.

    `follow_up` are values for the room that takes this kind on (hook property_service_contact_follow_up): the document it became is kept as
    reference. `promise` needs no more than what and by when. RuleError where nobody is named, for a kind that nothing follows from, and
    for a promise that cannot be.
    """
    known = order.client_key and frappe.db.get_value(
        CONTACT, {"client_key": order.client_key}, ["name", "community"], as_dict=True
    )
    if known:
        if order.community and known.community != order.community:
            raise RuleError(_("This contact was sent already for another community."))
        return frappe.get_doc(CONTACT, known.name)
    doc = frappe.new_doc(CONTACT)
    doc.update({field: getattr(order, field) or None for field in COPIED})
    doc.is_anonymous = int(order.is_anonymous)
    doc.handled_by = by
    save_by_rules(doc)
    if follow_up is not None:
        _pass_on(doc, follow_up)
    if promise is not None:
        _promise(doc, promise, by)
    if follow_up is not None or promise is not None:
        save_by_rules(doc)
    return doc


def pass_on(name: str, follow_up: Mapping[str, Any], by: str) -> Document:
    """Make a job or complaint of a contact that nothing has become of yet; returns the contact. RuleError where it became one."""
    doc = locked(name)
    _pass_on(doc, follow_up)
    return save_by_rules(doc)


def promise_call(name: str, order: PromiseOrder, by: str) -> Document:
    """Promise a call back for a contact; returns the promise. RuleError where one stands already."""
    doc = locked(name)
    if doc.callback_promise and callback_promises.waits(callback_promises.locked(doc.callback_promise)):
        raise RuleError(_("A call back is promised already: {0}."), doc.callback_promise)
    made = _promise(doc, order, by)
    save_by_rules(doc)
    return made


def link_to_resident(name: str, resident: str, by: str, others: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """Say who an unknown caller was. Returns {contact: Document, others: what else came from this phone and names nobody}.

    `others` are (DocType, name) out of an earlier answer, linked with it; the answer's rows are {doctype, name, text, at}. The promise
    of the contact goes along. RuleError where somebody else is named already or the caller wished to stay anonymous.
    """
    doc = locked(name)
    if doc.is_anonymous:
        raise RuleError(_("This caller wished to stay anonymous."))
    if doc.resident and doc.resident != resident:
        raise RuleError(_("{0} is linked to another resident already."), doc.name)
    doc.resident = resident
    doc.linked_at = site_now()
    phone = doc.phone_key
    save_by_rules(doc)
    if doc.callback_promise:
        _link(PROMISE, doc.callback_promise, resident, doc.unit)
    open_others = [(row["doctype"], row["name"]) for row in others_of(doc.community, phone)]
    for doctype, other in others:
        if (doctype, other) in open_others:
            _link(doctype, other, resident)
    return {"contact": doc, "others": others_of(doc.community, phone)}


def others_of(community: str, phone: str | None) -> list[dict[str, Any]]:
    """Return contacts and promises of a phone that name no resident, the last first: [{doctype, name, text, at}]; two queries."""
    if not phone:
        return []
    found = []
    for doctype, column, text, at in (
        (CONTACT, "phone_key", "subject", "contacted_at"),
        (PROMISE, "contact_phone", "about", "promised_at"),
    ):
        table = frappe.qb.DocType(doctype)
        query = (
            frappe.qb.from_(table)
            .select(table.name, table[text].as_("text"), table[at].as_("at"))
            .where((table[column] == phone) & (table.community == community))
            .where(table.resident.isnull() | (table.resident == ""))
        )
        if doctype == CONTACT:
            query = query.where(table.is_anonymous == 0)
        query = not_kept_reference(query, table)
        rows = query.orderby(table[at], order=frappe.qb.desc).orderby(table.name).limit(MOST_OTHERS).run(as_dict=True)
        found += [{"doctype": doctype, **row, "at": str(row["at"] or "")} for row in rows]
    return sorted(found, key=lambda row: (row["at"], row["name"]), reverse=True)


def locked(name: str) -> Document:
    """Return a contact, its row locked until the commit."""
    return frappe.get_doc(CONTACT, name, for_update=True)


def stamp(doc: Document) -> None:
    """Fill in a new contact, whichever way it came: place, who called, when, by whom."""
    doc.derive_community()
    if not doc.community:
        raise RuleError(_("Say where the caller belongs to: a unit or the community."))
    doc.contacted_at = site_now()
    doc.handled_by = doc.handled_by or frappe.session.user
    complete(doc)


def complete(doc: Document) -> None:
    """Clean texts and phone, fill in what the resident and the unit say, and refuse a contact of nobody. Sets the status."""
    for fieldname, most in TEXTS.items():
        label = frappe._(doc.meta.get_label(fieldname))
        doc.set(fieldname, plain_text(doc.get(fieldname), label, most, required=fieldname == "subject") or None)
    if doc.kind not in KINDS:
        raise RuleError(_("There is no kind {0}. Choose one from the list."), doc.kind)
    if doc.channel not in CHANNELS:
        raise RuleError(_("There is no channel {0}. Choose one from the list."), doc.channel)
    if doc.is_anonymous:
        doc.resident = doc.caller_name = doc.caller_phone = None
    _fill_person(doc)
    clean_person(doc, "caller_name", "caller_phone")
    if not (doc.is_anonymous or doc.resident or doc.caller_name or doc.caller_phone):
        raise RuleError(_("Enter who called: the resident, a name or a phone number; or tick Anonymous."))
    doc.phone_key, doc.last_four = doc.caller_phone, last4(doc.caller_phone) or None
    if doc.unit:
        doc.building = frappe.get_cached_value("Property Unit", doc.unit, "building")
    doc.status = status_of(doc)


def status_of(doc: Document) -> str:
    """Return how far a contact has come: passed on, promised, answered, or open."""
    if doc.reference_name:
        return PASSED_ON
    if doc.callback_promise:
        waiting = frappe.db.get_value(PROMISE, doc.callback_promise, ["status", "answered_at"], as_dict=True)
        return PROMISED if not waiting or callback_promises.waits(waiting) else ANSWERED
    return ANSWERED if doc.answer else OPEN


def _fill_person(doc: Document) -> None:
    if not doc.resident:
        return
    if not (doc.caller_name and doc.caller_phone):
        person = frappe.db.get_value("Resident", doc.resident, ["resident_name", "primary_phone"], as_dict=True)
        if person:
            doc.caller_name = doc.caller_name or person.resident_name
            doc.caller_phone = doc.caller_phone or person.primary_phone
    if not (doc.unit or doc.building or doc.place):
        rooms = current_stays(residents=[doc.resident]).get(doc.resident, [])
        here = [stay.unit for stay in rooms if stay.community == doc.community]
        if len(here) == 1:
            doc.unit = here[0]


def _pass_on(doc: Document, follow_up: Mapping[str, Any]) -> None:
    if doc.reference_name:
        raise RuleError(_("{0} was passed on already: {1}."), doc.name, doc.reference_name)
    paths = frappe.get_hooks(FOLLOW_UP, {}).get(doc.kind)
    if not paths:
        raise RuleError(
            _("Nothing follows from a contact of the kind {0}. Enter the answer, or choose another kind."), doc.kind
        )
    made = frappe.get_attr(paths[-1])(contact=doc, order=dict(follow_up))
    doc.reference_doctype, doc.reference_name = made.doctype, made.name
    # What the desk should tell the caller at once, such as advice and until when somebody comes.
    doc.flags.told = made.flags.told


def _promise(doc: Document, order: PromiseOrder, by: str) -> Document:
    reference = (doc.reference_doctype, doc.reference_name) if doc.reference_name else None
    made = callback_promises.promise(
        replace(
            order,
            about=order.about or doc.subject,
            community=doc.community,
            service_contact=doc.name,
            reference=order.reference or reference,
            client_key=order.client_key or (f"{doc.client_key}|promise"[:140] if doc.client_key else ""),
        ),
        by,
    )
    doc.callback_promise = made.name
    return made


def _link(doctype: str, name: str, resident: str, unit: str | None = None) -> None:
    doc = frappe.get_doc(doctype, name, for_update=True)
    if doc.resident:
        return
    doc.resident, doc.unit = resident, doc.unit or unit
    if doctype == CONTACT:
        doc.linked_at = site_now()
    save_by_rules(doc)
