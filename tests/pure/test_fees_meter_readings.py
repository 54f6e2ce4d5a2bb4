"""What was used between two readings."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.fees.meter_readings import (
    Consumption,
    Meter,
    Reading,
    consumption,
    replacement,
    usual_per_day,
)

pytestmark = pytest.mark.pure
D = Decimal
MAY, JUNE = date(2026, 5, 25), date(2026, 6, 25)


def read(value: str, on: date = JUNE, rollover: bool = False) -> Reading:
    return Reading(on, D(value), rollover)


@pytest.mark.parametrize(
    ("meter", "before", "now", "used"),
    [
        (Meter(), read("120.5", MAY), read("134"), "13.5"),
        (Meter(), read("120", MAY), read("120"), "0"),
        (Meter(multiplier=D(40)), read("120.5", MAY), read("121"), "20.0"),
        (Meter(digits=5), read("99990", MAY), read("00012", rollover=True), "22"),
        (Meter(digits=4, multiplier=D(10)), read("9999.5", MAY), read("0.5", rollover=True), "10.0"),
        (Meter(digits=5), read("99990", MAY), read("99999.9"), "9.9"),
        (Meter(most_per_day=D(1)), read("0", MAY), read("31"), "31"),  # 31 days
    ],
)
def test_consumption(meter: Meter, before: Reading, now: Reading, used: str) -> None:
    found = consumption(meter, before, now)
    assert found == Consumption(date(2026, 5, 26), JUNE, D(used))
    assert found.days == 31


@pytest.mark.parametrize(
    ("meter", "before", "now", "reason"),
    [
        (Meter(), read("120.5", MAY), read("120.4"), r"120\.4 is below the last reading 120\.5 of 2026-05-25"),
        (Meter(digits=5), read("99990", MAY), read("12"), "below the last reading"),
        (Meter(), read("99990", MAY), read("12", rollover=True), "cannot have rolled over"),  # digits not known
        (Meter(digits=5), read("120", MAY), read("134", rollover=True), "cannot have rolled over"),
        (Meter(digits=5), read("120", MAY), read("120", rollover=True), "cannot have rolled over"),
        (Meter(digits=5), read("1340", MAY), read("1200", rollover=True), "cannot have rolled over"),  # 99,860 used
        (Meter(), read("1", JUNE), read("2"), "Enter a later day"),
        (Meter(), read("1", JUNE), read("2", MAY), "Enter a later day"),
        (Meter(), read("1", MAY), read("-2"), "cannot show -2"),
        (Meter(digits=4), read("1", MAY), read("10000"), "cannot show 10000"),
        (Meter(digits=4), read("10000", MAY), read("1", rollover=True), "cannot show 10000"),
        (Meter(multiplier=D(0)), read("1", MAY), read("2"), "cannot multiply by 0"),
        (Meter(multiplier=D(-1)), read("1", MAY), read("2"), "cannot multiply by -1"),
        (Meter(most_per_day=D(1)), read("0", MAY), read("31.1"), r"31\.1 in 31 days is more than this meter's 1 a day"),
    ],
)
def test_what_cannot_be_read_is_refused(meter: Meter, before: Reading, now: Reading, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        consumption(meter, before, now)


def test_too_much_goes_in_when_it_was_confirmed() -> None:
    found = consumption(Meter(most_per_day=D(1)), read("0", MAY), read("310"), confirmed=True)
    assert (found.quantity, found.flag) == (310, "Unusually High")


@pytest.mark.parametrize(
    ("usual", "used", "flag"),
    [
        ("0.5", "46.5", ""),
        ("0.5", "46.6", "Unusually High"),
        ("0.5", "0", "Nothing Used"),
        ("0", "0", ""),
        ("0", "900", ""),
    ],
)
def test_what_is_unusual_is_flagged(usual: str, used: str, flag: str) -> None:
    assert consumption(Meter(), read("0", MAY), read(used), D(usual)).flag == flag


SWAP = date(2026, 6, 10)


def test_a_replaced_meter_counts_old_and_new() -> None:
    new = Meter(multiplier=D(10))
    found = replacement(Meter(), read("950", MAY), read("962.5", SWAP), new, read("3", SWAP), read("4.5"))
    assert found == Consumption(date(2026, 5, 26), JUNE, D("27.5"))
    same_day = replacement(Meter(), read("950", MAY), read("950", MAY), new, read("0", MAY), read("1"))
    assert same_day.quantity == 10


@pytest.mark.parametrize(
    ("final", "initial", "now", "reason"),
    [
        (read("949", SWAP), read("0", SWAP), read("1"), "below the last reading"),
        (read("960", SWAP), read("5", SWAP), read("4"), "below the last reading"),
        (read("960", date(2026, 5, 24)), read("0", SWAP), read("1"), "not between the readings"),
        (read("960", SWAP), read("0", date(2026, 6, 9)), read("1"), "not between the readings"),
        (read("960", SWAP), read("0", date(2026, 6, 26)), read("1"), "not between the readings"),
        (read("960", SWAP), read("0", SWAP), read("1", MAY), "Enter a later day"),
        (read("960", SWAP), read("0", SWAP), read("900"), "more than this meter's"),
    ],
)
def test_a_replacement_that_cannot_be(final: Reading, initial: Reading, now: Reading, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replacement(Meter(), read("950", MAY), final, Meter(most_per_day=D(20)), initial, now)


def test_the_usual() -> None:
    assert usual_per_day([]) is None
    rows = [
        Consumption(date(2026, 4, 1), date(2026, 4, 10), D(5)),
        Consumption(date(2026, 4, 11), date(2026, 4, 20), D(15)),
    ]
    assert usual_per_day(rows) == 1


@given(st.lists(st.decimals(0, 40000, places=2), min_size=1, max_size=12), st.decimals(0, 99999, places=2))
def test_a_dial_that_turns_over_loses_nothing(uses: list[Decimal], start: Decimal) -> None:
    meter, reading, total = Meter(digits=5), Reading(MAY, start), D(0)
    for use in uses:
        shown = reading.value + use
        now = Reading(reading.on + timedelta(days=30), shown % 100000, rollover=shown >= 100000)
        total += consumption(meter, reading, now).quantity
        reading = now
    assert total == sum(uses, D(0))
