"""Promises to call back (回复承诺) by week and person: due, kept, broken, and the rate with its numerator and denominator."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, getdate
from pypika import CustomFunction, Table
from pypika.terms import Criterion

from property_service.front_desk.callback_promises import BROKEN, CANCELLED, KEPT, OPEN, PROMISE
from property_service.front_desk.desk_reports import communities_of
from property_service.front_desk.visit_rules import Rate
from property_service.property_service.errors import InputRefused
from property_service.property_service.report_filters import read_filters
from property_service.property_service.scope import check_roles
from property_service.property_service.service_clock import site_now

Row = dict[str, Any]
ROLES = ("Property Front Desk", "Property Team Leader", "Property Manager", "System Manager")
COUNTS = ("due", "kept", "broken", "answered_late", "put_off", "cancelled", "not_due_yet")
LONGEST_SPAN_DAYS = 5 * 366
Weekday = CustomFunction("WEEKDAY", ["date"])
DateOf = CustomFunction("DATE", ["date"])
SubDays = CustomFunction("SUBDATE", ["date", "days"])


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, dict | None, list[dict]]:
    """Columns, rows (the last one the total), no message, the chart of the weeks and the summary of the report."""
    check_roles(ROLES)
    filters = read_filters(filters)
    rows = rows_of(filters)
    return columns(), rows, None, chart(rows), summary(rows[-1]) if rows else []


def rows_of(filters: frappe._dict) -> list[Row]:
    """A row per week (its Monday) and person, the last week first, and the total last; one grouped query.

    The agreed time counts, also where it was put off; a promise counts once its time has come.
    """
    first, last = span(filters)
    table, user = frappe.qb.DocType(PROMISE), frappe.qb.DocType("User")
    day = DateOf(table.due_at)
    week = SubDays(day, Weekday(day))
    query = (
        frappe.qb.from_(table)
        .left_join(user)
        .on(user.name == table.responsible)
        .select(week.as_("week"), table.responsible.as_("person"), user.full_name.as_("person_name"))
        .where(table.due_at >= datetime.combine(first, time()))
        .where(table.due_at < datetime.combine(last + timedelta(days=1), time()))
        .groupby(week, table.responsible, user.full_name)
        .orderby(week, order=frappe.qb.desc)
        .orderby(user.full_name)
        .orderby(table.responsible)
    )
    for name, condition in conditions(table, site_now()).items():
        query = query.select(Sum(Case().when(condition, 1).else_(0)).as_(name))
    if filters.get("person"):
        query = query.where(table.responsible == filters.person)
    communities = communities_of(filters)
    if communities is not None:
        query = query.where(table.community.isin(communities or ("",)))
    rows = [
        {
            "week": str(getdate(found.week)),
            "person": found.person,
            "person_name": found.person_name or found.person,
            **{name: int(found[name] or 0) for name in COUNTS},
        }
        for found in query.run(as_dict=True)
    ]
    if not rows:
        return []
    total = {"week": "", "person": "", "person_name": _("Total"), "is_total": 1}
    total |= {name: sum(row[name] for row in rows) for name in COUNTS}
    for row in (*rows, total):
        percent = Rate(row["kept"], row["due"]).percent
        row["kept_rate"] = None if percent is None else float(percent)
    return [*rows, total]


def conditions(table: Table, moment: datetime) -> dict[str, Criterion]:
    """What counts as what, by the name of its column."""
    over = (table.status == OPEN) & (table.due_at < moment)
    broken = (table.status == BROKEN) | over
    return {
        "due": (table.status == KEPT) | broken,
        "kept": table.status == KEPT,
        "broken": broken,
        "answered_late": (table.status == BROKEN) & table.answered_at.isnotnull(),
        "put_off": (table.put_off_count > 0) & (table.status != CANCELLED),
        "cancelled": table.status == CANCELLED,
        "not_due_yet": (table.status == OPEN) & (table.due_at >= moment),
    }


def span(filters: frappe._dict) -> tuple[date, date]:
    """First and last day, four weeks until today where they are left out. Raises InputRefused."""
    today = getdate(site_now())
    first = getdate(filters.from_date) if filters.get("from_date") else getdate(add_days(today, -27))
    last = getdate(filters.to_date) if filters.get("to_date") else today
    if first > last:
        frappe.throw(_("The period ends before it begins. Correct one of the two dates."), InputRefused)
    if (last - first).days > LONGEST_SPAN_DAYS:
        frappe.throw(_("Please choose a period of at most five years."), InputRefused)
    return first, last


def columns() -> list[dict]:
    """The columns, numerator and denominator beside the rate."""

    def count(fieldname: str, label: str, width: int = 95) -> dict:
        return {"fieldname": fieldname, "label": label, "fieldtype": "Int", "width": width}

    return [
        {"fieldname": "week", "label": _("Week From"), "fieldtype": "Data", "width": 110},
        {"fieldname": "person_name", "label": _("Who Calls Back"), "fieldtype": "Data", "width": 160},
        count("due", _("Due", context="Callback Promise")),
        count("kept", _("Kept")),
        count("broken", _("Broken")),
        {"fieldname": "kept_rate", "label": _("Kept / Due"), "fieldtype": "Percent", "precision": "2", "width": 110},
        count("answered_late", _("Answered Late"), 120),
        count("put_off", _("Put Off"), 95),
        count("cancelled", _("Cancelled")),
        count("not_due_yet", _("Not Due Yet"), 110),
    ]


def summary(total: Row) -> list[dict]:
    """The rate above the table, with numerator and denominator."""
    share = _("{0} of {1}", context="Share").format(total["kept"], total["due"])
    value = share if total["kept_rate"] is None else f"{total['kept_rate']:.2f} % ({share})"
    return [
        {"label": _("Promises Kept"), "value": value, "datatype": "Data", "indicator": "Blue"},
        {"label": _("Answered Late"), "value": total["answered_late"], "datatype": "Int", "indicator": "Orange"},
        {
            "label": _("Never Answered"),
            "value": total["broken"] - total["answered_late"],
            "datatype": "Int",
            "indicator": "Red",
        },
    ]


def chart(rows: list[Row]) -> dict | None:
    """Kept and broken by week as stacked bars; none without rows."""
    weeks = sorted({row["week"] for row in rows if not row.get("is_total")})
    if not weeks:
        return None
    datasets = [
        {"name": label, "values": [sum(row[name] for row in rows if row["week"] == week) for week in weeks]}
        for name, label in (("kept", _("Kept")), ("broken", _("Broken")))
    ]
    return {
        "data": {"labels": weeks, "datasets": datasets},
        "type": "bar",
        "height": 180,
        "barOptions": {"stacked": 1},
        "colors": ["#28a745", "#d9534f"],
    }
