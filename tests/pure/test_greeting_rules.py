"""Whom a day is for, and how a greeting is put."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from property_service.community_life import greeting_rules as rules
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure


def test_every_birthday_is_kept_once_a_year() -> None:
    for year in (2024, 2025, 2026, 2100, 2000):
        kept: dict[tuple[int, int], int] = {}
        day = date(year, 1, 1)
        while day.year == year:
            for birthday in rules.birthdays_kept_on(day):
                kept[birthday] = kept.get(birthday, 0) + 1
            day += timedelta(days=1)
        assert set(kept.values()) == {1} and len(kept) == 366, year


def test_29_february_is_kept_on_28_february_in_common_years() -> None:
    assert (2, 29) in rules.birthdays_kept_on(date(2026, 2, 28))
    assert (2, 29) not in rules.birthdays_kept_on(date(2028, 2, 28))
    assert rules.birthdays_kept_on(date(2028, 2, 29)) == ((2, 29),)
    assert (2, 29) not in rules.birthdays_kept_on(date(2026, 3, 1))


def test_a_festival_is_kept_on_its_days_alone() -> None:
    days = [date(2027, 2, 6), date(2028, 1, 26)]
    assert rules.is_kept_on(rules.FESTIVAL, date(2027, 2, 6), days)
    assert not rules.is_kept_on(rules.FESTIVAL, date(2027, 2, 7), days)
    assert rules.is_kept_on(rules.BIRTHDAY, date(2027, 2, 7), [])


def test_what_stands_in_a_name_is_not_filled_in() -> None:
    told = rules.text_for("{name} of {community}, {other}", "{community}", "Lake {name}")
    assert told == "{community} of Lake {name}, {other}"


@pytest.mark.parametrize("text", ["Dear {nmae}", "{0}", "{name.__class__}", "{}", "x" * 501])
def test_texts_that_nobody_could_fill_in_are_refused(text: str) -> None:
    with pytest.raises(RuleError):
        rules.check_text(text)


def test_a_good_text_passes() -> None:
    rules.check_text("{name}，{community}祝您生日快乐")
