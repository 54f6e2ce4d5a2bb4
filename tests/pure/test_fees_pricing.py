"""Parts of months, and what an item costs a room for a month of service."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.fees.formula import parse
from property_service.fees.months import month_end, month_of
from property_service.fees.price_history import Price
from property_service.fees.pricing import (
    Charge,
    Terms,
    UnitFacts,
    Usage,
    charge,
    line_label,
    terms_for,
    working,
)
from property_service.fees.proration import Rate, is_whole_month, prorate
from property_service.fees.shared_meter import SharedPart
from property_service.fees.tiers import Tier
from property_service.property_service.money import money

pytestmark = pytest.mark.pure
D = Decimal
DAY = timedelta(days=1)
MONTHS = st.dates(date(2019, 1, 1), date(2032, 12, 31)).map(month_of)


def day(text: str) -> date:
    return date.fromisoformat(text)


ALWAYS = [Rate(date(2000, 1, 1), date(2099, 12, 31), D("214.44"))]


@pytest.mark.parametrize(
    ("first", "last", "amounts"),
    [
        ("2026-06-01", "2026-06-30", ["214.44"]),
        ("2026-06-01", "2026-06-15", ["107.22"]),
        ("2026-06-16", "2026-06-30", ["107.22"]),
        ("2026-02-01", "2026-02-01", ["7.66"]),  # 214.44 / 28 = 7.6586
        ("2024-02-01", "2024-02-01", ["7.39"]),  # / 29 = 7.3945
        ("2026-01-01", "2026-01-01", ["6.92"]),  # / 31 = 6.9174
        ("2026-01-31", "2026-03-01", ["6.92", "214.44", "6.92"]),
        ("2026-11-20", "2026-12-31", ["78.63", "214.44"]),
    ],
)
def test_prorate(first: str, last: str, amounts: list[str]) -> None:
    parts = prorate(ALWAYS, day(first), day(last))
    assert [str(part.amount) for part in parts] == amounts
    assert parts[0].first == day(first) and parts[-1].last == day(last)


def test_a_price_that_changes_in_mid_month() -> None:
    rates = [
        Rate(day("2026-01-01"), day("2026-06-15"), D("89.35") * D("2.40")),
        Rate(day("2026-06-16"), day("2026-12-31"), D("89.35") * D("2.60")),
    ]
    parts = prorate(rates, day("2026-06-01"), day("2026-06-30"))
    # 214.44 x 15/30 = 107.22 and 232.31 x 15/30 = 116.155, together 223.375
    assert [str(part.amount) for part in parts] == ["107.22", "116.16"]
    assert [(part.days, part.days_in_month, is_whole_month(part)) for part in parts] == [(15, 30, False)] * 2
    assert is_whole_month(prorate(rates, day("2026-07-01"), day("2026-07-31"))[0])


@pytest.mark.parametrize(
    ("rates", "first", "last", "reason"),
    [
        (ALWAYS, "2026-06-02", "2026-06-01", "before the first day"),
        ([], "2026-06-01", "2026-06-01", "No price holds on 2026-06-01"),
        (
            [Rate(day("2026-06-02"), day("2026-06-30"), D(1))],
            "2026-06-01",
            "2026-06-30",
            "No price holds on 2026-06-01",
        ),
        (
            [Rate(day("2026-06-01"), day("2026-06-29"), D(1))],
            "2026-06-01",
            "2026-06-30",
            "No price holds on 2026-06-30",
        ),
        ([Rate(day("2026-06-01"), day("2026-06-30"), D(-1))], "2026-06-01", "2026-06-30", "cannot cost -1"),
        ([Rate(day("2026-06-30"), day("2026-06-01"), D(1))], "2026-06-01", "2026-06-30", "before the first day"),
        (ALWAYS * 2, "2026-06-01", "2026-06-30", "Two prices hold"),
        (
            [Rate(day("2026-06-01"), day("2026-06-10"), D(1)), Rate(day("2026-06-12"), day("2026-06-30"), D(1))],
            "2026-06-01",
            "2026-06-30",
            "No price holds on 2026-06-11",
        ),
    ],
)
def test_what_cannot_be_prorated(rates: list[Rate], first: str, last: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        prorate(rates, day(first), day(last))


AMOUNTS = st.decimals(0, 5000, places=4)


@st.composite
def rate_rows(draw: st.DrawFn) -> list[Rate]:
    """Rates one after the other from 2025-11-15 on, some of them a day long."""
    begin, rows = date(2025, 11, 15), []
    for _ in range(draw(st.integers(1, 5))):
        end = begin + draw(st.integers(0, 70)) * DAY
        rows.append(Rate(begin, end, draw(AMOUNTS)))
        begin = end + DAY
    return rows


@given(rate_rows(), st.data())
def test_adjacent_spans_add_up_to_the_whole(rates: list[Rate], data: st.DataObject) -> None:
    first, last = rates[0].first, rates[-1].last
    cuts = sorted(data.draw(st.sets(st.dates(first, last), max_size=6)))
    begins = [first, *(cut + DAY for cut in cuts if cut < last)]
    ends = [*(cut for cut in cuts if cut < last), last]
    whole = sum((part.amount for part in prorate(rates, first, last)), D(0))
    pieces = [part for begin, end in zip(begins, ends, strict=True) for part in prorate(rates, begin, end)]
    assert sum((part.amount for part in pieces), D(0)) == whole
    assert all(part.amount >= 0 for part in pieces)
    assert sum(part.days for part in pieces) == (last - first).days + 1


@given(MONTHS, AMOUNTS)
def test_a_whole_month_costs_its_price_and_single_days_too(month: date, monthly: Decimal) -> None:
    rates = [Rate(month, month_end(month), monthly)]
    assert [part.amount for part in prorate(rates, month, month_end(month))] == [money(monthly)]
    days = [month + n * DAY for n in range((month_end(month) - month).days + 1)]
    assert sum((prorate(rates, d, d)[0].amount for d in days), D(0)) == money(monthly)


HISTORY = (Price(date(2025, 1, 1), D("2.40")), Price(date(2026, 6, 16), D("2.60")))
ROOM = UnitFacts("LH-03-1203", D("89.35"), D("69.69"), D("1.1"), 12, 3, building_area=D(5000))
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
AREA = Terms("Property fee", "Area", HISTORY)
WATER = (Tier(D(0), D(180), D(5)), Tier(D(180), D(260), D(7)), Tier(D(260), None, D(9)))
METERED = Terms("Water", "Metered", (Price(date(2025, 1, 1), D(0), WATER),), tier_period="Year")


def fixed(amount: str) -> Terms:
    return Terms("Parking", "Fixed", (Price(date(2025, 1, 1), D(amount)),))


def formula(text: str, price: str | None = "0.35") -> Terms:
    return Terms("Lift", "Formula", (Price(date(2025, 1, 1), D(price)),) if price else (), parse(text))


LIFT = "price * billable_area * (0 if floor < 3 else 1 if floor <= 10 else 1.1 if floor <= 20 else 1.2)"
MAY_USE = (date(2026, 5, 26), date(2026, 6, 25))


@pytest.mark.parametrize(
    ("made", "amount", "lines"),
    [
        (charge(fixed("80"), ROOM, JUNE), "80.00", ["1 × 80 = 80.00"]),
        (charge(fixed("80"), ROOM, JUNE, last=day("2026-06-10")), "26.67", ["1 × 80 × 10/30 = 26.67"]),
        (charge(fixed("0"), ROOM, JUNE), "0.00", ["1 × 0 = 0.00"]),
        (charge(AREA, ROOM, date(2026, 5, 1)), "214.44", ["89.35 × 2.4 = 214.44"]),
        (charge(AREA, ROOM, JUNE), "223.38", ["89.35 × 2.4 × 15/30 = 107.22", "89.35 × 2.6 × 15/30 = 116.16"]),
        (charge(AREA, ROOM, JUNE, first=day("2026-06-11")), "151.90", ["89.35 × 2.4 × 5/30 = 35.74", "89.35 × 2.6 × 15/30 = 116.16"]),
        (charge(AREA, ROOM, JULY), "232.31", ["89.35 × 2.6 = 232.31"]),
        (charge(terms_for(AREA, discount_percent=D(30)), ROOM, JULY), "162.62", ["89.35 × 2.6 × 70% = 162.62"]),
        (charge(terms_for(AREA, own_price=D("1.8")), ROOM, JUNE), "160.83", ["89.35 × 1.8 = 160.83"]),
        (charge(terms_for(AREA, discount_percent=D(100)), ROOM, JULY), "0.00", ["89.35 × 2.6 × 0% = 0.00"]),
        (charge(replace(AREA, kind="Inner Area"), ROOM, JULY), "181.19", ["69.69 × 2.6 = 181.19"]),
        (charge(formula(LIFT), ROOM, JULY), "34.40", ["1 × 34.39975 = 34.40"]),
        (charge(formula(LIFT), replace(ROOM, floor=2), JULY), "0.00", ["1 × 0 = 0.00"]),
        (charge(formula("billable_area / building_area * 1000", None), ROOM, JULY), "17.87", ["1 × 17.87 = 17.87"]),
        (charge(METERED, ROOM, JUNE, usage=Usage(*MAY_USE, D("14.5"))), "72.50", ["14.5 × 5 = 72.50"]),
        (
            charge(METERED, ROOM, JUNE, usage=Usage(*MAY_USE, D("100"), used_before=D(175))),
            "720.00",  # 25 + 560 + 135
            ["5 × 5 = 25.00", "80 × 7 = 560.00", "15 × 9 = 135.00"],
        ),
        (
            charge(METERED, ROOM, JUNE, usage=Usage(*MAY_USE, D("100"), used_before=D(175), extra=D(30))),
            "630.00",  # 35 x 5 + 65 x 7
            ["35 × 5 = 175.00", "65 × 7 = 455.00"],
        ),
        (charge(METERED, ROOM, JUNE, usage=Usage(*MAY_USE, D(0))), "0.00", []),
        (
            charge(
                Terms("Light", "Shared Meter"),
                ROOM,
                JUNE,
                shared=SharedPart("LH-03-1203", D("89.35"), D("12.5"), D("0.4883"), D("6.11")),
            ),
            "6.11",
            ["12.5 × 0.4883 = 6.11"],
        ),
    ],
)  # fmt: skip
def test_what_a_month_costs(made: Charge, amount: str, lines: list[str]) -> None:
    assert str(made.amount) == amount
    assert [working(line) for line in made.lines] == lines


def test_a_tariff_that_changes_between_two_readings_divides_what_was_used_by_the_days() -> None:
    dearer = (Tier(D(0), D(180), D(6)), Tier(D(180), None, D(8)))
    terms = replace(METERED, prices=(*METERED.prices, Price(date(2026, 6, 16), D(0), dearer)))
    made = charge(terms, ROOM, JUNE, usage=Usage(*MAY_USE, D(31), used_before=D(170)))
    # 21 of 31 days at the old tariff: 10 at 5, 11 at 7; 10 days at the new one: 10 at 8
    assert [working(line) for line in made.lines] == ["10 × 5 = 50.00", "11 × 7 = 77.00", "10 × 8 = 80.00"]
    assert [(line.tier, line.first, line.last) for line in made.lines] == [
        (1, day("2026-05-26"), day("2026-06-15")),
        (2, day("2026-05-26"), day("2026-06-15")),
        (2, day("2026-06-16"), day("2026-06-25")),
    ]
    assert line_label(made.lines[1]) == ("Tier {0}", (2,))


@pytest.mark.parametrize(
    ("terms", "unit", "more", "reason"),
    [
        (AREA, UnitFacts("U"), {}, "U has no billable area"),
        (AREA, UnitFacts("U", D(0)), {}, "U has no billable area"),
        (replace(AREA, kind="Inner Area"), UnitFacts("U", D(80)), {}, "U has no inner area"),
        (AREA, UnitFacts("U", D(-5)), {}, "area of -5"),
        (replace(AREA, prices=()), ROOM, {}, "Enter a price"),
        (AREA, ROOM, {"first": day("2026-05-31")}, "do not lie in the month 2026-06"),
        (AREA, ROOM, {"last": day("2026-07-01")}, "do not lie"),
        (AREA, ROOM, {"first": day("2026-06-20"), "last": day("2026-06-10")}, "do not lie"),
        (replace(METERED, kind="Area"), ROOM, {}, "Tiers need a meter"),
        (METERED, ROOM, {}, "no reading for Water"),
        (METERED, ROOM, {"usage": Usage(*MAY_USE, D(-1))}, "quantity of -1 cannot be billed"),
        (METERED, ROOM, {"usage": Usage(day("2024-12-26"), day("2025-01-25"), D(1))}, "No price holds on 2024-12-26"),
        (Terms("Light", "Shared Meter"), ROOM, {}, "Light has not been shared out"),
        (formula("price / coefficient"), replace(ROOM, coefficient=D(0)), {}, "divides by zero"),
        (formula("inner_area * 2"), UnitFacts("U"), {}, "needs inner_area"),
        (formula("1 - floor"), ROOM, {}, "less than 0"),
        (formula("price * 2", None), ROOM, {}, "Enter a price"),
        (Terms("Lift", "Formula", HISTORY), ROOM, {}, "Enter a formula"),
        (fixed("1000000"), ROOM, {}, None),
        (replace(AREA, prices=(Price(date(2025, 1, 1), D(999999)),)), replace(ROOM, billable_area=D(999)), {}, "more than 100000000"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_not_charged(terms: Terms, unit: UnitFacts, more: dict, reason: str | None) -> None:
    if reason is None:
        assert charge(terms, unit, JUNE, **more).amount == 1_000_000
        return
    with pytest.raises(ValueError, match=reason):
        charge(terms, unit, JUNE, **more)


def test_only_a_month_has_a_charge() -> None:
    with pytest.raises(ValueError, match="do not lie"):
        charge(AREA, ROOM, date(2026, 6, 2))


@pytest.mark.parametrize(("own", "discount"), [(None, "-1"), (None, "100.1"), ("-2", "0"), ("2000000", "0")])
def test_absurd_own_prices_and_discounts_are_refused(own: str | None, discount: str) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        terms_for(AREA, None if own is None else D(own), D(discount))


PRICES = st.decimals(0, 10, places=4)


@given(st.lists(st.tuples(st.dates(date(2026, 5, 15), date(2026, 7, 15)), PRICES), max_size=4, unique_by=lambda p: p[0]),
       PRICES, st.decimals("0.01", 200, places=2), st.decimals(0, 100, places=1), st.integers(1, 29),
       st.sampled_from(["Fixed", "Area", "Formula"]))  # fmt: skip
def test_two_terms_of_a_month_cost_what_one_does(
    changes: list[tuple[date, Decimal]], old: Decimal, area: Decimal, discount: Decimal, cut: int, kind: str
) -> None:
    """A room that changes hands within a month is charged what it would be without."""
    prices = (Price(date(2020, 1, 1), old), *(Price(*change) for change in changes))
    by_formula = parse("price * billable_area") if kind == "Formula" else None
    terms = terms_for(Terms("Fee", kind, prices, by_formula), discount_percent=discount)
    unit = UnitFacts("U", area)
    before, after = date(2026, 6, cut), date(2026, 6, cut) + DAY
    whole = charge(terms, unit, JUNE)
    assert charge(terms, unit, JUNE, last=before).amount + charge(terms, unit, JUNE, first=after).amount == whole.amount
    assert sum((line.amount for line in whole.lines), D(0)) == whole.amount
    days = sum(line.days for line in whole.lines)
    assert days == 30


@given(st.decimals(0, 400, places=3), st.decimals(0, 400, places=2), st.integers(1, 62), st.integers(0, 61))
def test_all_that_was_used_is_billed(quantity: Decimal, before: Decimal, length: int, change: int) -> None:
    first = date(2026, 5, 1)
    prices = (METERED.prices[0], Price(first + change * DAY, D(0), WATER)) if change else METERED.prices
    usage = Usage(first, first + (length - 1) * DAY, quantity, before)
    made = charge(replace(METERED, prices=prices), ROOM, JUNE, usage=usage)
    assert sum((line.quantity for line in made.lines), D(0)) == quantity
    once = charge(METERED, ROOM, JUNE, usage=usage)
    assert abs(made.amount - once.amount) <= D("0.02")  # a line more, each rounded by itself
