"""What the settings may be: limits above nothing, percents in order, hours one after the other."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document

from property_service.property_service.errors import InputRefused
from property_service.property_service.service_calendars import clock

# Everything else may be 0, which switches it off.
POSITIVE = (
    "requests_per_day",
    "identical_per_day",
    "max_photos",
    "emergency_realarm_minutes",
    "incident_window_minutes",
    "visit_attempts",
    "code_minutes",
    "join_code_days",
    "codes_per_phone_hour",
    "tries_per_phone_hour",
    "tries_per_address_hour",
)
HOURS = ("visit_morning_from", "visit_morning_to", "visit_afternoon_from", "visit_afternoon_to")
MOST = 100_000
SHORTEST_SECRET = 16


def check_settings(settings: Document) -> None:
    """Refuse a setting with which the desk could not work. Raises InputRefused and, for times, RuleError."""
    for field in POSITIVE:
        if not 1 <= int(settings.get(field) or 0) <= MOST:
            frappe.throw(
                _("{0}: enter a number from 1 to {1}.").format(frappe.bold(_(settings.meta.get_label(field))), MOST),
                InputRefused,
            )
    if int(settings.incident_burst or 0) == 1:
        frappe.throw(
            _("One call is not an incident. Enter 2 calls or more, or 0 to switch proposals off."), InputRefused
        )
    warn, leader, manager = (
        int(settings.get(field) or 0) for field in ("warn_percent", "leader_percent", "manager_percent")
    )
    if not 0 < warn < leader < manager <= 1000:
        frappe.throw(
            _("The three percentages must increase: first the warning, then the leader, then the manager."),
            InputRefused,
        )
    hours = [clock(settings.get(field)) for field in HOURS]
    if None in hours or not hours[0] < hours[1] <= hours[2] < hours[3]:
        frappe.throw(_("Enter the calling hours in order: morning, then afternoon."), InputRefused)
    _check_gateway((settings.payment_page or "").strip(), settings.payment_secret or "")


def _check_gateway(page: str, secret: str) -> None:
    """Both or none; a secret stored before comes as stars."""
    if bool(page) != bool(secret):
        frappe.throw(
            _("Online payment needs the gateway's page and its secret. Enter both, or empty both."), InputRefused
        )
    # A gateway of the sandbox listens on this machine only.
    if page and not page.startswith(("https://", "http://127.0.0.1:")):
        frappe.throw(_("Enter the address of the payment page as it begins with https://."), InputRefused)
    if secret and set(secret) != {"*"} and len(secret) < SHORTEST_SECRET:
        frappe.throw(
            _("The gateway's secret is too short. Enter at least {0} characters.").format(SHORTEST_SECRET), InputRefused
        )
