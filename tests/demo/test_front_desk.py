"""The front desk and community life of the demo estate: nothing was refused, every kind of thing is there, all of it goes again."""

from __future__ import annotations

from collections import Counter

import frappe
import pytest
from frappe.utils import now_datetime

from property_service.setup.demo import remove
from tests.demo.tables import rows_of_every_table

OURS = {"community": ["in", ["LH", "YQ"]]}
MADE = ("make_calls", "make_complaints", "make_events", "make_reading", "make_service")


def counted(doctype: str, field: str) -> Counter[str]:
    return Counter(frappe.get_all(doctype, OURS, pluck=field, order_by="name asc"))


def test_the_rules_allowed_every_act(estate: dict) -> None:
    assert "left out" not in estate["said"], estate["said"]


@pytest.mark.parametrize(
    ("doctype", "field", "there"),
    [
        ("Service Contact", "kind", {"Consultation", "Suggestion", "Praise"}),
        ("Callback Promise", "status", {"Open", "Kept", "Broken"}),
        ("Resident Complaint", "status", {"Investigating", "Awaiting Visit", "Closed"}),
        ("Resident Complaint", "kind", {"Complaint", "Suggestion", "Praise"}),
        ("Community Event", "status", {"Open", "Held"}),
        ("Event Registration", "status", {"Registered", "Waiting", "Attended"}),
        ("Community Notice", "status", {"Published", "Ended"}),
        ("Shift Handover", "status", {"Received"}),
        ("Service Quality Check", "status", {"Drawn", "Told"}),
        ("Emergency Log", "status", {"Closed"}),
        ("Monthly Service Report", "status", {"Final"}),
    ],
)
def test_every_kind_is_there(estate: dict, doctype: str, field: str, there: set[str]) -> None:
    assert set(counted(doctype, field)) >= there


@pytest.mark.parametrize(
    ("doctype", "field"),
    [
        ("Service Contact", "contacted_at"),
        ("Callback Promise", "answered_at"),
        ("Resident Complaint", "resolved_at"),
        ("Event Registration", "registered_at"),
        ("Notice Receipt", "read_at"),
        ("Shift Handover", "received_at"),
    ],
)
def test_nothing_has_happened_in_the_future(estate: dict, doctype: str, field: str) -> None:
    assert not frappe.db.count(doctype, {**OURS, field: [">", now_datetime()]})


def test_events_are_held_open_full_and_cancelled_and_counted_by_the_rules(estate: dict) -> None:
    found = counted("Community Event", "status")
    assert found["Held"] >= 5 and found["Open"] >= 4 and found["Cancelled"] and found["Draft"], found
    states_of = counted("Event Registration", "status")
    assert all(states_of[status] for status in ("Registered", "Waiting", "Cancelled", "Attended", "No Show")), states_of
    for event in frappe.get_all("Community Event", OURS, ["name", "taken_count", "waiting_count", "capacity"]):
        rows = frappe.get_all("Event Registration", {"event": event.name}, ["status", "persons"])
        placed = sum(row.persons for row in rows if row.status in ("Registered", "Attended", "No Show"))
        waiting = sum(row.persons for row in rows if row.status == "Waiting")
        assert (placed, waiting) == (event.taken_count, event.waiting_count), event.name
        assert placed <= event.capacity, event.name


def test_it_is_removed_without_a_trace(estate: dict) -> None:
    counts = remove()
    after = rows_of_every_table()
    left = {
        name: (estate["before"].get(name), rows) for name, rows in after.items() if rows != estate["before"].get(name)
    }
    assert not left
    assert counts["Service Contact"] > 20
