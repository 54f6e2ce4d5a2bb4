"""Endpoints of rounds: the phone page, labels of checkpoints, and what leaders do with rounds."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_fullname

from property_service.patrol import labels, records, rounds, tasks
from property_service.patrol.patrollers import LEADING, PATROLLER
from property_service.patrol.point_results import Position, check_position
from property_service.property_service.endpoint import endpoint
from property_service.property_service.errors import InputRefused
from property_service.property_service.photos import sent_photo
from property_service.property_service.plain_text import plain_text
from property_service.property_service.scope import check_roles

PEOPLE = (PATROLLER, *LEADING)
FOUND_FIELDS = frozenset({"title", "severity", "description", "fixed_note"})
NOTE_LENGTH = 500


@endpoint(methods=("GET",))
def begin() -> dict[str, Any]:
    """Who is signed in, a fresh token to send with, the server's time, and his rounds: {user, full_name, csrf_token, now, rounds}."""
    check_roles(PEOPLE)
    user = frappe.session.user
    return {
        "user": user,
        "full_name": get_fullname(user),
        "csrf_token": frappe.sessions.get_csrf_token(),
        "now": datetime.now(timezone.utc).isoformat(),
        "rounds": rounds.my_rounds(user),
    }


@endpoint()
def record(
    user: str,
    task: str,
    checkpoint: str,
    client_key: str,
    device_time: datetime,
    device_now: datetime | None = None,
    token: str = "",
    typed_code: str = "",
    answers: dict | None = None,
    latitude: float | None = None,
    longitude: float | None = None,
    accuracy: float = 0.0,
    note: str = "",
    finding: dict | None = None,
) -> dict[str, Any]:
    """Record a point of a round as `user`, who must be the one signed in; photos as multipart `photo` and `fixed_photo`.

    The same `client_key` (a UUID of the device) brings the same record. Returns {name, task, checkpoint, result, is_too_fast, finding,
    status, points_done}.
    """
    check_roles(PEOPLE)
    if user != frappe.session.user:
        frappe.throw(
            _("These records are somebody else's. They can only be sent by {0}.").format(
                frappe.utils.escape_html(user)
            ),
            frappe.PermissionError,
        )
    _readable(task)
    position = None
    if latitude is not None and longitude is not None:
        position = check_position(Position(latitude, longitude, accuracy))
    order = records.RecordOrder(
        task=task,
        checkpoint=checkpoint,
        client_key=client_key,
        device_time=device_time,
        device_now=device_now,
        token=token,
        typed_code=typed_code,
        answers=answers or {},
        position=position,
        note=plain_text(note, _("Note"), NOTE_LENGTH),
        photo=sent_photo("photo"),
        found=_found(finding),
    )
    return records.record(order, user)


@endpoint()
def reassign(name: str, user: str, reason: str) -> dict[str, Any]:
    """Give a round to another patroller, with the reason (leaders and managers); returns {name, assigned_to}."""
    _led(name)
    rounds.reassign(name, user, plain_text(reason, _("Reason"), NOTE_LENGTH, required=True))
    return {"name": name, "assigned_to": user}


@endpoint()
def cancel(name: str, reason: str) -> dict[str, Any]:
    """Cancel a round that nobody has begun, with the reason (leaders and managers); returns {name, status}."""
    _led(name)
    rounds.cancel(name, plain_text(reason, _("Reason"), NOTE_LENGTH, required=True))
    return {"name": name, "status": tasks.CANCELLED}


@endpoint(methods=("GET",))
def points_of(name: str) -> list[dict[str, Any]]:
    """The points of a round with what was recorded: rows {no, name, record, result, recorded_at, is_abnormal, is_too_fast, finding}."""
    return rounds.points_of(_readable(name))


@endpoint()
def make_labels(names: list) -> dict[str, Any]:
    """Make the labels of checkpoints anew, which ends their earlier ones; returns {html}, the sheet to be printed."""
    if not all(isinstance(name, str) for name in names):
        frappe.throw(_("Choose the checkpoints from the list."), InputRefused)
    for name in names[: labels.MOST_LABELS]:
        frappe.get_doc(labels.CHECKPOINT, name).check_permission("write")
    return {"html": labels.sheet(labels.make_labels(names))}


def _readable(name: str) -> Any:
    doc = frappe.get_doc(tasks.TASK, name)
    doc.check_permission("read")
    return doc


def _led(name: str) -> Any:
    check_roles(LEADING)
    return _readable(name)


def _found(sent: dict | None) -> records.Found | None:
    if not sent:
        return None
    if not set(sent) <= FOUND_FIELDS or not all(isinstance(value, str) for value in sent.values()):
        frappe.throw(_("The finding was not understood. Please reload the page and enter it again."), InputRefused)
    return records.Found(
        title=plain_text(sent.get("title", ""), _("What Was Found"), 140),
        severity=sent.get("severity") or "Normal",
        description=plain_text(sent.get("description", ""), _("Description"), NOTE_LENGTH),
        fixed_note=plain_text(sent.get("fixed_note", ""), _("What Was Done"), NOTE_LENGTH),
        fixed_photo=sent_photo("fixed_photo"),
    )
