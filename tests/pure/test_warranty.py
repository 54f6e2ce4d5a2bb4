"""Warranty and rework."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.repairs.warranty import (
    HEATING_SEASON_MONTHS,
    FinishedJob,
    in_warranty,
    is_rework,
    rework_of,
    warranty_start,
    warranty_until,
)

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("start", "months", "until"),
    [
        (date(2024, 6, 15), 24, date(2026, 6, 15)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2016, 5, 1), 600, date(2066, 5, 1)),
        (date(2024, 11, 15), 2 * HEATING_SEASON_MONTHS, date(2026, 11, 15)),
        (date(2024, 6, 15), 0, date(2024, 6, 15)),
    ],
)
def test_warranty_until(start: date, months: int, until: date) -> None:
    assert warranty_until(start, months) == until


def test_negative_months_are_refused() -> None:
    with pytest.raises(ValueError, match="not possible"):
        warranty_until(date(2024, 1, 1), -1)


HANDED, DEEMED, COMPLETED = date(2025, 9, 20), date(2025, 9, 1), date(2025, 6, 30)


@pytest.mark.parametrize(
    ("private", "handed", "deemed", "completed", "start"),
    [
        (True, HANDED, DEEMED, COMPLETED, HANDED),
        (True, None, DEEMED, COMPLETED, DEEMED),
        (True, None, None, COMPLETED, None),
        (False, HANDED, DEEMED, COMPLETED, COMPLETED),
        (False, HANDED, DEEMED, None, None),
    ],
)
def test_private_parts_run_from_handover_public_ones_from_completion(
    private: bool, handed: date | None, deemed: date | None, completed: date | None, start: date | None
) -> None:
    assert warranty_start(private, handed, deemed, completed) == start


@pytest.mark.parametrize(
    ("start", "months", "on", "inside"),
    [
        (date(2024, 6, 15), 24, date(2026, 6, 15), True),  # the last day
        (date(2024, 6, 15), 24, date(2026, 6, 16), False),
        (date(2024, 6, 15), 24, date(2024, 6, 15), True),
        (date(2024, 6, 15), 24, date(2024, 6, 14), False),
        (date(2024, 2, 29), 12, date(2025, 2, 28), True),
        (date(2024, 2, 29), 12, date(2025, 3, 1), False),
        (date(2024, 6, 15), 0, date(2024, 6, 15), False),
        (None, 24, date(2024, 6, 15), False),
    ],
)
def test_in_warranty(start: date | None, months: int, on: date, inside: bool) -> None:
    assert in_warranty(start, months, on) is inside


@pytest.mark.parametrize(
    ("unit", "category", "reported", "found"),
    [
        ("LH-03-1203", "Leak", date(2026, 11, 30), "RR-3"),
        ("LH-03-1203", "Leak", date(2026, 11, 5), "RR-2"),
        ("LH-03-1203", "Leak", date(2026, 12, 10), "RR-3"),  # thirty days after
        ("LH-03-1203", "Leak", date(2026, 12, 11), None),
        ("LH-03-1203", "Leak", date(2026, 10, 31), None),  # reported before it was finished
        ("LH-03-1203", "Door", date(2026, 11, 30), None),
        ("LH-03-1204", "Leak", date(2026, 11, 30), None),
        (None, "Leak", date(2026, 11, 30), None),
        ("", "Leak", date(2026, 11, 30), None),
    ],
)
def test_rework_is_the_same_fault_in_the_same_room_again(
    unit: str | None, category: str, reported: date, found: str
) -> None:
    finished = [
        FinishedJob("RR-2", "LH-03-1203", "Leak", date(2026, 11, 1)),
        FinishedJob("RR-1", "LH-03-1203", "Leak", date(2026, 11, 1)),
        FinishedJob("RR-3", "LH-03-1203", "Leak", date(2026, 11, 10)),
        FinishedJob("RR-4", None, "Leak", date(2026, 11, 20)),
    ]
    job = rework_of(unit, category, reported, finished)
    assert (job and job.name) == found


def test_the_days_of_rework_are_a_setting() -> None:
    assert is_rework([date(2026, 11, 1)], date(2026, 11, 8), days=7)
    assert not is_rework([date(2026, 11, 1)], date(2026, 11, 9), days=7)
    assert not is_rework([], date(2026, 11, 9))


DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@given(DAYS, st.integers(1, 600))
def test_a_warranty_ends_after_its_last_day_and_never_shrinks(start: date, months: int) -> None:
    until = warranty_until(start, months)
    assert in_warranty(start, months, until) and not in_warranty(start, months, until + timedelta(days=1))
    assert in_warranty(start, months, start) and not in_warranty(start, months, start - timedelta(days=1))
    assert start < until <= warranty_until(start, months + 1)
    assert (until.year - start.year) * 12 + until.month - start.month == months


@given(DAYS, DAYS)
def test_rework_by_list_and_by_job_agree(finished: date, reported: date) -> None:
    job = FinishedJob("RR-1", "U", "Leak", finished)
    assert (rework_of("U", "Leak", reported, [job]) is job) == is_rework([finished], reported)
