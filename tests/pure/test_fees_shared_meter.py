"""Sharing out: the parts add up, always, and the same parts come out every time."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.fees.shared_meter import (
    METHODS,
    Sharer,
    shared_quantity,
    split,
    split_amount,
    split_shared,
    weights,
)
from property_service.property_service.money import money

pytestmark = pytest.mark.pure
D = Decimal


@pytest.mark.parametrize(
    ("total", "by", "parts"),
    [
        ("10.00", {"a": "1", "b": "1", "c": "1"}, {"a": "3.34", "b": "3.33", "c": "3.33"}),
        ("10.00", {"c": "1", "b": "1", "a": "1"}, {"a": "3.34", "b": "3.33", "c": "3.33"}),  # by name, not by order
        ("0.02", {"a": "1", "b": "1", "c": "1"}, {"a": "0.01", "b": "0.01", "c": "0.00"}),
        ("100.00", {"a": "89.35", "b": "110.42", "c": "0"}, {"a": "44.73", "b": "55.27", "c": "0.00"}),
        ("0.01", {"a": "0", "b": "1"}, {"a": "0.00", "b": "0.01"}),  # who bears nothing gets no cent left over
        ("0.00", {"a": "1", "b": "2"}, {"a": "0.00", "b": "0.00"}),
        ("1.00", {"a": "1", "b": "0.0000000000000000000000000001"}, {"a": "1.00", "b": "0.00"}),
    ],
)
def test_split(total: str, by: dict[str, str], parts: dict[str, str]) -> None:
    assert split(D(total), {name: D(weight) for name, weight in by.items()}) == {n: D(p) for n, p in parts.items()}


@pytest.mark.parametrize(
    ("total", "by", "reason"),
    [
        ("-1", {"a": "1"}, "cannot be shared out"),
        ("0.005", {"a": "1"}, "cannot be shared out"),
        ("1", {}, "Nobody bears"),
        ("1", {"a": "0", "b": "0"}, "Nobody bears"),
        ("1", {"a": "2", "b": "-1"}, "negative"),
    ],
)
def test_what_cannot_be_split(total: str, by: dict[str, str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        split(D(total), {name: D(weight) for name, weight in by.items()})


WEIGHTS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3), st.decimals(0, 10**6, places=4), min_size=1
).filter(lambda by: any(by.values()))


@given(st.integers(0, 10**10), WEIGHTS)
def test_a_split_always_adds_up_and_is_fair(cents: int, by: dict[str, Decimal]) -> None:
    total = D(cents) / 100
    parts = split(total, by)
    assert sum(parts.values(), D(0)) == total
    assert parts == split(total, dict(reversed(list(by.items()))))
    whole = sum(by.values())
    for name, part in parts.items():
        assert part >= 0 and part == money(part)
        assert abs(part - total * by[name] / whole) < D("0.010001")
        assert part == 0 or by[name] > 0


SHARERS = [Sharer("U1", D("89.35"), D(10)), Sharer("U2", D("110.42"), D(0)), Sharer("U3", D("12.72"), D(5))]


@pytest.mark.parametrize(
    ("method", "amounts"),
    [
        ("By Area", ["20.53", "25.38", "2.92"]),
        ("Equally", ["16.28", "16.28", "16.27"]),
        ("By Own Consumption", ["32.55", "0.00", "16.28"]),
    ],
)
def test_a_shared_quantity_by_each_method(method: str, amounts: list[str]) -> None:
    parts = split_shared(D(100), D("0.4883"), method, SHARERS)
    assert [str(part.amount) for part in parts] == amounts
    assert sum(part.amount for part in parts) == D("48.83")
    assert sum(part.quantity for part in parts) == 100
    assert [part.unit for part in parts] == ["U1", "U2", "U3"]


def test_a_bill_is_shared_out() -> None:
    parts = split_amount(D("1000.01"), "Equally", SHARERS)
    assert [str(part.amount) for part in parts] == ["333.34", "333.34", "333.33"]
    assert all(part.quantity * part.price == part.amount for part in parts)


def test_weights_are_checked() -> None:
    assert set(METHODS) == {"By Area", "Equally", "By Own Consumption"}
    with pytest.raises(ValueError, match="U1 is named twice"):
        weights("Equally", [*SHARERS, SHARERS[0]])
    with pytest.raises(ValueError, match="no way to share"):
        weights("By Hand", SHARERS)
    with pytest.raises(ValueError, match="A price of -1"):
        split_shared(D(1), D(-1), "Equally", SHARERS)
    with pytest.raises(ValueError, match="cannot be shared out"):
        split_shared(D(-1), D(1), "Equally", SHARERS)


def test_what_the_main_meter_shows_above_the_own_ones() -> None:
    assert shared_quantity(D(500), [D(120), D("79.5")]) == D("300.5")
    assert shared_quantity(D(500), []) == 500
    assert shared_quantity(D(5), [D(5)]) == 0
    with pytest.raises(ValueError, match=r"show 0\.5 more than the main meter"):
        shared_quantity(D(500), [D("500.5")])


@given(st.decimals(0, 5000, places=3), st.decimals(0, 5, places=4), st.sampled_from(METHODS),
       st.lists(st.tuples(st.decimals("0.01", 200, places=2), st.decimals("0.1", 90, places=1)), min_size=1, max_size=30))  # fmt: skip
def test_shared_parts_add_up(quantity: Decimal, price: Decimal, method: str, rooms: list) -> None:
    sharers = [Sharer(f"U{number:02d}", area, own) for number, (area, own) in enumerate(rooms)]
    parts = split_shared(quantity, price, method, sharers)
    assert sum(part.amount for part in parts) == money(quantity * price)
    assert sum(part.quantity for part in parts) == quantity
