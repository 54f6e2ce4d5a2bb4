"""Daily inspections of sites while work goes on: due by the scheduler, recorded by the patroller, missed where nobody came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint, now_datetime

from property_service.decoration.states import ACCEPTANCE_REQUESTED, DOCTYPE, IN_PROGRESS, SUSPENDED
from property_service.decoration.terms import hours_over
from property_service.patrol import findings
from property_service.patrol.findings import FindingOrder
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.locks import run_locked
from property_service.property_service.photos import store_photo
from property_service.property_service.plain_text import plain_text
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local_day, site_now

INSPECTION = "Decoration Inspection"
DUE, DONE, MISSED = "Due", "Done", "Missed"
MOST_FINDINGS, MOST_NOTE, MOST_KEY = 20, 2000, 140


@dataclass(frozen=True, slots=True)
class Found:
    """Something found on a site; `fixed_note` not empty: put right on the spot. Photos as they were sent."""

    title: str
    severity: str = "Normal"
    description: str = ""
    fixed_note: str = ""
    photo: bytes | None = None
    fixed_photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class InspectionOrder:
    """What somebody saw on a site today. The same `client_key` of one form brings the same inspection, however often it is sent."""

    permit: str
    hours_kept: bool
    passes_worn: bool
    note: str = ""
    photo: bytes | None = None
    found: Sequence[Found] = ()
    client_key: str = ""


def make_due() -> int:
    """Scheduler: one inspection a day for every site where work goes on; returns how many are new. Run again, none.

    None where work began today and the hours of today are over: nobody can have worked. The permits are locked, so that two at once
    make each of them once.
    """
    table, made = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType(INSPECTION)
    sites = run_locked(
        frappe.qb.from_(table)
        .select(table.name, table.community, table.unit, table.from_date, table.started_on)
        .where(table.status == IN_PROGRESS)
        .orderby(table.name),
        as_dict=True,
    )
    days = {community: local_day(community) for community in {row.community for row in sites}}
    over = {
        name for name in {row.community for row in sites if row.started_on == days[row.community]} if hours_over(name)
    }
    wanted = {
        key_of(row.name, day): row
        for row in sites
        if row.from_date <= (day := days[row.community]) and not (row.started_on == day and row.community in over)
    }
    known = set(
        run_locked(
            frappe.qb.from_(made)
            .select(made.inspection_key)
            .where(made.inspection_key.isin(list(wanted) or [""]))
            .orderby(made.inspection_key),
            pluck=True,
        )
    )
    new = [(key, row) for key, row in wanted.items() if key not in known]
    return insert_block(
        INSPECTION,
        (
            {
                "name": name,
                "permit": row.name,
                "community": row.community,
                "unit": row.unit,
                "due_on": days[row.community],
                "status": DUE,
                "inspection_key": key,
            }
            for name, (key, row) in zip(hash_names(len(new)), new, strict=True)
        ),
    )


def mark_missed() -> None:
    """Scheduler: what was due on a day that is over, in the community's own time, was missed."""
    table = frappe.qb.DocType(INSPECTION)
    communities = frappe.qb.from_(table).select(table.community).distinct().where(table.status == DUE).run(pluck=True)
    by_day: dict[date, list[str]] = defaultdict(list)
    for community in communities:
        by_day[local_day(community)].append(community)
    for day, names in by_day.items():
        frappe.qb.update(table).set(table.status, MISSED).set(table.modified, now_datetime()).where(
            (table.status == DUE) & (table.due_on < day) & table.community.isin(names)
        ).run()


def sweep() -> None:
    """Scheduler, each quarter of an hour: what is over was missed, what begins is due."""
    mark_missed()
    make_due()


def record(order: InspectionOrder, by: str) -> Document:
    """Record today's inspection of a site and raise what was found; returns the Decoration Inspection.

    Sent twice with the same key it is recorded once. A serious finding stops the works. RuleError where no works go on, for too many
    findings, or where it was inspected today already: nothing of a second look is thrown away in silence.
    """
    permit = frappe.db.get_value(
        DOCTYPE, order.permit, ["name", "community", "unit", "status", "contractor", "applicant"], as_dict=True
    )
    if not permit or permit.status not in (IN_PROGRESS, SUSPENDED, ACCEPTANCE_REQUESTED):
        raise RuleError(_("No works go on under {0}. Nothing is inspected."), order.permit)
    doc = _todays(permit)
    if doc.status == DONE:
        if order.client_key and (doc.inspector, doc.client_key) == (by, order.client_key[:MOST_KEY]):
            return doc
        raise RuleError(
            _("{0} was inspected today already. Use Raise a Finding for what you have seen since."), order.permit
        )
    doc.update(
        {
            "status": DONE,
            "inspector": by,
            "inspected_at": site_now(),
            "hours_kept": cint(order.hours_kept),
            "passes_worn": cint(order.passes_worn),
            "finding_count": len(order.found),
            "note": plain_text(order.note, frappe._("Note"), MOST_NOTE) or None,
            "client_key": order.client_key[:MOST_KEY] or None,
        }
    )
    _save(doc)
    if order.photo:
        file = store_photo(order.photo, INSPECTION, doc.name, "site")
        doc.db_set("photo", frappe.db.get_value("File", file, "file_url"), update_modified=False)
    frappe.db.set_value(DOCTYPE, permit.name, "last_inspected_on", doc.due_on, update_modified=False)
    raise_findings(permit, order.found, doc.name, by)
    return doc


def no_longer_due(permit: Document) -> None:
    """The works were accepted today: whoever accepted them has looked at the site, and nobody inspects it any more."""
    key = key_of(permit.name, local_day(permit.community))
    frappe.db.delete(INSPECTION, {"inspection_key": key, "status": DUE})


def raise_findings(permit: Any, found: Sequence[Found], key: str, by: str) -> list[str]:
    """Raise what was found under a permit, against its contractor; returns the findings' names. The same `key` raises them once."""
    if len(found) > MOST_FINDINGS:
        raise RuleError(_("At most {0} findings can be sent at once."), MOST_FINDINGS)
    return [
        findings.raise_finding(_finding(permit, row, f"{key}|{number}" if key else ""), by).name
        for number, row in enumerate(found)
    ]


def key_of(permit: str, day: date) -> str:
    """What makes the inspection of a permit on a day one."""
    return f"{permit}|{day}"


def _todays(permit: frappe._dict) -> Document:
    """Today's inspection, its row locked; made where the scheduler has not been."""
    day = local_day(permit.community)
    key = key_of(permit.name, day)
    name = frappe.db.get_value(INSPECTION, {"inspection_key": key}, "name", for_update=True)
    if name:
        return frappe.get_doc(INSPECTION, name, for_update=True)
    doc = frappe.new_doc(INSPECTION)
    doc.update({"permit": permit.name, "due_on": day, "status": DUE, "inspection_key": key})
    doc.update({"community": permit.community, "unit": permit.unit})
    try:
        _save(doc)
    except (frappe.UniqueValidationError, frappe.DuplicateEntryError) as error:
        # Two came at once: begun again, the first one is found.
        raise frappe.QueryDeadlockError(error) from error
    return doc


def _save(doc: Document) -> None:
    doc.flags.by_rules = True
    # Nobody writes inspections by hand; the endpoint has judged the role and the community.
    doc.save(ignore_permissions=True)


def _finding(permit: Any, found: Found, key: str) -> FindingOrder:
    return FindingOrder(
        community=permit.community,
        title=found.title,
        severity=found.severity,
        description=found.description,
        source="Decoration",
        reference=(DOCTYPE, permit.name),
        unit=permit.unit,
        responsible_kind="Contractor" if permit.contractor else "Resident",
        responsible_resident=permit.contractor or permit.applicant,
        photo=found.photo,
        fixed_note=found.fixed_note,
        fixed_photo=found.fixed_photo,
        client_key=key,
    )
