"""Who owes a unit's fee for a month of service: fixed on the charge, and never moved to a later owner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from property_service.property_service.occupancies import OWNER, OWNING, Span
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _


def debtor_on(spans: Iterable[Span], day: date) -> str:
    """Return the resident who owes what is charged for the days from `day` on.

    The one entered as paying; else the owner, of several the one called first, with the largest share, registered first. For a unit
    not sold that is the developer, entered as its owner (rule of law known from public copies). RuleError where nobody owes.
    """
    there = [span for span in spans if span.covers(day)]
    paying = [span for span in there if span.is_debtor]
    owning = paying or [span for span in there if span.relation in OWNING]
    if not owning:
        raise RuleError(_("Nobody owes the fees of this unit on {0}. Enter its owner, or tick who pays."), day)
    first = min(
        owning,
        key=lambda span: (span.relation != OWNER, not span.is_primary, -span.share, span.begin, span.resident),
    )
    return first.resident
