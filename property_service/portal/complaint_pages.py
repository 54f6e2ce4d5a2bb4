"""What the pages about complaints show: his own alone, in our own words. Neither colleagues nor neighbours are named on them."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder import Order
from frappe.query_builder.functions import Count
from frappe.utils import cint
from frappe.utils.password import get_encryption_key
from pypika.terms import Criterion

from property_service.front_desk import complaint_view
from property_service.front_desk.complaint_states import (
    AWAITING_VISIT,
    CLOSED,
    COMPLAINT,
    DOCTYPE,
    IN_HAND,
    KINDS,
    OPEN_STATES,
    PRAISE,
    RESOLVED,
    SUGGESTION,
)
from property_service.portal.access import is_portal_user, residents_of, spans_of
from property_service.portal.viewer import Viewer
from property_service.property_service.access_tokens import keyed_hash
from property_service.property_service.service_clock import start_of_local_day

PAGE = 20
FIELDS = (
    *("name", "community", "unit", "place", "kind", "subject", "category", "status", "stage", "received_at", "details"),
    *("first_answer_due", "first_answered_at", "interim_due", "solve_due", "solved_late", "is_anonymous", "photo"),
)
# Steps he sees without their text, which is for colleagues; those told to him he sees whole.
PLAIN_STEPS = frozenset({"Received", "Investigating", "Reopened", "Withdrawn", "Closed"})


def follow_key(user: str) -> str:
    """By what somebody finds his own anonymous complaints again; nobody finds him by it."""
    return keyed_hash(f"complaint|{user}", get_encryption_key())


def complaint_rows(viewer: Viewer, page: int = 1) -> dict[str, Any]:
    """One page of the viewer's own complaints, newest first: {rows, page, more}."""
    page = max(1, min(page, 500))
    table = frappe.qb.DocType(DOCTYPE)
    own = _own(table, viewer.user)
    if own is None:
        return {"rows": [], "page": page, "more": False}
    rows = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in FIELDS))
        .where(own)
        .orderby(table.received_at, order=Order.desc)
        .orderby(table.name, order=Order.desc)
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
        .run(as_dict=True)
    )
    return {"rows": [_shown(row, viewer) for row in rows[:PAGE]], "page": page, "more": len(rows) > PAGE}


def complaint_page(viewer: Viewer, name: Any) -> dict[str, Any]:
    """One complaint with its course: {row, steps, progress, may_withdraw}. PermissionError where it is not his."""
    doc = own_complaint(name)
    row = _shown(frappe._dict({field: doc.get(field) for field in FIELDS}), viewer)
    return {
        "row": row,
        "steps": [
            {"label": step["label"], "at": step["at"], "text": step["text"] if step["told"] else ""}
            for step in complaint_view.steps_of(doc)
            if step["told"] or step["kind"] in PLAIN_STEPS
        ],
        "progress": _progress(doc),
        "may_withdraw": doc.status in OPEN_STATES and doc.kind != PRAISE,
    }


def form_page(viewer: Viewer, unit: str | None) -> dict[str, Any]:
    """The form: {room, rooms, kinds [{value, label, hint}], categories [{value, label, kind}]}."""
    rows = frappe.get_all(
        "Complaint Category", {"enabled": 1}, ["name", "kind"], order_by="creation asc, name asc", limit=60
    )
    hints = {
        COMPLAINT: _("Something is not as it should be"),
        SUGGESTION: _("An idea how to do better"),
        PRAISE: _("Somebody did well"),
    }
    return {
        "room": viewer.room(unit) or viewer.room(None),
        "kinds": [{"value": kind, "label": _(kind, context=DOCTYPE), "hint": hints[kind]} for kind in KINDS],
        "categories": [{"value": row.name, "label": _(row.name), "kind": row.kind or ""} for row in rows],
    }


def own_complaint(name: Any) -> Document:
    """The complaint of this name if it is the session's user's own; a foreign one and none at all look alike."""
    user = frappe.session.user
    found = None
    if isinstance(name, str) and name and is_portal_user(user):
        table = frappe.qb.DocType(DOCTYPE)
        own = _own(table, user)
        if own is not None:
            rows = frappe.qb.from_(table).select(table.name).where((table.name == name) & own).run(pluck=True)
            found = rows[0] if rows else None
    if not found:
        frappe.throw(_("We cannot find this among yours. Please open it from your list."), frappe.PermissionError)
    return frappe.get_doc(DOCTYPE, found)


def sent_today(community: str, resident: str, key: str) -> int:
    """How many complaints somebody has sent today, with his name and without."""
    table = frappe.qb.DocType(DOCTYPE)
    return (
        frappe.qb.from_(table)
        .select(Count("*"))
        .where((table.resident == resident) | (table.follow_key == key))
        .where(table.channel == "Portal")
        .where(table.received_at >= start_of_local_day(community))
        .run()[0][0]
    )


def _own(table: Any, user: str) -> Criterion | None:
    """What is his: sent in his name or followed by his key, in communities where he still lives or owns."""
    communities = sorted({row.community for row in spans_of(user)})
    if not communities:
        return None
    mine = table.follow_key == follow_key(user)
    if residents := residents_of(user):
        mine = mine | table.resident.isin(residents)
    return mine & table.community.isin(communities)


def _shown(row: Any, viewer: Viewer) -> Any:
    room = viewer.room(row.unit) if row.unit else None
    row.place_label = room.label if room else row.place or ""
    row.kind_label = _(row.kind, context=DOCTYPE)
    row.category_label = _(row.category) if row.category else ""
    row.status_label = _(row.status, context=DOCTYPE)
    row.hint = next_hint(row)
    row.in_hand = row.status in IN_HAND and row.kind != PRAISE
    return row


def next_hint(row: Any) -> str:
    """What happens next, in a sentence a resident understands."""
    if row.kind == PRAISE:
        return _("Thank you. We are passing it on to the colleagues concerned.")
    hints = {
        "Received": _("We have it. Somebody will look into it and answer you."),
        "Assigned": _("A colleague is responsible for it and will answer you."),
        "Investigating": _("We are looking into it."),
        "Reopened": _("It is not right yet, and we are sorry. We are looking into it again."),
        RESOLVED: _("It has been dealt with."),
        AWAITING_VISIT: _("It has been dealt with. We will call and ask whether you are satisfied."),
        CLOSED: _("It is closed. If anything is left, please tell us."),
        "Withdrawn": _("You have withdrawn it."),
    }
    if row.status == AWAITING_VISIT and cint(row.is_anonymous):
        return _("It has been dealt with. A colleague looks at the place once more.")
    return hints.get(row.status, "")


def _progress(doc: Document) -> list[dict[str, str]]:
    """The way in five steps {label, state: past, now or ahead}; empty for what goes no further."""
    labels = {
        "Received": _("Received", context=DOCTYPE),
        "Assigned": _("With Us", context="Portal"),
        "Investigating": _("Looked Into", context="Portal"),
        "Resolved": _("Dealt With", context="Portal"),
        "Closed": _("Closed", context=DOCTYPE),
    }
    if doc.kind == PRAISE or doc.status == "Withdrawn":
        return []
    finished = doc.status == CLOSED
    at = "Resolved" if doc.status == AWAITING_VISIT else "Assigned" if doc.status == "Reopened" else doc.status
    reached = list(labels).index(at)
    return [
        {"label": label, "state": "past" if number < reached or finished else "now" if number == reached else "ahead"}
        for number, label in enumerate(labels.values())
    ]
