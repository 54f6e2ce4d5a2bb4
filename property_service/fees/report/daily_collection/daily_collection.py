"""Money taken per day and cashier: by mode, and by what it was for. Refunds stand apart."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from frappe import _
from frappe.utils import cstr

from property_service.fees.allocation import MODES, ONLINE
from property_service.fees.cash_book import Movement, movements, sum_up
from property_service.fees.report_parts import (
    amount,
    communities_of,
    day,
    full_names,
    only_total,
    span,
    text,
    today_for,
    yuan,
)
from property_service.property_service.report_filters import read_filters

Row = dict[str, Any]
ALL_MODES = tuple(dict.fromkeys((*MODES, ONLINE)))


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, None, list[dict]]:
    """Columns, rows (the last one the total), no message, no chart, and the summary of the report."""
    filters = read_filters(filters)
    today = today_for(filters)
    first, last = span(filters, today, today)
    found = movements(communities_of(filters), first, last)
    if filters.get("cashier"):
        found = [row for row in found if row.cashier == filters.cashier]
    modes = [mode for mode in ALL_MODES if any(row.mode == mode for row in found)]
    rows = only_total(rows_of(found, modes), filters)
    return columns(modes), rows, None, None, summary(rows[-1]) if rows else []


def rows_of(found: list[Movement], modes: list[str]) -> list[Row]:
    """A row per day and cashier, and the total last; one more query, of the cashiers' names."""
    if not found:
        return []
    grouped: defaultdict[tuple, list[Movement]] = defaultdict(list)
    for row in found:
        grouped[row.day, row.cashier].append(row)
    names = full_names({row.cashier for row in found})
    rows = [
        {"day": str(key[0]), "cashier": key[1], "cashier_name": names.get(key[1], _("Online")), **as_row(group, modes)}
        for key, group in sorted(grouped.items(), key=lambda pair: (-pair[0][0].toordinal(), cstr(pair[0][1])))
    ]
    return [*rows, {"day": None, "cashier": None, "cashier_name": _("Total"), "is_total": 1, **as_row(found, modes)}]


def as_row(group: list[Movement], modes: list[str]) -> Row:
    """The sums of movements as numbers of the screen, in yuan."""
    for_what, by_mode = sum_up(group)
    return {
        "received": yuan(for_what.received),
        "own": yuan(for_what.own),
        "others": yuan(for_what.others),
        "late_fees": yuan(for_what.late_fees),
        "prepaid": yuan(for_what.prepaid),
        "deposits": yuan(for_what.deposits),
        "refunded": yuan(for_what.refunded),
        "kept": yuan(for_what.received - for_what.refunded),
        "used_prepayments": yuan(for_what.used_prepayments),
        **{field_of(mode): yuan(by_mode.get(mode, for_what.received * 0)) for mode in modes},
    }


def field_of(mode: str) -> str:
    """The column of a mode of payment."""
    return f"mode_{mode.lower().replace(' ', '_')}"


def columns(modes: list[str]) -> list[dict]:
    """The columns; of the modes of payment only those that occur."""
    return [
        day("day", _("Date")),
        text("cashier_name", _("Cashier"), 130),
        amount("received", _("Received")),
        amount("own", _("Own Fees"), 110),
        amount("others", _("Collected for Others"), 140),
        amount("late_fees", _("Late Fees"), 100),
        amount("prepaid", _("Prepayments"), 110),
        amount("deposits", _("Deposits"), 110),
        amount("refunded", _("Refunded"), 100),
        amount("kept", _("Received less Refunded"), 160),
        *(amount(field_of(mode), _(mode), 110) for mode in modes),
        amount("used_prepayments", _("Paid from Prepayments"), 150),
    ]


def summary(total: Row) -> list[dict]:
    """The figures above the table."""
    return [
        {"label": label, "value": f"{total[name]:,.2f}", "datatype": "Data", "indicator": colour}
        for name, label, colour in (
            ("received", _("Received"), "Blue"),
            ("own", _("Own Fees"), "Green"),
            ("others", _("Collected for Others"), "Grey"),
            ("refunded", _("Refunded"), "Orange"),
        )
    ]
