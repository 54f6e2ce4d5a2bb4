"""Return visits by month, team and category: what was due, whom a person reached, and what they said.

Visits ended by the system count as due and never as visited; on-site rechecks are counted apart; cancelled visits nowhere.
A visit belongs to the month it was due in. One that is not due yet counts as soon as it has a result.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case, Order
from frappe.query_builder.functions import Sum
from frappe.utils import add_months, get_first_day, getdate, now_datetime
from pypika import Table
from pypika.functions import Extract
from pypika.terms import Criterion, Term

from property_service.front_desk.complaint_access import not_kept
from property_service.front_desk.visit_rules import Rate
from property_service.property_service.errors import InputRefused
from property_service.property_service.report_filters import read_filters
from property_service.property_service.scope import allowed_communities

LONGEST_SPAN_DAYS = 3 * 366
COUNTS = (
    *("due", "reached", "satisfied", "fairly_satisfied", "dissatisfied"),
    *("unreachable", "declined", "by_system", "overdue", "not_due_yet", "rechecks_due", "rechecks_made"),
)

Row = dict[str, Any]


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, dict | None, list[dict]]:
    """Columns, rows (the last one the total), no message, chart and summary of the report."""
    filters = read_filters(filters)
    first, last = period(filters)
    rows = counted(filters, first, last)
    total = sum_of(rows)
    for row in [*rows, total]:
        add_rates(row)
    return columns(), [*rows, total] if rows else [], None, chart(rows), summary(total) if rows else []


def period(filters: frappe._dict) -> tuple[date, date]:
    """First and last day asked for; left out, this month and the five before. Raises InputRefused."""
    last = getdate(filters.to_date) if filters.to_date else getdate()
    first = getdate(filters.from_date) if filters.from_date else getdate(get_first_day(add_months(last, -5)))
    if first > last:
        frappe.throw(_("The period ends before it begins. Correct one of the two dates."), InputRefused)
    if (last - first).days > LONGEST_SPAN_DAYS:
        frappe.throw(_("Please choose a period of at most three years."), InputRefused)
    return first, last


def counted(filters: frappe._dict, first: date, last: date, everything: bool = False) -> list[Row]:
    """One row per month, team and category with the counts, in one grouped query over the user's communities.

    `everything`: also what is kept from the reader, for sums that are the same whoever draws them up.
    """
    table = frappe.qb.DocType("Return Visit")
    year, month = Extract("YEAR", table.due_at), Extract("MONTH", table.due_at)
    query = (
        frappe.qb.from_(table)
        .select(year.as_("year"), month.as_("month_no"), table.team, table.topic)
        .where(table.due_at >= datetime.combine(first, time()))
        .where(table.due_at < datetime.combine(last + timedelta(days=1), time()))
        .where(table.status != "Cancelled")
        .groupby(year, month, table.team, table.topic)
        .orderby(year, order=Order.desc)
        .orderby(month, order=Order.desc)
        .orderby(table.team)
        .orderby(table.topic)
    )
    for name, counts in conditions(table, now_datetime()).items():
        query = query.select(Sum(Case().when(counts, 1).else_(0)).as_(name))
    if not everything:
        query = not_kept(query, table)
    allowed = allowed_communities()
    if allowed is not None:
        query = query.where(table.community.isin(allowed or ("",)))
    for field in ("community", "team", "topic"):
        if filters.get(field):
            query = query.where(table[field] == filters.get(field))
    return [as_row(found) for found in query.run(as_dict=True)]


def conditions(table: Table, moment: datetime) -> dict[str, Term]:
    """What counts as what, by the name of its column."""
    call, recheck = table.on_site_recheck == 0, table.on_site_recheck == 1
    came_due = (table.status != "Due") | (table.due_at <= moment)

    def calls(condition: Criterion) -> Criterion:
        return call & condition

    reached = table.status == "Reached"
    return {
        "due": calls(came_due),
        "reached": calls(reached),
        "satisfied": calls(reached & (table.result == "Satisfied")),
        "fairly_satisfied": calls(reached & (table.result == "Fairly Satisfied")),
        "dissatisfied": calls(reached & (table.result == "Dissatisfied")),
        "unreachable": calls(table.status == "Unreachable"),
        "declined": calls(table.status == "Declined"),
        "by_system": calls(table.status == "Closed by System"),
        "overdue": calls((table.status == "Due") & (table.due_at <= moment)),
        "not_due_yet": calls((table.status == "Due") & (table.due_at > moment)),
        "rechecks_due": recheck & came_due,
        "rechecks_made": recheck & reached,
    }


def as_row(found: Row) -> Row:
    """A row of the query with its month as people write it and its counts as whole numbers."""
    year, month = int(found["year"]), int(found["month_no"])
    return {
        "month": f"{year}-{month:02d}",
        "team": found["team"] or "",
        "topic": found["topic"] or "",
        "topic_name": _(found["topic"]) if found["topic"] else "",
        **{name: int(found[name] or 0) for name in COUNTS},
    }


def sum_of(rows: list[Row]) -> Row:
    """The total of rows; rates are not summed but computed from the summed counts."""
    return {
        "month": _("Total"),
        "team": "",
        "topic": "",
        "is_total": 1,
        **{name: sum(row[name] for row in rows) for name in COUNTS},
    }


def add_rates(row: Row) -> None:
    """Visits: reached ÷ due. Satisfaction: satisfied and fairly satisfied ÷ reached. Empty where nothing was due."""
    content = row["satisfied"] + row["fairly_satisfied"]
    for name, rate in (
        ("visit_rate", Rate(row["reached"], row["due"])),
        ("satisfaction_rate", Rate(content, row["reached"])),
    ):
        row[name] = None if rate.percent is None else float(rate.percent)


def columns() -> list[dict]:
    """The columns, numerators and denominators beside their rates."""

    def count(fieldname: str, label: str) -> dict:
        return {"fieldname": fieldname, "label": label, "fieldtype": "Int", "width": 95}

    def rate(fieldname: str, label: str) -> dict:
        return {"fieldname": fieldname, "label": label, "fieldtype": "Percent", "width": 130}

    return [
        {"fieldname": "month", "label": _("Month"), "fieldtype": "Data", "width": 90},
        {"fieldname": "team", "label": _("Team"), "fieldtype": "Link", "options": "Work Team", "width": 150},
        {"fieldname": "topic_name", "label": _("Category"), "fieldtype": "Data", "width": 150},
        count("due", _("Due")),
        count("reached", _("Reached")),
        rate("visit_rate", _("Reached / Due")),
        count("satisfied", _("Satisfied")),
        count("fairly_satisfied", _("Fairly Satisfied")),
        count("dissatisfied", _("Dissatisfied")),
        rate("satisfaction_rate", _("Satisfied / Reached")),
        count("unreachable", _("Unreachable")),
        count("declined", _("Declined")),
        count("by_system", _("Closed by System")),
        count("overdue", _("Overdue")),
        count("not_due_yet", _("Not Due Yet")),
        count("rechecks_due", _("Rechecks Due")),
        count("rechecks_made", _("Rechecks Made")),
    ]


def summary(total: Row) -> list[dict]:
    """The figures above the table, each rate with its numerator and denominator."""
    content = total["satisfied"] + total["fairly_satisfied"]

    def card(label: str, numerator: int, denominator: int, percent: float | None) -> dict:
        shown = _("{0} of {1}", context="Share").format(numerator, denominator)
        value = shown if percent is None else f"{percent:.2f} % ({shown})"
        return {"label": label, "value": value, "datatype": "Data", "indicator": "Blue"}

    return [
        card(_("Reached of those due"), total["reached"], total["due"], total["visit_rate"]),
        card(_("Satisfied of those reached"), content, total["reached"], total["satisfaction_rate"]),
        {"label": _("Closed by System"), "value": total["by_system"], "datatype": "Int", "indicator": "Orange"},
        {"label": _("Overdue"), "value": total["overdue"], "datatype": "Int", "indicator": "Red"},
        card(_("On-site rechecks (separate)"), total["rechecks_made"], total["rechecks_due"], None),
    ]


def chart(rows: list[Row]) -> dict | None:
    """Answers by month as stacked bars; none without rows."""
    if not rows:
        return None
    months = sorted({row["month"] for row in rows})
    shown = (
        ("satisfied", _("Satisfied"), "#28a745"),
        ("fairly_satisfied", _("Fairly Satisfied"), "#9bd8a8"),
        ("dissatisfied", _("Dissatisfied"), "#d9534f"),
        ("unreachable", _("Unreachable"), "#b8c2cc"),
        ("declined", _("Declined"), "#7c858d"),
    )
    datasets = [
        {"name": label, "values": [sum(row[name] for row in rows if row["month"] == month) for month in months]}
        for name, label, _color in shown
    ]
    return {
        "data": {"labels": months, "datasets": datasets},
        "type": "bar",
        "height": 180,
        "barOptions": {"stacked": 1},
        "colors": [color for _name, _label, color in shown],
    }
