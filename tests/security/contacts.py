"""Contacts and promises of the counter for the attacks: who may do what with them, one of each "here", arguments of endpoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from property_service.property_service.service_clock import site_now
from tests.portal.world import World

EXPECTED: dict[str, dict[str, str]] = {
    # The promise "here" is not the technician's own.
    "Callback Promise": {"desk": "rwc", "leader": "rwc", "cashier": "rwc", "manager": "rwc"},
    "Service Contact": {"desk": "rwc", "leader": "r", "cashier": "r", "manager": "rwc"},
}
PROMISE = {"name": "{promise}"}
API = "front_desk.counter_api"
# Endpoint (path without the app's name) → arguments of a real call; words in braces are filled in from `make_words`.
ARGUMENTS: dict[str, dict[str, Any]] = {
    f"{API}.find": {"text": "{room_no}"},
    f"{API}.picture": {"resident": "{resident}", "unit": "{room}"},
    f"{API}.today": {"community": "{community}"},
    f"{API}.answers": {"text": "Walk", "community": "{community}"},
    f"{API}.promise_defaults": {"community": "{community}"},
    f"{API}.complained_of": {"community": "{community}"},
    f"{API}.record": {"contact": '{"subject": "Walk", "caller_name": "Walk", "community": "{community}"}'},
    f"{API}.follow_up": {"contact": "{contact}", "order": '{"category": "{category}"}'},
    f"{API}.link_contact": {"contact": "{contact}", "resident": "{resident}"},
    f"{API}.promise_call": {"about": "Walk", "unit": "{room}"},
    f"{API}.keep_promise": {**PROMISE, "answer": "Walk"},
    f"{API}.try_promise": PROMISE,
    f"{API}.hand_over_promise": {**PROMISE, "to": "{technician}"},
    f"{API}.put_off_promise": {**PROMISE, "due_at": "2099-01-01", "because": "Walk"},
    f"{API}.cancel_promise": {**PROMISE, "because": "Walk"},
    f"{API}.promise_facts": PROMISE,
    f"{API}.contact_facts": {"name": "{contact}"},
}
# Endpoint → (other answers staff of elsewhere may get, why).
OTHER_ANSWERS: dict[str, tuple[tuple[int, ...], str]] = {
    f"{API}.find": ((200,), "what he finds in his own communities"),
}


def _rows(community: str) -> dict[str, dict[str, Any]]:
    """DocType → values of one document of a community."""
    moment = site_now()
    return {
        "Callback Promise": {
            "community": community,
            "about": "Tell the price",
            "status": "Open",
            "due_at": moment + timedelta(days=1),
            "original_due_at": moment + timedelta(days=1),
            "promised_at": moment,
            "promised_by": "Administrator",
            "responsible": "Administrator",
        },
        "Service Contact": {
            "community": community,
            "subject": "Where is the gym",
            "kind": "Repair",
            "channel": "Phone",
            "status": "Open",
            "caller_name": "Somebody",
            "contacted_at": moment,
            "handled_by": "Administrator",
        },
    }


def documents(here: Any, stored: Callable[..., str]) -> dict[str, str]:
    """DocType → name of a document of the community; without rows of child tables, which would outlive the community."""
    return {doctype: stored(doctype, **values) for doctype, values in _rows(here.name).items()}


def make_words(world: World, stored: Callable[..., str]) -> dict[str, str]:
    """Make what the arguments name, in the community "here"; returns word → name. Goes with the world's community."""
    words = {"Callback Promise": "promise", "Service Contact": "contact"}
    made = _rows(world.homes["here"])
    return {words[doctype]: stored(doctype, **values) for doctype, values in made.items()}
