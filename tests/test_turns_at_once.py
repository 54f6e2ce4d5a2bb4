"""Whose turn it is, and who has too much in hand, when many jobs come at the same moment."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import frappe
import pytest

from property_service.dispatch.assignment import JobRequest, may_take, route
from property_service.tests import factories as make
from tests.parallel import at_once, remove

MORNING = datetime(2026, 3, 10, 9, 0)
JOBS = 12
CAP = 3


@pytest.fixture
def busy_team(site: str) -> Iterator[frappe._dict]:
    """A committed team of seven that takes turns, and rows of jobs nobody has yet; removed afterwards."""
    frappe.db.rollback()
    community = make.make_community()
    users = tuple(sorted(make.make_staff("Property Technician") for _ in range(7)))
    team = make.make_team(community, users, dispatch_mode="Round Robin")
    jobs = [f"RR-{community.name}-{number}" for number in range(JOBS)]
    frappe.db.bulk_insert(
        "Repair Request", ["name", "community", "stage"], [(name, community.name, "Open") for name in jobs]
    )
    frappe.db.commit()
    yield frappe._dict(community=community, users=users, team=team, jobs=jobs)
    frappe.db.rollback()
    frappe.db.delete("Repair Request", {"community": community.name})
    calendar = ("Service Calendar", community.service_calendar)
    people = [("User", user) for user in users]
    remove([*people, calendar, ("Community", community.name), ("Work Team", team.name)])


@pytest.mark.parametrize("snapshot_isolation", [0, 1])
def test_twenty_at_once_take_fair_turns(site: str, busy_team: Any, snapshot_isolation: int) -> None:
    first = JobRequest("Whatever", busy_team.community.name, MORNING)

    def take_turns() -> list[str]:
        if snapshot_isolation:  # the default from MariaDB 11.6 on
            frappe.db.sql("set session innodb_snapshot_isolation = 1")
        taken = []
        while len(taken) < 3:
            try:
                taken.append(route(first).user)
                frappe.db.commit()
            except frappe.QueryDeadlockError:
                frappe.db.rollback()
        return taken

    results = at_once(site, [take_turns] * 20)
    assert [r for r in results if isinstance(r, Exception)] == []
    counts = Counter(user for taken in results for user in taken)
    assert sum(counts.values()) == 60 and set(counts) == set(busy_team.users)
    assert max(counts.values()) - min(counts.values()) <= 1


def give_out(site: str, team: Any, choose: Callable[[JobRequest], str | None]) -> Counter:
    """Each job in a thread of its own, all having looked at the jobs before any is given: who has got how many."""
    first = JobRequest("Whatever", team.community.name, MORNING)
    seen = threading.Barrier(len(team.jobs))

    def give(name: str) -> str | None:
        assert frappe.db.count("Repair Request", {"community": team.community.name, "assigned_to": ["is", "set"]}) == 0
        seen.wait(60)
        while True:
            try:
                user = choose(first)
                if user:
                    frappe.db.set_value("Repair Request", name, "assigned_to", user)
                frappe.db.commit()
                return user
            except frappe.QueryDeadlockError:
                frappe.db.rollback()

    results = at_once(site, [lambda name=name: give(name) for name in team.jobs])
    assert [r for r in results if isinstance(r, Exception)] == []
    return Counter(results)


def test_nobody_is_given_more_than_his_cap(site: str, busy_team: Any) -> None:
    on_duty = busy_team.users[:2]
    for user in busy_team.users:
        row = {"parent": busy_team.team.name, "user": user}
        frappe.db.set_value("Work Team Member", row, {"max_open_jobs": CAP, "on_duty": int(user in on_duty)})
    frappe.db.commit()
    got = give_out(site, busy_team, lambda job: route(job).user)
    assert got == {on_duty[0]: CAP, on_duty[1]: CAP, None: JOBS - 2 * CAP}


def test_nobody_takes_more_than_his_cap(site: str, busy_team: Any) -> None:
    user, team = busy_team.users[0], busy_team.team.name
    frappe.db.set_value("Work Team Member", {"parent": team, "user": user}, "max_open_jobs", CAP)
    frappe.db.commit()
    got = give_out(site, busy_team, lambda job: user if may_take(team, job, user) else None)
    assert got == {user: CAP, None: JOBS - CAP}
