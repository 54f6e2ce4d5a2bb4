"""Every text of the app that a person may read, found in its sources; the catalogues made from them.

`python -m tests.translations.sources` writes `locale/main.pot`, brings the source texts of `locale/*.po` up to date
and writes `translations/*.csv` (read by releases of the framework that know no .po) from them.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog

APP = Path(__file__).parents[2] / "property_service"
LOCALE = APP / "locale"
CSV = APP / "translations"
LANGUAGES = ("zh",)

Text = tuple[str, str | None]  # message, context

JS_CALL = re.compile(r"""\b__\(\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')""")
JS_CONTEXT = re.compile(r"""\s*,\s*(?:null|\[[^\]]*\])\s*,\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')\s*\)""")
JINJA_CALL = re.compile(
    r"""\b_\(\s*("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')(?:\s*,\s*context\s*=\s*("[^"\n]*"|'[^'\n]*'))?"""
)
# What a stored definition shows to people, by the folder it lies in.
SHOWN_KEYS = {
    "report": ("name", "report_name"),
    "page": ("title",),
    "workspace": ("title", "label"),
    "print_format": ("name",),
    "number_card": ("label",),
    "dashboard_chart": ("chart_name",),
    "notification": ("subject",),
    "module_onboarding": ("title", "subtitle", "success_message"),
    "onboarding_step": ("title", "action_label", "description"),
}
# Options that mean something of their own in one DocType: also read with the DocType's name as their context.
OPTIONS_IN_CONTEXT = {
    "Access Code": {"Event"},
    "Callback Promise": {"Open"},
    "Community Event": {"Cancelled", "Draft", "Held", "Open", "Other"},
    "Community Notice": {"Event", "Notice", "Places", "Published", "Scheduled", "Withdrawn"},
    "Complaint Step": {"Assigned"},
    "Contractor Assessment": {"Confirmed"},
    "Decoration Inspection": {"Done", "Due", "Missed"},
    "Repair Request": {"Open", "Code"},
    "Service Contact": {"Help", "Open"},
    "Service Incident": {"Open"},
    "Return Visit": {"Event"},
    "Repair Category": {"Private", "Public"},
    "Event Registration": {"Attended", "Cancelled", "No Show", "Registered", "Waiting"},
    "Fee Item": {"Fixed"},
    "Fee Reminder": {"Call", "Due", "Letter", "Post", "Visit"},
    "Finding Recheck": {"Failed"},
    "Inspection Finding": {"Closed", "Desk", "Fixed", "Normal", "Notice", "Open", "Reported", "Withdrawn"},
    "Knowledge Gap": {"Open"},
    "Patrol Checklist Item": {"Number"},
    "Emergency Log": {"Closed", "Dispute", "Open"},
    "Monthly Service Report": {"Final"},
    "Service Quality Check": {"Drawn", "Scored", "Told"},
    "Shift Handover": {"Handed Over", "Night", "Received"},
    "Shift Handover Item": {"Incident", "Visit"},
    "Payment Promise": {"Open"},
    "Resident Greeting": {"Left Out"},
    "Resident": {"Key", "Regular"},
    "Resident Deposit": {"Card", "Refunded", "Key"},
    "Resident Deposit Movement": {"Refunded"},
}
MODULES = ("Property Service", "Dispatch", "Front Desk", "Repairs", "Fees", "Patrol", "Decoration", "Community Life")


def texts() -> dict[Text, set[str]]:
    """All texts with the files they stand in."""
    found: dict[Text, set[str]] = {}
    for path in sorted(APP.rglob("*")):
        if not path.is_file() or {"locale", "translations", "node_modules", "tests"} & set(
            path.parts[len(APP.parts) :]
        ):
            continue
        if path.name.startswith("test_"):
            continue
        for text in _of_file(path):
            if text[0].strip() and re.search(r"[A-Za-z]", text[0]):
                found.setdefault(text, set()).add(str(path.relative_to(APP.parent)))
    for module in MODULES:
        found.setdefault((module, None), set()).add("property_service/modules.txt")
    return found


def _of_file(path: Path) -> Iterator[Text]:
    if path.suffix == ".py":
        yield from _of_python(path)
    elif path.suffix in (".js", ".mjs", ".vue"):
        yield from _of_script(path.read_text(encoding="utf-8"))
    elif path.suffix in (".html", ".txt", ".xml"):
        source = path.read_text(encoding="utf-8")
        yield from _of_script(source)
        for match in JINJA_CALL.finditer(source):
            yield _literal(match[1]), _literal(match[2]) if match[2] else None
    elif path.suffix == ".json":
        yield from _of_json(path)


def _of_python(path: Path) -> Iterator[Text]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
            continue
        name = ast.unparse(node.func).split(".")[-1]
        if name in ("_", "RuleError", "mark") and isinstance(node.args[0].value, str):
            context = next(
                (k.value.value for k in node.keywords if k.arg == "context" and isinstance(k.value, ast.Constant)), None
            )
            yield node.args[0].value, context


def _of_script(source: str) -> Iterator[Text]:
    for match in JS_CALL.finditer(source):
        context = JS_CONTEXT.match(source, match.end())
        yield _literal(match[1]), _literal(context[1]) if context else None


def _literal(text: str) -> str:
    return json.loads('"' + text[1:-1].replace("\\'", "'").replace('"', '\\"').replace('\\\\"', '\\"') + '"')


def _of_json(path: Path) -> Iterator[Text]:
    stored = json.loads(path.read_text(encoding="utf-8"))
    kind = path.parent.parent.name
    if kind == "doctype" and path.stem == path.parent.name:
        yield stored["name"], None
        for field in stored["fields"]:
            for key in ("label", "description"):
                if field.get(key):
                    yield field[key], None
            if field["fieldtype"] == "Select" and not field["fieldname"] == "naming_series":
                options = (field.get("options") or "").split("\n")
                yield from ((option, None) for option in options)
                yield from ((o, stored["name"]) for o in options if o in OPTIONS_IN_CONTEXT.get(stored["name"], ()))
    elif path.parent.name == "workflows":
        yield stored["workflow_name"], None
        for state in stored["states"]:
            yield state["state"], stored["document_type"]
            yield from ((role, None) for role in state["editors"])
        yield from ((row["action"], None) for row in stored["transitions"])
    elif kind in SHOWN_KEYS:
        yield from ((stored[key], None) for key in SHOWN_KEYS[kind] if stored.get(key))
        yield from _of_workspace(stored)
        if kind == "report":
            yield from ((f["label"], None) for f in (stored.get("filters") or []) if f.get("label"))
    elif path.parent.name in ("data", "first_data"):
        yield from _marked(stored)


def _of_workspace(stored: dict) -> Iterator[Text]:
    for key in ("links", "shortcuts", "number_cards", "charts", "quick_lists"):
        for row in stored.get(key) or []:
            if isinstance(row, dict):
                yield from ((row[shown], None) for shown in ("label", "format") if row.get(shown))
    if isinstance(stored.get("content"), str):
        for block in json.loads(stored["content"] or "[]"):
            text = (block.get("data") or {}).get("text")
            if text:
                yield re.sub(r"<[^>]+>", "", text), None


def _marked(stored: object) -> Iterator[Text]:
    """First data: lists of texts and tables that name their translated columns under "translate"."""
    if isinstance(stored, dict) and "translate" in stored:
        for row in stored.get("rows", []):
            yield from ((row[key], None) for key in stored["translate"] if row.get(key))


def catalogue(language: str | None = None) -> Catalog:
    """The template of all texts, or a language's catalogue as it is stored."""
    path = LOCALE / (f"{language}.po" if language else "main.pot")
    if language and path.exists():
        return pofile.read_po(io.BytesIO(path.read_bytes()), locale=language)
    return Catalog(locale=language, project="Property Service", fuzzy=False)


def translations(language: str) -> dict[Text, str]:
    """Text → translation, of what is translated."""
    return {(m.id, m.context): m.string for m in catalogue(language) if m.id and m.string and not m.fuzzy}


def write() -> None:
    """Write the template, the catalogues and the tables made from them."""
    found = texts()
    for language in (None, *LANGUAGES):
        old = translations(language) if language else {}
        new = Catalog(locale=language, project="Property Service", fuzzy=False, charset="utf-8")
        new.revision_date = new.creation_date = None
        for (message, context), files in sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or "")):
            new.add(
                message, old.get((message, context), ""), locations=[(f, 0) for f in sorted(files)[:3]], context=context
            )
        target = LOCALE / (f"{language}.po" if language else "main.pot")
        buffer = io.BytesIO()
        pofile.write_po(buffer, new, width=120, no_location=False, omit_header=False, include_lineno=False)
        lines = [
            line
            for line in buffer.getvalue().decode().splitlines()
            if not re.match(r'"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Report-Msgid)', line)
            and "EMAIL@ADDRESS" not in line
            and "ORGANIZATION" not in line
        ]
        target.write_text("\n".join(lines) + "\n", encoding="utf-8")
        if language:
            (CSV / f"{language}.csv").write_text(table(language), encoding="utf-8")


def table(language: str) -> str:
    """The catalogue as the framework's table: text, translation, context."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    wanted = texts()
    for (message, context), translated in sorted(
        translations(language).items(), key=lambda i: (i[0][0], i[0][1] or "")
    ):
        if (message, context) in wanted:
            writer.writerow([message, translated, context or ""])
    return out.getvalue()


if __name__ == "__main__":
    write()
    found, translated = texts(), translations(LANGUAGES[0])
    missing = [text for text in found if text not in translated]
    sys.stdout.write(f"{len(found)} texts, {len(missing)} without a translation\n")
