"""What a resident complains of, suggests or praises, over HTTP. Who he is follows from the session alone, and is not kept if he wishes."""

from __future__ import annotations

import frappe
from frappe import _

from property_service.front_desk import complaints
from property_service.front_desk.complaint_clock import setting
from property_service.front_desk.complaint_states import COMPLAINT, KINDS
from property_service.front_desk.complaints import ComplaintOrder
from property_service.portal import complaint_pages
from property_service.portal.viewer import viewer_of
from property_service.property_service.access_tokens import keyed_hash
from property_service.property_service.endpoint import endpoint, raise_refused
from property_service.property_service.errors import TooMany
from property_service.property_service.photos import sent_photo
from property_service.property_service.plain_text import plain_text

LONGEST_KEY, LONGEST_SUBJECT = 64, 60


@endpoint(methods=("POST",))
def complain(
    details: str,
    kind: str = COMPLAINT,
    category: str = "",
    unit: str = "",
    place: str = "",
    is_anonymous: bool = False,
    client_key: str = "",
) -> dict[str, str]:
    """Send a complaint, suggestion or praise about one's community; a photo comes as file "photo". Returns {name}.

    `unit` says for which room he speaks (the first one if left out). Anonymous, neither he nor the room is stored; he can follow it all the
    same. The same `client_key` brings the same complaint.
    """
    user = frappe.session.user
    room = viewer_of(user).room(unit or None)
    if not room:
        frappe.throw(_("Please choose one of your units."), frappe.PermissionError)
    if kind not in KINDS:
        raise_refused(_("Please choose what it is."))
    if len(client_key) > LONGEST_KEY:
        raise_refused(_("Load the page again, then send it once more."))
    details = plain_text(details, _("What is it about?", context="Resident Complaint"), 2000, required=True)
    key = complaint_pages.follow_key(user)
    _check_limit(room.community, room.resident, key)
    order = ComplaintOrder(
        community=room.community,
        subject=_subject(details),
        kind=kind,
        category=category,
        channel="Portal",
        details=details,
        resident="" if is_anonymous else room.resident,
        unit="" if is_anonymous else room.name,
        place=place,
        is_anonymous=is_anonymous,
        photo=sent_photo("photo"),
        # Of this person: nobody finds another's by a key, and no name can be read from it.
        client_key=keyed_hash(f"{user}|{client_key}", key) if client_key else "",
        follow_key=key if is_anonymous else "",
    )
    return {"name": complaints.receive(order, user).name}


@endpoint(methods=("POST",))
def withdraw(name: str, reason: str = "") -> dict[str, str]:
    """Take back one's own complaint that is not closed yet. Returns {message}."""
    own = complaint_pages.own_complaint(name)
    complaints.withdraw_own(complaints.locked(own.name), reason)
    return {"message": _("It has been withdrawn.")}


def _check_limit(community: str, resident: str, key: str) -> None:
    """So many a day and person; TooMany beyond. Two at once of one person are rare enough to let the second through."""
    most = setting("complaints_per_day", 5)
    if most and complaint_pages.sent_today(community, resident, key) >= most:
        frappe.throw(
            _("You have sent {0} today already. Please call us, or write again tomorrow.").format(most), TooMany
        )


def _subject(details: str) -> str:
    """The first words of what he writes."""
    line = details.splitlines()[0]
    return line if len(line) <= LONGEST_SUBJECT else f"{line[: LONGEST_SUBJECT - 1]}…"
