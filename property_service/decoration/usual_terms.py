"""The usual terms of decoration as first data for a community: sums, days, hours, documents, questions; all may be changed.

Amounts and days are typical practice; that the declaration, the prohibitions and the notice are given is the rule of law.
"""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe.model.document import Document

from property_service.decoration.application_rules import (
    ALWAYS,
    AUTHORITY,
    FROM_TENANTS,
    IF_ANY,
    REFUSED,
    WITH_AUTHORITY,
)
from property_service.decoration.terms import DOCTYPE
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import local_day

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
WEEKEND = ("Saturday", "Sunday")
WORK_HOURS = (("08:00", "12:00"), ("14:00", "18:00"))
QUIET_HOURS = (("09:00", "12:00"), ("14:00", "17:00"))
# Days of quiet for examinations, and the public holidays that have a fixed day; the others are entered when they are announced.
CLOSED_DAYS = ("01-01", "05-01", "05-02", "06-07", "06-08", "06-09", "10-01", "10-02", "10-03")
YEARS = 3

DOCUMENTS = (
    (_("Decoration Service Agreement, Signed"), ALWAYS),
    (_("Notice of Prohibitions and Hours, Signed"), ALWAYS),
    (_("Owner's Written Consent"), FROM_TENANTS),
    (_("Drawings of the Works"), ALWAYS),
    (_("Business Licence of the Contractor"), ALWAYS),
    (_("Identity Cards of the Workers"), ALWAYS),
    (_("Approval of the Authority"), WITH_AUTHORITY),
    (_("Contract with the Contractor"), IF_ANY),
)
QUESTIONS = (
    (_("Are load-bearing walls, beams, columns or slabs broken through or taken away?"), REFUSED),
    (_("Is a balcony turned into a kitchen or bathroom, or a wet room moved above a living room?"), REFUSED),
    (_("Is the waterproofing taken away without being made anew?"), REFUSED),
    (_("Are fire equipment, smoke vents or escape ways changed or covered?"), REFUSED),
    (_("Is the structure changed or its load raised?"), AUTHORITY),
    (_("Are gas or heating pipes moved?"), AUTHORITY),
    (_("Is the façade changed: openings, windows, awnings?"), AUTHORITY),
)
NOTICE = _(
    "Work only within the hours on this permit. Workers wear their passes. No load-bearing structure is touched, no rubbish lies in "
    "corridors, nothing is poured into drains, fire ways stay clear, welding only with a guard and an extinguisher."
)
SUMS = {"owner_deposit": 2000, "contractor_deposit": 2000, "pass_deposit": 30, "pass_fee": 20, "rubbish_rate": 5}
DAYS = {
    "review_days": 3,
    "most_days": 90,
    "extension_days": 30,
    "water_test_hours": 48,
    "observation_days": 30,
    "refund_days": 7,
}


def make(community: str) -> Document:
    """Make the usual terms of a community with their calendars and fee items; returns those it has where there are any.

    The caller has judged that the session's user may make terms and fee items for it.
    """
    if frappe.db.exists(DOCTYPE, community):
        return frappe.get_doc(DOCTYPE, community)
    doc = frappe.new_doc(DOCTYPE)
    doc.update(
        {
            "community": community,
            "work_calendar": _calendar(community, "Work", WEEKDAYS, WORK_HOURS),
            "quiet_calendar": _calendar(community, "Quiet", WEEKEND, QUIET_HOURS),
            # Names of items are the company's own words, on bills too: in the language of whoever makes them.
            "rubbish_fee_item": _fee_item(community, "DECORUB", frappe._(_("Decoration Rubbish Removal"))),
            "pass_fee_item": _fee_item(community, "DECOPASS", frappe._(_("Worker Pass"))),
            # English, as everything that is stored; the prints and pages translate it.
            "notice": NOTICE,
            **SUMS,
            **DAYS,
        }
    )
    for name, needed in DOCUMENTS:
        doc.append("documents", {"document_name": name, "needed": needed})
    for question, if_yes in QUESTIONS:
        doc.append("questions", {"question": question, "if_yes": if_yes})
    # The endpoint has judged the right to make terms; calendars and items of it are made with them.
    return doc.insert(ignore_permissions=True)


def _calendar(community: str, kind: str, days: Iterable[str], hours: Iterable[tuple[str, str]]) -> str:
    name = f"Decoration {kind} {community}"
    if frappe.db.exists("Service Calendar", name):
        return name
    year = local_day(community).year
    doc = frappe.get_doc(
        {
            "doctype": "Service Calendar",
            "calendar_name": name,
            "windows": [{"weekday": day, "from_time": begin, "to_time": end} for day in days for begin, end in hours],
            "exceptions": [
                {"exception_date": f"{year + later}-{day}", "from_time": None, "to_time": None}
                for later in range(YEARS)
                for day in CLOSED_DAYS
            ],
        }
    )
    return doc.insert(ignore_permissions=True).name  # as in `make`


def _fee_item(community: str, code: str, name: str) -> str:
    found = frappe.db.get_value("Fee Item", {"community": community, "item_code": code})
    if found:
        return found
    doc = frappe.get_doc(
        {
            "doctype": "Fee Item",
            "community": community,
            "item_code": code,
            "item_name": name,
            "kind": "Fixed",
            "one_off": 1,
            "enabled": 1,
            "every_months": 1,
            "timing": "In Advance",
            "pay_by_day": 15,
            "collected_for": "Own",
            "late_fee_cap": 100,
        }
    )
    return doc.insert(ignore_permissions=True).name  # as in `make`
