"""Who looks at a page of the portal: the resident behind the session, his rooms, and what every page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

import frappe
from frappe import _
from frappe.sessions import get_csrf_token

from property_service.portal.access import is_portal_user, residents_of, spans_of
from property_service.portal.compiled_templates import keep_compiled
from property_service.property_service.service_clock import local

SIGN_IN = "/resident/sign-in"
Page = TypeVar("Page", bound=Callable[..., Any])


@dataclass(frozen=True)
class Room:
    """A room the viewer may act for; `label` is how people say it, `resident` his record there."""

    name: str
    label: str
    community: str
    community_name: str
    phone: str
    resident: str
    relation: str


@dataclass(frozen=True)
class Viewer:
    """The resident behind the session. `rooms` are those open today, by address."""

    user: str
    name: str
    rooms: tuple[Room, ...]

    def room(self, unit: str | None) -> Room | None:
        """His room of this name, the first one where none is named; None for a room that is not his."""
        if not unit:
            return self.rooms[0] if self.rooms else None
        return next((room for room in self.rooms if room.name == unit), None)


def viewer_of(user: str) -> Viewer:
    """Read the viewer in two queries."""
    spans = spans_of(user)
    unit, community = frappe.qb.DocType("Property Unit"), frappe.qb.DocType("Community")
    rows = (
        frappe.qb.from_(unit)
        .join(community)
        .on(community.name == unit.community)
        .select(unit.name, unit.short_label, unit.community, community.community_name)
        .select(community.front_desk_phone, community.emergency_phone)
        .where(unit.name.isin([row.unit for row in spans] or [""]))
        .orderby(unit.name)
        .run(as_dict=True)
        if spans
        else []
    )
    own = {row.unit: row for row in reversed(spans)}
    rooms = tuple(
        Room(
            name=row.name,
            label=row.short_label or row.name,
            community=row.community,
            community_name=row.community_name,
            phone=row.emergency_phone or row.front_desk_phone or "",
            resident=own[row.name].resident,
            relation=own[row.name].relation,
        )
        for row in rows
    )
    return Viewer(user, frappe.get_cached_value("User", user, "full_name") or user, rooms)


def open_page(context: Any, title: str, here: str) -> Viewer:
    """Prepare a page of the portal for its viewer; somebody who is not signed in is sent to sign in and comes back.

    `here` marks the entry of the navigation the page belongs to.
    """
    dress(context, title, here)
    user = frappe.session.user
    if user == "Guest":
        path = frappe.request.full_path.rstrip("?")
        frappe.local.flags.redirect_location = f"{SIGN_IN}?next={quote(path)}"
        raise frappe.Redirect
    if not is_portal_user(user):
        frappe.throw(_("These pages are for residents. Staff, please use the desk."), frappe.PermissionError)
    viewer = viewer_of(user)
    if not viewer.rooms and not residents_of(user):
        # An account of the website that other apps made.
        frappe.throw(
            _("These pages are for residents. Ask the service desk for a code to join with."), frappe.PermissionError
        )
    context.csrf_token = get_csrf_token()
    context.viewer = viewer
    context.moment = _moment
    return viewer


def dress(context: Any, title: str, here: str = "") -> None:
    """What every page has, of guests too: title, language, name of the portal, the entry of the navigation."""
    keep_compiled()
    context.no_cache, context.title, context.here = 1, title, here
    context.language = (frappe.local.lang or "en").split("-")[0]
    context.portal_title = frappe.get_cached_doc("Property Service Settings").portal_title or _("Residents' Service")
    context.viewer, context.refusal, context.done = None, "", ""


def _moment(community: str, at: datetime | str | None) -> str:
    """A stored time as people of the community read it: today 19:40, 03-15 19:40, 2025-03-15."""
    if not at:
        return ""
    then, now = local(community, at), local(community, frappe.utils.now_datetime())
    if then.date() == now.date():
        return _("today {0}").format(f"{then:%H:%M}")
    return f"{then:%m-%d %H:%M}" if then.year == now.year else f"{then:%Y-%m-%d}"
