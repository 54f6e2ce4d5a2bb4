"""Notices to a community (公告): written, published at their time, ended or withdrawn, and never changed once they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, get_datetime

from property_service.community_life import notice_places, notice_work
from property_service.community_life.notice_places import COMMUNITY, ENDED, NOTICE, PLACES, PUBLISHED
from property_service.dispatch.incident_texts import words_to_say
from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.languages import language_for
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rich_text import plain
from property_service.property_service.service_clock import local_day, site_now

DRAFT, SCHEDULED, WITHDRAWN = "Draft", "Scheduled", "Withdrawn"
OPEN_STATES = (DRAFT, SCHEDULED)
LONGEST_TITLE, LONGEST_BODY, LONGEST_REASON = 140, 20000, 500
# What people have read does not change behind their backs.
FROZEN = (
    *("title", "kind", "is_urgent", "must_confirm", "publish_from", "scope", "body", "signed_by", "service_incident"),
    "event",
)
SERVER_KEPT = (
    "published_at",
    "published_by",
    "recipient_count",
    "read_count",
    "confirmed_count",
    "wechat_text",
    "withdrawn_because",
)
INCIDENT = "Service Incident"


# How a notice lives


def publish(name: str, by: str) -> Document:
    """Publish a draft, at once or at its time. Households are counted, and of an urgent one everybody is told.

    Raises NotAllowedNow where it is no draft, InputRefused where its time is over or nobody lives in its places.
    """
    doc = _locked(name, (DRAFT,), _("Only a draft can be published."))
    if doc.publish_to and get_datetime(doc.publish_to) <= site_now():
        frappe.throw(_("The time of this notice is over. Enter a later end, or none."), InputRefused)
    if not reached(doc) and doc.scope == PLACES:
        frappe.throw(_("Nobody is registered in these places. Check buildings, entrances and risers."), InputRefused)
    doc.published_by = by
    if get_datetime(doc.publish_from) > site_now():
        return _step(doc, SCHEDULED)
    return _go_public(doc)


def back_to_draft(name: str) -> Document:
    """Take a notice whose time has not come back into work."""
    doc = _locked(name, (SCHEDULED,), _("Only a notice that is still scheduled can be taken back."))
    doc.published_by = None
    return _step(doc, DRAFT)


def end(name: str) -> Document:
    """End a published notice now; it stays readable under the earlier ones."""
    doc = _locked(name, (PUBLISHED,), _("Only a published notice can be ended."))
    # The clock may still stand within the second in which it began.
    doc.publish_to = max(site_now(), get_datetime(doc.publish_from))
    return _over(doc)


def withdraw(name: str, because: str) -> Document:
    """Withdraw what should not have been said: residents do not see it any more. The reason stays with it."""
    doc = _locked(name, (SCHEDULED, PUBLISHED), _("Only a scheduled or published notice can be withdrawn."))
    doc.withdrawn_because = plain_text(because, _("Reason"), LONGEST_REASON, required=True)
    return _step(doc, WITHDRAWN)


def from_incident(incident: Document) -> Document:
    """Make a draft of an incident, as the session's user; the one made before where it is not over yet."""
    over = [WITHDRAWN, ENDED]
    made = frappe.db.get_value(NOTICE, {"service_incident": incident.name, "status": ["not in", over]}, "name")
    if made:
        return frappe.get_doc(NOTICE, made)
    narrow = incident.scope != "Estate"
    until = incident.expected_until if incident.expected_until and incident.expected_until > site_now() else None
    values = {
        "title": incident.title,
        "kind": "Outage",
        "community": incident.community,
        "is_urgent": 1,
        "publish_from": site_now(),
        "publish_to": until,
        "scope": PLACES if narrow else COMMUNITY,
        "body": "".join(f"<p>{frappe.utils.escape_html(line)}</p>" for line in words_to_say(incident).splitlines()),
        "service_incident": incident.name,
    }
    doc = frappe.get_doc({"doctype": NOTICE, **values})
    if narrow:
        doc.append("places", {field: incident.get(field) for field in ("building", "entrance", "riser")})
    return doc.insert()


def sweep() -> int:
    """Scheduler: publish what is due, end what is over, count what was read. Returns how many changed their state."""
    moment = site_now()
    due = [["status", "=", SCHEDULED], ["publish_from", "<=", moment]]
    # Without an end it never is over: the platform takes an empty time for one long past.
    over = [["status", "=", PUBLISHED], ["publish_to", "is", "set"], ["publish_to", "<=", moment]]
    changed = _each(due, _publish_due) + _each(over, _end_due)
    notice_work.recount_read()
    return changed


def _publish_due(name: str) -> None:
    doc = frappe.get_doc(NOTICE, name, for_update=True)
    if doc.status == SCHEDULED:
        _go_public(doc)


def _end_due(name: str) -> None:
    doc = frappe.get_doc(NOTICE, name, for_update=True)
    if doc.status == PUBLISHED:
        _over(doc)


def _over(doc: Document) -> Document:
    """Ended: who had read it by now stays on record, whoever moves in or out later."""
    doc.update(notice_work.counted(doc))
    return _step(doc, ENDED)


def _each(filters: list[list[Any]], act: Callable[[str], None]) -> int:
    done = 0
    for name in frappe.get_all(NOTICE, filters, pluck="name", order_by="publish_from asc, name asc", limit=200):
        frappe.db.savepoint("notice")
        try:
            act(name)
            done += 1
        except Exception:
            frappe.db.rollback(save_point="notice")
            frappe.log_error(title=f"Community Notice {name}")
    return done


def _go_public(doc: Document) -> Document:
    doc.update({"published_at": site_now(), "recipient_count": reached(doc), "wechat_text": chat_text(doc)})
    _step(doc, PUBLISHED)
    if cint(doc.is_urgent):
        notice_work.tell_everybody(doc)
    return doc


def _locked(name: str, states: tuple[str, ...], sentence: str) -> Document:
    doc = frappe.get_doc(NOTICE, name, for_update=True)
    if doc.status not in states:
        frappe.throw(f"{sentence} {_('This one is {0}.').format(_(doc.status, context=NOTICE))}", NotAllowedNow)
    return doc


def _step(doc: Document, state: str) -> Document:
    doc.flags.step = state
    # Whoever may do this was judged before, and the scheduler acts for nobody.
    return doc.save(ignore_permissions=True)


def reached(doc: Document) -> int:
    """How many households a saved notice is for, today."""
    return notice_places.figures([doc.name], doc.community)[doc.name]["households"]


def chat_text(doc: Document) -> str:
    """The notice as plain text, to be pasted into a chat group; in the language the community is written to."""
    language = language_for(None)
    community = frappe.get_cached_value("Community", doc.community, "community_name") or doc.community
    day = local_day(doc.community, doc.published_at or doc.publish_from)
    return "\n".join((f"【{community}】{doc.title}", plain(doc.body), f"{sender_of(doc, language)} {day}"))


def sender_of(doc: Document | dict, language: str | None = None) -> str:
    """Who signs a notice."""
    community = frappe.get_cached_value("Community", doc.get("community"), "community_name") or doc.get("community")
    return doc.get("signed_by") or _("Property Service Centre of {0}", lang=language).format(community)


# What the document itself watches over


def check(doc: Document) -> None:
    """State, texts, times and places fit. Raises InputRefused and NotAllowedNow."""
    before = doc.get_doc_before_save()
    _check_life(doc, before)
    doc.title = plain_text(doc.title, _("Title"), LONGEST_TITLE, required=True)
    doc.signed_by = plain_text(doc.signed_by, _("Signed By"), LONGEST_TITLE)
    text = plain(doc.body)
    if not text:
        frappe.throw(_("Please fill in: {0}.").format(_("Text")), InputRefused)
    if len(text) > LONGEST_BODY:
        frappe.throw(
            _("{0} has {1} characters. Please shorten it to {2}.").format(_("Text"), len(text), LONGEST_BODY),
            InputRefused,
        )
    _check_times(doc)
    _check_places(doc)


def _check_life(doc: Document, before: Document | None) -> None:
    if doc.flags.step:
        doc.status = doc.flags.step
        doc.flags.step = None
        return
    if before is None:
        doc.status = DRAFT
        doc.update(dict.fromkeys(SERVER_KEPT))
        return
    if doc.status != before.status:
        frappe.throw(_("Use the buttons of this notice to publish, end or withdraw it."), NotAllowedNow)
    doc.update({field: before.get(field) for field in SERVER_KEPT})
    if before.status in OPEN_STATES:
        return
    changed = [field for field in FROZEN if _different(doc.get(field), before.get(field))]
    if before.status != PUBLISHED and _different(doc.publish_to, before.publish_to):
        changed.append("publish_to")
    if changed or _rows(doc) != _rows(before):
        frappe.throw(
            _("Residents have read this notice. Withdraw it and publish another one; only its end may be changed."),
            NotAllowedNow,
        )


def _different(new: Any, old: Any) -> bool:
    return str(new or "") != str(old or "")


def _rows(doc: Document) -> list[tuple[str, str, str]]:
    return [(row.building or "", row.entrance or "", row.riser or "") for row in doc.places]


def _check_times(doc: Document) -> None:
    begins = get_datetime(doc.publish_from)
    if doc.publish_to and get_datetime(doc.publish_to) < begins:
        frappe.throw(_("The notice ends before it begins. Enter an end after {0}.").format(begins), InputRefused)
    # An end that equals the beginning is that of one ended in the second it began.
    if doc.publish_to and get_datetime(doc.publish_to) == begins and doc.status in OPEN_STATES:
        frappe.throw(_("The notice ends when it begins. Enter a later end, or none."), InputRefused)


def _check_places(doc: Document) -> None:
    if doc.scope == COMMUNITY:
        doc.set("places", [])
        return
    if not doc.places:
        frappe.throw(_("Add the buildings, entrances or risers, or choose the whole community."), InputRefused)
    seen = set()
    for row in doc.places:
        row.riser = plain_text(row.riser, _("Riser"), 20) or None
        home = frappe.get_cached_value("Building", row.building, "community")
        if home != doc.community:
            frappe.throw(
                _("{0} is not in {1}. Change one of the two.").format(row.building, doc.community), InputRefused
            )
        if row.entrance and frappe.get_cached_value("Entrance", row.entrance, "building") != row.building:
            frappe.throw(
                _("{0} is not in {1}. Change one of the two.").format(row.entrance, row.building), InputRefused
            )
        place = (row.building, row.entrance or "", row.riser or "")
        if place in seen:
            frappe.throw(_("Line {0} names a place that is there already. Remove it.").format(row.idx), InputRefused)
        seen.add(place)
