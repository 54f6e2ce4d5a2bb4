"""What repairs add to the caller's picture and to the list of today: open jobs, rework and warranty, what is late or waits for consent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case, Criterion
from frappe.query_builder.functions import Count, Max
from frappe.utils import cint, get_datetime, getdate

from property_service.property_service.picture_parts import (
    BLUE,
    GREEN,
    MOST_ROWS,
    ORANGE,
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
from property_service.property_service.service_clock import local_day, site_now
from property_service.property_service.stages import DONE, OPEN, WAITING, WORKING
from property_service.repairs import rework, warranty
from property_service.repairs.categories import EMERGENCY

DOCTYPE = "Repair Request"
LIVE = (OPEN, WORKING, WAITING)
MOST_BANNERS = 4
# The structure stands for decades; that it does is no news to anybody at the desk.
LONGEST_NEWS = 120


def jobs(resident: str, units: tuple[str, ...]) -> dict[str, Any] | None:
    """Open jobs of the person and the units; what was finished lately there, and warranties that run. Four queries at most."""
    if not frappe.has_permission(DOCTYPE, "read"):
        return None
    found: dict[str, frappe._dict] = {}
    table = frappe.qb.DocType(DOCTYPE)
    for condition in filter(None, (resident and table.resident == resident, units and table.unit.isin(units))):
        found.update({one.name: one for one in _open_jobs(table, condition)})
    rows = sorted(found.values(), key=lambda one: (one.priority != EMERGENCY, str(one.finish_by or "9"), one.name))
    banners = [*_rework_banners(units), *_warranty_banners(units)]
    return part("jobs", _("Open Repairs"), 30, [_job_row(one) for one in rows], banners)


def overdue_today(communities: tuple[str, ...] | None, user: str) -> dict[str, Any] | None:
    """Jobs whose promised arrival or finish is over; two queries."""
    table = frappe.qb.DocType(DOCTYPE)
    now = site_now()
    late = table.stage.isin(LIVE) & ((table.finish_by < now) | ((table.respond_by < now) & table.arrived_at.isnull()))
    return _today("overdue_jobs", _("Overdue Repairs"), 30, late, communities, user, RED)


def quotes_today(communities: tuple[str, ...] | None, user: str) -> dict[str, Any] | None:
    """Prices put before the customer that nobody has agreed to yet; two queries."""
    table = frappe.qb.DocType(DOCTYPE)
    waiting = (table.status == "Quoted") & (table.quote_status == "Waiting")
    return _today("quotes", _("Quotes Not Confirmed"), 40, waiting, communities, user, ORANGE)


def _open_jobs(table: Any, condition: Criterion) -> list[frappe._dict]:
    unit = frappe.qb.DocType("Property Unit")
    query = (
        frappe.qb.from_(table)
        .left_join(unit)
        .on(unit.name == table.unit)
        .select(table.name, table.category, table.description, table.status, table.priority, table.community)
        .select(table.respond_by, table.finish_by, table.arrived_at, table.is_warranty, table.is_rework)
        .select(table.urge_count, unit.short_label, table.public_place)
        .where(condition)
        .where(table.stage.isin(LIVE))
        .orderby(table.finish_by)
        .orderby(table.name)
        .limit(MOST_ROWS + 1)
    )
    return within(query, table, allowed_communities()).run(as_dict=True)


def _job_row(one: frappe._dict) -> dict[str, Any]:
    late = is_past(one.finish_by) or (not one.arrived_at and is_past(one.respond_by))
    marks = [
        one.short_label or one.public_place or "",
        _("Emergency") if one.priority == EMERGENCY else "",
        _("Warranty Repair") if cint(one.is_warranty) else "",
        _("Rework") if cint(one.is_rework) else "",
        _("Urged {0}×").format(one.urge_count) if cint(one.urge_count) else "",
        _("Finish by {0}").format(clock(one.community, one.finish_by)) if one.finish_by else "",
    ]
    return row(
        f"{_(one.category)}: {(one.description or '')[:80]}",
        " · ".join(filter(None, marks)),
        _(one.status, context=DOCTYPE),
        RED if late or one.priority == EMERGENCY else BLUE,
        (DOCTYPE, one.name),
        one.finish_by,
    )


def _rework_banners(units: tuple[str, ...]) -> list[dict[str, str]]:
    """What was finished in these units so lately that the same fault again is rework; one query."""
    days = rework.days()
    if not units or not days:
        return []
    table, unit = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("Property Unit")
    rows = (
        frappe.qb.from_(table)
        .join(unit)
        .on(unit.name == table.unit)
        .select(table.category, unit.short_label, unit.community, Max(table.finished_at).as_("finished_at"))
        .where(table.unit.isin(units))
        .where(table.finished_at >= site_now() - timedelta(days=days))
        .where(table.stage == DONE)
        .groupby(table.category, unit.short_label, unit.community)
        .orderby(unit.short_label)
        .orderby(table.category)
        .run(as_dict=True)
    )
    rows.sort(key=lambda one: get_datetime(one.finished_at), reverse=True)
    return [
        banner(
            _("{0}: {1} was finished on {2}. The same fault again is rework.").format(
                one.short_label, _(one.category), f"{get_datetime(one.finished_at):%m-%d}"
            ),
            ORANGE,
        )
        for one in rows[:MOST_BANNERS]
    ]


def _warranty_banners(units: tuple[str, ...]) -> list[dict[str, str]]:
    """Which parts of these units are in warranty, by trade; one query."""
    if not units:
        return []
    kind = frappe.qb.DocType("Repair Category")
    # From the cache, which forgets a unit once it is changed.
    at_once = {"fieldname": ["short_label", "community", "deemed_handover_date"], "as_dict": True}
    known = [frappe.get_cached_value("Property Unit", name, **at_once) for name in units]
    rooms = [room for room in known if room and room.deemed_handover_date]
    if not rooms:
        return []
    trades = (
        frappe.qb.from_(kind)
        .select(kind.trade, Max(kind.warranty_months).as_("months"))
        .where((kind.warranty_months > 0) & (kind.warranty_months <= LONGEST_NEWS))
        .where((kind.part != "Public") & (kind.trade != ""))
        .groupby(kind.trade)
        .orderby(kind.trade)
        .run(as_dict=True)
    )
    banners = []
    for room in rooms:
        start, today = getdate(room.deemed_handover_date), local_day(room.community)
        ends = [(warranty.warranty_until(start, cint(one.months)), one.trade) for one in trades]
        running = [f"{_(trade)} {until:%Y-%m}" for until, trade in sorted(ends) if start <= today <= until]
        if running:
            text = _("{0}: in warranty until: {1}").format(room.short_label, ", ".join(running))
            banners.append(banner(text, GREEN))
    return banners[:MOST_BANNERS]


def _today(
    key: str, title: str, order: int, which: Criterion, communities: tuple[str, ...] | None, user: str, tone: str
) -> dict[str, Any] | None:
    if not frappe.has_permission(DOCTYPE, "read", user=user):
        return None
    table, unit = frappe.qb.DocType(DOCTYPE), frappe.qb.DocType("Property Unit")
    counted = within(frappe.qb.from_(table).select(Count(table.name)).where(which), table, communities).run()[0][0]
    if not counted:
        return None
    query = (
        frappe.qb.from_(table)
        .left_join(unit)
        .on(unit.name == table.unit)
        .select(table.name, table.category, table.description, table.status, table.community, table.finish_by)
        .select(table.public_place, unit.short_label)
        .where(which)
        .orderby(Case().when(table.priority == EMERGENCY, 0).else_(1))
        .orderby(table.finish_by)
        .orderby(table.name)
        .limit(MOST_ROWS)
    )
    rows = [
        row(
            f"{one.short_label or one.public_place or one.community} {_(one.category)}",
            (one.description or "")[:80],
            _(one.status, context=DOCTYPE),
            tone,
            (DOCTYPE, one.name),
            one.finish_by,
        )
        for one in within(query, table, communities).run(as_dict=True)
    ]
    return today_part(key, title, order, counted, rows)
