"""Promises whose time comes: the responsible is warned before, at the time they are broken, and the leader or manager hears of it once.

Of a promise about a complaint the person complained of hears nothing.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe.utils import cint, get_datetime, now

from property_service.front_desk import complaint_people
from property_service.front_desk.callback_promises import BROKEN, OPEN, PROMISE
from property_service.front_desk.complaint_states import DOCTYPE as COMPLAINT
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local, site_now
from property_service.property_service.staff_notices import staff_with_role, tell_many

BLOCK = 500
WARNED, TOLD = 1, 2
MANAGER = "Property Manager"
WARNING, BROKEN_SUBJECT = _("Call back by {0}: {1}"), _("Promise broken, call back now: {0}")


def sweep() -> int:
    """Scheduler: warn of promises that come due, mark broken what is over, tell leader and manager once; returns how many changed.

    A run reads only what is due or about to be, in a handful of statements whatever the number of promises.
    """
    moment = site_now()
    minutes = max(cint(frappe.get_cached_doc("Property Service Settings").promise_warn_minutes), 0)
    rows = _due(moment + timedelta(minutes=minutes))
    over = [row for row in rows if get_datetime(row.due_at) < moment]
    soon = [row for row in rows if get_datetime(row.due_at) >= moment and cint(row.alert_level) < WARNED]
    _mark(over, status=BROKEN, alert_level=TOLD)
    _mark(soon, alert_level=WARNED)
    kept_from = _kept_from(rows)
    above = _above(over, kept_from)
    notices = [_notice(row, {row.responsible}, kept_from, (WARNING, _clock(row), row.about)) for row in soon]
    for row in over:
        notices.append(_notice(row, {row.responsible, *above[row.name]}, kept_from, (BROKEN_SUBJECT, row.about)))
    tell_many([notice for notice in notices if notice["users"]])
    return len(over) + len(soon)


def _due(until: Any) -> list[frappe._dict]:
    """Open promises due by then, locked, so that two sweeps at once do not tell anybody twice."""
    table = frappe.qb.DocType(PROMISE)
    return (
        frappe.qb.from_(table)
        .select(table.name, table.about, table.community, table.due_at, table.responsible, table.alert_level)
        .select(table.reference_doctype, table.reference_name)
        .where(table.status == OPEN)
        .where(table.due_at <= until)
        .orderby(table.due_at)
        .orderby(table.name)
        .limit(BLOCK)
        .for_update()
        .run(as_dict=True)
    )


def _mark(rows: list[frappe._dict], **values: Any) -> None:
    if not rows:
        return
    table = frappe.qb.DocType(PROMISE)
    query = frappe.qb.update(table)
    # The time of change moves too: a form opened before is told to reload.
    for field, value in {**values, "modified": now()}.items():
        query = query.set(table[field], value)
    query.where(table.name.isin([row.name for row in rows])).run()


def _kept_from(rows: list[frappe._dict]) -> dict[str, str]:
    """Promise → the person complained of in the complaint it is about; one query, none where no promise is about one."""
    about = {row.name: row.reference_name for row in rows if row.reference_doctype == COMPLAINT and row.reference_name}
    if not about:
        return {}
    found = frappe.get_all(
        COMPLAINT,
        {"name": ["in", sorted(set(about.values()))], "person_complained_of": ["is", "set"]},
        ["name", "person_complained_of"],
        order_by="name asc",
    )
    person = {row.name: row.person_complained_of for row in found}
    return {name: person[complaint] for name, complaint in about.items() if complaint in person}


def _above(rows: list[frappe._dict], kept_from: dict[str, str]) -> dict[str, list[str]]:
    """Promise → the leaders of whoever owes the call, else the managers; where that is the person complained of, the other managers."""
    leaders = _leaders({row.responsible for row in rows})
    managers = {community: _managers(community) for community in sorted({row.community for row in rows})}
    cases = sorted({(row.community, kept_from[row.name]) for row in rows if row.name in kept_from})
    others = {
        case: complaint_people.managers(frappe._dict(community=case[0], person_complained_of=case[1])) for case in cases
    }
    found = {}
    for row in rows:
        person = kept_from.get(row.name)
        told = [user for user in leaders.get(row.responsible, managers[row.community]) if user != person]
        found[row.name] = told or others.get((row.community, person), [])
    return found


def _leaders(users: set[str]) -> dict[str, list[str]]:
    """User → leaders of the active teams he is a member of; one query."""
    if not users:
        return {}
    team, member = frappe.qb.DocType("Work Team"), frappe.qb.DocType("Work Team Member")
    rows = (
        frappe.qb.from_(member)
        .join(team)
        .on(team.name == member.parent)
        .select(member.user, team.leader)
        .distinct()
        .where(member.parenttype == "Work Team")
        .where(member.user.isin(sorted(users)))
        .where((team.is_active == 1) & team.leader.isnotnull() & (team.leader != ""))
        .orderby(member.user)
        .orderby(team.leader)
        .run()
    )
    found: dict[str, list[str]] = {}
    for user, leader in rows:
        found.setdefault(user, []).append(leader)
    return found


def _managers(community: str) -> list[str]:
    """The manager named on the community, else all managers who work for it."""
    named = frappe.get_cached_value("Community", community, "manager")
    return [named] if named else staff_with_role(MANAGER, community)


def _clock(row: frappe._dict) -> str:
    return f"{local(row.community, row.due_at):%H:%M}"


def _notice(row: frappe._dict, users: set[str], kept_from: dict[str, str], subject: tuple) -> dict[str, Any]:
    told = sorted(users - {kept_from.get(row.name)})
    return {"users": told, "subject": subject, "doctype": PROMISE, "name": row.name}
