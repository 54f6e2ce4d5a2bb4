"""A job of the pool that many technicians want at the same moment."""

from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from property_service.property_service.errors import BusyNow, NotAllowedNow
from property_service.repairs import api
from property_service.tests import factories as make
from tests.parallel import at_once, remove

MANY = 20


@pytest.fixture
def pool(site: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """A committed job in the pool of a team of twenty, removed afterwards."""
    community = make.make_community()
    unit = make.make_unit(make.make_building(community))
    users = tuple(make.make_staff("Property Technician", community=community) for _ in range(MANY))
    category = make.make_category()
    team = make.make_team(community, users, (category.name,), dispatch_mode="Grab")
    doc = make.make_repair(unit, None, category)
    api.accept(doc.name)
    api.dispatch(doc.name)
    frappe.db.commit()
    yield doc.name, users
    frappe.db.rollback()
    frappe.db.delete("Repair Step", {"repair_request": doc.name})
    frappe.db.delete("Repair Request", {"name": doc.name})
    frappe.db.delete("User Permission", {"user": ["in", users]})
    people = [("User", user) for user in users]
    calendar = ("Service Calendar", community.service_calendar)
    place = [("Building", unit.building), ("Property Unit", unit.name)]
    remove(
        [
            *people,
            calendar,
            ("Community", community.name),
            *place,
            ("Repair Category", category.name),
            ("Work Team", team.name),
        ]
    )


@pytest.mark.parametrize("snapshot_isolation", [0, 1])
def test_exactly_one_of_twenty_gets_it(site: str, pool: tuple[str, tuple[str, ...]], snapshot_isolation: int) -> None:
    name, users = pool

    def take_as(user: str) -> Any:
        def act() -> str:
            if snapshot_isolation:  # the default from MariaDB 11.6 on
                frappe.db.sql("set session innodb_snapshot_isolation = 1")
            frappe.set_user(user)
            return api.take.run({"name": name})["status"]

        return act

    results = at_once(site, [take_as(user) for user in users])
    winners = [user for user, result in zip(users, results, strict=True) if result == "Taken"]
    losers = [result for result in results if result != "Taken"]
    assert len(winners) == 1, results
    # NotAllowedNow and BusyNow are answered with 409 and a sentence.
    assert {type(error) for error in losers} <= {NotAllowedNow, BusyNow}, losers
    assert all(str(error) for error in losers)
    frappe.db.rollback()
    assert frappe.db.get_value("Repair Request", name, ["assigned_to", "status"]) == (winners[0], "Taken")
    assert frappe.db.count("Repair Step", {"repair_request": name, "step": "Taken"}) == 1
