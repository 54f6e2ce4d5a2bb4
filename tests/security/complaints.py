"""Complaints for the attacks: who may do what with them, one of each "here", arguments of their endpoints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe.utils import now_datetime

from property_service.front_desk.complaint_states import DOCTYPE
from property_service.front_desk.complaints import ComplaintOrder, receive
from property_service.property_service.service_clock import site_now
from property_service.tests import factories as make
from tests.portal.world import World

EXPECTED: dict[str, dict[str, str]] = {
    "Complaint Category": {
        "desk": "r",
        "far_desk": "r",
        "leader": "r",
        "manager": "rwc",
        "far_manager": "rwc",
    },
    # Residents see their own in the portal, in its words, and hold no right on the document.
    DOCTYPE: {"desk": "rwc", "leader": "rw", "manager": "rwc"},
}

COMPLAINT = {"name": "{complaint}"}
API = "front_desk.complaints_api"
# Endpoint (path without the app's name) → arguments of a real call; words in braces are filled in from `make_words`.
ARGUMENTS: dict[str, dict[str, Any]] = {
    f"{API}.answer": {**COMPLAINT, "text": "Walk"},
    f"{API}.assign": {**COMPLAINT, "user": "{technician}"},
    f"{API}.complaint_facts": COMPLAINT,
    f"{API}.interim": {**COMPLAINT, "text": "Walk"},
    f"{API}.join": COMPLAINT,
    f"{API}.note": {**COMPLAINT, "text": "Walk"},
    f"{API}.receive": {"subject": "Walk", "community": "{community}"},
    f"{API}.reopen": {**COMPLAINT, "because": "Walk"},
    f"{API}.resolve": {**COMPLAINT, "resolution": "Walk"},
    f"{API}.start": COMPLAINT,
    f"{API}.withdraw": {**COMPLAINT, "because": "Walk"},
}
PORTAL: dict[str, dict[str, Any]] = {
    "portal.complaint_api.complain": {"details": "Walk", "unit": "{room}"},
    "portal.complaint_api.withdraw": {**COMPLAINT, "reason": "Walk"},
}


def documents(here: Any, unit: Any, owner: Any, stored: Callable[..., str]) -> dict[str, str]:
    """DocType → name of a document of `unit`, whose `owner` complains."""
    cause = stored("Complaint Category", category_name=make.unique("Cause "), enabled=1, default_level="General")
    return {"Complaint Category": cause, DOCTYPE: one(here, unit, owner, stored)}


def one(here: Any, unit: Any, owner: Any, stored: Callable[..., str]) -> str:
    """A complaint of `owner`; returns its name."""
    return stored(
        DOCTYPE,
        community=here.name,
        subject="Noise at night",
        kind="Complaint",
        channel="Phone",
        level="General",
        status="Received",
        stage="Open",
        resident=owner.name,
        unit=unit.name,
        received_at=now_datetime(),
    )


def make_words(world: World) -> dict[str, str]:
    """Make the complaint the arguments name, in the community "here"; returns word → name."""
    room = frappe.get_doc("Property Unit", world.rooms["room"])
    order = ComplaintOrder(
        community=room.community,
        subject="The lobby is dirty",
        resident=world.residents["owner"],
        unit=room.name,
        client_key=f"walk|{site_now()}|{room.name}"[:140],
    )
    return {"complaint": receive(order, "Administrator").name}


def remove(homes: list[str]) -> None:
    """Delete the rows of the log of the communities' complaints."""
    names = frappe.get_all(DOCTYPE, {"community": ["in", homes or [""]]}, pluck="name", order_by="name asc")
    frappe.db.delete("Complaint Step", {"parent": ["in", names or [""]]})
    frappe.db.commit()
