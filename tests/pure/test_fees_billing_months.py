"""Which months are due on which day, and the key that keeps them from being billed twice."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.fees.billing_months import (
    Cycle,
    Group,
    Timing,
    billing_key,
    days_of,
    due_months,
    due_on,
    group_of,
    pay_by,
)
from property_service.fees.months import add_months, month_end, month_of, month_text, months_between

pytestmark = pytest.mark.pure
JAN = date(2026, 1, 1)
DAY = timedelta(days=1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def cycle(every: int, timing: Timing = "In Advance", start: date = JAN) -> Cycle:
    return Cycle(every, timing, start)


@pytest.mark.parametrize(
    ("made", "month", "first", "last", "due"),
    [
        (cycle(3), "2026-05-01", "2026-04", "2026-06", "2026-04-01"),
        (cycle(3), "2025-12-01", "2025-10", "2025-12", "2025-10-01"),  # before the start as well
        (cycle(3, "In Arrears"), "2026-05-01", "2026-04", "2026-06", "2026-07-01"),
        (cycle(1), "2026-05-01", "2026-05", "2026-05", "2026-05-01"),
        (cycle(1, "In Arrears"), "2026-12-01", "2026-12", "2026-12", "2027-01-01"),
        (cycle(12, start=date(2025, 7, 1)), "2026-05-01", "2025-07", "2026-06", "2025-07-01"),
        (cycle(6, start=date(2025, 11, 30)), "2026-05-01", "2026-05", "2026-10", "2026-05-01"),
    ],
)
def test_the_group_of_a_month(made: Cycle, month: str, first: str, last: str, due: str) -> None:
    group = group_of(made, day(month))
    assert (month_text(group.first_month), month_text(group.last_month), str(group.due_on)) == (first, last, due)


@pytest.mark.parametrize(
    ("made", "begin", "end", "on", "months"),
    [
        (cycle(3), "2026-01-01", None, "2025-12-31", []),
        (cycle(3), "2026-01-01", None, "2026-01-01", ["2026-01", "2026-02", "2026-03"]),
        (cycle(3), "2026-01-01", None, "2026-03-31", ["2026-01", "2026-02", "2026-03"]),
        (cycle(3), "2026-02-14", None, "2026-02-14", ["2026-02", "2026-03"]),  # a room handed over in mid-group
        (cycle(3), "2026-01-01", "2026-02-10", "2026-01-01", ["2026-01", "2026-02"]),
        (cycle(3), "2026-03-31", "2026-04-01", "2026-04-01", ["2026-03", "2026-04"]),
        (cycle(3, "In Arrears"), "2026-01-01", None, "2026-03-31", []),
        (cycle(3, "In Arrears"), "2026-01-01", None, "2026-04-01", ["2026-01", "2026-02", "2026-03"]),
        (cycle(3, "In Arrears"), "2026-01-01", "2026-02-10", "2026-02-10", []),
        (
            cycle(3, "In Arrears"),
            "2026-01-01",
            "2026-02-10",
            "2026-02-11",
            ["2026-01", "2026-02"],
        ),  # who leaves settles
        (cycle(1, "In Arrears"), "2026-01-31", None, "2026-03-01", ["2026-01", "2026-02"]),
        (cycle(12), "2026-11-15", None, "2026-11-15", ["2026-11", "2026-12"]),
    ],
)
def test_the_months_due_on_a_day(made: Cycle, begin: str, end: str | None, on: str, months: list[str]) -> None:
    found = due_months(made, day(begin), day(end) if end else None, day(on))
    assert [month_text(month) for month in found] == months


@pytest.mark.parametrize(
    ("month", "begin", "end", "expected"),
    [
        ("2026-06-01", "2026-01-01", None, ("2026-06-01", "2026-06-30")),
        ("2026-06-01", "2026-06-11", None, ("2026-06-11", "2026-06-30")),
        ("2026-02-01", "2026-01-01", "2026-02-28", ("2026-02-01", "2026-02-28")),
        ("2026-06-01", "2026-06-11", "2026-06-11", ("2026-06-11", "2026-06-11")),
        ("2026-06-01", "2026-07-01", None, None),
        ("2026-06-01", "2026-01-01", "2026-05-31", None),
    ],
)
def test_days_of(month: str, begin: str, end: str | None, expected: tuple[str, str] | None) -> None:
    found = days_of(day(month), day(begin), day(end) if end else None)
    assert found == (expected and (day(expected[0]), day(expected[1])))


@pytest.mark.parametrize(
    ("timing", "of_month", "expected"),
    [("In Advance", 15, "2026-01-15"), ("In Advance", 31, "2026-01-31"), ("In Arrears", 15, "2026-02-15"), ("In Arrears", 31, "2026-02-28")],
)  # fmt: skip
def test_pay_by(timing: Timing, of_month: int, expected: str) -> None:
    assert str(pay_by(group_of(cycle(1, timing), JAN), of_month)) == expected


@pytest.mark.parametrize("of_month", [0, 32, -1])
def test_a_day_no_month_has(of_month: int) -> None:
    with pytest.raises(ValueError, match="There is no day"):
        pay_by(Group(JAN, JAN, JAN), of_month)


@pytest.mark.parametrize("every", [0, -3, 13])
def test_a_cycle_that_cannot_be(every: int) -> None:
    with pytest.raises(ValueError, match="cannot be billed every"):
        group_of(cycle(every), JAN)
    with pytest.raises(ValueError, match="no way to bill"):
        group_of(Cycle(1, "Never", JAN), JAN)


def test_billing_key() -> None:
    assert billing_key("LH-03-1203", "Property fee", day("2026-07-01"), "") == "LH-03-1203|Property fee|2026-07|"
    assert billing_key("U", "Repair", day("2026-07-31"), "RR-1") == "U|Repair|2026-07|RR-1"
    for names in (("", "I", ""), ("U", "", "")):
        with pytest.raises(ValueError, match="needs a unit and an item"):
            billing_key(names[0], names[1], JAN, names[2])
    for names in (("U|", "I", ""), ("U", "a|b", ""), ("U", "I", "|")):
        with pytest.raises(ValueError, match="may not hold the sign"):
            billing_key(names[0], names[1], JAN, names[2])


CYCLES = st.builds(
    Cycle,
    st.integers(1, 12),
    st.sampled_from(["In Advance", "In Arrears"]),
    st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)
DAYS = st.dates(date(2022, 1, 1), date(2028, 12, 31))


@given(CYCLES, DAYS, st.none() | st.integers(0, 900), DAYS)
def test_what_is_due_stays_due_and_every_month_comes_in_the_end(
    made: Cycle, begin: date, length: int | None, on: date
) -> None:
    end = None if length is None else begin + length * DAY
    today, tomorrow = due_months(made, begin, end, on), due_months(made, begin, end, on + DAY)
    assert tomorrow[: len(today)] == today
    assert all(due_on(made, month, end) <= on for month in today)
    assert all(due_on(made, month, end) == on + DAY for month in tomorrow[len(today) :])
    assert all(days_of(month, begin, end) for month in today)
    if end:
        assert due_months(made, begin, end, end + 400 * DAY) == months_between(begin, end)


@given(CYCLES, DAYS)
def test_groups_follow_each_other(made: Cycle, on: date) -> None:
    group = group_of(made, month_of(on))
    assert group.first_month <= month_of(on) <= group.last_month
    assert len(months_between(group.first_month, group.last_month)) == made.every
    assert group_of(made, add_months(group.last_month, 1)).first_month == month_of(month_end(group.last_month) + DAY)
