"""The shapes of what a room adds to the caller's picture and to the list of today (see extension_points.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from frappe.utils import get_datetime
from pypika import Table
from pypika.queries import QueryBuilder

from property_service.property_service.service_clock import local, local_day, site_now

MOST_ROWS = 10
RED, ORANGE, BLUE, GREEN, GREY = "red", "orange", "blue", "green", "grey"


def row(
    text: str, detail: str, status: str, tone: str, document: tuple[str, str], due_at: Any = None
) -> dict[str, Any]:
    """Return one line; `document` (DocType, name) is what it opens."""
    line = {"text": text, "detail": detail, "status": status, "tone": tone}
    doctype, name = document
    return {**line, "doctype": doctype, "name": name, **({"due_at": str(due_at)} if due_at else {})}


def part(
    key: str,
    title: str,
    order: int,
    rows: Sequence[dict[str, Any]],
    banners: Sequence[dict[str, str]] = (),
    figures: dict[str, Any] | None = None,
) -> dict[str, Any] | None:
    """Return a part of the picture with at most ten rows, None where there is nothing to tell."""
    if not (rows or banners or figures):
        return None
    shown = list(rows[:MOST_ROWS])
    return {
        "key": key,
        "title": title,
        "order": order,
        "rows": shown,
        "banners": list(banners),
        "figures": figures or {},
        "more": len(rows) - len(shown),
    }


def banner(text: str, tone: str) -> dict[str, str]:
    """Return what stands above everything else."""
    return {"text": text, "tone": tone}


def today_part(key: str, title: str, order: int, count: int, rows: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Return a part of the list of today, None where nothing is to be done."""
    if not count:
        return None
    return {"key": key, "title": title, "order": order, "count": count, "rows": list(rows)}


def within(query: QueryBuilder, table: Table, communities: tuple[str, ...] | None) -> QueryBuilder:
    """Narrow a query to communities; None: all of them."""
    return query if communities is None else query.where(table.community.isin(communities or ("",)))


def clock(community: str, moment: datetime | str | None) -> str:
    """Return a stored time on the community's clock: the hour alone today, else with the day; "" for none."""
    if not moment:
        return ""
    here = local(community, moment)
    return f"{here:%H:%M}" if here.date() == local_day(community) else f"{here:%m-%d %H:%M}"


def is_past(moment: Any) -> bool:
    """Return whether a stored time is over."""
    return bool(moment) and get_datetime(moment) < site_now()
