"""Codes, tokens and passwords are not found by guessing, and an estate behind one address still gets in.

What a guesser may try, against how many values there are:

- Token of an Access Code (QR codes of tracking, joining, doors, passes, events, labels): 2^128 values. A million tries a second for a
  hundred years against a million tokens that hold find one with a chance of 10^-17: no limit is needed.
- Key to choose a name: 62^40 values for five minutes.
- Code of the desk for joining: 10^6 values, 20 tries for each code that the desk hands out, so that those who share a phone do not use up
  each other's: 20 in a million for each, whatever the guesser does.
- Code sent by short message: 10^6 values. Five tries for each code, the newest code of a number only, and no more than 30 codes
  that nobody used in 30 days (5 an hour, 10 a day): 150 guesses in 30 days, 1,826 a year: 0.18 % a year for one number under attack
  all year, whose holder gets a message each time. From one address 1,200 tries and codes a day for all numbers together.
- Password: 10 wrong ones an hour for a number, 600 an hour and 1,200 a day for an address: 87,600 a year where
  `check_new_password` refuses what is easily guessed.
- Code to type of a checkpoint: 29^7 values, of which the hint on the phone leaves 263,000. 10 wrong ones an hour, 20 a day, 60 in 30 days
  for a patroller: 730 a year, 0.28 %; and the leader sees at once that nobody else types.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from unittest.mock import patch

import frappe
import pytest
import requests

from property_service.patrol import records, typed_codes
from property_service.portal import accounts, sign_in
from property_service.property_service import access_codes, access_tokens, tries
from property_service.property_service.errors import InputRefused, TooMany
from property_service.tests import factories as make
from property_service.tests import patrol_factories as patrol
from tests import figures
from tests.portal.world import PASSWORD, Person, World, make_world, remove_world

HOUR, DAY = 3600, 86400
MONTHS_A_YEAR = 365.25 / 30
ESTATE = 60


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moment the limits go by, to be moved; it begins in a window nobody else counts in."""
    begin = 40 * 365 * DAY + secrets.randbelow(10**6) * 30 * DAY
    moment = [float(begin)]
    monkeypatch.setattr(tries.time, "time", lambda: moment[0])
    return moment


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address all calls of this test come from."""
    found = f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.7"
    monkeypatch.setattr(frappe.local, "request_ip", found, raising=False)
    return found


def number() -> str:
    return f"138{secrets.randbelow(10**8):08d}"


def test_codes_sent_are_guessed_a_few_times_a_month_only(
    clock: list[float], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guesser who asks for codes and tries all he may, at every hour that gives him more: comparisons with a code that holds."""
    resident = make.make_resident(make.make_unit())
    make.make_portal_user(resident)
    compared = []

    def matches(text: object, stored: str | None) -> bool:
        compared.append(bool(stored))
        return False

    monkeypatch.setattr(sign_in, "code_matches", matches)
    monkeypatch.setattr(sign_in, "sms_is_set_up", lambda: True)
    monkeypatch.setattr(sign_in, "enqueue_later", lambda *args, **options: None)
    monkeypatch.setattr(frappe.db, "commit", lambda: None)
    for hour in (0, 1, 2, 24, 25, 26, 48, 49, 72, 96):
        with patch.object(tries.time, "time", lambda hour=hour: clock[0] + hour * HOUR):
            for act in [lambda: sign_in.send_code(resident.primary_phone)] * 8 + [
                lambda: sign_in.residents_by_code(resident.primary_phone, "123456")
            ] * 15:
                figures.count("attacks tried")
                try:
                    act()
                except (InputRefused, TooMany):
                    pass
    month = sum(compared)
    assert 0 < month <= 150
    assert month * MONTHS_A_YEAR / 10**access_tokens.CODE_DIGITS < 0.002


def test_codes_of_the_desk_are_guessed_a_few_times_only(
    clock: list[float], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Seven codes of one number, tried at all hours of the week they hold: the five newest 20 times each; two more once those have ended."""
    unit, phone, compared = make.make_unit(), number(), []
    for _number in range(7):
        sign_in.make_join_code(make.make_resident(unit, "Family", phone=phone).name, phone, unit.community)
    monkeypatch.setattr(sign_in, "code_matches", lambda text, stored: compared.append(bool(stored)))
    monkeypatch.setattr(frappe.db, "commit", lambda: None)
    for hour in range(5):
        with patch.object(tries.time, "time", lambda hour=hour: clock[0] + hour * HOUR):
            for _number in range(11):
                figures.count("attacks tried")
                with pytest.raises((InputRefused, TooMany)):
                    sign_in.residents_by_code(phone, "123456")
    assert sum(compared) == 7 * sign_in.MOST_ATTEMPTS[sign_in.JOIN]
    assert sum(compared) / 7 / 10**access_tokens.CODE_DIGITS <= 20e-6


def test_a_new_code_ends_the_one_before(clock: list[float], address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    resident = make.make_resident(make.make_unit())
    make.make_portal_user(resident)
    sent: list[str] = []
    monkeypatch.setattr(sign_in, "sms_is_set_up", lambda: True)
    monkeypatch.setattr(sign_in, "enqueue_later", lambda *args, code, **options: sent.append(code))
    monkeypatch.setattr(frappe.db, "commit", lambda: None)
    for _number in range(2):
        sign_in.send_code(resident.primary_phone)
    if sent[0] != sent[1]:
        with pytest.raises(InputRefused):
            sign_in.residents_by_code(resident.primary_phone, sent[0])
    assert sign_in.residents_by_code(resident.primary_phone, sent[1]) == (resident.name,)


def test_who_uses_his_codes_gets_as_many_as_he_wants(
    clock: list[float], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = make.make_resident(make.make_unit())
    make.make_portal_user(resident)
    sent: list[str] = []
    monkeypatch.setattr(sign_in, "sms_is_set_up", lambda: True)
    monkeypatch.setattr(sign_in, "enqueue_later", lambda *args, code, **options: sent.append(code))
    for _number in range(12):
        sign_in.send_code(resident.primary_phone)
        assert sign_in.residents_by_code(resident.primary_phone, sent[-1]) == (resident.name,)


def test_no_code_is_made_where_no_message_can_carry_it(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It could only be guessed."""
    resident = make.make_resident(make.make_unit())
    make.make_portal_user(resident)
    monkeypatch.setattr(sign_in, "sms_is_set_up", lambda: False)
    before = frappe.db.count(sign_in.DOCTYPE)
    sign_in.send_code(resident.primary_phone)
    assert frappe.db.count(sign_in.DOCTYPE) == before


def test_an_address_is_stopped_whatever_numbers_it_tries(
    clock: list[float], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """600 wrong tries an hour, 1,200 a day; the next day it may try again, and others may all the time."""
    monkeypatch.setattr(sign_in, "_people_of", lambda phone: ())
    monkeypatch.setattr(accounts, "password_matches", lambda user, password: False)

    def judged(calls: int) -> int:
        count = 0
        for _number in range(calls):
            try:
                sign_in.residents_by_password(number(), "wrong password")
            except InputRefused:
                count += 1
            except TooMany:
                pass
        figures.count("attacks tried", calls)
        return count

    assert judged(650) == 600
    clock[0] += HOUR
    assert judged(650) == 600
    clock[0] += HOUR
    assert judged(20) == 0
    with patch.object(frappe.local, "request_ip", "10.250.250.250"):
        assert judged(1) == 1
    clock[0] += DAY
    assert judged(20) == 20


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:eeee:dddd:cccc", True),  # a household has 2^64 of them
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:10.1.2.3", "10.1.2.3", True),
        ("nonsense-1", "nonsense-2", True),
        ("6.6.6.6, 10.1.2.3", "7.7.7.7,10.1.2.3", True),
        ("10.1.2.3", "10.1.2.4", False),
    ],
)
def test_what_counts_as_one_address(site: str, one: str, other: str, same: bool) -> None:
    assert (tries.network_of(one) == tries.network_of(other)) is same


def test_more_proxies_of_ones_own_are_named_in_the_sites_configuration(site: str) -> None:
    with patch.dict(frappe.local.conf, {"property_service_proxies": 2}):
        assert tries.network_of("6.6.6.6, 10.1.2.3, 10.0.0.1") == "10.1.2.3"
        assert tries.network_of("10.1.2.3") == "10.1.2.3"


# Over HTTP


@pytest.fixture(scope="module")
def world(server: str) -> Iterator[World]:
    made = make_world(server)
    try:
        yield made
    finally:
        remove_world(made)


def called(world: World, forwarded: str, **values: str) -> requests.Response:
    path = f"{world.server}/api/method/property_service.portal.account_api.sign_in_by_password"
    figures.count("attacks tried")
    return requests.post(path, data=values, headers={"X-Forwarded-For": forwarded}, timeout=60)


def test_a_forged_header_is_no_new_address(world: World) -> None:
    """The nearest proxy adds the caller's address at the end; what stands before it, anybody can write."""
    real = f"10.{secrets.randbelow(256)}.{secrets.randbelow(256)}.9"
    for key in tries.Tries(tries.BY_DAY, address=(real, 600)).counts:
        frappe.cache.incrby(key, 600)
    told = set()
    for forged in ("", "1.2.3.4, ", "127.0.0.1, ", f"{secrets.token_hex(4)}, ", "::1,", "1.2.3.4, 5.6.7.8, "):
        for phone in (world.phones["owner"], number()):
            answer = called(world, forged + real, phone=phone, password="wrong password")
            told.add((answer.status_code, answer.json().get("_server_messages")))
    assert [status for status, _said in told] == [429], told
    assert called(world, "10.251.251.251", phone=world.phones["owner"], password=PASSWORD).status_code == 200


def test_an_estate_behind_one_address_gets_in(world: World, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixty residents within minutes, the whole house on one network, every fifth mistypes first; while somebody there guesses."""
    monkeypatch.setattr(frappe.db, "commit", lambda: None)
    unit = frappe.get_doc("Property Unit", world.rooms["room"])
    victim, let_in, stopped = world.phones["neighbour"], [], 0
    for number_of in range(ESTATE):
        resident = make.make_resident(unit, "Family")
        code = sign_in.make_join_code(resident.name, resident.primary_phone, unit.community)[0]
        if number_of % 5 == 0:
            with pytest.raises(InputRefused):
                sign_in.residents_by_code(resident.primary_phone, f"{(int(code) + 1) % 1_000_000:06d}")
        if number_of % 4 == 0:
            with pytest.raises((InputRefused, TooMany)) as refusal:
                sign_in.residents_by_code(victim, "000000")
            stopped += refusal.type is TooMany
            figures.count("attacks tried")
        let_in += sign_in.residents_by_code(resident.primary_phone, code)
    assert (len(set(let_in)), stopped) == (ESTATE, ESTATE // 4 - 10)
    # Such an hour leaves room for more, over HTTP as well.
    person = Person(world.server)
    person.http.headers["X-Forwarded-For"] = address
    answer = person.call("sign_in_by_password", phone=world.phones["owner"], password=PASSWORD)
    assert answer.status_code == 200


def test_a_guessed_token_or_key_leads_nowhere(world: World) -> None:
    guest = Person(world.server)
    pages = {guest.get(f"/q/{access_tokens.new_token()}").status_code for _number in range(10)}
    keys = {
        guest.call("choose_person", key=secrets.token_hex(20), resident=world.residents["owner"]).status_code
        for _number in range(5)
    }
    figures.count("attacks tried", 15)
    assert (pages, keys) == ({404}, {400})


# Checkpoints


def test_the_code_of_a_label_is_not_guessed(clock: list[float]) -> None:
    """Wrong ones are counted by patroller, right ones are not; once he is stopped the right one is of no use either, a scan is."""
    community = make.make_community()
    patroller = patrol.make_patroller(community)
    route = patrol.make_route(community.name, 1)
    task, checkpoint = patrol.make_round(route, patroller), route.points[0].checkpoint
    right = frappe.db.get_value("Patrol Checkpoint", checkpoint, "typed_code")

    def judged(code: str, calls: int) -> int:
        count = 0
        for _number in range(calls):
            try:
                records.record(patrol.make_order(task, checkpoint, typed_code=code), patroller)
            except InputRefused:
                count += 1
            except TooMany:
                pass
        figures.count("attacks tried", calls)
        return count

    wrong = typed_codes.new_typed_code()
    while wrong == right:
        wrong = typed_codes.new_typed_code()
    assert judged(wrong, 12) == 10
    with pytest.raises(TooMany):
        records.record(patrol.make_order(task, checkpoint, typed_code=right), patroller)
    clock[0] += HOUR
    assert [judged(wrong, 12), *(_next_day(clock, judged, wrong) for _day in range(3))] == [10, 20, 20, 0]
    left = 29**7 / 16**4
    assert 60 * MONTHS_A_YEAR / left < 0.003
    token = access_codes.issue("Checkpoint", "Patrol Checkpoint", checkpoint, community.name)
    assert records.record(patrol.make_order(task, checkpoint, token=token, typed_code=""), patroller)["name"]


def _next_day(clock: list[float], judged: object, wrong: str) -> int:
    clock[0] += DAY
    first = judged(wrong, 12)
    clock[0] += HOUR
    second = judged(wrong, 12)
    clock[0] -= HOUR
    return first + second


# What is stored


# DocType.field → how a secret is kept there.
KEPT = {
    "Access Code.token_hash": "hashed: SHA-256 of 128 random bits",
    "Sign In Code.code_hash": "hashed with salt, slowly",
    "Sign In Code.phone_hash": "keyed hash of a number",
    "Property Service Settings.payment_secret": "encrypted by the platform",
    "Patrol Checkpoint.typed_code": "plain, for managers only: the label is printed from it",
    "Resident.identity_hash": "keyed hash of a number",
    "Resident.identity_number": "encrypted by the platform",
}


def test_every_field_that_holds_a_secret_is_named_with_how_it_is_kept(site: str) -> None:
    modules = frappe.get_module_list("property_service")
    fields = frappe.get_all(
        "DocField",
        {"parent": ["in", frappe.get_all("DocType", {"module": ["in", modules]}, pluck="name", order_by="name asc")]},
        ["parent", "fieldname", "fieldtype"],
        order_by="parent asc, idx asc",
    )
    words = ("token", "secret", "password", "_hash", "typed_code", "pin_code")
    found = {
        f"{row.parent}.{row.fieldname}"
        for row in fields
        if row.fieldtype == "Password" or any(word in row.fieldname for word in words)
    }
    assert found == set(KEPT)


def test_tokens_and_codes_have_their_room_and_are_not_stored(site: str) -> None:
    community = make.make_community()
    token = access_codes.issue("Other", "Community", community.name, community.name)
    assert len(token) * 6 >= 128 and access_tokens.TOKEN_BYTES * 8 == 128
    row = frappe.db.get_value("Access Code", access_codes.find(token).name, "*", as_dict=True)
    assert token not in str(row) and row.token_hash == access_tokens.token_hash(token)
    drawn = {access_tokens.new_token() for _number in range(1000)}
    assert len(drawn) == 1000
    assert len({access_tokens.code_hash("123456") for _number in range(3)}) == 3, "each with its salt"
    assert len({access_tokens.new_code() for _number in range(1000)}) > 990
