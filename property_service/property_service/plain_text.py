"""Free text that people send: trimmed, bounded, without markup."""

from __future__ import annotations

import html
import re

import frappe
from frappe import _

from property_service.property_service.errors import InputRefused

# "under 5°C" or "a < b" are ordinary sentences; only what a browser would run or load is refused.
_SCRIPT = r"[\t\r\n]*".join("javascript") + r"\s*:"
_MARKUP = re.compile(
    r"<\s*/?\s*(script|iframe|object|embed|svg|img|style|link|meta|form|base|video|audio|html|body)\b|" + _SCRIPT,
    re.IGNORECASE,
)
# Any other tag, "<A2>" as well, is kept in characters to read. The platform would clean it, but not in a text that reads
# as JSON (one in quotes does), and into entities that no later save would take.
_TAG = re.compile(r"<[a-z/!?]", re.IGNORECASE)
# The same written as entities: some lists of the framework decode a text once before they put it into the page.
_ENCODED_MARKUP = re.compile(r"<\s*/?\s*[a-z!?]", re.IGNORECASE)
_SCRIPT_ADDRESS = re.compile(_SCRIPT, re.IGNORECASE)
_TO_READ = str.maketrans("<>", "＜＞")
# Control characters, but for line break and tab.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def plain_text(text: str | None, label: str, most: int, required: bool = False) -> str:
    """Return the text trimmed, without control characters and tags; "" for nothing.

    `label` is the translated name of the field, `most` the number of characters allowed.
    Raises InputRefused where it is too long, holds markup, or is missing though `required`.
    """
    clean = _CONTROL.sub("", str(text or "")).strip()
    if required and not clean:
        frappe.throw(_("Please fill in: {0}.").format(label), InputRefused)
    if len(clean) > most:
        frappe.throw(
            _("{0} has {1} characters. Please shorten it to {2}.").format(label, len(clean), most), InputRefused
        )
    decoded = html.unescape(clean)
    if _MARKUP.search(decoded) or (decoded.count("<") > clean.count("<") and _ENCODED_MARKUP.search(decoded)):
        frappe.throw(_("{0} contains program code. Please write plain text.").format(label), InputRefused)
    return clean.translate(_TO_READ) if _TAG.search(clean) else clean


def made_plain(text: str | None) -> str:
    """Return a text kept from before as one that `plain_text` takes: what a browser would run becomes characters to read."""
    shown = html.unescape(html.unescape(str(text or ""))).translate(_TO_READ)
    return _SCRIPT_ADDRESS.sub(lambda found: found[0].replace(":", "："), shown)
