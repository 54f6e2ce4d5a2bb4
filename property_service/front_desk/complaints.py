"""Complaints, suggestions and praise of residents: received, dealt with, told of, resolved, visited; each step recorded.

The only door by which their state moves. Nothing here commits; callers have judged roles and community (`complaint_permits`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

from property_service.front_desk import complaint_clock, complaint_letters, complaint_people, complaint_visits
from property_service.front_desk.complaint_effects import keep, members_of, move
from property_service.front_desk.complaint_intake import MOST_TEXT, add_step
from property_service.front_desk.complaint_states import (
    ASSIGNED,
    CHANNELS,
    COMPLAINT,
    DOCTYPE,
    IN_HAND,
    INVESTIGATING,
    KINDS,
    OPEN_STATES,
    RECEIVED,
    RESOLVED,
    WITHDRAWN,
)
from property_service.front_desk.visit_rules import act_on
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.photos import store_photo
from property_service.property_service.plain_text import made_plain, plain_text
from property_service.property_service.rule_error import mark
from property_service.property_service.service_clock import site_now

FIRST_ANSWER, INTERIM, NOTE = "First Answer", "Interim Reply", "Note"
ADMINISTRATOR = "Administrator"


@dataclass(frozen=True, slots=True)
class ComplaintOrder:
    """What somebody complains of, suggests or praises. The same `client_key` brings the same complaint.

    `level` and `category` may be left out; `other_side` is the neighbour of a dispute, `group_of` the first complaint about the same thing,
    `follow_key` lets an anonymous one be followed by whoever holds it, `photo` is the file as it was sent.
    """

    community: str
    subject: str
    kind: str = COMPLAINT
    category: str = ""
    level: str = ""
    channel: str = "Phone"
    details: str = ""
    resident: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    unit: str = ""
    building: str = ""
    place: str = ""
    is_anonymous: bool = False
    person_complained_of: str = ""
    team_complained_of: str = ""
    other_side: str = ""
    group_of: str = ""
    service_contact: str = ""
    reference: tuple[str, str] | None = None
    photo: bytes | None = None
    client_key: str = ""
    follow_key: str = ""


NOT_COPIED = frozenset({"reference", "photo", "is_anonymous", "group_of"})
# What the form of a contact asks about a complaint; all else is the contact's.
FOLLOWED = ("category", "level", "person_complained_of", "team_complained_of", "other_side")
COPIED = tuple(field.name for field in fields(ComplaintOrder) if field.name not in NOT_COPIED)


def receive(order: ComplaintOrder, by: str, to_manager: bool = False) -> Document:
    """Receive a complaint that `by` (a User) has taken down or sent; returns it. Major ones, and those `to_manager`, are the manager's.

    Raises InputRefused with a sentence.
    """
    known = order.client_key and frappe.db.get_value(
        DOCTYPE, {"client_key": order.client_key}, ["name", "community"], as_dict=True
    )
    if known:
        if known.community != order.community:
            frappe.throw(_("This was sent already for another community."), InputRefused)
        return frappe.get_doc(DOCTYPE, known.name)
    if order.kind not in KINDS or order.channel not in CHANNELS:
        frappe.throw(_("Choose what it is and how it came to us from the lists."), InputRefused)
    doc = frappe.new_doc(DOCTYPE)
    doc.update({name: getattr(order, name) or None for name in COPIED})
    reference_doctype, reference_name = order.reference or (None, None)
    doc.update(
        {
            "reference_doctype": reference_doctype,
            "reference_name": reference_name,
            "is_anonymous": cint(order.is_anonymous),
            # Of an anonymous one the sender is not kept either.
            "requested_by_user": None if order.is_anonymous and order.channel == "Portal" else by,
        }
    )
    doc.flags.by_rules, doc.flags.to_manager = True, to_manager
    doc.flags.ignore_version = bool(order.is_anonymous)
    if order.group_of:
        doc.group_of = check_first(doc, order.group_of).name
    try:
        # Residents hold no permission here; the caller has judged that this one may complain for this place.
        doc.insert(ignore_permissions=True)
    except (frappe.UniqueValidationError, frappe.DuplicateEntryError) as error:
        # Sent twice at once: begun again, the first one is found.
        raise frappe.QueryDeadlockError(error) from error
    doc.flags.by_rules = doc.flags.to_manager = None
    if order.photo:
        _add_photo(doc, order.photo)
    return doc


def follow_up(contact: Document, order: Mapping[str, Any]) -> Document:
    """Make a complaint, suggestion or praise of a service contact (extension point `property_service_contact_follow_up`); returns it."""
    taken = {name: order[name] for name in FOLLOWED if isinstance(order.get(name), str) and order[name]}
    complaint_people.check_named(taken)
    return receive(
        ComplaintOrder(
            **{
                "subject": contact.subject,
                "details": contact.details or "",
                "resident": contact.resident or "",
                "contact_name": contact.caller_name or "",
                "contact_phone": contact.caller_phone or "",
                "unit": contact.unit or "",
                "building": contact.building or "",
                "place": contact.place or "",
                **taken,
                "kind": contact.kind,
                "channel": contact.channel,
                "community": contact.community,
                "is_anonymous": bool(cint(contact.is_anonymous)),
                "service_contact": contact.name,
                "client_key": f"contact|{contact.name}",
            }
        ),
        contact.handled_by or frappe.session.user,
    )


def locked(name: str) -> Document:
    """The complaint, its row locked until the commit. Raises DoesNotExistError."""
    return frappe.get_doc(DOCTYPE, name, for_update=True)


# Acts of staff, by the session's user and as the workflow allows it


def assign(name: str, user: str, by: str, note: str = "") -> Document:
    """Give it to a handler; a complaint in hand changes hands. InputRefused for somebody who cannot handle it."""
    doc = _in_hand(name)
    complaint_people.check_handler(doc, user)
    if doc.assigned_to == user:
        frappe.throw(_("It is already theirs."), NotAllowedNow)
    doc.assigned_to = user
    note = plain_text(note, _("Note"), MOST_TEXT)
    add_step(doc, ASSIGNED, by, " · ".join(word for word in (frappe.utils.get_fullname(user), note) if word))
    if doc.status == RECEIVED:
        return _to(doc, ASSIGNED)
    _save(doc)
    complaint_letters.tell_of(doc, [user], mark("{0} was given to you: {1}"))
    return doc


def start(name: str, by: str) -> Document:
    """Its handler begins to look into it."""
    doc = _in_hand(name)
    add_step(doc, INVESTIGATING, by, "")
    return _to(doc, INVESTIGATING)


def answer(name: str, by: str, text: str) -> Document:
    """Record the first answer given to the complainant, who is told it in writing as well."""
    doc = _in_hand(name)
    if doc.first_answered_at:
        frappe.throw(_("The first answer was given already. Record an interim reply instead."), NotAllowedNow)
    return _told(doc, FIRST_ANSWER, "answered", by, text)


def interim(name: str, by: str, text: str) -> Document:
    """Tell the complainant how it is going on; the next reply is due from now. Without a first answer it is the first."""
    doc = _in_hand(name)
    return _told(doc, INTERIM if doc.first_answered_at else FIRST_ANSWER, "interim", by, text)


def resolve(
    name: str, by: str, resolution: str, told: str = "", is_valid: bool = True, is_typical: bool = False
) -> Document:
    """It is dealt with: what was done, what the complainant is told (the same where left out), whether he was right.

    All that joined it are resolved with it. A visit follows within the set hours. NotAllowedNow for one that has joined another.
    """
    doc = _in_hand(name)
    if doc.group_of:
        frappe.throw(
            _("It has joined {0} and is resolved with it. Take it out first to resolve it alone.").format(doc.group_of),
            NotAllowedNow,
        )
    doc.resolution = plain_text(resolution, _("What Was Done", context="Resident Complaint"), MOST_TEXT, required=True)
    said = plain_text(told, _("What the Complainant Is Told"), MOST_TEXT) or doc.resolution
    doc.resolution_told = complaint_letters.check_names(doc, said)
    doc.is_valid = "Valid" if is_valid else "Not Valid"
    doc.is_typical = cint(is_typical)
    doc.resolved_at, doc.resolved_by, doc.assigned_to = site_now(), by, by
    doc.first_answered_at = doc.first_answered_at or doc.resolved_at
    add_step(doc, RESOLVED, by, doc.resolution_told, told=True)
    complaint_clock.latch(doc, doc.resolved_at)
    doc.next_alert_at = None
    return _to(doc, RESOLVED)


def reopen(name: str, by: str, because: str) -> Document:
    """Open again what is not right yet; it gets promises of its own."""
    doc = locked(name)
    complaint_visits.reopen(doc, plain_text(because, _("Reason"), MOST_TEXT, required=True), by, by_hand=True)
    return doc


def withdraw(name: str, by: str, because: str) -> Document:
    """The complainant takes it back, told to the desk."""
    doc = locked(name)
    _take_back(doc, by, plain_text(because, _("Reason"), MOST_TEXT, required=True))
    return _to(doc, WITHDRAWN)


def withdraw_own(doc: Document, because: str = "") -> Document:
    """The complainant takes it back himself, in the portal; whose it is was judged there."""
    if doc.status not in OPEN_STATES:
        frappe.throw(
            _("This cannot be withdrawn any more: it is {0}.").format(_(doc.status, context=DOCTYPE)), NotAllowedNow
        )
    anonymous = bool(cint(doc.is_anonymous))
    _take_back(doc, "" if anonymous else frappe.session.user, plain_text(because, _("Reason"), MOST_TEXT))
    move(doc, WITHDRAWN, "taken back", actor_kind="Resident", quietly=anonymous)
    return doc


def note(name: str, by: str, text: str) -> Document:
    """Add a note to the log, for the colleagues; the complainant does not see it."""
    doc = locked(name)
    add_step(doc, NOTE, by, plain_text(text, _("Note"), MOST_TEXT, required=True))
    return keep(doc)


def join(name: str, first: str, by: str) -> Document:
    """Let it follow the first complaint about the same thing; an empty `first` takes it out again."""
    doc = _in_hand(name)
    if cint(doc.group_size) > 1:
        frappe.throw(_("Others have joined this one. Let them join the other one instead."), NotAllowedNow)
    doc.group_of = check_first(doc, first).name if first else None
    add_step(doc, NOTE, by, _("Joined to {0}").format(first) if first else _("Taken out of the group"))
    return keep(doc)


def check_first(doc: Document, first: str) -> Document:
    """The complaint another one may follow. InputRefused for one elsewhere, of another kind, settled, or of the other side of a dispute."""
    found = frappe.get_doc(DOCTYPE, first) if frappe.db.exists(DOCTYPE, first) else None
    doc.derive_community()
    fits = found and found.community == doc.community and found.kind == doc.kind and found.name != doc.name
    if not fits or found.group_of or found.status not in IN_HAND:
        frappe.throw(_("Choose the first open complaint of this community about the same thing."), InputRefused)
    if found.dispute_key or doc.dispute_key or doc.other_side:
        frappe.throw(_("A dispute between neighbours is not shared: each side is heard alone."), InputRefused)
    return found


# What visits bring to light


def on_visit_result(visit: Document) -> str | None:
    """Act on the result of a return visit (extension point); returns what followed, as a sentence.

    Visits of complaints close or reopen them. At any other visit, dissatisfaction with manner, lateness or charge becomes a complaint to
    the manager; so does all dissatisfaction where no work can be done again.
    """
    if visit.reference_doctype == DOCTYPE:
        return complaint_visits.on_result(visit)
    if visit.result != "Dissatisfied":
        return None
    follows = act_on(visit.dissatisfied_reason)
    if follows == "Explanation" or (follows == "Rework" and visit.visit_kind == "Repair"):
        return None
    doc = receive(of_visit(visit), visit.visited_by or frappe.session.user, to_manager=True)
    if doc.person_complained_of:
        visit.db_set("kept_from", doc.person_complained_of, update_modified=False)
    return _("{0} is with the manager.").format(doc.name)


def of_visit(visit: Document) -> ComplaintOrder:
    """The complaint a visit has brought to light; about who did the work where his manner was the reason."""
    about = visit.doer if visit.dissatisfied_reason == "Manner" and visit.doer else ""
    reference = (
        (visit.reference_doctype, visit.reference_name) if visit.reference_doctype else ("Return Visit", visit.name)
    )
    category = CATEGORY_OF.get(visit.dissatisfied_reason, "")
    return ComplaintOrder(
        community=visit.community,
        subject=_("Dissatisfied at the return visit: {0}").format(_(visit.dissatisfied_reason)),
        category=category if category and frappe.db.get_value("Complaint Category", category, "enabled") else "",
        # Taken over from older records, where more was allowed: refused here, the answer of the visit would be lost.
        details=made_plain(visit.remark),
        resident=visit.resident or "",
        contact_name=made_plain(visit.contact_name),
        contact_phone=visit.contact_phone or "",
        unit=visit.unit or "",
        place=made_plain(visit.place),
        person_complained_of="" if about == ADMINISTRATOR else about,
        team_complained_of=visit.team or "",
        reference=reference,
        client_key=f"visit|{visit.name}",
    )


# The usual categories; a customer's own list may have none of them.
CATEGORY_OF = {
    "Manner": "Staff Manner",
    "Lateness": "Slow Service",
    "Charge": "Charges",
    "Not Fixed": "Quality of Work",
}


def _in_hand(name: str) -> Document:
    doc = locked(name)
    if doc.status not in IN_HAND:
        frappe.throw(
            _("This cannot be done with {0} now: it is {1}.").format(
                doc.name, frappe.bold(_(doc.status, context=DOCTYPE))
            ),
            NotAllowedNow,
        )
    return doc


def _told(doc: Document, kind: str, event: str, by: str, text: str) -> Document:
    said = complaint_letters.check_names(doc, plain_text(text, _("Text"), MOST_TEXT, required=True))
    # Whoever has joined it hears the same.
    for each in (doc, *map(locked, members_of(doc.name) if cint(doc.group_size) > 1 else ())):
        each.first_answered_at = each.first_answered_at or site_now()
        add_step(each, kind, by, said, told=True)
        complaint_clock.told(each)
        _save(each) if each is doc else keep(each)
        complaint_letters.write(each, event, key=str(len(each.steps)), reason=said)
    return doc


def _take_back(doc: Document, by: str, because: str) -> None:
    doc.withdrawn_because, doc.next_alert_at = because or None, None
    add_step(doc, WITHDRAWN, by, because)


def _to(doc: Document, state: str) -> Document:
    """A step of the workflow, by the session's user and as the workflow allows it."""
    doc.status = state
    if state in (ASSIGNED, INVESTIGATING):
        complaint_clock.settle(doc)
    return _save(doc)


def _save(doc: Document) -> Document:
    doc.flags.by_rules = True
    doc.save()
    doc.flags.by_rules = None
    return doc


def _add_photo(doc: Document, photo: bytes) -> None:
    file = store_photo(photo, DOCTYPE, doc.name, "report")
    values = {"attached_to_field": "photo"}
    if cint(doc.is_anonymous):
        values["modified_by"] = ADMINISTRATOR
    frappe.db.set_value("File", file, values, update_modified=False)
    doc.db_set("photo", frappe.db.get_value("File", file, "file_url"), update_modified=False)
