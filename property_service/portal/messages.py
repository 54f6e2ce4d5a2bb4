"""The messages a resident reads in the portal."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import now_datetime

from property_service.portal.viewer import Viewer

DOCTYPE = "Service Message"
PAGE = 30


def message_rows(viewer: Viewer, page: int = 1) -> dict[str, Any]:
    """One page of messages, newest first: {rows, page, more}. The platform's list applies the viewer's access."""
    page = max(1, min(page, 500))
    rows = frappe.get_list(
        DOCTYPE,
        fields=["name", "community", "subject", "text", "creation", "read_at", "reference_doctype", "reference_name"],
        order_by="creation desc, name desc",
        limit_start=(page - 1) * PAGE,
        limit_page_length=PAGE + 1,
    )
    return {"rows": rows[:PAGE], "page": page, "more": len(rows) > PAGE}


def unread_count(viewer: Viewer) -> int:
    """How many messages the viewer has not read yet; one query."""
    residents = sorted({room.resident for room in viewer.rooms})
    if not residents:
        return 0
    table = frappe.qb.DocType(DOCTYPE)
    return (
        frappe.qb.from_(table)
        .select(Count("*"))
        .where(table.resident.isin(residents))
        .where(table.channel == "Portal")
        .where(table.read_at.isnull())
        .run()[0][0]
    )


def mark_all_read(viewer: Viewer) -> None:
    """Everything shown to the viewer counts as read from now on."""
    residents = sorted({room.resident for room in viewer.rooms})
    if residents:
        table = frappe.qb.DocType(DOCTYPE)
        frappe.qb.update(table).set(table.read_at, now_datetime()).where(table.resident.isin(residents)).where(
            table.channel == "Portal"
        ).where(table.read_at.isnull()).run()
