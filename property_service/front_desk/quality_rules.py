"""Rules of the service quality check (服务质检): whom and what the lot falls on, and what the points of a scorecard come to."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

PLACES = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Score:
    """Points of one criterion, 0 to `most`; nothing given yet is None."""

    criterion: str
    most: int
    points: float | None
    decisive: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """What the points come to; `failed_by`: decisive criteria that got nothing."""

    points: float
    percent: float
    passed: bool
    failed_by: tuple[str, ...] = ()


def draw(seed: str, contacts: Mapping[str, Collection[str]], each: int) -> dict[str, tuple[str, ...]]:
    """Draw `each` contacts of every person (person → contacts); persons without contacts are left out.

    The same seed and contacts give the same draw, in whatever order they come; drawing more keeps what was drawn before.
    """
    drawn = {}
    for person in sorted(contacts):
        lots = sorted(set(contacts[person]), key=lambda contact: (_lot(seed, person, contact), contact))
        if lots and each > 0:
            drawn[person] = tuple(lots[:each])
    return drawn


def result(scores: Iterable[Score], pass_percent: float) -> Result:
    """Return what the points come to. RuleError for points outside their bounds, and where nothing can be scored."""
    rows = tuple(scores)
    whole = sum(row.most for row in rows)
    if whole <= 0:
        raise RuleError(_("The scorecard has no points to give. Add a criterion with points."))
    for row in rows:
        if row.points is None:
            raise RuleError(_("{0}: please give points from 0 to {1}."), row.criterion, row.most)
        if not 0 <= row.points <= row.most:
            raise RuleError(_("{0}: points go from 0 to {1}."), row.criterion, row.most)
    points = sum((Decimal(str(row.points)) for row in rows), Decimal(0))
    percent = (100 * points / whole).quantize(PLACES, ROUND_HALF_UP)
    failed_by = tuple(row.criterion for row in rows if row.decisive and row.most and not row.points)
    passed = percent >= Decimal(str(pass_percent)) and not failed_by
    return Result(float(points), float(percent), passed, failed_by)


def _lot(seed: str, person: str, contact: str) -> str:
    return hashlib.sha256(f"{seed}|{person}|{contact}".encode()).hexdigest()
