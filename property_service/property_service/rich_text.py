"""Text with markup, as the desk's editor makes it: cut down to what a page of ours may show, and to plain text."""

from __future__ import annotations

import re

import frappe
from bs4 import BeautifulSoup

# What reads as text; pictures and everything a browser would load or run are left out.
_KEPT = frozenset(
    "p br b strong i em u s h1 h2 h3 h4 h5 h6 ul ol li blockquote pre hr table thead tbody tr th td a div span".split()
)
_GONE = (
    "script",
    "style",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "template",
    "noscript",
    "head",
    "title",
    "textarea",
)
_ADDRESS = re.compile(r"(https?://|mailto:|tel:|/resident(/|\?|$))", re.IGNORECASE)
_ENDS_A_LINE = frozenset("p div h1 h2 h3 h4 h5 h6 li tr blockquote pre".split())


def clean_html(text: str | None) -> str:
    """Return the markup without anything a browser runs or loads: our own tags, and of their attributes only a plain `href`.

    What comes out may be marked as safe; pictures are left out.
    """
    soup = BeautifulSoup(frappe.utils.sanitize_html(text or ""), "html.parser")
    for tag in soup.find_all(_GONE):
        tag.decompose()
    for comment in soup.find_all(string=lambda part: type(part).__name__ != "NavigableString"):
        comment.extract()
    for tag in soup.find_all(True):
        if tag.name not in _KEPT:
            tag.unwrap()
            continue
        address = str(tag.attrs.get("href", "")).strip()
        tag.attrs = {"href": address, "rel": "noopener"} if tag.name == "a" and _ADDRESS.match(address) else {}
    return str(soup)


def plain(text: str | None) -> str:
    """Return the text alone, one line for each paragraph; no empty lines."""
    soup = BeautifulSoup(text or "", "html.parser")
    for tag in soup.find_all(_GONE):
        tag.decompose()
    for tag in soup.find_all(True):
        if tag.name == "br":
            tag.replace_with("\n")
        elif tag.name in _ENDS_A_LINE:
            tag.append("\n")
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in soup.get_text().splitlines())
    return "\n".join(line for line in lines if line)
