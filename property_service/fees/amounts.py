"""Numbers as they come in: exact quantities and amounts a person entered."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

MAX_AMOUNT = Decimal(100_000_000)
"""More yuan than one line of a property manager's books ever holds: whatever is above is a slip of the pen."""


def exact(value: Decimal | float | int | str | None) -> Decimal:
    """Return a quantity or price without rounding; None is 0, floats are taken by their shortest decimal form.

    Raises RuleError for booleans, texts that are no number, NaN and infinity.
    """
    if value is None:
        return Decimal(0)
    number = None
    if not isinstance(value, bool) and isinstance(value, Decimal | float | int | str):
        try:
            number = Decimal(str(value).strip())
        except InvalidOperation:
            number = None
    if number is None or not number.is_finite():
        raise RuleError(_("{0} is no number. Enter a number such as 12.5."), repr(value))
    return number


def positive_amount(value: Decimal | float | int | str | None) -> Decimal:
    """Return an amount of money a person entered, in yuan: above 0, of at most two places, at most MAX_AMOUNT, else RuleError."""
    amount = money(value)
    number = exact(value)
    if number != amount:
        raise RuleError(_("{0} has parts of a cent. Enter at most two decimal places."), number)
    if amount <= 0:
        raise RuleError(_("{0} yuan is not above 0. Enter the amount that changes hands."), amount)
    if amount > MAX_AMOUNT:
        raise RuleError(_("{0} yuan is more than {1}. Check the amount."), amount, MAX_AMOUNT)
    return amount


def plain(number: Decimal) -> str:
    """Return a number as people write it: 2.40 and 2.4 are both 2.4, 500 is never 5E+2."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
