"""Residents and officers at work, each with a session of his own, against a running site: the driver of the benchmark `load`.

    python _load_people.py < plan.json > figures.json

The plan is {address, seconds, warm_up, think_scale, rounds, seed, photo, residents: [{phone, password, resident, category, bill}], officers: [{user, password,
callers: [{phone, last4, room, resident, unit}], category}], pinger: {user, password}}. It needs nothing of the platform, so that measuring
does not weigh on what is measured more than people would.

Everybody does his acts in turn and thinks between them. Everything unexpected is an error: a broken connection, a status that is not the one
the act brings (also a redirect to the sign-in page), an answer that does not say what it should. Sign-ins and first pages happen in the
warm-up: their errors count, and their times only under "sign in" and "open desk".
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import requests

TIMEOUT = 60
REDIRECT = (301, 302, 303)
# Seconds between two acts of a person, half as much to half as much again.
RESIDENT_THINKS, OFFICER_THINKS, PINGER_THINKS = 12.0, 6.0, 0.5
# The app takes ten of a resident in a day; more are refused, and rightly.
MOST_REPORTS = 6
TOKEN = re.compile(r'csrf_token(?:" value="| = ")([^"]+)"')
STATIC = re.compile(r'"(/assets/property_service/[^"]+)"')
PORTAL = "property_service.portal"
COUNTER = "property_service.front_desk.counter_api"
FEES = "property_service.fees.counter_api"
FAULTS = (
    "The tap drips",
    "No light in the corridor",
    "The window does not close",
    "Water under the sink",
    "The socket is loose",
)


class Failed(Exception):
    """An act did not bring what it should."""


class Book:
    """What everybody has done: times by act, errors, what was made."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.measuring_from = float("inf")
        self.acts: dict[str, list[float]] = {}
        self.errors: list[dict[str, str]] = []
        self.requests = self.measured = 0
        self.made = {"repairs": 0, "contacts": 0, "receipts": 0}

    def keep(self, act: str, seconds: float, at: float, error: str = "", always: bool = False) -> None:
        """Note one request that began at the monotonic time `at`."""
        with self.lock:
            self.requests += 1
            if error:
                self.errors.append({"act": act, "error": error[:300]})
            measured = at >= self.measuring_from
            self.measured += measured
            if not error and (measured or always):
                self.acts.setdefault(act, []).append(seconds * 1000)

    def made_one(self, what: str) -> None:
        """Note a document that the site says it has made."""
        with self.lock:
            self.made[what] += 1


class Person:
    """Somebody with a browser of his own: cookies, the token of the forms, and pauses to think."""

    def __init__(self, address: str, book: Book, seed: int, thinks: float) -> None:
        self.address, self.book, self.thinks = address, book, thinks
        self.random = Random(seed)  # noqa: S311  the same pauses every time
        self.http = requests.Session()
        self.token = ""

    def ask(
        self, act: str, verb: str, path: str, status: tuple[int, ...] = (200,), always: bool = False, **options: Any
    ) -> Any:
        """Send one request; returns the answer. Raises Failed, and notes it, where it has none of the `status`."""
        headers = {"X-Frappe-CSRF-Token": self.token} if self.token and verb == "POST" else {}
        begun = time.monotonic()
        try:
            answer = self.http.request(
                verb, f"{self.address}{path}", headers=headers, timeout=TIMEOUT, allow_redirects=False, **options
            )
        except requests.RequestException as error:
            self.book.keep(act, time.monotonic() - begun, begun, f"{type(error).__name__}: {error}")
            raise Failed(act) from error
        wrong = "" if answer.status_code in status else f"{answer.status_code} from {path}: {answer.text[-200:]}"
        self.book.keep(act, time.monotonic() - begun, begun, wrong, always)
        if wrong:
            raise Failed(act)
        if found := TOKEN.search(answer.text if "html" in answer.headers.get("Content-Type", "") else ""):
            self.token = found[1]
        return answer

    def page(self, act: str, path: str, **options: Any) -> str:
        """Open a page; returns it."""
        return self.ask(act, "GET", path, **options).text

    def call(self, act: str, method: str, verb: str = "GET", **values: Any) -> Any:
        """Call a method of the API; returns its message."""
        sent: dict[str, Any] = {"params": values} if verb == "GET" else {"json": values}
        return self.ask(act, verb, f"/api/method/{method}", **sent).json().get("message")

    def expect(self, act: str, right: object, what: str) -> None:
        """Note as an error that an answer of the right status does not say what it should."""
        if not right:
            with self.book.lock:
                self.book.errors.append({"act": act, "error": what})
            raise Failed(act)

    def sign_in(self) -> None:
        """Begin the session."""
        raise NotImplementedError

    def acts(self) -> Iterator[Callable[[], None]]:
        """One round of what the person does."""
        raise NotImplementedError

    def live(self, begin: float, until: float, rounds: int) -> None:
        """Sign in at `begin` and act until the time is over, at most so many rounds. Whom a request fails goes on with the next act."""
        time.sleep(max(0.0, begin - time.monotonic()))
        try:
            self.sign_in()
        except Failed:
            return
        for _round in range(rounds):
            for act in self.acts():
                time.sleep(self.thinks * self.random.uniform(0.5, 1.5))
                if time.monotonic() >= until:
                    return
                try:
                    act()
                except Failed:
                    continue


class Resident(Person):
    """Reports faults with a photo, looks after them and at the bills."""

    def __init__(self, who: dict[str, Any], photo: bytes, **values: Any) -> None:
        super().__init__(**values)
        self.who, self.photo, self.reports = who, photo, 0

    def sign_in(self) -> None:
        """With phone and password, then the home page with what belongs to it, as a phone loads them the first time."""
        sent = {"phone": self.who["phone"], "password": self.who["password"]}
        path = f"/api/method/{PORTAL}.account_api.sign_in_by_password"
        answer = self.ask("sign in", "POST", path, data=sent, always=True).json()["message"]
        if answer.get("key"):  # several people share the number
            chosen = {"key": answer["key"], "resident": self.who["resident"]}
            path = f"/api/method/{PORTAL}.account_api.choose_person"
            answer = self.ask("sign in", "POST", path, data=chosen, always=True).json()["message"]
        self.expect("sign in", answer.get("signed_in"), f"not signed in: {answer}")
        home = self.page("home", "/resident")
        for asset in sorted(set(STATIC.findall(home))):
            self.ask("static file", "GET", asset, always=True)

    def acts(self) -> Iterator[Callable[[], None]]:
        round_ = [self.look_at_repairs, self.home, self.look_at_bills, self.report, self.home, self.look_at_repairs]
        first = self.random.randrange(len(round_))
        yield from (*round_[first:], *round_[:first])

    def home(self) -> None:
        """What needs me."""
        self.page("home", "/resident")

    def look_at_repairs(self) -> None:
        """The list, and the newest of it where there is one."""
        listed = self.page("my repairs", "/resident/repairs")
        if found := re.search(r'href="(/resident/repair\?name=[^"&]+)"', listed):
            self.page("one repair", found[1])

    def look_at_bills(self) -> None:
        """The list, and the first of it."""
        listed = self.page("bills", "/resident/bills")
        self.expect("bills", self.who["bill"] in listed, "the bill is not listed")
        self.page("one bill", f"/resident/bill?name={self.who['bill']}")

    def report(self) -> None:
        """The form, and a fault with a photo; whoever has reported enough looks at home."""
        if self.reports >= MOST_REPORTS:
            return self.home()
        form = self.page("report form", "/resident/report")
        unit = re.search(r'name="unit" value="([^"]+)"', form)
        self.reports += 1
        words = f"{self.random.choice(FAULTS)} ({uuid.uuid4().hex[:8]})"
        values = {
            "csrf_token": self.token,
            "category": self.who["category"],
            "description": words,
            "unit": unit[1] if unit else "",
        }
        files = {"photos": ("photo.jpg", self.photo, "image/jpeg")}
        answer = self.ask("report with photo", "POST", "/resident/report", REDIRECT, data=values, files=files)
        self.expect("report with photo", "thanks=1" in answer.headers.get("Location", ""), "the report was not taken")
        self.book.made_one("repairs")


class Officer(Person):
    """Finds callers, takes their calls and their money."""

    def __init__(self, who: dict[str, Any], **values: Any) -> None:
        super().__init__(**values)
        self.who, self.served = who, 0
        self.caller: dict[str, Any] = {}

    def sign_in(self) -> None:
        """By the platform's sign-in; then the desk is opened."""
        sent = {"usr": self.who["user"], "pwd": self.who["password"]}
        self.ask("sign in", "POST", "/api/method/login", data=sent, always=True)
        self.page("open desk", "/app", always=True)
        self.expect("open desk", self.token, "the desk has no token")

    def acts(self) -> Iterator[Callable[[], None]]:
        callers = self.who["callers"]
        self.caller = callers[self.served % len(callers)]
        self.served += 1
        yield from (self.today, self.find_by_phone, self.picture, self.take_call, self.find_by_room, self.take_payment)

    def today(self) -> None:
        """What is to be done today."""
        self.call("today", f"{COUNTER}.today")

    def find_by_phone(self) -> None:
        """By the last four digits; the caller must be among those found."""
        self._find("find by phone", self.caller["last4"], "resident")

    def find_by_room(self) -> None:
        """By the room."""
        self._find("find by room", self.caller["room"], "unit")

    def _find(self, act: str, text: str, wanted: str) -> None:
        hits = self.call(act, f"{COUNTER}.find", text=text)["hits"]
        self.expect(act, any(hit.get(wanted) == self.caller[wanted] for hit in hits), f"{text} is not found")

    def picture(self) -> None:
        """Everything about the caller."""
        told = self.call("picture", f"{COUNTER}.picture", resident=self.caller["resident"])
        self.expect("picture", told["units"], "the picture has no unit")

    def take_call(self) -> None:
        """A contact that becomes a repair, in one save."""
        contact = {
            "subject": self.random.choice(FAULTS),
            "kind": "Repair",
            "channel": "Phone",
            "resident": self.caller["resident"],
            "unit": self.caller["unit"],
            "client_key": uuid.uuid4().hex,
        }
        follow_up = {"category": self.who["category"]}
        told = self.call("take a call", f"{COUNTER}.record", "POST", contact=contact, follow_up=follow_up)
        self.expect("take a call", told.get("reference_name"), f"no repair was made: {told}")
        self.book.made_one("contacts")
        self.book.made_one("repairs")

    def take_payment(self) -> None:
        """What is open, and one charge of it paid in cash."""
        view = self.call("open a payment", f"{FEES}.open_counter", unit=self.caller["unit"])["view"]
        charges = [charge for bill in view["bills"] if bill["here"] for charge in bill["charges"]]
        self.expect("open a payment", charges, "nothing is left to pay")
        due = str(charges[0]["principal"])
        paid = self.call(
            "take a payment",
            f"{FEES}.pay",
            "POST",
            community=view["community"],
            payer=view["payer"],
            tenders=[{"mode": "Cash", "amount": due}],
            to_pay=due,
            client_key=uuid.uuid4().hex,
            charges=[charges[0]["name"]],
            unit=self.caller["unit"],
        )
        self.expect("take a payment", paid.get("receipt_number"), f"no receipt: {paid}")
        self.book.made_one("receipts")


class Pinger(Person):
    """Asks for nothing: what a request costs here and now."""

    def __init__(self, who: dict[str, Any], **values: Any) -> None:
        super().__init__(**values)
        self.who = who

    def sign_in(self) -> None:
        """By the platform's sign-in."""
        sent = {"usr": self.who["user"], "pwd": self.who["password"]}
        self.ask("sign in", "POST", "/api/method/login", data=sent, always=True)

    def acts(self) -> Iterator[Callable[[], None]]:
        yield lambda: self.call("ping", "ping")


def play(plan: dict[str, Any]) -> dict[str, Any]:
    """Let everybody live for the plan's time: {acts: {name: [ms]}, errors: [{act, error}], requests, seconds, rate, made, processor}.

    `requests` counts all, `rate` is those a second after the warm-up, `processor` the seconds this driver itself has used.
    """
    book, scale, photo = Book(), plan.get("think_scale", 1.0), bytes.fromhex(plan["photo"])
    shared = {"address": plan["address"], "book": book}
    people: list[Person] = [
        Pinger(plan["pinger"], seed=plan["seed"], thinks=PINGER_THINKS * scale, **shared),
        *(
            Resident(who, photo, seed=plan["seed"] + number, thinks=RESIDENT_THINKS * scale, **shared)
            for number, who in enumerate(plan["residents"], 1)
        ),
        *(
            Officer(who, seed=plan["seed"] - number, thinks=OFFICER_THINKS * scale, **shared)
            for number, who in enumerate(plan["officers"], 1)
        ),
    ]
    begin = time.monotonic()
    book.measuring_from = begin + plan["warm_up"]
    until, rounds = book.measuring_from + plan["seconds"], plan.get("rounds") or sys.maxsize
    # they come one after the other in the first two thirds of the warm-up
    step = plan["warm_up"] * 2 / 3 / len(people)
    threads = [
        threading.Thread(target=person.live, args=(begin + number * step, until, rounds))
        for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - book.measuring_from
    return {
        "acts": book.acts,
        "errors": book.errors,
        "requests": book.requests,
        "seconds": seconds,
        "rate": book.measured / seconds,
        "made": book.made,
        "processor": time.process_time(),
    }


def main() -> None:
    """Read the plan, print the figures."""
    json.dump(play(json.load(sys.stdin)), sys.stdout)


if __name__ == "__main__":
    main()
