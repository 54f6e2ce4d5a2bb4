"""A file of another system's repair requests, read whole: its rows in the order of their times, and those refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import frappe

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _
from property_service.property_service.service_clock import from_local, local
from property_service.setup.importers.request_maps import GENERAL, RequestMap, load_map, map_for, word
from property_service.setup.importers.request_rows import RequestRow, key_order, spread, understand
from property_service.setup.importers.request_writer import Arrival, Refused
from property_service.setup.importers.tabular import BEYOND

LONGEST_SPREAD = 3650


@dataclass(slots=True)
class RequestFile:
    """`arrivals` in the order of time; `spread_over` the days over which rows without times were spread, else None."""

    request_map: RequestMap
    source_system: str
    columns: dict[str, str]
    rows: int = 0
    arrivals: list[Arrival] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    spread_over: int | None = None


def read_requests(
    headers: Iterable[str],
    rows: Iterable[tuple[int, Mapping[str, Any]]],
    community: str,
    spread_days: int,
    until: datetime,
    map_name: str | None = None,
) -> RequestFile:
    """Understand all rows (number of the line, header → cell) of a file for a community.

    `until` is the site time of the import: no row lies later, and rows without times are spread over the `spread_days`
    before it in the order of their numbers. Raises RuleError where the columns that are needed are missing.
    """
    headers = list(headers)
    request_map = load_map(map_name) if map_name else map_for(headers)
    columns = request_map.columns(headers)
    # Two estates that come from two systems may both have a number 1; a named system numbers all its requests.
    source = f"{request_map.source_system} {community}" if request_map.name == GENERAL else request_map.source_system
    found = RequestFile(request_map, source, columns)
    categories, now = category_words(), local(community, until).replace(tzinfo=None)
    lines: dict[str, int] = {}
    understood: list[RequestRow] = []
    for line_no, cells in rows:
        found.rows += 1
        try:
            if cells.get(BEYOND):
                raise RuleError(_("The row has more cells than the first line. Put texts with commas in quotes."))
            row = understand(line_no, cells, request_map, columns, categories, now)
            if row.external_id in lines:
                raise RuleError(_("The number is already on line {0}."), lines[row.external_id])
        except RuleError as error:
            key = str(cells.get(columns["external_id"]) or "")[:60]
            found.refused.append((line_no, key, error))
            continue
        lines[row.external_id] = line_no
        understood.append(row)
    if "reported_at" in columns:
        found.arrivals = [Arrival(row, from_local(community, row.reported_at)) for row in understood]
    else:
        found.spread_over = min(max(spread_days, 1), LONGEST_SPREAD)
        begin = until - timedelta(days=found.spread_over)
        understood.sort(key=lambda row: key_order(row.external_id))
        found.arrivals = [
            Arrival(row, spread(position, len(understood), begin, until)) for position, row in enumerate(understood)
        ]
    found.arrivals.sort(key=lambda one: (one.reported_at, one.row.line_no))
    return found


def category_words() -> dict[str, str]:
    """Our categories by the words that may name them: the name and its Chinese label. Groups and unused ones are no aim."""
    names = frappe.get_all(
        "Repair Category", {"is_group": 0, "is_active": 1}, pluck="name", order_by="sort_order desc, name desc"
    )
    labels = {word(frappe._(name, lang="zh")): name for name in names}
    return labels | {word(name): name for name in names}
