"""Numbers of receipts: without gaps per community and year, one series for receipts (收据), one for deposit receipts (押金收据)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from property_service.property_service.estate import community_code
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

Kind = Literal["Receipt", "Deposit"]
PREFIXES: dict[str, str] = {"Receipt": "SJ", "Deposit": "YJ"}
NUMBER = re.compile(r"(SJ|YJ)-([A-Z0-9]{2,8})-([0-9]{4})-([0-9]{6})", re.ASCII)
MAX_NUMBER = 999_999


@dataclass(frozen=True, slots=True, order=True)
class ReceiptNumber:
    """A number taken apart."""

    kind: Kind
    community: str
    year: int
    number: int


def receipt_number(community: str, year: int, number: int, kind: Kind = "Receipt") -> str:
    """Return the number people see, such as `SJ-LH-2026-000123`, of a community's code, a year and a count from 1.

    Raises RuleError for what is no community code, and for a count outside 1 to MAX_NUMBER.
    """
    code = community_code(community)
    if kind not in PREFIXES or not 1000 <= year <= 9999 or not 1 <= number <= MAX_NUMBER:
        raise RuleError(_("There is no receipt number {0} of the year {1}."), number, year)
    return f"{PREFIXES[kind]}-{code}-{year}-{number:06d}"


def read_number(text: str) -> ReceiptNumber:
    """Return a number taken apart, or raise RuleError; small letters and spaces around it do not matter."""
    found = NUMBER.fullmatch(text.strip().upper())
    if not found or found[3] < "1000" or not int(found[4]):
        raise RuleError(_("{0} is no receipt number. Enter it as SJ-LH-2026-000123."), text)
    kind: Kind = "Receipt" if found[1] == "SJ" else "Deposit"
    return ReceiptNumber(kind, found[2], int(found[3]), int(found[4]))


def missing(numbers: Iterable[int]) -> tuple[int, ...]:
    """Return the counts missing between the lowest and the highest of one series."""
    found = set(numbers)
    return tuple(sorted(set(range(min(found), max(found))) - found)) if found else ()


def doubled(numbers: Iterable[int]) -> tuple[int, ...]:
    """Return the counts that occur more than once in one series."""
    return tuple(sorted(number for number, times in Counter(numbers).items() if times > 1))
