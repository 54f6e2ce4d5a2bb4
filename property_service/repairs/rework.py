"""The same fault again: shown at intake, marked on the new request."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime

from property_service.property_service.service_clock import local_day, site_now
from property_service.repairs import warranty


def days() -> int:
    """Within how many days after the finish the same fault counts as rework."""
    return frappe.get_cached_doc("Property Service Settings").rework_days or 0


def mark(doc: Document) -> None:
    """Mark a new request as rework of the latest job of the same category in the same room."""
    found = earlier_job(doc.unit, doc.category, doc.reported_at)
    if found:
        doc.is_rework, doc.rework_of = 1, found


def earlier_job(unit: str | None, category: str, reported_at: datetime) -> str | None:
    """Name of the job of which a report is the rework, or None. One query, and none for public places."""
    if not unit or not days():
        return None
    community = frappe.get_cached_value("Property Unit", unit, "community")
    since = datetime.combine(get_datetime(reported_at).date() - timedelta(days=days() + 1), time())
    table = frappe.qb.DocType("Repair Request")
    rows = (
        frappe.qb.from_(table)
        .select(table.name, table.finished_at)
        .where(table.unit == unit)
        .where(table.category == category)
        .where(table.finished_at >= since)
        .where(table.stage == "Done")
        .orderby(table.finished_at, order=frappe.qb.desc)
        .limit(20)
        .run(as_dict=True)
    )
    jobs = [warranty.FinishedJob(row.name, unit, category, local_day(community, row.finished_at)) for row in rows]
    found = warranty.rework_of(unit, category, local_day(community, reported_at), jobs, days())
    return found.name if found else None


def similar(unit: str, category: str) -> list[dict[str, Any]]:
    """Earlier and open requests of a room in this category, newest first: what the desk should know at intake."""
    table = frappe.qb.DocType("Repair Request")
    return (
        frappe.qb.from_(table)
        .select(table.name, table.status, table.stage, table.description, table.reported_at, table.finished_at)
        .select(table.is_warranty, table.rating)
        .where(table.unit == unit)
        .where(table.category == category)
        .where(table.reported_at >= site_now() - timedelta(days=365))
        .where(table.stage != "Void")
        .orderby(table.reported_at, order=frappe.qb.desc)
        .limit(10)
        .run(as_dict=True)
    )
