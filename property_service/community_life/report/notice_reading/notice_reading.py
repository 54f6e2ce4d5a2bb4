"""How far notices got: households they were for, where somebody read them, where it was confirmed."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, cint

from property_service.community_life import notice_places
from property_service.community_life.notice_places import ENDED, NOTICE, PUBLISHED
from property_service.fees.report_parts import communities_of, count, day, link, of_communities, span, text, today_for
from property_service.fees.report_parts import rate as percents
from property_service.patrol.figures import share
from property_service.property_service.report_filters import read_filters

Row = dict[str, Any]
FIELDS = (
    *("name", "title", "kind", "community", "status", "is_urgent", "must_confirm", "published_at"),
    *("recipient_count", "read_count", "confirmed_count"),
)
SUMS = ("households", "read", "to_confirm", "confirmed")


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, None, list[dict]]:
    """Columns, rows (the last one the total), no message, no chart, and the summary of the report."""
    rows = rows_of(read_filters(filters))
    return columns(), rows, None, None, summary(rows[-1]) if rows else []


def rows_of(filters: frappe._dict) -> list[Row]:
    """A row per notice published in the span, newest first, and the total last.

    Published ones are counted by who has the units now, ended ones as they stood at their end: one query, and one per community.
    """
    today = today_for(filters)
    first, last = span(filters, add_days(today, -89), today)
    table = frappe.qb.DocType(NOTICE)
    query = (
        frappe.qb.from_(table)
        .select(*(table[field] for field in FIELDS))
        .where(table.status.isin([PUBLISHED, ENDED]))
        .where((table.published_at >= first) & (table.published_at < add_days(last, 1)))
        .orderby(table.published_at, order=frappe.qb.desc)
        .orderby(table.name)
    )
    if filters.get("kind"):
        query = query.where(table.kind == filters.kind)
    found = of_communities(query, table, communities_of(filters)).run(as_dict=True)
    now = _counted_now([row for row in found if row.status == PUBLISHED])
    rows = [_row(row, now.get(row.name)) for row in found]
    if not rows:
        return []
    total = {"is_total": 1, "title": _("Total"), **{name: sum(row[name] for row in rows) for name in SUMS}}
    return [*rows, _with_shares(total)]


def _counted_now(rows: list[Any]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for community in sorted({row.community for row in rows}):
        found.update(notice_places.figures([row.name for row in rows if row.community == community], community))
    return found


def _row(row: Any, now: dict[str, int] | None) -> Row:
    stored = {"households": row.recipient_count, "read": row.read_count, "confirmed": row.confirmed_count}
    figures = {name: cint(value) for name, value in (now or stored).items()}
    return _with_shares(
        {
            "name": row.name,
            "title": row.title,
            "kind": _(row.kind, context=NOTICE),
            "community": row.community,
            "status": _(row.status, context=NOTICE),
            "published_at": row.published_at.date(),
            "urgent": _("Urgent") if row.is_urgent else "",
            **figures,
            "to_confirm": figures["households"] if row.must_confirm else 0,
            "confirmed": figures["confirmed"] if row.must_confirm else 0,
        }
    )


def _with_shares(row: Row) -> Row:
    row["read_rate"] = share(row["read"], row["households"])
    row["confirmed_rate"] = share(row["confirmed"], row["to_confirm"])
    return row


def columns() -> list[dict]:
    """The columns, numerators and denominators beside the rates."""
    return [
        link("name", _("Community Notice"), NOTICE, 130),
        text("title", _("Title"), 230),
        text("kind", _("Kind"), 90),
        link("community", _("Community"), "Community", 100),
        day("published_at", _("Published"), 105),
        text("status", _("Status"), 90),
        text("urgent", _("Urgent"), 75),
        count("households", _("Households"), 100),
        count("read", _("Read"), 75),
        percents("read_rate", _("Read / Households"), 130),
        count("to_confirm", _("To Confirm"), 100),
        count("confirmed", _("Confirmed"), 95),
        percents("confirmed_rate", _("Confirmed / To Confirm"), 150),
    ]


def summary(total: Row) -> list[dict]:
    """What the whole span comes to."""

    def told(rate: float | None, part: int, whole: int) -> str:
        of = _("{0} of {1}", context="Share").format(part, whole)
        return "–" if rate is None else f"{rate:.2f} % ({of})"

    read = told(total["read_rate"], total["read"], total["households"])
    confirmed = told(total["confirmed_rate"], total["confirmed"], total["to_confirm"])
    return [
        {"label": _("Read"), "value": read, "datatype": "Data", "indicator": "Blue"},
        {"label": _("Confirmed"), "value": confirmed, "datatype": "Data", "indicator": "Green"},
    ]
