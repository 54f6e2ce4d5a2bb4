"""What the pages about events show: explicit fields, a fixed number of queries however many events there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_datetime
from markupsafe import Markup

from property_service.community_life import codes, registrations
from property_service.community_life import event_rules as rules
from property_service.community_life.event_book import (
    ATTENDED,
    CANCELLED,
    EVENT,
    HELD,
    NO_SHOW,
    OPEN,
    REGISTERED,
    REGISTRATION,
    WAITING,
    has_begun,
)
from property_service.community_life.event_letters import event_text, when_of
from property_service.portal.event_access import own_event, own_registration
from property_service.portal.viewer import Viewer
from property_service.property_service.service_clock import local, site_now

LIST_FIELDS = (
    *("name", "title", "kind", "community", "place", "status", "starts_at", "ends_at", "capacity", "taken_count"),
    *("waiting_count", "has_waiting_list", "sign_up_from", "sign_up_until"),
)
MOST_ROWS, MOST_PAST = 60, 12
SHOWN_AFTER = timedelta(days=180)
LIVE = (REGISTERED, WAITING, ATTENDED)


def event_lists(viewer: Viewer) -> dict[str, list[Any]]:
    """The events of the viewer's communities: {mine, coming, past}; two queries.

    `mine` are those to come he is signed up for, `coming` the others one can sign up for, `past` what is over, newest first.
    """
    homes = sorted({room.community for room in viewer.rooms})
    if not homes:
        return {"mine": [], "coming": [], "past": []}
    now = site_now()
    # Residents hold no right to the documents, which say what an event cost; the communities are those of his own rooms.
    rows = frappe.get_all(
        EVENT,
        {"community": ["in", homes], "status": ["in", (OPEN, HELD, CANCELLED)], "ends_at": [">", now - SHOWN_AFTER]},
        list(LIST_FIELDS),
        order_by="starts_at asc, name asc",
        limit=MOST_ROWS * 2,
    )
    own = _own(viewer, [row.name for row in rows])
    shown = [_shown(row, own.get(row.name)) for row in rows]
    to_come = [row for row in shown if get_datetime(row.ends_at) > now and row.status != HELD]
    past = [row for row in shown if row not in to_come and row.status != CANCELLED]
    return {
        "mine": [row for row in to_come if row.mine and row.mine.status in LIVE],
        "coming": [row for row in to_come if row.status == OPEN and not (row.mine and row.mine.status in LIVE)][
            :MOST_ROWS
        ],
        "past": list(reversed(past))[:MOST_PAST],
    }


def next_of(viewer: Viewer) -> Any:
    """The soonest event the viewer is signed up for, None where there is none; one query."""
    if not viewer.rooms:
        return None
    residents = tuple(sorted({room.resident for room in viewer.rooms}))
    rows = registrations.coming_of(residents, tuple(sorted({room.community for room in viewer.rooms})))
    if not rows:
        return None
    row = rows[0]
    row.when, row.status_label = when_of(row), _(row.status, context=REGISTRATION)
    row.tone = tone_of(row.status)
    return row


def event_page(viewer: Viewer, name: str) -> dict[str, Any]:
    """One event with what the viewer may do now: {row, text, mine, …}. PermissionError where he may not see it."""
    doc = own_event(name)
    mine = own_registration(doc.name)
    live = bool(mine) and mine.status != CANCELLED
    row = _shown(frappe._dict({field: doc.get(field) for field in LIST_FIELDS}), mine)
    rooms = [room for room in viewer.rooms if room.community == doc.community]
    why_not = registrations.why_not_now(doc)
    return {
        "row": row,
        "text": event_text(doc.description),
        "bring": doc.what_to_bring or "",
        "photo": doc.photo or "",
        "because": doc.cancelled_because or "",
        "report": doc.report or "" if doc.status == HELD else "",
        "until": _until(doc),
        "rooms": rooms,
        "mine": mine if live else None,
        "mine_label": _(mine.status, context=REGISTRATION) if live else "",
        "mine_tone": tone_of(mine.status) if live else "",
        "was_cancelled": bool(mine) and not live,
        "line": registrations.waiting_place(mine) if live else 0,
        "may_sign_up": not live and not why_not and bool(rooms) and (row.left_tone != "void"),
        "why_not": _(why_not) if why_not and not live else "",
        "may_cancel": live and mine.status in (REGISTERED, WAITING) and doc.status == OPEN and not has_begun(doc),
        "may_rate": live and registrations.may_give_feedback(doc, mine),
        "most": min(cint(doc.most_persons), cint(doc.capacity)),
        "stars": range(rules.LEAST_STARS, rules.MOST_STARS + 1),
        "qr": _qr(mine) if live and mine.status == REGISTERED and doc.status == OPEN else "",
    }


def tone_of(status: str) -> str:
    """The colour of a sign-up's state, as the pages' style sheet names them."""
    return {REGISTERED: "done", ATTENDED: "done", WAITING: "waiting", NO_SHOW: "void"}.get(status, "void")


def _own(viewer: Viewer, events: list[str]) -> dict[str, Any]:
    """Event → the viewer's sign-up {name, status, rating}: the live one where there is one."""
    residents = sorted({room.resident for room in viewer.rooms})
    rows = frappe.get_all(
        REGISTRATION,
        {"event": ["in", events or [""]], "resident": ["in", residents or [""]]},
        ["name", "event", "status", "rating", "persons"],
        order_by="position asc, name asc",
    )
    found: dict[str, Any] = {}
    for row in rows:
        if row.event not in found or row.status != CANCELLED:
            found[row.event] = row
    return found


def _shown(row: Any, mine: Any) -> Any:
    begins = local(row.community, row.starts_at)
    row.when, row.month, row.day = when_of(row), f"{begins:%m}", f"{begins:%d}"
    row.kind_label = _(row.kind, context=EVENT)
    row.mine = mine
    row.left_text, row.left_tone = _left(row)
    if mine and mine.status != CANCELLED:
        row.state, row.tone = _(mine.status, context=REGISTRATION), tone_of(mine.status)
    elif row.status == CANCELLED:
        row.state, row.tone = _(CANCELLED, context=EVENT), "void"
    else:
        row.state, row.tone = row.left_text, row.left_tone
    over = row.status == HELD or (row.status == OPEN and get_datetime(row.ends_at) <= site_now())
    row.ask = bool(over and mine and mine.status == ATTENDED and not cint(mine.rating))
    return row


def _left(row: Any) -> tuple[str, str]:
    """How many places are left, in words, and the colour of it."""
    if row.status != OPEN or get_datetime(row.ends_at) <= site_now():
        return "", ""
    why_not = registrations.why_not_now(row)
    if why_not:
        return (
            _("Not open yet") if row.sign_up_from and get_datetime(row.sign_up_from) > site_now() else _("Sign-up over")
        ), "void"
    left = cint(row.capacity) - cint(row.taken_count)
    if left > 0 and not cint(row.waiting_count):
        return _("{0} places left").format(left), "done"
    return (_("Waiting list"), "waiting") if cint(row.has_waiting_list) else (_("Fully Booked"), "void")


def _until(doc: Document) -> str:
    until = doc.sign_up_until
    return f"{local(doc.community, until):%Y-%m-%d %H:%M}" if until else ""


def _qr(mine: Document) -> Markup:
    # Drawn here from a random code: nothing anybody wrote is in it.
    return Markup(codes.svg_of(REGISTRATION, mine.name, _("QR code of your sign-up")))  # noqa: S704
