"""A complaint as those see it who deal with it: its facts beside the form, its steps, the other side's number, what to say at a visit."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_fullname

from property_service.front_desk import complaint_letters, complaint_people, complaint_permits
from property_service.front_desk.complaint_access import not_about
from property_service.front_desk.complaint_states import (
    ASSIGNED,
    AWAITING_VISIT,
    CLOSED,
    DOCTYPE,
    INVESTIGATING,
    RECEIVED,
    REOPENED,
    RESOLVED,
)

MOST_ROWS = 50
WAY = (RECEIVED, ASSIGNED, INVESTIGATING, RESOLVED, AWAITING_VISIT, CLOSED)


def facts(doc: Document) -> dict[str, Any]:
    """What the form shows beside its fields. The caller has judged the right to read it.

    {acts, handlers [{value, label}], way [{state, label, done, current}], steps [{at, kind, label, by, text, told}], members [{name,
    subject, status}] that joined it, first {name, subject}, other_side {name, status} (the number alone), origin {doctype, name}, visit,
    chat_text}
    """
    acts = complaint_permits.permitted(doc)
    return {
        "acts": acts,
        "handlers": complaint_people.possible_handlers(doc) if "assign" in acts else [],
        "way": way_of(doc),
        "steps": steps_of(doc),
        "members": _rows(doc, "group_of", doc.name),
        "first": next(iter(_rows(doc, "name", doc.group_of)), None) if doc.group_of else None,
        "other_side": [row for row in _rows(doc, "dispute_key", doc.dispute_key) if row["name"] != doc.name]
        if doc.dispute_key
        else [],
        "chat_text": "" if cint(doc.is_anonymous) else complaint_letters.chat_text(doc),
    }


def way_of(doc: Document) -> list[dict[str, Any]]:
    """The way of a complaint: [{state, label, done, current}]; one that is open again stands where it is looked into."""
    at = ASSIGNED if doc.status == REOPENED else doc.status
    place = WAY.index(at) if at in WAY else -1
    return [
        {"state": state, "label": _(state, context=DOCTYPE), "done": number < place, "current": number == place}
        for number, state in enumerate(WAY)
        if not (doc.kind != "Complaint" and state == AWAITING_VISIT)
    ]


def steps_of(doc: Document) -> list[dict[str, Any]]:
    """The log, newest first: [{at, kind, label, by, text, told}]."""
    return [
        {
            "at": row.happened_at,
            "kind": row.kind,
            "label": _(row.kind, context=DOCTYPE),
            "by": get_fullname(row.by_user) if row.by_user else "",
            "text": row.text or "",
            "told": bool(cint(row.told)),
        }
        for row in reversed(doc.steps)
    ]


def visit_context(visit: Document | dict) -> dict[str, Any] | None:
    """What was done, to be read before a return visit (extension point); None for visits of other rooms."""
    if visit.get("reference_doctype") != DOCTYPE or not visit.get("reference_name"):
        return None
    fields = ["name", "subject", "details", "resolution_told", "is_valid", "reopened_count", "level"]
    row = frappe.db.get_value(DOCTYPE, visit.get("reference_name"), fields, as_dict=True)
    if not row:
        return None
    lines = [row.details or "", row.resolution_told or ""]
    if row.reopened_count:
        lines.append(_("Opened again {0}×.").format(row.reopened_count))
    return {
        "title": f"{row.name} · {row.subject}",
        "lines": [line for line in lines if line],
        "url": frappe.utils.get_url_to_form(DOCTYPE, row.name),
    }


def _rows(doc: Document, field: str, value: str | None) -> list[dict[str, Any]]:
    """Other complaints of the community, by one field; of a dispute the number and state alone."""
    if not value:
        return []
    table = frappe.qb.DocType(DOCTYPE)
    shown = ("name", "status") if field == "dispute_key" else ("name", "subject", "status", "contact_name")
    query = (
        frappe.qb.from_(table)
        .select(*(table[name] for name in shown))
        .where(table.community == doc.community)
        .where(table[field] == value)
        .orderby(table.name)
        .limit(MOST_ROWS)
    )
    rows = not_about(query, table).run(as_dict=True)
    return [{**row, "status_label": _(row.status, context=DOCTYPE)} for row in rows]
