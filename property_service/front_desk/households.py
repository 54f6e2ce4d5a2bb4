"""Due visits of one household become one call: nobody is rung up twice in a day about two jobs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from property_service.property_service.phone_numbers import normalise
from property_service.property_service.rule_error import RuleError

Visit = TypeVar("Visit", bound=Mapping[str, Any])


def merge_households(visits: Sequence[Visit]) -> list[list[Visit]]:
    """Return the visits in groups, each one household; groups in the order of their first visit, visits as given.

    One household are the visits of one community with the same unit, the same resident or the same phone, also by way of a
    third visit. How a phone is written does not matter. An on-site recheck is nobody's call and stands alone.
    Needs of a visit: community, unit, resident, contact_phone, on_site_recheck.
    """
    above = list(range(len(visits)))
    first_with: dict[tuple, int] = {}
    for at, visit in enumerate(visits):
        for key in _keys(visit):
            _join(above, at, first_with.setdefault(key, at))
    groups: dict[int, list[Visit]] = {}
    for at, visit in enumerate(visits):
        groups.setdefault(_top(above, at), []).append(visit)
    return list(groups.values())


def plain_phone(phone: str | None) -> str:
    """Return the phone in its one form, or what is left of it where it is no number we know; "" for none."""
    try:
        return normalise(phone or "")
    except RuleError:
        return "".join(filter(str.isdigit, phone or ""))


def first_with_phone(visits: Iterable[Visit]) -> Visit | None:
    """Return the first visit that has somebody to ring up, None where there is none."""
    return next((visit for visit in visits if plain_phone(visit.get("contact_phone"))), None)


def _keys(visit: Mapping[str, Any]) -> Iterator[tuple]:
    if visit.get("on_site_recheck"):
        return
    community = visit.get("community")
    for kind in ("unit", "resident"):
        if visit.get(kind):
            yield community, kind, visit.get(kind)
    phone = plain_phone(visit.get("contact_phone"))
    if phone:
        yield community, "phone", phone


def _top(above: list[int], at: int) -> int:
    while above[at] != at:
        above[at] = above[above[at]]
        at = above[at]
    return at


def _join(above: list[int], one: int, other: int) -> None:
    first, last = sorted((_top(above, one), _top(above, other)))
    above[last] = first
