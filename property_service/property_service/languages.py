"""Which language a resident reads: in the portal, in messages, on paper."""

from __future__ import annotations

import frappe

CHINESE = "zh"


def language_for(preferred: str | None) -> str:
    """The language noted with a resident; without one Chinese where the site is Chinese, else the site's language."""
    if preferred:
        return preferred
    language = frappe.get_system_settings("language") or "en"
    if language.startswith(CHINESE) or frappe.get_system_settings("country") == "China":
        return CHINESE
    return language
