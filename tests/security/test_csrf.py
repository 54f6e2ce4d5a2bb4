"""No other site acts in somebody's name: what changes something takes a POST with the session's own token, by endpoint and by form.

Before signing in there is no token; there the browser says which site a form came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from tests import figures
from tests.portal.world import PASSWORD, Person, World, make_world, remove_world
from tests.security.test_endpoints import SIGNED, changed, load_endpoints, snapshot

WWW = Path(__file__).parents[2] / "property_service" / "www"
ACCOUNT = "property_service.portal.account_api."
# A page of each that hands out the token of the session.
TOKEN_PAGES = {"owner": "/resident/account", "manager": "/app"}
REFUSED = (400, 401, 403, 405)
# Forms that are sent before anybody has signed in.
GUEST_FORMS = {"/resident/join", "/resident/sign-in"}


@pytest.fixture(scope="module")
def world(server: str) -> Iterator[World]:
    made = make_world(server)
    try:
        for who, page in TOKEN_PAGES.items():
            answer = made.person(who).get(page)
            assert "csrf_token" in answer.text, (who, answer.status_code)
        yield made
    finally:
        remove_world(made)


def forms() -> dict[str, list[str]]:
    """Address of every page that takes its own POST → the acts it knows."""
    found = {}
    for path in sorted(WWW.rglob("*.py")):
        code = path.read_text(encoding="utf-8")
        if "is_post()" in code:
            template = path.with_name(path.stem.replace("_", "-") + ".html")
            page = template if template.exists() else path.with_suffix(".html")
            address = "/" + str(page.relative_to(WWW).with_suffix(""))
            found[address] = re.findall(r'^    "(\w+)": ', code, re.M) or [""]
    return found


def caller_of(world: World, path: str) -> Person:
    return world.person("owner" if path.startswith("portal.") and ".desk." not in path else "manager")


def test_there_are_endpoints_and_forms_to_judge() -> None:
    assert len(load_endpoints()) > 200
    assert len(forms()) >= 14 and GUEST_FORMS <= set(forms())


def test_what_changes_something_is_not_reached_by_a_link(world: World) -> None:
    """A GET, or a HEAD, of every endpoint that is for POST."""
    before, wrong = snapshot(), []
    for path, call in load_endpoints().items():
        if "GET" in call.methods:
            continue
        figures.count("attacks tried")
        answer = caller_of(world, path).call(f"property_service.{path}", "GET")
        if answer.status_code not in REFUSED or answer.status_code == 400:
            wrong.append((path, answer.status_code))
    assert not wrong
    assert not changed(before)


def test_no_endpoint_takes_a_post_without_the_sessions_token(world: World) -> None:
    """Without any, and with a wrong one, in turn."""
    before, wrong, tokens = snapshot(), [], cycle(("", "0" * 56))
    kept = {who: world.person(who).token for who in TOKEN_PAGES}
    try:
        for path, call in load_endpoints().items():
            if "POST" not in call.methods:
                continue
            figures.count("attacks tried")
            person = caller_of(world, path)
            person.token = next(tokens)
            answer = person.call(f"property_service.{path}")
            if answer.status_code != 400 or "CSRFTokenError" not in answer.text + str(answer.headers):
                wrong.append((path, answer.status_code, answer.text[:100]))
    finally:
        for who, real in kept.items():
            world.person(who).token = real
    assert not wrong
    assert not changed(before)


def test_the_same_call_with_the_token_comes_through(world: World) -> None:
    """Else the refusals would prove nothing."""
    person = Person(world.server, world.people["owner"])
    person.get("/resident/account")
    assert person.token and person.call("mark_read").status_code == 200


def test_no_form_is_taken_without_the_token(world: World) -> None:
    before, wrong, tokens = snapshot(), [], cycle(("", "0" * 56))
    person = Person(world.server, world.people["owner"])
    person.get("/resident/account")
    mine = {"name": world.repairs["mine"], "unit": world.rooms["room"], "category": world.categories["water"]}
    for page, acts in forms().items():
        for act in acts:
            figures.count("attacks tried")
            sent = {
                **mine,
                "act": act,
                "csrf_token": next(tokens),
                "description": "It drips",
                "reason": "no",
                "stars": "1",
            }
            answer = person.http.post(f"{world.server}{page}", data=sent, timeout=60, allow_redirects=False)
            if "Location" in answer.headers:
                wrong.append((page, act, answer.status_code))
    assert not wrong
    assert not changed(before)


# Before signing in


def ways_of(method: str) -> dict[str, str]:
    """Every address the platform answers a method at."""
    return {
        "v1": f"/api/method/{method}",
        "v1 by name": f"/api/v1/method/{method}",
        "v2": f"/api/v2/method/{method}",
        "cmd": f"/?cmd={method}",
        "cmd of a page": f"/login?cmd={method}",
        "slashes": f"//api/method/{method}",
    }


def test_no_other_site_uses_what_guests_may_call(world: World) -> None:
    """Signing somebody in to an account of one's own, by whatever address; the same from our own pages is taken."""
    values = {"phone": world.phones["owner"], "password": PASSWORD, "key": "x", "resident": "x", "code": "000000"}
    wrong, taken = [], 0
    for path, call in load_endpoints().items():
        if not call.guest_because or path in SIGNED:
            continue
        assert f"property_service.{path}".startswith(ACCOUNT), f"{path} is open to guests and not judged here"
        names = call.endpoint.__code__.co_varnames[: call.endpoint.__code__.co_argcount]
        for way, address in ways_of(f"property_service.{path}").items():
            sent = {name: values[name] for name in names if name in values}
            for origin in ("cross-site", "same-origin")[: 2 if path.endswith("by_password") else 1]:
                person = Person(world.server)
                headers = {"Sec-Fetch-Site": origin}
                figures.count("attacks tried")
                answer = person.http.post(
                    f"{world.server}{address}", data=sent, headers=headers, timeout=60, allow_redirects=False
                )
                signed_in = person.http.cookies.get("sid", "Guest") != "Guest"
                if origin == "cross-site" and (answer.status_code < 400 or signed_in):
                    wrong.append((path, way, answer.status_code))
                taken += origin == "same-origin" and signed_in
    assert not wrong
    assert taken


@pytest.mark.parametrize("page", sorted(GUEST_FORMS))
def test_no_other_site_sends_the_forms_of_guests(world: World, page: str) -> None:
    person: Any = Person(world.server)
    person.http.headers["Sec-Fetch-Site"] = "cross-site"
    sent = {"act": "password", "phone": world.phones["owner"], "password": PASSWORD, "code": "000000"}
    for address in (page, f"/{page}", f"{page}.html", f"{page}/"):
        answer = person.post(address, **sent)
        assert person.http.cookies.get("sid", "Guest") == "Guest", (address, answer.status_code)
