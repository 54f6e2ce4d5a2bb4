"""Callback promises (回复承诺): who calls whom about what, by when in working hours; kept or broken.

The only door by which their status moves. Nothing here commits; the caller has judged roles and community.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import frappe
from frappe.model.document import Document
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Sum
from frappe.utils import cint, get_datetime

from property_service.front_desk.visit_rules import Rate
from property_service.property_service.hand_edits import save_by_rules
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.scope import community_of, may_see_community
from property_service.property_service.service_clock import due_in, site_now
from property_service.property_service.staff_notices import tell_staff

PROMISE = "Callback Promise"
CONTACT = "Service Contact"
OPEN, KEPT, BROKEN, CANCELLED = "Open", "Kept", "Broken", "Cancelled"
CHANNELS = ("Phone", "On Site", "WeChat")
RESPONSIBLE_ROLES = frozenset(
    {
        "Property Front Desk",
        "Property Team Leader",
        "Property Cashier",
        "Property Technician",
        "Property Manager",
        "System Manager",
    }
)
FURTHEST = timedelta(days=366)
MOST_LINE, MOST_TEXT = 140, 1000


@dataclass(frozen=True, slots=True)
class PromiseOrder:
    """What is promised to whom. `due_at` in site time; left out, the working minutes of the settings from now.

    `responsible` is a User, whoever promises where left out; `reference` (DocType, name) is what it is about. Community, place and person
    are taken from the `service_contact` or the unit where they are left out. The same `client_key` brings the same promise.
    """

    about: str
    due_at: datetime | None = None
    responsible: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    resident: str = ""
    unit: str = ""
    community: str = ""
    reference: tuple[str, str] | None = None
    service_contact: str = ""
    client_key: str = ""


COPIED = (
    *("about", "due_at", "responsible", "contact_name", "contact_phone", "resident", "unit", "community"),
    *("service_contact", "client_key"),
)


def promise(order: PromiseOrder, by: str) -> Document:
    """Note a promise that `by` (a User) has made; returns it. RuleError for a time that is past and for whoever cannot keep it."""
    known = order.client_key and frappe.db.get_value(
        PROMISE, {"client_key": order.client_key}, ["name", "community"], as_dict=True
    )
    if known:
        if order.community and known.community != order.community:
            raise RuleError(_("This promise was sent already for another community."))
        return frappe.get_doc(PROMISE, known.name)
    doc = frappe.new_doc(PROMISE)
    doc.update({field: getattr(order, field) or None for field in COPIED})
    doc.reference_doctype, doc.reference_name = order.reference or (None, None)
    # A new document brings the session's user, who need not be the one who promises.
    doc.promised_by, doc.responsible = by, order.responsible or by
    save_by_rules(doc)
    if doc.responsible != by:
        tell_staff({doc.responsible}, (_("You are to call back: {0}"), doc.about), PROMISE, doc.name)
    return doc


def keep(name: str, by: str, answer: str, channel: str = "Phone") -> Document:
    """Record that `by` has called back, with the answer given; returns it: Kept by its time, Broken after, answered all the same.

    The contact it came from is answered with it. RuleError where it was answered or cancelled before, or without an answer.
    """
    doc = locked(name)
    _check_waits(doc)
    _check_channel(channel)
    doc.answer = _text(answer, MOST_TEXT, _("Enter what was answered."))
    now = site_now()
    doc.answered_at, doc.answered_by = now, by
    doc.status = KEPT if doc.status == OPEN and now <= get_datetime(doc.due_at) else BROKEN
    _add_attempt(doc, by, channel, True, "", now)
    save_by_rules(doc)
    _answer_contact(doc)
    return doc


def attempt(name: str, by: str, channel: str, note: str = "") -> Document:
    """Record a try that reached nobody; the promise stays as it is. RuleError where nobody waits for a call any more."""
    doc = locked(name)
    _check_waits(doc)
    _check_channel(channel)
    _add_attempt(doc, by, channel, False, _text(note, MOST_LINE), site_now())
    return save_by_rules(doc)


def hand_over(name: str, to: str, by: str) -> Document:
    """Give a promise to somebody else; its time stays. RuleError where he does not work for the community."""
    doc = locked(name)
    _check_waits(doc)
    if to == doc.responsible:
        raise RuleError(_("This promise is with {0} already."), to)
    doc.responsible = to
    check_responsible(doc)
    save_by_rules(doc)
    if to != by:
        tell_staff({to}, (_("You are to call back: {0}"), doc.about), PROMISE, doc.name)
    return doc


def put_off(name: str, due_at: datetime, because: str, by: str) -> Document:
    """Agree on another time with the caller; the first one is kept beside it. RuleError where it is past or the promise not open."""
    doc = locked(name)
    if doc.status != OPEN or site_now() > get_datetime(doc.due_at):
        raise RuleError(_("The time of {0} is over: it cannot be put off any more. Call back now."), doc.name)
    doc.put_off_because = _text(because, MOST_TEXT, _("Enter why the caller wants another time."))
    doc.due_at = due_at
    check_due(doc)
    doc.put_off_count = cint(doc.put_off_count) + 1
    # Whoever was warned of the old time is warned of the new one.
    doc.alert_level = 0
    return save_by_rules(doc)


def cancel(name: str, because: str, by: str) -> Document:
    """Call a promise off that nobody needs any more, with the reason; it counts in no rate. RuleError where it is not open."""
    doc = locked(name)
    if doc.status != OPEN or site_now() > get_datetime(doc.due_at):
        raise RuleError(_("{0} is not open any more and is kept as it is."), doc.name)
    doc.cancelled_because = _text(because, MOST_TEXT, _("Enter why nobody needs to be called back."))
    doc.status = CANCELLED
    save_by_rules(doc)
    _answer_contact(doc)
    return doc


def kept_rate(communities: Iterable[str] | None, first: date, last: date) -> Rate:
    """Return promises kept ÷ promises whose time came from `first` to `last` (days of the site); None: of all communities.

    The agreed time counts, also where it was put off; cancelled ones count nowhere. Answered late is broken.
    """
    table = frappe.qb.DocType(PROMISE)
    query = (
        frappe.qb.from_(table)
        .select(Sum(Case().when(table.status == KEPT, 1).else_(0)), Count(table.name))
        .where(table.due_at >= datetime.combine(first, time()))
        .where(table.due_at < datetime.combine(last + timedelta(days=1), time()))
        .where(table.status.isin((KEPT, BROKEN)) | ((table.status == OPEN) & (table.due_at < site_now())))
    )
    if communities is not None:
        query = query.where(table.community.isin([*communities, ""]))
    kept, due = query.run()[0]
    return Rate(cint(kept), cint(due))


def locked(name: str) -> Document:
    """Return a promise, its row locked until the commit."""
    return frappe.get_doc(PROMISE, name, for_update=True)


def waits(doc: Document | dict) -> bool:
    """Return whether somebody still waits for a call: open, or broken and not answered yet."""
    return doc.get("status") == OPEN or (doc.get("status") == BROKEN and not doc.get("answered_at"))


def default_due(community: str) -> datetime:
    """Return the site time until when a promise made now is due: the settings' working minutes of the community."""
    minutes = cint(frappe.get_cached_doc("Property Service Settings").promise_minutes)
    return due_in(community, site_now(), max(minutes, 1))


def stamp(doc: Document) -> None:
    """Fill in a new promise, whichever way it came: place and person from its origin, who promised when, and until when."""
    _fill_from_contact(doc)
    doc.derive_community()
    if not doc.community:
        raise RuleError(_("Say where the caller belongs to: a unit or the community."))
    if doc.resident and not (doc.contact_name and doc.contact_phone):
        person = frappe.db.get_value("Resident", doc.resident, ["resident_name", "primary_phone"], as_dict=True)
        if person:
            doc.contact_name = doc.contact_name or person.resident_name
            doc.contact_phone = doc.contact_phone or person.primary_phone
    doc.status, doc.alert_level = OPEN, 0
    doc.promised_by = doc.promised_by or frappe.session.user
    doc.promised_at = site_now()
    doc.responsible = doc.responsible or doc.promised_by
    doc.due_at = get_datetime(doc.due_at).replace(microsecond=0) if doc.due_at else default_due(doc.community)
    check_due(doc)
    doc.original_due_at = doc.due_at
    check_responsible(doc)


def check_due(doc: Document) -> None:
    """Refuse a time that is past, or further off than a year."""
    due, now = get_datetime(doc.due_at), site_now()
    if due <= now:
        raise RuleError(_("Nobody can call back by {0}, which is past. Enter a later time."), f"{due:%Y-%m-%d %H:%M}")
    if due > now + FURTHEST:
        raise RuleError(_("{0} is more than a year away. Promise an earlier time."), f"{due:%Y-%m-%d %H:%M}")


def check_responsible(doc: Document) -> None:
    """Refuse whoever cannot see the promise: not at work here any more, no role for it, or of another community."""
    user = doc.responsible
    known = frappe.db.get_value("User", user, ["enabled", "user_type"], as_dict=True)
    if not known or not known.enabled or known.user_type != "System User":
        raise RuleError(_("{0} does not work here. Choose somebody else to call back."), user)
    if user != "Administrator" and RESPONSIBLE_ROLES.isdisjoint(frappe.get_roles(user)):
        raise RuleError(_("{0} does not work here. Choose somebody else to call back."), user)
    if not may_see_community(doc.community, user):
        raise RuleError(_("{0} does not work for {1}. Choose somebody else to call back."), user, doc.community)
    about = ("Resident Complaint", doc.reference_name, "person_complained_of")
    if doc.reference_doctype == about[0] and frappe.db.get_value(*about) == user:
        raise RuleError(_("{0} cannot call back about this. Choose somebody else."), user)


def _fill_from_contact(doc: Document) -> None:
    if not doc.service_contact:
        return
    fields = ["community", "unit", "resident", "caller_name", "caller_phone", "is_anonymous"]
    contact = frappe.db.get_value(CONTACT, doc.service_contact, fields, as_dict=True)
    if not contact:
        raise RuleError(_("There is no service contact {0}."), doc.service_contact)
    doc.community = doc.community or contact.community
    doc.unit, doc.resident = doc.unit or contact.unit, doc.resident or contact.resident
    doc.contact_name = doc.contact_name or contact.caller_name
    doc.contact_phone = doc.contact_phone or contact.caller_phone
    if doc.unit and community_of("Property Unit", doc.unit) != contact.community:
        raise RuleError(_("{0} belongs to another community."), doc.unit)


def _check_waits(doc: Document) -> None:
    if doc.status == CANCELLED:
        raise RuleError(_("{0} was called off; nobody waits for a call."), doc.name)
    if not waits(doc):
        raise RuleError(_("{0} was answered already. Make a new promise if one is needed."), doc.name)


def _check_channel(channel: str) -> None:
    if channel not in CHANNELS:
        raise RuleError(_("Choose how contact was attempted: {0}."), ", ".join(CHANNELS))


def _text(text: str, most: int, otherwise: str = "") -> str:
    clean = plain_text(text, frappe._("Answer"), most)
    if otherwise and not clean:
        raise RuleError(otherwise)
    return clean


def _add_attempt(doc: Document, by: str, channel: str, reached: bool, note: str, at: datetime) -> None:
    doc.append(
        "attempts",
        {"attempted_at": at, "channel": channel, "reached": cint(reached), "by_user": by, "note": note or None},
    )
    doc.attempt_count = len(doc.attempts)


def _answer_contact(doc: Document) -> None:
    """Nobody waits any more for the contact that ended in this promise; what became a job or a complaint goes on as that."""
    if not doc.service_contact:
        return
    table = frappe.qb.DocType(CONTACT)
    query = frappe.qb.update(table).set(table.status, "Answered").set(table.modified, frappe.utils.now())
    query.where((table.name == doc.service_contact) & (table.status == "Promised")).run()
