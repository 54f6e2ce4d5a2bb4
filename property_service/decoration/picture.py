"""What decorations add to the caller's picture and to the list of today: permits, and papers that end soon."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Criterion
from frappe.query_builder.functions import Coalesce, Count
from frappe.utils import cint, getdate

from property_service.property_service.picture_parts import (
    BLUE,
    MOST_ROWS,
    ORANGE,
    RED,
    part,
    row,
    today_part,
    within,
)
from property_service.property_service.scope import allowed_communities
from property_service.property_service.service_clock import site_now
from property_service.property_service.stages import DONE, VOID

PERMIT, PASS = "Decoration Permit", "Decoration Worker Pass"
SOON_DAYS = 3
AT_WORK = ("Approved", "In Progress", "Suspended")
TONES = {"Suspended": RED, "Under Review": ORANGE, "Acceptance Requested": ORANGE}


def permits(resident: str, units: tuple[str, ...]) -> dict[str, Any] | None:
    """Decorations of the person and the units that are not over; one query."""
    if not frappe.has_permission(PERMIT, "read"):
        return None
    table, unit = frappe.qb.DocType(PERMIT), frappe.qb.DocType("Property Unit")
    whose = [table.applicant == resident] if resident else []
    whose += [table.unit.isin(units)] if units else []
    query = (
        frappe.qb.from_(table)
        .join(unit)
        .on(unit.name == table.unit)
        .select(table.name, table.works, table.status, table.open_findings, unit.short_label)
        .select(Coalesce(table.extended_to, table.to_date).as_("until"))
        .where(Criterion.any(whose))
        .where(table.stage.notin([DONE, VOID]))
        .orderby(table.to_date)
        .orderby(table.name)
        .limit(MOST_ROWS + 1)
    )
    rows = [
        row(
            f"{one.short_label} {(one.works or '')[:80]}",
            " · ".join(
                filter(
                    None,
                    (
                        _("until {0}").format(one.until) if one.until else "",
                        _("Open findings: {0}").format(one.open_findings) if cint(one.open_findings) else "",
                    ),
                )
            ),
            _(one.status, context=PERMIT),
            TONES.get(one.status, BLUE),
            (PERMIT, one.name),
        )
        for one in within(query, table, allowed_communities()).run(as_dict=True)
    ]
    return part("permits", _("Decorations"), 40, rows)


def expiring_today(communities: tuple[str, ...] | None, user: str) -> dict[str, Any] | None:
    """Permits and passes that end within three days; three queries at most."""
    rows: list[dict[str, Any]] = []
    counted = 0
    for doctype, label in ((PERMIT, _("Permit ends on {0}")), (PASS, _("Pass ends on {0}"))):
        if frappe.has_permission(doctype, "read", user=user):
            found, count = _expiring(doctype, communities)
            counted += count
            rows += [
                row(
                    " ".join(filter(None, (one.short_label, one.text))),
                    one.name,
                    label.format(one.until),
                    RED if getdate(one.until) <= getdate(site_now()) else ORANGE,
                    (doctype, one.name),
                    one.until,
                )
                for one in found
            ]
    rows.sort(key=lambda one: one["due_at"])
    return today_part("expiring", _("Permits and Passes Ending"), 50, counted, rows[:MOST_ROWS])


def _expiring(doctype: str, communities: tuple[str, ...] | None) -> tuple[list[frappe._dict], int]:
    table, unit = frappe.qb.DocType(doctype), frappe.qb.DocType("Property Unit")
    today = getdate(site_now())
    if doctype == PERMIT:
        until, text, alive = Coalesce(table.extended_to, table.to_date), table.works, table.status.isin(AT_WORK)
    else:
        until, text, alive = table.valid_to, table.worker_name, table.status == "Valid"
    which = alive & (until >= today) & (until <= today + timedelta(days=SOON_DAYS))
    counted = within(frappe.qb.from_(table).select(Count(table.name)).where(which), table, communities).run()[0][0]
    if not counted:
        return [], 0
    query = (
        frappe.qb.from_(table)
        .left_join(unit)
        .on(unit.name == table.unit)
        .select(table.name, text.as_("text"), until.as_("until"), unit.short_label)
        .where(which)
        .orderby(until)
        .orderby(table.name)
        .limit(MOST_ROWS)
    )
    return within(query, table, communities).run(as_dict=True), counted
