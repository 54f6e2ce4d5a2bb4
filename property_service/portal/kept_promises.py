"""What the front desk promises about complaints and calls, and how all promises were kept last month: published to residents."""

from __future__ import annotations

from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, add_months, cint, get_first_day, getdate

from property_service.front_desk.callback_promises import kept_rate
from property_service.portal.viewer import Viewer
from property_service.property_service.service_clock import local_day
from property_service.repairs.report.service_promise_kept import service_promise_kept as report

# Fewer say nothing about us, and something about one household.
FEWEST = 10


def desk_promises() -> list[dict[str, Any]]:
    """Promises of the settings: rows {label, minutes, days}, one of the two; what is set to 0 is not promised."""
    settings = frappe.get_cached_doc("Property Service Settings")
    rows = (
        (_("Call back, unless another time is agreed"), "promise_minutes", 0),
        (_("Complaint: first answer"), "complaint_first_minutes", 0),
        (_("Grave complaint: first answer"), "complaint_major_minutes", 0),
        (_("Complaint: solved"), "complaint_solve_days", 1),
        (_("Complaint: news while it takes longer, every"), "complaint_interim_days", 1),
    )
    return [
        {
            "label": label,
            "minutes": 0 if in_days else cint(settings.get(field)),
            "days": in_days * cint(settings.get(field)),
        }
        for label, field, in_days in rows
        if cint(settings.get(field))
    ]


def kept_last_month(viewer: Viewer) -> list[dict[str, Any]]:
    """How the promises of the last full month were kept in the viewer's communities: {community_name, month, rows}.

    Rows: {label, percent, number}; percent is rounded down, for 99.6 % is not everything. Rates of fewer than ten, and communities without any,
    are left out. Three queries for each community.
    """
    names = {room.community: room.community_name for room in viewer.rooms}
    shown = []
    for community, name in sorted(names.items()):
        first = getdate(get_first_day(add_months(local_day(community), -1)))
        last = getdate(add_days(add_months(first, 1), -1))
        rows = [row for row in _rates(community, first, last) if row["number"] >= FEWEST]
        if rows:
            shown.append({"community_name": name, "month": f"{first:%Y-%m}", "rows": rows})
    return shown


def _rates(community: str, first: date, last: date) -> list[dict[str, Any]]:
    scope, rows = (community,), []
    labels = {
        report.REPAIRS: (_("Repairs: arrived in time"), _("Repairs: finished in time")),
        report.COMPLAINTS: (_("Complaints: answered in time"), _("Complaints: solved in time")),
    }
    for kind, words in labels.items():
        total = (report.rows_of(kind, scope, first, last) or [{}])[-1]
        for label, part in zip(words, ("answer", "solve"), strict=True):
            rows.append(_row(label, total.get(f"{part}_in_time"), total.get(f"{part}_judged")))
    promises = kept_rate(scope, first, last)
    return [*rows, _row(_("Called back as promised"), promises.numerator, promises.denominator)]


def _row(label: str, part: int | None, whole: int | None) -> dict[str, Any]:
    part, whole = cint(part), cint(whole)
    return {"label": label, "percent": 100 * part // whole if whole else 0, "number": whole}
