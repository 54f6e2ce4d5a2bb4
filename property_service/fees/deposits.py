"""Deposits (押金): held, deducted under the signed agreement, refunded; never more than held, never twice.

Deductions are 违约扣款 or 赔偿 under the signed agreement, never fines, which only an authority may impose (rule of law known from public
copies). The original receipt is given back or declared lost (typical practice).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from property_service.fees.amounts import positive_amount
from property_service.property_service.money import ZERO
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

Kind = Literal["Held", "Deducted", "Refunded"]
KINDS: tuple[Kind, ...] = ("Held", "Deducted", "Refunded")
ORIGINALS = ("Given Back", "Declared Lost")


@dataclass(frozen=True, slots=True)
class Movement:
    """Money received for a deposit, deducted from it, or refunded; in yuan above 0. Give only those that were not voided."""

    kind: Kind
    amount: Decimal


@dataclass(frozen=True, slots=True)
class State:
    """The sums of a deposit in yuan. `status` follows the last thing done to it, empty as long as nothing was received."""

    held: Decimal
    deducted: Decimal
    refunded: Decimal
    status: Literal["", "Held", "Deducted", "Refunded"]

    @property
    def left(self) -> Decimal:
        """What is still held."""
        return self.held - self.deducted - self.refunded


def state(movements: Iterable[Movement]) -> State:
    """Return where a deposit stands: Held while anything is left, then Refunded, or Deducted where nothing was given back."""
    sums = dict.fromkeys(KINDS, ZERO)
    for movement in movements:
        sums[movement.kind] += movement.amount
    held, deducted, refunded = (sums[kind] for kind in KINDS)
    status = "" if not held else "Held" if held > deducted + refunded else "Refunded" if refunded else "Deducted"
    return State(held, deducted, refunded, status)


def check_movement(movements: Iterable[Movement], new: Movement, original: str = "") -> State:
    """Return where the deposit stands after one more movement, or raise RuleError.

    A deposit is received once; no more is deducted and refunded than is left; a refund needs the `original` receipt, one of ORIGINALS.
    """
    if new.kind not in KINDS:
        raise RuleError(_("There is no movement of a deposit called {0}."), new.kind)
    amount = positive_amount(new.amount)
    so_far = list(movements)
    before = state(so_far)
    if new.kind == "Held":
        if before.held:
            raise RuleError(_("This deposit of {0} yuan was received already. Enter a new one."), before.held)
    elif not before.held:
        raise RuleError(_("This deposit was not received yet."))
    elif not before.left:
        raise RuleError(_("This deposit is settled: nothing of it is left."))
    elif amount > before.left:
        raise RuleError(_("Only {0} yuan of this deposit are left, not {1}."), before.left, amount)
    if new.kind == "Refunded" and original not in ORIGINALS:
        raise RuleError(_("Take the original deposit receipt back, or have it declared lost."))
    return state([*so_far, Movement(new.kind, amount)])
