"""What is said about an incident: to the next caller, in a chat group, and what the desk should know at the place."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.dispatch.incident_rules import NARROW_TO_WIDE, Spot, cut
from property_service.property_service.errors import InputRefused
from property_service.property_service.scope import community_of, may_see_community
from property_service.property_service.service_clock import local

MOST_PARENTS = 5
SHOWN = (
    *("name", "title", "status", "kind", "scope", "community", "building", "entrance", "riser", "category"),
    *("started_at", "expected_until", "text_to_read", "closing_text", "request_count"),
)


def place_words(doc: Document | dict) -> str:
    """The place of an incident as people say it: the community, or building, entrance and riser."""
    if not doc.get("building"):
        return frappe.get_cached_value("Community", doc.get("community"), "community_name") or doc.get("community")
    building = frappe.get_cached_value("Building", doc.get("building"), ["building_no", "building_name"])
    number, name = building if building else (doc.get("building"), None)
    words = [_("Building {0}").format(number) if not name or name == number else name]
    if doc.get("entrance"):
        entrance = frappe.get_cached_value("Entrance", doc.get("entrance"), "entrance_no")
        words.append(_("Entrance {0}").format(entrance or doc.get("entrance")))
    if doc.get("riser"):
        words.append(_("Riser {0}").format(doc.get("riser")))
    return " ".join(words)


def words_to_say(doc: Document | dict) -> str:
    """What to read out to the next caller: the text the desk has written, else one of what is known."""
    if doc.get("status") == "Closed":
        return doc.get("closing_text") or _("The fault has been repaired.")
    if doc.get("text_to_read"):
        return doc.get("text_to_read")
    what = _(doc.get("category")) if doc.get("category") else doc.get("title")
    since, until = _clock(doc, "started_at"), _clock(doc, "expected_until")
    if doc.get("kind") == "Planned Work":
        return _("Planned work, {0}, {1}: from {2} to {3}.").format(place_words(doc), what, since, until)
    known = _("We are aware of this: {0}, {1}, since {2}. Our team is working on it.").format(
        place_words(doc), what, since
    )
    return " ".join((known, _("We expect it to be over by {0}.").format(until))) if until else known


def chat_text(doc: Document) -> str:
    """A notice of the incident to paste into a chat group, WeChat for example: title, text and phone of the desk."""
    community = frappe.get_cached_value(
        "Community", doc.community, ["community_name", "front_desk_phone"], as_dict=True
    )
    lines = [f"【{community.community_name}】{doc.title}", words_to_say(doc)]
    if community.front_desk_phone:
        lines.append(_("Questions: {0}").format(community.front_desk_phone))
    return "\n".join(lines)


def known_at(
    community: str,
    building: str | None = None,
    entrance: str | None = None,
    riser: str | None = None,
    category: str | None = None,
) -> dict[str, Any]:
    """Return what the desk should know while somebody of this place calls.

    `incidents`: those not closed that affect the place, nearest first, each with `text` (what to say), `sure` (False where the
    caller has not said enough of the place) and `same_category`. `valve` and `equipment` of the building; `advice` and
    `show_valve` of the category. Raises InputRefused where the places do not belong together.
    """
    _check_place(community, building, entrance)
    asked = Spot(community, building or None, entrance or None, riser or None)
    line = _category_line(category)
    found = []
    for row in _unclosed(community):
        theirs = cut(Spot(community, row.building, row.entrance, row.riser), row.scope)
        if theirs and _may_cover(theirs, asked):
            same = bool(category) and row.category in line
            found.append((not same, NARROW_TO_WIDE.index(row.scope), row, cut(asked, row.scope) == theirs, same))
    found.sort(key=lambda entry: entry[:2])
    about = (
        frappe.get_cached_value("Building", building, ["shut_off_valve", "equipment_location"]) if building else None
    )
    valve, equipment = about or (None, None)
    kind = frappe.get_cached_value("Repair Category", category, ["show_valve", "advice"]) if category else None
    return {
        "incidents": [
            {
                **{key: row[key] for key in ("name", "title", "status", "kind", "scope", "category", "request_count")},
                "started_at": str(row.started_at),
                "expected_until": str(row.expected_until) if row.expected_until else None,
                "text": words_to_say(row),
                "sure": sure,
                "same_category": same,
            }
            for _order, _scope, row, sure, same in found
        ],
        "valve": valve,
        "equipment": equipment,
        "show_valve": bool(kind and kind[0]),
        "advice": _(kind[1]) if kind and kind[1] else None,
    }


def _unclosed(community: str) -> list[dict]:
    table = frappe.qb.DocType("Service Incident")
    return (
        frappe.qb.from_(table)
        .select(*(table[field] for field in SHOWN))
        .where(table.community == community)
        .where(table.status.isin(["Proposed", "Open"]))
        .orderby(table.started_at, order=frappe.qb.desc)
        .orderby(table.name)
        .run(as_dict=True)
    )


def _may_cover(theirs: Spot, asked: Spot) -> bool:
    """False only where the caller's place is known to lie elsewhere."""
    pairs = ((theirs.building, asked.building), (theirs.entrance, asked.entrance), (theirs.riser, asked.riser))
    return all(not one or not other or one == other for one, other in pairs)


def _check_place(community: str, building: str | None, entrance: str | None) -> None:
    if not frappe.db.exists("Community", community) or not may_see_community(community):
        frappe.throw(
            _("You do not work for {0}. Choose one of your communities.").format(community), frappe.PermissionError
        )
    if building and community_of("Building", building) != community:
        frappe.throw(_("{0} is not in {1}. Change one of the two.").format(building, community), InputRefused)
    if entrance and frappe.db.get_value("Entrance", entrance, "building") != building:
        frappe.throw(
            _("{0} is not in {1}. Change one of the two.").format(entrance, building or community), InputRefused
        )


def _category_line(category: str | None) -> tuple[str, ...]:
    """The category and its parents, nearest first."""
    line: list[str] = []
    while category and category not in line and len(line) <= MOST_PARENTS:
        line.append(category)
        category = frappe.get_cached_value("Repair Category", category, "parent_category")
    return tuple(line)


def _clock(doc: Document | dict, field: str) -> str:
    """A time by the clock of the community, without the year."""
    value: datetime | None = doc.get(field)
    return local(doc.get("community"), value).strftime("%m-%d %H:%M") if value else ""
