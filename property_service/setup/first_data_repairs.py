"""What a new site starts with in module Repairs: categories in two levels and a price list. Made if missing, never overwritten."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import frappe

FOLDER = Path(__file__).parent / "data"


def ensure_repairs() -> None:
    """Groups first, then the categories in them; a site that has a price list keeps its own.

    A category nobody wants is switched off, not deleted: it would be made again.
    """
    known = set(frappe.get_all("Repair Category", pluck="name", order_by="name asc"))
    for row in stored("repair_categories")["rows"]:
        if row["category_name"] not in known:
            _insert("Repair Category", row)
    if not frappe.db.count("Repair Price List"):
        prices = stored("repair_prices")
        _insert(
            "Repair Price List",
            {"list_name": prices["list_name"], "valid_from": prices["valid_from"], "items": prices["rows"]},
        )


def _insert(doctype: str, values: dict[str, Any]) -> None:
    # The installer acts for nobody.
    frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def stored(name: str) -> dict[str, Any]:
    """The rows of a file of `data/`, with what belongs to them."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
