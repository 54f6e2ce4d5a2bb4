"""How the promises about complaints were kept: first answer and solution against their deadlines, counted by the database."""

from __future__ import annotations

from datetime import date

import frappe
from frappe.query_builder.functions import Coalesce, Count
from pypika import Table
from pypika.terms import Term

from property_service.front_desk.desk_reports import Row, month_of, of_communities, times, within
from property_service.property_service.service_clock import site_now
from property_service.property_service.stages import VOID

COMPLAINT = "Resident Complaint"
COUNTS = ("number", "answer_judged", "answer_in_time", "solve_judged", "solve_in_time")


def received_at(table: Table) -> Term:
    """When a complaint was received: the time its deadlines were counted from."""
    return table.received_at


def counts_by(
    communities: tuple[str, ...] | None, first: date, last: date, group: str = "", only: dict[str, str] | None = None
) -> dict[str, Row]:
    """Return group → counts (see COUNTS) of complaints received between two days; `group`: month, category, handler or "" for all.

    Judged is a complaint that was answered (solved) or whose deadline has passed; one withdrawn counts nowhere. One query.
    """
    table, now = frappe.qb.DocType(COMPLAINT), site_now()
    keys = {
        "month": month_of(received_at(table)),
        "category": Coalesce(table.category, ""),
        "handler": Coalesce(table.assigned_to, ""),
    }
    answered, solved = table.first_answered_at, table.resolved_at
    answer_judged = table.first_answer_due.notnull() & (answered.notnull() | (table.first_answer_due <= now))
    solve_judged = table.solve_due.notnull() & (solved.notnull() | (table.solve_due <= now))
    query = (
        frappe.qb.from_(table)
        .select(Count("*").as_("number"), times(answer_judged).as_("answer_judged"))
        .select(times(answer_judged & answered.notnull() & (table.first_answer_late == 0)).as_("answer_in_time"))
        .select(times(solve_judged).as_("solve_judged"))
        .select(times(solve_judged & solved.notnull() & (table.solved_late == 0)).as_("solve_in_time"))
        .where((table.kind == "Complaint") & (table.stage != VOID))
        .where(within(received_at(table), first, last))
    )
    if group:
        query = query.select(keys[group].as_("group_key")).groupby(keys[group]).orderby(keys[group])
    for field, value in (only or {}).items():
        query = query.where(table[field] == value)
    rows = of_communities(query, table, communities).run(as_dict=True)
    return {
        str(row.get("group_key") or ""): {name: int(row[name] or 0) for name in COUNTS} for row in rows if row["number"]
    }
