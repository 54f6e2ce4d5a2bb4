"""Who calls whom in the app, as far as names tell: from the events of documents to functions that commit."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from tests.pure.house_rules import APP, Source, dotted, imported

EVENTS = frozenset(
    {
        *("autoname", "before_naming", "before_insert", "after_insert", "before_validate", "validate", "before_save"),
        *(
            "on_update",
            "on_change",
            "before_submit",
            "on_submit",
            "before_cancel",
            "on_cancel",
            "before_update_after_submit",
        ),
        *(
            "on_update_after_submit",
            "on_trash",
            "after_delete",
            "before_rename",
            "after_rename",
            "db_insert",
            "db_update",
        ),
    }
)
Function = ast.FunctionDef | ast.AsyncFunctionDef


def module_of(source: Source) -> str:
    """The dotted name of a file."""
    return ".".join(source.path.with_suffix("").parts).removesuffix(".__init__")


class Calls:
    """The functions of the app by their dotted names, and whom each calls."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = {module_of(source): source for source in sources}
        self.functions: dict[str, Function] = {}
        self.names: dict[str, dict[str, str]] = {}
        for module, source in self.sources.items():
            self.names[module] = dict(known_names(source))
            for name, node in named_functions(source.tree.body):
                self.functions[f"{module}.{name}"] = node

    def called_by(self, name: str) -> Iterator[str]:
        """The functions of the app that a function calls by a name that can be followed."""
        module = next(known for known in (name.rsplit(".", 1)[0], name.rsplit(".", 2)[0]) if known in self.sources)
        names, own_class = self.names[module], name.removeprefix(f"{module}.").rpartition(".")[0]
        local: dict[str, str] = {}
        for number_name in imported(iter(ast.walk(self.functions[name]))):
            local[number_name[1].rpartition(".")[2]] = number_name[1]
        for node in ast.walk(self.functions[name]):
            if not isinstance(node, ast.Call):
                continue
            first, _dot, rest = dotted(node.func).partition(".")
            if first == "self" and own_class:
                target = f"{module}.{own_class}.{rest}"
            else:
                known = {**names, **local}.get(first, f"{module}.{first}")
                target = f"{known}.{rest}" if rest else known
            if target in self.functions:
                yield target

    def ways(self, roots: Iterable[str], ends: Mapping[str, object]) -> list[list[str]]:
        """The shortest way from a root to each function of `ends` that can be reached."""
        ways: dict[str, list[str]] = {root: [root] for root in roots}
        waiting = list(ways)
        for name in waiting:
            for target in self.called_by(name):
                if target not in ways:
                    ways[target] = [*ways[name], target]
                    waiting.append(target)
        return [ways[name] for name in sorted(ends) if name in ways]

    def events(self) -> list[str]:
        """What the platform calls in the life of a document: methods of the classes, and functions in the hook `doc_events`."""
        methods = [
            name
            for name in self.functions
            if name.rpartition(".")[2] in EVENTS and name.rsplit(".", 2)[1][:1].isupper()
        ]
        hooks = self.sources.get(f"{APP}.hooks")
        named = {one.value for one in in_doc_events(hooks) if isinstance(one, ast.Constant)} if hooks else set()
        return [*methods, *sorted(named & set(self.functions), key=str)]

    def that_commit(self) -> dict[str, int]:
        """Function → line of its commit."""
        return {
            name: call.lineno
            for name, node in self.functions.items()
            for call in ast.walk(node)
            if isinstance(call, ast.Call) and dotted(call.func).endswith("db.commit")
        }


def in_doc_events(hooks: Source) -> Iterator[ast.AST]:
    """Everything in the hook `doc_events`."""
    for node in hooks.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(target, ast.Name) and target.id == "doc_events" for target in targets):
            yield from ast.walk(node.value)


def named_functions(body: list[ast.stmt], prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Functions of a file and methods of its classes, by their names."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{prefix}{node.name}", node
        if isinstance(node, ast.ClassDef):
            yield from named_functions(node.body, f"{prefix}{node.name}.")


def known_names(source: Source) -> Iterator[tuple[str, str]]:
    """Name in a file → what of the app it stands for."""
    for node in source.nodes():
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(APP):
            yield from ((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)
