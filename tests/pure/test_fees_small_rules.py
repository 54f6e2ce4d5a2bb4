"""Deposits, numbers of receipts, and the signed callback of a payment gateway."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.fees.deposits import KINDS, ORIGINALS, Movement, check_movement, state
from property_service.fees.payment_signature import Callback, canonical, check_paid, sign, verify
from property_service.fees.receipt_numbers import (
    MAX_NUMBER,
    ReceiptNumber,
    doubled,
    missing,
    read_number,
    receipt_number,
)
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure
D = Decimal


def moves(*rows: tuple[str, str]) -> list[Movement]:
    return [Movement(kind, D(amount)) for kind, amount in rows]


@pytest.mark.parametrize(
    ("movements", "left", "status"),
    [
        (moves(), "0", ""),
        (moves(("Held", "2000")), "2000", "Held"),
        (moves(("Held", "2000"), ("Deducted", "500")), "1500", "Held"),
        (moves(("Held", "2000"), ("Refunded", "2000")), "0", "Refunded"),
        (moves(("Held", "2000"), ("Deducted", "500"), ("Refunded", "1500")), "0", "Refunded"),
        (moves(("Held", "2000"), ("Deducted", "2000")), "0", "Deducted"),
    ],
)
def test_where_a_deposit_stands(movements: list[Movement], left: str, status: str) -> None:
    found = state(movements)
    assert (found.left, found.status) == (D(left), status)


HELD = ("Held", "2000")


@pytest.mark.parametrize(
    ("before", "new", "original", "reason"),
    [
        ([], ("Refunded", "1"), "Given Back", "not received yet"),
        ([], ("Deducted", "1"), "", "not received yet"),
        ([], ("Held", "0"), "", "not above 0"),
        ([], ("Held", "0.001"), "", "parts of a cent"),
        ([HELD], HELD, "", r"2000\.00 yuan was received already"),
        ([HELD, ("Refunded", "2000")], ("Refunded", "2000"), "Given Back", "is settled"),
        ([HELD, ("Refunded", "2000")], HELD, "", "received already"),
        ([HELD, ("Deducted", "2000")], ("Deducted", "0.01"), "", "is settled"),
        ([HELD], ("Refunded", "2000.01"), "Given Back", r"Only 2000\.00 yuan .* not 2000\.01"),
        ([HELD, ("Deducted", "500")], ("Refunded", "1500.01"), "Given Back", r"Only 1500\.00 yuan"),
        ([HELD], ("Refunded", "-1"), "Given Back", "not above 0"),
        ([HELD], ("Refunded", "2000"), "", "original deposit receipt"),
        ([HELD], ("Refunded", "2000"), "Copied", "original deposit receipt"),
        ([HELD], ("Lost", "1"), "", "no movement of a deposit called Lost"),
    ],
)
def test_a_movement_that_cannot_be(before: list, new: tuple[str, str], original: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_movement(moves(*before), *moves(new), original)


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.integers(-100, 3000).map(lambda n: D(n) / 10)), max_size=12))
def test_never_more_than_held(tries: list[tuple]) -> None:
    done: list[Movement] = []
    for kind, amount in tries:
        try:
            found = check_movement(done, Movement(kind, amount), ORIGINALS[1])
        except RuleError:
            continue
        done.append(Movement(kind, amount))
        assert found == state(done)
        assert 0 <= found.left <= found.held
    assert sum(m.kind == "Held" for m in done) <= 1


def test_receipt_numbers() -> None:
    assert receipt_number("LH", 2026, 123) == "SJ-LH-2026-000123"
    assert receipt_number("YQ", 2026, MAX_NUMBER, "Deposit") == "YJ-YQ-2026-999999"
    assert read_number(" sj-lh-2026-000123 ") == ReceiptNumber("Receipt", "LH", 2026, 123)


@pytest.mark.parametrize(
    ("community", "year", "number", "reason"),
    [
        ("", 2026, 1, "community code"),
        ("L-H", 2026, 1, "community code"),
        ("LH", 2026, 0, "no receipt number 0"),
        ("LH", 2026, -1, "no receipt number"),
        ("LH", 2026, MAX_NUMBER + 1, "no receipt number"),
        ("LH", 26, 1, "no receipt number 1 of the year 26"),
    ],
)
def test_a_number_that_cannot_be(community: str, year: int, number: int, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        receipt_number(community, year, number)


@pytest.mark.parametrize(
    "text",
    ["", "SJ-LH-2026-00123", "XX-LH-2026-000123", "SJ-LH-0999-000123", "SJ-LH-2026-000000", "SJ-LH-2026-０００１２３"],
)
def test_what_is_no_receipt_number(text: str) -> None:
    with pytest.raises(ValueError, match="is no receipt number"):
        read_number(text)


@given(
    st.from_regex(r"[A-Z0-9]{2,8}", fullmatch=True),
    st.integers(1000, 9999),
    st.integers(1, MAX_NUMBER),
    st.sampled_from(["Receipt", "Deposit"]),
)
def test_a_number_reads_back(code: str, year: int, number: int, kind: str) -> None:
    assert read_number(receipt_number(code, year, number, kind)) == ReceiptNumber(kind, code, year, number)


def test_gaps_and_doubles_of_a_series() -> None:
    assert missing([3, 7, 5, 4]) == (6,)
    assert missing([]) == missing([9]) == missing([1, 2, 2]) == ()
    assert doubled([1, 2, 2, 5, 1]) == (1, 2)
    assert doubled(range(9)) == ()


SECRET = "a secret of the sandbox"
NOW = 1_780_000_000
FIELDS = {
    "payment": "PAY-2026-00001",
    "transaction": "4200001",
    "amount": "643.32",
    "currency": "CNY",
    "status": "Paid",
    "timestamp": str(NOW),
    "nonce": "f00",
}


def signed(**changes: object) -> dict[str, object]:
    fields = {name: value for name, value in {**FIELDS, **changes}.items() if value is not None}
    return {**fields, "signature": sign(SECRET, fields)}


def test_a_right_callback() -> None:
    expected = Callback("PAY-2026-00001", "4200001", D("643.32"), "CNY", "Paid", NOW, "f00")
    assert verify(SECRET, signed(), NOW) == expected
    assert verify(SECRET, dict(reversed(signed().items())), NOW + 300) == expected
    assert verify(SECRET, signed(), NOW - 300) == expected


def test_the_canonical_form_is_what_is_documented() -> None:
    fields = {"b": "x&y=z /+", "a": "单", "signature": "no part of it"}
    assert canonical(fields) == b"a=%E5%8D%95&b=x%26y%3Dz%20%2F%2B"
    # printf 'a=1' | openssl dgst -sha256 -hmac 'a secret of the sandbox'
    assert sign(SECRET, {"a": "1"}) == "c8961538b4fe306ef7b99d584f7a87d39bf1563ec42618145e2254cfde770fe0"


@pytest.mark.parametrize(
    ("fields", "now", "reason"),
    [
        ({**signed(), "amount": "0.01"}, NOW, "signature is not right"),
        ({**signed(), "extra": "1"}, NOW, "signature is not right"),
        ({**signed(), "extra": 1}, NOW, "signature is not right"),
        ({**signed(), "signature": ""}, NOW, "signature is not right"),
        ({**signed(), "signature": "é\ud800"}, NOW, "signature is not right"),
        ({**signed(), "signature": sign("another secret of theirs", FIELDS)}, NOW, "signature is not right"),
        ({**FIELDS}, NOW, "signature is not right"),
        ({}, NOW, "signature is not right"),
        ({**signed(), "nonce": "\ud800"}, NOW, "signature is not right"),
        (signed(), NOW + 301, "too old or of the future"),
        (signed(), NOW - 301, "too old or of the future"),
        (signed(timestamp="-5"), NOW, "too old"),
        (signed(timestamp="１"), NOW, "too old"),
        (signed(extra="1"), NOW, "exactly these fields"),
        (signed(nonce=None), NOW, "exactly these fields"),
        (signed(nonce=""), NOW, "exactly these fields"),
        (signed(nonce="x" * 141), NOW, "exactly these fields"),
        (signed(status="Done"), NOW, "no payment status Done"),
        (signed(amount="-1"), NOW, "no amount of money"),
        (signed(amount="1.001"), NOW, "no amount of money"),
        (signed(amount="NaN"), NOW, "no amount of money"),
        (signed(amount="1e3"), NOW, "no amount of money"),
        (signed(amount="0.00"), NOW, "not above 0"),
    ],
)
def test_a_wrong_callback(fields: dict[str, object], now: int, reason: str) -> None:
    with pytest.raises(RuleError, match=reason):
        verify(SECRET, fields, now)


def test_a_secret_must_be_one() -> None:
    with pytest.raises(ValueError, match="too short"):
        sign("", FIELDS)


def test_the_amount_and_currency_asked_for() -> None:
    callback = verify(SECRET, signed(), NOW)
    check_paid(callback, D("643.32"))
    with pytest.raises(ValueError, match=r"643\.32 yuan were paid, 643\.33 were asked for"):
        check_paid(callback, D("643.33"))
    with pytest.raises(ValueError, match="in CNY, not in USD"):
        check_paid(callback, D("643.32"), "USD")


@given(
    st.dictionaries(st.text(max_size=5), st.text(max_size=9)), st.dictionaries(st.text(max_size=5), st.text(max_size=9))
)
def test_different_fields_never_read_the_same(one: dict[str, str], other: dict[str, str]) -> None:
    one.pop("signature", None)
    other.pop("signature", None)
    assert (canonical(one) == canonical(other)) == (one == other)


@given(
    st.dictionaries(st.text(max_size=9), st.one_of(st.text(max_size=9), st.integers(), st.none())), st.text(max_size=70)
)
def test_forgeries_get_a_sentence(fields: dict[str, object], signature: str) -> None:
    with pytest.raises(RuleError):
        verify(SECRET, {**fields, "signature": signature}, NOW)


def test_a_deposit_taken_as_it_was_typed_counts_as_money():
    assert check_movement([], Movement("Held", "2000.00")).held == Decimal("2000.00")
