"""Every endpoint under a rain of calls that are nearly right: only 2xx and 4xx, nothing told, nothing written by a refusal.

What may be called, and with what, is read from the app; a failure prints its smallest call and the command to make it again.
More calls than the suite's: FUZZ_CALLS=20000 (see settings.py).
"""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import frappe
import pytest
import requests
from hypothesis import strategies as st

from property_service.property_service.errors import NotAllowedNow
from tests.fuzz.client import Call, Caller
from tests.fuzz.judge import Judge, WrongAnswer, find_wrong
from tests.fuzz.settings import CALLS, REPLAY
from tests.fuzz.strategies import Words, broken_bodies, calls, fieldnames
from tests.security.test_endpoints import ARGUMENTS, PORTAL, load_endpoints
from tests.security.test_whitelisted import CALLS as WHITELISTED_CALLS
from tests.security.test_whitelisted import WITHOUT_ENDPOINT

# Who calls: those who get furthest come oftener.
RESIDENTS = ("owner", "owner", "owner", "owner", "neighbour", "guest", "desk")
STAFF = ("manager", "manager", "manager", "desk", "desk", "technician", "cashier", "owner", "guest")
# Of the calls: the endpoints' share; pages, lists, downloads and broken bodies share the rest (test_fuzz_pages.py).
SHARE = 0.75
# Own affairs have no expectation in the walks: what a real call of them names.
OWN: dict[str, dict[str, Any]] = {
    "portal.account_api.sign_in_by_password": {"phone": "{phone_owner}", "password": "Lotus-Pond-42"},
    "portal.account_api.send_code": {"phone": "{phone_owner}"},
}


@pytest.fixture(scope="module")
def words(caller: Caller) -> Words:
    return Words(list(caller.words), fieldnames())


def ways(words: Words) -> list[tuple[str, st.SearchStrategy[Call]]]:
    """Endpoint → its calls, for all the app has."""
    found = []
    for path, call in sorted(load_endpoints().items()):
        real = {**ARGUMENTS, **PORTAL}.get(path)
        if real is None:
            real = OWN.get(path, real_of(call.endpoint))
        people = RESIDENTS if path in PORTAL or path.startswith("portal.") else STAFF
        found.append((path, calls(path, call.endpoint, call.methods, real, words, people)))
    return found


def real_of(function: Any) -> dict[str, Any]:
    needed = [name for name, p in inspect.signature(function).parameters.items() if p.default is p.empty]
    return dict.fromkeys(needed, "{phone_owner}")


def test_endpoints_answer_whatever_they_are_sent(judge: Judge, words: Words) -> None:
    found = ways(words)
    wrong = find_wrong(judge, found, int(CALLS * SHARE))
    assert not wrong, "\n".join(wrong)
    limited = judge.statuses["429"]
    assert limited < 0.05 * judge.calls, f"limits swallow {limited} of {judge.calls} calls"


def test_most_endpoints_are_really_entered(judge: Judge) -> None:
    """Else all of it would be stopped at the door, and prove nothing."""
    entered = {path for path in judge.taken if path.startswith("/api/method/property_service.")}
    assert len(entered) > 0.4 * len(load_endpoints()), sorted(entered)


def test_bodies_that_are_none_are_refused(judge: Judge, words: Words) -> None:
    paths = sorted(path for path, call in load_endpoints().items() if "POST" in call.methods)
    wrong = find_wrong(judge, [("bodies", st.sampled_from(paths).flatmap(broken_bodies))], int(CALLS * 0.03))
    assert not wrong, "\n".join(wrong)


def test_the_payment_callback_answers_whatever_is_signed(judge: Judge, words: Words) -> None:
    from property_service.fees.payment_api import payment_callback

    real = {**ARGUMENTS["fees.payment_api.payment_callback"], "timestamp": "<now>", "signature": "<signed>"}
    strategy = calls("fees.payment_api.payment_callback", payment_callback.endpoint, ("POST",), real, words, ("guest",))
    wrong = find_wrong(judge, [("signed callbacks", strategy)], int(CALLS * 0.03))
    assert not wrong, "\n".join(wrong)


def test_what_is_whitelisted_besides_answers_whatever_it_is_sent(judge: Judge, words: Words) -> None:
    """Exports and the searches of link fields."""
    reals = {method: arguments for method, arguments in WHITELISTED_CALLS if method in WITHOUT_ENDPOINT}
    found = []
    for method in sorted(WITHOUT_ENDPOINT):
        module, _dot, name = method.rpartition(".")
        if name == "decorate":
            continue
        function = inspect.unwrap(getattr(importlib.import_module(module), name))
        real = reals.get(method, {"doctype": "Resident", "txt": "", "name": "{resident}"})
        path = method.removeprefix("property_service.")
        found.append((path, calls(path, function, ("GET", "POST"), real, words, ("desk", "manager", "owner", "guest"))))
    wrong = find_wrong(judge, found, int(CALLS * 0.06))
    assert not wrong, "\n".join(wrong)


def test_a_call_is_replayed(judge: Judge) -> None:
    """The one named in the environment, else a plain one."""
    text = REPLAY or Call("guest", "GET", "/api/method/ping", "query").text
    call = Call.read(text)
    assert Call.read(call.text) == call
    print(judge.try_one(call))


# That the calls would notice


def test_calls_are_answered_as_over_http(caller: Caller, house: Any) -> None:
    """The same person, the same call: by the web server and in this process."""
    for who, path, sent in (
        ("guest", "repairs.api.timeline", {"name": "{request}"}),
        ("owner", "portal.api.urge", {"name": "x"}),
        ("owner", "repairs.api.timeline", {"name": "{request}"}),
        ("desk", "repairs.api.timeline", {"name": "{request}"}),
        ("desk", "repairs.api.timeline", {}),
        ("far_desk", "repairs.api.timeline", {"name": "{request}"}),
        ("manager", "front_desk.api.scripts", {}),
    ):
        verb = load_endpoints()[path].methods[0]
        method = f"property_service.{path}"
        call = Call(who, verb, f"/api/method/{method}", "query" if verb == "GET" else "form", tuple(sent.items()))
        here = caller.send(call)
        person = house.world.person(who)
        over: requests.Response = person.call(method, verb, **{k: caller.filled(v) for k, v in sent.items()})
        assert (here.status, here.text) == (over.status_code, over.text), call


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> Any:
    """An endpoint that does what it is told to; reached by any name."""
    from property_service.front_desk.api import scripts

    def plant(act: Any) -> Call:
        monkeypatch.setitem(frappe.allowed_http_methods_for_whitelisted_func, scripts, ["POST"])
        cell = next(one for one in scripts.run.__closure__ if one.cell_contents is scripts.endpoint)
        monkeypatch.setattr(cell, "cell_contents", act)
        return Call("desk", "POST", SCRIPTS, "form")

    return plant


SCRIPTS = "/api/method/property_service.front_desk.api.scripts"


def write() -> None:
    """Change a row of the app."""
    name = frappe.db.get_value("Community", {}, "name", order_by="name asc")
    frappe.db.set_value("Community", name, "community_name", frappe.generate_hash())


def refuse() -> None:
    raise NotAllowedNow("Not now.")


def answer_417() -> None:
    frappe.local.response.http_status_code = 417


def test_what_a_refusal_undoes_is_no_write(judge: Judge, planted: Any) -> None:
    assert judge.try_one(planted(lambda: (write(), refuse()))).status == 409


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (lambda: (write(), frappe.db.commit(), refuse()), "refused by 409 and wrote"),
        (lambda: (write(), frappe.db.commit(), frappe.db.rollback(), refuse()), "refused by 409 and wrote"),
        (lambda: (write(), answer_417()), "417 and wrote"),
        (lambda: (frappe.enqueue("frappe.ping"), refuse()), "409 and queued frappe.ping"),
        (lambda: frappe.log_error("Hidden", "said") and None, "logged"),
        (lambda: 1 / 0, "answered by 500"),
        (lambda: frappe.throw("pymysql.err: (1064, 'You have an error')"), "tells SQL"),
        (lambda: frappe.throw('File "/a/b.py", line 1'), "tells a traceback"),
        (lambda: frappe.throw("/x/sites/common_site_config.json"), "tells a path"),
    ],
)
def test_what_must_not_be_is_seen(judge: Judge, planted: Any, act: Any, said: str) -> None:
    with pytest.raises(WrongAnswer, match=said):
        judge.try_one(planted(act))


def test_a_commit_is_undone_with_its_call(caller: Caller, planted: Any) -> None:
    """The tables are what they were; so each call meets the same world."""
    names = frappe.get_all("Community", fields=["name", "community_name"], order_by="name asc")
    answer = caller.send(planted(lambda: (write(), frappe.db.commit())))
    frappe.db.rollback()
    assert answer.kept and names == frappe.get_all("Community", fields=["name", "community_name"], order_by="name asc")
