"""Two people at one household at the same moment: one visit, one result."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from unittest.mock import patch

import frappe
import pytest

from property_service.front_desk import return_visits
from property_service.property_service.errors import NotAllowedNow
from property_service.tests import factories as make
from tests.parallel import at_once, remove

MORNING = datetime(2026, 3, 10, 10, 0)


@pytest.fixture
def community(site: str) -> Iterator[str]:
    """A committed community on the site's own clock, removed with its visits."""
    made = make.make_community(time_zone=frappe.utils.get_system_timezone())
    frappe.db.commit()
    yield made.name
    frappe.db.rollback()
    visits = frappe.get_all("Return Visit", {"community": made.name}, pluck="name", order_by="name asc")
    frappe.db.delete("Return Visit Attempt", {"parent": ["in", visits or [""]]})
    frappe.db.delete("Return Visit", {"community": made.name})
    remove([("Service Calendar", made.service_calendar), ("Community", made.name)])


def plan(community: str, **values: object) -> str:
    about = {"reference_doctype": None, "reference_name": None, **values}
    return return_visits.plan_visit(
        kind="Repair", community=community, unit=None, resident=None, contact_name="Wang", contact_phone=None,
        doer=None, reason="Rule", due_at=MORNING, **about,
    )  # fmt: skip


def test_planned_by_ten_at_once_it_is_one_visit(site: str, community: str) -> None:
    def act() -> str:
        while True:
            try:
                return plan(community, reference_doctype="Community", reference_name=community)
            except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
                frappe.db.rollback()

    results = at_once(site, [act] * 10)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert len(set(results)) == 1
    assert frappe.db.count("Return Visit", {"community": community}) == 1


def test_recorded_by_ten_at_once_it_has_one_result(site: str, community: str) -> None:
    visit = plan(community)
    frappe.db.commit()
    told: list[str] = []

    def act() -> str:
        return return_visits.record_attempt(visit, "Phone", True, "Satisfied", at=MORNING).result

    with patch.object(return_visits, "call_extensions", lambda point, **arguments: told.append(point) or []):
        results = at_once(site, [act] * 10)
    assert results.count("Satisfied") == 1
    assert sum(isinstance(result, NotAllowedNow) for result in results) == 9, results
    assert told == ["property_service_visit_result"]
    frappe.db.rollback()
    assert frappe.db.count("Return Visit Attempt", {"parent": visit}) == 1
