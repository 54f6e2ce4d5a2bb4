"""The site's application called in this process, as a web server calls it; of no call is anything left.

Every request runs in a thread of its own state, through `frappe.app.application`: routing, sessions, permissions,
error handling are the server's. Only the database of that thread differs: a commit becomes a savepoint, so that what
a call would have written is known and undone when the request closes its connection. Each call meets the same world.
"""

from __future__ import annotations

import json
import re
import secrets
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import quote, urlencode

import frappe
import frappe.app
from frappe.utils.background_jobs import get_queue as real_queue
from werkzeug.test import Client

from property_service.fees.payment_signature import sign
from tests.gateway import SECRET
from tests.portal.world import PASSWORD, jpeg

WRITES = re.compile(r"(insert|update|delete|replace|truncate|alter|drop|create|rename)\b", re.I)
TABLE = re.compile(r"(?:into|update|from|table)\s+(?:`([^`]+)`|(\w+))", re.I)
COMMITTED = "a_commit"
ERROR_LOG = "tabError Log"
BOUNDARY = "----a-part-of-the-form"
FILES: dict[str, tuple[str, str, bytes]] = {
    "picture": ("a.jpg", "image/jpeg", jpeg()),
    "junk": ("a.jpg", "image/jpeg", b"\xff\xd8\xff" + bytes(range(256))),
    "nothing": ("a.jpg", "image/jpeg", b""),
    "script": ("../../a.html", "text/html", b"<script>alert(1)</script>"),
    "nameless": ("", "image/jpeg", b"x"),
    "long": (f"{'n' * 300}\u202e.jpg", "image/png", jpeg((1, 1))),
}


@dataclass(frozen=True)
class Call:
    """A request that is the same in every world: words in braces stand for names of it, `<file:picture>` for a file.

    `how` is query, form, json, multipart or raw; of raw `sent` is [["", body]]. `sent` are pairs, as some come twice.
    """

    who: str
    verb: str
    path: str
    how: str
    sent: tuple[tuple[str, Any], ...] = ()
    content_type: str = ""

    def __repr__(self) -> str:
        return f"Call({self.text})"

    @property
    def text(self) -> str:
        """To be replayed from."""
        return json.dumps([self.who, self.verb, self.path, self.how, self.sent, self.content_type])

    @classmethod
    def read(cls, text: str) -> Call:
        who, verb, path, how, sent, content_type = json.loads(text)
        return cls(who, verb, path, how, tuple((key, value) for key, value in sent), content_type)


@dataclass
class Watch:
    """What a request has done besides answering."""

    pending: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    queued: list[str] = field(default_factory=list)
    logged: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    kept: tuple[str, ...]
    queued: tuple[str, ...]
    logged: tuple[str, ...]
    wrote: bool


of_thread = threading.local()


class Undone:
    """Mixed into the platform's database: a commit is a savepoint, and the rows written are noted."""

    def sql(self, query: Any, *args: Any, **options: Any) -> Any:
        text, watch = str(query).strip(), of_thread.watch
        if text.lower() == "commit":
            return self.commit()
        result = super().sql(query, *args, **options)
        if WRITES.match(text) and (self._cursor.rowcount or text[:6].lower() not in ("insert", "update", "delete")):
            watch.pending.append(text)
            if table_of(text) == ERROR_LOG:
                watch.logged.append(str(args[0] if args else text))
        if found := re.match(r"savepoint (\w+)", text, re.I):
            of_thread.savepoints[found[1]] = len(watch.pending)
        return result

    def begin(self, *args: Any, **options: Any) -> None:
        if not of_thread.watch.kept:
            super().begin(*args, **options)

    def commit(self, *args: Any, **options: Any) -> None:
        self.before_rollback.reset()
        self.after_rollback.reset()
        self.before_commit.run()
        # The platform's commit ends savepoints, too.
        for name in of_thread.savepoints:
            self.sql(f"release savepoint {name}")
        of_thread.savepoints = {}
        of_thread.watch.kept += of_thread.watch.pending
        of_thread.watch.pending = []
        self.sql(f"savepoint {COMMITTED}")
        self.transaction_writes = 0
        self.after_commit.run()

    def rollback(self, *args: Any, save_point: str | None = None, **options: Any) -> None:
        watch = of_thread.watch
        if save_point:
            super().rollback(save_point=save_point)
            del watch.pending[of_thread.savepoints.get(save_point, 0) :]
            return
        watch.pending, of_thread.savepoints = [], {}
        if not watch.kept:
            super().rollback(*args, **options)
            return
        self.before_commit.reset()
        self.after_commit.reset()
        self.before_rollback.run()
        self.sql(f"rollback to savepoint {COMMITTED}")
        self.transaction_writes = 0
        self.after_rollback.run()


def watched(real: Callable[..., Any]) -> Callable[..., Any]:
    """The platform's `get_db`, which in a watched thread gives a database that is undone."""

    def get_db(*args: Any, **options: Any) -> Any:
        database = real(*args, **options)
        if getattr(of_thread, "watch", None):
            database.__class__ = type("UndoneDatabase", (Undone, type(database)), {})
        return database

    return get_db


def noted_queue(*args: Any, **options: Any) -> Any:
    """The platform's `get_queue`; what a watched thread queues is noted, and nothing runs."""
    if not getattr(of_thread, "watch", None):
        return real_queue(*args, **options)

    def enqueue_call(*_args: Any, **call: Any) -> Any:
        of_thread.watch.queued.append(str((call.get("kwargs") or {}).get("method")))
        return SimpleNamespace(id="noted")

    return SimpleNamespace(enqueue_call=enqueue_call)


def noted_insert(real: Callable[..., Any]) -> Callable[..., Any]:
    """The platform's `deferred_insert`: how it logs an error it has met."""

    def deferred_insert(doctype: str, records: Any) -> None:
        if not getattr(of_thread, "watch", None):
            real(doctype, records)
        elif doctype == "Error Log":
            of_thread.watch.logged.append(str(records))

    return deferred_insert


class Caller:
    """Everybody of a world with a browser each, calling one site. Close it when done."""

    def __init__(self, site: str, people: dict[str, str], words: dict[str, str]) -> None:
        self.people, self.words = people, words
        self.sids: dict[str, str] = {}
        self.sessions: dict[str, Any] = {}
        self.thread = ThreadPoolExecutor(1)
        self.patches = ExitStack()
        import frappe.database
        import frappe.deferred_insert

        for name, stand_in in (
            ("frappe.database.get_db", watched(frappe.database.get_db)),
            ("frappe.deferred_insert.deferred_insert", noted_insert(frappe.deferred_insert.deferred_insert)),
            ("frappe.utils.background_jobs.get_queue", noted_queue),
            ("frappe.app._site", site),
            ("frappe.app._sites_path", "."),
        ):
            self.patches.enter_context(patch(name, stand_in))

    def close(self) -> None:
        self.thread.shutdown()
        self.patches.close()

    def send(self, call: Call) -> Answer:
        """Make a call and undo it."""
        if call.who not in self.sids:
            self.sign_in(call.who)
        (status, text, _headers), watch = self.thread.submit(self._open, call, Watch()).result()
        for sid, data in self.sessions.items():
            frappe.cache.hset("session", sid, data)
        if "account_api" in call.path or "/sign-in" in call.path or "/join" in call.path:
            frappe.cache.delete_keys("property_service_tries")
        return Answer(
            status,
            text,
            tuple(watch.kept),
            tuple(watch.queued),
            tuple(watch.logged),
            bool(watch.kept or watch.pending),
        )

    def sign_in(self, who: str) -> None:
        """Really, so that the session outlives the calls; with a token, which all his calls then need."""
        self.sids[who] = "Guest"
        if who not in self.people:
            return
        login = Call(who, "POST", "/api/method/login", "form", (("usr", self.people[who]), ("pwd", PASSWORD)))
        (status, text, headers), _watch = self.thread.submit(self._open, login, None).result()
        assert status == 200, text
        sid = self.sids[who] = re.search(r"sid=(\w+)", str(headers))[1]
        frappe.local.cache = {}
        data = frappe.cache.hget("session", sid)
        data["data"]["csrf_token"] = f"token-{who}"
        frappe.cache.hset("session", sid, data)
        self.sessions[sid] = data

    def _open(self, call: Call, watch: Watch | None) -> tuple[tuple[int, str, Any], Watch]:
        of_thread.watch, of_thread.savepoints = watch, {}
        try:
            # Cookies are sent by hand: whoever signs out in one call is there in the next.
            client = Client(frappe.app.application, use_cookies=False)
            answer = client.open(**self._request(call), buffered=True)
            return (answer.status_code, answer.get_data().decode(errors="replace"), answer.headers), watch or Watch()
        except Exception:
            # A web server answers so where the application gives no answer at all.
            return (500, traceback.format_exc(), None), watch or Watch()
        finally:
            of_thread.watch = None

    def _request(self, call: Call) -> dict[str, Any]:
        sent = signed([(key, self.filled(value)) for key, value in call.sent])
        headers = {
            "Cookie": f"sid={self.sids[call.who]}",
            "X-Frappe-CSRF-Token": f"token-{call.who}",
            # An address of its own, so that the tries of one call do not limit another.
            "X-Forwarded-For": ".".join(["10", *(str(secrets.randbelow(256)) for _ in range(3))]),
        }
        request: dict[str, Any] = {
            "method": call.verb,
            "path": quote(self.filled(call.path), safe="/%:,", errors="surrogatepass"),
            "headers": headers,
        }
        if call.how == "query":
            request["query_string"] = as_form(sent)
        elif call.how == "form":
            request |= {"data": as_form(sent).encode(), "content_type": "application/x-www-form-urlencoded"}
        elif call.how == "json":
            request |= {"data": json.dumps(dict(sent)).encode(), "content_type": "application/json"}
        elif call.how == "multipart":
            request |= {"data": as_parts(sent), "content_type": f"multipart/form-data; boundary={BOUNDARY}"}
        else:
            request |= {"data": "".join(str(value) for _key, value in sent).encode(errors="surrogatepass")}
        if call.content_type:
            request["content_type"] = call.content_type
        return request

    def filled(self, value: Any) -> Any:
        """The value with names of this world where words in braces stand; other braces stay."""
        if isinstance(value, str):
            return re.sub(r"\{(\w+)\}", lambda found: self.words.get(found[1], found[0]), value)
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        if isinstance(value, dict):
            return {key: self.filled(one) for key, one in value.items()}
        return value


def signed(sent: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """With the time and the signature of the payment gateway where `<now>` and `<signed>` stand."""
    if ("signature", "<signed>") not in sent:
        return sent
    fields = {key: str(time.time_ns() // 10**9) if value == "<now>" else value for key, value in sent}
    if "".join(map(str, fields.values())).isprintable():
        fields["signature"] = sign(SECRET, {key: str(value) for key, value in fields.items()})
    return list(fields.items())


def table_of(statement: str) -> str:
    found = TABLE.search(statement)
    return (found[1] or found[2]) if found else ""


def plain(value: Any) -> str:
    """As a form sends it."""
    return value if isinstance(value, str) else json.dumps(value)


def as_form(sent: list[tuple[str, Any]]) -> str:
    return urlencode([(key, plain(value)) for key, value in sent], errors="surrogatepass")


def as_parts(sent: list[tuple[str, Any]]) -> bytes:
    """A form with files, written by hand: what stands between the boundaries need not be right."""
    body = BytesIO()
    for key, value in sent:
        kind = FILES.get(str(value)[6:-1]) if str(value).startswith("<file:") else None
        key = key.replace('"', "%22").replace("\r", "").replace("\n", "")
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"'
        if kind:
            head += f'; filename="{kind[0]}"\r\nContent-Type: {kind[1]}'
        body.write(f"{head}\r\n\r\n".encode(errors="surrogatepass"))
        body.write(kind[2] if kind else plain(value).encode(errors="surrogatepass"))
        body.write(b"\r\n")
    body.write(f"--{BOUNDARY}--\r\n".encode())
    return body.getvalue()
