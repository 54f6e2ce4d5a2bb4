"""What the manager's reports of the front desk and of the rooms above share: periods, communities, months, columns, rows of a month's report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Sum
from frappe.utils import add_months, get_first_day, getdate
from pypika import Table
from pypika.functions import Extract
from pypika.queries import QueryBuilder
from pypika.terms import Criterion, Term

from property_service.front_desk.visit_rules import Rate
from property_service.property_service.errors import InputRefused
from property_service.property_service.scope import allowed_communities, may_see_community

LONGEST_SPAN_DAYS = 3 * 366
Row = dict[str, Any]


def communities_of(filters: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the communities a report covers: the one asked for, else all of the user; None means every one there is."""
    asked = filters.get("community")
    if asked:
        return (asked,) if may_see_community(asked) else ()
    return allowed_communities()


def of_communities(query: QueryBuilder, table: Table, communities: tuple[str, ...] | None) -> QueryBuilder:
    """Return the query, of these communities only."""
    return query if communities is None else query.where(table.community.isin(communities or ("",)))


def span(filters: Mapping[str, Any], months_back: int = 5) -> tuple[date, date]:
    """Return first and last day asked for; left out, this month and those before. Raises InputRefused."""
    last = getdate(filters["to_date"]) if filters.get("to_date") else getdate()
    first = (
        getdate(filters["from_date"])
        if filters.get("from_date")
        else getdate(get_first_day(add_months(last, -months_back)))
    )
    if first > last:
        frappe.throw(_("The period ends before it begins. Correct one of the two dates."), InputRefused)
    if (last - first).days > LONGEST_SPAN_DAYS:
        frappe.throw(_("Please choose a period of at most three years."), InputRefused)
    return first, last


def within(moment: Term, first: date, last: date) -> Criterion:
    """Return that a stored time lies between two days of the site, both included."""
    return (moment >= datetime.combine(first, time())) & (moment < datetime.combine(last + timedelta(days=1), time()))


def month_of(moment: Term) -> Term:
    """Return the month of a stored time as a number: 202607."""
    return Extract("YEAR", moment) * 100 + Extract("MONTH", moment)


def month_words(number: Any) -> str:
    """Return a month given as 202607 as people write it: 2026-07."""
    return f"{int(number) // 100:04d}-{int(number) % 100:02d}"


def times(condition: Criterion) -> Term:
    """Return how many rows of a group meet a condition."""
    return Sum(Case().when(condition, 1).else_(0))


def one_of(filters: Mapping[str, Any], name: str, known: Collection[str], default: str) -> str:
    """Return what was chosen of a filter's options. Raises InputRefused for what is none of them."""
    chosen = filters.get(name) or default
    if chosen not in known:
        frappe.throw(_("{0} is not one of: {1}.").format(chosen, ", ".join(known)), InputRefused)
    return chosen


def share(part: int, whole: int) -> float | None:
    """Return a part as per cent of the whole, two decimals, half up; None of nothing."""
    percent = Rate(part, whole).percent
    return None if percent is None else float(percent)


def shown_share(part: int, whole: int) -> str:
    """Return a rate with its numerator and denominator: 83.33 % (5 of 6)."""
    told = _("{0} of {1}", context="Share").format(part, whole)
    percent = share(part, whole)
    return told if percent is None else f"{percent:.2f} % ({told})"


def with_total(
    rows: list[Row], counts: Collection[str], rates: Mapping[str, Callable[[Row], float | None]], **more: Any
) -> list[Row]:
    """Return the rows and their total last, `more` being of the total alone; `rates` are reckoned from the counts of each row. None of nothing."""
    if not rows:
        return []
    total: Row = {"group_name": _("Total"), "is_total": 1, **more}
    total |= {name: sum(row[name] for row in rows) for name in counts}
    for row in (*rows, total):
        row.update({name: rate(row) for name, rate in rates.items()})
    return [*rows, total]


# Columns


def text(fieldname: str, label: str, width: int = 130) -> Row:
    """Return a column of texts."""
    return {"fieldname": fieldname, "label": label, "fieldtype": "Data", "width": width}


def count(fieldname: str, label: str, width: int = 95) -> Row:
    """Return a column of whole numbers."""
    return {"fieldname": fieldname, "label": label, "fieldtype": "Int", "width": width}


def percents(fieldname: str, label: str, width: int = 130) -> Row:
    """Return a column of percents."""
    return {"fieldname": fieldname, "label": label, "fieldtype": "Percent", "precision": "2", "width": width}


# Rows of the monthly report: English labels, translated where they are shown


def counted(label: str, value: Any) -> Row:
    """Return a row of the monthly report that is a number."""
    return {"label": label, "kind": "count", "value": int(value or 0)}


def rated(label: str, part: Any, whole: Any, target: float | None = None) -> Row:
    """Return a row of the monthly report that is a rate, with its numerator and denominator; `target` in percent."""
    part, whole = int(part or 0), int(whole or 0)
    row = {"label": label, "kind": "percent", "value": share(part, whole), "numerator": part, "denominator": whole}
    return row if target is None else {**row, "target": float(target)}


def paid(label: str, value: Any) -> Row:
    """Return a row of the monthly report that is money, in yuan."""
    return {"label": label, "kind": "money", "value": float(value or 0)}
