"""Response and resolution against the promise, of repairs and of complaints, by month, category or team.

What was reported in the span counts: judged is what has been answered (finished) or whose deadline has passed; late once stays late. A repair is
answered by the arrival, a complaint by the first answer. A referred repair is solved when it is closed; others arrive there, so no arrival is
judged. Voided repairs and withdrawn complaints count nowhere.
"""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Count
from frappe.utils import cint, get_fullname

from property_service.front_desk import complaint_promises
from property_service.front_desk.desk_reports import (
    Row,
    communities_of,
    count,
    month_of,
    month_words,
    of_communities,
    one_of,
    percents,
    share,
    shown_share,
    span,
    text,
    times,
    with_total,
    within,
)
from property_service.property_service.report_filters import read_filters
from property_service.property_service.service_clock import site_now
from property_service.property_service.stages import VOID

MONTH, CATEGORY, TEAM = GROUPS = ("Month", "Category", "Team")
ALL, REPAIRS, COMPLAINTS = KINDS = ("All", "Repairs", "Complaints")
COUNTS = complaint_promises.COUNTS
RATES = {
    "answer_rate": lambda row: share(row["answer_in_time"], row["answer_judged"]),
    "solve_rate": lambda row: share(row["solve_in_time"], row["solve_judged"]),
}
OF_COMPLAINTS = {MONTH: "month", CATEGORY: "category", TEAM: "handler"}


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], None, dict | None, list[dict]]:
    """Columns, rows (the last ones the totals), no message, the chart and the summary of the report."""
    filters = read_filters(filters)
    group_by, kind = one_of(filters, "group_by", GROUPS, MONTH), one_of(filters, "kind", KINDS, ALL)
    first, last = span(filters)
    rows, totals = [], []
    for one in (REPAIRS, COMPLAINTS):
        if kind in (ALL, one):
            found = rows_of(one, communities_of(filters), first, last, group_by)
            rows += found[:-1]
            totals += found[-1:]
    return columns(group_by), [*rows, *totals], None, chart(rows, group_by), summary(totals)


def rows_of(
    kind: str, communities: tuple[str, ...] | None, first: date, last: date, group_by: str = MONTH
) -> list[Row]:
    """Return the rows of repairs or of complaints, their total last: one grouped query; none where there is nothing."""
    if kind == COMPLAINTS:
        found = complaint_promises.counts_by(communities, first, last, OF_COMPLAINTS[group_by])
    else:
        found = repair_counts(communities, first, last, group_by)
    rows: list[Row] = [
        {"kind": kind, "kind_name": _(kind), "group_key": key, **counts} for key, counts in found.items()
    ]
    for row in rows:
        row["group_name"] = _name(kind, group_by, row["group_key"])
    rows.sort(key=lambda row: row["group_key"], reverse=group_by == MONTH)
    return with_total(rows, COUNTS, RATES, kind=kind, kind_name=_(kind))


def repair_counts(communities: tuple[str, ...] | None, first: date, last: date, group_by: str) -> dict[str, Row]:
    """Return group → counts of repairs reported between two days; one query."""
    table, now = frappe.qb.DocType("Repair Request"), site_now()
    key = {
        MONTH: month_of(table.reported_at),
        CATEGORY: Coalesce(table.category, ""),
        TEAM: Coalesce(table.team, ""),
    }[group_by]
    came = Coalesce(table.arrived_at, table.finished_at)
    solved = Coalesce(table.finished_at, table.closed_at)
    missed = table.closed_at.isnull() & (table.respond_by <= now)
    answer_judged = table.respond_by.notnull() & (came.notnull() | missed)
    solve_judged = table.finish_by.notnull() & (solved.notnull() | (table.finish_by <= now))
    query = (
        frappe.qb.from_(table)
        .select(key.as_("group_key"), Count("*").as_("number"), times(answer_judged).as_("answer_judged"))
        .select(times(answer_judged & came.notnull() & (table.response_late == 0)).as_("answer_in_time"))
        .select(times(solve_judged).as_("solve_judged"))
        .select(times(solve_judged & solved.notnull() & (table.finish_late == 0)).as_("solve_in_time"))
        .where((table.stage != VOID) & within(table.reported_at, first, last))
        .groupby(key)
        .orderby(key)
    )
    return {
        str(row.group_key): {name: cint(row[name]) for name in COUNTS}
        for row in of_communities(query, table, communities).run(as_dict=True)
    }


def _name(kind: str, group_by: str, key: str) -> str:
    if group_by == MONTH:
        return month_words(key)
    if not key:
        return _("None")
    if group_by == CATEGORY:
        return _(key)
    return get_fullname(key) if kind == COMPLAINTS else key


def columns(group_by: str) -> list[dict]:
    """The columns, numerators and denominators beside their rates."""
    labels = {MONTH: _("Month"), CATEGORY: _("Category"), TEAM: _("Team or Person")}
    return [
        text("kind_name", _("Kind"), 100),
        text("group_name", labels[group_by], 170),
        count("number", _("Cases"), 90),
        count("answer_judged", _("Response Judged"), 125),
        count("answer_in_time", _("Response in Time"), 125),
        percents("answer_rate", _("In Time / Judged"), 130),
        count("solve_judged", _("Solution Judged"), 125),
        count("solve_in_time", _("Solved in Time"), 125),
        percents("solve_rate", _("In Time / Judged"), 130),
    ]


def summary(totals: list[Row]) -> list[dict]:
    """The rates of all, each with its numerator and denominator."""
    labels = {
        REPAIRS: (_("Repairs: arrived in time"), _("Repairs: finished in time")),
        COMPLAINTS: (_("Complaints: answered in time"), _("Complaints: solved in time")),
    }
    cards = []
    for total in totals:
        for label, part in zip(labels[total["kind"]], ("answer", "solve"), strict=True):
            value = shown_share(total[f"{part}_in_time"], total[f"{part}_judged"])
            cards.append({"label": label, "value": value, "datatype": "Data", "indicator": "Blue"})
    return cards


def chart(rows: list[Row], group_by: str) -> dict | None:
    """The rates month by month as lines; none for other groups."""
    if group_by != MONTH or not rows:
        return None
    months = sorted({row["group_name"] for row in rows})
    shown = (
        (REPAIRS, "answer_rate", _("Repairs: arrived in time")),
        (REPAIRS, "solve_rate", _("Repairs: finished in time")),
        (COMPLAINTS, "answer_rate", _("Complaints: answered in time")),
        (COMPLAINTS, "solve_rate", _("Complaints: solved in time")),
    )
    datasets = []
    for kind, field, label in shown:
        found = {row["group_name"]: row[field] for row in rows if row["kind"] == kind}
        if found:
            datasets.append({"name": label, "values": [found.get(month) or 0 for month in months]})
    return {"data": {"labels": months, "datasets": datasets}, "type": "bar", "height": 170}
