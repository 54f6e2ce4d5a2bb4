"""Figures and rows of repairs that the desk draws: charts of a month, visits wished for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Order
from frappe.query_builder.functions import Count, Date
from frappe.utils import cint, format_date, getdate

from property_service.property_service.scope import allowed_communities
from property_service.property_service.service_clock import site_now
from property_service.repairs.roles import CASHIER, FRONT_DESK, LEADER, MANAGER, is_technician_only, teams_of

DOCTYPE = "Repair Request"
CHART_DAYS = 30
MOST_SLICES = 8
MOST_VISITS = 500
MOST_NAMES = 500
# what could begin or end a tag or an attribute
MARKUP = re.compile(r"""[<>"`]""")
VISIT_FIELDS = [
    "name",
    "category",
    "unit",
    "public_place",
    "status",
    "stage",
    "assigned_to",
    "wished_from",
    "wished_to",
]


def per_day(user: str) -> dict[str, Any]:
    """New requests of each of the last 30 days in the communities of the user, as the framework's chart draws them."""
    table = frappe.qb.DocType(DOCTYPE)
    today = site_now().date()
    days = [today - timedelta(days=back) for back in range(CHART_DAYS - 1, -1, -1)]
    day = Date(table.reported_at)
    query = frappe.qb.from_(table).select(day, Count("*")).where(table.reported_at >= days[0]).groupby(day).orderby(day)
    counted = {getdate(when): total for when, total in _of_user(query, table, user).run()}
    return {
        "labels": [format_date(when, "MM-dd") for when in days],
        "datasets": [{"name": _("Repair Requests"), "values": [counted.get(when, 0) for when in days]}],
    }


def by_category(user: str) -> dict[str, Any]:
    """The same month by category, the most frequent ones first, the rest in one."""
    table = frappe.qb.DocType(DOCTYPE)
    begin = site_now().date() - timedelta(days=CHART_DAYS - 1)
    total = Count("*")
    query = (
        frappe.qb.from_(table)
        .select(table.category, total)
        .where(table.reported_at >= begin)
        .groupby(table.category)
        .orderby(total, order=Order.desc)
        .orderby(table.category)
    )
    rows = list(_of_user(query, table, user).run())
    shown = [(_(category), count) for category, count in rows[:MOST_SLICES]]
    if rest := sum(count for _category, count in rows[MOST_SLICES:]):
        shown.append((_("All Others"), rest))
    if not shown:
        return {}
    labels, values = zip(*shown, strict=True)
    return {"labels": list(labels), "datasets": [{"name": _("Repair Requests"), "values": list(values)}]}


def _of_user(query: Any, table: Any, user: str) -> Any:
    """Only what the user may see: his communities; a technician the jobs of his teams and his own."""
    communities = allowed_communities(user)
    if communities is not None:
        query = query.where(table.community.isin(communities or ("",)))
    if is_technician_only(user):
        mine = table.assigned_to == user
        teams = teams_of(user)
        query = query.where(mine | table.team.isin(teams) if teams else mine)
    return query


def wished_visits(start: datetime, end: datetime, filters: Iterable[Any] = ()) -> list[dict[str, Any]]:
    """Requests whose wished visit lies between two site times, with a title and the colour of their state.

    Read with the permission of the session's user. `filters` are those of the list, rows [doctype, field, operator, value].
    """
    rows = frappe.get_list(
        DOCTYPE,
        fields=VISIT_FIELDS,
        filters=[
            *filters,
            [DOCTYPE, "wished_from", "<=", end],
            [DOCTYPE, "wished_to", ">=", start],
            [DOCTYPE, "stage", "!=", "Void"],
        ],
        order_by="wished_from asc, name asc",
        limit_page_length=MOST_VISITS,
    )
    for row in rows:
        row.title = f"{row.unit or row.public_place or ''} {_(row.category)} · {_(row.status, context=DOCTYPE)}".strip()
        row.all_day = cint(row.wished_to - row.wished_from >= timedelta(days=1))
        row.css_class = {"Done": "success", "Waiting": "warning"}.get(
            row.stage, "default" if row.assigned_to else "danger"
        )
    return rows


def add_staff_names(bootinfo: dict[str, Any]) -> None:
    """Give the desk the names of the staff, so that no list or form has to ask for them (hook `extend_bootinfo`)."""
    # cashiers see who took a payment or closed a shift, without seeing the teams
    if CASHIER not in frappe.get_roles() and not frappe.has_permission("Work Team", "read"):
        return
    member, held, user = (frappe.qb.DocType(name) for name in ("Work Team Member", "Has Role", "User"))
    members = frappe.qb.from_(member).select(member.user)
    holders = frappe.qb.from_(held).select(held.parent).where(held.role.isin((FRONT_DESK, LEADER, MANAGER, CASHIER)))
    rows = (
        frappe.qb.from_(user)
        .select(user.name, user.full_name)
        .where(user.name.isin(members) | user.name.isin(holders))
        .orderby(user.name)
        .limit(MOST_NAMES)
        .run()
    )
    # the desk puts names into its pages as they come
    bootinfo["property_service_staff"] = {user: MARKUP.sub("", full_name or user) for user, full_name in rows}
