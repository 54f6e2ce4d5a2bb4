"""Pages of the portal, lists of the platform over our documents, and downloads, with whatever in their addresses."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import frappe
import pytest
from hypothesis import strategies as st

from tests.fuzz.client import FILES, Call, Caller
from tests.fuzz.judge import Judge, find_wrong
from tests.fuzz.settings import CALLS
from tests.fuzz.strategies import Words, fieldnames

APP = Path(__file__).parents[2] / "property_service"
PAGES = sorted(path for path in (APP / "www").rglob("*.html"))
PEOPLE = ("owner", "owner", "owner", "neighbour", "guest", "desk", "technician")
ASKED = re.compile(r"""form_dict(?:\.get\(["'](\w+)|\.(?!get\b)(\w+))""")
OPERATORS = ("=", "!=", "like", "not like", "in", "not in", "between", ">", "is", "timespan", "descendants of", "x", "")


@pytest.fixture(scope="module")
def words(caller: Caller) -> Words:
    return Words(list(caller.words), fieldnames())


def route_of(page: Path) -> str:
    return "/" + str(page.relative_to(APP / "www").with_suffix("")).removesuffix("/index")


def asked_by(page: Path) -> tuple[list[str], list[str]]:
    """What a page reads of its address or form, and the acts its forms know."""
    module = page.with_name(page.stem.replace("-", "_") + ".py")
    source = module.read_text(encoding="utf-8") if module.exists() else ""
    names = {one for found in ASKED.findall(source) for one in found if one}
    acts = set(re.findall(r"""act == ["'](\w+)""", source))
    name = ".".join(module.relative_to(APP.parent).with_suffix("").parts)
    for act, (_call, fields) in getattr(importlib.import_module(name), "FORMS", {}).items():
        acts.add(act)
        names |= {field for field in fields if isinstance(field, str)}
    return sorted(names | {"name", "page", "act", "done"}), sorted(acts)


@st.composite
def visits(draw: st.DrawFn, page: Path, words: Words) -> Call:
    names, acts = asked_by(page)
    values = st.one_of(words.names, words.texts, words.leaves)
    keys = draw(st.lists(st.one_of(st.sampled_from(names), st.sampled_from(names), words.fields), max_size=5))
    sent = [(key, draw(values)) for key in keys]
    verb = draw(st.sampled_from(("GET", "GET", "POST")))
    if acts and verb == "POST":
        sent = [(key, value) for key, value in sent if key != "act"] + [("act", draw(st.sampled_from(acts)))]
    how = "query" if verb == "GET" else draw(st.sampled_from(("form", "form", "multipart", "json")))
    if how == "multipart":
        sent.append(("photos", f"<file:{draw(st.sampled_from(sorted(FILES)))}>"))
    return Call(draw(st.sampled_from(PEOPLE)), verb, route_of(page), how, tuple(sent))


def addresses(words: Words) -> st.SearchStrategy[Call]:
    """Codes, files and pages that are not there."""
    start = st.sampled_from(("/q/", "/private/files/", "/files/", "/resident/", "/resident", "/q"))
    rest = st.one_of(words.texts, st.text(max_size=12)).map(lambda text: text[:200].replace("?", "").replace("#", ""))
    return st.builds(
        lambda who, before, after: Call(who, "GET", before + after, "query"), st.sampled_from(PEOPLE), start, rest
    )


@st.composite
def lists(draw: st.DrawFn, doctype: str, words: Words) -> Call:
    """The platform's list or document of a DocType of ours."""
    fields = [field.fieldname for field in frappe.get_meta(doctype).fields] + ["name", "owner", "_user_tags"]
    field = st.one_of(st.sampled_from(fields), words.fields)
    condition = st.tuples(field, st.sampled_from(OPERATORS), words.leaves).map(list)
    options: dict[str, st.SearchStrategy[Any]] = {
        "fields": st.lists(st.one_of(field, field.map("count({})".format)), max_size=3),
        "filters": st.one_of(st.lists(condition, max_size=3), st.dictionaries(field, words.leaves, max_size=2)),
        "or_filters": st.lists(condition, max_size=2),
        "order_by": st.builds("{} {}".format, field, st.sampled_from(("asc", "desc", "x", ", name", "; --"))),
        "group_by": field,
        "limit_start": words.leaves,
        "limit_page_length": words.leaves,
        "as_dict": words.leaves,
        "parent": st.sampled_from(("Repair Request", "Resident", "x", "")),
        "run_method": st.sampled_from(("validate", "delete", "as_dict", "on_update", "get_timeline", "x")),
    }
    keys = draw(st.lists(st.sampled_from(sorted(options)), min_size=1, max_size=3, unique=True))
    path = f"/api/resource/{doctype}"
    if draw(st.integers(0, 3)) == 3:
        path += "/" + draw(words.texts)[:200].replace("?", "").replace("#", "")
    who = draw(st.sampled_from(("desk", "manager", "technician", "owner", "guest")))
    return Call(who, "GET", path, "query", tuple((key, draw(options[key])) for key in keys))


def test_pages_answer_whatever_they_are_asked(judge: Judge, words: Words) -> None:
    wrong = find_wrong(judge, [(route_of(page), visits(page, words)) for page in PAGES], int(CALLS * 0.08))
    assert not wrong, "\n".join(wrong)


def test_addresses_of_nothing_are_not_found(judge: Judge, words: Words) -> None:
    wrong = find_wrong(judge, [("addresses", addresses(words))], int(CALLS * 0.02))
    assert not wrong, "\n".join(wrong)


def test_lists_of_our_documents_never_fail_in_our_code(judge: Judge, words: Words) -> None:
    ours = frappe.get_all(
        "DocType",
        {"module": ["in", frappe.get_module_list("property_service")], "is_virtual": 0, "issingle": 0},
        pluck="name",
        order_by="name asc",
    )
    wrong = find_wrong(judge, [(doctype, lists(doctype, words)) for doctype in ours], int(CALLS * 0.05))
    assert not wrong, "\n".join(wrong)
