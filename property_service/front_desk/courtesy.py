"""Courtesy visits: key customers more often than others, those we have not heard of for long first; a few a week in each community."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe
from frappe.query_builder.functions import Count, Max
from frappe.utils import get_datetime

from property_service.front_desk import return_visits
from property_service.front_desk.complaint_clock import setting
from property_service.front_desk.complaint_states import DOCTYPE as COMPLAINT
from property_service.property_service.occupancies import STAFF
from property_service.property_service.service_clock import local_day, site_now, start_of_local_day
from property_service.property_service.stages import DONE, VOID

KIND = "Courtesy"
KEY = "Key"
DUE_DAYS = 7


@dataclass(frozen=True, slots=True)
class Household:
    """Who speaks for a home, and when we last heard of each other: `contact` any contact, `visit` a visit in which he was reached."""

    resident: str
    unit: str
    is_key: bool = False
    contact: datetime | None = None
    visit: datetime | None = None
    known_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Intervals:
    """Days of the settings; 0 plans none of that kind."""

    key_days: int = 90
    regular_days: int = 365
    silent_days: int = 180


def choose(households: Iterable[Household], now: datetime, days: Intervals, most: int) -> list[Household]:
    """Return whom to visit, at most `most`: due by tier, the silent ones first, then key customers, then those seen longest ago."""
    found = []
    for one in households:
        every = days.key_days if one.is_key else days.regular_days
        # Of somebody never visited it counts from when he moved in.
        since = one.visit or one.known_since
        if every <= 0 or (since and now - since < timedelta(days=every)):
            continue
        heard = max((moment for moment in (one.contact, one.visit) if moment), default=None)
        silent = days.silent_days > 0 and (heard is None or now - heard >= timedelta(days=days.silent_days))
        found.append((not silent, not one.is_key, since or datetime.min, one.resident, one))
    return [row[-1] for row in sorted(found, key=lambda row: row[:-1])[: max(most, 0)]]


def plan_all() -> int:
    """Scheduler: plan this week's courtesy visits in every community; returns how many are new. Run again, none."""
    return sum(plan(community) for community in frappe.get_all("Community", pluck="name", order_by="name asc"))


def plan(community: str) -> int:
    """Plan what this week still lacks in one community; returns how many."""
    # One at a time: two at once would each plan the week's number.
    frappe.db.get_value("Community", community, "name", for_update=True)
    today = local_day(community)
    monday = start_of_local_day(community, today - timedelta(days=today.weekday()))
    left = setting("courtesy_per_week", 10) - _planned_since(community, monday)
    if left <= 0:
        return 0
    days = Intervals(
        setting("courtesy_key_days", 90), setting("courtesy_regular_days", 365), setting("courtesy_silent_days", 180)
    )
    year, week, _day = today.isocalendar()
    chosen = choose(households(community), site_now(), days, left)
    people = _people(one.resident for one in chosen)
    for one in chosen:
        person = people[one.resident]
        return_visits.plan_visit(
            kind=KIND,
            reference_doctype="Resident",
            reference_name=one.resident,
            community=community,
            unit=one.unit,
            resident=one.resident,
            contact_name=person.resident_name,
            contact_phone=person.primary_phone,
            doer=None,
            reason=KIND,
            due_at=site_now() + timedelta(days=DUE_DAYS),
            occasion=year * 100 + week,
        )
    return len(chosen)


def households(community: str) -> list[Household]:
    """Homes that may be visited: who is called first there, with a phone; none with a due visit or an open complaint."""
    resident, occupancy = frappe.qb.DocType("Resident"), frappe.qb.DocType("Unit Occupancy")
    day = local_day(community)
    rows = (
        frappe.qb.from_(occupancy)
        .join(resident)
        .on(resident.name == occupancy.resident)
        .select(occupancy.unit, occupancy.from_date, resident.name, resident.service_tier)
        .where(occupancy.community == community)
        .where(occupancy.is_primary == 1)
        .where(occupancy.relation != STAFF)
        .where(occupancy.from_date <= day)
        .where(occupancy.to_date.isnull() | (occupancy.to_date >= day))
        .where(resident.is_active == 1)
        .where(resident.primary_phone.isnotnull() & (resident.primary_phone != ""))
        .orderby(occupancy.unit)
        .orderby(resident.name)
        .run(as_dict=True)
    )
    busy_people, busy_units = _busy(community)
    contacts = _last("Service Contact", "contacted_at", community)
    visits = _last("Return Visit", "visited_at", community, status=return_visits.REACHED)
    found: dict[str, Household] = {}
    for row in rows:
        if row.name in busy_people or row.unit in busy_units or row.name in found:
            continue
        found[row.name] = Household(
            row.name,
            row.unit,
            row.service_tier == KEY,
            contacts.get(row.name),
            visits.get(row.name),
            get_datetime(row.from_date),
        )
    return list(found.values())


def _planned_since(community: str, monday: datetime) -> int:
    table = frappe.qb.DocType("Return Visit")
    query = frappe.qb.from_(table).select(Count("*")).where(table.community == community)
    since = monday + timedelta(days=DUE_DAYS)
    return query.where((table.visit_kind == KIND) & (table.due_at >= since)).run()[0][0]


def _busy(community: str) -> tuple[set[str], set[str]]:
    """Residents and homes with a visit that is due, or a complaint that is not settled."""
    visit, complaint = frappe.qb.DocType("Return Visit"), frappe.qb.DocType(COMPLAINT)
    rows = [
        *frappe.qb.from_(visit)
        .select(visit.resident, visit.unit)
        .where((visit.community == community) & (visit.status == return_visits.DUE))
        .run(),
        *frappe.qb.from_(complaint)
        .select(complaint.resident, complaint.unit)
        .where((complaint.community == community) & complaint.stage.notin((DONE, VOID)))
        .run(),
    ]
    return {person for person, _unit in rows if person}, {unit for _person, unit in rows if unit}


def _last(doctype: str, moment: str, community: str, **equal: str) -> dict[str, datetime]:
    """Resident → the last time, in one grouped statement."""
    table = frappe.qb.DocType(doctype)
    query = frappe.qb.from_(table).select(table.resident, Max(table[moment]))
    query = query.where((table.community == community) & table.resident.isnotnull() & table[moment].isnotnull())
    for field, value in equal.items():
        query = query.where(table[field] == value)
    return dict(query.groupby(table.resident).run())


def _people(residents: Iterable[str]) -> dict[str, frappe._dict]:
    rows = frappe.get_all(
        "Resident",
        {"name": ["in", sorted(residents) or [""]]},
        ["name", "resident_name", "primary_phone"],
        order_by="name asc",
    )
    return {row.name: row for row in rows}
