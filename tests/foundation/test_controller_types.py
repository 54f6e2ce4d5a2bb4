"""Each controller carries the types of its DocType's fields, as the platform writes them.

After a change of a DocType `WRITE_TYPES=1 python3 -m sandbox test tests/foundation/test_controller_types.py` writes them.
"""

import ast
import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import frappe
import pytest
from frappe.model.base_document import get_controller
from frappe.types.exporter import TypeExporter, end_block, start_block

import property_service

APP = Path(property_service.__file__).parent
DEFINITIONS = [path for path in sorted(APP.glob("*/doctype/*/*.json")) if path.stem == path.parent.name]
WRITE = bool(os.environ.get("WRITE_TYPES"))


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda path: path.stem)
def test_the_types_in_a_controller_are_those_of_its_fields(definition):
    doctype = frappe.get_doc(json.loads(definition.read_text(encoding="utf-8")))
    exporter = TypeExporter(doctype)
    exporter._guess_indetation()
    wanted = exporter._generate_code()
    if WRITE:
        write(exporter.controller_path, get_controller(doctype.name), wanted)
    assert declared(block_of(exporter.controller_path.read_text(encoding="utf-8"))) == declared(wanted)


def test_a_changed_field_is_noticed():
    doctype = frappe.get_doc("DocType", "Resident Phone")
    exporter = TypeExporter(doctype)
    before = declared(exporter._generate_code())
    doctype.append("fields", {"fieldname": "extension", "fieldtype": "Data"})
    assert declared(TypeExporter(doctype)._generate_code()) == before | {"extension: DF.Data | None"}


def block_of(code: str) -> str:
    assert start_block in code, "no block of types"
    begin, end = code.index(start_block), code.index(end_block) + len(end_block)
    return code[code.rindex("\n", 0, begin) + 1 : end]


def declared(block: str) -> set[str]:
    """What a block says, however it is quoted and wrapped."""
    tree = ast.parse(textwrap.dedent(block))
    checked = next(node for node in tree.body if isinstance(node, ast.If))
    return {ast.unparse(node) for node in checked.body}


def write(path: Path, controller: type, block: str) -> None:
    """Put the block in its place, below the docstring of a class that has one, in the style of the house."""
    code = path.read_text(encoding="utf-8")
    if start_block in code:
        code = code.replace(block_of(code), block)
    else:
        lines = code.splitlines(keepends=True)
        tree = ast.parse(code)
        node = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == controller.__name__)
        first = node.body[0]
        begins = min([first.lineno, *(d.lineno for d in getattr(first, "decorator_list", []))])
        below = first.end_lineno if ast.get_docstring(node) else begins - 1
        code = "".join([*lines[:below], "\n" * bool(ast.get_docstring(node)), block, "\n\n", *lines[below:]])
    path.write_text(code, encoding="utf-8")
    for command in (("check", "--fix", "-q"), ("format", "-q")):
        subprocess.run([Path(sys.executable).with_name("ruff"), *command, path], check=True)
