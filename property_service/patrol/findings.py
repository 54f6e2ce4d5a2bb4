"""Inspection findings as the database holds them: raised, put right, rechecked by another person, withdrawn.

The only door by which their status moves. Nothing here commits; the caller has judged roles and community.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Count, Max
from frappe.utils import cint, get_datetime

from property_service.patrol import finding_rules as rules
from property_service.patrol.finding_settings import minutes, repeat_since
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.photos import store_photo
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now

FINDING = "Inspection Finding"
SOURCES = ("Patrol", "Decoration", "Contractor Check", "Desk")
ON_SITE, BY_PHOTO = "On Site", "By Photo"
PASSED, FAILED = "Passed", "Failed"
VIEW = [
    "name",
    "title",
    "severity",
    "status",
    "due_at",
    "found_at",
    "found_by",
    "fixed_at",
    "fixed_by",
    "recheck_count",
]


@dataclass(frozen=True, slots=True)
class FindingOrder:
    """What somebody has found. `found_at` in site time, now where left out; a time to come becomes now.

    `fixed_note` not empty: put right on the spot (当场整改), all in one save. `photo` and `fixed_photo` are files as they were sent.
    The same `client_key` brings the same finding, however often it is sent.
    """

    community: str
    title: str
    severity: str = "Normal"
    description: str = ""
    source: str = "Desk"
    reference: tuple[str, str] | None = None
    building: str = ""
    entrance: str = ""
    unit: str = ""
    checkpoint: str = ""
    place: str = ""
    responsible_kind: str = ""
    responsible_team: str = ""
    responsible_resident: str = ""
    assigned_to: str = ""
    immediate_measure: str = ""
    photo: bytes | None = None
    fixed_note: str = ""
    fixed_photo: bytes | None = None
    found_at: datetime | None = None
    client_key: str = ""


COPIED = (
    *("community", "title", "severity", "description", "building", "entrance", "unit", "checkpoint", "place"),
    *("responsible_kind", "responsible_team", "responsible_resident", "assigned_to", "immediate_measure", "client_key"),
)


def raise_finding(order: FindingOrder, by: str) -> Document:
    """Raise a finding that `by` (a User) has found; returns it. Calls property_service_finding_raised.

    RuleError for a severity, source or place that cannot be; InputRefused for a photo that cannot be read.
    """
    known = order.client_key and frappe.db.get_value(
        FINDING, {"client_key": order.client_key}, ["name", "community"], as_dict=True
    )
    if known:
        if known.community != order.community:
            raise RuleError(_("This finding was sent already for another community."))
        return frappe.get_doc(FINDING, known.name)
    if order.source not in SOURCES:
        raise RuleError(_("A finding cannot come from {0}."), order.source)
    now = site_now()
    doc = frappe.new_doc(FINDING)
    doc.update({field: getattr(order, field) or None for field in COPIED})
    reference_doctype, reference_name = order.reference or (None, None)
    doc.update(
        {
            "source": order.source,
            "reference_doctype": reference_doctype,
            "reference_name": reference_name,
            "found_at": min(order.found_at or now, now),
            "found_by": by,
        }
    )
    if order.fixed_note:
        _put_right(doc, by, order.fixed_note, now)
        doc.fixed_on_spot = 1
    _write(doc, {"photo": order.photo, "fix_photo": order.fixed_photo})
    return doc


def fix(name: str, by: str, note: str, photo: bytes | None = None) -> Document:
    """Record that `by` has put a finding right, with a photo after; returns it. RuleError where it is not open."""
    doc = locked(name)
    _put_right(doc, by, note, site_now())
    doc.fix_photo = None
    _write(doc, {"fix_photo": photo})
    return doc


def recheck(
    name: str, by: str, passed: bool, note: str = "", photo: bytes | None = None, by_photo: bool = False
) -> Document:
    """Record a recheck (复查) by somebody who never put this finding right; returns it, closed or open again with a new due time.

    `by_photo`: judged from a photo without going there, minor findings only. RuleError where it is not fixed, without a reason for a
    failure; PermissionError for whoever fixed it.
    """
    doc = locked(name)
    status = rules.next_status(doc.status, rules.PASS if passed else rules.FAIL)
    if not rules.may_recheck(by, fixers_of(doc)):
        frappe.throw(
            frappe._("Whoever put it right cannot recheck it. Ask somebody else to recheck {0}.").format(doc.name),
            frappe.PermissionError,
        )
    if by_photo:
        rules.check_photo_recheck(doc.severity, bool(photo or doc.fix_photo))
    if not passed and not note.strip():
        raise RuleError(_("Enter what is still wrong."))
    now = site_now()
    row = doc.append(
        "rechecks",
        {
            "recheck_no": len(doc.rechecks) + 1,
            "rechecked_at": now,
            "rechecked_by": by,
            "manner": BY_PHOTO if by_photo else ON_SITE,
            "result": PASSED if passed else FAILED,
            "note": note.strip() or None,
            "fixed_at": doc.fixed_at,
            "fixed_by": doc.fixed_by,
            "fix_note": doc.fix_note,
            "fix_photo": doc.fix_photo,
        },
    )
    doc.recheck_count = row.recheck_no
    doc.status = status
    if passed:
        doc.closed_at, doc.closed_by = now, by
    else:
        doc.failed_count = cint(doc.failed_count) + 1
        doc.due_at = rules.due_at(now, doc.severity, minutes())
        doc.alert_level = 0
    _write(doc, {}, photo, row)
    return doc


def withdraw(name: str, by: str, because: str) -> Document:
    """Withdraw a finding that was none, with the reason; returns it.

    RuleError where it is settled, money was deducted for it, or the reason is missing.
    """
    doc = locked(name)
    doc.status = rules.next_status(doc.status, rules.WITHDRAW)
    if doc.deposit_movement:
        raise RuleError(_("Something was deducted from a deposit for this finding, so it stays."))
    if not because.strip():
        raise RuleError(_("Enter why this is no finding."))
    doc.withdrawn_reason = because.strip()
    doc.closed_at, doc.closed_by = site_now(), by
    _write(doc, {})
    return doc


def open_findings(reference: tuple[str, str]) -> list[dict[str, Any]]:
    """Return the findings of a document that are not settled, most urgent first; keys as in VIEW."""
    return findings_view(reference, only_open=True)


def findings_view(reference: tuple[str, str], only_open: bool = False) -> list[dict[str, Any]]:
    """Return the findings of a document, most urgent first; keys as in VIEW."""
    filters = {"reference_doctype": reference[0], "reference_name": reference[1]}
    if only_open:
        filters["status"] = ["not in", rules.ENDED]
    return frappe.get_all(FINDING, filters, VIEW, order_by="due_at asc, name asc")


def locked(name: str) -> Document:
    """Return a finding, its row locked until the commit."""
    return frappe.get_doc(FINDING, name, for_update=True)


def fixers_of(doc: Document) -> set[str]:
    """Return everybody who has ever put this finding right."""
    return {user for user in (doc.fixed_by, *(row.fixed_by for row in doc.rechecks)) if user}


def stamp(doc: Document) -> None:
    """Fill in a new finding, whichever way it came: who, when, due, and how often something was found here before."""
    doc.found_at = get_datetime(doc.found_at or site_now())
    doc.found_by = doc.found_by or frappe.session.user
    doc.source = doc.source or "Desk"
    doc.status = doc.status or rules.OPEN
    doc.due_at = rules.due_at(doc.found_at, doc.severity, minutes())
    count_repeats(doc)


def count_repeats(doc: Document) -> None:
    """Set the key of its place, how often something was found there within the days of the settings, and the last time before."""
    doc.place_key = rules.place_key(
        doc.community, *(doc.get(field) or "" for field in ("checkpoint", "unit", "building", "entrance", "place"))
    )
    doc.repeat_count, doc.repeat_of = 1, None
    if not doc.place_key:
        return
    table = frappe.qb.DocType(FINDING)
    # Names count up, so the highest is the last one.
    rows = (
        frappe.qb.from_(table)
        .select(Count(table.name), Max(table.name))
        .where((table.place_key == doc.place_key) & (table.community == doc.community))
        .where(table.status != rules.WITHDRAWN)
        .where((table.found_at >= repeat_since(doc.found_at)) & (table.found_at <= doc.found_at))
        .where(table.name != (doc.name or ""))
        .run()
    )
    doc.repeat_count, doc.repeat_of = cint(rows[0][0]) + 1, rows[0][1]


def _put_right(doc: Document, by: str, note: str, now: datetime) -> None:
    doc.status = rules.next_status(doc.status or rules.OPEN, rules.FIX)
    if not note.strip():
        raise RuleError(_("Enter what was done to put it right."))
    doc.fixed_by, doc.fixed_at, doc.fix_note = by, now, note.strip()
    doc.days_to_fix = rules.days_between(get_datetime(doc.found_at), now)
    # It stays, also where a failed recheck gives a new due time.
    if doc.due_at and now > get_datetime(doc.due_at):
        doc.is_late = 1


def _write(doc: Document, photos: dict[str, bytes | None], recheck_photo: bytes | None = None, row: Any = None) -> None:
    """Save by the rules, keep the photos with the document, and tell the upper rooms."""
    is_new = doc.is_new()
    doc.flags.by_rules = True
    # Status and times move by these functions alone; their callers have judged who may.
    doc.flags.ignore_permissions = True
    try:
        doc.save()
    except (frappe.UniqueValidationError, frappe.DuplicateEntryError) as error:
        # Sent twice at once: begun again, the first one is found.
        raise frappe.QueryDeadlockError(error) from error
    kept = {field: _store(content, doc.name, field) for field, content in photos.items() if content}
    if kept:
        doc.db_set(kept, update_modified=False)
    if recheck_photo:
        row.db_set("photo", _store(recheck_photo, doc.name, "recheck"), update_modified=False)
    doc.flags.by_rules = doc.flags.ignore_permissions = False
    call_extensions("property_service_finding_raised" if is_new else "property_service_finding_changed", finding=doc)


def _store(content: bytes, name: str, field: str) -> str:
    kind = {"photo": "found", "fix_photo": "fixed"}.get(field, field)
    file = store_photo(content, FINDING, name, kind)
    if field != kind:
        # Or the platform would attach it once more with the next save.
        frappe.db.set_value("File", file, "attached_to_field", field, update_modified=False)
    return frappe.db.get_value("File", file, "file_url")
