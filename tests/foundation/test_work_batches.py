"""Batches of long work: one lease at a time, rows and "done" together, expired ones taken up again."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime

from property_service.property_service import work_batches

JOB = "tests.foundation.test_work_batches.note"
calls: list[int] = []


def note(batch) -> dict:
    """A job that leaves one row and can be told to fail."""
    payload = work_batches.payload_of(batch)
    calls.append(payload["number"])
    frappe.get_doc({"doctype": "ToDo", "description": f"batch {batch.name}"}).insert()
    work_batches.heartbeat(batch.name, batch.attempt, done=1)
    if payload.get("fail"):
        raise RuntimeError("told to")
    return {"rows": 1}


@pytest.fixture(autouse=True)
def inline(monkeypatch):
    calls.clear()
    queued: list[tuple[str, int]] = []
    monkeypatch.setattr(work_batches, "_queue", lambda name, attempt: queued.append((name, attempt)))
    monkeypatch.setattr(frappe.db, "commit", lambda: None)
    monkeypatch.setattr(frappe.db, "rollback", lambda save_point=None, **kw: None)
    real = frappe.get_attr
    monkeypatch.setattr(frappe, "get_attr", lambda path: note if path == JOB else real(path))
    return queued


def status(name):
    return frappe.db.get_value("Work Batch", name, ["status", "attempt"])


def test_a_batch_is_done_once(inline):
    names = work_batches.add_batches(JOB, [{"number": 1}, {"number": 2}])
    assert inline == [(names[0], 1), (names[1], 1)]
    for name in names:
        work_batches.run_batch(name, 1)
        work_batches.run_batch(name, 1)
        work_batches.run_batch(name, 2)
    assert calls == [1, 2]
    assert status(names[0]) == ("Done", 1)


def test_a_second_worker_finds_the_lease_taken(inline):
    (name,) = work_batches.add_batches(JOB, [{"number": 1}])
    assert work_batches._take_lease(name, 1)
    assert not work_batches._take_lease(name, 1)
    assert not work_batches._take_lease(name, 2), "the lease of the first still runs"


def test_an_overtaken_worker_cannot_report_done(inline):
    (name,) = work_batches.add_batches(JOB, [{"number": 1}])
    assert work_batches._take_lease(name, 1)
    frappe.db.set_value("Work Batch", name, "lease_until", now_datetime() - timedelta(minutes=1))
    assert work_batches._take_lease(name, 2)
    assert not work_batches._finish(name, 1, {})
    assert work_batches._finish(name, 2, {})


def test_an_expired_lease_is_queued_again(inline):
    (name,) = work_batches.add_batches(JOB, [{"number": 1}])
    work_batches._take_lease(name, 1)
    inline.clear()
    work_batches.requeue_expired()
    assert (name, 2) not in inline
    frappe.db.set_value("Work Batch", name, "lease_until", now_datetime() - timedelta(minutes=1))
    work_batches.requeue_expired()
    assert (name, 2) in inline


def test_a_failing_batch_is_tried_again_and_given_up_in_the_end(inline):
    (name,) = work_batches.add_batches(JOB, [{"number": 1, "fail": True}])
    for attempt in range(1, work_batches.MOST_ATTEMPTS):
        with pytest.raises(RuntimeError):
            work_batches.run_batch(name, attempt)
        assert status(name) == ("Pending", attempt)
    work_batches.run_batch(name, work_batches.MOST_ATTEMPTS)
    assert status(name)[0] == "Failed"
    assert "told to" in frappe.db.get_value("Work Batch", name, "error")
