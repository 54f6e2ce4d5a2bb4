"""Complaints by cause, level, building, team or month: how many, how many were right, late, open again, and satisfied in the end.

A complaint belongs to the month it was received in; withdrawn ones count nowhere. Complaints about the reader are left out.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.query_builder import Case, Order
from frappe.query_builder.functions import Count, Sum
from frappe.utils import add_months, get_first_day, getdate
from pypika.functions import Extract
from pypika.terms import Criterion, Term

from property_service.front_desk.complaint_access import not_about
from property_service.front_desk.complaint_states import COMPLAINT, DOCTYPE, KINDS, WITHDRAWN
from property_service.front_desk.visit_rules import Rate
from property_service.property_service.errors import InputRefused
from property_service.property_service.report_filters import read_filters
from property_service.property_service.scope import allowed_communities
from property_service.property_service.service_clock import site_now

LONGEST_SPAN_DAYS = 3 * 366
COUNTS = (
    *("complaints", "valid", "not_valid", "answer_late", "solved_late", "solve_judged", "solve_in_time"),
    *("reopened", "visited", "satisfied", "open"),
)
# What a row stands for → its field; months are told apart by the time of receipt.
GROUPS = {
    "Cause": "category",
    "Level": "level",
    "Building": "building",
    "Team": "team_complained_of",
    "Channel": "channel",
    "Month": "",
}
CONTENT = ("Satisfied", "Fairly Satisfied")

Row = dict[str, Any]


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, dict | None, list[dict]]:
    """Columns, rows (the last one the total), no message, chart and summary of the report."""
    filters = read_filters(filters)
    first, last = period(filters)
    group = filters.group_by or "Cause"
    if group not in GROUPS:
        frappe.throw(_("Choose what the rows stand for: {0}.").format(", ".join(map(_, GROUPS))), InputRefused)
    rows = counted(filters, group, first, last)
    for row in rows:
        row["group_name"] = words(group, row["group"])
    total = {
        "group": _("Total"),
        "group_name": _("Total"),
        "is_total": 1,
        **{name: sum(row[name] for row in rows) for name in COUNTS},
    }
    for row in [*rows, total]:
        add_rates(row)
    return columns(group), [*rows, total] if rows else [], None, chart(rows, group), summary(total) if rows else []


def period(filters: frappe._dict) -> tuple[date, date]:
    """First and last day asked for; left out, this month and the five before. Raises InputRefused."""
    last = getdate(filters.to_date) if filters.to_date else getdate()
    first = getdate(filters.from_date) if filters.from_date else getdate(get_first_day(add_months(last, -5)))
    if first > last:
        frappe.throw(_("The period ends before it begins. Correct one of the two dates."), InputRefused)
    if (last - first).days > LONGEST_SPAN_DAYS:
        frappe.throw(_("Please choose a period of at most three years."), InputRefused)
    return first, last


def counted(filters: frappe._dict, group: str, first: date, last: date) -> list[Row]:
    """One row per group with the counts, the most frequent first; one grouped query over the user's communities."""
    table = frappe.qb.DocType(DOCTYPE)
    keys: list[Term] = [table[GROUPS[group]]] if GROUPS[group] else []
    if not keys:
        keys = [Extract("YEAR", table.received_at), Extract("MONTH", table.received_at)]
    query = (
        frappe.qb.from_(table)
        .select(*(key.as_(f"key{number}") for number, key in enumerate(keys)), Count("*").as_("complaints"))
        .where(table.received_at >= datetime.combine(first, time()))
        .where(table.received_at < datetime.combine(last + timedelta(days=1), time()))
        .where(table.kind == (filters.kind if filters.kind in KINDS else COMPLAINT))
        .where(table.status != WITHDRAWN)
        .groupby(*keys)
    )
    for name, counts in conditions(table).items():
        query = query.select(Sum(Case().when(counts, 1).else_(0)).as_(name))
    allowed = allowed_communities()
    if allowed is not None:
        query = query.where(table.community.isin(allowed or ("",)))
    for field in ("community", "level", "category"):
        if filters.get(field):
            query = query.where(table[field] == filters.get(field))
    for number in range(len(keys)):
        query = query.orderby(keys[number], order=Order.desc if not GROUPS[group] else Order.asc)
    rows = [as_row(found, group) for found in not_about(query, table).run(as_dict=True)]
    return rows if group == "Month" else sorted(rows, key=lambda row: -row["complaints"])


def conditions(table: Any) -> dict[str, Criterion]:
    """What counts as what, by the name of its column. Judged is what was solved, or whose time to be solved has passed."""
    judged = table.solve_due.notnull() & (table.resolved_at.notnull() | (table.solve_due <= site_now()))
    return {
        "valid": table.is_valid == "Valid",
        "not_valid": table.is_valid == "Not Valid",
        "answer_late": table.first_answer_late == 1,
        "solved_late": table.solved_late == 1,
        "solve_judged": judged,
        "solve_in_time": judged & table.resolved_at.notnull() & (table.solved_late == 0),
        "reopened": table.reopened_count > 0,
        "visited": table.visit_result.isin((*CONTENT, "Dissatisfied")),
        "satisfied": table.visit_result.isin(CONTENT),
        "open": table.stage.notin(("Done", "Void")),
    }


def as_row(found: Row, group: str) -> Row:
    """A row of the query with what it stands for, as it is stored, and whole numbers."""
    key = found["key0"] or ""
    if group == "Month":
        key = f"{int(found['key0'])}-{int(found['key1']):02d}"
    return {"group": key, **{name: int(found[name] or 0) for name in COUNTS}}


def add_rates(row: Row) -> None:
    """In time: solved in time ÷ judged. Satisfaction: satisfied and fairly satisfied ÷ asked. Empty where nobody was asked."""
    for name, rate in (
        ("in_time_rate", Rate(row["solve_in_time"], row["solve_judged"])),
        ("satisfaction_rate", Rate(row["satisfied"], row["visited"])),
    ):
        row[name] = None if rate.percent is None else float(rate.percent)


def columns(group: str) -> list[dict]:
    """The columns, numerators and denominators beside their rates."""

    def count(fieldname: str, label: str) -> dict:
        return {"fieldname": fieldname, "label": label, "fieldtype": "Int", "width": 105}

    def rate(fieldname: str, label: str) -> dict:
        return {"fieldname": fieldname, "label": label, "fieldtype": "Percent", "width": 130}

    shown = {"fieldname": "group_name", "label": _(group), "fieldtype": "Data", "width": 200}
    if group in ("Building", "Team"):
        shown |= {"fieldtype": "Link", "options": "Building" if group == "Building" else "Work Team"}
    return [
        shown,
        count("complaints", _("Complaints")),
        count("valid", _("Valid", context=DOCTYPE)),
        count("not_valid", _("Not Valid", context=DOCTYPE)),
        count("answer_late", _("Answered Late")),
        count("solved_late", _("Solved Late")),
        count("solve_judged", _("Solution Judged")),
        count("solve_in_time", _("Solved in Time")),
        rate("in_time_rate", _("In Time / Judged")),
        count("reopened", _("Reopened", context=DOCTYPE)),
        count("visited", _("Asked")),
        count("satisfied", _("Satisfied")),
        rate("satisfaction_rate", _("Satisfied / Asked")),
        count("open", _("Still Open")),
    ]


def summary(total: Row) -> list[dict]:
    """The figures above the table, each rate with its numerator and denominator."""

    def card(label: str, numerator: int, denominator: int, percent: float | None, indicator: str) -> dict:
        shown = _("{0} of {1}", context="Share").format(numerator, denominator)
        value = shown if percent is None else f"{percent:.2f} % ({shown})"
        return {"label": label, "value": value, "datatype": "Data", "indicator": indicator}

    in_time, judged = total["solve_in_time"], total["solve_judged"]
    return [
        {"label": _("Complaints"), "value": total["complaints"], "datatype": "Int", "indicator": "Blue"},
        {"label": _("Valid", context=DOCTYPE), "value": total["valid"], "datatype": "Int", "indicator": "Orange"},
        card(_("Solved in time"), in_time, judged, total["in_time_rate"], "Blue"),
        card(_("Satisfied of those asked"), total["satisfied"], total["visited"], total["satisfaction_rate"], "Green"),
        {"label": _("Reopened", context=DOCTYPE), "value": total["reopened"], "datatype": "Int", "indicator": "Red"},
    ]


def chart(rows: list[Row], group: str) -> dict | None:
    """How many of each, as bars; none without rows."""
    if not rows:
        return None
    shown = sorted(rows, key=lambda row: row["group"]) if group == "Month" else rows[:12]
    return {
        "data": {
            "labels": [row["group_name"] or "–" for row in shown],
            "datasets": [
                {"name": _("Complaints"), "values": [row["complaints"] for row in shown]},
                {"name": _("Solved Late"), "values": [row["solved_late"] for row in shown]},
            ],
        },
        "type": "bar",
        "height": 200,
        "colors": ["#2f7bd9", "#d9534f"],
    }


def words(group: str, key: str) -> str:
    """What a row stands for in the reader's language; buildings, teams and months keep their names."""
    if not key or group in ("Building", "Team", "Month"):
        return key
    return _(key) if group == "Cause" else _(key, context=DOCTYPE)
