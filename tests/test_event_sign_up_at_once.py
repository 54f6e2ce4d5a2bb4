"""A hundred residents who sign up for thirty places at the same moment, and one of them who cancels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import frappe
import pytest
from frappe.utils import add_days, today

from property_service.community_life import api, events
from property_service.community_life.event_book import EVENT, REGISTERED, REGISTRATION, WAITING
from property_service.property_service.blocks import hash_names, insert_block
from property_service.property_service.service_clock import site_now
from property_service.tests import factories as make
from tests.parallel import at_once, remove

MANY, PLACES = 100, 30


@pytest.fixture
def fair(site: str) -> Iterator[Any]:
    """A committed event of thirty places and a hundred residents of its community, removed afterwards."""
    community = make.make_community()
    unit = make.make_unit(make.make_building(community))
    desk = make.make_staff("Property Front Desk", community=community)
    people, stays = hash_names(MANY), hash_names(MANY)
    insert_block("Resident", ({"name": name, "resident_name": f"Guest {name}", "is_active": 1} for name in people))
    insert_block(
        "Unit Occupancy",
        (
            {
                "name": stay,
                "resident": name,
                "unit": unit.name,
                "building": unit.building,
                "community": community.name,
                "relation": "Family",
                "from_date": add_days(today(), -30),
            }
            for stay, name in zip(stays, people, strict=True)
        ),
    )
    start = site_now() + timedelta(days=2)
    event = make.insert(
        EVENT,
        title="Fair",
        community=community.name,
        place="Lawn",
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        capacity=PLACES,
        most_persons=2,
    )
    events.publish(event.name)
    frappe.db.commit()
    yield frappe._dict(event=event.name, people=people, desk=desk)
    frappe.db.rollback()
    rows = frappe.get_all(REGISTRATION, {"event": event.name}, pluck="name")
    frappe.db.delete("__Auth", {"name": ["in", [event.name, *rows]]})
    for doctype in (REGISTRATION, "Service Message", "Access Code", "Unit Occupancy"):
        frappe.db.delete(doctype, {"community": community.name})
    frappe.db.delete("Resident", {"name": ["in", people]})
    frappe.db.delete(EVENT, {"community": community.name})
    calendar = ("Service Calendar", community.service_calendar)
    places = [("Building", unit.building), ("Property Unit", unit.name)]
    remove([("User", desk), calendar, ("Community", community.name), *places])


def test_thirty_are_in_seventy_wait_in_order_and_a_cancellation_moves_up_one(site: str, fair: Any) -> None:
    def sign_up_as(number: int, resident: str) -> Any:
        def act() -> dict[str, Any]:
            if number % 2:  # the default from MariaDB 11.6 on
                frappe.db.sql("set session innodb_snapshot_isolation = 1")
            frappe.set_user(fair.desk)
            frappe.db.rollback()  # as a request does, whose transaction begins with the lock
            return api.sign_up.run({"event": fair.event, "resident": resident, "persons": 1})

        return act

    results = at_once(site, [sign_up_as(number, resident) for number, resident in enumerate(fair.people)])
    refused = [result for result in results if isinstance(result, Exception)]
    assert not refused, refused[:3]
    frappe.db.rollback()
    assert sorted(result["status"] for result in results) == [REGISTERED] * PLACES + [WAITING] * (MANY - PLACES)
    rows = frappe.get_all(
        REGISTRATION, {"event": fair.event}, ["name", "status", "position", "resident"], order_by="position asc"
    )
    assert [row.position for row in rows] == list(range(1, MANY + 1))
    assert [row.status for row in rows] == [REGISTERED] * PLACES + [WAITING] * (MANY - PLACES)
    assert frappe.db.get_value(EVENT, fair.event, ["taken_count", "waiting_count"]) == (PLACES, MANY - PLACES)

    frappe.set_user(fair.desk)
    api.cancel_registration(rows[4].name)
    frappe.db.commit()
    frappe.set_user("Administrator")
    now = {row.name: row.status for row in frappe.get_all(REGISTRATION, {"event": fair.event}, ["name", "status"])}
    changed = [row.name for row in rows if now[row.name] != row.status]
    assert changed == [rows[4].name, rows[PLACES].name]
    assert (now[changed[0]], now[changed[1]]) == ("Cancelled", REGISTERED)
    assert frappe.db.get_value(EVENT, fair.event, ["taken_count", "waiting_count"]) == (PLACES, MANY - PLACES - 1)
    told = frappe.get_all("Service Message", {"resident": rows[PLACES].resident, "channel": "Portal"}, pluck="subject")
    assert "候补成功：Fair" in told


def test_the_same_resident_twice_at_once_is_signed_up_once(site: str, fair: Any) -> None:
    def act() -> Any:
        frappe.set_user(fair.desk)
        return api.sign_up.run({"event": fair.event, "resident": fair.people[0], "persons": 2})

    results = at_once(site, [act] * 4)
    assert len([result for result in results if isinstance(result, dict)]) == 1, results
    frappe.db.rollback()
    assert frappe.db.count(REGISTRATION, {"event": fair.event}) == 1
    assert frappe.db.get_value(EVENT, fair.event, "taken_count") == 2
