"""The house rules that are read off the code: each takes a file and yields the lines that break it, with what is wrong there.

A rule says of itself which files it is for. `test_house.py` holds them against the whole app, `test_house_rules.py` against samples that
break them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath

from tests.pure.house_scripts import put_into_html

Broken = Iterator[tuple[int, str]]

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
APP = "property_service"
MOST_OF_A_CONTROLLER, MOST_OF_A_FILE = 200, 400


@dataclass(frozen=True)
class Source:
    """A file of the checkout: its path from the root, and what it says."""

    path: PurePosixPath
    text: str

    @property
    def tree(self) -> ast.Module:
        """The parsed code."""
        return parsed(self.text)

    @property
    def lines(self) -> list[str]:
        """The lines, the first is number 0."""
        return self.text.splitlines()

    @property
    def of_the_app(self) -> bool:
        """Whether people will run it, not only those who develop it."""
        return self.path.parts[0] == APP

    def calls(self) -> tuple[tuple[ast.Call, str], ...]:
        """Every call, with the dotted name of what is called."""
        return calls_of(self.text)

    def nodes(self) -> tuple[ast.AST, ...]:
        """Everything in the tree."""
        return nodes_of(self.text)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method."""
        return (node for node in self.nodes() if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


# Kept, for many rules read the same files.


@lru_cache(maxsize=2000)
def parsed(text: str) -> ast.Module:
    """The tree of a text."""
    return ast.parse(text)


@lru_cache(maxsize=2000)
def nodes_of(text: str) -> tuple[ast.AST, ...]:
    """Everything in the tree of a text."""
    return tuple(ast.walk(parsed(text)))


@lru_cache(maxsize=2000)
def calls_of(text: str) -> tuple[tuple[ast.Call, str], ...]:
    """Every call in a text; "" where what is called has no plain name."""
    return tuple((node, dotted(node.func)) for node in nodes_of(text) if isinstance(node, ast.Call))


def dotted(node: ast.expr) -> str:
    """The name of what is called; of `a().b` ".b"."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@lru_cache(maxsize=2000)
def settings_of(text: str) -> dict[str, list[ast.expr | None]]:
    """Name → everything it is set to in a text; None where that cannot be told (arguments, loops)."""
    found: dict[str, list[ast.expr | None]] = {}
    for node in nodes_of(text):
        if isinstance(node, ast.arg):
            found.setdefault(node.arg, []).append(None)
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = (
            [node.target] if isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.For, ast.comprehension)) else targets
        )
        plain = isinstance(node, (ast.Assign, ast.AnnAssign))
        for target in targets:
            for name in {one.id for one in ast.walk(target) if isinstance(one, ast.Name)}:
                found.setdefault(name, []).append(value_for(name, target, node.value) if plain else None)
    return found


def is_constant(node: ast.AST | None, source: Source) -> bool:
    """Whether an expression is made of the code's own words alone: literals, and names that stand for nothing else in this file."""
    if node is None or isinstance(node, ast.Constant):
        return True
    if isinstance(node, (ast.Tuple, ast.List)):
        return all(is_constant(part, source) for part in node.elts)
    if isinstance(node, ast.IfExp):
        return is_constant(node.body, source) and is_constant(node.orelse, source)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return is_constant(node.left, source) and is_constant(node.right, source)
    if isinstance(node, ast.JoinedStr):
        return all(is_constant(part.value, source) for part in node.values if isinstance(part, ast.FormattedValue))
    return isinstance(node, ast.Name) and stands_for_constants(node.id, source)


def stands_for_constants(name: str, source: Source) -> bool:
    """Whether everything a name is set to in this file is constant; one in capitals that comes from another file is taken for it."""
    values = settings_of(source.text).get(name)
    if not values:
        return name.isupper()
    return all(value is not None and not _names(value, name) and is_constant(value, source) for value in values)


def value_for(name: str, target: ast.expr, value: ast.expr | None) -> ast.expr | None:
    """What a name is set to by an assignment, also by one of several names at once; None where that cannot be told."""
    if isinstance(target, ast.Name):
        return value
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, part in zip(target.elts, value.elts, strict=True):
            if isinstance(one, ast.Name) and one.id == name:
                return part
    return None


def _names(node: ast.AST, name: str) -> bool:
    return any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node))


def argument(call: ast.Call, position: int, *names: str) -> ast.AST | None:
    """An argument by its position or name; None where it is not given."""
    for keyword in call.keywords:
        if keyword.arg in names:
            return keyword.value
    return call.args[position] if 0 <= position < len(call.args) else None


# Shape


def no_file_is_too_long(source: Source) -> Broken:
    """Controllers under 200 lines, other code under 400; the generated types apart."""
    limit = MOST_OF_A_CONTROLLER if source.path.suffix == ".py" and "doctype" in source.path.parts else MOST_OF_A_FILE
    lines = TYPES_BLOCK.sub("", source.text).count("\n")
    if lines > limit:
        yield 1, f"{lines} lines > {limit}"


def step_of(room: str) -> int | None:
    """How far down the stairs a room lies."""
    return next((number for number, rooms in enumerate(STAIRS) if room in rooms), None)


def imports_go_down_the_stairs(source: Source) -> Broken:
    """A room imports from itself and from those below."""
    here = step_of(source.path.parts[1]) if source.of_the_app and len(source.path.parts) > 2 else None
    for number, name in imported(iter(source.nodes())):
        there = step_of(name.split(".")[1]) if name.startswith(f"{APP}.") else None
        if here is not None and there is not None and there < here:
            yield number, f"imports {name}"


def imported(nodes: Iterator[ast.AST]) -> Iterator[tuple[int, str]]:
    """Line and full name of all that is imported; of `from a import b` a.b, for b may be a module."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        if isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def erpnext_is_not_imported_at_the_top(source: Source) -> Broken:
    """The app runs without it."""
    for number, name in imported(iter(at_import(source.tree.body))):
        if name.split(".")[0] == "erpnext":
            yield number, name


def at_import(body: list[ast.stmt]) -> list[ast.AST]:
    """What runs when a file is imported: everything outside functions."""
    found: list[ast.AST] = []
    for node in body:
        found.append(node)
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found += at_import(
                [child for child in ast.iter_child_nodes(node) if isinstance(child, (ast.stmt, ast.ExceptHandler))]
            )
    return found


def untyped(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function lacks a type of an argument or of what it returns."""
    args = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
    return node.returns is None or any(a and a.annotation is None and a.arg not in ("self", "cls") for a in args)


def every_function_is_typed(source: Source) -> Broken:
    """Arguments and what comes back."""
    for node in source.functions():
        if untyped(node):
            yield node.lineno, node.name


def endpoints_are_documented(source: Source) -> Broken:
    """Whatever a browser may call says what it takes and what it brings."""
    for node in source.functions():
        decorators = " ".join(ast.unparse(d) for d in node.decorator_list)
        if re.search(r"\b(whitelist|endpoint)\b", decorators) and not ast.get_docstring(node):
            yield node.lineno, node.name


def routes_are_not_literal(source: Source) -> Broken:
    """/app is /desk in some releases."""
    for number, line in enumerate(source.lines, 1):
        if re.search(r"""["'`]/?app/""", line):
            yield number, line.strip()


def staff_are_told_in_their_own_language(source: Source) -> Broken:
    """A sentence for colleagues is only marked for translation: whoever causes it may read another language."""
    only_mark = {"mark"}
    for node in source.nodes():
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("rule_error"):
            only_mark |= {alias.asname or alias.name for alias in node.names if alias.name == "mark"}
    for node, name in source.calls():
        if name.endswith("tell_staff") and len(node.args) > 1:
            for call in (n for n in ast.walk(node.args[1]) if isinstance(n, ast.Call)):
                if ast.unparse(call.func) in {"_", "frappe._"} - only_mark:
                    yield call.lineno, ast.unparse(call)


# Permissions and transactions

ABOVE, BELOW = 9, 2


def skipped_permissions_have_a_reason(source: Source) -> Broken:
    """Who skips the check writes why: beside it, or in the docstring of the function."""
    reasons = docstring_of_lines(source)
    for node in source.nodes():
        if not skips_permissions(node):
            continue
        near = source.lines[max(0, node.lineno - 1 - ABOVE) : (node.end_lineno or node.lineno) + BELOW]
        if not any(re.search(r"# \w+ \w+", line) for line in near) and not reasons.get(node.lineno):
            yield node.lineno, source.lines[node.lineno - 1].strip()


def skips_permissions(node: ast.AST) -> bool:
    """Whether a node turns permission checks off, or acts as somebody else."""
    if isinstance(node, ast.keyword):
        return node.arg == "ignore_permissions" and _is_on(node.value)
    if isinstance(node, ast.Assign):
        named = any(isinstance(t, ast.Attribute) and t.attr == "ignore_permissions" for t in node.targets)
        return named and _is_on(node.value)
    if isinstance(node, ast.Dict):
        keys = [
            key.value
            for key, value in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and _is_on(value)
        ]
        return "ignore_permissions" in keys
    return isinstance(node, ast.Call) and dotted(node.func).endswith("set_user")


def _is_on(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and bool(node.value)


def docstring_of_lines(source: Source) -> dict[int, str]:
    """Line number → docstring of the innermost function around it."""
    found: dict[int, str] = {}
    for node in sorted(source.functions(), key=lambda node: node.lineno):
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            found[number] = ast.get_docstring(node) or ""
    return found


def commits_have_a_reason(source: Source) -> Broken:
    """A commit ends the caller's transaction: it is written beside it why that is right. None in a document's own life."""
    for node, name in source.calls():
        if not name.endswith("db.commit"):
            continue
        if "doctype" in source.path.parts:
            yield node.lineno, "a document does not commit: it is part of its caller's transaction"
        elif not re.search(r"# nosemgrep: \w+", source.lines[node.lineno - 1]):
            yield node.lineno, "no reason beside it"


def exceptions_to_the_linter_have_a_reason(source: Source) -> Broken:
    """`noqa: S…` says that there is no danger; so it says why, beside it or in the line above."""
    for number, line in enumerate(source.lines, 1):
        found = re.search(r"#\s*noqa(?:: *(?P<codes>[A-Z]+\d+(?:, *[A-Z]+\d+)*))?(?P<rest>.*)", line)
        if not found or (found["codes"] and "S" not in found["codes"]):
            continue
        above = source.lines[number - 2].strip() if number > 1 else ""
        if not found["codes"]:
            yield number, "silences everything"
        elif not re.search(r"\w+ \w+", found["rest"]) and not above.startswith("#"):
            yield number, line.strip()


# The database

SQL = ("db.sql", "db.multisql", "db.sql_list", "db.sql_ddl")
RAW = ("CustomFunction", "LiteralValue", "PseudoColumn")
LISTS = ("get_all", "get_list", "get_values", "db.get_value", "db.count", "db.exists", "db.delete", "get_query")


def sql_is_not_built_from_strings(source: Source) -> Broken:
    """Statements and raw pieces of them are constants; values are bound."""
    for node, name in source.calls():
        raw = name.rpartition(".")[2] in RAW
        if not raw and not name.endswith(SQL):
            continue
        if not is_constant(argument(node, 0, "query", "name"), source):
            yield node.lineno, ast.unparse(node)[:120]


def filters_are_not_built_from_strings(source: Source) -> Broken:
    """Filters are dictionaries and lists, the order is constant; a word of a request in either is an injection."""
    for node, name in source.calls():
        if not name.endswith(LISTS):
            continue
        # the second place of get_value may be a name, put together or not
        listing = name.endswith(("get_all", "get_list"))
        filters = [argument(node, 1 if listing else -1, "filters"), argument(node, -1, "or_filters")]
        if any(is_text(part) for part in filters):
            yield node.lineno, f"filters as text: {ast.unparse(node)[:100]}"
        for word in ("order_by", "group_by"):
            value = argument(node, -1, word)
            if value is not None and not is_constant(value, source):
                yield node.lineno, f"{word} is not constant: {ast.unparse(value)}"
        fields = argument(node, 2 if listing else -1, "fields", "fieldname")
        for part in fields.elts if isinstance(fields, (ast.List, ast.Tuple)) else [fields]:
            if is_text(part) and not is_constant(part, source):
                yield node.lineno, f"a field as text: {ast.unparse(part)[:100]}"


def is_text(node: ast.AST | None) -> bool:
    """Whether an expression is a text, whole or put together."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str)
    if isinstance(node, ast.BinOp):
        return is_text(node.left) or is_text(node.right)
    formatted = (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join")
    )
    return isinstance(node, ast.JoinedStr) or (formatted and is_text(node.func.value))


def conditions_escape_what_they_take_in(source: Source) -> Broken:
    """What is put into a piece of SQL (permission query conditions are texts) is escaped, or a constant, or such a piece itself."""
    for node in source.nodes():
        if not isinstance(node, ast.JoinedStr):
            continue
        words = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        if "`tab" not in words:
            continue
        for part in node.values:
            if isinstance(part, ast.FormattedValue) and not (
                is_escaped(part.value, source) or is_constant(part.value, source)
            ):
                yield node.lineno, ast.unparse(part.value)


def is_escaped(node: ast.AST, source: Source, depth: int = 0) -> bool:
    """Whether an expression is `frappe.db.escape(…)`, texts joined of it, or a name that stands for such only."""
    text = ast.unparse(node)
    if re.match(r"frappe\.db\.escape\(", text) or re.match(r"""(['"]).{0,5}\1\.join\(.*frappe\.db\.escape""", text):
        return True
    if isinstance(node, ast.Name) and depth < 3:
        values = settings_of(source.text).get(node.id)
        return bool(values) and all(value and is_escaped(value, source, depth + 1) for value in values)
    if isinstance(node, ast.IfExp):
        return all(is_escaped(part, source, depth) or is_constant(part, source) for part in (node.body, node.orelse))
    if isinstance(node, ast.JoinedStr):
        parts = [part.value for part in node.values if isinstance(part, ast.FormattedValue)]
        return all(is_escaped(part, source, depth) or is_constant(part, source) for part in parts)
    return False


# What runs

RUNS_TEXT = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "frappe.safe_eval",
    "safe_eval",
    "safe_exec",
}
LOADS_ANYTHING = (
    "pickle.load",
    "pickle.loads",
    "marshal.load",
    "marshal.loads",
    "yaml.load",
    "yaml.unsafe_load",
    "shelve.open",
)
BY_NAME = ("get_attr", "import_module", "frappe.call", "run_doc_method")


def nothing_runs_text(source: Source) -> Broken:
    """No text becomes code; a function found by its name is named by hooks or by the code itself."""
    for node, name in source.calls():
        if name in RUNS_TEXT or name.endswith(LOADS_ANYTHING):
            yield node.lineno, ast.unparse(node)[:100]
        elif name.endswith(BY_NAME) and not is_constant(argument(node, 0, "method_string", "name"), source):
            yield node.lineno, ast.unparse(node)[:100]


def templates_are_files(source: Source) -> Broken:
    """What people have written is never rendered as a template."""
    for node, name in source.calls():
        if name.endswith(("render_template", "from_string", "Template")):
            template = argument(node, 0, "template", "source")
            path = template.value if isinstance(template, ast.Constant) else None
            if not (isinstance(path, str) and path.endswith((".html", ".txt"))) and not (
                isinstance(template, ast.Name) and is_constant(template, source)
            ):
                yield node.lineno, ast.unparse(node)[:100]


NETWORK = re.compile(r"(^|\.)(requests\.(get|post|put|patch|delete|head|request)|urlopen|HTTPS?Connection)$")


def the_network_is_not_waited_for_without_end(source: Source) -> Broken:
    """Calls to other machines have a timeout."""
    for node, name in source.calls():
        if NETWORK.search(name) and argument(node, -1, "timeout") is None:
            yield node.lineno, ast.unparse(node)[:100]


SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{36}|\bglpat-[\w-]{20}|\bsk_live_\w{16}"
    r"|\bxox[abprs]-[\w-]{10}|\bAIza[\w-]{35}|eyJ[\w-]{20,}\.eyJ[\w-]{20,}\.[\w-]{20,}"
)


def no_secret_is_kept(source: Source) -> Broken:
    """Keys and tokens of any known form."""
    for number, line in enumerate(source.lines, 1):
        if SECRET.search(line):
            yield number, "looks like a key or token"


# What is shown


def templates_escape(source: Source) -> Broken:
    """Nothing is declared safe, and what a template shows stands in an `autoescape true` or is escaped by itself."""
    for number, line in enumerate(source.lines, 1):
        if re.search(r"\|\s*safe\b", line):
            yield number, "| safe"
        if re.search(r"{%-?\s*autoescape\s+false", line):
            yield number, "autoescape false"
    text = re.sub(r"{#.*?#}", lambda found: re.sub(r"[^\n]", " ", found[0]), source.text, flags=re.S)
    macros = set(re.findall(r"{%-?\s*macro (\w+)\(", text))
    for names in re.findall(r"{%-?\s*from [^%]* import ([\w, ]+?)(?: with context)?\s*-?%}", text):
        macros |= {name.strip() for name in names.split(",")}
    depth = 0
    for found in re.finditer(r"{%-?\s*(autoescape true|endautoescape)\s*-?%}|{{(?P<shown>.*?)}}", text, re.S):
        if found[1]:
            depth += 1 if found[1].startswith("auto") else -1
            continue
        shown = found["shown"].strip("- \n\t")
        called = re.match(r"(\w+)\(.*\)$", shown, re.S)
        if not depth and not SHOWS_NO_TEXT.match(shown) and not (called and called[1] in macros):
            yield text[: found.start()].count("\n") + 1, found[0]


# The page's own sentences, and what is escaped or a number. A macro of the house is judged where it is written.
OWN_WORDS = r"""_\((?:"[^"]*"|'[^']*')(?:, *context=(?:"[^"]*"|'[^']*'))?\)"""
SHOWS_NO_TEXT = re.compile(
    rf"(?s)({OWN_WORDS}( if .* else ({OWN_WORDS}|\"\"))?|.*\|\s*(e|escape|tojson|urlencode|int|length)(\(\))?)$"
)


def html_is_put_together_of_what_was_escaped(source: Source) -> Broken:
    """See house_scripts."""
    yield from put_into_html(source.text)


# Every rule with the endings and the top folders it is for; none is for tests.

Rule = Callable[[Source], Broken]
EVERYWHERE = (APP, "sandbox", "benchmarks")
RULES: dict[Rule, tuple[tuple[str, ...], tuple[str, ...]]] = {
    no_file_is_too_long: ((".py", ".js", ".mjs", ".css", ".scss", ".html"), EVERYWHERE),
    imports_go_down_the_stairs: ((".py",), (APP,)),
    erpnext_is_not_imported_at_the_top: ((".py",), EVERYWHERE),
    every_function_is_typed: ((".py",), EVERYWHERE),
    endpoints_are_documented: ((".py",), EVERYWHERE),
    routes_are_not_literal: ((".py", ".js", ".html"), (APP,)),
    staff_are_told_in_their_own_language: ((".py",), (APP,)),
    skipped_permissions_have_a_reason: ((".py",), (APP,)),
    commits_have_a_reason: ((".py",), (APP,)),
    exceptions_to_the_linter_have_a_reason: ((".py",), EVERYWHERE),
    sql_is_not_built_from_strings: ((".py",), (APP,)),
    filters_are_not_built_from_strings: ((".py",), (APP,)),
    conditions_escape_what_they_take_in: ((".py",), (APP,)),
    nothing_runs_text: ((".py",), (APP,)),
    templates_are_files: ((".py",), (APP,)),
    the_network_is_not_waited_for_without_end: ((".py",), EVERYWHERE),
    html_is_put_together_of_what_was_escaped: ((".js",), (APP,)),
    no_secret_is_kept: (
        (".py", ".js", ".mjs", ".json", ".html", ".md", ".toml", ".txt", ".yml"),
        (*EVERYWHERE, "docs", "tests"),
    ),
    templates_escape: ((".html",), (APP,)),
}
