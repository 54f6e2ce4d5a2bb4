"""What module Dispatch asks about repair requests: who has how many, and which belong to an incident. One query each."""

from __future__ import annotations

from datetime import datetime

import frappe
from frappe.model.document import Document
from frappe.query_builder.functions import Count, Max, Sum
from pypika import Case
from pypika.terms import Term

from property_service.dispatch import incidents
from property_service.property_service.locks import run_locked
from property_service.property_service.service_clock import site_now
from property_service.property_service.stages import OPEN, VOID, WAITING, WORKING

DOCTYPE = "Repair Request"
LIVE = (OPEN, WORKING, WAITING)


def open_jobs(users: tuple[str, ...], locked: bool = False) -> dict[str, int]:
    """Requests in the hands of each user that are not finished (extension point `property_service_open_jobs`)."""
    table = frappe.qb.DocType(DOCTYPE)
    query = (
        frappe.qb.from_(table)
        .select(table.assigned_to, Count("*"))
        .where(table.assigned_to.isin(users))
        .where(table.stage.isin(LIVE))
        .groupby(table.assigned_to)
        .orderby(table.assigned_to)
    )
    return dict(run_locked(query) if locked else query.run())


def team_load(
    teams: tuple[str, ...], communities: tuple[str, ...] | None
) -> dict[tuple[str, str | None], dict[str, int]]:
    """Open, late and today's requests by team and member (extension point `property_service_team_load`).

    Late: the promised arrival or finish has passed. Today begins at midnight of the site.
    """
    table = frappe.qb.DocType(DOCTYPE)
    now = site_now()
    live = table.stage.isin(LIVE)
    late = live & ((table.arrived_at.isnull() & (table.respond_by < now)) | (table.finish_by < now))
    today = table.taken_at >= now.replace(hour=0, minute=0, second=0)
    query = (
        frappe.qb.from_(table)
        .select(table.team, table.assigned_to, _how_many(live), _how_many(late), _how_many(today))
        .where(table.team.isin(teams))
        .where(live | today)
        .groupby(table.team, table.assigned_to)
        .orderby(table.team)
        .orderby(table.assigned_to)
    )
    if communities is not None:
        query = query.where(table.community.isin(communities))
    found: dict[tuple[str, str | None], dict[str, int]] = {}
    for team, user, *counts in query.run():
        total = found.setdefault((team, user or None), {"open_jobs": 0, "late_jobs": 0, "taken_today": 0})
        for key, count in zip(total, counts, strict=True):
            total[key] += int(count or 0)
    return found


def incident_requests(incidents: tuple[str, ...]) -> dict[str, tuple[int, datetime | None]]:
    """Requests of each incident and when the last was reported, without rejected and cancelled ones."""
    table = frappe.qb.DocType(DOCTYPE)
    rows = (
        frappe.qb.from_(table)
        .select(table.incident, Count("*"), Max(table.reported_at))
        .where(table.incident.isin(incidents))
        .where(table.stage != VOID)
        .groupby(table.incident)
        .orderby(table.incident)
        .run()
    )
    return {incident: (count, last) for incident, count, last in rows}


def recount_incidents(doc: Document, method: str | None = None) -> None:
    """Document event: a request came to an incident, left it, or became void."""
    before = doc.get_doc_before_save()
    was = (before.incident, before.stage == VOID) if before else (None, False)
    if was != (doc.incident, doc.stage == VOID) and (was[0] or doc.incident):
        incidents.recount((was[0], doc.incident))


def _how_many(condition: Term) -> Sum:
    return Sum(Case().when(condition, 1).else_(0))
