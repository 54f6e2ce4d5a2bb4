"""What dispatch adds to the caller's picture: live incidents at his place, with the text to read out."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from property_service.dispatch.incident_texts import SHOWN, place_words, words_to_say
from property_service.dispatch.incidents import DOCTYPE, OPEN, PROPOSED
from property_service.property_service.picture_parts import MOST_ROWS, ORANGE, RED, banner, clock, part, row


def incidents(resident: str, units: tuple[str, ...]) -> dict[str, Any] | None:
    """Incidents not closed that affect one of the units; one query. The banner is what is read out."""
    if not units or not frappe.has_permission(DOCTYPE, "read"):
        return None
    # Places never move, so the cache knows them.
    at_once = {"fieldname": ["community", "building", "entrance", "riser"], "as_dict": True}
    places = [place for name in units if (place := frappe.get_cached_value("Property Unit", name, **at_once))]
    found = [one for one in _live({place.community for place in places}) if any(_affects(one, at) for at in places)]
    return part(
        "incidents",
        _("Live Incidents"),
        5,
        [_row(one) for one in found],
        [banner(words_to_say(one), RED if one.status == OPEN else ORANGE) for one in found],
    )


def _live(communities: set[str]) -> list[frappe._dict]:
    table = frappe.qb.DocType(DOCTYPE)
    return (
        frappe.qb.from_(table)
        .select(*(table[field] for field in SHOWN))
        .where(table.community.isin(sorted(communities) or [""]))
        .where(table.status.isin([PROPOSED, OPEN]))
        .orderby(table.started_at, order=frappe.qb.desc)
        .orderby(table.name)
        .limit(5 * MOST_ROWS)
        .run(as_dict=True)
    )


def _affects(one: frappe._dict, at: frappe._dict) -> bool:
    """An incident of the estate reaches every unit, one of a riser only those that hang on it."""
    if one.community != at.community:
        return False
    if one.building and one.building != at.building:
        return False
    if one.entrance and at.entrance and one.entrance != at.entrance:
        return False
    return not one.riser or not at.riser or one.riser == at.riser


def _row(one: frappe._dict) -> dict[str, Any]:
    return row(
        one.title,
        f"{place_words(one)} · {clock(one.community, one.started_at)}",
        _(one.status),
        RED if one.status == OPEN else ORANGE,
        (DOCTYPE, one.name),
    )
