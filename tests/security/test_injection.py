"""Nothing that is sent becomes part of a question to the database: the platform's lists on every DocType of ours, our own Link
searches and counts, the filters of every report. What the endpoints take is attacked in `test_type_confusion.py`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

import frappe
import pytest
from frappe import client
from frappe.desk import listview, query_report, reportview, search

from property_service.front_desk import complaint_search
from property_service.property_service import exports, link_search, linked_documents
from tests.security.sql_watch import PAYLOADS, WILD, WORD, attacked, outside_quotes
from tests.security.test_doctypes import doctypes_of_the_app
from tests.security.test_scope import SCOPED

APP = Path(__file__).parents[2] / "property_service"
OUTSIDERS = ("far_manager", "far_desk", "gone")
WAYS_A_DOCTYPE = 5
Way = Callable[[str, str], Any]


def asked(doctype: str, **form: Any) -> Any:
    """The list of the desk, as a browser asks for it."""
    sent = {"fields": '["name"]', "start": 0, "page_length": 20, **form}
    frappe.local.form_dict = frappe._dict(doctype=doctype, **sent)
    return reportview.get()


def exported(doctype: str, **form: Any) -> Any:
    frappe.local.form_dict = frappe._dict(
        {"doctype": doctype, "file_format_type": "CSV", "title": "x", "fields": '["name"]', **form}
    )
    return exports.export_query()


# Where a browser can put words of its own into one of the platform's questions about a list.
PLATFORM: dict[str, Way] = {
    "order": lambda doctype, text: client.get_list(doctype, order_by=text),
    "order after a field": lambda doctype, text: client.get_list(doctype, order_by=f"name {text}"),
    "order of the desk": lambda doctype, text: asked(doctype, order_by=f"`tab{doctype}`.`{text}` desc"),
    "group": lambda doctype, text: asked(doctype, group_by=text),
    "field": lambda doctype, text: client.get_list(doctype, fields=[text]),
    "field as": lambda doctype, text: client.get_list(doctype, fields=["name", f"name as {text}"]),
    "function": lambda doctype, text: client.get_list(doctype, fields=[f"count({text})"]),
    "field of the desk": lambda doctype, text: asked(doctype, fields=json.dumps([f"`tab{doctype}`.`{text}`"])),
    "filter on": lambda doctype, text: client.get_list(doctype, filters={text: 1}),
    "filter in": lambda doctype, text: client.get_list(doctype, filters=[[text, "name", "=", "x"]]),
    "operator": lambda doctype, text: client.get_list(doctype, filters={"name": [text, "x"]}),
    "equal": lambda doctype, text: client.get_list(doctype, filters={"name": text}),
    "in": lambda doctype, text: client.get_list(doctype, filters={"name": ["in", [text, "x"]]}),
    "between": lambda doctype, text: client.get_list(doctype, filters={"creation": ["between", [text, text]]}),
    "like": lambda doctype, text: asked(doctype, filters=json.dumps([[doctype, "name", "like", text]])),
    "or": lambda doctype, text: client.get_list(doctype, or_filters=[["name", "=", text], ["owner", "=", text]]),
    "or on": lambda doctype, text: client.get_list(doctype, or_filters={text: "x"}),
    "start": lambda doctype, text: client.get_list(doctype, limit_start=text),
    "length": lambda doctype, text: asked(doctype, page_length=text),
    "value of": lambda doctype, text: client.get_value(doctype, text),
    "value where": lambda doctype, text: client.get_value(doctype, "name", {"name": ["like", text]}),
    "groups of the list": lambda doctype, text: listview.get_group_by_count(doctype, "[]", text),
    "link": lambda doctype, text: search.search_link(doctype, text),
    "link where": lambda doctype, text: search.search_link(doctype, "", filters=json.dumps({"name": ["like", text]})),
    "link by": lambda doctype, text: search.search_widget(doctype, "x", searchfield=text),
}  # fmt: skip


def ours(query: Callable[..., Any], text: str, filters: Any = None, doctype: str = "") -> Any:
    return query(doctype=doctype, txt=text, searchfield="name", start=0, page_len=20, filters=filters)


SEARCHES: dict[str, tuple[Callable[..., Any], str]] = {
    "residents": (link_search.residents, "Resident"),
    "units": (link_search.units, "Property Unit"),
    "visits": (link_search.listed, "Return Visit"),
    "checks": (link_search.listed, "Service Quality Check"),
    "complaints": (complaint_search.complaints, "Resident Complaint"),
}
# The same for what stands in the platform's place.
OURS: dict[str, Way] = {
    "text": lambda name, text: ours(SEARCHES[name][0], text, None, SEARCHES[name][1]),
    "equal": lambda name, text: ours(SEARCHES[name][0], "", {"name": text}, SEARCHES[name][1]),
    "on": lambda name, text: ours(SEARCHES[name][0], "", {text: "x"}, SEARCHES[name][1]),
    "on, as text": lambda name, text: ours(SEARCHES[name][0], "", json.dumps({text: "x"}), SEARCHES[name][1]),
    "on, in a list": lambda name, text: ours(SEARCHES[name][0], "", [[text, "=", "x"]], SEARCHES[name][1]),
    "in": lambda name, text: ours(SEARCHES[name][0], "", [[text, "name", "=", "x"]], SEARCHES[name][1]),
    "operator": lambda name, text: ours(SEARCHES[name][0], "", {"name": [text, "x"]}, SEARCHES[name][1]),
    "value": lambda name, text: ours(SEARCHES[name][0], "", {"name": ["in", [text]]}, SEARCHES[name][1]),
    "count": lambda name, text: linked_documents.count(SEARCHES[name][1], json.dumps([["name", "like", text]])),
    "count on": lambda name, text: linked_documents.count(SEARCHES[name][1], json.dumps({text: 1})),
    "count of": lambda name, text: linked_documents.count(SEARCHES[name][1], text),
    "count by": lambda name, text: linked_documents.count(SEARCHES[name][1], json.dumps({"name": [text, 1]})),
    "refers to": lambda name, text: linked_documents.get(SEARCHES[name][1], text),
    "export where": lambda name, text: exported(SEARCHES[name][1], filters=json.dumps({"name": ["like", text]})),
}  # fmt: skip


@pytest.fixture
def secrets(world: Any) -> set[str]:
    """Names of documents "here" that nobody from elsewhere may learn."""
    return {name for doctype, name in world.documents.items() if doctype in SCOPED and len(name) > 4}


def tried(world: Any, secrets: set[str], who: str, call: Callable[[], Any], named: str) -> list[str]:
    """What is wrong with an attack: what `attacked` finds, and names it tells somebody from elsewhere."""
    told, wrong = attacked(world.people[who], call)
    if who in OUTSIDERS:
        wrong += [f"tells of {name}" for name in secrets if name in told]
    return [f"{who}: {named}: {what}" for what in wrong]


@pytest.mark.pure
def test_the_watch_knows_a_text_from_a_question() -> None:
    assert WORD not in outside_quotes(f"select 1 where a='{WORD}\\' or 1=1' and b='{WORD}''x'")
    assert WORD in outside_quotes(f"select 1 where a='x' or {WORD} and b='y'")
    assert WORD in outside_quotes(f"select `{WORD}`")
    assert all(WORD in text for text in PAYLOADS)


def test_the_watch_sees_an_injection_and_a_leak(world: Any, secrets: set[str]) -> None:
    """Else the walks below would prove nothing."""
    building = world.documents["Building"]
    careless = "select name from tabResident where name = 'x"
    told, wrong = attacked(world.people["desk"], lambda: frappe.db.sql(f"{careless}{PAYLOADS[0][1:]}"))
    assert len(wrong) == 1 and world.documents["Resident"] in told
    told, wrong = attacked(world.people["manager"], lambda: PLATFORM["like"]("Building", f"{building[:-1]}%"))
    assert building in told and not wrong and building in secrets


def test_lists_tell_nobody_what_is_not_his_whatever_is_asked(world: Any, secrets: set[str]) -> None:
    """Each DocType by some of the ways, in turn. How the platform itself refuses is its own affair: by the release, with an error."""
    ways, payloads, people = cycle(PLATFORM.items()), cycle((*PAYLOADS, *WILD)), cycle(OUTSIDERS)
    wrong: list[str] = []
    for doctype in doctypes_of_the_app():
        who = next(people)
        for (way, call), payload in zip(islice(ways, WAYS_A_DOCTYPE), payloads, strict=False):
            found = tried(
                world,
                secrets,
                who,
                lambda call=call, doctype=doctype, payload=payload: call(doctype, payload),
                f"{way} {doctype} {payload!r}",
            )
            wrong += [what for what in found if "tells of" in what]
    assert not wrong


def test_values_never_become_part_of_a_platform_question(world: Any, secrets: set[str]) -> None:
    """Where residents' words lie: each payload as a value, with the conditions our hooks add."""
    wrong: list[str] = []
    ways = ("equal", "in", "between", "like", "or", "value where", "link", "link where")
    for doctype, way, payload in product(("Resident Complaint",), ways, (*PAYLOADS, *WILD)):
        wrong += tried(
            world,
            secrets,
            "far_manager",
            lambda way=way, doctype=doctype, payload=payload: PLATFORM[way](doctype, payload),
            f"{way} {doctype} {payload!r}",
        )
    assert not wrong


def test_our_own_searches_take_words_for_words(world: Any, secrets: set[str]) -> None:
    """Payloads in turn by every way, by those outside and by the manager, who gets furthest."""
    people, wrong = cycle((*OUTSIDERS, "manager")), []
    payloads = cycle((*PAYLOADS, *WILD))
    assert {doctype for _call, doctype in SEARCHES.values()} == set(
        frappe.get_hooks("standard_queries", app_name="property_service")
    )
    for name, (way, call), payload in (
        (*pair, next(payloads)) for pair in product(SEARCHES, OURS.items()) for _turn in range(5)
    ):
        wrong += tried(
            world,
            secrets,
            next(people),
            lambda call=call, name=name, payload=payload: call(name, payload),
            f"{way} {name} {payload!r}",
        )
    assert not wrong


# Reports


def script_reports() -> list[str]:
    modules = frappe.get_module_list("property_service")
    found = {"module": ["in", modules], "report_type": "Script Report"}
    return frappe.get_all("Report", found, pluck="name", order_by="name asc")


def filters_of(report: str) -> set[str]:
    """The filters a report reads, from its screen and from its code."""
    folder = next(APP.glob(f"*/report/{frappe.scrub(report)}"))
    sources = [path.read_text(encoding="utf-8") for path in folder.glob(f"{folder.name}.*")]
    names = {name for text in sources for name in re.findall(r'fieldname: "(\w+)"', text)}
    return names | {name for text in sources for name in re.findall(r'filters(?:\.get\(|\[)"(\w+)"', text)}


def test_no_report_takes_a_filter_for_a_question(world: Any, secrets: set[str]) -> None:
    wrong: list[str] = []
    people = cycle(("manager", "far_manager", "cashier", "far_desk"))
    values = cycle((*PAYLOADS, *WILD[:1], ["like", "%"], ["x'] or sleep(0) or ['x"], {"a": 1}, {"x": "'"}))
    reports = script_reports()
    assert len(reports) > 20
    for report in reports:
        names = sorted(filters_of(report) | {"community", "from_date", "to_date", "group_by"})
        for name, payload in ((name, next(values)) for name in names for _turn in range(2)):
            sent = json.dumps({"from_date": "2026-01-01", "to_date": "2026-12-31", name: payload})
            wrong += tried(
                world,
                secrets,
                next(people),
                lambda sent=sent, report=report: query_report.run(report, sent),
                f"{report} {name}={payload!r}",
            )
    assert not wrong
