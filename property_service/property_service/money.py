"""The one way an amount of money is read and rounded."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def money(amount: Decimal | float | int | str | None) -> Decimal:
    """Return the amount in yuan with two decimals, halves rounded away from zero; None is 0.00.

    Floats are taken by their shortest decimal form, which is the amount the database meant, so 1.005 becomes 1.01.
    Raises RuleError (a ValueError) for booleans, texts that are no number, NaN and infinity.
    """
    if amount is None:
        return ZERO
    if isinstance(amount, bool) or not isinstance(amount, Decimal | float | int | str):
        raise RuleError(_("{0} is not an amount of money. Enter a number such as 128.50."), repr(amount))
    try:
        exact = amount if isinstance(amount, Decimal) else Decimal(str(amount).strip())
        # Adding zero turns -0.00 into 0.00.
        rounded = exact.quantize(CENT, ROUND_HALF_UP) + ZERO if exact.is_finite() else None
    except InvalidOperation:
        rounded = None
    if rounded is None:
        raise RuleError(_("{0} is not an amount of money. Enter a number such as 128.50."), repr(amount))
    return rounded
