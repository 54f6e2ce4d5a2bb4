"""Occupancies as the database holds them: read, compare, and what follows for the room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import frappe
from frappe.utils import getdate, today

from property_service.property_service import occupancies
from property_service.property_service.occupancies import Span

FIELDS = ["name", "unit", "resident", "relation", "from_date", "to_date", "share", "is_debtor", "is_primary"]


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
    """Scheduler, each night: rooms in which an occupancy began today or ended yesterday. Returns how many changed."""
    day = getdate(today())
    table = frappe.qb.DocType("Unit Occupancy")
    units = (
        frappe.qb.from_(table)
        .select(table.unit)
        .distinct()
        .where((table.from_date == day) | (table.to_date == day - timedelta(days=1)))
        .orderby(table.unit)
        .run(pluck=True)
    )
    return settle_units(units, day)
