"""Collection rates (收缴率) of a period as of a day, by community, building, steward, item, month or service area.

Reads nothing but the ledger, cut by the day an entry was recorded; numerator and denominator stand beside each rate.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt, format_date, getdate

from property_service.fees.collection_rates import Period, rate
from property_service.fees.ledger_rules import COLLECTED_FOR
from property_service.fees.months import add_months, count_between, month_end, month_of, month_text
from property_service.fees.rate_figures import GROUPS, GroupFigures, Question, figures_by
from property_service.fees.report_parts import (
    amount,
    communities_of,
    count,
    day,
    full_names,
    link,
    one_of,
    only_total,
    percent,
    text,
    today_for,
    yuan,
)
from property_service.fees.report_parts import rate as percents
from property_service.property_service.errors import InputRefused
from property_service.property_service.report_filters import read_filters

LONGEST_MONTHS = 60
ALL = "All"
NOBODY = "-"
LINKS = {"Community": "Community", "Building": "Building", "Item": "Fee Item", "Service Area": "Service Area"}

Row = dict[str, Any]


def execute(filters: dict | None = None) -> tuple[list[dict], list[Row], str, None, list[dict]]:
    """Columns, rows (the last one the total), what is counted in words, no chart, and the summary of the report."""
    filters = read_filters(filters)
    question, group_by = question_of(filters), group_of(filters)
    rows = only_total(rows_of(question, group_by), filters)
    return columns(group_by), rows, said(question, filters), None, summary(rows)


def question_of(filters: Mapping[str, Any]) -> Question:
    """Return what is asked by the filters of the report or the endpoint. Raises InputRefused.

    `from_month` and `to_month` are any day of the first and last month (both left out: last month); `cut_off` left out is the last day of the
    period, or today while that is not over.
    """
    today = today_for(filters)
    last = month_of(getdate(filters.get("to_month") or filters.get("from_month") or add_months(month_of(today), -1)))
    first = month_of(getdate(filters.get("from_month") or last))
    if not 0 <= count_between(first, last) < LONGEST_MONTHS:
        frappe.throw(_("Please choose a first and a last month that are at most five years apart."), InputRefused)
    cut_off = getdate(filters["cut_off"]) if filters.get("cut_off") else min(month_end(last), today)
    chosen = one_of(filters, "collected_for", (*COLLECTED_FOR, ALL), COLLECTED_FOR[0])
    scope = COLLECTED_FOR if chosen == ALL else (chosen,)
    within = None
    if filters.get("group_by") and filters.get("group_key"):
        # The browser leaves out empty filters, so the group of nobody has a sign of its own.
        within = (GROUPS[group_of(filters)], "" if filters["group_key"] == NOBODY else filters["group_key"])
    return Question(Period(first, last), cut_off, communities_of(filters), scope, within)


def group_of(filters: Mapping[str, Any]) -> str:
    """Return by what is grouped. Raises InputRefused."""
    return one_of(filters, "group_by", tuple(GROUPS), "Building")


def rows_of(question: Question, group_by: str) -> list[Row]:
    """Return a row per group and the total last; none where there is nothing. At most four queries: two grouped, one of targets, one of places."""
    groups, together = figures_by(question, GROUPS[group_by])
    if not groups:
        return []
    targets, homes = Targets(question), homes_of(group_by, list(groups))
    names = full_names(list(groups)) if group_by == "Steward" else {}
    rows = []
    for key in sorted(groups):
        shown = month_text(date.fromisoformat(key)) if group_by == "Month" else names.get(key, key)
        row = as_row(groups[key], question)
        steward = key if group_by == "Steward" else ""
        rows.append(
            {"group_name": shown or _("None"), "group_key": key, **row, **targets.of(homes.get(key, ""), steward)}
        )
    total = {"group_name": _("Total"), "group_key": None, "is_total": 1}
    return [*rows, {**total, **as_row(together, question), **targets.of("", "")}]


def homes_of(group_by: str, keys: list[str]) -> dict[str, str]:
    """Return the community of each group that lies in one: group → community; one query, or none."""
    if group_by == "Community":
        return {key: key for key in keys}
    if group_by not in ("Building", "Service Area"):
        return {}
    rows = frappe.get_all(group_by, {"name": ["in", keys]}, ["name", "community"], order_by="name asc")
    return {row.name: row.community for row in rows}


def as_row(group: GroupFigures, question: Question) -> Row:
    """Return the figures of a group as numbers of the screen: yuan, percents and units."""
    found = group.figures
    return {
        "charged": yuan(found.charged),
        "waived": yuan(found.waived),
        "collected": yuan(found.collected),
        "current_rate": percent(rate(found.current)),
        "open_current": yuan(found.open_current),
        "opening": yuan(found.opening),
        "billed_late": yuan(found.billed_late),
        "recovered": yuan(found.recovered),
        "arrears_rate": percent(rate(found.arrears)),
        "open_earlier": yuan(found.open_earlier),
        "units_paid": found.units_paid,
        "units_charged": found.units_charged,
        "household_rate": percent(rate(found.household)),
        "combined_rate": percent(rate(found.combined)),
        "year_collected": yuan(group.year.collected),
        "year_charged": yuan(group.year.charged),
        "year_rate": percent(rate(group.year.current)),
        "late_fees": yuan(group.late_fees.collected),
        "later": yuan(group.later),
        "cut_off": str(question.cut_off),
    }


class Targets:
    """The collection targets of a period's last month: those of the quarter before those of the year."""

    def __init__(self, question: Question) -> None:
        last = question.period.last_month
        filters: dict[str, Any] = {"target_year": last.year, "quarter": ["in", ["", f"Q{(last.month + 2) // 3}"]]}
        if question.communities is not None:
            filters["community"] = ["in", [*question.communities, ""]]
        # The year's come first, so that the quarter's are laid over them.
        self.rows = {
            (row.community, row.steward or ""): row
            for row in frappe.get_all(
                "Collection Target",
                filters,
                ["community", "steward", "quarter", "current_target", "arrears_target"],
                order_by="quarter asc, name asc",
            )
        }

    def of(self, community: str, steward: str) -> Row:
        """Return the targets of a community and steward in percent, None where there are none.

        `community` left out: what all agree on, for a steward his own targets, else those of every community that has set any.
        """
        if community:
            found = [self.rows.get((community, steward))]
        elif steward:
            found = [row for (_community, who), row in self.rows.items() if who == steward]
        else:
            found = [self.rows.get((place, "")) for place in sorted({place for place, _who in self.rows})]
        agreed = {(flt(row.current_target), flt(row.arrears_target)) if row else (None, None) for row in found}
        # A mean of different targets would be nobody's.
        target, arrears_target = agreed.pop() if len(agreed) == 1 else (None, None)
        return {"target": target, "arrears_target": arrears_target}


def columns(group_by: str) -> list[dict]:
    """The columns, numerators and denominators beside their rates."""
    label = {
        "Community": _("Community"),
        "Building": _("Building"),
        "Steward": _("Steward"),
        "Item": _("Fee Item"),
        "Month": _("Month of Service"),
        "Service Area": _("Service Area"),
    }[group_by]
    doctype = LINKS.get(group_by)
    return [
        link("group_name", label, doctype, 130) if doctype else text("group_name", label, 130),
        amount("charged", _("Charged")),
        amount("waived", _("Waived"), 95),
        amount("collected", _("Collected")),
        percents("current_rate", _("Current Rate")),
        rate_target(_("Target")),
        amount("opening", _("Opening Arrears")),
        amount("billed_late", _("Billed Late"), 100),
        amount("recovered", _("Recovered")),
        percents("arrears_rate", _("Arrears Recovery")),
        percents("arrears_target", _("Target (Arrears)"), 100),
        count("units_paid", _("Units Paid")),
        count("units_charged", _("Units Charged"), 105),
        percents("household_rate", _("Household Rate")),
        percents("combined_rate", _("Combined Rate")),
        amount("open_current", _("Still Unpaid")),
        amount("open_earlier", _("Open (Arrears)")),
        amount("year_collected", _("Collected This Year"), 135),
        amount("year_charged", _("Charged This Year"), 135),
        percents("year_rate", _("Current Rate This Year"), 150),
        amount("late_fees", _("Late Fees Collected"), 135),
        amount("later", _("Entered Later, Dated Before"), 170),
        day("cut_off", _("Cut-off Date")),
    ]


def rate_target(label: str) -> dict:
    """The column of the target of the current rate."""
    return percents("target", label, 85)


def said(question: Question, filters: Mapping[str, Any]) -> str:
    """Return in a sentence what is counted; printed above the figures."""
    period, scope = question.period, filters.get("collected_for") or COLLECTED_FOR[0]
    months = month_text(period.first_month)
    if period.last_month != period.first_month:
        months = f"{months} – {month_text(period.last_month)}"
    return _("Service months {0}; fees collected for: {1}; as recorded until the end of {2}.").format(
        months, _(scope), format_date(question.cut_off)
    )


def summary(rows: list[Row]) -> list[dict]:
    """The rates above the table, each with its numerator and denominator."""
    if not rows:
        return []
    total = rows[-1]

    def card(label: str, rate_name: str, numerator: float, denominator: float, places: int = 2) -> dict:
        shown = _("{0} of {1}", context="Share").format(f"{numerator:,.{places}f}", f"{denominator:,.{places}f}")
        value = "–" if total[rate_name] is None else f"{total[rate_name]:.2f} %"
        return {"label": f"{label}: {shown}", "value": value, "datatype": "Data", "indicator": "Blue"}

    owed_before = total["opening"] + total["billed_late"]
    return [
        card(_("Current Rate"), "current_rate", total["collected"], total["charged"]),
        card(_("Arrears Recovery"), "arrears_rate", total["recovered"], owed_before),
        card(_("Household Rate"), "household_rate", total["units_paid"], total["units_charged"], 0),
        card(
            _("Combined Rate"),
            "combined_rate",
            total["collected"] + total["recovered"],
            total["charged"] + owed_before,
        ),
    ]


def figures_of(rows: list[Row]) -> list[Row]:
    """Return rows without what is entered later: the figures that never change once their cut-off is over."""
    return [{name: value for name, value in row.items() if name != "later"} for row in rows]
