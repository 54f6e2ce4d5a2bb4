"""How another system's file of repair requests is read: which column means what, and its words in ours.

A map is a JSON file in `maps/`: `recognised_by` (headers that must all be there; none: every file), `columns` (our field →
headers that may name it), `time_formats`, `statuses` (their word → our state), `categories` (their category, with `sub` its
subcategory → ours), `fallback_category`, `incident_window_minutes` (how near calls of one fault lie, where the times of a file
are coarser than those of a desk), `community` (what a community made for the file is like).
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

FOLDER = Path(__file__).parent / "maps"
GENERAL = "general"
FIELDS = (
    "external_id", "category", "subcategory", "description", "room", "building", "locality", "public_place",
    "reporter_name", "reporter_phone", "status", "priority", "reported_at", "finished_at", "closed_at", "work_done",
)  # fmt: skip
# A closed request is history. An open one begins its life here: accepted, and dispatched by our routes.
HISTORIC, LIVE = ("Closed", "Cancelled", "Rejected"), ("New", "Accepted")


@dataclass(frozen=True, slots=True)
class RequestMap:
    """One map. Words are compared by `word()`; `columns` holds the header of this file for each of our fields."""

    name: str
    source_system: str
    recognised_by: tuple[str, ...]
    headers: Mapping[str, tuple[str, ...]]
    statuses: Mapping[str, str]
    status_if_empty: str | None = None
    categories: Mapping[tuple[str, str], str] = field(default_factory=dict)
    fallback_category: str | None = None
    time_formats: tuple[str, ...] = ()
    incident_window_minutes: int | None = None
    community: Mapping[str, str] = field(default_factory=dict)

    def columns(self, headers: Iterable[str]) -> dict[str, str]:
        """Our field → the header of this file that means it. Raises RuleError where a needed one is missing."""
        present = {word(header): header for header in headers if header}
        found = {}
        for fieldname, names in self.headers.items():
            header = next((present[word(name)] for name in names if word(name) in present), None)
            if header:
                found[fieldname] = header
        for fieldname in ("external_id", "category"):
            if fieldname not in found:
                raise RuleError(
                    _("No column is called {0}. Use the column names of the template in the first line."),
                    " / ".join(self.headers[fieldname][:3]),
                )
        return found

    def mapped(self, category: str, subcategory: str) -> str | None:
        """Our category for theirs by the table: that of the pair, else that of the category alone, else None."""
        pair = (word(category), word(subcategory))
        return self.categories.get(pair) or self.categories.get((pair[0], ""))

    def status_of(self, status: str) -> str:
        """Our state for theirs. Raises RuleError for a word the map does not have."""
        found = self.statuses.get(word(status)) if status else self.status_if_empty
        if not found:
            known = ", ".join(dict.fromkeys(self.statuses))
            raise RuleError(_('The status "{0}" is not known. Use one of: {1}.'), status[:40], known[:400])
        return found


def word(text: str) -> str:
    """A header or a word of a list in the form in which they are compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split()).strip("*:： ")


def load_map(name: str) -> RequestMap:
    """The map stored under this name."""
    raw = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return RequestMap(
        name=name,
        source_system=raw["source_system"],
        recognised_by=tuple(raw["recognised_by"]),
        headers={fieldname: tuple(names) for fieldname, names in raw["columns"].items()},
        statuses={word(theirs): ours for theirs, ours in raw["statuses"].items()},
        status_if_empty=raw.get("status_if_empty"),
        categories={(word(row["is"]), word(row.get("sub", ""))): row["category"] for row in raw.get("categories", ())},
        fallback_category=raw.get("fallback_category"),
        time_formats=tuple(raw.get("time_formats", ())),
        incident_window_minutes=raw.get("incident_window_minutes"),
        community=raw.get("community", {}),
    )


def map_names() -> tuple[str, ...]:
    """All maps, the general one last."""
    names = sorted(path.stem for path in FOLDER.glob("*.json"))
    return (*(name for name in names if name != GENERAL), GENERAL)


def map_for(headers: Iterable[str]) -> RequestMap:
    """The first map all of whose `recognised_by` headers are there."""
    present = {word(header) for header in headers if header}
    for name in map_names():
        found = load_map(name)
        if present.issuperset(map(word, found.recognised_by)):
            return found
    raise AssertionError("the general map is recognised by nothing and fits every file")
