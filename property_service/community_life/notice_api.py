"""Endpoints of notices and greetings for the desk."""

from __future__ import annotations

from typing import Any

import frappe

from property_service.community_life import notice_places, notices
from property_service.community_life.notice_permits import ACTS
from property_service.community_life.notice_places import NOTICE
from property_service.property_service.endpoint import endpoint
from property_service.property_service.permitted_acts import permitted, require
from property_service.property_service.scope import check_may


@endpoint(methods=("GET",))
def notice_facts(name: str) -> dict[str, Any]:
    """What the form shows beside the fields: {acts, households, read, confirmed, chat_text}.

    Counted by who has the units now; of a notice that is over, as they were when it ended.
    """
    doc = frappe.get_doc(NOTICE, name)
    doc.check_permission("read")
    over = {"households": doc.recipient_count, "read": doc.read_count, "confirmed": doc.confirmed_count}
    is_over = doc.status in (notices.ENDED, notices.WITHDRAWN)
    return {
        "acts": permitted(doc, ACTS),
        **(over if is_over else notice_places.figures([doc.name], doc.community)[doc.name]),
        "chat_text": doc.wechat_text or notices.chat_text(doc),
    }


@endpoint()
def publish_notice(name: str) -> dict[str, Any]:
    """Publish a draft, at once or at its time. Returns {name, status, recipient_count}, as all acts do."""
    _may(name, "publish")
    return _answer(notices.publish(name, frappe.session.user))


@endpoint()
def back_to_draft(name: str) -> dict[str, Any]:
    """Take a scheduled notice back into work."""
    _may(name, "back_to_draft")
    return _answer(notices.back_to_draft(name))


@endpoint()
def end_notice(name: str) -> dict[str, Any]:
    """End a published notice now."""
    _may(name, "end")
    return _answer(notices.end(name))


@endpoint()
def withdraw_notice(name: str, because: str) -> dict[str, Any]:
    """Withdraw a notice, with the reason; residents do not see it any more."""
    _may(name, "withdraw")
    return _answer(notices.withdraw(name, because))


@endpoint()
def notice_of_incident(incident: str) -> dict[str, Any]:
    """Make a draft of an incident's text and places, once. Returns {name, status, recipient_count}."""
    check_may(NOTICE, "create")
    doc = frappe.get_doc(notices.INCIDENT, incident)
    doc.check_permission("read")
    return _answer(notices.from_incident(doc))


def _may(name: str, act: str) -> None:
    doc = frappe.get_doc(NOTICE, name, for_update=True)
    doc.check_permission("write")
    require(doc, ACTS[act])


def _answer(doc: Any) -> dict[str, Any]:
    return {"name": doc.name, "status": doc.status, "recipient_count": doc.recipient_count or 0}
