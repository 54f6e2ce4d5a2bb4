"""Amounts in Chinese capitals: by a table, and read back digit by digit."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.fees.amount_in_words import DIGITS, in_capitals
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure

VALUES = dict(zip(DIGITS, range(10), strict=True))
PLACES = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "零元整"),
        ("0.01", "壹分"),
        ("0.10", "壹角整"),
        ("0.25", "贰角伍分"),
        (1, "壹元整"),
        ("1.05", "壹元零伍分"),
        (10, "壹拾元整"),
        ("10.50", "壹拾元伍角整"),
        (15, "壹拾伍元整"),
        (100, "壹佰元整"),
        (101, "壹佰零壹元整"),
        (110, "壹佰壹拾元整"),
        ("128.50", "壹佰贰拾捌元伍角整"),
        ("643.32", "陆佰肆拾叁元叁角贰分"),
        (1001, "壹仟零壹元整"),
        (1010, "壹仟零壹拾元整"),
        (10000, "壹万元整"),
        (10001, "壹万零壹元整"),
        (10010, "壹万零壹拾元整"),
        (11000, "壹万壹仟元整"),
        (100000, "壹拾万元整"),
        (100500, "壹拾万零伍佰元整"),
        (105000, "壹拾万伍仟元整"),
        (1000000, "壹佰万元整"),
        (10200300, "壹仟零贰拾万零叁佰元整"),
        (100000000, "壹亿元整"),
        (100000001, "壹亿零壹元整"),
        (100010000, "壹亿零壹万元整"),
        (120000000, "壹亿贰仟万元整"),
        ("1234567890.12", "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"),
        (1_000_000_000_000, "壹万亿元整"),
        ("-20.30", "负贰拾元叁角整"),
        (0.1, "壹角整"),
    ],
)
def test_table(amount: object, words: str) -> None:
    assert in_capitals(amount) == words


@pytest.mark.parametrize("amount", ["1.005", "x", True, Decimal("NaN"), 10**16])
def test_what_cannot_be_written(amount: object) -> None:
    with pytest.raises(RuleError):
        in_capitals(amount)


def whole(words: str) -> int:
    """Read a whole number in capitals back."""
    for sign, value in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        if sign in words:
            before, after = words.split(sign, 1)
            return whole(before) * value + whole(after)
    total, digit = 0, 0
    for sign in words:
        if sign in VALUES:
            digit = VALUES[sign]
        else:
            total, digit = total + digit * PLACES[sign], 0
    return total + digit


@given(st.decimals(min_value=0, max_value=Decimal("9999999999999.99"), places=2))
def test_read_back_it_is_the_same(amount: Decimal) -> None:
    words = in_capitals(amount)
    yuan, rest = words.split("元") if "元" in words else ("", words)
    cents = 0
    for sign, value in (("角", 10), ("分", 1)):
        if sign in rest:
            cents += VALUES[rest[rest.index(sign) - 1]] * value
    assert Decimal(whole(yuan) * 100 + cents) / 100 == amount
    assert "零零" not in words and not words.endswith("零")
    assert words.endswith("整") == (amount * 10 == int(amount * 10))
