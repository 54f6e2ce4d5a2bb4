"""The one way money is rounded."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.property_service.money import ZERO, money

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        (None, "0.00"),
        (0, "0.00"),
        (5, "5.00"),
        (1.005, "1.01"),  # binary 1.00499…, banker's 1.00
        (2.675, "2.68"),
        (0.125, "0.13"),
        (2.5e-3, "0.00"),
        (0.005, "0.01"),
        (-0.005, "-0.01"),
        (-1.005, "-1.01"),
        (-0.004, "0.00"),
        (0.1 + 0.2, "0.30"),
        (1e15, "1000000000000000.00"),
        (Decimal("89.35") * Decimal("2.40"), "214.44"),
        ("128.5", "128.50"),
        (" 128.505 ", "128.51"),
        ("1e2", "100.00"),
        (Decimal("1.0050"), "1.01"),
    ],
)
def test_money(amount: object, expected: str) -> None:
    assert str(money(amount)) == expected


@pytest.mark.parametrize(
    "amount",
    [
        True,
        False,
        float("nan"),
        float("inf"),
        float("-inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("Infinity"),
        "",
        " ",
        "abc",
        "1,000",
        "¥5",
        b"5",
        [],
        {},
        1j,
        object(),
        "1e999999",
        1e300,
    ],
)
def test_what_is_no_amount_is_refused(amount: object) -> None:
    with pytest.raises(ValueError, match="is not an amount of money"):
        money(amount)


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_rounding_is_to_the_nearest_cent_and_symmetric(amount: Decimal) -> None:
    rounded = money(amount)
    assert abs(rounded - amount) <= Decimal("0.005")
    assert money(-amount) == -rounded
    assert money(rounded) == rounded
    assert rounded.as_tuple().exponent == -2


@given(st.integers(-(10**11), 10**11))
def test_a_cent_survives_the_way_through_a_float(cents: int) -> None:
    exact = Decimal(cents) / 100
    assert money(float(exact)) == exact


@given(st.lists(st.integers(-(10**9), 10**9).map(lambda c: Decimal(c) / 100)))
def test_sums_of_money_are_money(amounts: list[Decimal]) -> None:
    total = sum(map(money, amounts), ZERO)
    assert money(total) == total
