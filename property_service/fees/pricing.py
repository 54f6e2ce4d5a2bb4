"""What a fee item costs a room for one month of service, and what makes it up.

Prices are yuan a month; metered and shared ones are yuan per unit of the meter. Nothing is ever charged in part: whatever cannot be
computed raises RuleError with the reason, for the fee run to name beside the room.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from property_service.fees.amounts import MAX_AMOUNT, plain
from property_service.fees.formula import Formula, evaluate
from property_service.fees.months import month_end, month_of, month_text
from property_service.fees.price_history import Price, PriceSpan, check_prices, one_price, price_spans
from property_service.fees.proration import Rate, prorate
from property_service.fees.shared_meter import QUANTITY_STEP, SharedPart
from property_service.fees.tiers import Period, tier_parts
from property_service.property_service.money import ZERO, money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

Kind = Literal["Fixed", "Area", "Inner Area", "Metered", "Formula", "Shared Meter"]
KINDS: tuple[Kind, ...] = ("Fixed", "Area", "Inner Area", "Metered", "Formula", "Shared Meter")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Terms:
    """How an item is priced for a room. `percent` is what it pays of the price: 70 for a room long vacant (typical practice)."""

    item: str
    kind: Kind
    prices: tuple[Price, ...] = ()
    formula: Formula | None = None
    tier_period: Period = "Month"
    percent: Decimal = HUNDRED


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """What of a room prices depend on; areas in m². None: not entered."""

    unit: str
    billable_area: Decimal | None = None
    inner_area: Decimal | None = None
    coefficient: Decimal | None = None
    floor: int | None = None
    household_size: int | None = None
    community_area: Decimal | None = None
    building_area: Decimal | None = None
    entrance_area: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """What was used from `first` to `last`, both included; `used_before` and `extra` as `tier_parts` takes them."""

    first: date
    last: date
    quantity: Decimal
    used_before: Decimal = Decimal(0)
    extra: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """A line of a charge: quantity x price (x days/days_in_month where days is not 0) x percent = amount in yuan."""

    basis: Kind
    quantity: Decimal
    price: Decimal
    first: date
    last: date
    days: int
    days_in_month: int
    percent: Decimal
    amount: Decimal
    tier: int = 0


@dataclass(frozen=True, slots=True)
class Charge:
    """What a room owes for a month of service; `amount` is the sum of its lines, in yuan."""

    month: date
    amount: Decimal
    lines: tuple[ChargeLine, ...]


LABELS: dict[str, str] = {
    "Fixed": _("Fixed price"),
    "Area": _("Billable area × price"),
    "Inner Area": _("Inner area × price"),
    "Metered": _("Used × price"),
    "Formula": _("By formula"),
    "Shared Meter": _("Part of the shared meter"),
}


def terms_for(terms: Terms, own_price: Decimal | None = None, discount_percent: Decimal = Decimal(0)) -> Terms:
    """Return an item's terms as a room has them: with its own price, or less a discount in percent. RuleError for absurd ones."""
    if not 0 <= discount_percent <= HUNDRED:
        raise RuleError(_("A discount of {0} % cannot be. Enter 0 to 100."), plain(discount_percent))
    prices = terms.prices if own_price is None else one_price(own_price)
    return replace(terms, prices=prices, percent=HUNDRED - discount_percent)


def charge(
    terms: Terms,
    unit: UnitFacts,
    month: date,
    first: date | None = None,
    last: date | None = None,
    usage: Usage | None = None,
    shared: SharedPart | None = None,
) -> Charge:
    """Return what a room owes for one month of service.

    `first` and `last` are the days of the room's own term in it, None for the whole month; they count for prices by the month. Metered
    items take `usage`, shared ones `shared`. Raises RuleError for whatever is missing or cannot be.
    """
    first, last = first or month, last or month_end(month)
    if month != month_of(month) or first > last or month_of(first) != month or month_of(last) != month:
        raise RuleError(_("The days {0} to {1} do not lie in the month {2}."), first, last, month_text(month))
    if terms.kind == "Metered":
        lines = _metered(terms, usage)
    elif terms.kind == "Shared Meter":
        lines = _shared(terms, shared, first, last)
    else:
        lines = _by_days(terms, unit, month, first, last)
    amount = sum((line.amount for line in lines), ZERO)
    if amount > MAX_AMOUNT:
        raise RuleError(_("{0} yuan is more than {1}. Check the amount."), amount, MAX_AMOUNT)
    return Charge(month, amount, lines)


def line_label(line: ChargeLine) -> tuple[str, tuple[object, ...]]:
    """Return what a line is, as a template to translate and its parameters."""
    return (_("Tier {0}"), (line.tier,)) if line.tier else (LABELS[line.basis], ())


def working(line: ChargeLine) -> str:
    """Return how a line was computed, in signs that need no translation: `89.35 × 2.4 × 15/30 × 70% = 75.05`."""
    factors = [plain(line.quantity), plain(line.price)]
    if line.days and line.days != line.days_in_month:
        factors.append(f"{line.days}/{line.days_in_month}")
    if line.percent != HUNDRED:
        factors.append(f"{plain(line.percent)}%")
    return f"{' × '.join(factors)} = {line.amount}"


def _by_days(terms: Terms, unit: UnitFacts, month: date, first: date, last: date) -> tuple[ChargeLine, ...]:
    quantity = _quantity(terms.kind, unit)
    rates, monthly_prices = [], {}
    for span in _prices_in(terms, month):
        price = _monthly_price(terms, unit, span.price)
        monthly_prices[span.first] = price
        rates.append(Rate(span.first, span.last, quantity * price * terms.percent / HUNDRED))
    lines = []
    for part in prorate(rates, first, last):
        price = monthly_prices[max(begin for begin in monthly_prices if begin <= part.first)]
        lines.append(
            ChargeLine(
                terms.kind,
                quantity,
                price,
                part.first,
                part.last,
                part.days,
                part.days_in_month,
                terms.percent,
                part.amount,
            )
        )
    return tuple(lines)


def _prices_in(terms: Terms, month: date) -> Iterable[PriceSpan]:
    """Return the prices of the whole month, also where the room's days are fewer: parts of a month then add up."""
    last = month_end(month)
    if terms.formula and "price" not in terms.formula.names and not terms.prices:
        return (PriceSpan(month, last, Price(month, Decimal(0))),)
    return tuple(
        PriceSpan(max(price.begin, month), min(price.end or last, last), price)
        for price in check_prices(terms.prices)
        if price.begin <= last and (price.end is None or price.end >= month)
    )


def _quantity(kind: Kind, unit: UnitFacts) -> Decimal:
    if kind in ("Fixed", "Formula"):
        return Decimal(1)
    area = unit.billable_area if kind == "Area" else unit.inner_area
    if area is None or area == 0:
        raise RuleError(
            _("{0} has no billable area. Enter it first.")
            if kind == "Area"
            else _("{0} has no inner area. Enter it first."),
            unit.unit,
        )
    if area < 0:
        raise RuleError(_("{0} has an area of {1} m². Correct it."), unit.unit, plain(area))
    return area


def _monthly_price(terms: Terms, unit: UnitFacts, price: Price) -> Decimal:
    if price.tiers:
        raise RuleError(_("Tiers need a meter. Give {0} a single price."), terms.item)
    if terms.kind != "Formula":
        return price.amount
    if terms.formula is None:
        raise RuleError(_("Enter a formula."))
    values = {name: getattr(unit, name) for name in terms.formula.names - {"price"}}
    numbers = {name: None if value is None else Decimal(value) for name, value in values.items()}
    return evaluate(terms.formula, {**numbers, "price": price.amount})


def _metered(terms: Terms, usage: Usage | None) -> tuple[ChargeLine, ...]:
    if usage is None:
        raise RuleError(_("There is no reading for {0} in this month."), terms.item)
    if usage.quantity < 0:
        raise RuleError(_("A quantity of {0} cannot be billed."), plain(usage.quantity))
    lines, used, days = [], Decimal(0), 0
    spans = price_spans(terms.prices, usage.first, usage.last)
    all_days = (usage.last - usage.first).days + 1
    for span in spans:
        days += (span.last - span.first).days + 1
        # a price that changes between two readings divides what was used by the days; the last span takes the rest
        until = usage.quantity if days == all_days else _share_of(usage.quantity, days, all_days)
        for number, quantity, price in _tiered(span.price, until - used, usage.used_before + used, usage.extra):
            amount = money(quantity * price * terms.percent / HUNDRED)
            lines.append(
                ChargeLine("Metered", quantity, price, span.first, span.last, 0, 0, terms.percent, amount, number)
            )
        used = until
    return tuple(lines)


def _share_of(quantity: Decimal, days: int, all_days: int) -> Decimal:
    return min((quantity * days / all_days).quantize(QUANTITY_STEP, ROUND_HALF_UP), quantity)


def _tiered(price: Price, quantity: Decimal, before: Decimal, extra: Decimal) -> Iterable[tuple[int, Decimal, Decimal]]:
    if not price.tiers:
        return ((0, quantity, price.amount),)
    return ((part.number, part.quantity, part.price) for part in tier_parts(price.tiers, quantity, before, extra))


def _shared(terms: Terms, shared: SharedPart | None, first: date, last: date) -> tuple[ChargeLine, ...]:
    if shared is None:
        raise RuleError(_("{0} has not been shared out for this month."), terms.item)
    amount = money(shared.amount * terms.percent / HUNDRED)
    return (ChargeLine("Shared Meter", shared.quantity, shared.price, first, last, 0, 0, terms.percent, amount),)
