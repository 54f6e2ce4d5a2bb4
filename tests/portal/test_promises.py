"""What is published of promises: those of the settings, and how last month's were kept, by hand-made rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import frappe
import pytest
from frappe.utils import add_months, get_first_day, getdate

from property_service.portal import kept_promises
from property_service.property_service.service_clock import local_day
from property_service.tests import factories as make
from property_service.tests.utils import count_queries

SETTINGS = "Property Service Settings"


def stored(doctype: str, **values: Any) -> None:
    doc = frappe.get_doc({"doctype": doctype, "name": make.unique("X"), **values})
    doc.flags.name_set = True
    doc.db_insert()


@pytest.fixture
def viewer(site: str) -> SimpleNamespace:
    """A resident of a community where 12 repairs, 10 complaints and 9 calls fell into last month, and one of another without any."""
    home, other = make.make_community(), make.make_community()
    first = getdate(add_months(get_first_day(local_day(home.name)), -1))
    at, here = datetime.combine(first, datetime.min.time()) + timedelta(days=8, hours=12), {"community": home.name}
    for number in range(12):
        times = {name: at for name in ("reported_at", "respond_by", "finish_by", "arrived_at", "finished_at")}
        stored(
            "Repair Request", stage="Done", response_late=int(number < 1), finish_late=int(number < 2), **times, **here
        )
    for number in range(10):
        times = {
            name: at for name in ("received_at", "first_answer_due", "solve_due", "first_answered_at", "resolved_at")
        }
        stored("Resident Complaint", kind="Complaint", stage="Done", solved_late=int(number < 1), **times, **here)
    for _ in range(9):
        stored("Callback Promise", about="x", status="Kept", due_at=at, **here)
    rooms = [SimpleNamespace(community=one.name, community_name=one.community_name) for one in (home, other)]
    return SimpleNamespace(rooms=rooms, month=f"{first:%Y-%m}", home=home)


def test_rates_of_last_month(viewer: SimpleNamespace) -> None:
    (shown,) = kept_promises.kept_last_month(viewer)
    assert (shown["community_name"], shown["month"]) == (viewer.home.community_name, viewer.month)
    assert [(row["percent"], row["number"]) for row in shown["rows"]] == [
        (91, 12),  # 11 of 12, rounded down
        (83, 12),
        (100, 10),
        (90, 10),
    ], "nine calls are too few to be told"
    kept_promises.kept_last_month(viewer)
    with count_queries() as queries:
        kept_promises.kept_last_month(viewer)
    assert len(queries) == 6


def test_promises_are_those_of_the_settings(site: str) -> None:
    settings = frappe.get_doc(SETTINGS)
    settings.update({"promise_minutes": 90, "complaint_solve_days": 4, "complaint_major_minutes": 0})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(frappe, "get_cached_doc", lambda *_args: settings)
        rows = kept_promises.desk_promises()
    assert [(row["minutes"], row["days"]) for row in rows][:1] == [(90, 0)]
    assert (0, 4) in [(row["minutes"], row["days"]) for row in rows]
    assert len(rows) == 4
