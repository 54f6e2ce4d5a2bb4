"""Which visits are to be made: the list of a day and the sheet of one household, each in a few queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder import Criterion, Order
from frappe.query_builder.functions import Count
from frappe.utils import get_datetime, getdate
from pypika import Table
from pypika.queries import QueryBuilder

from property_service.front_desk import visit_rules
from property_service.front_desk.complaint_access import not_kept
from property_service.front_desk.households import first_with_phone, merge_households
from property_service.front_desk.return_visits import (
    CANCELLED,
    DUE,
    SUPERVISORS,
    VISITORS,
    calling_hours,
    why_not_visitor,
)
from property_service.front_desk.visit_scripts import closing, opening, script_for
from property_service.property_service.extension_points import call_extensions
from property_service.property_service.scope import allowed_communities
from property_service.property_service.service_clock import local, site_now, to_aware
from property_service.property_service.staff_notices import staff_with_role

MOST_VISITS = 500
MOST_HISTORY = 10
SHOWN = (
    *("name", "community", "visit_kind", "reference_doctype", "reference_name", "reason", "topic", "on_site_recheck"),
    *(
        "status",
        "unit",
        "place",
        "resident",
        "contact_name",
        "contact_phone",
        "doer",
        "kept_from",
        "team",
        "supervisor_only",
        "assigned_to",
    ),
    *("due_at", "not_before", "next_attempt_at", "attempt_count"),
)


def due_list(community: str | None = None, day: date | None = None) -> dict[str, Any]:
    """The visits to be made up to the end of a day (today if left out), merged into households.

    Answers {day, households, counts: {households, visits, overdue, waiting, on_site, done_today}, left_off, calls}.
    A household is {community, community_name, unit, unit_label (or the place), resident, contact_name, contact_phone,
    on_site_recheck, due_at, overdue, waiting_until, visits}; it waits where all its visits were tried and come up again later. `calls` are
    {community: {allowed, next_at}}, `next_at` a text on the community's clock.
    """
    moment = site_now()
    day = day or getdate(moment)
    rows = _due_rows(_scope(community), datetime.combine(day + timedelta(days=1), datetime.min.time()), MOST_VISITS + 1)
    left_off = len(rows) > MOST_VISITS
    rows = rows[:MOST_VISITS]
    _add_attempts(rows)
    names = _community_names({row.community for row in rows})
    hours = {name: calling_hours(name) for name in names}
    labels = _unit_labels({row.unit for row in rows if row.unit})
    for row in rows:
        _judge(row, hours[row.community], moment)
    households = [_household(visits, names, labels, moment) for visits in merge_households(rows)]
    households.sort(key=lambda one: (bool(one["waiting_until"]), one["waiting_until"] or "", str(one["due_at"])))
    return {
        "day": str(day),
        "households": households,
        "counts": {
            "households": len(households),
            "visits": len(rows),
            "overdue": sum(row.overdue for row in rows),
            "waiting": sum(bool(one["waiting_until"]) for one in households),
            "on_site": sum(bool(row.on_site_recheck) for row in rows),
            "done_today": _done_today(_scope(community), moment),
        },
        "left_off": left_off,
        "calls": {name: _calls(name, hours[name], moment) for name in sorted(names)},
    }


def household_sheet(visits: list[str]) -> dict[str, Any]:
    """All that is needed to call one household about these visits: {opening, closing, visits, history}.

    Each visit has its row as in `due_list`, its `attempts`, the `script` of its kind and the `context` of what was done:
    {title, lines}, told by the room it comes from. `history` are earlier visits of the household, newest first.
    Raises DoesNotExistError where a visit is not there or belongs to a community the user does not work for.
    """
    rows = _rows_named(visits)
    if len(rows) != len(set(visits)) or not rows:
        frappe.throw(
            _("This visit is not on your list. Reload the page and choose it again."), frappe.DoesNotExistError
        )
    moment = site_now()
    _add_attempts(rows)
    hours = {name: calling_hours(name) for name in {row.community for row in rows}}
    for row in rows:
        _judge(row, hours[row.community], moment)
        row.script = script_for(row.visit_kind, bool(row.on_site_recheck))
        row.context = context_of(row)
    contact = first_with_phone(rows) or rows[0]
    community_name = frappe.get_cached_value("Community", contact.community, "community_name")
    return {
        "opening": opening(community_name, contact.contact_name),
        "closing": closing(),
        "visits": rows,
        "history": _history(rows),
    }


def _scope(community: str | None) -> tuple[str, ...] | None:
    """Communities to look into: those the user works for, or the one asked for if it is among them."""
    allowed = allowed_communities()
    if not community:
        return allowed
    return (community,) if allowed is None or community in allowed else ()


def _due_rows(communities: tuple[str, ...] | None, before: datetime, limit: int) -> list[frappe._dict]:
    table = frappe.qb.DocType("Return Visit")
    query = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in SHOWN))
        .where(table.status == DUE)
        .where(table.due_at < before)
        .where(table.not_before.isnull() | (table.not_before < before))
        .orderby(table.due_at, order=Order.asc)
        .orderby(table.name, order=Order.asc)
        .limit(limit)
    )
    return _within(query, table, communities).run(as_dict=True)


def _rows_named(names: list[str]) -> list[frappe._dict]:
    table = frappe.qb.DocType("Return Visit")
    query = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in SHOWN))
        .where(table.name.isin(names or [""]))
        .orderby(table.due_at)
        .orderby(table.name)
    )
    return _within(query, table, allowed_communities()).run(as_dict=True)


def _within(query: QueryBuilder, table: Table, communities: tuple[str, ...] | None) -> QueryBuilder:
    """Narrow a query to communities (None: all of them) and to what is not kept from the user."""
    query = not_kept(query, table)
    return query if communities is None else query.where(table.community.isin(communities or ("",)))


def _add_attempts(rows: list[frappe._dict]) -> None:
    table, user = frappe.qb.DocType("Return Visit Attempt"), frappe.qb.DocType("User")
    tried = [row.name for row in rows if row.attempt_count]
    made: dict[str, list] = {}
    if tried:
        for attempt in (
            frappe.qb.from_(table)
            .left_join(user)
            .on(user.name == table.visitor)
            .select(table.parent, table.attempted_at, table.channel, table.reached, table.visitor, table.note)
            .select(user.full_name.as_("visitor_name"))
            .where(table.parenttype == "Return Visit")
            .where(table.parent.isin(tried))
            .orderby(table.parent)
            .orderby(table.idx)
            .run(as_dict=True)
        ):
            made.setdefault(attempt.pop("parent"), []).append(attempt)
    for row in rows:
        row.attempts = made.get(row.name, [])


def _judge(row: frappe._dict, hours: Any, moment: datetime) -> None:
    """Add what the user may do with a due visit now: overdue, why_not (a sentence or None), tried_now."""
    row.overdue = bool(row.due_at and get_datetime(row.due_at) < moment)
    row.why_not = why_not_visitor(row)
    this_half = visit_rules.half_day(to_aware(moment), hours)
    row.tried_now = any(
        not attempt.reached and visit_rules.half_day(to_aware(attempt.attempted_at), hours) == this_half
        for attempt in row.attempts
    )


def _household(
    visits: list[frappe._dict], names: dict[str, str], labels: dict[str, str], moment: datetime
) -> dict[str, Any]:
    contact = first_with_phone(visits) or visits[0]
    unit = next((row.unit for row in visits if row.unit), None)
    later = [row.next_attempt_at for row in visits]
    waits = all(later) and min(later) > moment
    return {
        "community": contact.community,
        "community_name": names[contact.community],
        "unit": unit,
        "unit_label": labels.get(unit) if unit else contact.place,
        "resident": next((row.resident for row in visits if row.resident), None),
        "contact_name": contact.contact_name,
        "contact_phone": contact.contact_phone,
        "on_site_recheck": bool(contact.on_site_recheck),
        "due_at": visits[0].due_at,
        "overdue": sum(row.overdue for row in visits),
        "waiting_until": str(min(later)) if waits else None,
        "visits": visits,
    }


def _calls(community: str, hours: Any, moment: datetime) -> dict[str, Any]:
    at = to_aware(moment)
    next_at = visit_rules.next_call_time(hours, at)
    return {"allowed": next_at == at, "next_at": f"{local(community, next_at):%Y-%m-%d %H:%M}"}


def _community_names(communities: set[str]) -> dict[str, str]:
    return {name: frappe.get_cached_value("Community", name, "community_name") for name in communities}


def _unit_labels(units: set[str]) -> dict[str, str]:
    if not units:
        return {}
    table = frappe.qb.DocType("Property Unit")
    query = frappe.qb.from_(table).select(table.name, table.short_label).where(table.name.isin(sorted(units)))
    return {name: label or name for name, label in query.orderby(table.name).run()}


def _done_today(communities: tuple[str, ...] | None, moment: datetime) -> int:
    table = frappe.qb.DocType("Return Visit")
    query = (
        frappe.qb.from_(table)
        .select(Count(table.name))
        .where(table.visited_by == frappe.session.user)
        .where(table.visited_at >= datetime.combine(moment.date(), datetime.min.time()))
    )
    return _within(query, table, communities).run()[0][0]


def context_of(row: frappe._dict | Document) -> dict[str, Any] | None:
    """What was done before a visit, as the room it belongs to tells it: {title, lines, url}; None where none does."""
    answers: Iterable[Any] = call_extensions("property_service_visit_context", visit=row)
    return next((answer for answer in answers if answer), None)


def _history(rows: list[frappe._dict]) -> list[frappe._dict]:
    units = sorted({row.unit for row in rows if row.unit})
    residents = sorted({row.resident for row in rows if row.resident})
    if not units and not residents:
        return []
    table = frappe.qb.DocType("Return Visit")
    same = Criterion.any(
        [field.isin(values) for field, values in ((table.unit, units), (table.resident, residents)) if values]
    )
    query = (
        frappe.qb.from_(table)
        .select(table.name, table.visit_kind, table.topic, table.reason, table.status, table.result)
        .select(table.dissatisfied_reason, table.remark, table.visited_by, table.visited_at, table.due_at)
        .where(table.community == rows[0].community)
        .where(same)
        .where(table.status.notin((DUE, CANCELLED)))
        .where(table.on_site_recheck == 0)
        .orderby(table.due_at, order=Order.desc)
        .orderby(table.name, order=Order.desc)
        .limit(MOST_HISTORY)
    )
    return not_kept(query, table).run(as_dict=True)


def possible_visitors(visit: str) -> list[dict[str, str]]:
    """Whom a visit may be given to, [{value: user, label: full name}] by name. Raises PermissionError for strangers."""
    doc = frappe.get_doc("Return Visit", visit)
    doc.check_permission("read")
    roles = SUPERVISORS if doc.supervisor_only else VISITORS
    users = sorted(
        {user for role in roles for user in staff_with_role(role, doc.community)} - {doc.doer, doc.kept_from}
    )
    table = frappe.qb.DocType("User")
    query = frappe.qb.from_(table).select(table.name.as_("value"), table.full_name.as_("label"))
    return query.where(table.name.isin(users or [""])).orderby(table.full_name).orderby(table.name).run(as_dict=True)
