"""Events in the portal over HTTP, without JavaScript: seen, signed up for, cancelled, rated, by whom they concern; and the door."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import frappe
import pytest
from frappe.utils.password import update_password

from property_service.community_life import attendance, codes, events, registrations
from property_service.community_life.event_book import EVENT, REGISTRATION
from property_service.property_service.service_clock import site_now
from property_service.tests import factories as make
from tests.portal.world import PASSWORD, Person, World

API = "property_service.portal.event_api."
MOVED = (301, 302, 303)


@pytest.fixture(scope="module")
def fair(world: World) -> Iterator[SimpleNamespace]:
    """An open event for two persons with the door open soon, a draft, one that is over, one elsewhere; a guard here and there."""
    home, far = world.homes["here"], world.homes["there"]
    start = site_now() + timedelta(hours=1)

    def event(community: str = home, publish: bool = True, **values: object) -> str:
        doc = make.insert(
            EVENT,
            **{
                "title": "Soup & Songs <3",
                "community": community,
                "place": "Lawn",
                "starts_at": start,
                "ends_at": start + timedelta(hours=2),
                "capacity": 2,
                "most_persons": 2,
                "description": "<p>Bring a <b>spoon</b>.</p><script>alert(1)</script>",
                **values,
            },
        )
        return events.publish(doc.name).name if publish else doc.name

    made = SimpleNamespace(
        open=event(),
        draft=event(publish=False, title="Secret Plan"),
        over=event(title="Kite Day"),
        far=event(far, title="Far Away"),
        roomy=event(title="Fete", capacity=50),
    )
    for who, community in (("event_guard", home), ("far_event_guard", far)):
        world.people[who] = make.make_staff("Property Gate Guard", community=frappe._dict(name=community))
        update_password(world.people[who], PASSWORD)
    row = registrations.sign_up(made.over, world.residents["owner"], "", 1, "Administrator")
    attendance.check_in(row.name, "Administrator")
    doc = frappe.get_doc(EVENT, made.over)
    doc.db_set({"starts_at": site_now() - timedelta(hours=3), "ends_at": site_now() - timedelta(hours=1)})
    events.close_all()
    frappe.db.commit()
    yield made
    frappe.db.rollback()
    names = frappe.get_all(REGISTRATION, {"community": ["in", [home, far]]}, pluck="name")
    frappe.db.delete("__Auth", {"name": ["in", [*names, made.open, made.draft, made.over, made.far, made.roomy]]})
    for event_name in (made.open, made.draft, made.over, made.far, made.roomy):
        frappe.db.delete("Community Event Cost", {"parent": event_name})
    frappe.db.commit()


def post(world: World, who: str, event: str, **values: object):
    return world.person(who).post("/resident/event", event=event, **values)


def mine(world: World, who: str, event: str) -> frappe._dict:
    frappe.db.rollback()
    filters = {"event": event, "resident": world.residents[who], "status": ["!=", "Cancelled"]}
    return frappe.db.get_value(REGISTRATION, filters, ["name", "status", "persons", "unit"], as_dict=True)


def test_residents_sign_up_wait_and_move_up_without_a_script(world: World, fair: SimpleNamespace) -> None:
    listed = world.person("owner").get("/resident/events").text
    assert "Soup &amp; Songs &lt;3" in listed and "Kite Day" in listed
    assert "Secret Plan" not in listed and "Far Away" not in listed
    page = world.person("owner").get(f"/resident/event?name={fair.open}")
    assert page.status_code == 200 and "Bring a spoon." in page.text and "<script>alert" not in page.text
    for persons in ("0", "3", "-1", "x"):
        refused = post(world, "owner", fair.open, act="sign_up", persons=persons, unit=world.rooms["room"])
        assert refused.status_code == 400 and 'role="alert"' in refused.text, persons
    foreign = post(world, "owner", fair.open, act="sign_up", persons="1", unit=world.rooms["next_door"])
    assert foreign.status_code == 400
    assert not mine(world, "owner", fair.open)

    done = post(world, "owner", fair.open, act="sign_up", persons="2", unit=world.rooms["shop"], note="Wheelchair")
    assert done.status_code in MOVED, done.text[-500:]
    row = mine(world, "owner", fair.open)
    assert (row.status, row.persons, row.unit) == ("Registered", 2, world.rooms["shop"])
    shown = world.person("owner").get(done.headers["Location"]).text
    assert "You have 2 places" in shown and "<svg role" in shown and "Thank you. You are signed up." in shown
    assert "Soup &amp;" in world.person("owner").get("/resident").text
    again = post(world, "owner", fair.open, act="sign_up", persons="1", unit=world.rooms["room"])
    assert again.status_code == 400 and "signed up already" in again.text

    assert post(world, "tenant", fair.open, act="sign_up", persons="1", unit=world.rooms["room"]).status_code in MOVED
    waits = world.person("tenant").get(f"/resident/event?name={fair.open}").text
    assert "You are number 1 on the waiting list" in waits
    assert post(world, "owner", fair.open, act="cancel", name=row.name).status_code in MOVED
    assert mine(world, "tenant", fair.open).status == "Registered"
    # Residents are written to in Chinese unless they have said otherwise.
    assert "候补成功" in world.person("tenant").get("/resident/messages").text
    twice = post(world, "owner", fair.open, act="cancel", name=row.name)
    assert twice.status_code == 409 and "cancelled already" in twice.text


def test_others_see_and_change_nothing(world: World, fair: SimpleNamespace) -> None:
    if not mine(world, "neighbour", fair.open):
        post(world, "neighbour", fair.open, act="sign_up", persons="1", unit=world.rooms["next_door"])
    theirs = mine(world, "neighbour", fair.open)
    for who in ("owner", "stranger", "gone"):
        person = world.person(who)
        person.get("/resident/account")
        for act in ("cancel", "feedback"):
            sent = {"name": theirs.name, **({"stars": 5} if act == "feedback" else {})}
            assert person.call(f"{API}{act}", **sent).status_code == 403, (who, act)
    for who in ("stranger", "gone"):
        person = world.person(who)
        for path in (f"/resident/event?name={fair.open}", f"/api/method/{API}calendar?event={fair.open}"):
            told = person.get(path)
            assert told.status_code == 403 and "Songs" not in told.text, (who, path)
        assert person.call(f"{API}sign_up", event=fair.open, persons=1).status_code == 403
        assert person.get(f"/resident/event?name={fair.draft}").status_code == 403
    assert world.person("owner").get(f"/resident/event?name={fair.draft}").status_code == 403
    assert mine(world, "neighbour", fair.open).status in ("Registered", "Waiting")


def test_the_calendar_file_and_a_picture_that_is_not_there(world: World, fair: SimpleNamespace) -> None:
    answer = world.person("owner").get(f"/api/method/{API}calendar?event={fair.open}")
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/calendar")
    assert f'filename="{fair.open}.ics"' in answer.headers["Content-Disposition"]
    text = answer.content.decode()
    assert text.startswith("BEGIN:VCALENDAR\r\n") and f"UID:{fair.open}@" in text
    assert world.person("owner").get(f"/api/method/{API}photo?event={fair.open}").status_code == 404


def test_who_came_says_how_it_was_once(world: World, fair: SimpleNamespace) -> None:
    page = world.person("owner").get(f"/resident/event?name={fair.over}").text
    assert 'name="stars"' in page
    row = mine(world, "owner", fair.over)
    assert post(world, "owner", fair.over, act="feedback", name=row.name, stars="9").status_code == 400
    sent = {"act": "feedback", "name": row.name, "stars": "4", "text": "Nice < kites"}
    assert post(world, "owner", fair.over, **sent).status_code in MOVED
    shown = world.person("owner").get(f"/resident/event?name={fair.over}").text
    assert "Your rating: 4 of 5 stars" in shown and "Nice &lt; kites" in shown
    assert post(world, "owner", fair.over, **sent).status_code == 409
    assert 'name="stars"' not in world.person("tenant").get(f"/resident/event?name={fair.over}").text


def test_a_code_leads_each_scanner_where_he_belongs_and_changes_nothing(world: World, fair: SimpleNamespace) -> None:
    if not mine(world, "tenant", fair.open):
        post(world, "tenant", fair.open, act="sign_up", persons="1", unit=world.rooms["room"])
    frappe.db.rollback()
    row = mine(world, "tenant", fair.open)
    own, poster = codes.token_of(REGISTRATION, row.name), codes.token_of(EVENT, fair.open)
    assert own and poster
    for who in ("event_guard", "desk", "manager"):
        led = world.person(who).get(f"/q/{own}")
        assert led.status_code in MOVED and f"/event-check-in?code={own}" in led.headers["Location"], who
    for token in (own, poster):
        page = world.person("event_guard").get(f"/event-check-in?code={quote(token)}")
        assert page.status_code == 200 and fair.open in page.text
        assert "no-store" in page.headers["Cache-Control"]
        assert (row.name in page.text) is (token == own)
        led = world.person("owner").get(f"/q/{token}")
        assert led.status_code in MOVED and f"/resident/event?name={fair.open}" in led.headers["Location"]
    led = Person(world.server).get(f"/q/{own}")
    assert led.status_code in MOVED and "/resident/sign-in" in led.headers["Location"]
    for who in ("technician", "far_event_guard"):
        assert world.person(who).get(f"/q/{own}").status_code == 404, who
        told = world.person(who).get(f"/event-check-in?code={quote(own)}")
        assert fair.open not in told.text and row.name not in told.text, who
    assert mine(world, "tenant", fair.open) == row


def test_the_door_is_a_page_for_guards_the_desk_and_managers(world: World, fair: SimpleNamespace) -> None:
    guard = world.person("event_guard")
    assert "Soup &amp;" in guard.get("/event-check-in").text
    page = guard.get(f"/event-check-in?event={fair.open}")
    assert page.status_code == 200 and 'id="boot"' in page.text
    assert Person(world.server).get("/event-check-in").headers["Location"].startswith("/login")
    for who in ("owner", "technician"):
        assert world.person(who).get(f"/event-check-in?event={fair.open}").status_code == 403, who
    assert fair.open not in world.person("far_event_guard").get(f"/event-check-in?event={fair.open}").text


@pytest.mark.browser
def test_who_did_not_sign_up_is_found_by_room_let_in_and_taken_back(
    world: World, fair: SimpleNamespace, browser: Any
) -> None:
    building = make.make_building(frappe.get_doc("Community", world.homes["here"]), building_no="93")
    world.residents["walker"] = make.make_resident(make.make_unit(building, room_no="4711"), resident_name="Wu").name
    frappe.db.commit()
    context = browser.new_context(viewport={"width": 390, "height": 844})
    login = {"usr": world.people["desk"], "pwd": PASSWORD}
    assert context.request.post(f"{world.server}/api/method/login", form=login).ok
    page = context.new_page()
    page.set_default_timeout(60_000)
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{world.server}/event-check-in?event={fair.roomy}")
    page.fill("#find", "93-4711")
    page.click("#others button")
    page.locator("#others li .button").first.click()
    page.locator("#parties li.came").wait_for()
    came = {"event": fair.roomy, "is_walk_in": 1}
    frappe.db.rollback()
    assert frappe.get_all(REGISTRATION, came, pluck="status") == ["Attended"]
    page.click("#parties li.came .link")
    page.locator("#parties li.came").wait_for(state="detached")
    frappe.db.rollback()
    assert "Attended" not in frappe.get_all(REGISTRATION, came, pluck="status")
    assert not failures
    context.close()
