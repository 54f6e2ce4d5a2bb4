"""What a new site starts with: two calendars and the languages. Made if missing, never overwritten."""

from __future__ import annotations

import frappe

from property_service.property_service.service_calendars import WEEKDAYS

# Names of documents, as the demo's and a customer's own: the desk shows them as they are stored, in every language.
FRONT_DESK_HOURS = "Front Desk Hours"
ROUND_THE_CLOCK = "Round the Clock"
CALENDARS = (
    {"calendar_name": FRONT_DESK_HOURS, "hours": (("08:30:00", "12:00:00"), ("14:00:00", "18:00:00"))},
    {"calendar_name": ROUND_THE_CLOCK, "round_the_clock": 1, "hours": ()},
)
LANGUAGES = {"zh": "简体中文", "en": "English"}


def ensure_calendars() -> None:
    """The front desk's usual hours on all seven days, and round the clock."""
    for calendar in CALENDARS:
        if frappe.db.exists("Service Calendar", calendar["calendar_name"]):
            continue
        doc = frappe.get_doc({"doctype": "Service Calendar", **{k: v for k, v in calendar.items() if k != "hours"}})
        for weekday in WEEKDAYS:
            for begin, end in calendar["hours"]:
                doc.append("windows", {"weekday": weekday, "from_time": begin, "to_time": end})
        doc.insert(ignore_permissions=True)  # the installer acts for nobody


def ensure_languages() -> None:
    """Residents' records name a language; the two the app speaks must be there."""
    for code, name in LANGUAGES.items():
        if not frappe.db.exists("Language", code):
            frappe.get_doc({"doctype": "Language", "language_code": code, "language_name": name, "enabled": 1}).insert(
                ignore_permissions=True
            )  # the installer acts for nobody
