"""Joining, signing in and out, as a browser does it; what an attacker tries instead."""

from __future__ import annotations

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import frappe
import pytest
import requests

from property_service.portal import accounts, sign_in
from property_service.property_service import access_codes
from property_service.tests.factories import make_occupancy, make_resident
from tests.portal.world import PASSWORD, Person, World

GIVE = "property_service.portal.desk.give_join_code"
NEW_PASSWORD = "Bamboo-Grove-77"


def given(world: World, who: str) -> dict:
    answer = world.person("desk").call(GIVE, resident=world.residents[who])
    assert answer.status_code == 200, answer.text
    return answer.json()["message"]


def someone(world: World) -> Person:
    return Person(world.server)


def is_in(person: Person) -> bool:
    return person.get("/resident/account").status_code == 200


@pytest.fixture(scope="module")
def newcomer(world: World) -> str:
    """A resident of the room without an account; his number is shared by nobody."""
    resident = make_resident(language="en", resident_name="Neo Newcomer")
    make_occupancy(frappe.get_doc("Property Unit", world.rooms["room"]), resident, "Family")
    world.residents["newcomer"], world.phones["newcomer"] = resident.name, resident.primary_phone
    frappe.db.commit()
    return resident.name


def test_the_way_of_a_newcomer(world: World, newcomer: str) -> None:
    """Joins with the code on paper, chooses a password, signs out and in again."""
    code, phone = given(world, "newcomer"), world.phones["newcomer"]
    person = someone(world)
    assert "csrf_token" not in person.get("/resident/join").text
    answer = person.post("/resident/join", phone=phone, code=code["code"], password=NEW_PASSWORD)
    assert (answer.status_code, answer.headers.get("Location")) == (301, "/resident"), answer.text[:500]
    first = person.http.cookies["sid"]
    assert first != "Guest" and is_in(person)
    frappe.db.rollback()
    world.people["newcomer"] = frappe.db.get_value("Resident", newcomer, "user")
    assert frappe.db.get_value("User", world.people["newcomer"], "user_type") == "Website User"

    answer = person.post("/resident/account", act="sign_out")
    assert answer.headers["Location"] == "/resident/sign-in"
    assert not is_in(person)

    answer = person.post("/resident/sign-in", act="password", phone=f"+86 {phone}", password=NEW_PASSWORD)
    assert answer.headers.get("Location") == "/resident"
    assert is_in(person) and person.http.cookies["sid"] not in ("Guest", first)


def test_the_qr_code_leads_to_the_join_page_and_needs_the_number(world: World) -> None:
    link = urlsplit(given(world, "tenant")["link"]).path
    person = someone(world)
    answer = person.get(link)
    assert answer.status_code in (301, 302, 303)
    page = answer.headers["Location"]
    assert page.startswith("/resident/join?t=")
    text = person.get(page).text
    assert 'name="token"' in text and 'name="code"' not in text
    token = parse_qs(urlsplit(page).query)["t"][0]
    refused = person.post("/resident/join", phone=world.phones["owner"], token=token)
    assert refused.status_code == 400 and "does" not in refused.headers.get("Location", "")
    assert not is_in(person)
    assert person.post("/resident/join", phone=world.phones["tenant"], token=token).headers["Location"] == "/resident"
    assert is_in(person)
    assert someone(world).get(link).status_code == 404
    assert someone(world).post("/resident/join", phone=world.phones["tenant"], token=token).status_code == 400


def test_one_code_opens_one_session_however_many_try_at_once(world: World) -> None:
    code, phone = (
        given(world, "tenant"),
        world.phones["tenant"],
    )
    people = [someone(world) for _number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda one: one.call("sign_in_by_code", phone=phone, code=code["code"]), people))
    assert sorted(answer.status_code for answer in answers).count(200) == 1, [a.text[:80] for a in answers]
    assert {answer.status_code for answer in answers} <= {200, 400, 409, 429}


def test_wrong_codes_end_a_code_although_each_is_refused(world: World) -> None:
    code, phone = given(world, "owner"), world.phones["owner"]
    stored = {"resident": world.residents["owner"], "used_at": ["is", "not set"]}
    frappe.db.rollback()
    frappe.db.set_value("Sign In Code", stored, "attempts", sign_in.MOST_ATTEMPTS[sign_in.JOIN] - 2)
    frappe.db.commit()
    wrong = f"{(int(code['code']) + 1) % 1_000_000:06d}"
    for _number in range(2):
        assert someone(world).call("sign_in_by_code", phone=phone, code=wrong).status_code == 400
    assert someone(world).call("sign_in_by_code", phone=phone, code=code["code"]).status_code == 400


def test_answers_are_the_same_for_numbers_nobody_has(world: World) -> None:
    """Text and status, for every way in, wrong each time."""

    def told(answer) -> tuple[int, str]:
        text = re.sub(r'value="[^"]*"', "", answer.text)
        return answer.status_code, text

    known, unknown = world.phones["neighbour"], f"138{secrets.randbelow(10**8):08d}"
    tries = [
        ("/resident/sign-in", {"act": "password", "password": "wrong password"}),
        ("/resident/sign-in", {"act": "code", "code": "000000"}),
        ("/resident/sign-in", {"act": "send"}),
        ("/resident/join", {"code": "000000", "password": NEW_PASSWORD}),
        ("/resident/join", {"token": "A" * 22}),
    ]
    for path, values in tries:
        person = someone(world)
        answers = [person.post(path, phone=phone, **values) for phone in (known, unknown)]
        assert told(answers[0]) == told(answers[1]), (path, values)
        assert answers[0].status_code == (200 if values.get("act") == "send" else 400)
        assert "Traceback" not in answers[0].text
    for method, values in (
        ("sign_in_by_password", {"password": "wrong password"}),
        ("sign_in_by_code", {"code": "12345"}),
        ("send_code", {}),
        ("join", {"code": ""}),
    ):
        person = someone(world)
        answers = [person.call(method, phone=phone, **values) for phone in (known, unknown)]
        bodies = [answer.json() for answer in answers]
        assert answers[0].status_code == answers[1].status_code
        for key in ("message", "_server_messages"):
            assert bodies[0].get(key) == bodies[1].get(key)


@pytest.mark.parametrize("phone", ["", "abc", "12", "'; drop table", "1" * 500, "<script>alert(1)</script>"])
def test_what_is_no_number_is_refused_with_a_sentence(world: World, phone: str) -> None:
    answer = someone(world).post("/resident/sign-in", act="password", phone=phone, password="x")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text and "<script>alert" not in answer.text


def test_two_people_with_one_number_choose_a_name(world: World) -> None:
    sister = make_resident(phone=world.phones["neighbour"], resident_name="Niu <b>Sister</b>")
    make_occupancy(frappe.get_doc("Property Unit", world.rooms["next_door"]), sister, "Family")
    world.residents["sister"] = sister.name
    frappe.db.commit()
    code = given(world, "sister")
    joined = someone(world)
    assert joined.call("join", phone=world.phones["neighbour"], code=code["code"], password=PASSWORD).status_code == 200
    frappe.db.rollback()
    world.people["sister"] = frappe.db.get_value("Resident", sister.name, "user")

    person = someone(world)
    answer = person.post(
        "/resident/sign-in",
        act="password",
        phone=world.phones["neighbour"],
        password=PASSWORD,
        next="/resident/account",
    )
    assert answer.status_code == 200 and "Niu Neighbour" in answer.text
    assert "<b>Sister" not in answer.text and "Niu" in answer.text
    assert not is_in(person)
    key = re.search(r'name="key" value="(\w+)"', answer.text)[1]
    assert person.post("/resident/sign-in", act="choose", key=key, resident=world.residents["owner"]).status_code == 400
    assert person.post("/resident/sign-in", act="choose", key="x" * 40, resident=sister.name).status_code == 400
    answer = person.post("/resident/sign-in", act="choose", key=key, resident=sister.name, next="/resident/account")
    assert answer.headers["Location"] == "/resident/account"
    assert person.http.cookies["user_id"].replace("%40", "@") == world.people["sister"]
    assert person.post("/resident/sign-in", act="choose", key=key, resident=sister.name).status_code in (301, 400)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example", "https://evil.example/resident", "/\\evil.example", "\\\\evil.example", "/app", "/login",
        "javascript:alert(1)", "/resident/../app", "/residents-of-evil", "/resident\n//evil", "/resident\\@evil", " /resident",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_signing_in(world: World, target: str) -> None:
    person = someone(world)
    answer = person.post(
        "/resident/sign-in", act="password", phone=world.phones["owner"], password=PASSWORD, next=target
    )
    # A path that climbs out of ours leads to a page that judges for itself; it stays on this site.
    allowed = {"/resident", target} if target == "/resident/../app" else {"/resident"}
    assert answer.headers["Location"] in allowed


def test_no_other_site_signs_somebody_in(world: World) -> None:
    person = someone(world)
    person.http.headers["Sec-Fetch-Site"] = "cross-site"
    values = {"phone": world.phones["owner"], "password": PASSWORD}
    assert person.post("/resident/sign-in", act="password", **values).status_code == 403
    assert person.call("sign_in_by_password", **values).status_code == 403
    assert "sid" not in person.http.cookies or person.http.cookies["sid"] == "Guest"


def test_forms_need_their_token_once_signed_in(world: World) -> None:
    person = Person(world.server, world.people["owner"])
    assert is_in(person)
    good, person.token = person.token, "wrong"
    # The platform answers a page without a token with a page of its own; what counts is that nothing is done.
    assert "Location" not in person.post("/resident/account", act="language", language="zh").headers
    assert person.call("set_language", language="zh").status_code == 400
    frappe.db.rollback()
    assert frappe.db.get_value("User", world.people["owner"], "language") == "en"
    person.token = good
    assert person.post("/resident/account", act="language", language="en").status_code == 301


def test_a_new_password_needs_the_old_one_and_ends_other_sessions(world: World) -> None:
    here, elsewhere = (Person(world.server, world.people["stranger"]) for _number in range(2))
    assert is_in(here) and is_in(elsewhere)
    for values in ({"password": NEW_PASSWORD}, {"password": NEW_PASSWORD, "current": "wrong password"}):
        assert here.post("/resident/account", act="password", **values).status_code == 400
    assert here.post("/resident/account", act="password", password="short", current=PASSWORD).status_code == 400
    answer = here.post("/resident/account", act="password", password=NEW_PASSWORD, current=PASSWORD)
    assert answer.headers["Location"] == "/resident/account?done=password"
    assert is_in(here) and not is_in(elsewhere)
    person = someone(world)
    sent = {"phone": world.phones["stranger"]}
    assert person.call("sign_in_by_password", password=PASSWORD, **sent).status_code == 400
    assert person.call("sign_in_by_password", password=NEW_PASSWORD, **sent).status_code == 200


def test_the_language_is_remembered(world: World) -> None:
    person = Person(world.server, world.people["owner"])
    for language, mark in (("zh", 'lang="zh-CN"'), ("en", 'lang="en"')):
        assert person.post("/resident/account", act="language", language=language).status_code == 301
        assert f"<html {mark}" in person.get("/resident/account").text
    assert person.post("/resident/account", act="language", language="fr").status_code == 400
    guest = someone(world)
    assert '<html lang="zh-CN"' in guest.get("/resident/sign-in?_lang=zh").text
    assert '<html lang="zh-CN"' in guest.get("/resident/sign-in").text


def test_staff_and_guests_do_not_use_the_acts_of_residents(world: World) -> None:
    for who in ("desk", "guest"):
        person = world.person(who)
        for method, values in (("set_language", {"language": "zh"}), ("set_password", {"password": NEW_PASSWORD})):
            assert person.call(method, **values).status_code in (401, 403), (who, method)


def test_access_taken_away_ends_the_session(world: World) -> None:
    person = Person(world.server, world.people["tenant"])
    assert is_in(person)
    assert world.person("desk").call("property_service.portal.desk.close_portal", resident=world.residents["tenant"]).ok
    assert not is_in(person)
    values = {"phone": world.phones["tenant"], "password": PASSWORD}
    assert someone(world).call("sign_in_by_password", **values).status_code == 400
    form = {"usr": world.people["tenant"], "pwd": PASSWORD}
    assert requests.post(f"{world.server}/api/method/login", form, timeout=30).status_code == 401
    frappe.db.rollback()
    accounts.open_portal(world.residents["tenant"])
    frappe.db.commit()


@pytest.mark.parametrize("who", ["owner", "neighbour", "desk", "far_desk", "technician", "guest"])
def test_a_scanned_code_leads_everybody_where_he_belongs(world: World, who: str) -> None:
    repair = world.repairs["mine"]
    token = access_codes.issue("Repair Request", "Repair Request", repair, world.homes["here"])
    frappe.db.commit()
    before = frappe.get_doc("Access Code", access_codes.find(token).name).as_dict()
    answer = (world.person(who) if who != "guest" else someone(world)).get(f"/q/{token}")
    assert answer.status_code in (301, 302, 303)
    where = answer.headers["Location"]
    expected = {
        "owner": f"/resident/repair?name={repair}",
        "neighbour": f"/resident/repair?name={repair}",
        "technician": f"/jobs?name={repair}",
        "guest": f"/resident/sign-in?next=/q/{token}",
    }
    assert where == expected.get(who) or (
        who.endswith("desk") and f"repair-request/{repair}" in where.lower().replace(repair.lower(), repair)
    ), where
    frappe.db.rollback()
    assert frappe.get_doc("Access Code", before.name).as_dict() == before


def test_codes_that_lead_nowhere_look_alike(world: World) -> None:
    values = ("Other", "Community", world.homes["here"], world.homes["here"])
    revoked, expired = access_codes.issue(*values), access_codes.issue(*values, valid_to="2020-01-01 00:00:00")
    access_codes.use_up(access_codes.find(revoked).name, "replaced")
    frappe.db.commit()
    for who in ("owner", "desk", "guest"):
        answers = [world.person(who).get(f"/q/{token}") for token in (revoked, expired, "A" * 22, "x", "%00", "a'b\"c")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.text for answer in answers}) == 1
