"""What an answer must be: 2xx, 4xx or a page's redirect, telling nothing of the server, and nothing written by a refusal."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from zlib import crc32

import frappe
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.client import Answer, Call, Caller, table_of
from tests.fuzz.settings import SEED

# What a body of an answer must not hold: how the server is built.
TELLTALE = {
    "a traceback": re.compile(r'Traceback \(most recent|File \\*"[\w./-]+\.py|"exc": ?"\['),
    "SQL": re.compile(
        r"(?i)\bselect\b[^.]{1,200}\bfrom\b\s+.?`?tab|You have an error in your SQL|pymysql|\(1\d{3}, ?[\"']"
    ),
    "a path of the server": re.compile(r"/(?:apps|sites|env|site-packages)/[\w./-]+|/home/\w+/"),
}
OUR_FRAME = re.compile(r'File "[^"]*property_service/')
# Rows that a refused call may leave: table → why.
MAY_STAY = {
    "tabSessions": "the session is used",
    "tabUser": "when he was last here",
    "tabAccess Log": "who asked for an export is on record, whatever he got",
    "tabActivity Log": "who tried to sign in is on record",
}
# The same for single ways: part of the path → tables, why.
MAY_STAY_THERE = {
    "payment_api.payment_callback": (
        ("tabPayment Callback Log", "tabOnline Payment"),
        "what the gateway signed is on record, whatever becomes of it",
    ),
}


class WrongAnswer(AssertionError):
    """An answer as it must not be."""


class Judge:
    """Sends calls and judges the answers; counts them by class of status, and by endpoint those that were taken."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller
        self.calls = 0
        self.statuses: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self.platform: Counter[str] = Counter()

    def summary(self) -> str:
        classes = ", ".join(f"{number:,} × {status}" for status, number in sorted(self.statuses.items()))
        own = "".join(f"\n  the platform's own: {number} × {what}" for what, number in self.platform.most_common())
        return f"{self.calls:,} calls fuzzed: {classes}; {len(self.taken)} ways were taken{own}"

    def try_one(self, call: Call) -> Answer:
        """Raises WrongAnswer with a line to replay the call by."""
        answer = self.caller.send(call)
        if answer.wrote:
            forget_caches()
        self.calls += 1
        self.statuses["429" if answer.status == 429 else f"{answer.status // 100}xx"] += 1
        if answer.status < 300:
            self.taken[call.path] += 1
        if wrong := self.what_is_wrong(call, answer):
            raise WrongAnswer(wrong)
        return answer

    def what_is_wrong(self, call: Call, answer: Answer) -> str:
        if own := self.platforms_own(call, answer):
            self.platform[own] += 1
            return ""
        wrong = []
        if answer.status >= 500:
            wrong.append(f"answered by {answer.status}")
        if 300 <= answer.status < 400 and call.path.startswith("/api/"):
            wrong.append(f"a call is led elsewhere by {answer.status}")
        told = answer.text
        for _key, value in call.sent:
            told = told.replace(str(value), "") if isinstance(value, str) and len(value) > 5 else told
        wrong += [
            f"tells {what}: {found[0][:200]}" for what, pattern in TELLTALE.items() if (found := pattern.search(told))
        ]
        if answer.logged:
            wrong.append(f"logged {answer.logged[0][-1500:]}")
        if answer.status >= 400:
            kept = [text for text in answer.kept if table_of(text) not in may_stay(call.path)]
            wrong += [f"was refused by {answer.status} and wrote {text[:200]}" for text in kept[:1]]
            wrong += [f"was refused by {answer.status} and queued {job}" for job in answer.queued[:1]]
        return "; ".join(wrong)

    def platforms_own(self, call: Call, answer: Answer) -> str:
        """Why the app cannot help an answer; empty for all others."""
        if answer.status == 500 and call.how == "raw" and "json" in call.content_type:
            return "a body that is no JSON is read before any app is asked"
        if not call.path.startswith("/api/method/property_service.") and not OUR_FRAME.search("".join(answer.logged)):
            if answer.status >= 500:
                return "its lists and pages fail at arguments of no sense"
            if answer.status >= 400 and not answer.kept and not answer.queued and call.path.startswith("/api/"):
                return "its refusals show their course until Show Full Error is cleared"
        return ""


def may_stay(path: str) -> set[str]:
    there = [tables for part, (tables, _why) in MAY_STAY_THERE.items() if part in path]
    return {*MAY_STAY, *(table for tables in there for table in tables)}


def forget_caches() -> None:
    """What was undone may have been remembered as it never was."""
    frappe.local.cache = {}
    frappe.cache.delete_keys("document_cache")
    frappe.cache.delete_value(["roles", "user_permissions", "defaults", "system_settings", "bootinfo"])


def find_wrong(judge: Judge, ways: Sequence[tuple[str, st.SearchStrategy[Call]]], number: int) -> list[str]:
    """Make about `number` calls, as many by each way; returns what was wrong, at its smallest, with how to make it again."""
    each = max(1, math.ceil(number / len(ways)))
    return [said for name, strategy in ways if (said := wrong_of(judge, name, strategy, each))]


def wrong_of(judge: Judge, name: str, strategy: st.SearchStrategy[Call], number: int) -> str:
    said = ""

    @seed(crc32(name.encode()) ^ SEED)
    @settings(
        max_examples=number,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(strategy)
    def attempt(call: Call) -> None:
        nonlocal said
        try:
            judge.try_one(call)
        except WrongAnswer as error:
            said = f"{name}: {error}\n    {replay(call)}"
            raise

    try:
        attempt()
    except WrongAnswer:
        return said
    return ""


def replay(call: Call) -> str:
    """The command that makes a call again."""
    text = call.text.replace("'", "\\u0027")
    return f"FUZZ_REPLAY='{text}' python3 -m sandbox test tests/fuzz/test_fuzz.py -k replay"
