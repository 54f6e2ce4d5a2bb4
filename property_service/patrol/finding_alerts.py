"""Telling people of findings: who is to put one right, whoever rechecks it, and leader and manager once it is overdue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import cint, get_datetime

from property_service.patrol import finding_rules as rules
from property_service.patrol.finding_settings import minutes
from property_service.patrol.findings import FINDING
from property_service.property_service.blocks import update_each
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now
from property_service.property_service.staff_notices import staff_with_role, tell_many, tell_staff

BLOCK = 500
MANAGER = "Property Manager"
SUBJECTS = {rules.TO_LEADER: _("Finding overdue: {0}, {1}"), rules.TO_MANAGER: _("Finding seriously overdue: {0}, {1}")}
FIELDS = (
    *("name", "title", "community", "building", "unit", "place", "severity", "due_at", "alert_level"),
    *("assigned_to", "responsible_team"),
)


def sweep() -> int:
    """Scheduler: tell leaders, then managers, of findings that are overdue, once a level; returns how many rose.

    A run reads only what is due, in a handful of statements whatever the number of findings.
    """
    now = site_now()
    table = frappe.qb.DocType(FINDING)
    # Locked, so that two sweeps at once do not tell anybody twice.
    rows = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in FIELDS))
        .where(table.status.isin(rules.TO_FIX))
        .where(table.due_at <= now)
        .where(table.alert_level < rules.TO_MANAGER)
        .orderby(table.due_at)
        .orderby(table.name)
        .limit(BLOCK)
        .for_update()
        .run(as_dict=True)
    )
    allowed = minutes()
    risen = []
    for row in rows:
        level = rules.alert_level(get_datetime(row.due_at), now, allowed.get(row.severity, 0))
        if level > cint(row.alert_level):
            row.alert_level = level
            risen.append(row)
    if not risen:
        return 0
    update_each(FINDING, {row.name: {"alert_level": row.alert_level} for row in risen}, ("alert_level",))
    managers = {community: _managers(community) for community in sorted({row.community for row in risen})}
    notices = [_notice(row, managers[row.community]) for row in risen]
    tell_many([notice for notice in notices if notice["users"]])
    return len(risen)


def on_raised(finding: Document) -> None:
    """Hook of property_service_finding_raised: whoever is to put it right hears of it, of a grave one the managers too."""
    if finding.status not in rules.TO_FIX:
        return
    users = {finding.assigned_to} if finding.assigned_to else {_leader(finding.responsible_team)}
    if finding.severity in (rules.SERIOUS, rules.CRITICAL):
        users |= {_leader(finding.responsible_team), *_managers(finding.community)}
    tell_staff(
        users,
        (_("New finding ({0}): {1}, {2}"), (finding.severity,), finding.title, _place(finding)),
        FINDING,
        finding.name,
    )


def on_changed(finding: Document) -> None:
    """Hook of property_service_finding_changed: the finder hears that he can recheck, whoever put it right that he must again."""
    before = finding.get_doc_before_save()
    if not before or before.status == finding.status:
        return
    words = (finding.title, _place(finding))
    if finding.status == rules.FIXED:
        tell_staff({finding.found_by}, (_("To be rechecked: {0}, {1}"), *words), FINDING, finding.name)
    elif finding.status == rules.FAILED:
        users = {finding.fixed_by, finding.assigned_to, _leader(finding.responsible_team)}
        tell_staff(users, (_("Recheck failed: {0}, {1}"), *words), FINDING, finding.name)


def _notice(row: Any, managers: Iterable[str]) -> dict[str, Any]:
    readers = {row.assigned_to, _leader(row.responsible_team)}
    if row.alert_level == rules.TO_MANAGER or not readers - {None, ""}:
        readers |= set(managers)
    return {
        "users": sorted(user for user in readers if user),
        "subject": (SUBJECTS[row.alert_level], row.title, _place(row)),
        "doctype": FINDING,
        "name": row.name,
    }


def _managers(community: str) -> list[str]:
    """The manager named on the community, else all managers who work for it."""
    named = frappe.get_cached_value("Community", community, "manager")
    return [named] if named else staff_with_role(MANAGER, community)


def _leader(team: str | None) -> str | None:
    return frappe.get_cached_value("Work Team", team, "leader") if team else None


def _place(row: Any) -> str:
    if row.unit:
        return frappe.get_cached_value("Property Unit", row.unit, "short_label") or row.unit
    return " ".join(filter(None, (row.building, row.place))) or row.community
