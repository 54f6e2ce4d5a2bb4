"""The steps of a repair: one row for everything that happened to it, written once and never changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now

STAFF, RESIDENT, SYSTEM = "Staff", "Resident", "System"

# Step words; a state that a customer has added to the workflow is logged by its own name.
REPORTED, ACCEPTED, REJECTED, REFERRED, CANCELLED = (
    _("Reported"),
    _("Accepted"),
    _("Rejected"),
    _("Referred"),
    _("Cancelled"),
)
QUOTED, AGREED, DECLINED = _("Quoted"), _("Quote Agreed"), _("Quote Declined")
DISPATCHED, TAKEN, ARRIVED, ON_HOLD, RESUMED = (
    _("Dispatched"),
    _("Taken"),
    _("Arrived"),
    _("On Hold"),
    _("Resumed"),
)
HANDED_BACK, TRANSFERRED, COMPLETED, ON_THE_PHONE = (
    _("Handed Back"),
    _("Transferred"),
    _("Completed"),
    _("Solved on the Phone"),
)
AWAITING_VISIT, VISITED, REOPENED, CLOSED = _("Awaiting Visit"), _("Visited"), _("Reopened"), _("Closed")
URGED, RATED, PHOTO, PAYMENT = _("Urged"), _("Rated"), _("Photo Added"), _("Payment Changed")
WARNED, LATE, ALARMED = _("Warned"), _("Escalated"), _("Alarmed")
WARRANTY_STEP, JOINED, UNJOINED = _("Warranty Step"), _("Joined to an Incident"), _("Taken Out of an Incident")
IMPORTED, PRIORITY = _("Imported"), _("Priority Changed")

# What a resident sees of the course of his repair.
FOR_RESIDENT = frozenset(
    {REPORTED, ACCEPTED, REJECTED, REFERRED, CANCELLED, QUOTED, AGREED, DECLINED, DISPATCHED, TAKEN, ARRIVED}
    | {ON_HOLD, RESUMED, COMPLETED, ON_THE_PHONE, AWAITING_VISIT, REOPENED, CLOSED, URGED, RATED, WARRANTY_STEP}
)
# Reasons of a reassignment that are counted.
WRONGLY_DISPATCHED = _("Wrongly Dispatched")
REASSIGN_REASONS = (WRONGLY_DISPATCHED, _("No Skill for It"), _("Too Many Jobs"), _("Off Duty"), _("Other"))


def log_step(
    doc: Document,
    step: str,
    from_state: str | None = None,
    to_state: str | None = None,
    reason: str | None = None,
    note: str | None = None,
    from_user: str | None = None,
    to_user: str | None = None,
    actor_kind: str | None = None,
) -> str:
    """Write one step of a repair request, now, by the session's user; returns its name.

    `actor_kind` (Staff, Resident, System) is the one `advance` left in the document's flags unless it is given.
    """
    kind = actor_kind or doc.flags.actor_kind or STAFF
    row = frappe.get_doc(
        {
            "doctype": "Repair Step",
            "repair_request": doc.name,
            "community": doc.community,
            "step": step,
            "actor_kind": kind,
            "actor": None if kind == SYSTEM else frappe.session.user,
            "happened_at": site_now(),
            "from_state": from_state,
            "to_state": to_state,
            "from_user": from_user,
            "to_user": to_user,
            "reason": (reason or "")[:140] or None,
            "note": note or None,
            "for_resident": int(step in FOR_RESIDENT),
        }
    )
    # The log is written by the rules alone: no role may create steps, and the controller refuses all that lack the flag.
    row.flags.written_by_rules = row.flags.ignore_links = True
    return row.insert(ignore_permissions=True).name


def log_many(requests: Iterable[str], step: str, reason: str, community: str | None = None) -> None:
    """Write the same step of the system into many requests, in one statement; `community` where all lie in one."""
    names = tuple(requests)
    if not names:
        return
    places = dict.fromkeys(names, community) if community else _communities_of(names)
    moment, now, user = site_now(), now_datetime(), frappe.session.user
    fields = ("name", "repair_request", "community", "step", "actor_kind", "happened_at", "reason", "for_resident")
    rows = [
        (
            *(frappe.generate_hash(length=10), name, places[name], step, SYSTEM, moment, reason[:140]),
            *(int(step in FOR_RESIDENT), user, user, now, now),
        )
        for name in names
        if name in places
    ]
    frappe.db.bulk_insert("Repair Step", [*fields, "owner", "modified_by", "creation", "modified"], rows)


def _communities_of(names: tuple[str, ...]) -> dict[str, str]:
    table = frappe.qb.DocType("Repair Request")
    query = frappe.qb.from_(table).select(table.name, table.community).where(table.name.isin(names))
    return dict(query.orderby(table.name).run())


def steps_of(name: str, for_resident: bool = False) -> list[dict[str, Any]]:
    """The steps of a request, oldest first, with the names of people; a resident gets what is meant for him.

    Rows: step, step_label, actor_kind, actor, actor_name, happened_at, from_state, to_state, reason, note, to_user, to_user_name.
    The caller has judged that the reader may see the request.
    """
    table = frappe.qb.DocType("Repair Step")
    actor, to = frappe.qb.DocType("User").as_("actor_row"), frappe.qb.DocType("User").as_("to_row")
    query = (
        frappe.qb.from_(table)
        .left_join(actor)
        .on(actor.name == table.actor)
        .left_join(to)
        .on(to.name == table.to_user)
        .select(table.name, table.step, table.actor_kind, table.happened_at, table.from_state, table.to_state)
        .select(table.note, to.full_name.as_("to_user_name"))
        .where(table.repair_request == name)
        .orderby(table.happened_at)
        .orderby(table.creation)
        .orderby(table.name)
    )
    if for_resident:
        query = query.where(table.for_resident == 1)
    else:
        query = query.select(table.reason, table.actor, actor.full_name.as_("actor_name"), table.to_user)
    rows = query.run(as_dict=True)
    for row in rows:
        # States and steps share their words: 已受理 is the step and the state.
        row.step_label = frappe._(row.step, context="Repair Request")
    return rows


def refused_by(doc: Document) -> frozenset[str]:
    """Who has handed this job back since it was last reopened; they are not chosen again."""
    if not doc.handed_back_count:
        return frozenset()
    table = frappe.qb.DocType("Repair Step")
    query = (
        frappe.qb.from_(table)
        .select(table.from_user)
        .distinct()
        .where(table.repair_request == doc.name)
        .where(table.step == HANDED_BACK)
        .where(table.from_user.isnotnull())
        .orderby(table.from_user)
    )
    if doc.reopened_count and doc.clock_started_at:
        query = query.where(table.happened_at >= doc.clock_started_at)
    return frozenset(query.run(pluck=True))
