"""What a guard reads at the door: the permit, its hours today, who may work. No owner, no phone, no money, no identity number."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _

from property_service.decoration import portal_view
from property_service.decoration.code_targets import may_read
from property_service.decoration.codes import DOOR, PASS
from property_service.decoration.hours import Permitted
from property_service.decoration.states import DOCTYPE
from property_service.decoration.worker_passes import VALID, WORKER_PASS
from property_service.property_service import access_codes
from property_service.property_service.service_clock import local_day
from property_service.property_service.working_time import Calendar

FIELDS = ("name", "works", "from_date", "stage")


def door_permit(token: object, user: str) -> dict[str, Any] | None:
    """What the code of a permit or a pass shows to the staff at the door; None for everybody else and for codes that do not hold.

    {name, unit_label, contractor, works, from_date, last_day, stage, status_label, now (Any Work, Quiet Work, None), work, quiet: ["08:00–12:00"]
    of today, workers: [{name, worker_name, trade, valid_to}], scanned: the pass that was scanned or ""}.
    """
    code = access_codes.find(token)
    if not code or code.kind not in (DOOR, PASS) or not may_read(code.community, user):
        return None
    permit = code.reference_name
    if code.kind == PASS:
        found = frappe.db.get_value(WORKER_PASS, {"name": permit, "status": VALID}, "permit")
        if not found:
            return None
        permit = found
    doc = frappe.get_doc(DOCTYPE, permit)
    allowed, today = portal_view.permitted(doc), local_day(doc.community)
    workers = frappe.get_all(
        WORKER_PASS,
        {"permit": permit, "status": VALID},
        ["name", "worker_name", "trade", "valid_to"],
        order_by="worker_name asc, name asc",
    )
    return {
        **{field: doc.get(field) for field in FIELDS},
        "unit_label": frappe.get_cached_value("Property Unit", doc.unit, "short_label") or doc.unit,
        "contractor": (doc.contractor and frappe.db.get_value("Resident", doc.contractor, "resident_name"))
        or doc.contractor_name
        or "",
        "last_day": allowed.last,
        "status_label": _(doc.status, context=DOCTYPE),
        "now": portal_view.now_allowed(doc),
        "work": hours_on(allowed, allowed.work, today),
        "quiet": hours_on(allowed, allowed.quiet, today),
        "workers": workers,
        "scanned": code.reference_name if code.kind == PASS else "",
    }


def hours_on(permit: Permitted, calendar: Calendar | None, day: date) -> list[str]:
    """The hours of a calendar on a day, such as 08:00–12:00, in order; none outside the days of the permit."""
    if calendar is None or not permit.first <= day <= permit.last:
        return []
    special = next((one for one in calendar.exceptions if one.date == day), None)
    windows = special.windows if special else (row for row in calendar.windows if row.weekday == day.weekday())
    # An end of 00:00 is the end of the day.
    spans = sorted((f"{row.start:%H:%M}", f"{row.end:%H:%M}") for row in windows)
    return [f"{begin}–{'24:00' if end == '00:00' else end}" for begin, end in spans]
