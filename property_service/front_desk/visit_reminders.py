"""Overdue return visits: whoever is to make them hears of each once."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.utils import now_datetime

from property_service.front_desk.return_visits import DUE
from property_service.property_service.rule_error import mark as _
from property_service.property_service.staff_notices import staff_with_role, tell_many

FRONT_DESK, MANAGER = "Property Front Desk", "Property Manager"
AT_ONCE = 500


def remind_overdue() -> int:
    """Scheduler: tell the front desk (of a supervisor's visit the manager) what has become overdue; returns how many.

    A visit that waits for its next attempt is not overdue meanwhile. One notice a community, one for each to whom
    visits were given.
    """
    rows = _overdue()
    if not rows:
        return 0
    groups: dict[tuple, list[frappe._dict]] = {}
    for row in rows:
        groups.setdefault((row.community, row.assigned_to, bool(row.supervisor_only)), []).append(row)
    people: dict[tuple[str, str], list[str]] = {}
    notices = [_notice(key, visits, people) for key, visits in groups.items()]
    tell_many([notice for notice in notices if notice["users"]])
    table = frappe.qb.DocType("Return Visit")
    # Not by the document: a reminder is no change of the visit that its log should keep.
    frappe.qb.update(table).set(table.reminded_at, now_datetime()).where(
        table.name.isin([row.name for row in rows])
    ).run()
    return len(rows)


def _overdue() -> list[frappe._dict]:
    table = frappe.qb.DocType("Return Visit")
    moment = now_datetime()
    return (
        frappe.qb.from_(table)
        .select(table.name, table.community, table.assigned_to, table.supervisor_only)
        .where(table.status == DUE)
        .where(table.due_at < moment)
        .where(table.reminded_at.isnull())
        .where(table.next_attempt_at.isnull() | (table.next_attempt_at <= moment))
        .orderby(table.due_at)
        .orderby(table.name)
        .limit(AT_ONCE)
        .for_update()
        .run(as_dict=True)
    )


def _notice(
    key: tuple[str, str | None, bool], visits: list[frappe._dict], people: dict[tuple[str, str], list[str]]
) -> dict[str, Any]:
    community, assigned_to, supervisor_only = key

    def holders(role: str) -> list[str]:
        if (role, community) not in people:
            people[(role, community)] = staff_with_role(role, community)
        return people[(role, community)]

    users = [assigned_to] if assigned_to else holders(MANAGER if supervisor_only else FRONT_DESK) or holders(MANAGER)
    name = frappe.get_cached_value("Community", community, "community_name")
    return {
        "users": users,
        "subject": (_("Return visits overdue in {0}: {1}. Please make them today."), name, len(visits)),
        "doctype": "Return Visit",
        "name": visits[0].name,
    }
