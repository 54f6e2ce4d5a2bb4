"""Events and sign-ups for the attacks: who may do what with them, one of each "here", arguments of their endpoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import frappe

from property_service.community_life import codes, events, registrations
from property_service.property_service.service_clock import site_now
from property_service.tests import factories as make
from tests.portal.world import World

EXPECTED: dict[str, dict[str, str]] = {
    "Community Event": {"desk": "rwc", "guard": "r", "manager": "rwc"},
    "Event Registration": {"desk": "r", "guard": "r", "manager": "r"},
}
EVENT, REGISTRATION = {"name": "{event}"}, {"name": "{registration}"}
# Endpoint (path without the app's name) → arguments of a real call; words in braces are filled in from `make_words`.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "community_life.api.publish": {"name": "{event_draft}"},
    "community_life.api.close_sign_up": EVENT,
    "community_life.api.cancel_event": {**EVENT, "because": "Walk"},
    "community_life.api.sign_up": {"event": "{event}", "resident": "{neighbour}"},
    "community_life.api.cancel_registration": REGISTRATION,
    "community_life.api.check_in": REGISTRATION,
    "community_life.api.undo_check_in": REGISTRATION,
    "community_life.api.walk_in": {"event": "{event}", "resident": "{neighbour}"},
    "community_life.api.door_list": {"event": "{event}"},
    "community_life.api.scanned": {"code": "{event_code}"},
    "community_life.api.event_facts": EVENT,
    "community_life.api.events_calendar": {"start": "2020-01-01", "end": "2099-01-01"},
}
# Residents' own endpoints; the sign-up is one of somebody none of those who walk can act for.
PORTAL: dict[str, dict[str, Any]] = {
    "portal.event_api.sign_up": {"event": "{event_draft}", "persons": 1},
    "portal.event_api.cancel": REGISTRATION,
    "portal.event_api.feedback": {**REGISTRATION, "stars": 5},
    "portal.event_api.calendar": {"event": "{event_draft}"},
    "portal.event_api.photo": {"event": "{event_draft}"},
}
# Endpoint → (other answers staff of elsewhere may get, why).
OTHER_ANSWERS: dict[str, tuple[tuple[int, ...], str]] = {
    "community_life.api.events_calendar": ((200,), "a list of his own communities"),
}


def documents(here: Any, unit: Any, resident: Any, stored: Callable[..., str]) -> dict[str, str]:
    """DocType → name of a document of the community; without rows of child tables, which would outlive the community."""
    start = site_now() + timedelta(days=3)
    event = stored(
        "Community Event",
        community=here.name,
        title="Fair",
        kind="Festival",
        place="Lawn",
        status="Open",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        capacity=10,
        most_persons=4,
    )
    registration = stored(
        "Event Registration",
        community=here.name,
        event=event,
        resident=resident.name,
        unit=unit.name,
        persons=1,
        status="Registered",
        registered_at=site_now(),
        position=1,
        live_key=make.unique("live "),
    )
    return {"Community Event": event, "Event Registration": registration}


def make_words(world: World) -> dict[str, str]:
    """Make what the arguments name, in the community "here"; returns word → name. Goes with the world's community."""
    start = site_now() + timedelta(hours=1)
    names = []
    for title in ("Fair", "Plan"):
        doc = make.insert(
            "Community Event",
            title=title,
            community=world.homes["here"],
            place="Lawn",
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            capacity=10,
            most_persons=4,
        )
        names.append(doc.name)
    events.publish(names[0])
    row = registrations.sign_up(names[0], world.residents["tenant"], "", 1, "Administrator")
    frappe.db.delete("Service Message", {"reference_doctype": "Community Event", "reference_name": names[0]})
    return {
        "event": names[0],
        "event_draft": names[1],
        "registration": row.name,
        "event_code": codes.token_of("Event Registration", row.name),
    }


def remove(communities: list[str]) -> None:
    """The codes of what `make_words` made, which are kept beside the documents."""
    for doctype in ("Community Event", "Event Registration"):
        names = frappe.get_all(doctype, {"community": ["in", communities]}, pluck="name", order_by="name asc")
        frappe.db.delete("__Auth", {"doctype": doctype, "name": ["in", [*names, ""]]})
