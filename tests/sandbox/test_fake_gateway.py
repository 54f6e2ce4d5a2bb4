"""The payment gateway of the sandbox: it signs as the app does, takes nothing unsigned, and calls no other machine."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from property_service.fees.payment_signature import sign, verify
from sandbox import fake_gateway, ports
from sandbox.layout import SOURCE, Layout
from sandbox.serve import commands
from sandbox.sites import Sites
from sandbox.state import State

SECRET = "a secret for this test"


def asked(**values: str) -> dict[str, str]:
    """What a site sends a resident with."""
    fields = {
        "payment": "p1",
        "amount": "214.44",
        "currency": "CNY",
        "title": "绿湖花园 <b>",
        "back": "http://127.0.0.1:9/resident/bills?paid=p1",
        "notify": "http://127.0.0.1:9/api/method/x",
        "timestamp": str(int(time.time())),
        **values,
    }
    return {**fields, "signature": sign(SECRET, fields)}


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[int]:
    """Its port, started as `demo` does it, beside a site that nobody serves."""
    layout = Layout(tmp_path)
    layout.make()
    state = State(layout)
    allotted = dict.fromkeys(ports.NAMES, 9)
    command = commands(layout, state, Sites(layout, state, allotted), "demo.localhost", allotted)["gateway"]
    (layout.root / "secrets" / "gateway").write_text(SECRET)
    words = [sys.executable, *command[1:-1], "0"]
    process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        ready = process.stdout.readline() if process.stdout else ""
        assert ready.startswith("ready http://127.0.0.1:"), ready
        yield int(ready.rsplit(":", 1)[1])
    finally:
        process.terminate()
        process.wait(20)


def ask(port: int, method: str, fields: dict[str, str]) -> tuple[int, str, str]:
    """Status, text and where it leads on to."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sent = urlencode(fields)
    link.request(method, f"/pay?{sent}" if method == "GET" else "/pay", None if method == "GET" else sent)
    answer = link.getresponse()
    return answer.status, answer.read().decode(), answer.getheader("Location") or ""


@pytest.mark.pure
@pytest.mark.parametrize("status", ["Paid", "Failed"])
def test_its_callback_is_one_the_app_takes(status: str) -> None:
    fields = fake_gateway.callback_of(SECRET, asked(), status)
    said = verify(SECRET, fields, int(time.time()))
    assert (said.payment, str(said.amount), said.currency, said.status) == ("p1", "214.44", "CNY", status)


@pytest.mark.pure
@pytest.mark.parametrize(
    "wrong",
    [
        {**asked(), "amount": "0.01"},
        {**asked(), "signature": ""},
        {**asked(), "signature": "ü"},
        asked(timestamp=str(int(time.time()) - 3600)),
        asked(timestamp="soon"),
        {},
    ],
)
def test_what_is_not_signed_or_old_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(fake_gateway.Refused):
        fake_gateway.checked(SECRET, wrong)


@pytest.mark.pure
def test_only_the_path_of_an_address_counts() -> None:
    assert fake_gateway.path_of("http://elsewhere.example:81/a/b?c=d") == "/a/b?c=d"
    assert fake_gateway.path_of("") == "/"


@pytest.mark.pure
def test_the_page_shows_what_is_asked_for_and_leads_back(gateway: int) -> None:
    status, text, _to = ask(gateway, "GET", asked())
    assert status == 200 and "¥ 214.44" in text and "绿湖花园 &lt;b&gt;" in text and SECRET not in text
    assert ask(gateway, "GET", {**asked(), "amount": "1.00"})[0] == 400
    status, _text, to = ask(gateway, "POST", {**asked(back="http://elsewhere.example/steal"), "press": "Failed"})
    assert (status, to) == (303, "http://127.0.0.1:9/steal"), "back to the site it was started for, whatever was asked"


def test_a_site_is_told_its_gateway(site: str, tmp_path: Path) -> None:
    import frappe

    settings = "Property Service Settings"
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    program = [sys.executable, "-W", "ignore", str(SOURCE / "inside" / "set_gateway.py")]
    try:
        done = subprocess.run(
            [*program, site, "http://127.0.0.1:9/pay", str(secret)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        frappe.db.rollback()
        frappe.clear_document_cache(settings, settings)
        stored = frappe.get_doc(settings)
        assert stored.payment_page == "http://127.0.0.1:9/pay" and stored.get_password("payment_secret") == SECRET
    finally:
        frappe.db.rollback()
        stored = frappe.get_doc(settings)
        stored.update({"payment_page": "", "payment_secret": ""})
        stored.save()
        frappe.db.commit()


@pytest.mark.parametrize(
    "values",
    [
        {"payment_page": "https://gateway.example/pay"},
        {"payment_secret": "a secret of some length"},
        {"payment_page": "https://gateway.example/pay", "payment_secret": "short"},
        {"payment_page": "http://gateway.example/pay", "payment_secret": "a secret of some length"},
        {"payment_page": "javascript:alert(1)", "payment_secret": "a secret of some length"},
    ],
)
def test_settings_with_which_nobody_could_pay_are_refused(site: str, values: dict[str, str]) -> None:
    import frappe

    from property_service.property_service.errors import InputRefused

    settings = frappe.get_doc("Property Service Settings")
    settings.update(values)
    with pytest.raises(InputRefused):
        settings.save()
