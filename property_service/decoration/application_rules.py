"""What an application for decoration must be like: its days, the answers about prohibited work, the documents. No database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

IfYes = Literal["Refused", "Authority Approval"]
REFUSED, AUTHORITY = "Refused", "Authority Approval"
ALWAYS, FROM_TENANTS, WITH_AUTHORITY, IF_ANY = "Always", "From Tenants", "With Authority Approval", "If There Is One"
# A document in one of these has not reached the office in a form that can be used.
NOT_HERE = frozenset({"", "Missing", "Refused"})


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer about prohibited work; `yes`: the works contain it."""

    question: str
    if_yes: str
    yes: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of an application; `status` Missing, Received, Accepted or Refused."""

    name: str
    is_needed: bool
    status: str


def check_days(first: date, last: date, today: date, most_days: int) -> None:
    """Raise RuleError for works that begin before today, end before they begin, or take more than `most_days` days.

    The first and the last day both count; `most_days` 0 sets no limit.
    """
    if last < first:
        raise RuleError(
            _("The works cannot end on {0}, before they begin on {1}. Correct one of the days."), last, first
        )
    if first < today:
        raise RuleError(_("The works cannot begin on {0}, in the past. Choose today or a later day."), first)
    days = (last - first).days + 1
    if most_days and days > most_days:
        raise RuleError(
            _("The works may take {0} days at most, not {1}. Choose an earlier last day; it can be extended once."),
            most_days,
            days,
        )


def check_extension(last: date, wanted: date, extended_to: date | None, most_days: int) -> None:
    """Raise RuleError for a second extension, one that is none, or one of more than `most_days` days."""
    if extended_to:
        raise RuleError(
            _("The works were extended once already, until {0}. They must be applied for anew."), extended_to
        )
    if wanted <= last:
        raise RuleError(_("The works end on {0} already. Choose a later day."), last)
    if (wanted - last).days > most_days:
        raise RuleError(_("The works can be extended until {0} at most."), last + timedelta(days=most_days))


def check_answers(answers: Iterable[Answer]) -> None:
    """Raise RuleError where works are planned that no permit can allow."""
    for answer in answers:
        if answer.yes and answer.if_yes == REFUSED:
            raise RuleError(
                _("This work is prohibited: {0} Change the plan and answer No before it is sent for review."),
                answer.question,
            )


def is_needed(rule: str, owns: bool, answers: Iterable[Answer]) -> bool:
    """Return whether a document is needed by its rule; `owns`: the applicant is an owner of the unit."""
    if rule == FROM_TENANTS:
        return not owns
    if rule == WITH_AUTHORITY:
        return any(answer.yes and answer.if_yes == AUTHORITY for answer in answers)
    return rule == ALWAYS


def missing(papers: Iterable[Paper]) -> list[str]:
    """Return the names of needed documents that are not here, in their order."""
    return [paper.name for paper in papers if paper.is_needed and paper.status in NOT_HERE]


def check_papers(papers: Iterable[Paper]) -> None:
    """Raise RuleError while needed documents are missing."""
    names = missing(papers)
    if names:
        raise RuleError(
            _("These documents are still missing: {0}. Add a photo of each, or note that the paper is here."),
            ", ".join(names),
        )
