"""What README, SECURITY, OPERATIONS and docs/ name is there: files, commands, functions; operations say how they were tried."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox import cli

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
OPERATIONS, SECURITY = ROOT / "OPERATIONS.md", ROOT / "SECURITY.md"
DOCUMENTS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)\s]+)\)|src=\"([^\"]+)\"")
PATH = re.compile(r"`((?:tests|property_service|sandbox|benchmarks|docs)/[\w./-]*)`")
FUNCTION = re.compile(r"\b(property_service(?:\.\w+){2,})")
COMMAND = re.compile(r"python3 -m sandbox ([a-z]+)(?: ([a-z]+)\b)?")


def named(pattern: re.Pattern[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(document, what it names) for each match in the documents."""
    for path in DOCUMENTS:
        for found in pattern.finditer(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(ROOT)), found.groups(default="")


def test_the_documents_are_read() -> None:
    assert {path.name for path in DOCUMENTS} >= {"README.md", "SECURITY.md", "OPERATIONS.md", "online-payment.md"}
    assert all(list(named(pattern)) for pattern in (LINK, PATH, FUNCTION, COMMAND)), "a pattern that finds nothing"
    links = {link for document, (link, _src) in named(LINK) if document == "README.md"}
    assert {"SECURITY.md", "OPERATIONS.md"} <= links


def test_links_lead_to_files() -> None:
    wrong = []
    for document, (link, source) in named(LINK):
        target = link or source
        if "://" not in target and not (ROOT / document).parent.joinpath(target.partition("#")[0]).exists():
            wrong.append((document, target))
    assert not wrong


def test_paths_are_there() -> None:
    assert not [(document, path) for document, (path,) in named(PATH) if not (ROOT / path).exists()]


def test_commands_are_the_sandboxs() -> None:
    wrong = []
    for document, (command, word) in named(COMMAND):
        try:
            cli.parser().parse_known_args([command])
        except SystemExit:
            wrong.append((document, command))
        if command == "benchmark" and word and not (ROOT / "benchmarks" / f"{word}.py").exists():
            wrong.append((document, f"benchmark {word}"))
    assert not wrong


def test_functions_are_defined() -> None:
    wrong = []
    for document, (dotted,) in named(FUNCTION):
        *modules, name = dotted.split(".")
        file = ROOT.joinpath(*modules).with_suffix(".py")
        file = file if file.exists() else ROOT.joinpath(*modules, "__init__.py")
        tree = ast.parse(file.read_text(encoding="utf-8")) if file.exists() else ast.Module([], [])
        if name not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
            wrong.append((document, dotted))
    assert not wrong


def test_the_lowest_safe_releases_are_those_the_site_warns_of() -> None:
    source = (ROOT / "property_service/property_service/hardening.py").read_text(encoding="utf-8")
    known = ast.literal_eval(re.search(r"(?m)^SAFE_SINCE = (.*)$", source)[1])  # type: ignore[index]
    for document in (SECURITY, ROOT / "README.md"):
        text = document.read_text(encoding="utf-8")
        assert [release for release in known.values() if ".".join(map(str, release)) not in text] == []


def test_every_statement_about_operations_says_how_it_was_tried() -> None:
    items = re.split(r"\n(?=- |\n|#)", OPERATIONS.read_text(encoding="utf-8"))
    items = [item.strip() for item in items if item.strip().startswith("- ")]
    assert len(items) > 20
    assert not [item for item in items if not re.search(r"\[[^\]]+\]|[Nn]ot tried", item)]
