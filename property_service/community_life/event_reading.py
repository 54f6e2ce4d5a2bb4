"""What staff see of events: the parties at the door with live figures, the form's facts, the calendar, the page after a scan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_datetime, now_datetime

from property_service.community_life import attendance, codes, event_permits
from property_service.community_life.event_book import (
    ATTENDED,
    CANCELLED,
    EVENT,
    NO_SHOW,
    OPEN,
    REGISTERED,
    REGISTRATION,
    WAITING,
    has_begun,
)
from property_service.community_life.event_letters import when_of
from property_service.property_service import access_codes
from property_service.property_service.scope import allowed_communities, has_role, may_see_community
from property_service.property_service.service_clock import local, site_now

CSS_CLASSES = {OPEN: "success", CANCELLED: "danger", "Draft": "warning"}
MOST_EVENTS = 500
DOOR_EVENTS = 20


def parties_of(event: str) -> list[dict[str, Any]]:
    """The sign-ups of an event that are not cancelled, in order of time; one query.

    Rows {name, resident, resident_name, unit_label, persons, came, status, position, checked_in_at, is_walk_in, note, last_four, letters}:
    `letters` are pinyin and initials of the name, to find it by.
    """
    row, person, unit = (frappe.qb.DocType(name) for name in (REGISTRATION, "Resident", "Property Unit"))
    rows = (
        frappe.qb.from_(row)
        .join(person)
        .on(person.name == row.resident)
        .left_join(unit)
        .on(unit.name == row.unit)
        .select(
            row.name,
            row.resident,
            row.persons,
            row.came,
            row.status,
            row.position,
            row.checked_in_at,
            row.is_walk_in,
            row.note,
        )
        .select(person.resident_name, person.name_pinyin, person.name_initials, person.primary_phone, unit.short_label)
        .where((row.event == event) & (row.status != CANCELLED))
        .orderby(row.position)
        .orderby(row.name)
        .run(as_dict=True)
    )
    return [
        {
            **{field: one[field] for field in ("name", "resident", "resident_name", "status", "position", "note")},
            **{field: cint(one[field]) for field in ("persons", "came", "is_walk_in")},
            "unit_label": one.short_label or "",
            "checked_in_at": one.checked_in_at,
            "last_four": (one.primary_phone or "")[-4:],
            "letters": f"{one.name_pinyin or ''} {one.name_initials or ''}".strip(),
        }
        for one in rows
    ]


def door_list(doc: Document) -> dict[str, Any]:
    """The check-in page of an event: {event, figures, parties}; `opens` says when, while its door is closed yet.

    The caller has judged the right to it.
    """
    parties, opens = parties_of(doc.name), attendance.opens_at(doc)
    for one in parties:
        at = one.pop("checked_in_at")
        one["checked_in"] = f"{local(doc.community, at):%H:%M}" if at else ""
    return {
        "event": {
            "name": doc.name,
            "title": doc.title,
            "when": when_of(doc),
            "place": doc.place,
            "status": doc.status,
            "status_label": _(doc.status, context=EVENT),
            "has_begun": has_begun(doc),
            "opens": f"{local(doc.community, opens):%m-%d %H:%M}" if opens > site_now() else "",
            "most_persons": cint(doc.most_persons),
            "acts": event_permits.permitted(doc),
        },
        "figures": figures_of(doc, parties),
        "parties": parties,
    }


def figures_of(doc: Document, parties: list[dict[str, Any]]) -> dict[str, int]:
    """Persons by what became of them: {places, signed_up, came, expected, waiting, no_show, room}."""

    def persons(*statuses: str) -> int:
        return sum(one["persons"] for one in parties if one["status"] in statuses)

    return {
        "places": cint(doc.capacity),
        "signed_up": persons(REGISTERED, ATTENDED, NO_SHOW),
        "came": sum(one["came"] for one in parties if one["status"] == ATTENDED),
        "expected": persons(REGISTERED),
        "waiting": persons(WAITING),
        "no_show": persons(NO_SHOW),
        "room": attendance.room(doc),
    }


def door_events() -> list[Any]:
    """Events of the user's communities whose door is open about now: open ones of today and yesterday's still to be entered."""
    now = now_datetime()
    table = frappe.qb.DocType(EVENT)
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.title, table.community, table.place, table.starts_at, table.ends_at, table.status)
        .where(table.status.isin([OPEN, "Held"]))
        .where(table.starts_at <= frappe.utils.add_to_date(now, days=7))
        .where(table.ends_at >= frappe.utils.add_to_date(now, days=-2))
        .orderby(table.starts_at)
        .orderby(table.name)
        .limit(DOOR_EVENTS)
    )
    allowed = allowed_communities()
    if allowed is not None:
        query = query.where(table.community.isin(allowed or [""]))
    rows = query.run(as_dict=True)
    for row in rows:
        row.when = when_of(row)
    return rows


def scanned(token: object) -> dict[str, str] | None:
    """What the code of an event or a sign-up says to the session's staff: {event, registration}; None for everybody else."""
    code = access_codes.find(token)
    if not code or code.kind != codes.KIND or not may_check_in(code.community):
        return None
    if code.reference_doctype == EVENT:
        return {"event": code.reference_name, "registration": ""}
    event = frappe.db.get_value(REGISTRATION, code.reference_name, "event")
    return {"event": event, "registration": code.reference_name} if event else None


def may_check_in(community: str, user: str | None = None) -> bool:
    """Whether somebody stands at the doors of this community: guards, the front desk and the manager."""
    return has_role(*event_permits.AT_THE_DOOR, user=user) and may_see_community(community, user)


def form_facts(doc: Document) -> dict[str, Any]:
    """What the form shows beside the fields: {acts, figures, parties, per_head}."""
    parties = parties_of(doc.name)
    for one in parties:
        one["checked_in_at"] = str(one["checked_in_at"] or "")
        one["status_label"] = _(one["status"], context=REGISTRATION)
    return {
        "acts": event_permits.permitted(doc),
        "figures": figures_of(doc, parties),
        "parties": parties,
        "has_code": bool(codes.token_of(EVENT, doc.name)),
    }


def calendar(start: datetime, end: datetime, filters: list) -> list[dict[str, Any]]:
    """Events of the calendar view between two site times, as the user's list shows them; `filters` are those of the list."""
    rows = frappe.get_list(
        EVENT,
        filters=[*filters, ["starts_at", "<", end], ["ends_at", ">", start]],
        fields=["name", "title", "starts_at", "ends_at", "status", "taken_count", "capacity", "place"],
        order_by="starts_at asc, name asc",
        limit_page_length=MOST_EVENTS,
    )
    return [
        {
            "name": row.name,
            "title": f"{row.title} {row.taken_count}/{row.capacity}",
            "starts_at": str(get_datetime(row.starts_at)),
            "ends_at": str(get_datetime(row.ends_at)),
            "all_day": 0,
            "css_class": CSS_CLASSES.get(row.status, "info"),
        }
        for row in rows
    ]
