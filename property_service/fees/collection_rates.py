"""Collection rates as of a day, with numerator and denominator.

No law defines them; 收费率 and 清缴率 are what estate systems and managers mean by them (typical practice): own fees by default, collected
for others, deposits and late fees apart, waivers a column of their own that makes no rate better. The cut-off is the day an entry was recorded, so what is entered later never changes
a figure that was reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from property_service.fees.ledger_rules import ON_A_CHARGE, LedgerRow, as_of, backdated
from property_service.fees.months import month_of
from property_service.property_service.money import ZERO

Key = Callable[[LedgerRow], Hashable]
Ratio = tuple[Decimal, Decimal]
"""Numerator and denominator."""
PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Period:
    """Months of service from the first to the last, both included; it begins with the first day of the first."""

    first_month: date
    last_month: date


@dataclass(slots=True)
class Figures:
    """The sums behind the rates, in yuan of principal; units as numbers.

    Charges of the period: `charged` (with what was added by adjustment), `collected`, `waived`. Charges of earlier months: `opening` is what
    was open when the period began, `billed_late` what was charged for them since, `recovered`, `waived_earlier`.
    """

    charged: Decimal = ZERO
    collected: Decimal = ZERO
    waived: Decimal = ZERO
    opening: Decimal = ZERO
    billed_late: Decimal = ZERO
    recovered: Decimal = ZERO
    waived_earlier: Decimal = ZERO
    units_charged: int = 0
    units_paid: int = 0

    @property
    def current(self) -> Ratio:
        """收费率: collected of the period's charges ÷ charges of the period."""
        return self.collected, self.charged

    @property
    def arrears(self) -> Ratio:
        """清缴率: collected of earlier charges since the period began ÷ arrears when it began and what was billed late."""
        return self.recovered, self.opening + self.billed_late

    @property
    def household(self) -> Ratio:
        """户收缴率: units that owe nothing of the period's charges ÷ units charged."""
        return Decimal(self.units_paid), Decimal(self.units_charged)

    @property
    def combined(self) -> Ratio:
        """综合收缴率: both sums together."""
        return self.collected + self.recovered, self.charged + self.opening + self.billed_late

    @property
    def open_current(self) -> Decimal:
        """What is open of the period's charges."""
        return self.charged - self.collected - self.waived

    @property
    def open_earlier(self) -> Decimal:
        """What is open of earlier charges."""
        return self.opening + self.billed_late - self.recovered - self.waived_earlier


@dataclass(slots=True)
class LateFeeFigures:
    """Late fees booked from the first day of the period to the cut-off, in yuan."""

    assessed: Decimal = ZERO
    collected: Decimal = ZERO
    waived: Decimal = ZERO


@dataclass(slots=True)
class _Group:
    figures: Figures = field(default_factory=Figures)
    charged: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    still_open: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def rate(ratio: Ratio) -> Decimal | None:
    """Return a ratio as a number such as 0.9512, None where there is nothing to collect."""
    numerator, denominator = ratio
    return (numerator / denominator).quantize(PLACES, ROUND_HALF_UP) if denominator > 0 else None


def year_to_date(day: date) -> Period:
    """Return the months from January to that of the day; what was open when it began is the arrears of 1 January (陈欠)."""
    return Period(date(day.year, 1, 1), month_of(day))


def grouped_by(*fields: str) -> Key:
    """Return the key of rows by these fields, such as `grouped_by("building", "item")`."""
    return lambda row: tuple(getattr(row, name) for name in fields)


TOGETHER = grouped_by()
"""The key of no groups: everything under `()`."""


def rates(
    rows: Iterable[LedgerRow],
    period: Period,
    cut_off: date,
    key: Key = TOGETHER,
    scope: Collection[str] = ("Own",),
) -> dict[Hashable, Figures]:
    """Return key → figures of a period as recorded up to the end of `cut_off`; without a key all under `()`.

    `scope` is what the fees are collected for. A unit stands in every group it has charges in: take the figures of a larger group from a
    call of its own, never from a sum.
    """
    groups: defaultdict[Hashable, _Group] = defaultdict(_Group)
    for row in as_of(rows, cut_off):
        if row.entry_type not in ON_A_CHARGE or row.part != "Principal" or row.collected_for not in scope:
            continue
        if row.service_month is None or row.service_month > period.last_month:
            continue
        group = groups[key(row)]
        if row.service_month >= period.first_month:
            _add_current(group, row)
        else:
            _add_earlier(group.figures, row, period)
    for group in groups.values():
        charged = [unit for unit, amount in group.charged.items() if amount > 0]
        group.figures.units_charged = len(charged)
        group.figures.units_paid = sum(group.still_open[unit] <= 0 for unit in charged)
    return {name: group.figures for name, group in groups.items()}


def late_fee_figures(
    rows: Iterable[LedgerRow],
    period: Period,
    cut_off: date,
    key: Key = TOGETHER,
    scope: Collection[str] = ("Own",),
) -> dict[Hashable, LateFeeFigures]:
    """Return key → late fees booked from the first day of the period up to the end of `cut_off`."""
    found: defaultdict[Hashable, LateFeeFigures] = defaultdict(LateFeeFigures)
    for row in as_of(rows, cut_off):
        if row.part != "Late Fee" or row.collected_for not in scope or row.recorded_at.date() < period.first_month:
            continue
        figures = found[key(row)]
        if row.entry_type == "Allocation":
            figures.collected -= row.amount
        elif _is_waiver(row):
            figures.waived -= row.amount
        else:
            figures.assessed += row.amount
    return dict(found)


def collected_later(
    rows: Iterable[LedgerRow],
    period: Period,
    cut_off: date,
    key: Key = TOGETHER,
    scope: Collection[str] = ("Own",),
) -> dict[Hashable, Decimal]:
    """Return key → principal collected on charges up to the period that was recorded after the cut-off but dated before its end."""
    found: defaultdict[Hashable, Decimal] = defaultdict(lambda: ZERO)
    for row in backdated(rows, cut_off):
        of_scope = row.part == "Principal" and row.collected_for in scope
        if row.entry_type == "Allocation" and of_scope and row.service_month and row.service_month <= period.last_month:
            found[key(row)] -= row.amount
    return dict(found)


def _add_current(group: _Group, row: LedgerRow) -> None:
    group.still_open[row.unit] += row.amount
    if row.entry_type == "Allocation":
        group.figures.collected -= row.amount
    elif _is_waiver(row):
        group.figures.waived -= row.amount
    else:
        group.figures.charged += row.amount
        group.charged[row.unit] += row.amount


def _add_earlier(figures: Figures, row: LedgerRow, period: Period) -> None:
    if row.recorded_at.date() < period.first_month:
        figures.opening += row.amount
    elif row.entry_type == "Allocation":
        figures.recovered -= row.amount
    elif _is_waiver(row):
        figures.waived_earlier -= row.amount
    else:
        figures.billed_late += row.amount


def _is_waiver(row: LedgerRow) -> bool:
    """Return whether an adjustment waives, or takes a waiver back."""
    return row.entry_type == "Adjustment" and (row.amount < 0) != bool(row.reverses)
