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


def test_events_are_held_open_full_and_cancelled_and_counted_by_the_rules(works: dict) -> None:
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


def test_two_months_of_calls_with_promises_of_every_fate(works: dict) -> None:
    kinds, states = counted(CONTACT, "kind"), counted(PROMISE, "status")
    assert sum(kinds.values()) > 500 and {"Consultation", "Help", "Praise"} <= set(kinds)
    assert set(states) == {"Open", "Kept", "Broken", "Cancelled"}, states
    assert 0.85 < states["Kept"] / (states["Kept"] + states["Broken"]) < 0.98
    assert frappe.db.count(PROMISE, {**OURS, "put_off_count": 1})
    assert frappe.db.count(CONTACT, {**OURS, "resident": ["is", "not set"]}) > 20
    assert not frappe.db.count(CONTACT, {**OURS, "contacted_at": [">", site_now()]})


def test_a_few_promises_are_open_now(works: dict) -> None:
    due = frappe.get_all(PROMISE, {**OURS, "status": "Open"}, pluck="due_at", order_by="due_at asc")
    assert len(due) >= 8 and min(due) > site_now() and max(due) < site_now() + timedelta(days=7)


def test_what_one_row_says_the_other_rows_say_too(works: dict) -> None:
    contacts = frappe.get_all(CONTACT, OURS, ["name", "status", "callback_promise"], order_by="name asc")
    promises = {row.name: row for row in frappe.get_all(PROMISE, OURS, ["*"], order_by="name asc")}
    assert {row.callback_promise for row in contacts if row.callback_promise} == set(promises)
    for row in contacts:
        made = promises.get(row.callback_promise)
        waits = made and not made.answered_at and made.status != "Cancelled"
        assert row.status == ("Promised" if waits else "Answered"), row
    tried = Counter(frappe.get_all("Callback Attempt", {"parent": ["in", [*promises]]}, pluck="parent"))
    for made in promises.values():
        assert tried[made.name] == made.attempt_count
        late = bool(made.answered_at) and made.answered_at > made.due_at
        assert made.status == "Open" or late == (made.status == "Broken" and bool(made.answered_at)), made


def test_a_row_of_the_block_is_a_document(works: dict) -> None:
    """The same call, once taken at the counter."""
    for filters in ({"callback_promise": ["is", "set"]}, {"callback_promise": ["is", "not set"], "is_anonymous": 0}):
        row = frappe.get_all(CONTACT, {**OURS, **filters, "resident": ["is", "set"]}, pluck="name", limit=1)[0]
        block = frappe.get_doc(CONTACT, row).as_dict()
        promised = frappe.get_doc(PROMISE, block.callback_promise).as_dict() if block.callback_promise else None
        fields = ("community", "subject", "kind", "channel", "resident", "unit")
        order = ContactOrder(**{field: block[field] for field in fields}, answer=block.answer or "")
        promise = promised and PromiseOrder(promised.about, promised.original_due_at)
        with as_of(block.contacted_at):
            single = record_contact(order, block.handled_by, None, promise)
        own = {"name", "creation", "modified", "modified_by", "owner", "callback_promise", "status"}
        single = frappe.get_doc(CONTACT, single.name).as_dict()
        assert {k: v for k, v in single.items() if k not in own} == {k: v for k, v in block.items() if k not in own}
        if promised:
            made = frappe.get_doc(PROMISE, single.callback_promise).as_dict()
            kept = {"answered_at", "answered_by", "answer", "attempts", "attempt_count", "cancelled_because", "due_at"}
            kept |= {"put_off_count", "put_off_because", "alert_level", "service_contact", "original_due_at"} | own
            assert {k: v for k, v in made.items() if k not in kept} == {
                k: v for k, v in promised.items() if k not in kept
            }


def test_it_is_removed_without_a_trace(estate: dict) -> None:
    counts = remove()
    after = rows_of_every_table()
    left = {
        name: (estate["before"].get(name), rows) for name, rows in after.items() if rows != estate["before"].get(name)
    }
    assert not left
    assert counts["Service Contact"] > 20
