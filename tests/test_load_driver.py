"""The driver of the benchmark `load`: it does what people do, and everything that goes wrong is counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import frappe
import pytest

from benchmarks import _load_people as people
from benchmarks import load
from tests.portal.world import World, remove_world

QUICK = {"rounds": 1, "think_scale": 0.01, "warm_up": 0, "seconds": 120}
ACTS = {
    *(
        "sign in",
        "static file",
        "home",
        "my repairs",
        "one repair",
        "bills",
        "one bill",
        "report form",
        "report with photo",
    ),
    *(
        "open desk",
        "today",
        "find by phone",
        "picture",
        "take a call",
        "find by room",
        "open a payment",
        "take a payment",
    ),
    "ping",
}


@pytest.fixture(scope="module")
def plan(server: str) -> Iterator[dict[str, Any]]:
    """Two residents, an officer and one who pings, in an estate of forty people."""
    categories = set(frappe.get_all("Repair Category", pluck="name"))
    made = load.make_plan(residents=2, officers=1, living_here=40)
    try:
        yield made | QUICK | {"address": server}
    finally:
        frappe.db.rollback()
        home = frappe.get_doc("Community", made["community"])
        stays = frappe.get_all("Unit Occupancy", {"community": home.name}, pluck="resident")
        users = frappe.get_all("Resident", {"name": ["in", stays], "user": ["is", "set"]}, pluck="user")
        users += [who["user"] for who in (*made["officers"], made["pinger"])]
        new = set(frappe.get_all("Repair Category", pluck="name")) - categories
        world = World(server)
        world.homes, world.calendars = {"home": home.name}, [home.service_calendar]
        world.residents, world.people = {name: name for name in stays}, {name: name for name in users}
        world.categories = {name: name for name in new}
        remove_world(world)


def test_everybody_does_everything_and_nothing_is_lost(plan: dict[str, Any]) -> None:
    before = load.counts()
    told = load.drive(plan)
    frappe.db.rollback()
    assert told["errors"] == []
    assert set(told["acts"]) == ACTS
    assert told["made"] == {"repairs": 3, "contacts": 1, "receipts": 1}
    assert load.lost_or_doubled(before, told["made"]) == 0
    assert load.lost_or_doubled(before, told["made"] | {"receipts": 2}) == 1
    rows = {row["name"]: row for row in load.rows_of(told, 0)}
    assert rows["errors"]["value"] == 0 and rows["errors"]["limit"] == 0
    home = rows["home (6), p95"]
    assert home["value"] > home["floor"] == rows["ping (1), p95"]["value"] > 0


def test_what_goes_wrong_is_counted(plan: dict[str, Any]) -> None:
    resident = plan["residents"][0] | {"password": "not this one"}
    callers = [caller | {"unit": "No Such Room", "resident": "Nobody"} for caller in plan["officers"][0]["callers"][:1]]
    officer = plan["officers"][0] | {"callers": callers}
    told = people.play(plan | {"residents": [resident], "officers": [officer]})
    wrong = [error["act"] for error in told["errors"]]
    assert sorted(wrong) == ["find by phone", "find by room", "open a payment", "picture", "sign in", "take a call"]
    assert told["made"] == {"repairs": 0, "contacts": 0, "receipts": 0}
    assert load.rows_of(told, 0)[0]["value"] == 6


def test_nobody_answers(plan: dict[str, Any]) -> None:
    told = people.play(plan | {"address": "http://127.0.0.1:9"})
    assert [error["act"] for error in told["errors"]] == ["sign in"] * 4
    assert all("ConnectionError" in error["error"] for error in told["errors"])


def test_a_redirect_to_the_sign_in_is_an_error(plan: dict[str, Any]) -> None:
    book = people.Book()
    with pytest.raises(people.Failed):
        people.Person(plan["address"], book, 1, 0).page("home", "/resident")
    assert [error["act"] for error in book.errors] == ["home"]
