"""Amounts, months, prices with from-dates, and tiers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.fees.amounts import exact, plain, positive_amount
from property_service.fees.months import (
    add_months,
    count_between,
    days_in,
    month_end,
    month_from,
    month_of,
    month_text,
    months_between,
)
from property_service.fees.price_history import Price, PriceSpan, check_prices, one_price, price_on, price_spans
from property_service.fees.tiers import Tier, TierPart, check_tiers, extra_quota, tier_parts, used_before

pytestmark = pytest.mark.pure
D = Decimal
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, "0"), (0.4883, "0.4883"), ("7.10", "7.10"), (3, "3"), (1e-7, "1E-7"), (D("2.400"), "2.400")],
)
def test_exact(value: object, expected: str) -> None:
    assert str(exact(value)) == expected


@pytest.mark.parametrize("value", [True, "", "x", float("nan"), float("inf"), "NaN", "sNaN", [], b"1"])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="is no number"):
        exact(value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (0, "not above 0"),
        (None, "not above 0"),
        (-1, "not above 0"),
        ("0.001", "parts of a cent"),
        (10.005, "parts of a cent"),
        ("1e-30", "parts of a cent"),
        (100_000_000.01, "more than"),
        ("abc", "not an amount of money"),
    ],
)
def test_an_entered_amount_is_refused(value: object, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        positive_amount(value)


@pytest.mark.parametrize(
    ("value", "expected"), [("0.01", "0.01"), (128.5, "128.50"), ("7.100", "7.10"), (10**8, "100000000.00")]
)
def test_an_entered_amount(value: object, expected: str) -> None:
    assert str(positive_amount(value)) == expected


@pytest.mark.parametrize(
    ("number", "text"), [("2.40", "2.4"), ("500", "500"), ("5E+2", "500"), ("0.00", "0"), ("-1.50", "-1.5")]
)
def test_plain(number: str, text: str) -> None:
    assert plain(D(number)) == text


@pytest.mark.parametrize(
    ("month", "count", "expected"),
    [
        (date(2026, 1, 1), 1, date(2026, 2, 1)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 1), -1, date(2025, 12, 1)),
        (date(2026, 5, 1), -17, date(2024, 12, 1)),
        (date(2026, 5, 1), 0, date(2026, 5, 1)),
    ],
)
def test_add_months(month: date, count: int, expected: date) -> None:
    assert add_months(month, count) == expected
    assert count_between(month, expected) == count


@pytest.mark.parametrize("text", ["", "2026-13", "2026-0", "2026-7", "0000-01", "2026/07", "2026-07-01", "x"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no month"):
        month_from(text)


@given(DAYS)
def test_a_month_and_its_text(day: date) -> None:
    month = month_of(day)
    assert month_from(month_text(month)) == month
    assert month <= day <= month_end(month)
    assert month_end(month) + timedelta(days=1) == add_months(month, 1)
    assert days_in(month) == (month_end(month) - month).days + 1


def test_months_between() -> None:
    assert months_between(date(2025, 11, 20), date(2026, 1, 3)) == (
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
    )
    assert months_between(date(2026, 2, 1), date(2026, 1, 31)) == ()


def price(begin: str, amount: str, end: str | None = None) -> Price:
    return Price(date.fromisoformat(begin), D(amount), end=date.fromisoformat(end) if end else None)


HISTORY = (price("2025-01-01", "2.40"), price("2026-06-16", "2.60"))


@pytest.mark.parametrize(
    ("day", "amount"),
    [("2025-01-01", "2.40"), ("2026-06-15", "2.40"), ("2026-06-16", "2.60"), ("2090-01-01", "2.60")],
)
def test_the_price_in_force(day: str, amount: str) -> None:
    assert price_on(reversed(HISTORY), date.fromisoformat(day)).amount == D(amount)


def test_last_days_are_filled_in() -> None:
    assert [p.end for p in check_prices(HISTORY)] == [date(2026, 6, 15), None]


def test_the_prices_of_a_month() -> None:
    first, second = check_prices(HISTORY)
    assert price_spans(HISTORY, date(2026, 6, 1), date(2026, 6, 30)) == (
        PriceSpan(date(2026, 6, 1), date(2026, 6, 15), first),
        PriceSpan(date(2026, 6, 16), date(2026, 6, 30), second),
    )


@pytest.mark.parametrize(
    ("prices", "reason"),
    [
        ([], "Enter a price"),
        ([price("2026-01-01", "-0.01")], "cannot be"),
        ([price("2026-01-01", "1000000.01")], "cannot be"),
        ([price("2026-01-01", "NaN")], "cannot be"),
        ([price("2026-01-01", "1e40")], "cannot be"),
        ([price("2026-01-01", "0.0000001")], "too many decimal places"),
        ([price("2026-01-01", "1"), price("2026-01-01", "2")], "Two prices hold on 2026-01-01"),
        ([price("2026-01-01", "1", "2026-03-31"), price("2026-03-31", "2")], "Two prices hold on 2026-03-31"),
        ([price("2026-01-01", "1", "2026-03-30"), price("2026-04-01", "2")], "No price holds on 2026-03-31"),
        ([price("2026-01-02", "1", "2026-01-01")], "before the first day"),
    ],
)
def test_prices_that_cannot_stand_are_refused(prices: list[Price], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_prices(prices)


@pytest.mark.parametrize(
    ("prices", "first", "last", "reason"),
    [
        (HISTORY, date(2024, 12, 31), date(2025, 1, 31), "No price holds on 2024-12-31"),
        ([price("2026-01-01", "1", "2026-03-31")], date(2026, 3, 1), date(2026, 4, 1), "No price holds on 2026-04-01"),
        ([price("2026-01-01", "1", "2026-03-31")], date(2026, 5, 1), date(2026, 5, 1), "No price holds on 2026-05-01"),
        (HISTORY, date(2026, 2, 1), date(2026, 1, 31), "before the first day"),
    ],
)
def test_a_day_without_price_is_named(prices: list[Price], first: date, last: date, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        price_spans(prices, first, last)


def test_an_own_price_holds_always() -> None:
    assert price_on(one_price(D("1.5")), date(1990, 1, 1)).amount == D("1.5")
    with pytest.raises(ValueError, match="cannot be"):
        one_price(D(-1))


@given(st.lists(DAYS, min_size=1, max_size=8, unique=True), DAYS, st.integers(0, 900))
def test_spans_hold_every_day_once_at_its_own_price(begins: list[date], first: date, more: int) -> None:
    prices = [Price(begin, D(number)) for number, begin in enumerate(begins)]
    first = max(first, min(begins))
    last = first + timedelta(days=more)
    spans = price_spans(prices, first, last)
    assert spans[0].first == first and spans[-1].last == last
    assert all(after.first - before.last == timedelta(days=1) for before, after in pairwise(spans))
    for span in spans:
        for day in (span.first, span.last):
            assert span.price.begin == max(begin for begin in begins if begin <= day)


WATER = (Tier(D(0), D(180), D(5)), Tier(D(180), D(260), D(7)), Tier(D(260), None, D(9)))


@pytest.mark.parametrize(
    ("quantity", "before", "extra", "parts"),
    [
        ("0", "0", "0", []),
        ("180", "0", "0", [(1, "180")]),
        ("180.01", "0", "0", [(1, "180"), (2, "0.01")]),
        ("100", "100", "0", [(1, "80"), (2, "20")]),
        ("200", "150", "0", [(1, "30"), (2, "80"), (3, "90")]),
        ("10", "260", "0", [(3, "10")]),
        ("10", "300", "0", [(3, "10")]),
        ("100", "100", "30", [(1, "100")]),  # 210 with six persons
        ("200", "150", "60", [(1, "90"), (2, "80"), (3, "30")]),
    ],
)
def test_tier_parts(quantity: str, before: str, extra: str, parts: list[tuple[int, str]]) -> None:
    found = tier_parts(WATER, D(quantity), D(before), D(extra))
    assert [(part.number, part.quantity) for part in found] == [(number, D(q)) for number, q in parts]
    assert all(part.price == WATER[part.number - 1].price for part in found)


def tiers(*rows: tuple[str, str | None, str]) -> list[Tier]:
    return [Tier(D(begin), None if end is None else D(end), D(amount)) for begin, end, amount in rows]


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([], "at least one tier"),
        (tiers(("0", "180", "5"), ("200", None, "7")), "No tier holds the quantities from 180 to 200"),
        (tiers(("0", "180", "5"), ("170", None, "7")), "Two tiers hold the quantity above 170"),
        (tiers(("0", "180", "5"), ("0", None, "7")), "Two tiers hold"),
        (tiers(("0", None, "5"), ("180", None, "7")), "Two tiers hold"),
        (tiers(("10", None, "5")), "No tier holds the quantities from 0 to 10"),
        (tiers(("0", "180", "5")), "No tier holds what is used above 180"),
        (tiers(("-1", None, "5")), "cannot begin at -1"),
        (tiers(("0", "0", "5"), ("0", None, "7")), "holds nothing"),
        (tiers(("0", None, "-5")), "A price of -5 yuan cannot be"),
        (tiers(("0", None, "2000000")), "cannot be"),
    ],
)
def test_tiers_that_cannot_stand_are_refused(table: list[Tier], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_tiers(table)


@pytest.mark.parametrize(("quantity", "before", "extra"), [("-1", "0", "0"), ("1", "-1", "0"), ("1", "0", "-1")])
def test_negative_quantities_are_refused(quantity: str, before: str, extra: str) -> None:
    with pytest.raises(ValueError, match="cannot be billed"):
        tier_parts(WATER, D(quantity), D(before), D(extra))


QUANTITIES = st.decimals(0, 500, places=2)


@given(QUANTITIES, QUANTITIES, QUANTITIES, st.integers(0, 90))
def test_two_readings_cost_what_one_would(first: Decimal, second: Decimal, before: Decimal, extra: int) -> None:
    def cost(parts: tuple[TierPart, ...]) -> Decimal:
        return sum((part.quantity * part.price for part in parts), D(0))

    whole = tier_parts(WATER, first + second, before, D(extra))
    assert sum((part.quantity for part in whole), D(0)) == first + second
    assert cost(whole) == cost(tier_parts(WATER, first, before, D(extra))) + cost(
        tier_parts(WATER, second, before + first, D(extra))
    )


@pytest.mark.parametrize(("persons", "extra"), [(None, 0), (0, 0), (5, 0), (6, 30), (8, 90)])
def test_extra_quota_of_large_households(persons: int | None, extra: int) -> None:
    assert extra_quota(persons, above=5, per_person=D(30)) == extra


def test_what_was_used_before() -> None:
    usages = [
        (date(2025, 12, 1), D(40)),
        (date(2026, 1, 1), D(12)),
        (date(2026, 2, 1), D("13.5")),
        (date(2026, 3, 1), D(14)),
        (date(2026, 4, 1), D(15)),
    ]
    assert used_before(usages, date(2026, 3, 1), "Year") == D("25.5")
    assert used_before(usages, date(2026, 1, 1), "Year") == 0
    assert used_before(usages, date(2026, 3, 1), "Month") == 0
