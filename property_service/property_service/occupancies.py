"""Who belongs to which room, how and how long: spans, shares, the one who pays and the one who is called first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

OWNER, CO_OWNER, TENANT, FAMILY, STAFF = RELATIONS = ("Owner", "Co-owner", "Tenant", "Family", "Staff")
OWNING = frozenset({OWNER, CO_OWNER})
VACANT, DECORATING, OWNER_OCCUPIED, RENTED = "Vacant", "Decorating", "Owner Occupied", "Rented"
WHOLE = 100.0
# Shares are entered with two or three decimals: three thirds of 33.333 must pass, and so must 33.34 + 33.33 + 33.33.
SHARE_SLACK = 0.011


@dataclass(frozen=True, slots=True)
class Span:
    """One occupancy of a room: first and last day, `end` None while it goes on; `share` in percent, 0 if not known."""

    resident: str
    relation: str
    begin: date
    end: date | None = None
    share: float = 0.0
    is_debtor: bool = False
    is_primary: bool = False
    name: str = ""

    def meets(self, other: Span) -> bool:
        """Return whether both hold on at least one day."""
        return (other.end is None or self.begin <= other.end) and (self.end is None or other.begin <= self.end)

    def covers(self, day: date) -> bool:
        """Return whether it holds on this day."""
        return self.begin <= day and (self.end is None or day <= self.end)


def check(span: Span, others: Iterable[Span]) -> None:
    """Raise RuleError where a span cannot stand beside the others of the same room.

    Refused: an end before the beginning; the same person in the same relation twice at a time; two who pay, or two who are
    called first, at a time; shares of owners above 100 % on any day; a share of somebody who owns nothing.
    """
    if span.end and span.end < span.begin:
        raise RuleError(_("The last day {0} is before the first day {1}. Correct one of them."), span.end, span.begin)
    if not 0 <= span.share <= WHOLE:
        raise RuleError(_("A share of {0} % is not possible. Enter 0 to 100."), _plain(span.share))
    if span.share and span.relation not in OWNING:
        raise RuleError(_("Only owners and co-owners hold a share. Leave it empty or change the relation."))
    beside = [other for other in others if span.meets(other)]
    for other in beside:
        if (other.resident, other.relation) == (span.resident, span.relation):
            raise RuleError(
                _("This person has been registered in this unit with this relation since {0}. End that entry first."),
                other.begin,
            )
        if span.is_debtor and other.is_debtor:
            raise RuleError(
                _(
                    "Somebody else has been paying the fees of this unit since {0}. End that entry or clear its tick first."
                ),
                other.begin,
            )
        if span.is_primary and other.is_primary:
            raise RuleError(
                _("This unit has had another primary contact since {0}. End that entry or clear its tick first."),
                other.begin,
            )
    if span.relation in OWNING and (most := _most_share(span, beside)) > WHOLE + SHARE_SLACK:
        raise RuleError(_("The owners' shares add up to {0} %. Together they may hold 100 %."), _plain(most))


def occupancy_status(status: str, relations: Sequence[str], ended: Sequence[str] = ()) -> str:
    """Return the room's occupancy status once `relations` hold in it; `status` is what it was, `ended` held before.

    A tenant makes it rented. The last person gone, or the last tenant, makes it vacant. A family moving into a vacant room makes
    it owner occupied. All else stays as the desk entered it: an owner may leave his room empty, decorate it, or let it to
    somebody the desk does not know.
    """
    if TENANT in relations:
        return RENTED
    left = bool(ended) if not relations else status == RENTED and TENANT in ended
    if left or status == VACANT:
        return OWNER_OCCUPIED if FAMILY in relations else VACANT
    return status


def _most_share(span: Span, beside: Iterable[Span]) -> float:
    """Return the largest sum of shares on any day of the span; it can only rise on a day on which somebody begins."""
    owners = [other for other in beside if other.relation in OWNING]
    days = {span.begin, *(other.begin for other in owners if span.covers(other.begin))}
    return max(span.share + sum(other.share for other in owners if other.covers(day)) for day in days)


def _plain(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")
