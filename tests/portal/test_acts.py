"""A resident answers over HTTP what the staff has done: rates, sends back, agrees to a price; by the API and by form."""

from __future__ import annotations

import re
from typing import Any

import frappe
import pytest

from property_service.repairs import staff_acts
from property_service.tests import factories
from tests.portal.world import World


def repair(world: World, *acts: tuple[Any, ...], who: str = "owner") -> str:
    """A committed request of the room that the manager has taken through these acts; returns its name."""
    room = frappe.get_doc("Property Unit", world.rooms["room"])
    resident = frappe.get_doc("Resident", world.residents[who])
    category = frappe.get_doc("Repair Category", world.categories["water"])
    name = factories.make_repair(room, resident, category).name
    frappe.set_user(world.people["manager"])
    for act, *values in (("accept", None, None, None), *acts):
        getattr(staff_acts, act)(staff_acts.locked(name), *values)
    frappe.set_user("Administrator")
    frappe.db.commit()
    return name


def finished(world: World) -> str:
    """Work that is done and waits for its visit."""
    return repair(world, ("solve_on_phone", "Turned the valve back on"))


def quoted(world: World) -> str:
    """Work that waits for the resident's answer to a price; the category says what is usual."""
    frappe.db.set_value("Repair Category", world.categories["water"], {"price_from": 40, "price_to": 90})
    frappe.db.commit()
    frappe.clear_document_cache("Repair Category", world.categories["water"])
    return repair(world, ("quote", 60, "New tap, fitted"))


def send(world: World, by: str, act: str, name: str, **values: Any) -> None:
    """Do it as the owner, by the endpoint or by the form of the page; it must be taken."""
    person = world.person("owner")
    page = f"/resident/repair?name={name}"
    shown = person.get(page)
    assert f'name="act" value="{act}"' in shown.text
    if by == "endpoint":
        answer = person.call(act, name=name, **values)
        assert answer.status_code == 200 and answer.json()["message"]["message"], answer.text
        return
    answer = person.post("/resident/repair", act=act, name=name, **values)
    assert answer.status_code == 301 and answer.headers["Location"] == f"{page}&done={act}", answer.text[:800]
    assert 'role="status"' in person.get(f"{page}&done={act}").text


def quote_again(world: World, name: str, amount: float) -> None:
    """The price changes while the resident looks at his page."""
    frappe.set_user(world.people["manager"])
    staff_acts.quote(staff_acts.locked(name), amount, "New tap and new pipes, fitted")
    frappe.set_user("Administrator")
    frappe.db.commit()


def price_in(page: str) -> str:
    """The price that the form of a page sends along."""
    return re.search(r'name="amount" value="([^"]*)"', page)[1]


def stored(name: str) -> frappe._dict:
    frappe.db.rollback()
    return frappe.get_doc("Repair Request", name)


@pytest.mark.parametrize("by", ["endpoint", "form"])
def test_rates_with_three_scores(world: World, by: str) -> None:
    name = finished(world)
    send(world, by, "rate", name, stars=4, speed=2, manner=5, text="Quick on the phone")
    doc = stored(name)
    assert (doc.rating, doc.rating_speed, doc.rating_manner, doc.rating_text) == (4, 2, 5, "Quick on the phone")
    assert doc.rated_at and doc.status == "Awaiting Visit"
    visit = frappe.get_doc("Return Visit", {"reference_name": name, "status": "Due"})
    assert (visit.reason, doc.return_visit) == ("Rule", visit.name), "two stars for speed alone force no visit"


@pytest.mark.parametrize("by", ["endpoint", "form"])
def test_two_stars_in_all_force_a_visit(world: World, by: str) -> None:
    name = finished(world)
    send(world, by, "rate", name, stars=2)
    doc = stored(name)
    assert (doc.rating, doc.rating_speed, doc.rating_manner) == (2, 0, 0)
    assert frappe.get_all("Return Visit", {"reference_name": name, "status": "Due"}, pluck="reason") == ["Low Rating"]


def test_scores_that_cannot_be_are_refused_whole(world: World) -> None:
    name = finished(world)
    person = world.person("owner")
    for scores in ({"stars": 6}, {"stars": 5, "speed": 0}, {"stars": 5, "manner": 6}, {"stars": 5, "speed": "fast"}):
        answer = person.call("rate", name=name, **scores)
        assert answer.status_code == 400, (scores, answer.text)
    assert not stored(name).rated_at


@pytest.mark.parametrize("by", ["endpoint", "form"])
def test_sends_back(world: World, by: str) -> None:
    name = finished(world)
    send(world, by, "send_back", name, reason="No water again")
    doc = stored(name)
    assert (doc.status, doc.reopened_count, doc.closing_reason) == ("Reopened", 1, "No water again")
    assert not frappe.get_all("Return Visit", {"reference_name": name, "status": "Due"})


@pytest.mark.parametrize("by", ["endpoint", "form"])
def test_agrees_to_a_price(world: World, by: str) -> None:
    name = quoted(world)
    page = world.person("owner").get(f"/resident/repair?name={name}").text
    assert "60.00" in page and "40.00 to 90.00" in page
    send(world, by, "answer_quote", name, agreed=1, amount=price_in(page))
    doc = stored(name)
    assert (doc.quote_status, doc.consent_by, doc.payment_status) == ("Agreed", "Portal", "Unpaid")
    assert doc.consent_at and not [row for row in doc.pauses if not row.to_time]


@pytest.mark.parametrize("by", ["endpoint", "form"])
def test_declines_a_price(world: World, by: str) -> None:
    name = quoted(world)
    quote_again(world, name, 800)  # to decline it, nobody has to look again
    send(world, by, "answer_quote", name, agreed=0, amount=60)
    doc = stored(name)
    assert (doc.quote_status, doc.consent_by, doc.status) == ("Declined", "Portal", "Quoted")


@pytest.mark.parametrize("by", ["endpoint", "form"])
def test_nobody_agrees_to_a_price_he_has_not_seen(world: World, by: str) -> None:
    name = quoted(world)
    person = world.person("owner")
    seen = price_in(person.get(f"/resident/repair?name={name}").text)
    quote_again(world, name, 800)

    def agree(**amount: str) -> Any:
        if by == "endpoint":
            return person.call("answer_quote", name=name, agreed=1, **amount)
        return person.post("/resident/repair", act="answer_quote", name=name, agreed=1, **amount)

    for amount in ({}, {"amount": ""}, {"amount": "eight"}):
        assert agree(**amount).status_code == 400, amount
    refused = agree(amount=seen)
    assert refused.status_code == 409 and "The price has changed to 800.00 yuan" in refused.text, refused.text[:800]
    assert stored(name).quote_status == "Waiting"
    price = price_in(refused.text) if by == "form" else "800"
    send(world, by, "answer_quote", name, agreed=1, amount=price)
    assert stored(name).quote_status == "Agreed"
