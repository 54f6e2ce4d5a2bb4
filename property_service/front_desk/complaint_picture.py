"""What complaints add to the caller's picture and to the list of today; never what is about the reader himself."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case, Criterion
from frappe.query_builder.functions import Count

from property_service.front_desk.complaint_access import not_about
from property_service.front_desk.complaint_states import COMPLAINT, DOCTYPE, GENERAL, IN_HAND
from property_service.property_service.picture_parts import (
    BLUE,
    GREY,
    MOST_ROWS,
    RED,
    banner,
    clock,
    is_past,
    part,
    row,
    today_part,
    within,
)
from property_service.property_service.scope import allowed_communities
from property_service.property_service.service_clock import site_now
from property_service.property_service.stages import DONE, OPEN, VOID, WORKING

FIELDS = (
    "name",
    "community",
    "subject",
    "kind",
    "level",
    "status",
    "category",
    "first_answer_due",
    "first_answered_at",
)


def open_complaints(resident: str, units: tuple[str, ...]) -> dict[str, Any] | None:
    """What this household has complained of or suggested and is not settled; one query."""
    if not frappe.has_permission(DOCTYPE, "read"):
        return None
    table = frappe.qb.DocType(DOCTYPE)
    whose = [table.resident == resident] if resident else []
    whose += [table.unit.isin(units)] if units else []
    query = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in (*FIELDS, "solve_due")))
        .where(Criterion.any(whose))
        .where(table.stage.notin((DONE, VOID)))
        .orderby(table.solve_due)
        .orderby(table.name)
        .limit(MOST_ROWS + 1)
    )
    found = within(not_about(query, table), table, allowed_communities()).run(as_dict=True)
    banners = [
        banner(_("Open complaint: {0}").format(one.subject), RED)
        for one in found
        if one.kind == COMPLAINT and one.status in IN_HAND
    ]
    return part("complaints", _("Complaints"), 20, [_line(one) for one in found], banners[:1])


def complaints_today(communities: tuple[str, ...] | None, user: str) -> dict[str, Any] | None:
    """What is to be answered or solved until the end of today, and what nobody handles yet; one's own first. Two queries."""
    if not frappe.has_permission(DOCTYPE, "read", user=user):
        return None
    table = frappe.qb.DocType(DOCTYPE)
    end = datetime.combine(site_now().date() + timedelta(days=1), time())
    waits = table.stage.isin((OPEN, WORKING)) & (
        (table.assigned_to.isnull())
        | (table.first_answered_at.isnull() & (table.first_answer_due < end))
        | (table.interim_due < end)
        | (table.solve_due < end)
    )
    every = not_about(frappe.qb.from_(table).select(Count(table.name)).where(waits), table, user)
    counted = within(every, table, communities).run()[0][0]
    if not counted:
        return None
    query = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in (*FIELDS, "solve_due")))
        .where(waits)
        .orderby(Case().when(table.assigned_to == user, 0).else_(1))
        .orderby(table.solve_due)
        .orderby(table.name)
        .limit(MOST_ROWS)
    )
    found = within(not_about(query, table, user), table, communities).run(as_dict=True)
    return today_part("complaints", _("Complaints"), 15, counted, [_line(one) for one in found])


def _line(one: frappe._dict) -> dict[str, Any]:
    waits = one.status in IN_HAND
    due = one.first_answer_due if not one.first_answered_at and one.first_answer_due else one.solve_due
    late = waits and is_past(due)
    status = _(one.status, context=DOCTYPE)
    if waits and due:
        status = (_("Overdue since {0}") if late else _("By {0}")).format(clock(one.community, due))
    detail = [_(one.kind, context=DOCTYPE), _(one.category) if one.category else ""]
    detail += [_(one.level, context=DOCTYPE)] if one.level != GENERAL else []
    return row(
        one.subject,
        " · ".join(filter(None, detail)),
        status,
        RED if late else BLUE if waits else GREY,
        (DOCTYPE, one.name),
        due if waits else None,
    )
