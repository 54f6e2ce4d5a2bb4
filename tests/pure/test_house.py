"""The shape of the house: small files, doors and rules, imports down the stairs, documented endpoints."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.pure

ROOT = Path(__file__).parents[2]
APP = ROOT / "property_service"
STAIRS = (
    {"portal", "integrations", "setup"},
    {"moving"},
    {"community_life"},
    {"decoration"},
    {"patrol"},
    {"repairs"},
    {"fees"},
    {"front_desk"},
    {"dispatch"},
    {"property_service"},
)
TYPES_BLOCK = re.compile(r"# begin: auto-generated types.*?# end: auto-generated types", re.S)


def code_files(*endings: str) -> Iterator[Path]:
    for folder in (APP, ROOT / "sandbox"):
        for path in sorted(folder.rglob("*")):
            if path.suffix in endings and "node_modules" not in path.parts:
                yield path


def is_test(path: Path) -> bool:
    return path.name.startswith("test_") or "tests" in path.parts


def step_of(room: str) -> int | None:
    return next((number for number, rooms in enumerate(STAIRS) if room in rooms), None)


@pytest.mark.parametrize("ending", [".py", ".js", ".mjs", ".css", ".scss", ".html"])
def test_no_file_is_too_long(ending):
    long = []
    for path in code_files(ending):
        limit = 200 if "doctype" in path.parts and ending == ".py" else 400
        lines = TYPES_BLOCK.sub("", path.read_text(encoding="utf-8")).count("\n")
        if lines > limit and not is_test(path):
            long.append(f"{path.relative_to(ROOT)}: {lines} > {limit}")
    assert not long


def test_imports_go_down_the_stairs():
    wrong = []
    for path in code_files(".py"):
        parts = path.relative_to(ROOT).parts
        if parts[0] != "property_service" or is_test(path) or step_of(parts[1]) is None:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                there = step_of(name.split(".")[1]) if name.startswith("property_service.") else None
                if there is not None and there < step_of(parts[1]):
                    wrong.append(f"{'/'.join(parts)}:{node.lineno} imports {name}")
    assert not wrong


def test_nothing_imports_erpnext_at_the_top():
    wrong = []
    for path in code_files(".py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            wrong += [f"{path}:{node.lineno}" for name in names if name.split(".")[0] == "erpnext"]
    assert not wrong


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node


def test_whatever_a_browser_may_call_is_typed_and_documented():
    wrong = []
    for path in code_files(".py"):
        for node in functions(path):
            decorators = " ".join(ast.unparse(d) for d in node.decorator_list)
            if is_test(path) or not re.search(r"\b(whitelist|endpoint)\b", decorators):
                continue
            args = [a for a in node.args.args + node.args.kwonlyargs if a.arg not in ("self", "cls")]
            if any(a.annotation is None for a in args) or node.returns is None or not ast.get_docstring(node):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not wrong


def test_every_function_of_the_app_is_typed():
    wrong = []
    for path in code_files(".py"):
        if is_test(path):
            continue
        for node in functions(path):
            args = [
                a for a in node.args.posonlyargs + node.args.args + node.args.kwonlyargs if a.arg not in ("self", "cls")
            ]
            if any(a.annotation is None for a in args) or node.returns is None:
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not wrong


def test_permission_checks_are_only_skipped_for_a_written_reason():
    wrong = []
    for path in code_files(".py"):
        if is_test(path) or "sandbox" in path.parts:
            continue
        lines = path.read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if re.search(r"ignore_permissions\s*=\s*True", line.split("#")[0]):
                near = "\n".join(lines[max(0, number - 12) : number + 3])
                if "#" not in near and '"""' not in near:
                    wrong.append(f"{path.relative_to(ROOT)}:{number + 1}")
    assert not wrong


def test_no_sql_is_built_from_strings():
    wrong = []
    for path in code_files(".py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("db.sql", "db.multisql")) and node.args:
                first = node.args[0]
                formatted = isinstance(first, ast.Call) and ast.unparse(first.func).endswith(".format")
                if (isinstance(first, (ast.JoinedStr, ast.BinOp)) or formatted) and not is_test(path):
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong


def test_no_literal_desk_route():
    wrong = [
        f"{path.relative_to(ROOT)}"
        for path in code_files(".py")
        if not is_test(path) and "sandbox" not in path.parts and re.search(r"""["'f]/?app/""", path.read_text())
    ]
    assert not wrong


def test_staff_are_told_in_their_own_language():
    """A sentence for colleagues is only marked for translation: whoever causes it may read another language."""
    wrong = []
    for path in code_files(".py"):
        source = path.read_text(encoding="utf-8")
        if is_test(path) or "tell_staff" not in source:
            continue
        tree = ast.parse(source)
        only_mark = {"mark"} | {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("rule_error")
            for alias in node.names
            if alias.name == "mark"
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("tell_staff") and len(node.args) > 1:
                for call in (n for n in ast.walk(node.args[1]) if isinstance(n, ast.Call)):
                    if ast.unparse(call.func) in {"_", "frappe._"} - only_mark:
                        wrong.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    assert not wrong
