"""Lists, dicts, numbers and SQL in the place of what an endpoint expects: refused with a sentence, and nothing found beyond one's own.

Spoilt texts in every argument are tried in `test_endpoints.py` (`test_one_bad_argument_is_answered_with_a_sentence`); here it is what JSON
can hold besides text, by whole calls as a browser sends them, and whether any of it becomes part of a question to the database.
"""

from __future__ import annotations

import inspect
from itertools import cycle
from typing import Any

import pytest

from tests.security import test_endpoints as walks
from tests.security.sql_watch import PAYLOADS, attacked

house = walks.house
# In place of one argument. An operator of the platform's filters would find any document.
ODD: tuple[Any, ...] = (
    ["like", "%"],
    ["!=", ""],
    {"name": ["like", "%"]},
    [["name", "like", "%"]],
    {"a": {"b": [{"c": None}]}},
    [],
    {},
    0,
    -1,
    1e308,
    True,
    None,
    "y" * 70_000,
    "[" * 2000,
    '["like", "%"]',
    '{"name": ["!=", ""]}',
    "\x00\u202e",
)
OUTSIDERS = ("far_manager", "far_desk", "far_cashier")
NEEDS_A_REQUEST = walks.NEEDS_A_REQUEST


def arguments_of(house: Any, path: str) -> dict[str, Any]:
    return walks.fill({**walks.ARGUMENTS, **walks.PORTAL}[path], house.words)


def tried(house: Any, who: str, path: str, call: Any, name: str, value: Any) -> list[str]:
    """What is wrong with one call: an error of ours, words taken for SQL, something of the other community told."""
    sent = {**arguments_of(house, path), name: value}
    told, wrong = attacked(house.world.people[who], lambda: call.run(dict(sent)))
    if who in OUTSIDERS:
        for one in sent.values():
            told = told.replace(str(one), "") if len(str(one)) > 3 else told
        wrong += [
            f"tells of {word}"
            for word in ("request", "resident", "room", "charge", "permit")
            if house.words[word] in told
        ]
    return [f"{who}: {path} {name}={str(value)[:40]!r}: {what}" for what in wrong]


@pytest.mark.parametrize("inside", [True, False], ids=["by those who may", "by those outside"])
def test_nothing_odd_is_taken_for_a_name(house: Any, no_commit: None, inside: bool) -> None:
    """Each argument of each endpoint in turn with some of what JSON can hold and one payload, while the others are right."""
    odd, payloads, outsiders, wrong = cycle(ODD), cycle(PAYLOADS), cycle(OUTSIDERS), []
    for path, call in walks.load_endpoints().items():
        if walks.OWN_AFFAIRS.match(path) or path in NEEDS_A_REQUEST:
            continue
        who = ("owner" if path in walks.PORTAL else "manager") if inside else next(outsiders)
        for name in inspect.signature(call.endpoint).parameters:
            for value in (next(odd), *([next(odd), next(payloads)] if inside else [])):
                wrong += tried(house, who, path, call, name, value)
    assert not wrong


def test_wildcards_find_nothing_by_themselves(house: Any) -> None:
    """A percent sign is what somebody typed."""
    calls = walks.load_endpoints()
    for who in ("manager", "far_manager"):
        for text in ("%", "_", "%%%", "____"):
            for path in ("property_service.api.find", "front_desk.counter_api.find"):
                told, wrong = attacked(
                    house.world.people[who], lambda path=path, text=text: calls[path].run({"text": text})
                )
                assert not wrong
                assert house.words["room"] not in told and house.words["resident"] not in told, (who, path, text)
    told, _wrong = attacked(
        house.world.people["manager"], lambda: calls["property_service.api.find"].run({"text": house.words["room_no"]})
    )
    assert house.words["room"] in told, "what is typed as it is written is found"
