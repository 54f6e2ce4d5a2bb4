"""What the front desk adds to the caller's picture and to the list of today: promises, visits due, last contacts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case, Criterion
from frappe.query_builder.functions import Count

from property_service.front_desk.callback_promises import BROKEN, CONTACT, OPEN, PROMISE
from property_service.front_desk.complaint_access import not_kept
from property_service.front_desk.promise_access import not_kept_reference
from property_service.front_desk.return_visits import DUE
from property_service.property_service.picture_parts import (
    BLUE,
    GREY,
    MOST_ROWS,
    ORANGE,
    RED,
    clock,
    is_past,
    part,
    row,
    today_part,
    within,
)
from property_service.property_service.scope import allowed_communities
from property_service.property_service.service_clock import site_now

VISIT = "Return Visit"
STATUS_TONES = {"Open": ORANGE, "Promised": BLUE}
MOST_CONTACTS = 5
NIGHT_HOURS = 4


def promises(resident: str, units: tuple[str, ...]) -> dict[str, Any] | None:
    """Promises this household still waits for; one query."""
    if not frappe.has_permission(PROMISE, "read"):
        return None
    table, user = frappe.qb.DocType(PROMISE), frappe.qb.DocType("User")
    query = (
        frappe.qb.from_(table)
        .left_join(user)
        .on(user.name == table.responsible)
        .select(table.name, table.about, table.community, table.status, table.due_at, user.full_name)
        .where((table.status == OPEN) | ((table.status == BROKEN) & table.answered_at.isnull()))
        .where(_whose(table, resident, units))
        .orderby(table.due_at)
        .orderby(table.name)
        .limit(MOST_ROWS + 1)
    )
    found = within(not_kept_reference(query, table), table, allowed_communities()).run(as_dict=True)
    return part("promises", _("Promises", context="Callback Promise"), 10, [_promise_row(one) for one in found])


def visits(resident: str, units: tuple[str, ...]) -> dict[str, Any] | None:
    """Return visits due to this household; one query."""
    if not frappe.has_permission(VISIT, "read"):
        return None
    table = frappe.qb.DocType(VISIT)
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.visit_kind, table.topic, table.community, table.due_at, table.supervisor_only)
        .where((table.status == DUE) & (table.on_site_recheck == 0))
        .where(_whose(table, resident, units))
        .orderby(table.due_at)
        .orderby(table.name)
        .limit(MOST_ROWS + 1)
    )
    found = within(not_kept(query, table), table, allowed_communities()).run(as_dict=True)
    return part("visits", _("Return Visits Due"), 50, [_visit_row(one) for one in found])


def contacts(resident: str, units: tuple[str, ...]) -> dict[str, Any] | None:
    """The last contacts of this household; two queries, each by its own index, newest first."""
    if not frappe.has_permission(CONTACT, "read"):
        return None
    table = frappe.qb.DocType(CONTACT)
    found: dict[str, Any] = {}
    for condition in filter(None, (resident and table.resident == resident, units and table.unit.isin(units))):
        query = (
            frappe.qb.from_(table)
            .select(table.name, table.subject, table.kind, table.status, table.community, table.contacted_at)
            .select(table.caller_name)
            .where(condition)
            .orderby(table.contacted_at, order=frappe.qb.desc)
            .orderby(table.name, order=frappe.qb.desc)
            .limit(MOST_CONTACTS)
        )
        seen = within(not_kept_reference(query, table), table, allowed_communities())
        found.update({one.name: one for one in seen.run(as_dict=True)})
    latest = sorted(found.values(), key=lambda one: (one.contacted_at, one.name), reverse=True)[:MOST_CONTACTS]
    return part("contacts", _("Last Contacts"), 80, [_contact_row(one) for one in latest])


def promises_today(communities: tuple[str, ...] | None, user: str) -> dict[str, Any] | None:
    """Promises due until the end of today, at night in the hours after it as well, and broken ones nobody has answered.

    One's own first. Two queries.
    """
    if not frappe.has_permission(PROMISE, "read", user=user):
        return None
    table, person = frappe.qb.DocType(PROMISE), frappe.qb.DocType("User")
    until = max(_end_of_today(), site_now() + timedelta(hours=NIGHT_HOURS))
    waits = ((table.status == OPEN) & (table.due_at < until)) | ((table.status == BROKEN) & table.answered_at.isnull())
    all_of_them = not_kept_reference(frappe.qb.from_(table).select(Count(table.name)).where(waits), table, user)
    counted = within(all_of_them, table, communities).run()[0][0]
    if not counted:
        return None
    query = (
        frappe.qb.from_(table)
        .left_join(person)
        .on(person.name == table.responsible)
        .select(table.name, table.about, table.community, table.status, table.due_at, person.full_name)
        .where(waits)
        .orderby(Case().when(table.responsible == user, 0).else_(1))
        .orderby(table.due_at)
        .orderby(table.name)
        .limit(MOST_ROWS)
    )
    found = within(not_kept_reference(query, table, user), table, communities).run(as_dict=True)
    return today_part("promises", _("Promises to Keep"), 10, counted, [_promise_row(one) for one in found])


def visits_today(communities: tuple[str, ...] | None, user: str) -> dict[str, Any] | None:
    """Return visits due until the end of today; two queries."""
    if not frappe.has_permission(VISIT, "read", user=user):
        return None
    table = frappe.qb.DocType(VISIT)
    due = (table.status == DUE) & (table.due_at < _end_of_today())
    due &= table.not_before.isnull() | (table.not_before < _end_of_today())
    all_of_them = not_kept(frappe.qb.from_(table).select(Count(table.name)).where(due), table, user)
    counted = within(all_of_them, table, communities).run()[0][0]
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.visit_kind, table.topic, table.community, table.due_at, table.supervisor_only)
        .select(table.contact_name)
        .where(due)
        .orderby(table.due_at)
        .orderby(table.name)
        .limit(MOST_ROWS)
    )
    found = within(not_kept(query, table, user), table, communities).run(as_dict=True) if counted else []
    return today_part("visits", _("Return Visits"), 20, counted, [_visit_row(one) for one in found])


def _whose(table: Any, resident: str, units: tuple[str, ...]) -> Criterion:
    """Of the person or of one of the units."""
    wanted = [table.resident == resident] if resident else []
    return Criterion.any([*wanted, *([table.unit.isin(units)] if units else [])])


def _end_of_today() -> datetime:
    return datetime.combine(site_now().date() + timedelta(days=1), time())


def _promise_row(one: frappe._dict) -> dict[str, Any]:
    late = one.status == BROKEN or is_past(one.due_at)
    status = _("Overdue since {0}") if late else _("By {0}")
    return row(
        one.about,
        one.full_name or "",
        status.format(clock(one.community, one.due_at)),
        RED if late else BLUE,
        (PROMISE, one.name),
        one.due_at,
    )


def _visit_row(one: frappe._dict) -> dict[str, Any]:
    late = is_past(one.due_at)
    text = " · ".join(filter(None, (_(one.visit_kind, context=VISIT), _(one.topic) if one.topic else "")))
    status = _("Overdue since {0}") if late else _("By {0}")
    return row(
        text,
        one.get("contact_name") or (_("Supervisor Only") if one.supervisor_only else ""),
        status.format(clock(one.community, one.due_at)),
        RED if late else ORANGE,
        (VISIT, one.name),
        one.due_at,
    )


def _contact_row(one: frappe._dict) -> dict[str, Any]:
    return row(
        one.subject,
        " · ".join(
            filter(None, (clock(one.community, one.contacted_at), _(one.kind, context=CONTACT), one.caller_name))
        ),
        _(one.status, context=CONTACT),
        STATUS_TONES.get(one.status, GREY),
        (CONTACT, one.name),
    )
