"""Late fees: simple, after grace, capped to the cent, the same whatever the order of payments."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.fees.late_fees import (
    LateFeeTerms,
    Paid,
    assess,
    check_terms,
    check_waiver,
    late_days,
    late_fee,
    to_assess,
    total_late_fee,
    waivable,
)

pytestmark = pytest.mark.pure
D = Decimal
DUE = date(2026, 1, 15)
DEMO = LateFeeTerms(D("0.05"), 30, D(30))


def after(days: int) -> date:
    return DUE + timedelta(days=days)


@pytest.mark.parametrize(("on", "days"), [(-5, 0), (0, 0), (30, 0), (31, 1), (130, 100)])
def test_late_days(on: int, days: int) -> None:
    assert late_days(DUE, 30, after(on)) == days


@pytest.mark.parametrize(
    ("terms", "principal", "on", "fee"),
    [
        (DEMO, "643.32", 30, "0.00"),
        (DEMO, "643.32", 31, "0.32"),  # 0.32166
        (DEMO, "643.32", 130, "32.17"),  # 32.166
        (DEMO, "643.32", 630, "192.99"),  # 600 days reach the cap of 192.996, cut to the cent
        (DEMO, "643.32", 5000, "192.99"),
        (DEMO, "0.00", 500, "0.00"),
        (LateFeeTerms(), "643.32", 5000, "0.00"),  # off
        (LateFeeTerms(D(0), 0, D(0)), "643.32", 5000, "0.00"),
        (LateFeeTerms(D("0.3")), "100", 1, "0.30"),
        (LateFeeTerms(D("0.3")), "100", 999, "100.00"),
    ],
)
def test_late_fee(terms: LateFeeTerms, principal: str, on: int, fee: str) -> None:
    assert str(late_fee(terms, D(principal), DUE, after(on))) == fee


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        (LateFeeTerms(D(-1)), "A late fee of -1 % a day"),
        (LateFeeTerms(D("1.01")), r"A late fee of 1\.01 % a day"),
        (LateFeeTerms(D(1000000)), "A late fee of 1000000 % a day"),
        (LateFeeTerms(D("0.05"), -1), "-1 days of grace"),
        (LateFeeTerms(D("0.05"), 0, D(0)), "capped at 0 %"),
        (LateFeeTerms(D("0.05"), 0, D(101)), "capped at 101 %"),
        (LateFeeTerms(D("0.05"), 0, D(-5)), "capped at -5 %"),
    ],
)
def test_terms_that_cannot_be(terms: LateFeeTerms, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_terms(terms)
    with pytest.raises(ValueError, match=reason):
        late_fee(terms, D(1), DUE, DUE)


def test_each_part_paid_brings_its_own_fee() -> None:
    paid = [Paid(after(20), D(200)), Paid(after(40), D(300)), Paid(after(130), D("143.32"))]
    assert [str(fee) for fee in assess(DEMO, DUE, paid)] == ["0.00", "1.50", "7.17"]  # 0, 1.50, 7.166
    assert total_late_fee(DEMO, DUE, paid) == D("8.67")


def test_the_cap_is_on_what_was_paid_late() -> None:
    """What was paid in time lends its cap to nobody."""
    late, in_time = Paid(after(2030), D(100)), Paid(DUE, D(900))
    assert total_late_fee(DEMO, DUE, [in_time, late]) == total_late_fee(DEMO, DUE, [late]) == D("30.00")


def test_small_parts_do_not_lose_their_fee() -> None:
    """A tenth of a cent each, ten times: rounding each by itself would make it 0."""
    paid = [Paid(after(31), D(2))] * 10
    assert total_late_fee(DEMO, DUE, paid) == D("0.01")
    assert sum(assess(DEMO, DUE, paid)) == D("0.01")


def test_what_to_book_follows_what_stands() -> None:
    first, second = Paid(after(130), D(300)), Paid(after(140), D("343.32"))
    assert to_assess(DEMO, DUE, [first], D(0)) == D("15.00")
    assert to_assess(DEMO, DUE, [first, second], D("15.00")) == D("18.88")  # 300 x 5 % + 343.32 x 5.5 % = 33.8826
    assert to_assess(DEMO, DUE, [first], D("33.88")) == D("-18.88")  # the second was taken back
    assert to_assess(DEMO, DUE, [], D("15.00")) == D("-15.00")


def test_a_negative_payment_is_refused() -> None:
    with pytest.raises(ValueError, match="payment of -1 yuan"):
        total_late_fee(DEMO, DUE, [Paid(DUE, D(-1))])


def test_no_more_is_waived_than_is_open() -> None:
    assert waivable(D("32.17"), D(10), D("2.17")) == D(20)
    assert waivable(D(10), D(12), D(0)) == 0
    assert check_waiver(D("32.17"), D(10), D("2.17"), D(20)) == D("20.00")
    with pytest.raises(ValueError, match=r"Only 20\.00 yuan"):
        check_waiver(D("32.17"), D(10), D("2.17"), D("20.01"))
    with pytest.raises(ValueError, match="not above 0"):
        check_waiver(D(10), D(0), D(0), D(0))


TERMS = st.builds(LateFeeTerms, st.decimals(0, 1, places=3), st.integers(0, 60), st.decimals("0.01", 100, places=2))
PAID = st.lists(
    st.builds(Paid, st.dates(date(2025, 12, 1), date(2030, 1, 1)), st.decimals(0, 3000, places=2)), max_size=8
)


@given(TERMS, PAID, st.randoms(use_true_random=False))
def test_the_cap_holds_and_the_order_does_not_matter(terms: LateFeeTerms, paid: list[Paid], random: Random) -> None:
    fees = assess(terms, DUE, paid)
    total = total_late_fee(terms, DUE, paid)
    assert sum(fees, D(0)) == total
    assert all(fee >= 0 for fee in fees)
    assert total <= sum((part.amount for part in paid), D(0)) * terms.cap_percent / 100
    random.shuffle(paid)
    assert total_late_fee(terms, DUE, paid) == total


@given(TERMS, st.decimals(0, 9000, places=2), st.integers(0, 2000))
def test_waiting_never_makes_it_less(terms: LateFeeTerms, principal: Decimal, days: int) -> None:
    fee = late_fee(terms, principal, DUE, after(days))
    assert fee <= late_fee(terms, principal, DUE, after(days + 1))
    if days <= terms.grace_days:
        assert fee == 0
