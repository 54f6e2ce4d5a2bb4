"""Every page of the app's website, by guests, residents, those who moved out and staff: how it is answered, and that it tells nobody of
others. The pages are read from the app's files; one without an expectation here fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import frappe
import pytest
from frappe.utils.password import update_password

from property_service import hooks
from property_service.tests import factories
from tests import figures
from tests.portal.bills import make_money
from tests.portal.world import PASSWORD, World, peopled

WWW = Path(__file__).parents[2] / "property_service" / "www"
# Residents of the room itself and staff see these pages in `tests/portal`.
PEOPLE = ("guest", "stranger", "gone", "technician", "customer")
RESIDENTS = ("stranger", "gone", "customer")
SIGN_IN, STAFF_SIGN_IN = "/resident/sign-in", "/login"
# Address → what it is, see `expected`.
PAGES = {
    "/door-permit": "code",
    "/event-check-in": "door",
    "/jobs": "jobs",
    "/patrol": "patrol",
    "/property-sw.js": "script",
    "/q": "code",
    "/resident": "resident",
    "/resident/account": "resident",
    "/resident/answers": "resident",
    "/resident/bill": "document",
    "/resident/bills": "resident",
    "/resident/complain": "resident",
    "/resident/complaint": "document",
    "/resident/complaints": "resident",
    "/resident/contacts": "resident",
    "/resident/decorate": "resident",
    "/resident/decoration": "resident",
    "/resident/event": "document",
    "/resident/events": "resident",
    "/resident/join": "open",
    "/resident/me": "resident",
    "/resident/messages": "resident",
    "/resident/notice": "document",
    "/resident/notices": "resident",
    "/resident/pay": "resident",
    "/resident/payment": "document",
    "/resident/permit": "document",
    "/resident/promises": "resident",
    "/resident/receipt": "document",
    "/resident/receipts": "resident",
    "/resident/repair": "document",
    "/resident/repairs": "resident",
    "/resident/report": "resident",
    "/resident/sign-in": "open",
    "/resident/statement": "resident",
}
# Routes of the hook → the page they lead to, judged above.
ROUTES = {"/q/<token>": "q"}


@pytest.fixture(scope="module")
def world(server: str) -> Iterator[World]:
    with peopled(server) as made:
        made.people["customer"] = factories.make_customer()
        update_password(made.people["customer"], PASSWORD)
        make_money(made)
        yield made


def pages() -> set[str]:
    """The address of every page in the app's www."""
    found = set()
    for path in WWW.rglob("*"):
        if path.suffix in (".html", ".js", ".xml", ".txt", ".md") and "__pycache__" not in path.parts:
            name = path.relative_to(WWW)
            address = "/" + str(name.with_suffix("") if path.suffix in (".html", ".md") else name)
            found.add(address.removesuffix("/index"))
    return found


@pytest.mark.pure
def test_every_page_has_an_expectation() -> None:
    assert pages() == set(PAGES)
    assert {rule["from_route"]: rule["to_route"] for rule in hooks.website_route_rules} == ROUTES
    assert not [
        name for name in dir(hooks) if name in ("page_renderer", "website_path_resolver", "has_website_permission")
    ]


def expected(kind: str, who: str) -> tuple[tuple[int, ...], str]:
    """(statuses, beginning of the address one is sent on to) of a page without a document."""
    if kind == "script":
        return (200,), ""
    if kind == "code":
        return (404,), ""
    if kind == "open":
        return ((301,), "/resident") if who in RESIDENTS else ((200,), "")
    if kind in ("resident", "document"):
        if who == "guest":
            return (301,), SIGN_IN
        if who not in RESIDENTS:
            return (403,), ""
        if who == "customer":
            return (403,), ""
        # Foreign names: a document is not there, a list leaves it out.
        return ((403, 404), "") if kind == "document" else ((200, 403, 404), "")
    if who == "guest":
        return (301, 302), STAFF_SIGN_IN
    # The page of jobs says itself that there are none for this person.
    return ((200,), "") if kind == "jobs" else ((403,), "")


def secrets_of(world: World, who: str) -> set[str]:
    """Names, rooms and numbers that this person may not learn."""
    others = [name for name in ("owner", "tenant", "neighbour", "stranger", "gone") if name != who]
    told = {frappe.db.get_value("Resident", world.residents[name], "resident_name") for name in others}
    told.add("Lift fee")  # the owner's
    return told | {world.phones[name] for name in others} | set(world.repairs.values()) | {world.rooms["room"]}


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_answered_as_it_should_and_tells_nothing(world: World, who: str) -> None:
    person, secrets, wrong = world.person(who), secrets_of(world, who) if who != "technician" else set(), []
    sent = {"name": world.repairs["theirs"], "unit": world.rooms["next_door"], "code": "<b>x"}
    for page, kind in PAGES.items():
        answer = person.get(page, params=sent)
        figures.count("objects walked")
        statuses, onward = expected(kind, who)
        if answer.status_code not in statuses or onward not in answer.headers.get("Location", ""):
            wrong.append((page, answer.status_code, answer.headers.get("Location")))
        told = answer.text.replace(sent["name"], "").replace(sent["unit"], "")
        wrong += [(page, "tells", secret) for secret in secrets if secret in told]
        if "Traceback (most" in told or "<b>x" in told:
            wrong.append((page, "shows what it should not"))
    assert not wrong
