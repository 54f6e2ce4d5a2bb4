"""Emergency log (突发事件记录): what happened and what was done, minute by minute; an entry once written is never changed."""

from __future__ import annotations

from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime

from property_service.property_service.errors import InputRefused, NotAllowedNow
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rule_error import mark
from property_service.property_service.scope import check_roles
from property_service.property_service.service_clock import site_now
from property_service.property_service.staff_notices import staff_with_role, tell_staff

EMERGENCY, ENTRY = "Emergency Log", "Emergency Log Entry"
OPEN, CLOSED = "Open", "Closed"
MANAGER = "Property Manager"
WRITERS = (
    "Property Front Desk",
    "Property Team Leader",
    "Property Gate Guard",
    "Property Patroller",
    MANAGER,
    "System Manager",
)
"""Who adds an entry: also those who cannot change the rest of the record."""
CLOSERS = ("Property Front Desk", "Property Team Leader", MANAGER, "System Manager")
LONGEST_ENTRY, LONGEST_TEXT, MOST_ENTRIES = 500, 1000, 300
CLOCKS_DIFFER = timedelta(minutes=5)  # of the browser that sent the time, and of the server
# What the manager writes when all is over; the rest is kept as it was.
AFTERWARDS = ("cause", "measures", "damage")


def add_entry(name: str, by: str, what: str, at: datetime | None = None) -> Document:
    """Append what was done, at a site time (now if left out). NotAllowedNow once it is closed."""
    doc = _locked(name, WRITERS)
    if doc.status != OPEN:
        frappe.throw(_("{0} is closed. Nothing is added to it any more.").format(name), NotAllowedNow)
    doc.append("entries", {"what": what, "happened_at": at or site_now(), "by_user": by})
    return _save(doc)


def close(name: str, by: str, what: str = "") -> Document:
    """Close it, with a last entry where one is given; from now on only cause and measures are written, by the manager."""
    doc = _locked(name, CLOSERS)
    if doc.status != OPEN:
        frappe.throw(_("{0} is closed already.").format(name), NotAllowedNow)
    if what:
        doc.append("entries", {"what": what, "happened_at": site_now(), "by_user": by})
    if not doc.entries:
        frappe.throw(_("Write at least one entry: what was done?"), InputRefused)
    doc.status, doc.closed_at = CLOSED, site_now()
    return _save(doc)


def from_incident(incident: Document, kind: str) -> Document:
    """Open the log of a Service Incident, with its place and beginning; the one that is there already where it is open."""
    known = frappe.db.get_value(EMERGENCY, {"service_incident": incident.name, "status": OPEN})
    if known:
        return frappe.get_doc(EMERGENCY, known)
    place = " ".join(filter(None, (incident.entrance, incident.riser)))
    return frappe.get_doc(
        {
            "doctype": EMERGENCY,
            "title": incident.title,
            "kind": kind,
            "community": incident.community,
            "building": incident.building,
            "place": place[:140] or None,
            "happened_at": min(get_datetime(incident.started_at), site_now()),
            "service_incident": incident.name,
        }
    ).insert()


def acts_for(doc: Document) -> list[str]:
    """Names of the acts the session's user may do on an emergency now: add_entry, close."""
    if doc.status != OPEN:
        return []
    roles = set(frappe.get_roles())
    return [act for act, allowed in (("add_entry", WRITERS), ("close", CLOSERS)) if roles & set(allowed)]


def on_opened(doc: Document) -> None:
    """Tell the managers of the community at once."""
    managers = staff_with_role(MANAGER, doc.community)
    tell_staff(managers, (mark("Emergency: {0} ({1})"), doc.title, doc.name), EMERGENCY, doc.name)


def check_entries(doc: Document, before: Document | None) -> None:
    """Entries are only added: each keeps its time, words and person. Raises InputRefused and NotAllowedNow."""
    if len(doc.entries) > MOST_ENTRIES:
        frappe.throw(_("A log has at most {0} entries. Open another one.").format(MOST_ENTRIES), InputRefused)
    stored = {row.name: row for row in before.entries} if before else {}
    for row in doc.entries:
        known = stored.pop(row.name, None)
        if known is None:
            _check_new(doc, row)
        elif (get_datetime(row.happened_at), row.what, row.by_user) != (
            get_datetime(known.happened_at),
            known.what,
            known.by_user,
        ):
            frappe.throw(_("What was entered stays. Add another entry that corrects it."), NotAllowedNow)
    if stored:
        frappe.throw(_("What was entered stays. Add another entry that corrects it."), NotAllowedNow)


def check_time(moment: datetime | str, label: str) -> datetime:
    """Return a time that is not in the future, else raise InputRefused."""
    at = get_datetime(moment)
    if at > site_now() + CLOCKS_DIFFER:
        frappe.throw(_("{0} lies in the future. Enter when it really was.").format(label), InputRefused)
    return at


def _check_new(doc: Document, row: Document) -> None:
    row.what = plain_text(row.what, _("Action Taken"), LONGEST_ENTRY, required=True)
    row.happened_at = check_time(row.happened_at or site_now(), _("The time of the entry"))
    if not doc.flags.by_rules:
        row.by_user = frappe.session.user


def _locked(name: str, roles: tuple[str, ...]) -> Document:
    doc = frappe.get_doc(EMERGENCY, name, for_update=True)
    doc.check_permission("read")
    check_roles(roles)
    return doc


def _save(doc: Document) -> Document:
    doc.flags.by_rules = True
    # Guards and patrollers add entries and change nothing else; roles and the reader's scope were judged above.
    doc.save(ignore_permissions=True)
    return doc
