"""What is sent: real calls with something wrong in them, by the annotations of each endpoint."""

from __future__ import annotations

import inspect
import json
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import frappe
from hypothesis import strategies as st

from tests.fuzz.client import FILES, Call

PEOPLE = ("owner", "neighbour", "guest", "desk", "technician", "cashier", "manager")
DEEP = 300
TEXTS = (
    *("", " ", "\t\r\n", "\u3000", "0", "-1", "1", "x", "x" * 141, "x" * 5000, "名" * 200, "{room}x", "{room} ", " {room}"),
    *("👨‍👩‍👧‍👦", "e\u0301\u0301", "\u202eabc\u202c", "\u200b", "\ufeff", "a\x00b", "\x00", "\x1b[31m", "\ud800", "\U0010ffff"),
    *("%", "_", "%s", "%(name)s", "'", '"', "`", "\\", "\\'", "' or '1'='1", "1; drop table tabUser", "--", "/*", "*/"),
    *("{{ 7*7 }}", "{% raw %}", "{0}", "{x.__class__}", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;"),
    *("../../../etc/passwd", "/private/files/a", "https://a.invalid/", "javascript:alert(1)", "a\r\nX-A: b", "None", "null"),
    *("true", "false", "[]", "{}", "[", '{"a"', '"x"', "NaN", "Infinity", "undefined", "Administrator", "Guest", "All"),
    *("Paid", "Cash", "Draft", "Closed", "Phone", "Resident", "DocType", "User", "٣", "1,000.00", "1e3", "0x10", "1_000"),
    *("13900001111", "+8613900001111", "京A12345", "[" * 5000, '{"a":' * 5000),
)  # fmt: skip
NUMBERS = (
    *(0, 1, -1, 2, 5, 100, 0.001, 0.005, -0.01, 99.999, -0.0, 2**31, -(2**31) - 1, 2**63, 10**30, -(10**30), 1e308, 5e-324),
    *(float("nan"), float("inf"), float("-inf"), "1e309", "1" * 5000, "0.1e-400", "NaN", "-Infinity", "１２", " 5 ", "1.0"),
)  # fmt: skip
DATES = (
    *("2026-07-01", "2026-07-31", "0001-01-01", "9999-12-31", "1900-01-01", "2999-12-31", "2026-02-30", "2026-02-29"),
    *("2026-13-01", "2026-00-10", "20260701", "2026-W27-3", "2026-07", "2026-07-01 25:00", "2026-07-01T00:00:00+23:59"),
    *("2999-12-31 23:59:59", "1900-01-01 00:00:00", "2026-07-01T12:00:00.123456Z", "today", "1", "2026-07-01 \x00"),
)
FLAGS = (True, False, 0, 1, "0", "1", "true", "yes", "", None, 2, "\x00")


def deep(kind: type) -> Any:
    """A list of lists, or a dict of dicts."""
    value: Any = kind()
    for _ in range(DEEP):
        value = [value] if kind is list else {"a": value}
    return value


ODD: tuple[Any, ...] = (None, True, False, [], {}, [None], [[]], [{}], {"": ""}, {"name": {"name": {}}}, [1, "x", None])
ODD += (deep(list), deep(dict), ["x"] * 500, [["name", "=", "x"]], {"name": ["like", "%"]}, "[1, 2", '{"a": NaN}')


class Words:
    """Names to mix in: of documents of the world, and of fields a dict may have."""

    def __init__(self, names: list[str], fields: list[str]) -> None:
        self.names = st.sampled_from([f"{{{name}}}" for name in sorted(names)])
        self.fields = st.one_of(st.sampled_from(sorted(fields)), st.sampled_from(TEXTS))
        self.near = st.builds(
            lambda name, change: change.format(name),
            self.names,
            st.sampled_from(("{0} ", " {0}", "{0}x", "{0}\u200b", "{0}\x00", "%{0}", "{0}%", "x{0}", "{0}'")),
        )
        self.texts = st.one_of(self.names, self.near, st.sampled_from(TEXTS), st.text(max_size=30), odd_letters())
        self.leaves = st.one_of(
            self.texts, st.sampled_from(NUMBERS), st.sampled_from(DATES), st.sampled_from(ODD), st.integers()
        )


def fieldnames() -> list[str]:
    """Of every DocType of the app: what a dict that is sent may be read by."""
    ours = frappe.get_all(
        "DocType", {"module": ["in", frappe.get_module_list("property_service")]}, pluck="name", order_by="name asc"
    )
    return sorted({field.fieldname for doctype in ours for field in frappe.get_meta(doctype).fields})


def odd_letters() -> st.SearchStrategy[str]:
    """Texts of controls, surrogates, combining and private letters."""
    return st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Mn", "So"]), min_size=1, max_size=8)


def kinds_of(hint: Any) -> list[Any]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [kind for kind in typing.get_args(hint) if kind is not type(None)]
    return [hint]


def of_kind(kind: Any, words: Words) -> st.SearchStrategy[Any]:
    """Values an argument annotated so might take, and near ones."""
    kind = typing.get_origin(kind) or kind
    if kind is typing.Literal:
        return st.one_of(st.sampled_from(typing.get_args(kind)), words.texts)
    if kind in (int, float):
        return st.one_of(st.sampled_from(NUMBERS), st.integers(-3, 40), st.floats())
    if kind is bool:
        return st.sampled_from(FLAGS)
    if kind in (date, datetime):
        return st.one_of(st.sampled_from(DATES), st.datetimes().map(str), st.dates().map(str))
    rows = st.dictionaries(words.fields, words.leaves, max_size=4)
    if kind is list:
        made: st.SearchStrategy[Any] = st.lists(st.one_of(words.leaves, rows), max_size=4)
    elif kind is dict:
        made = rows
    else:
        return words.texts
    return st.one_of(made, made.map(json.dumps))


@st.composite
def mutated(draw: st.DrawFn, value: Any, words: Words) -> Any:
    """A list or dict with one thing in it changed, taken away or added; written as JSON where it was."""
    as_text = isinstance(value, str)
    tree = json.loads(value) if as_text else json.loads(json.dumps(value))
    node = tree
    while node:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = draw(st.sampled_from(keys))
        if isinstance(node[key], (list, dict)) and node[key] and draw(st.booleans()):
            node = node[key]
            continue
        act = draw(st.sampled_from(("change", "take", "add")))
        if act == "change":
            node[key] = draw(words.leaves)
        elif act == "take":
            del node[key]
        elif isinstance(node, dict):
            node[draw(words.fields)] = draw(words.leaves)
        else:
            node.append(draw(st.one_of(st.just(node[key]), words.leaves)))
        break
    return json.dumps(tree) if as_text else tree


def is_tree(value: Any) -> bool:
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return bool(json.loads(value))
        except (ValueError, RecursionError):
            return False
    return bool(value) and isinstance(value, (list, dict))


@st.composite
def calls(
    draw: st.DrawFn,
    path: str,
    function: Callable[..., Any],
    methods: tuple[str, ...],
    real: dict[str, Any],
    words: Words,
    people: tuple[str, ...],
) -> Call:
    """A call of an endpoint: a real one with up to three arguments spoilt, some more or fewer, sent one way or another."""
    hints, parameters = typing.get_type_hints(function), inspect.signature(function).parameters
    sent = dict(real)
    for name, parameter in parameters.items():
        optional = name not in real and parameter.kind is not parameter.VAR_KEYWORD
        if optional and draw(st.integers(0, 3)) == 3:
            sent[name] = draw(st.one_of([of_kind(kind, words) for kind in kinds_of(hints.get(name, str))]))
    if sent:
        for name in draw(st.lists(st.sampled_from(sorted(sent)), max_size=3, unique=True)):
            if is_tree(sent[name]) and draw(st.integers(0, 3)):
                sent[name] = draw(mutated(sent[name], words))
            else:
                fitting = [of_kind(kind, words) for kind in kinds_of(hints.get(name, str))]
                sent[name] = draw(st.one_of(*fitting, *fitting, words.leaves))
        if draw(st.integers(0, 11)) == 11:
            del sent[draw(st.sampled_from(sorted(sent)))]
    pairs = list(sent.items())
    if draw(st.integers(0, 15)) == 15:
        pairs.append((draw(words.fields), draw(words.leaves)))
    if pairs and draw(st.integers(0, 15)) == 15:
        pairs.append((draw(st.sampled_from(pairs))[0], draw(words.leaves)))
    verb = draw(st.sampled_from((*methods, *methods, *methods, *methods, "GET", "POST")))
    how = "query" if verb == "GET" else draw(st.sampled_from(("form", "json", "form", "json", "multipart")))
    if how == "multipart":
        for name in draw(st.lists(st.sampled_from(("file", "photo", "photos", "paper", "picture")), max_size=2)):
            pairs.append((name, f"<file:{draw(st.sampled_from(sorted(FILES)))}>"))
    who = draw(st.sampled_from(people))
    return Call(who, verb, f"/api/method/property_service.{path}", how, tuple(pairs))


def broken_bodies(path: str) -> st.SearchStrategy[Call]:
    """Bodies that are not what their content type says."""
    bodies = ("{", "[1]", '"x"', "null", '{"a": 1}{', "\ufeff{}", "[" * 5000, "", "a=%ff%fe&b=%", "a" * 5000, "\x00")
    kinds = ("application/json", "application/json; charset=x", "text/plain", "application/x-www-form-urlencoded")
    kinds += ("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "")
    return st.builds(
        lambda who, body, kind: Call(who, "POST", path, "raw", (("", body),), kind),
        st.sampled_from(("guest", "owner", "desk")),
        st.one_of(st.sampled_from(bodies), st.text(max_size=40)),
        st.sampled_from(kinds),
    )
