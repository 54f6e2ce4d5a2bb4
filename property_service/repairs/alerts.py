"""Watching the promises: the technician is warned, then the leader and the manager are told; emergencies are alarmed again.

Runs every minute. Each request carries the moment of its next alert, so a run reads only what is due, in a handful of
statements whatever the number of requests. A second run at the same moment finds nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.utils import cint

from property_service.dispatch.incidents import CLOSED
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now, to_aware, to_site
from property_service.property_service.staff_notices import tell_many
from property_service.property_service.stages import OPEN, WAITING, WORKING
from property_service.repairs import deadlines, promises, timeline
from property_service.repairs.categories import EMERGENCY
from property_service.repairs.dispatching import leader_of, manager_of, pool_of
from property_service.repairs.roles import FRONT_DESK, MANAGER

BLOCK = 500
FIELDS = (
    *("name", "community", "category", "priority", "status", "stage", "team", "assigned_to", "dispatch_mode"),
    *("unit", "public_place", "respond_by", "response_late", "finish_by", "finish_late", "alert_level"),
    *("clock_started_at", "reported_at", "arrived_at", "finished_at", "wished_from", "wished_to", "last_alarm_at"),
)
SUBJECTS = {
    deadlines.WARNED: _("Due soon: {0}, {1}"),
    deadlines.TO_LEADER: _("Late: {0}, {1}"),
    deadlines.TO_MANAGER: _("Seriously late: {0}, {1}"),
}


def sweep() -> int:
    """Scheduler: raise the alert levels that are due and alarm emergencies again; returns how many requests it concerned."""
    return raise_levels() + alarm_emergencies()


def raise_levels() -> int:
    """Requests whose next alert is due: level and late flags are stored, people told, the next moment found."""
    now = site_now()
    table = frappe.qb.DocType("Repair Request")
    # Locked, so that two sweeps at once do not tell anybody twice; what others hold is done a minute later.
    rows = (
        frappe.qb.from_(table)
        .select(*(table[fieldname] for fieldname in FIELDS))
        .where(table.stage.isin([OPEN, WORKING, WAITING]))
        .where(table.next_alert_at <= now)
        .orderby(table.next_alert_at)
        .orderby(table.name)
        .limit(BLOCK)
        .for_update()
        .run(as_dict=True)
    )
    if not rows:
        return 0
    pauses = _pauses_of(row.name for row in rows)
    raised = [row for row in rows if _judge(row, pauses.get(row.name, ()), now)]
    _store(rows)
    for level in sorted(SUBJECTS):
        names = [row.name for row in raised if row.alert_level == level]
        timeline.log_many(names, timeline.WARNED if level == deadlines.WARNED else timeline.LATE, f"{level} %")
    people = _People(row.community for row in raised)
    tell_many([notice for row in raised if (notice := _notice(row, people))])
    return len(raised)


def alarm_emergencies() -> int:
    """Emergencies nobody has taken: the leader, then the manager too, every few minutes until somebody does.

    Those that wait with a confirmed incident are quiet until it is closed; its closing has as many minutes to finish them.
    """
    now = site_now()
    every = cint(frappe.get_cached_doc("Property Service Settings").emergency_realarm_minutes) or 5
    table, fault = frappe.qb.DocType("Repair Request"), frappe.qb.DocType("Service Incident")
    closed = (
        frappe.qb.from_(fault)
        .select(fault.name)
        .where((fault.status == CLOSED) & (fault.closed_at <= now - timedelta(minutes=every)))
    )
    rows = (
        frappe.qb.from_(table)
        .select(*(table[fieldname] for fieldname in FIELDS))
        .where(table.priority == EMERGENCY)
        .where(table.stage == OPEN)
        .where(table.taken_at.isnull())
        .where(
            table.incident.isnull()
            | (table.incident == "")
            | (table.incident_confirmed == 0)
            | table.incident.isin(closed)
        )
        .where(table.last_alarm_at.isnull() | (table.last_alarm_at <= now - timedelta(minutes=every)))
        .orderby(table.reported_at)
        .orderby(table.name)
        .limit(BLOCK)
        .for_update()
        .run(as_dict=True)
    )
    if not rows:
        return 0
    names = [row.name for row in rows]
    frappe.qb.update(table).set(table.last_alarm_at, now).where(table.name.isin(names)).run()
    timeline.log_many(names, timeline.ALARMED, f"{every} min")
    people = _People(row.community for row in rows)
    notices = []
    for row in rows:
        last = to_aware(row.last_alarm_at) if row.last_alarm_at else None
        whom = deadlines.next_alarm(last, to_aware(now), every)
        readers = {leader_of(row), row.assigned_to, *(pool_of(row.team) if not row.assigned_to else ())}
        if whom == "Manager" or not row.team:
            readers |= {manager_of(row.community), *people.of(row.community, MANAGER)}
        if not row.team:
            readers |= set(people.of(row.community, FRONT_DESK))
        notices.append(_note(row, readers, _("EMERGENCY, not taken yet: {0}, {1}")))
    tell_many([notice for notice in notices if notice["users"]])
    return len(rows)


class _People:
    """Front desk and managers of the communities in hand, read at once."""

    def __init__(self, communities: Iterable[str]) -> None:
        self.communities = frozenset(communities)
        self._found: dict[tuple[str, str], list[str]] | None = None

    def of(self, community: str, role: str) -> list[str]:
        """Users with a role who work for a community."""
        if self._found is None:
            self._found = _with_roles(self.communities, (FRONT_DESK, MANAGER))
        return self._found.get((community, role), [])


def _judge(row: Any, pauses: Iterable[Any], now: datetime) -> bool:
    """Bring one row up to date; True where its level rose."""
    promises.settle_lateness(row, now)
    before = cint(row.alert_level)
    row.next_alert_at = None
    try:
        clock = promises.clock_of(row, pauses)
        if clock is None:
            return False
        level = deadlines.alert(clock, to_aware(now), bool(row.arrived_at), thresholds=promises.thresholds())
        row.alert_level = max(before, level)
        upcoming = promises.next_alert(clock, row)
    except (RuleError, frappe.ValidationError) as error:
        # One row that cannot be judged (its category is gone, its calendar is empty) must not keep the others waiting.
        frappe.clear_last_message()
        frappe.log_error(title="Repair Alerts", message=f"{row.name}: {error}")
        return False
    if upcoming:
        # Never now or before: the row would come back every minute.
        row.next_alert_at = max(to_site(upcoming), now + timedelta(minutes=1))
    return row.alert_level > before


def _store(rows: list[Any]) -> None:
    """One statement for all rows; a document open in somebody's form is not disturbed."""
    table = frappe.qb.DocType("Repair Request")
    query = frappe.qb.update(table)
    for fieldname in ("alert_level", "response_late", "finish_late", "next_alert_at"):
        values = Case()
        for row in rows:
            values = values.when(table.name == row.name, row[fieldname])
        query = query.set(table[fieldname], values)
    query.where(table.name.isin([row.name for row in rows])).run()
    for row in rows:
        frappe.clear_document_cache("Repair Request", row.name)


def _pauses_of(names: Iterable[str]) -> dict[str, list[Any]]:
    table = frappe.qb.DocType("Repair Pause")
    found: dict[str, list[Any]] = {}
    for row in (
        frappe.qb.from_(table)
        .select(table.parent, table.from_time, table.to_time, table.stops_clock)
        .where(table.parenttype == "Repair Request")
        .where(table.parent.isin(list(names)))
        .orderby(table.parent)
        .orderby(table.idx)
        .run(as_dict=True)
    ):
        found.setdefault(row.parent, []).append(row)
    return found


def _notice(row: Any, people: _People) -> dict[str, Any] | None:
    """Whom a level concerns: the technician or the pool, the leader, the manager; the desk where no team has it yet."""
    if row.alert_level == deadlines.TO_MANAGER:
        readers = {manager_of(row.community)} - {None} or set(people.of(row.community, MANAGER))
    elif row.alert_level == deadlines.TO_LEADER:
        readers = {leader_of(row)} - {None} or set(people.of(row.community, MANAGER))
    else:
        readers = {row.assigned_to} if row.assigned_to else set(pool_of(row.team))
    if not row.team:
        readers |= set(people.of(row.community, FRONT_DESK))
    elif not readers:
        readers = {leader_of(row)}
    note = _note(row, readers, SUBJECTS[row.alert_level])
    return note if note["users"] else None


def _note(row: Any, readers: Iterable[str | None], subject: str) -> dict[str, Any]:
    place = row.public_place or ""
    if row.unit:
        place = frappe.get_cached_value("Property Unit", row.unit, "short_label") or row.unit
    return {
        "users": sorted({user for user in readers if user}),
        "subject": (subject, (row.category,), place or row.name),
        "doctype": "Repair Request",
        "name": row.name,
    }


def _with_roles(communities: Iterable[str], roles: tuple[str, ...]) -> dict[tuple[str, str], list[str]]:
    user, held = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
    limit = frappe.qb.DocType("User Permission")
    rows = (
        frappe.qb.from_(user)
        .join(held)
        .on((held.parent == user.name) & (held.parenttype == "User"))
        .left_join(limit)
        .on((limit.user == user.name) & (limit.allow == "Community"))
        .select(user.name, held.role, limit.for_value)
        .where(held.role.isin(roles))
        .where(user.enabled == 1)
        .where(user.name != "Administrator")
        .orderby(user.name)
        .run()
    )
    found: dict[tuple[str, str], list[str]] = {}
    for name, role, only in rows:
        for community in communities:
            if only in (None, community):
                found.setdefault((community, role), []).append(name)
    return found
