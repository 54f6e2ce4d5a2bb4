"""Whom a notice is for: the households of its places, judged by the units people have today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe
from frappe.query_builder.functions import Coalesce, Concat, Count, Max, Min
from frappe.utils import add_days
from pypika import Case
from pypika.queries import QueryBuilder
from pypika.terms import Criterion

from property_service.property_service.service_clock import local_day, site_now

NOTICE, PLACE, RECEIPT = "Community Notice", "Community Notice Place", "Notice Receipt"
COMMUNITY, PLACES = "Community", "Places"
PUBLISHED, ENDED = "Published", "Ended"
SHOWN_AFTER_DAYS = 90
MOST_SHOWN = 60
LIST_FIELDS = (
    *("name", "title", "kind", "community", "status", "is_urgent", "must_confirm", "publish_from", "publish_to"),
    *("published_at", "signed_by", "event"),
)


def residents_reached(notice: str, community: str) -> list[tuple[str, str]]:
    """(resident, his first unit there) of everybody a saved notice is for, by resident; one query."""
    table, unit, stay, query = _households(community)
    return (
        query.select(stay.resident, Min(unit.name))
        .where(table.name == notice)
        .groupby(stay.resident)
        .orderby(stay.resident)
        .run()
    )


def figures(notices: Sequence[str], community: str) -> dict[str, dict[str, int]]:
    """Notice of one community → {households, read, confirmed}: units for whose people it is, and where one of them has read it.

    Counted by the people who have the units today; one query. Storage rooms are no households, and parking spaces only of a
    notice for their garage.
    """
    if not notices:
        return {}
    table, unit, stay, query = _households(community)
    receipt = frappe.qb.DocType(RECEIPT)
    read = Case().when(receipt.read_at.isnotnull(), unit.name)
    confirmed = Case().when(receipt.confirmed_at.isnotnull(), unit.name)
    rows = (
        query.left_join(receipt)
        .on((receipt.notice == table.name) & (receipt.resident == stay.resident))
        .select(table.name)
        .select(Count(unit.name).distinct().as_("households"))
        .select(Count(read).distinct().as_("read"), Count(confirmed).distinct().as_("confirmed"))
        .where(table.name.isin(list(notices)))
        .where(unit.usage != "Storage")
        .where((unit.usage != "Parking Space") | (table.scope == PLACES))
        .groupby(table.name)
        .orderby(table.name)
        .run(as_dict=True)
    )
    counted = {row.pop("name"): row for row in rows}
    return {name: counted.get(name, {"households": 0, "read": 0, "confirmed": 0}) for name in notices}


def shown_to(rooms: Sequence[Any], name: str = "", ended: bool = True) -> list[Any]:
    """Notices for these rooms (each with `name` and `resident`), newest first; `name` limits it to one. One query.

    Rows of LIST_FIELDS with `unit` (the first of the rooms it is for), `read_at` and `confirmed_at`. Those that ended are shown
    for 90 days to people who had the unit then; `ended` False leaves them out.
    """
    if not rooms:
        return []
    moment = site_now()
    table, place, unit, stay, receipt = map(
        frappe.qb.DocType, (NOTICE, PLACE, "Property Unit", "Unit Occupancy", RECEIPT)
    )
    residents = sorted({room.resident for room in rooms})
    live = (table.status == PUBLISHED) & (table.publish_to.isnull() | (table.publish_to > moment))
    over = table.status.isin([PUBLISHED, ENDED]) & (table.published_at >= add_days(moment, -SHOWN_AFTER_DAYS))
    had_it_then = stay.from_date <= table.published_at
    query = (
        _with_places(table, place, unit)
        .join(stay)
        .on((stay.unit == unit.name) & stay.resident.isin(residents))
        .left_join(receipt)
        .on((receipt.notice == table.name) & (receipt.resident == stay.resident))
        .select(*(table[field] for field in LIST_FIELDS))
        .select(Min(unit.name).as_("unit"))
        .select(Max(receipt.read_at).as_("read_at"), Max(receipt.confirmed_at).as_("confirmed_at"))
        .where(unit.name.isin(sorted({room.name for room in rooms})))
        .where((live | (over & had_it_then)) if ended else live)
        .groupby(table.name)
        .orderby(Case().when(live, 0).else_(1))
        .orderby(table.published_at, order=frappe.qb.desc)
        .orderby(table.name, order=frappe.qb.desc)
        .limit(MOST_SHOWN)
    )
    rows = (query.where(table.name == name) if name else query).run(as_dict=True)
    for row in rows:
        row.is_live = row.status == PUBLISHED and (not row.publish_to or row.publish_to > moment)
    return rows


def _households(community: str) -> tuple[Any, Any, Any, QueryBuilder]:
    """Notices of a community joined with the units they are for and the people who have these today."""
    day = str(local_day(community))
    table, place, unit, stay = map(frappe.qb.DocType, (NOTICE, PLACE, "Property Unit", "Unit Occupancy"))
    query = (
        _with_places(table, place, unit)
        .join(stay)
        .on((stay.unit == unit.name) & (stay.from_date <= day) & (stay.to_date.isnull() | (stay.to_date >= day)))
        .where(table.community == community)
    )
    return table, unit, stay, query


def _with_places(table: Any, place: Any, unit: Any) -> QueryBuilder:
    return (
        frappe.qb.from_(table)
        .left_join(place)
        .on((place.parent == table.name) & (place.parenttype == NOTICE))
        .join(unit)
        .on((unit.community == table.community) & _covers(table, place, unit))
    )


def _covers(table: Any, place: Any, unit: Any) -> Criterion:
    """Whether a notice is for a unit: all of the community, or one of the places is the unit's."""
    riser = Coalesce(place.riser, "")
    # Where no riser is noted with a room, its number ends with it.
    by_number = (Coalesce(unit.riser, "") == "") & (unit.usage == "Residence") & unit.room_no.like(Concat("%", riser))
    at = (
        (place.building == unit.building)
        & ((Coalesce(place.entrance, "") == "") | (place.entrance == unit.entrance))
        & ((riser == "") | (riser == unit.riser) | by_number)
    )
    return (table.scope == COMMUNITY) | at
