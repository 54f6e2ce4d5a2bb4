"""What follows a new complaint and each change of its state, after the save, whichever way it came."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Count
from frappe.utils import cint

from property_service.front_desk import (
    callback_promises,
    complaint_access,
    complaint_clock,
    complaint_letters,
    complaint_people,
)
from property_service.front_desk import complaint_rules as rules
from property_service.front_desk.callback_promises import PROMISE
from property_service.front_desk.complaint_intake import add_step, kept_out
from property_service.front_desk.complaint_states import (
    ASSIGNED,
    AWAITING_VISIT,
    CLOSED,
    COMPLAINT,
    DOCTYPE,
    GENERAL,
    IN_HAND,
    PRAISE,
    RECEIVED,
    REOPENED,
    RESOLVED,
    SUGGESTION,
    WITHDRAWN,
)
from property_service.front_desk.return_visits import cancel_visits
from property_service.property_service.guarded_document import advance
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now

LETTER_OF = {COMPLAINT: "received", SUGGESTION: "suggestion", PRAISE: "praise"}
MOST_MEMBERS = 500


def after_insert(doc: Document) -> None:
    """The complainant and those who deal with it hear of it; the rest is left to `go_on`."""
    complaint_letters.write(doc, LETTER_OF[doc.kind])
    sentence = {
        COMPLAINT: _("New complaint {0}: {1}"),
        SUGGESTION: _("New suggestion {0}: {1}"),
        PRAISE: _("New praise {0}: {1}"),
    }[doc.kind]
    complaint_letters.tell_of(doc, complaint_people.first_readers(doc), sentence)
    if doc.group_of:
        recount(doc.group_of)
    doc.flags.go_on = RECEIVED


def after_edit(doc: Document, before: Document) -> None:
    """Whoever is complained of now loses what he has of it; what became major goes to the manager."""
    if kept_out(doc, before):
        complaint_access.shut_out(doc)
        _hand_promises_on(doc)
        if before.assigned_to and not doc.assigned_to:
            complaint_letters.tell_of(doc, complaint_people.managers(doc), _("{0} needs another handler: {1}"))
    if (doc.group_of or "") != (before.group_of or ""):
        for first in filter(None, (doc.group_of, before.group_of)):
            recount(first)
    if doc.level != GENERAL and before.level == GENERAL and doc.status in IN_HAND:
        complaint_letters.tell_of(doc, complaint_people.managers(doc), _("Now a major complaint, {0}: {1}"))


def _hand_promises_on(doc: Document) -> None:
    """Who was to call back about it and is complained of now does not: its handler does, else a manager."""
    owed = frappe.get_all(
        PROMISE,
        {
            "reference_doctype": DOCTYPE,
            "reference_name": doc.name,
            "responsible": doc.person_complained_of,
            "status": ["in", [callback_promises.OPEN, callback_promises.BROKEN]],
            "answered_at": ["is", "not set"],
        },
        pluck="name",
        order_by="due_at asc, name asc",
    )
    candidates = [doc.assigned_to, *complaint_people.managers(doc)] if owed else []
    for name in owed:
        for user in filter(None, candidates):
            try:
                callback_promises.hand_over(name, user, frappe.session.user)
                break
            except RuleError:  # the handler works here no more
                continue


def after_change(doc: Document, before: Document) -> None:
    """Letters, visits, and what the system does next."""
    new = doc.status
    if new in (CLOSED, WITHDRAWN, REOPENED):
        cancel_visits(DOCTYPE, doc.name)
    if new == WITHDRAWN:
        complaint_letters.write(doc, "withdrawn")
        if doc.group_of:
            recount(doc.group_of)
    elif new == CLOSED and before.status == AWAITING_VISIT:
        complaint_letters.write(doc, "closed")
    elif new == REOPENED:
        complaint_letters.write(doc, "reopened")
        readers = [doc.assigned_to] if doc.assigned_to else complaint_people.managers(doc)
        complaint_letters.tell_of(doc, readers, _("{0} is open again: {1}"))
    elif new == ASSIGNED:
        complaint_letters.tell_of(doc, [doc.assigned_to], _("{0} was given to you: {1}"))
    after_edit(doc, before)
    doc.flags.go_on = new


def go_on(doc: Document) -> None:
    """What a complaint does by itself after a change; the last thing of a save."""
    new, doc.flags.go_on = doc.flags.go_on, None
    if new == RECEIVED:
        doc.flags.just_inserted = True
        _begin(doc)
        doc.flags.just_inserted = None
    elif new == RESOLVED:
        _resolved(doc)


def move(doc: Document, state: str, because: str, actor_kind: str = "System", quietly: bool = False) -> None:
    """`advance` with what the rules have set on the document. `quietly`: no version that says who it was."""
    doc.flags.by_rules = doc.flags.ignore_links = True
    try:
        advance(doc, state, because, actor_kind, ignore_version=quietly)
    finally:
        doc.flags.by_rules = doc.flags.ignore_links = None


def keep(doc: Document, quietly: bool = False) -> Document:
    """Save what the rules have set, whoever is signed in; the caller has judged that he may."""
    doc.flags.by_rules = doc.flags.system_edit = doc.flags.ignore_links = True
    ignored = doc.flags.ignore_permissions
    try:
        # Some acts are the system's or a resident's, who hold no write permission; the act was judged before.
        doc.save(ignore_permissions=True, ignore_version=quietly or None)
    finally:
        doc.flags.by_rules = doc.flags.system_edit = doc.flags.ignore_links = None
        doc.flags.ignore_permissions = ignored
    return doc


def recount(first: str) -> None:
    """Count who shares a complaint; from the set number on it is a major one, which goes to the manager."""
    doc = frappe.get_doc(DOCTYPE, first, for_update=True)
    table = frappe.qb.DocType(DOCTYPE)
    query = frappe.qb.from_(table).select(Count("*"))
    joined = query.where((table.group_of == first) & (table.status != WITHDRAWN)).run()[0][0]
    size = joined + 1
    level = rules.group_level(doc.level, size, complaint_clock.setting("complaint_group_major", 5))
    if (cint(doc.group_size), doc.level) == (size, level):
        return
    became_major = level != doc.level and doc.status in IN_HAND
    doc.group_size, doc.level = size, level
    if became_major and doc.status == RECEIVED:
        give_to_manager(doc, "many complain of the same")
        return
    if became_major and (manager := complaint_people.duty_manager(doc)):
        doc.assigned_to = manager
    keep(doc)


def give_to_manager(doc: Document, because: str) -> None:
    """A received complaint goes to the manager on duty; where there is none but the person complained of, it waits and is told of."""
    manager = complaint_people.duty_manager(doc)
    if not manager:
        complaint_letters.tell_of(doc, complaint_people.managers(doc), _("{0} needs another handler: {1}"))
        keep(doc)
        return
    doc.assigned_to = manager
    add_step(doc, ASSIGNED, "", frappe.utils.get_fullname(manager))
    move(doc, ASSIGNED, because)


def _begin(doc: Document) -> None:
    if doc.kind == PRAISE:
        doc.closed_at = site_now()
        add_step(doc, CLOSED, "", "")
        move(doc, CLOSED, "thanked")
    elif doc.kind == COMPLAINT and (doc.level != GENERAL or doc.flags.to_manager):
        give_to_manager(doc, "major" if doc.level != GENERAL else "a visit has brought it to light")
        if doc.team_complained_of:
            complaint_letters.tell_of(doc, [complaint_people.leader(doc)], _("Complaint about your team, {0}: {1}"))


def _resolved(doc: Document) -> None:
    """Those who joined are resolved with it; then the visit is planned, or it closes where none is due."""
    from property_service.front_desk import complaint_visits

    for name in members_of(doc.name):
        member = frappe.get_doc(DOCTYPE, name, for_update=True)
        if member.status in IN_HAND:
            _resolve_with(member, doc)
    complaint_letters.write(
        doc, "resolved" if doc.kind == COMPLAINT else "concluded", reason=doc.resolution_told or doc.resolution or ""
    )
    if doc.kind != COMPLAINT:
        doc.closed_at = site_now()
        add_step(doc, CLOSED, "", "")
        move(doc, CLOSED, "no visit needed")
        return
    doc.return_visit = complaint_visits.plan(doc)
    move(doc, AWAITING_VISIT, "visit planned")


def _resolve_with(member: Document, first: Document) -> None:
    """A complaint that has joined another one is resolved as that one was."""
    for fieldname in ("resolution", "resolution_told", "is_valid", "resolved_at", "resolved_by"):
        member.set(fieldname, first.get(fieldname))
    if member.person_complained_of != first.resolved_by:
        member.assigned_to = first.resolved_by
    member.first_answered_at = member.first_answered_at or first.resolved_at
    add_step(member, RESOLVED, first.resolved_by or "", first.resolution_told or "", told=True)
    complaint_clock.settle(member)
    move(member, RESOLVED, f"resolved with {first.name}")


def members_of(first: str) -> list[str]:
    """Names of those that have joined a complaint and are in hand with it."""
    filters = {"group_of": first, "status": ["in", IN_HAND]}
    return frappe.get_all(DOCTYPE, filters, pluck="name", order_by="name asc", limit=MOST_MEMBERS)
