"""Watching what complainants were promised: the handler is warned, the leader and the manager are told, replies in between are asked for.

Each complaint carries the moment of its next alert, so a run reads only what is due. A second run at the same moment finds nothing.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.utils import cint, get_datetime

from property_service.front_desk import complaint_clock, complaint_people
from property_service.front_desk.complaint_states import DOCTYPE, IN_HAND
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import site_now
from property_service.property_service.staff_notices import tell_many
from property_service.property_service.stages import OPEN, WORKING

BLOCK = 500
FIELDS = (
    *("name", "community", "subject", "kind", "status", "stage", "level", "category", "assigned_to", "is_anonymous"),
    *("person_complained_of", "team_complained_of", "clock_started_at", "first_answer_due", "first_answered_at"),
    *("interim_due", "solve_due", "resolved_at", "alert_level", "answer_alert_level", "next_alert_at"),
    *("first_answer_late", "interim_late", "solved_late"),
)
STORED = ("alert_level", "answer_alert_level", "first_answer_late", "interim_late", "solved_late", "next_alert_at")
ANSWER, REPLY, SOLUTION = _("first answer"), _("interim reply"), _("solution")
SOON, LATE, VERY_LATE = _("Due soon, {2}: {0}, {1}"), _("Late, {2}: {0}, {1}"), _("Seriously late, {2}: {0}, {1}")


def sweep() -> int:
    """Scheduler: raise the alert levels that are due, latch the late flags, tell people; returns how many complaints it concerned."""
    now = site_now()
    table = frappe.qb.DocType(DOCTYPE)
    # Locked, so that two sweeps at once do not tell anybody twice.
    rows = (
        frappe.qb.from_(table)
        .select(*(table[fieldname] for fieldname in FIELDS))
        .where(table.stage.isin([OPEN, WORKING]))
        .where(table.next_alert_at <= now)
        .orderby(table.next_alert_at)
        .orderby(table.name)
        .limit(BLOCK)
        .for_update()
        .run(as_dict=True)
    )
    if not rows:
        return 0
    notices = [notice for row in rows for notice in _judge(row, now)]
    _store(rows)
    tell_many([notice for notice in notices if notice["users"]])
    return len(rows)


def _judge(row: Any, now: Any) -> list[dict[str, Any]]:
    """Bring one row up to date; returns whom to tell of what."""
    row.next_alert_at = None
    if row.status not in IN_HAND:
        return []
    try:
        answer, solve = complaint_clock.levels_now(row, now)
        asked = bool(row.interim_due) and get_datetime(row.interim_due) <= now and bool(row.first_answered_at)
        told = []
        if answer > cint(row.answer_alert_level):
            told.append((ANSWER, answer))
        if solve > cint(row.alert_level):
            told.append((SOLUTION, solve))
        row.answer_alert_level = max(cint(row.answer_alert_level), answer)
        row.alert_level = max(cint(row.alert_level), solve)
        if asked and not (told and solve):
            told.append((REPLY, complaint_clock.alerts().leader))
        complaint_clock.settle(row)
    except (RuleError, frappe.ValidationError) as error:
        # One row that cannot be judged (its calendar is empty) must not keep the others waiting.
        frappe.clear_last_message()
        frappe.log_error(title="Complaint Alerts", message=f"{row.name}: {error}")
        return []
    return [_notice(row, what, level) for what, level in told]


def _notice(row: Any, what: str, level: int) -> dict[str, Any]:
    """Whom a level concerns: the handler, the leader besides, the manager besides. Never the person complained of."""
    alerts = complaint_clock.alerts()
    readers = {row.assigned_to} if row.assigned_to else set(complaint_people.first_readers(row))
    if level >= alerts.leader:
        readers.add(complaint_people.leader(row))
    if level >= alerts.manager:
        readers |= set(complaint_people.managers(row))
    sentence = VERY_LATE if level >= alerts.manager else LATE if level >= alerts.leader else SOON
    return {
        "users": sorted({user for user in readers if user} - {row.person_complained_of}),
        "subject": (sentence, row.name, row.subject, (what,)),
        "doctype": DOCTYPE,
        "name": row.name,
    }


def _store(rows: list[Any]) -> None:
    """One statement for all rows; a document open in somebody's form is not disturbed."""
    table = frappe.qb.DocType(DOCTYPE)
    query = frappe.qb.update(table)
    for fieldname in STORED:
        values = Case()
        for row in rows:
            values = values.when(table.name == row.name, row[fieldname])
        query = query.set(table[fieldname], values)
    query.where(table.name.isin([row.name for row in rows])).run()
    for row in rows:
        frappe.clear_document_cache(DOCTYPE, row.name)
