"""The server's clock is set back or forward: no lease stands for ever, and nothing is made twice."""

from __future__ import annotations

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from property_service.property_service import messages, work_batches
from property_service.property_service.messages import tell_resident
from property_service.tests import factories as make
from property_service.tests import work
from tests import figures

pytestmark = pytest.mark.fault

BACK = [timedelta(hours=1), timedelta(days=31)]


@pytest.fixture(autouse=True)
def queued(site: str, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was given to the queue; nothing is committed."""
    found: list[tuple[str, int]] = []
    monkeypatch.setattr(work_batches, "_queue", lambda name, attempt: found.append((name, attempt)))
    monkeypatch.setattr(frappe.db, "commit", lambda: None)
    return found


@pytest.mark.parametrize("back", BACK, ids=str)
def test_a_batch_leased_before_the_clock_went_back_is_taken_up(queued: list[tuple[str, int]], back: timedelta) -> None:
    (name,) = work_batches.add_batches(work.JOB, [{}])
    ahead = now_datetime() + back
    frappe.db.set_value(
        "Work Batch", name, {"status": "Running", "attempt": 1, "lease_until": ahead + timedelta(minutes=5)}
    )
    figures.count("faults tried")
    work_batches.requeue_expired()
    assert (name, 2) in queued
    work_batches.run_batch(name, 2)
    assert frappe.db.get_value("Work Batch", name, "status") == "Done"
    assert frappe.db.count("ToDo", {"description": name}) == 1


@pytest.mark.parametrize("back", BACK, ids=str)
def test_a_message_leased_before_the_clock_went_back_is_sent(back: timedelta, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(messages, "_deliver", lambda message: sent.append(message.name))
    monkeypatch.setattr(messages, "sms_is_set_up", lambda: True)
    unit = make.make_unit()
    resident = make.make_resident(unit)
    (name,) = tell_resident(resident.name, unit.community, "Hello", "Hello", channels=("SMS",))
    ahead = now_datetime() + back
    frappe.db.set_value(
        "Service Message", name, {"status": "Sending", "attempts": 1, "lease_until": ahead + timedelta(minutes=10)}
    )
    figures.count("faults tried")
    messages.sweep()
    messages.sweep()
    assert sent.count(name) == 1


def test_a_lease_of_another_machine_whose_clock_is_a_little_ahead_holds(queued: list[tuple[str, int]]) -> None:
    (name,) = work_batches.add_batches(work.JOB, [{}])
    until = now_datetime() + timedelta(minutes=work_batches.LEASE_MINUTES + 2)
    frappe.db.set_value("Work Batch", name, {"status": "Running", "attempt": 1, "lease_until": until})
    work_batches.requeue_expired()
    assert (name, 2) not in queued
