"""Twelve people at findings of one community at the same moment: notices are numbered without gaps, and a device's finding is one."""

from __future__ import annotations

from collections.abc import Iterator

import frappe
import pytest

from property_service.patrol import finding_acts, findings
from property_service.patrol.findings import FINDING, FindingOrder
from property_service.property_service.rule_error import RuleError
from property_service.tests import factories as make
from tests.parallel import at_once, remove
from tests.test_deposits_at_once import begun_again

MANY = 12


@pytest.fixture
def community(site: str) -> Iterator[str]:
    """A committed community, removed with its findings."""
    made = make.make_community()
    frappe.db.commit()
    yield made.name
    frappe.db.rollback()
    names = frappe.get_all(FINDING, {"community": made.name}, pluck="name", order_by="name asc")
    for child in ("Finding Notice", "Finding Recheck"):
        frappe.db.delete(child, {"parent": ["in", [*names, ""]]})
    frappe.db.delete("Version", {"docname": ["in", [*names, ""]]})
    frappe.db.delete(FINDING, {"community": made.name})
    remove([("Service Calendar", made.service_calendar), ("Community", made.name)])


def test_no_number_is_missing_or_given_twice(site: str, community: str) -> None:
    names = [findings.raise_finding(FindingOrder(community, "Wall"), "Administrator").name for _ in range(MANY)]
    frappe.db.commit()
    acts = [begun_again(lambda name=name: finding_acts.make_notice(name, "Notice", "").notice_no) for name in names]
    results = at_once(site, acts)
    frappe.db.rollback()
    assert all(isinstance(result, str) for result in results), results
    assert sorted(int(result.rpartition("-")[2]) for result in results) == list(range(1, MANY + 1))


def test_one_notice_is_made_once(site: str, community: str) -> None:
    name = findings.raise_finding(FindingOrder(community, "Wall"), "Administrator").name
    frappe.db.commit()
    act = begun_again(lambda: finding_acts.make_notice(name, "Stop-Work", "").notice_no)
    results = at_once(site, [act] * MANY)
    frappe.db.rollback()
    assert sum(isinstance(result, str) for result in results) == 1, results
    assert sum(isinstance(result, RuleError) for result in results) == MANY - 1, results


def test_sent_twice_at_once_a_finding_is_one(site: str, community: str) -> None:
    order = FindingOrder(community, "Lamp out", client_key=make.unique("device "))
    act = begun_again(lambda: findings.raise_finding(order, "Administrator").name)
    results = at_once(site, [act] * MANY)
    frappe.db.rollback()
    assert len(set(results)) == 1 and isinstance(results[0], str), results
    assert frappe.db.count(FINDING, {"community": community}) == 1
