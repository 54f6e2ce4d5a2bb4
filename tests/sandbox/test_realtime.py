"""The realtime relay: those signed in hear what is meant for them, others nothing."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import frappe
import pytest
import requests

from sandbox import ports
from sandbox.layout import SOURCE, here
from sandbox.web_server import with_realtime

pytestmark = pytest.mark.skipif(
    os.environ.get("PROPERTY_SERVICE_SANDBOX") != "1", reason="the relay is a part of the sandbox"
)

EVENT = "relay_test"


@pytest.fixture(scope="module")
def relayed(site: str) -> Iterator[str]:
    """Address of a web server with a relay behind it."""
    web, realtime = ports.free_port(set()), ports.free_port(set())
    url = f"http://127.0.0.1:{web}"
    server = [sys.executable, "-W", "ignore", str(SOURCE / "web_server.py"), "--sites", ".", "--site", site]
    relay = [shutil.which("node") or "node", str(here().node / "relay.mjs"), site, url, frappe.conf.redis_queue]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes = [
        subprocess.Popen([*server, "--port", str(web), "--realtime", str(realtime)], **quiet),
        subprocess.Popen([*relay, str(realtime)], **quiet),
    ]
    until = time.monotonic() + 60
    while not (ports.accepts(web) and ports.accepts(realtime)) and time.monotonic() < until:
        time.sleep(0.1)
    yield url
    for process in processes:
        process.kill()
        process.wait()


class Listener:
    """A socket.io client over long polling, as far as these tests need one."""

    def __init__(self, url: str, namespace: str, session: requests.Session, **headers: str) -> None:
        self.url, self.namespace, self.session, self.headers = f"{url}/socket.io/", namespace, session, headers
        opening = self._get({})
        self.query = {"sid": json.loads(opening[1:])["sid"]}
        self.send("40", "")

    def _get(self, query: dict[str, str]) -> str:
        answer = self.session.get(
            self.url, params={"EIO": "4", "transport": "polling"} | query, headers=self.headers, timeout=40
        )
        assert answer.status_code == 200, answer.text
        return answer.text

    def send(self, kind: str, body: str) -> None:
        """Send one packet."""
        data = f"{kind}/{self.namespace},{body}"
        params = {"EIO": "4", "transport": "polling"} | self.query
        assert self.session.post(self.url, params=params, data=data, headers=self.headers, timeout=40).text == "ok"

    def receive(self) -> list[str]:
        """Wait for packets."""
        return self._get(self.query).split("\x1e")


def sign_in(url: str, user: str, password: str) -> requests.Session:
    session = requests.Session()
    assert session.post(f"{url}/api/method/login", data={"usr": user, "pwd": password}, timeout=60).status_code == 200
    return session


def test_one_who_is_signed_in_hears_what_is_meant_for_him(relayed: str, site: str) -> None:
    listener = Listener(relayed, site, sign_in(relayed, "Administrator", frappe.conf.admin_password))
    assert listener.receive()[0].startswith(f"40/{site},")
    frappe.publish_realtime(EVENT, {"for": "another"}, user="another@sandbox.invalid")
    frappe.publish_realtime(EVENT, {"for": "him"}, user="Administrator")
    assert listener.receive() == [f'42/{site},["{EVENT}",{{"for":"him"}}]']


def test_a_document_is_heard_of_by_those_who_may_read_it(relayed: str, site: str) -> None:
    listener = Listener(relayed, site, sign_in(relayed, "Administrator", frappe.conf.admin_password))
    listener.receive()
    listener.send("42", json.dumps(["doc_subscribe", "User", "Administrator"]))
    listener.send("42", json.dumps(["doc_open", "User", "Administrator"]))
    assert '"doc_viewers"' in listener.receive()[0]  # acts are done in order, so the subscription is through as well
    frappe.publish_realtime(EVENT, {"n": 1}, doctype="User", docname="Guest")
    frappe.publish_realtime(EVENT, {"n": 2}, doctype="User", docname="Administrator")
    assert listener.receive() == [f'42/{site},["{EVENT}",{{"n":2}}]']


def test_one_who_leaves_a_room_at_once_is_not_in_it(relayed: str, site: str) -> None:
    listener = Listener(relayed, site, sign_in(relayed, "Administrator", frappe.conf.admin_password))
    listener.receive()
    listener.send("42", json.dumps(["doc_subscribe", "User", "Administrator"]))
    listener.send("42", json.dumps(["doc_unsubscribe", "User", "Administrator"]))
    listener.send("42", json.dumps(["doc_open", "User", "Guest"]))
    assert '"doc_viewers"' in listener.receive()[0]
    frappe.publish_realtime(EVENT, {"n": 1}, doctype="User", docname="Administrator")
    frappe.publish_realtime(EVENT, {"n": 2}, user="Administrator")
    assert listener.receive() == [f'42/{site},["{EVENT}",{{"n":2}}]']


@pytest.mark.parametrize(
    ("namespace", "headers", "words"),
    [
        (None, {}, "not signed in"),
        ("other.localhost", {}, "Invalid namespace"),
        (None, {"Origin": "http://elsewhere.invalid"}, "foreign origin"),
    ],
)
def test_others_are_kept_out(
    relayed: str, site: str, namespace: str | None, headers: dict[str, str], words: str
) -> None:
    listener = Listener(relayed, namespace or site, requests.Session(), **headers)
    packet = listener.receive()[0]
    assert packet.startswith("44/")
    assert words in packet


def test_a_relay_that_is_down_is_said_so() -> None:
    started: list[str] = []
    app = with_realtime(lambda *_: [b""], ports.free_port(set()))
    environ = {"PATH_INFO": "/socket.io/", "REQUEST_METHOD": "GET", "wsgi.input": BytesIO()}
    assert b"does not answer" in b"".join(app(environ, lambda status, headers: started.append(status)))
    assert started == ["502 Bad Gateway"]
