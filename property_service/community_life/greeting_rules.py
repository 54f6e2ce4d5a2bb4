"""Whom a day is for, and how a greeting is put: no database."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import date

from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

BIRTHDAY, FESTIVAL, MOVING_IN = "Birthday", "Festival", "Moving-in Day"
PLACEHOLDERS = ("{name}", "{community}")
LONGEST_TEXT = 500
_BRACED = re.compile(r"\{[^{}]*\}")


def birthdays_kept_on(day: date) -> tuple[tuple[int, int], ...]:
    """Return (month, day of the month) of the birthdays greeted on a day; those of 29 February on 28 February in common years."""
    own = (day.month, day.day)
    return (own, (2, 29)) if own == (2, 28) and not calendar.isleap(day.year) else (own,)


def is_kept_on(kind: str, day: date, dates: Iterable[date]) -> bool:
    """Return whether anybody may have to be greeted for an occasion of this kind on a day; `dates` are those of a festival."""
    return kind != FESTIVAL or day in set(dates)


def greeting_key(resident: str, occasion: str, day: date) -> str:
    """Return what is unique of a greeting: one for each resident, occasion and day."""
    return f"{resident}|{occasion}|{day.isoformat()}"


def text_for(text: str, name: str, community: str) -> str:
    """Return a text with the names in it; what stands in a name is never filled in again."""
    filled = {"{name}": name, "{community}": community}
    return _BRACED.sub(lambda found: filled.get(found[0], found[0]), text)


def check_text(text: str) -> None:
    """Raise RuleError for a text that is too long or names what nobody fills in."""
    if len(text) > LONGEST_TEXT:
        raise RuleError(_("A greeting has at most {0} characters; this one has {1}."), LONGEST_TEXT, len(text))
    unknown = next((found for found in _BRACED.findall(text) if found not in PLACEHOLDERS), "")
    if unknown:
        raise RuleError(_("{0} is not known in a greeting. Use {1}."), unknown, " ".join(PLACEHOLDERS))
