"""Rules of events that know no site: times, places counted in persons, who moves up, who is visited afterwards."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from random import Random

from property_service.property_service.money import money
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

LEAST_STARS, MOST_STARS = 1, 5
MOST_PLACES = 100_000


def check_times(
    starts_at: datetime, ends_at: datetime, sign_up_from: datetime | None, sign_up_until: datetime | None
) -> None:
    """Refuse times that cannot be: all on one clock, naive or aware. Raises RuleError."""
    if ends_at <= starts_at:
        raise RuleError(_("The event ends before it starts. Please check both times."))
    if sign_up_until and sign_up_until > ends_at:
        raise RuleError(_("Sign-up cannot go on after the event has ended. Choose an earlier time."))
    if sign_up_from and sign_up_from >= (sign_up_until or starts_at):
        raise RuleError(_("Sign-up ends before it begins. Please check both times."))


def check_places(capacity: int, most_persons: int, taken: int = 0) -> None:
    """Refuse places that cannot be; `taken` are persons who have a place already. Raises RuleError."""
    if not 1 <= capacity <= MOST_PLACES:
        raise RuleError(_("Enter how many places there are: 1 to {0}."), MOST_PLACES)
    if most_persons < 1:
        raise RuleError(_("Enter how many persons a resident may bring, himself included: at least 1."))
    if capacity < taken:
        raise RuleError(_("{0} places are taken already. Cancel some sign-ups first, or keep at least as many."), taken)


def check_waiting(capacity: int, waiting: Sequence[tuple[str, int]]) -> None:
    """Refuse fewer places than one of the waiting parties (name, persons) has persons. Raises RuleError.

    It would never move up, nor anybody behind it.
    """
    name, persons = max(waiting, key=lambda party: party[1], default=("", 0))
    if capacity < persons:
        raise RuleError(
            _("{0} waits with {1} persons. Cancel this sign-up first, or keep at least {1} places."), name, persons
        )


def check_party(persons: int, most_persons: int, capacity: int) -> None:
    """Refuse a number of persons that cannot be signed up. Raises RuleError."""
    most = min(most_persons, capacity)
    if not 1 <= persons <= most:
        raise RuleError(_("Sign up between 1 and {0} persons."), most)


def moves_up(free: int, waiting: Sequence[tuple[str, int]]) -> list[str]:
    """Return who of the waiting parties (name, persons), in order of time, gets the `free` places.

    Strictly in order: a party that waits for more persons than are free keeps its turn, and nobody behind overtakes it.
    Letting smaller parties past would let a family wait for ever.
    """
    moved = []
    for name, persons in waiting:
        if persons > free:
            break
        moved.append(name)
        free -= persons
    return moved


def check_stars(stars: int) -> None:
    """Refuse a rating that is none. Raises RuleError."""
    if not LEAST_STARS <= stars <= MOST_STARS:
        raise RuleError(_("Please give one to five stars."))


def drawn(names: Sequence[str], percent: int, seed: str) -> list[str]:
    """Return a share of the names in their order, at least one where there are any: the same ones for the same seed."""
    if not names or percent <= 0:
        return []
    number = min(len(names), math.ceil(len(names) * min(percent, 100) / 100))
    chosen = set(Random(seed).sample(sorted(names), number))  # noqa: S311  a sample, not a secret
    return [name for name in names if name in chosen]


def per_head(cost: Decimal, came: int) -> Decimal | None:
    """Return the cost in yuan for each person who came; None where nobody did."""
    return money(cost / came) if came else None
