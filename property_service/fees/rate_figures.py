"""The figures of the collection rate from the ledger: those of `collection_rates.py`, summed by the database.

Two grouped queries, however many entries: one sums the entries by what they are, one counts units by what they owe. A figure is a
set of conditions on an entry; the report and the list behind a figure share them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Coalesce, Sum
from pypika import Table
from pypika.queries import QueryBuilder
from pypika.terms import Criterion, Term

from property_service.fees.collection_rates import Figures, LateFeeFigures, Period, year_to_date
from property_service.fees.ledger import ENTRY
from property_service.fees.ledger_rules import ON_A_CHARGE
from property_service.property_service.money import ZERO, money

GROUPS: dict[str, str] = {
    "Community": "community",
    "Building": "building",
    "Steward": "steward",
    "Item": "fee_item",
    "Month": "service_month",
    "Service Area": "service_area",
}
BEFORE, SINCE, LATER = 0, 1, 2
"""When an entry was recorded: before the period began, since then up to the cut-off, or after the cut-off."""
CHARGED, COLLECTED, WAIVED = "charged", "collected", "waived"


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a period as of the end of `cut_off`, of these communities (None: all), for fees of this scope.

    `within` is a column and its value, for one group alone.
    """

    period: Period
    cut_off: date
    communities: tuple[str, ...] | None = None
    scope: tuple[str, ...] = ("Own",)
    within: tuple[str, str] | None = None

    @property
    def begin(self) -> datetime:
        """The moment the period begins, in site time."""
        return datetime.combine(self.period.first_month, time())

    @property
    def end(self) -> datetime:
        """The first moment that is not seen any more, in site time."""
        return datetime.combine(self.cut_off + timedelta(days=1), time())

    @property
    def year(self) -> Period:
        """The months from January to the last of the period."""
        return year_to_date(self.period.last_month)


@dataclass(slots=True)
class GroupFigures:
    """All figures of a group; `year` holds those of the months since January, `later` is in yuan."""

    figures: Figures = field(default_factory=Figures)
    late_fees: LateFeeFigures = field(default_factory=LateFeeFigures)
    year: Figures = field(default_factory=Figures)
    later: Decimal = ZERO


def figures_by(question: Question, column: str) -> tuple[dict[str, GroupFigures], GroupFigures]:
    """Return value of the column → figures, and those of everything together. Two queries.

    Sums of money of everything are the sums of the groups; units are counted on their own, since one can stand in several groups.
    """
    groups: defaultdict[str, GroupFigures] = defaultdict(GroupFigures)
    together = GroupFigures()
    for key, cell in _cells(question, column):
        _add(groups[key], cell, question.period)
        _add(together, cell, question.period)
    for key, charged, paid in _households(question, column):
        figures = (together if key is None else groups[key]).figures
        figures.units_charged, figures.units_paid = charged, paid
    return dict(groups), together


def of_scope(table: Table, question: Question) -> Criterion:
    """Return the condition of entries on charges, of the communities and of what is collected for."""
    condition = table.entry_type.isin(sorted(ON_A_CHARGE)) & table.collected_for.isin(question.scope)
    if question.communities is not None:
        condition &= table.community.isin(question.communities or ("",))
    if question.within:
        column, value = question.within
        condition &= table[column] == value if value else key_of(table, column) == ""
    return condition


def waives(table: Table) -> Criterion:
    """Return the condition of an adjustment that waives, or that takes a waiver back."""
    lowers = (table.amount < 0) & table.reverses.isnull()
    taken_back = (table.amount > 0) & table.reverses.notnull()
    return (table.entry_type == "Adjustment") & (lowers | taken_back)


def seen(table: Table, question: Question) -> Criterion:
    """Return the condition of entries recorded up to the cut-off."""
    return table.recorded_at < question.end


def dated_back(table: Table, question: Question) -> Criterion:
    """Return the condition of entries recorded after the cut-off, but dated up to it."""
    return (table.recorded_at >= question.end) & (table.effective_date <= question.cut_off)


def key_of(table: Table, column: str) -> Term:
    """Return what entries are grouped by; nobody and nothing is an empty text."""
    return Coalesce(table[column], "")


def _cells(question: Question, column: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield group and sum of the entries that are alike: part, kind, age of the charge, and when they were recorded."""
    table = frappe.qb.DocType(ENTRY)
    period, year = question.period, question.year
    key = key_of(table, column)
    kind = Case().when(table.entry_type == "Allocation", COLLECTED).when(waives(table), WAIVED).else_(CHARGED)
    # In this order: a cut-off may also lie before the period.
    era = Case().when(table.recorded_at >= question.end, LATER).when(table.recorded_at < question.begin, BEFORE)
    era = era.else_(SINCE)
    month = Case()
    # The months of service by what they count for: (of the period, of the year, earlier); what is younger counts for nothing.
    for name, condition in {
        "young": table.service_month > period.last_month,
        "current year": table.service_month >= max(period.first_month, year.first_month),
        "current": table.service_month >= period.first_month,
        "earlier year": table.service_month >= year.first_month,
    }.items():
        month = month.when(condition, name)
    month = month.else_("earlier")
    rows = (
        frappe.qb.from_(table)
        .select(key, table.part, kind, era, month, Sum(table.amount))
        .where(of_scope(table, question))
        .where(seen(table, question) | dated_back(table, question))
        .groupby(key, table.part, kind, era, month)
        .orderby(key)
        .run()
    )
    for group, part, what, when, age, amount in rows:
        owed = money(amount)
        yield (
            _text(group),
            {
                "late_fee": part == "Late Fee",
                "kind": what,
                "era": int(when),
                "age": age,
                "amount": owed if what == CHARGED else -owed,
            },
        )


def _add(group: GroupFigures, cell: Mapping[str, Any], period: Period) -> None:
    kind, era, age, amount = cell["kind"], cell["era"], cell["age"], cell["amount"]
    if cell["late_fee"]:
        if era == SINCE:
            name = {CHARGED: "assessed"}.get(kind, kind)
            setattr(group.late_fees, name, getattr(group.late_fees, name) + amount)
        return
    if age == "young":
        return
    if era == LATER:
        group.later += amount if kind == COLLECTED else ZERO
        return
    if age.endswith("year"):
        setattr(group.year, kind, getattr(group.year, kind) + amount)
    figures = group.figures
    if age.startswith("current"):
        setattr(figures, kind, getattr(figures, kind) + amount)
    elif era == BEFORE:
        figures.opening += amount if kind == CHARGED else -amount
    else:
        name = {CHARGED: "billed_late", COLLECTED: "recovered", WAIVED: "waived_earlier"}[kind]
        setattr(figures, name, getattr(figures, name) + amount)


def of_period(table: Table, question: Question) -> Criterion:
    """Return the condition of entries on the principal of the period's charges, as of the cut-off."""
    months = (table.service_month >= question.period.first_month) & (table.service_month <= question.period.last_month)
    return of_scope(table, question) & (table.part == "Principal") & months & seen(table, question)


def charged_amount(table: Table) -> Term:
    """Return what an entry adds to what was charged, waivers apart."""
    counts = (table.entry_type != "Allocation") & waives(table).negate()
    return Case().when(counts, table.amount).else_(0)


def behind(table: Table, question: Question, figure: str) -> tuple[Criterion, int]:
    """Return the condition of the entries that make up a figure, and the sign by which their amounts add up to it."""
    principal = of_scope(table, question) & (table.part == "Principal")
    earlier = principal & (table.service_month < question.period.first_month) & seen(table, question)
    since = earlier & (table.recorded_at >= question.begin)
    collects, lowers = table.entry_type == "Allocation", waives(table)
    adds = collects.negate() & lowers.negate()
    late_fees = of_scope(table, question) & (table.part == "Late Fee") & seen(table, question)
    late_fees &= table.recorded_at >= question.begin
    return {
        "charged": (of_period(table, question) & adds, 1),
        "collected": (of_period(table, question) & collects, -1),
        "waived": (of_period(table, question) & lowers, -1),
        "opening": (earlier & (table.recorded_at < question.begin), 1),
        "billed_late": (since & adds, 1),
        "recovered": (since & collects, -1),
        "waived_earlier": (since & lowers, -1),
        "late_fees": (late_fees & collects, -1),
        "later": (
            principal & collects & (table.service_month <= question.period.last_month) & dated_back(table, question),
            -1,
        ),
    }[figure]


def units_of(question: Question, column: str) -> QueryBuilder:
    """Return the query of group and unit with `charged` and `still_open` of the period's charges."""
    table = frappe.qb.DocType(ENTRY)
    return (
        frappe.qb.from_(table)
        .select(key_of(table, column).as_("k"), Coalesce(table.unit, "").as_("unit"))
        .select(Sum(charged_amount(table)).as_("charged"), Sum(table.amount).as_("still_open"))
        .where(of_period(table, question))
        .groupby(Coalesce(table.unit, ""), key_of(table, column))
    )


def _households(question: Question, column: str) -> Iterator[tuple[str | None, int, int]]:
    """Yield group, units charged and units that owe nothing; the group None counts every unit once."""
    each = units_of(question, column).rollup(vendor="mysql")
    charged = each.charged > 0
    paid = charged & (each.still_open <= 0)
    rows = (
        frappe.qb.from_(each)
        .select(each.k, Sum(Case().when(charged, 1).else_(0)), Sum(Case().when(paid, 1).else_(0)))
        # The rollup adds a row per unit, its k NULL, and one of all units, which is none.
        .where(each.unit.notnull())
        .groupby(each.k)
        .orderby(each.k)
        .run()
    )
    for group, units, settled in rows:
        yield None if group is None else _text(group), int(units or 0), int(settled or 0)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
