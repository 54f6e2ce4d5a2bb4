"""What a new site starts with in service quality: one scorecard. Made if there is none, never overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import frappe

SCORECARD = Path(__file__).parent / "data" / "service_scorecard.json"


def ensure_scorecard() -> None:
    """The scorecard of calls and visits; its words are stored in English and shown in the reader's language."""
    if frappe.db.count("Service Scorecard"):
        return
    stored = json.loads(SCORECARD.read_text(encoding="utf-8"))
    title, *criteria = stored["rows"]
    # The installer acts for nobody.
    frappe.get_doc(
        {"doctype": "Service Scorecard", **title, "pass_percent": stored["pass_percent"], "criteria": criteria}
    ).insert(ignore_permissions=True)
