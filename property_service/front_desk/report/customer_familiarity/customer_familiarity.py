"""Customer familiarity (客户熟悉度): the share of a steward's rooms with a verified phone and a contact within the months of the settings.

Rooms are homes, shops and offices that are delivered. A phone is verified where its resident has signed in to the portal with it, has called, or
was reached on a return visit. A contact is a call, a visit to the counter or a return visit that reached somebody; a recheck on site reaches
nobody.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Count, Max
from frappe.utils import add_months, cint, get_fullname, getdate
from pypika import CustomFunction, Table
from pypika.queries import QueryBuilder
from pypika.terms import Criterion

from property_service.front_desk.desk_reports import (
    Row,
    communities_of,
    count,
    of_communities,
    one_of,
    percents,
    share,
    shown_share,
    text,
    times,
    within,
)
from property_service.property_service.report_filters import read_filters

AREA, STEWARD, BUILDING, ROOM = GROUPS = ("Service Area", "Steward", "Building", "Room")
ALL, KNOWN, UNKNOWN = SHOWN = ("All", "Known", "Not Known")
USAGES = ("Residence", "Shop", "Office")
COUNTS = ("units", "with_phone", "verified", "in_contact", "known")
USUAL_MONTHS, MOST_ROOMS = 12, 2000
Greatest = CustomFunction("GREATEST", ["one", "other"])


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], str, None, list[dict]]:
    """Columns, rows (the last one the total), what is counted in words, no chart, and the summary of the report."""
    filters = read_filters(filters)
    group_by = one_of(filters, "group_by", GROUPS, AREA)
    day = getdate(filters.as_of) if filters.get("as_of") else getdate()
    if group_by == ROOM:
        rows, words = rooms(filters, day), said(day)
        if len(rows) > MOST_ROOMS:
            rows = rows[:MOST_ROOMS]
            words = f"{words} {_('Only the first {0} entries are shown. Choose a smaller group.').format(MOST_ROOMS)}"
        return room_columns(), rows, words, None, []
    rows = rows_of(communities_of(filters), day, group_by, filters)
    return columns(group_by), rows, said(day), None, summary(rows[-1]) if rows else []


def rows_of(
    communities: tuple[str, ...] | None, day: date, group_by: str = AREA, filters: dict[str, Any] | None = None
) -> list[Row]:
    """Return a row per area, steward or building and the total last, as of a day: one grouped query."""
    found = _Rooms(communities, day, filters or {})
    key = found.keys[group_by]
    query = (
        found.query.select(key.as_("group_key"), Count("*").as_("units"))
        .select(times(found.with_phone).as_("with_phone"), times(found.verified).as_("verified"))
        .select(times(found.in_contact).as_("in_contact"))
        .select(times(found.verified & found.in_contact).as_("known"))
        .groupby(key)
        .orderby(key)
    )
    rows = [
        {"group_key": row.group_key or "", **{name: cint(row[name]) for name in COUNTS}}
        for row in query.run(as_dict=True)
    ]
    if not rows:
        return []
    total: Row = {"group_name": _("Total"), "is_total": 1}
    total |= {name: sum(row[name] for row in rows) for name in COUNTS}
    for row in rows:
        row["group_name"] = _name(group_by, row["group_key"])
    for row in (*rows, total):
        row["familiarity"] = share(row["known"], row["units"])
    return [*sorted(rows, key=lambda row: (row["familiarity"], row["group_name"])), total]


def rooms(filters: frappe._dict, day: date) -> list[Row]:
    """Return the rooms behind a figure, at most MOST_ROOMS and one, those longest without a contact first: one query."""
    found = _Rooms(communities_of(filters), day, filters)
    contact, visit = found.contacts.last, found.visits.last
    query = (
        found.query.select(
            found.unit.name.as_("unit"), found.unit.building, found.keys[AREA].as_("service_area"), found.area.steward
        )
        .select(contact.as_("last_contact"), visit.as_("last_visit"))
        .select(found.phones.has_phone, found.phones.is_verified)
        # Where neither is there it is NULL, which comes first.
        .orderby(Greatest(Coalesce(contact, visit), Coalesce(visit, contact)))
        .orderby(found.unit.name)
        .limit(MOST_ROOMS + 1)
    )
    shown, known = one_of(filters, "shown", SHOWN, ALL), found.verified & found.in_contact
    if shown != ALL:
        query = query.where(
            known
            if shown == KNOWN
            else (found.phones.is_verified != 1) | found.phones.unit.isnull() | ~found.in_contact
        )
    rows = []
    for row in query.run(as_dict=True):
        last = max(filter(None, (row.last_contact, row.last_visit)), default=None)
        rows.append(
            {
                "unit": row.unit,
                "building": row.building,
                "service_area": row.service_area or "",
                "steward": get_fullname(row.steward) if row.steward else "",
                "phone": _("Verified")
                if cint(row.is_verified)
                else _("Not Verified")
                if cint(row.has_phone)
                else _("None"),
                "last_contact": last.date() if last else None,
                "is_known": _("Yes") if cint(row.is_verified) and last else _("No"),
            }
        )
    return sorted(rows, key=lambda row: (str(row["last_contact"] or ""), row["unit"]))


def months_back() -> int:
    """Return within how many months a contact counts, by the settings."""
    return cint(frappe.get_cached_doc("Property Service Settings").familiarity_months) or USUAL_MONTHS


class _Rooms:
    """The rooms that count, with their phones and the last contacts up to a day."""

    def __init__(self, communities: tuple[str, ...] | None, day: date, filters: dict[str, Any]) -> None:
        self.unit, self.area = frappe.qb.DocType("Property Unit"), frappe.qb.DocType("Service Area")
        first = getdate(add_months(day, -months_back()))
        self.contacts, self.visits, self.phones = _contacts(first, day), _visits(first, day), _phones(day)
        self.query = self._joined()
        self.keys = {
            AREA: Coalesce(self.unit.service_area, ""),
            STEWARD: Coalesce(self.area.steward, ""),
            BUILDING: self.unit.building,
        }
        self.query = of_communities(self.query, self.unit, communities)
        for name, key in (("service_area", AREA), ("steward", STEWARD), ("building", BUILDING)):
            if value := filters.get(name):
                # The browser leaves out empty filters, so what belongs to nobody has a sign of its own.
                self.query = self.query.where(self.keys[key] == ("" if value == "-" else value))

    def _joined(self) -> QueryBuilder:
        unit = self.unit
        return (
            frappe.qb.from_(unit)
            .left_join(self.area)
            .on(self.area.name == unit.service_area)
            .left_join(self.contacts)
            .on(self.contacts.unit == unit.name)
            .left_join(self.visits)
            .on(self.visits.unit == unit.name)
            .left_join(self.phones)
            .on(self.phones.unit == unit.name)
            .where((unit.delivery_status == "Delivered") & unit.usage.isin(USAGES))
        )

    @property
    def with_phone(self) -> Criterion:
        return self.phones.has_phone == 1

    @property
    def verified(self) -> Criterion:
        return self.phones.is_verified == 1

    @property
    def in_contact(self) -> Criterion:
        return self.contacts.unit.notnull() | self.visits.unit.notnull()


def _contacts(first: date, last: date) -> QueryBuilder:
    table = frappe.qb.DocType("Service Contact")
    return (
        frappe.qb.from_(table)
        .select(table.unit, Max(table.contacted_at).as_("last"))
        .where(table.unit.notnull() & within(table.contacted_at, first, last))
        .groupby(table.unit)
        .as_("contacts")
    )


def _visits(first: date, last: date) -> QueryBuilder:
    table = frappe.qb.DocType("Return Visit")
    return (
        frappe.qb.from_(table)
        .select(table.unit, Max(table.visited_at).as_("last"))
        .where(table.unit.notnull() & (table.status == "Reached") & (table.on_site_recheck == 0))
        .where(within(table.visited_at, first, last))
        .groupby(table.unit)
        .as_("visits")
    )


def _phones(day: date) -> QueryBuilder:
    """Whether somebody who lives in or owns the room on a day has a phone, and one that is verified."""
    occupancy, resident = frappe.qb.DocType("Unit Occupancy"), frappe.qb.DocType("Resident")
    called, reached = _spoken_to("Service Contact", "channel", "Phone"), _spoken_to("Return Visit", "status", "Reached")
    reached = reached.where(frappe.qb.DocType("Return Visit").on_site_recheck == 0)
    has_phone = Coalesce(resident.primary_phone, "") != ""
    spoken_to = (Coalesce(resident.user, "") != "") | called.resident.notnull() | reached.resident.notnull()
    return (
        frappe.qb.from_(occupancy)
        .join(resident)
        .on(resident.name == occupancy.resident)
        .left_join(called)
        .on(called.resident == resident.name)
        .left_join(reached)
        .on(reached.resident == resident.name)
        .select(occupancy.unit, Max(_one(has_phone)).as_("has_phone"))
        .select(Max(_one(has_phone & spoken_to)).as_("is_verified"))
        .where(resident.is_active == 1)
        .where(occupancy.from_date.isnull() | (occupancy.from_date <= day))
        .where(occupancy.to_date.isnull() | (occupancy.to_date >= day))
        .groupby(occupancy.unit)
        .as_("phones")
    )


def _spoken_to(doctype: str, field: str, value: str) -> QueryBuilder:
    table: Table = frappe.qb.DocType(doctype)
    query = frappe.qb.from_(table).select(table.resident).distinct()
    return query.where((table[field] == value) & table.resident.notnull()).as_(field)


def _one(condition: Criterion) -> Any:
    return Case().when(condition, 1).else_(0)


def _name(group_by: str, key: str) -> str:
    if not key:
        return _("None")
    if group_by == STEWARD:
        return get_fullname(key)
    if group_by == AREA:
        return frappe.db.get_value("Service Area", key, "area_name", cache=True) or key
    return key


def columns(group_by: str) -> list[dict]:
    """The columns, numerator and denominator beside the rate."""
    labels = {AREA: _("Service Area"), STEWARD: _("Steward"), BUILDING: _("Building")}
    return [
        text("group_name", labels[group_by], 180),
        count("units", _("Rooms"), 90),
        count("with_phone", _("With a Phone"), 115),
        count("verified", _("Verified Phone"), 120),
        count("in_contact", _("In Contact"), 110),
        count("known", _("Known"), 90),
        percents("familiarity", _("Known / Rooms"), 140),
    ]


def room_columns() -> list[dict]:
    """The columns of the rooms behind a figure."""
    return [
        {
            "fieldname": "unit",
            "label": _("Property Unit"),
            "fieldtype": "Link",
            "options": "Property Unit",
            "width": 150,
        },
        text("building", _("Building"), 110),
        text("service_area", _("Service Area"), 140),
        text("steward", _("Steward"), 120),
        text("phone", _("Phone"), 120),
        {"fieldname": "last_contact", "label": _("Last Contact"), "fieldtype": "Date", "width": 120},
        text("is_known", _("Known"), 80),
    ]


def said(day: date) -> str:
    """Return in a sentence what is counted; printed above the figures."""
    return _(
        "As of {0}: delivered homes, shops and offices with a verified phone and a contact within {1} months."
    ).format(frappe.utils.formatdate(day), months_back())


def summary(total: Row) -> list[dict]:
    """The rate of all, with its numerator and denominator."""
    shown = shown_share(total["known"], total["units"])
    return [{"label": _("Known"), "value": shown, "datatype": "Data", "indicator": "Blue"}]
