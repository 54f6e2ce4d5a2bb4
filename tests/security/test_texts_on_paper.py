"""Texts as they may have come into the database before there were rules: on every print format, in every report, in exports.

Every field of every DocType of ours in which people write is filled with markup, template code and a formula, here and in the
names of people; nothing of it may come to life.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import frappe
import pytest
from frappe.desk import query_report

from property_service.property_service import exports
from tests import figures
from tests.security.test_injection import script_reports
from tests.security.texts import ALIVE, hostile, run_by, text_fields

MARK = "zq" + frappe.generate_hash(length=5)
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pytest.fixture(scope="module")
def poisoned(world: Any) -> Iterator[Any]:
    """The world with a hostile text in every field people write in, in its documents, their rows and the names of people."""
    for doctype, name in world.documents.items():
        doc = frappe.get_doc(doctype, name)
        for one in (doc, *doc.get_all_children()):
            values = {field.fieldname: hostile(MARK) for field in text_fields(one.doctype) if can_hold(field)}
            if values:
                frappe.db.set_value(one.doctype, one.name, values, update_modified=False)
        frappe.clear_document_cache(doctype, name)
    for user in world.people.values():
        frappe.db.set_value(
            "User", user, {"full_name": hostile(MARK), "first_name": hostile(MARK)}, update_modified=False
        )
        frappe.clear_document_cache("User", user)
    frappe.db.set_value("Resident", {"name": ["!=", ""]}, "resident_name", hostile(MARK), update_modified=False)
    yield world


def can_hold(field: Any) -> bool:
    """Not what the app itself writes and reads again: keys, JSON, codes, and fields too short for the text."""
    machine = field.fieldname.endswith(("_key", "_hash", "_code", "_token")) or field.fieldname in ("figures", "phone")
    return not machine and not (field.length and int(field.length) < 140)


def print_formats() -> list[Any]:
    modules = frappe.get_module_list("property_service")
    return frappe.get_all("Print Format", {"module": ["in", modules]}, ["name", "doc_type"], order_by="name asc")


def test_every_print_format_shows_texts_as_texts(poisoned: Any) -> None:
    wrong, seen = [], set()
    formats = print_formats()
    assert len(formats) > 20
    for row in formats:
        name = poisoned.documents[row.doc_type]
        for language in ("en", "zh"):
            frappe.local.lang = language
            try:
                html = frappe.get_print(row.doc_type, name, row.name)
            except frappe.ValidationError as error:  # papers that are not due yet say so
                html = str(error)
            wrong += [f"{row.name}: {part}" for part in run_by(html)]
            if MARK in html:
                seen.add(row.name)
    assert not wrong
    assert len(seen) > len(formats) / 2, seen


def rows_of(report: str) -> dict[str, Any]:
    span = {"from_date": frappe.utils.add_days(frappe.utils.today(), -30), "to_date": frappe.utils.today()}
    unit = {"unit": None}
    return query_report.run(report, json.dumps({**span, **unit}, default=str))


def test_no_report_runs_a_text(poisoned: Any) -> None:
    """Messages, summaries and labels of columns and charts are markup for the desk; cells are shown by its formatters."""
    wrong = []
    frappe.set_user(poisoned.people["manager"])
    for report in script_reports():
        try:
            found = rows_of(report)
        except frappe.ValidationError:
            continue
        markup = {key: found.get(key) for key in ("columns", "message", "chart", "report_summary")}
        wrong += [f"{report}: {part}" for part in run_by(json.dumps(markup, default=str).replace('\\"', '"'))]
        if "49861" in json.dumps(found, default=str):
            wrong.append(f"{report}: reckoned")
    assert not wrong


def exported(kind: str, call: Any, **form: Any) -> list[list[Any]]:
    """The rows of an export as a table program would read them; cells it would reckon are given as "formula"."""
    frappe.local.form_dict = frappe._dict(file_format_type=kind, title="x", **form)
    frappe.local.response = frappe._dict()
    call()
    content = frappe.local.response.get("filecontent") or frappe.local.response.get("result")
    figures.count("attacks tried")
    if kind == "CSV":
        import csv

        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        return [
            ["formula" if cell.startswith(STARTS_A_FORMULA) and MARK in cell else cell for cell in row]
            for row in csv.reader(io.StringIO(text))
        ]
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(content)).active
    return [["formula" if cell.data_type == "f" else cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("kind", ["CSV", "Excel"])
def test_no_export_holds_a_formula(poisoned: Any, kind: str) -> None:
    """What a resident writes is a text for the table program that opens the file, too."""
    frappe.set_user(poisoned.people["manager"])
    wrong, held = [], 0
    for doctype, field in (
        ("Repair Request", "description"),
        ("Resident", "resident_name"),
        ("Resident Complaint", "details"),
    ):
        fields = json.dumps([f"`tab{doctype}`.`name`", f"`tab{doctype}`.`{field}`"])
        rows = exported(kind, exports.export_query, doctype=doctype, fields=fields, view="Report")
        held += sum(MARK in str(cell) for row in rows for cell in row)
        wrong += [f"{doctype} {field}" for row in rows for cell in row if cell == "formula"]
    assert not wrong
    assert held, "the texts are in the file"


@pytest.mark.parametrize("kind", ["CSV", "Excel"])
@pytest.mark.parametrize("way", ["download_template", "export_data"])
def test_no_template_with_data_holds_a_formula(poisoned: Any, kind: str, way: str) -> None:
    """The files of Data Import and Data Export."""
    frappe.set_user(poisoned.people["manager"])
    wrong, held = [], 0
    for doctype, field in (("Repair Request", "description"), ("Resident", "resident_name")):
        columns = json.dumps({doctype: ["name", field]})
        calls = {
            "download_template": lambda: exports.download_template(doctype, columns, "all", None, kind),  # noqa: B023
            "export_data": lambda: exports.export_data(doctype, columns, with_data=1, file_type=kind),  # noqa: B023
        }
        rows = exported(kind, calls[way])
        held += sum(MARK in str(cell) for row in rows for cell in row)
        wrong += [f"{doctype} {field}" for row in rows for cell in row if cell == "formula"]
    assert not wrong
    assert held, "the texts are in the file"


ROWS = json.dumps(list(range(1000)))


@pytest.mark.parametrize("kind", ["CSV", "Excel"])
def test_no_export_of_a_report_holds_a_formula(poisoned: Any, kind: str) -> None:
    frappe.set_user(poisoned.people["manager"])
    span = {"from_date": frappe.utils.add_days(frappe.utils.today(), -30), "to_date": frappe.utils.today()}
    export = frappe.get_attr(
        frappe.get_hooks("override_whitelisted_methods")["frappe.desk.query_report.export_query"][-1]
    )
    wrong, held = [], 0
    for report in script_reports():
        try:
            rows = exported(kind, export, report_name=report, filters=json.dumps(span, default=str), visible_idx=ROWS)
        except frappe.ValidationError:  # wants another filter
            continue
        held += sum(MARK in str(cell) for row in rows for cell in row)
        wrong += [report for row in rows for cell in row if cell == "formula"]
    assert not wrong
    assert held, "the texts are in the files"


def test_all_parts_are_looked_for() -> None:
    assert [part for part in ALIVE if part in "<svg onload=window.__hit=1> 49861"] == [
        "<svg onload=window.__hit",
        "49861",
    ]
    assert run_by(frappe.utils.escape_html(hostile(MARK))) == []
    assert run_by(hostile(MARK))
