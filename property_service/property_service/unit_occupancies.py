"""Occupancies as the database holds them: read, compare, and what follows for the room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import getdate, today
from pypika.terms import Values

from property_service.property_service import occupancies
from property_service.property_service.occupancies import Span
from property_service.property_service.service_clock import site_now

FIELDS = ["name", "unit", "resident", "relation", "from_date", "to_date", "share", "is_debtor", "is_primary"]

# The row among the platform's values of the whole site in which the last night is noted.
NOTED = "property_service_occupancies_settled_until"


def span_of(row: Any) -> Span:
    """A Unit Occupancy, document or row, as the rules see it."""
    return Span(
        resident=row.resident,
        relation=row.relation,
        begin=getdate(row.from_date),
        end=getdate(row.to_date) if row.to_date else None,
        share=float(row.share or 0),
        is_debtor=bool(row.is_debtor),
        is_primary=bool(row.is_primary),
        name=row.name or "",
    )


def spans_of(units: Iterable[str]) -> dict[str, list[Span]]:
    """Room → all its occupancies, in one query."""
    found: dict[str, list[Span]] = defaultdict(list)
    for row in frappe.get_all(
        "Unit Occupancy", {"unit": ["in", list(units)]}, FIELDS, order_by="unit asc, from_date asc, name asc"
    ):
        found[row.unit].append(span_of(row))
    return found


def check_occupancy(doc: Any) -> None:
    """Raise RuleError where a document cannot stand beside the other occupancies of its room.

    The room's row is locked first, so that two who save at once are judged one after the other.
    """
    frappe.db.get_value("Property Unit", doc.unit, "name", for_update=True)
    others = [span for span in spans_of([doc.unit])[doc.unit] if span.name != doc.name]
    occupancies.check(span_of(doc), others)


def settle_units(units: Iterable[str], on: date | None = None, deleted: Sequence[str] = ()) -> int:
    """Bring the occupancy status of these rooms in line with who belongs to them on a day. Returns how many changed.

    `deleted` are relations of occupancies that were deleted just now.
    """
    units, day = list(units), on or getdate(today())
    if not units:
        return 0
    spans = spans_of(units)
    rows = frappe.get_all("Property Unit", {"name": ["in", units]}, ["name", "occupancy_status"], order_by="name asc")
    wanted: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        relations = [span.relation for span in spans[row.name] if span.covers(day)]
        ended = [*deleted, *(span.relation for span in spans[row.name] if span.end and span.end < day)]
        status = occupancies.occupancy_status(row.occupancy_status, relations, ended)
        if status != row.occupancy_status:
            wanted[status].append(row.name)
    for status, names in wanted.items():
        frappe.db.set_value("Property Unit", {"name": ["in", names]}, "occupancy_status", status)
    return sum(map(len, wanted.values()))


def settle_changed_today() -> int:
    """Scheduler, each night: rooms in which an occupancy began or ended since the last night on which this was done.

    Other rooms keep what the desk entered. Returns how many changed.
    """
    day = getdate(today())
    yesterday = day - timedelta(days=1)
    # Today is always looked at: a clock that was ahead has noted a day to come.
    settled = min(_settled_until() or yesterday, yesterday)
    table = frappe.qb.DocType("Unit Occupancy")
    began = (table.from_date > settled) & (table.from_date <= day)
    ended = (table.to_date >= settled) & (table.to_date < day)
    units = (
        frappe.qb.from_(table).select(table.unit).distinct().where(began | ended).orderby(table.unit).run(pluck=True)
    )
    changed = settle_units(units, day)
    _note_settled(day)
    return changed


def _settled_until() -> date | None:
    """The last day for which the rooms were settled, None before the first night."""
    noted = frappe.db.get_value("DefaultValue", NOTED, "defvalue")
    return getdate(noted) if noted else None


def _note_settled(day: date) -> None:
    # In one statement and under one name: the platform's own setter lets two that run at once write two rows.
    table, moment = frappe.qb.DocType("DefaultValue"), site_now()
    row = {
        "name": NOTED,
        "parent": "__global",
        "parenttype": "__default",
        "parentfield": "system_defaults",
        "defkey": NOTED,
        "defvalue": day.isoformat(),
        **dict.fromkeys(("creation", "modified"), moment),
        **dict.fromkeys(("owner", "modified_by"), frappe.session.user),
    }
    query = frappe.qb.into(table).columns(*row).insert(*row.values())
    query.on_duplicate_key_update(table.defvalue, Values(table.defvalue)).run()
