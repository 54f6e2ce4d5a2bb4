"""What a browser may call besides the endpoints: a short list, each with its reason."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import frappe
import pytest

from tests.portal.world import World, peopled

ROOT = Path(__file__).parents[2]
CALLS = "property_service.property_service.desk_calls"
EXPORTS, LINKS = "property_service.property_service.exports", "property_service.property_service.link_search"
OVERRIDES = "stands in for the platform's own function, whose arguments it takes as they come"
LINK_QUERY = "the platform calls it for a Link field, with its own arguments"
# Function → why it is whitelisted without being an endpoint.
WITHOUT_ENDPOINT = {
    "property_service.property_service.endpoint.endpoint.decorate": "the decorator of all endpoints itself",
    f"{EXPORTS}.export_query": OVERRIDES,
    f"{EXPORTS}.export_report": OVERRIDES,
    f"{EXPORTS}.download_template": OVERRIDES,
    f"{EXPORTS}.export_data": OVERRIDES,
    **dict.fromkeys(
        (f"{CALLS}.{name}" for name in ("chart", "column", "get_link_title", "search_link", "search_widget")), OVERRIDES
    ),
    "property_service.front_desk.complaint_search.complaints": LINK_QUERY,
    "property_service.property_service.linked_documents.count": OVERRIDES,
    "property_service.property_service.linked_documents.get": OVERRIDES,
    f"{LINKS}.listed": LINK_QUERY,
    f"{LINKS}.residents": LINK_QUERY,
    f"{LINKS}.units": LINK_QUERY,
}


def whitelisted(source: str, module: str) -> list[str]:
    """The innermost function or class around each mention of the platform's `whitelist`, a decorator's included."""
    tree, found = ast.parse(source), []
    for node in ast.walk(tree):
        # frappe.whitelist, whitelist, from frappe import whitelist as anything
        if "whitelist" in (getattr(node, "attr", ""), getattr(node, "id", ""), getattr(node, "name", "")):
            found.append(".".join([module, *around(tree, node.lineno)]))
    return found


def around(tree: ast.AST, line: int) -> Iterator[str]:
    """Names of the definitions around a line, the outermost first."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first <= line <= (node.end_lineno or first):
                yield node.name
                yield from around(node, line)
        elif getattr(node, "lineno", line) <= line <= (getattr(node, "end_lineno", line) or line):
            yield from around(node, line)


@pytest.mark.pure
@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("import frappe\n@frappe.whitelist()\ndef f(): ...", "m.f"),
        ("import frappe\n@frappe.whitelist(allow_guest=True)\n@other\ndef f(): ...", "m.f"),
        ("from frappe import whitelist as w\n@w()\ndef f(): ...", "m"),
        ("class C(Document):\n    @frappe.whitelist()\n    def f(self): ...", "m.C.f"),
        ("if True:\n    @frappe.whitelist\n    async def f(): ...", "m.f"),
        ("def f(): ...\nf = frappe.whitelist()(f)", "m"),
    ],
)
def test_every_way_to_whitelist_is_seen(source: str, name: str) -> None:
    assert whitelisted(source, "m") == [name]


@pytest.mark.pure
def test_nothing_but_endpoints_is_whitelisted() -> None:
    found: list[str] = []
    for path in sorted((ROOT / "property_service").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found += whitelisted(path.read_text(encoding="utf-8"), module)
    assert sorted(found) == sorted(WITHOUT_ENDPOINT)


# The same over HTTP

RESIDENT_FIELDS = ["`tabResident`.`name`", "`tabResident`.`resident_name`", "`tabResident`.`primary_phone`"]
EXPORT = {
    "doctype": "Resident",
    "fields": json.dumps(RESIDENT_FIELDS),
    "file_format_type": "CSV",
    "title": "Resident",
    "view": "Report",
}
LINK = {"searchfield": "name", "start": 0, "page_len": 20}
# Method, arguments. Words in braces are filled in with what the attacker looks for.
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    (f"{EXPORTS}.export_query", EXPORT),
    ("frappe.desk.reportview.export_query", EXPORT),
    (f"{EXPORTS}.export_query", {**EXPORT, "doctype": "Property Unit", "fields": '["name"]'}),
    (f"{EXPORTS}.download_template", {"doctype": "Resident", "export_records": "all"}),
    ("frappe.core.doctype.data_import.data_import.download_template", {"doctype": "Resident", "export_records": "all"}),
    (f"{EXPORTS}.export_data", {"doctype": "Resident", "with_data": 1, "all_doctypes": 1}),
    ("frappe.core.doctype.data_export.exporter.export_data", {"doctype": "Resident", "with_data": 1}),
    (f"{LINKS}.residents", {"doctype": "Resident", "txt": "{resident_name}", **LINK}),
    (f"{LINKS}.residents", {"doctype": "Resident", "txt": "", **LINK}),
    (f"{LINKS}.units", {"doctype": "Property Unit", "txt": "{room_no}", **LINK}),
    (f"{LINKS}.units", {"doctype": "Property Unit", "txt": "", "filters": '{"name": "{room}"}', **LINK}),
    (f"{LINKS}.units", {"doctype": "Property Unit", "txt": "", "filters": '[["name", "like", "%"]]', **LINK}),
    ("frappe.desk.search.search_link", {"doctype": "Resident", "txt": "{resident_name}"}),
    ("frappe.desk.search.search_link", {"doctype": "Property Unit", "txt": "{room_no}"}),
)


@pytest.fixture(scope="module")
def world(server: str) -> Iterator[World]:
    with peopled(server) as made:
        yield made


def words(world: World) -> dict[str, str]:
    """What nobody from outside may learn, by what it is; numbers of rooms are part of the name."""
    owner, neighbour = (world.residents[who] for who in ("owner", "neighbour"))
    return {
        "resident": owner,
        "neighbour": neighbour,
        "resident_name": frappe.db.get_value("Resident", neighbour, "resident_name"),
        "phone": world.phones["neighbour"],
        "room": world.rooms["next_door"],
        "room_no": frappe.db.get_value("Property Unit", world.rooms["next_door"], "room_no"),
    }


@pytest.mark.parametrize("verb", ["GET", "POST"])
@pytest.mark.parametrize("who", ["guest", "owner", "gone", "far_desk", "far_manager"])
def test_they_tell_nobody_what_is_not_his(world: World, who: str, verb: str) -> None:
    secrets, wrong = words(world), []
    if who == "owner":
        del secrets["resident"]
    for method, arguments in CALLS:
        sent = {}
        for key, value in arguments.items():
            for word, secret in words(world).items():
                value = value.replace("{" + word + "}", secret) if isinstance(value, str) else value
            sent[key] = value
        answer = world.person(who).call(method, verb, **sent)
        if answer.status_code >= 500:
            wrong.append(f"{method} {sent}: {answer.status_code} {answer.text[-300:]}")
        if who == "guest" and answer.status_code not in (401, 403):
            wrong.append(f"{method}: lets guests in, {answer.status_code}")
        told = answer.text
        for value in sent.values():
            told = told.replace(str(value), "") if len(str(value)) > 3 else told
        wrong += [f"{method} tells {who} the {word}" for word, secret in secrets.items() if secret in told]
    assert not wrong


def test_whoever_works_there_is_told(world: World) -> None:
    """Else the walk above would prove nothing."""
    secrets = words(world)
    answers = [world.person("manager").call(method, "POST", **arguments).text for method, arguments in CALLS[:2]]
    answers.append(
        world.person("desk").call(f"{LINKS}.residents", doctype="Resident", txt=secrets["resident_name"], **LINK).text
    )
    assert all(secrets["neighbour"] in answer for answer in answers)
    answer = world.person("desk").call(f"{LINKS}.units", doctype="Property Unit", txt=secrets["room_no"], **LINK)
    assert secrets["room"] in answer.text


@pytest.mark.parametrize("filters", ["5", "x", "[1]", "[[]]", '[["name"]]', '{"name": ["or"]}', "{}"])
@pytest.mark.parametrize("name", ["residents", "units"])
def test_filters_that_are_none_are_no_error_of_ours(world: World, name: str, filters: str) -> None:
    doctype = {"residents": "Resident", "units": "Property Unit"}[name]
    answer = world.person("desk").call(f"{LINKS}.{name}", doctype=doctype, txt="", filters=filters, **LINK)
    assert answer.status_code < 500, answer.text[-500:]


@pytest.mark.parametrize(
    "nonsense",
    [
        {"fields": "8a90b30419"},
        {"fields": "5"},
        {"fields": "[[]]"},
        {"fields": "[" * 5000},
        {"filters": "{"},
        {"or_filters": "x"},
        {"selected_items": "name"},
        {"file_format_type": "PDF"},
        {"doctype": "No such DocType"},
    ],
)
def test_exports_of_nonsense_are_refused_with_a_sentence(world: World, nonsense: dict[str, str]) -> None:
    answer = world.person("manager").call(f"{EXPORTS}.export_query", "POST", **{**EXPORT, **nonsense})
    assert 400 <= answer.status_code < 500, answer.text[-500:]


@pytest.mark.parametrize("missing", ["doctype", "txt", "start", "page_len"])
@pytest.mark.parametrize("name", ["residents", "units"])
def test_searches_without_what_they_need_are_refused_with_a_sentence(world: World, name: str, missing: str) -> None:
    sent = {key: value for key, value in {"doctype": "Resident", "txt": "", **LINK}.items() if key != missing}
    answer = world.person("desk").call(f"{LINKS}.{name}", **sent)
    assert answer.status_code == 400, answer.text[-500:]


def test_what_is_no_doctype_is_not_counted(world: World) -> None:
    count = "property_service.property_service.linked_documents.count"
    assert world.person("desk").call(count, doctype="No such DocType").status_code == 404
    assert world.person("manager").call(count, doctype="Country").json()["message"] > 100


def test_nobody_counts_what_he_may_not_list_of_other_apps(world: World) -> None:
    """Else whoever has the desk reads names and keys of accounts letter by letter."""
    count = "property_service.property_service.linked_documents.count"
    for doctype in ("User", "User Permission", "Error Log", "Access Log", "Country"):
        counted = world.person("technician").call(count, doctype=doctype)
        listed = world.person("technician").get(f"/api/resource/{doctype}", params={"limit_page_length": 0})
        assert counted.status_code == listed.status_code, (doctype, counted.text)
        if counted.status_code == 200:
            assert counted.json()["message"] == len(listed.json()["data"]), doctype
    assert world.person("technician").call(count, doctype="User Permission").status_code == 403


@pytest.mark.parametrize("doctype", ["x" * 200, "No such DocType"])
def test_what_is_no_doctype_is_not_exported(world: World, doctype: str) -> None:
    answer = world.person("desk").call(f"{EXPORTS}.export_data", doctype=doctype, with_data=1, all_doctypes=1)
    assert answer.status_code == 400, answer.text[-500:]
