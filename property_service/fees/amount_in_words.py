"""Amounts in Chinese capitals (大写金额), as receipts and bills of exchange are written: 壹佰贰拾叁元肆角伍分."""

from __future__ import annotations

from decimal import Decimal

from property_service.fees.amounts import exact
from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
MOST = Decimal(10) ** 16


def in_capitals(amount: Decimal | float | int | str) -> str:
    """Return an amount in yuan in capitals: 0 is 零元整, whole yuan and whole jiao end with 整, below zero begins with 负.

    Raises RuleError for parts of a cent and for ten thousand million million yuan and more.
    """
    value = money(amount)
    if exact(amount) != value or abs(value) >= MOST:
        raise RuleError(_("{0} cannot be written in capitals."), amount)
    cents = int(abs(value) * 100)
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    words = f"{_whole(yuan)}元" if yuan or not cents else ""
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif fen and yuan:
        words += DIGITS[0]
    words += f"{DIGITS[fen]}分" if fen else "整"
    return f"负{words}" if value < 0 else words


def _whole(number: int) -> str:
    """A whole number; one 零 stands for any zeros between digits."""
    if not number:
        return DIGITS[0]
    words, gap = "", False
    for group in range(len(GROUPS) - 1, -1, -1):
        four = number // 10 ** (4 * group) % 10000
        if not four:
            gap = bool(words)
            continue
        if words and (gap or four < 1000):
            words += DIGITS[0]
        words += _group(four) + GROUPS[group]
        gap = False
    return words.replace("万亿亿", "万亿")


def _group(four: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = four // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += (DIGITS[0] if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return words
