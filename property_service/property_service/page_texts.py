"""The words of pages that run without the framework's own scripts: found in the script files, handed over translated."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path

import frappe
from frappe import _

PUBLIC = Path(__file__).parents[1] / "public"
TEXT = re.compile(
    r"""\b__\(\s*(?P<text>"(?:[^"\\\n]|\\.)*")"""
    r"""(?:\s*,\s*(?:null|\[[^\]]*\])\s*,\s*(?P<context>"(?:[^"\\\n]|\\.)*"))?"""
)


def texts_of(*files: str) -> dict[str, str]:
    """Translations, in the user's language, of every `__("…")` in these files of `public/`.

    Keys are the English texts, `text:context` where a context is given, as in the framework's own `__`. Texts that
    read the same in both languages are left out; the page shows the English text for them.
    """
    found: dict[str, str] = {}
    for text, context in sorted({pair for name in files for pair in _texts_in(PUBLIC / name, _changed_at(name))}):
        translated = _(text, context=context or None)
        if translated != text:
            found[f"{text}:{context}" if context else text] = translated
    return found


def version_of(*files: str) -> str:
    """A short text that changes whenever one of these files of `public/` does; keeps browsers from using old copies."""
    return format(max(_changed_at(name) for name in files) // 1_000_000 & 0xFFFFFFFF, "x")


def words(*texts: str) -> dict[str, str]:
    """The same for words that come out of the data (states, reasons), so that the page can show them translated."""
    return {text: _(text) for text in texts if _(text) != text}


def _changed_at(name: str) -> int:
    return (PUBLIC / name).stat().st_mtime_ns


@functools.lru_cache(maxsize=64)
def _texts_in(path: Path, changed_at: int) -> tuple[tuple[str, str], ...]:
    source = path.read_text(encoding="utf-8")
    return tuple((json.loads(m["text"]), json.loads(m["context"] or '""')) for m in TEXT.finditer(source))


def page_json(data: object) -> str:
    """JSON that may stand inside a `<script>` of a page: what could end the script is escaped."""
    text = frappe.as_json(data, indent=None)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
