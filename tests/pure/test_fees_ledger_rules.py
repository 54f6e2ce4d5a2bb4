"""The ledger's entries and sums, and the collection rates read from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.fees.allocation import OpenCharge, allocate
from property_service.fees.collection_rates import (
    Figures,
    LateFeeFigures,
    Period,
    collected_later,
    grouped_by,
    late_fee_figures,
    rate,
    rates,
    year_to_date,
)
from property_service.fees.ledger_rules import (
    LedgerRow,
    as_of,
    backdated,
    balance,
    check_row,
    credit,
    deposit_held,
    money_kept,
    reversal,
    signed,
)
from property_service.fees.months import month_of

pytestmark = pytest.mark.pure
D = Decimal
JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
PERIOD = Period(JULY, JULY)


def at(day: str, hour: int = 10) -> datetime:
    return datetime.fromisoformat(f"{day} {hour:02d}:00:00")


def row(name: str, entry_type: str, amount: str, day: str = "2026-07-01", **more: object) -> LedgerRow:
    """An entry recorded and effective on a day; on a charge of July of room U1 unless said otherwise."""
    defaults: dict = {"effective_date": date.fromisoformat(day), "recorded_at": at(day), "unit": "U1", "item": "Fee"}
    if entry_type in ("Charge", "Adjustment", "Late Fee", "Allocation"):
        defaults.update(charge="C1", service_month=JULY)
    elif entry_type == "Deposit":
        defaults.update(deposit="D1")
    else:
        defaults.update(receipt="R1")
    if entry_type == "Late Fee":
        defaults.update(part="Late Fee")
    return LedgerRow(name, entry_type, D(amount), **{**defaults, **more})


@pytest.mark.parametrize(
    ("entry_type", "raises", "expected"),
    [("Charge", False, "5"), ("Late Fee", False, "5"), ("Payment", False, "-5"), ("Allocation", False, "-5"), ("Refund", False, "5"),
     ("Adjustment", False, "-5"), ("Adjustment", True, "5"), ("Deposit", True, "5"), ("Deposit", False, "-5")],
)  # fmt: skip
def test_signs(entry_type: str, raises: bool, expected: str) -> None:
    amount = signed(entry_type, D(5), raises)
    assert amount == D(expected)
    check_row(row("L1", entry_type, str(amount)))


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (row("L", "Charge", "0"), "entry of 0 yuan"),
        (row("L", "Charge", "1.001"), "entry of 1.001 yuan"),
        (row("L", "Charge", "-5"), "Charge cannot have the amount -5"),
        (row("L", "Payment", "5"), "Payment cannot have the amount 5"),
        (row("L", "Allocation", "5"), "Allocation cannot have"),
        (row("L", "Refund", "-5"), "Refund cannot have"),
        (row("L", "Charge", "5", reverses="L0"), "Charge cannot have the amount 5"),
        (row("L", "Gift", "5"), "no ledger entry of the type Gift"),
        (row("L", "Charge", "5", part="Late Fee"), "no ledger entry of the type Charge, Late Fee"),
        (row("L", "Late Fee", "5", part="Principal"), "no ledger entry of the type Late Fee, Principal"),
        (row("L", "Payment", "-5", part="Late Fee"), "no ledger entry of the type Payment, Late Fee"),
        (row("L", "Charge", "5", collected_for="Nobody"), "no ledger entry of the type Charge, Principal, Nobody"),
        (row("L", "Charge", "5", charge=None), "must name what it belongs to"),
        (row("L", "Allocation", "-5", service_month=None), "must name what it belongs to"),
        (row("L", "Payment", "-5", receipt=None), "must name what it belongs to"),
        (row("L", "Deposit", "5", deposit=None), "must name what it belongs to"),
        (row("L", "Payment", "-5", effective_date=date(2026, 7, 2)), "cannot have moved on 2026-07-02"),
    ],
)
def test_an_entry_that_cannot_stand(entry: LedgerRow, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_row(entry)


def test_a_charge_may_be_recorded_before_its_day() -> None:
    check_row(row("L", "Charge", "5", effective_date=date(2026, 9, 1)))
    check_row(row("L", "Allocation", "-5", part="Late Fee"))


def test_the_day_of_the_community_judges_when_money_moved() -> None:
    entry = row("L", "Payment", "-5", effective_date=date(2026, 7, 2))
    check_row(entry, date(2026, 7, 2))
    with pytest.raises(ValueError, match="cannot have moved on 2026-07-02"):
        check_row(entry, date(2026, 7, 1))


def test_a_reversal_takes_back_once() -> None:
    paid = row("L2", "Allocation", "-80", "2026-07-05", steward="Li", receipt="R1")
    back = reversal(paid, "L3", date(2026, 7, 9), at("2026-07-09"))
    check_row(back)
    assert (back.amount, back.reverses, back.steward, back.receipt) == (80, "L2", "Li", "R1")
    assert balance([row("L1", "Charge", "100"), paid, back]) == 100
    with pytest.raises(ValueError, match="L2 has been reversed already"):
        reversal(paid, "L4", date(2026, 7, 9), at("2026-07-09"), already_reversed=True)
    with pytest.raises(ValueError, match="A reversal cannot be reversed"):
        reversal(back, "L4", date(2026, 7, 9), at("2026-07-09"))


LIFE = (
    row("L01", "Charge", "223.38"),
    row("L02", "Adjustment", "-23.38", "2026-07-02"),
    row("L03", "Payment", "-300", "2026-07-20"),
    row("L04", "Allocation", "-200", "2026-07-20"),
    row("L05", "Late Fee", "6.40", "2026-07-20"),
    row("L06", "Allocation", "-6", "2026-07-20", part="Late Fee"),
    row("L07", "Deposit", "2000", "2026-07-20"),
    row("L08", "Adjustment", "-0.40", "2026-07-21", part="Late Fee"),
    row("L09", "Deposit", "-500", "2026-07-25"),
    row("L12", "Deposit", "-1500", "2026-07-28"),
)


@pytest.mark.parametrize(
    ("day", "open_sum", "left_over", "held", "kept"),
    [
        ("2026-06-30", "0", "0", "0", "0"),
        ("2026-07-01", "223.38", "0", "0", "0"),
        ("2026-07-02", "200.00", "0", "0", "0"),
        ("2026-07-20", "0.40", "94", "2000", "300"),
        ("2026-07-21", "0", "94", "2000", "300"),
        ("2026-07-25", "0", "94", "1500", "300"),
        ("2026-07-28", "0", "94", "0", "300"),
    ],
)
def test_what_a_ledger_adds_up_to(day: str, open_sum: str, left_over: str, held: str, kept: str) -> None:
    for entry in LIFE:
        check_row(entry)
    rows = as_of(LIFE, date.fromisoformat(day))
    assert (balance(rows), credit(rows), deposit_held(rows), money_kept(rows)) == (
        D(open_sum),
        D(left_over),
        D(held),
        D(kept),
    )


def test_the_open_parts() -> None:
    rows = as_of(LIFE, date(2026, 7, 20))
    assert balance(rows, "Principal") == 0
    assert balance(rows, "Late Fee") == D("0.40")


def test_the_cut_is_by_the_day_recorded() -> None:
    late = row("L1", "Allocation", "-5", effective_date=date(2026, 7, 30), recorded_at=at("2026-08-02"))
    last_minute = row("L2", "Allocation", "-5", "2026-07-31", recorded_at=at("2026-07-31", 23))
    assert as_of([late, last_minute], date(2026, 7, 31)) == [last_minute]
    assert backdated([late, last_minute], date(2026, 7, 31)) == [late]
    assert backdated([late, last_minute], date(2026, 8, 2)) == []


HISTORY = (
    # earlier: 100 open when July begins, 40 paid in July, 10 waived; 20 of water for June billed in July
    row("E1", "Charge", "150", "2026-06-01", charge="E", service_month=JUNE),
    row("E2", "Allocation", "-50", "2026-06-20", charge="E", service_month=JUNE),
    row("E3", "Allocation", "-40", "2026-07-08", charge="E", service_month=JUNE),
    row("E4", "Adjustment", "-10", "2026-07-09", charge="E", service_month=JUNE),
    row("E5", "Charge", "20", "2026-07-03", charge="W", service_month=JUNE, unit="U2", item="Water"),
    # current: U1 pays all (in advance), U2 pays half and 30 are waived, U3 nothing
    row("C1", "Charge", "200", "2026-06-25"),
    row("C2", "Allocation", "-200", "2026-06-28"),
    row("C3", "Charge", "300", charge="C2", unit="U2"),
    row("C4", "Allocation", "-150", "2026-07-15", charge="C2", unit="U2"),
    row("C5", "Adjustment", "-30", "2026-07-16", charge="C2", unit="U2"),
    row("C6", "Charge", "100", charge="C3", unit="U3", steward="Li"),
    row("C7", "Adjustment", "5", charge="C3", unit="U3", steward="Li"),
    # apart: money for the utility, late fees, what is not laid on a charge, later months
    row("X1", "Charge", "999", charge="X", unit="U4", collected_for="Utility"),
    row("X2", "Late Fee", "8", "2026-07-15", charge="C2", unit="U2"),
    row("X3", "Allocation", "-3", "2026-07-15", charge="C2", unit="U2", part="Late Fee"),
    row("X4", "Adjustment", "-1", "2026-07-15", charge="C2", unit="U2", part="Late Fee"),
    row("X5", "Payment", "-5000", "2026-07-15"),
    row("X6", "Charge", "777", charge="A", service_month=date(2026, 8, 1)),
)
CLOSED = date(2026, 7, 31)


def test_the_figures_of_a_month() -> None:
    figures = rates(HISTORY, PERIOD, CLOSED)[()]
    assert figures == Figures(D(605), D(350), D(30), D(100), D(20), D(40), D(10), 3, 1)
    assert figures.current == (350, 605) and rate(figures.current) == D("0.5785")
    assert figures.arrears == (40, 120) and rate(figures.arrears) == D("0.3333")
    assert figures.household == (1, 3) and rate(figures.household) == D("0.3333")
    assert figures.combined == (390, 725) and rate(figures.combined) == D("0.5379")
    assert (figures.open_current, figures.open_earlier) == (225, 70)
    assert rate((D(0), D(0))) is None


def test_figures_by_group_scope_and_day() -> None:
    by_steward = rates(HISTORY, PERIOD, CLOSED, grouped_by("steward"))
    assert by_steward[("Li",)] == Figures(charged=D(105), units_charged=1)
    assert rates(HISTORY, PERIOD, CLOSED, scope=("Utility",))[()].charged == 999
    assert set(rates(HISTORY, PERIOD, CLOSED, grouped_by("unit", "item"))) == {
        ("U1", "Fee"),
        ("U2", "Water"),
        ("U2", "Fee"),
        ("U3", "Fee"),
    }
    start = rates(HISTORY, PERIOD, date(2026, 6, 30))[()]
    assert (start.charged, start.collected, start.opening, start.recovered) == (200, 200, 100, 0)
    assert rates([], PERIOD, CLOSED) == {}
    assert year_to_date(CLOSED) == Period(date(2026, 1, 1), JULY)
    year = rates(HISTORY, year_to_date(CLOSED), CLOSED)[()]
    assert (year.charged, year.collected, year.waived, year.opening) == (775, 440, 40, 0)


def test_late_fees_apart() -> None:
    assert late_fee_figures(HISTORY, PERIOD, CLOSED) == {(): LateFeeFigures(D(8), D(3), D(1))}
    assert late_fee_figures(HISTORY, PERIOD, date(2026, 7, 14)) == {}
    assert late_fee_figures(HISTORY, Period(date(2026, 8, 1), date(2026, 8, 1)), date(2026, 8, 31)) == {}


def test_a_waiver_taken_back_is_no_charge() -> None:
    back = reversal(HISTORY[10 - 1], "C5b", date(2026, 7, 17), at("2026-07-17"))
    assert back.reverses == "C5"
    figures = rates([*HISTORY, back], PERIOD, CLOSED)[()]
    assert (figures.waived, figures.charged, figures.open_current) == (0, 605, 255)


def test_a_void_charge_leaves_the_rate() -> None:
    void = reversal(HISTORY[11 - 1], "C6b", date(2026, 7, 17), at("2026-07-17"))
    supplement = reversal(HISTORY[12 - 1], "C7b", date(2026, 7, 17), at("2026-07-17"))
    figures = rates([*HISTORY, void, supplement], PERIOD, CLOSED)[()]
    assert (figures.charged, figures.units_charged, figures.units_paid) == (500, 2, 1)


def test_what_was_entered_late_is_shown_beside() -> None:
    late = row(
        "Z1",
        "Allocation",
        "-25",
        effective_date=date(2026, 7, 31),
        recorded_at=at("2026-08-01"),
        charge="C3",
        unit="U3",
    )
    rows = [*HISTORY, late]
    assert rates(rows, PERIOD, CLOSED) == rates(HISTORY, PERIOD, CLOSED)
    assert collected_later(rows, PERIOD, CLOSED) == {(): D(25)}
    assert collected_later(rows, PERIOD, CLOSED, grouped_by("unit")) == {("U3",): D(25)}
    assert collected_later(rows, PERIOD, CLOSED, scope=("Utility",)) == {}
    assert collected_later(HISTORY, PERIOD, CLOSED) == {}


FIRST = date(2026, 4, 1)
UNITS = st.sampled_from(["U1", "U2", "U3"])


@st.composite
def ledgers(draw: st.DrawFn) -> list[LedgerRow]:
    """Half a year of charges, supplements, waivers, payments laid on charges, and reversals, in the order they are recorded."""
    rows: list[LedgerRow] = []
    charges: list[LedgerRow] = []
    day = FIRST
    for number in range(draw(st.integers(0, 25))):
        day += draw(st.integers(0, 12)) * timedelta(days=1)
        on = day - draw(st.sampled_from([0, 0, 0, 1, 40])) * timedelta(days=1)
        common = {"effective_date": on, "recorded_at": datetime(day.year, day.month, day.day, 23, 59)}
        kind = draw(st.sampled_from(["Charge", "Charge", "Adjustment", "Allocation", "Allocation", "Reversal"]))
        amount = D(draw(st.integers(1, 20000))) / 100
        name = f"L{number}"
        charge = draw(st.sampled_from(charges)) if charges and kind != "Charge" else None
        if kind == "Charge":
            unit = draw(UNITS)
            month = month_of(day + draw(st.sampled_from([-40, 0, 0, 40])) * timedelta(days=1))
            rows.append(
                LedgerRow(name, "Charge", amount, charge=name, unit=unit, service_month=month, steward=draw(st.sampled_from("ab")),
                          item=draw(st.sampled_from(["Fee", "Lift"])), **common)
            )  # fmt: skip
            charges.append(rows[-1])
        elif charge and kind == "Reversal":
            taken_back = {r.reverses for r in rows}
            still = [r for r in rows if not r.reverses and r.name not in taken_back and r.entry_type != "Charge"]
            if still:
                rows.append(reversal(draw(st.sampled_from(still)), name, **common))
        elif charge:
            still_open = balance([r for r in rows if r.charge == charge.name])
            if kind == "Adjustment" and draw(st.booleans()):
                rows.append(replace(charge, name=name, entry_type="Adjustment", amount=amount, **common))
            elif still_open > 0:
                found = allocate(amount, [OpenCharge(charge.name, FIRST, FIRST, still_open)])
                rows.append(replace(charge, name=name, entry_type=kind, amount=-found.parts[0].amount, **common))
    for entry in rows:
        check_row(entry)
    return rows


DAYS = st.integers(0, 330).map(lambda days: FIRST + timedelta(days=days))
MONTHS = st.integers(0, 9).map(lambda n: date(2026, 4 + n, 1) if n < 9 else date(2027, 1, 1))


@given(ledgers(), st.data(), MONTHS, MONTHS)
def test_what_is_recorded_later_never_changes_a_figure(
    rows: list[LedgerRow], data: st.DataObject, one: date, other: date
) -> None:
    period, day = Period(min(one, other), max(one, other)), data.draw(DAYS)
    then = [r for r in rows if r.recorded_at.date() <= day]
    for key in (grouped_by(), grouped_by("unit"), grouped_by("steward", "item")):
        assert rates(rows, period, day, key) == rates(then, period, day, key)
    moved = [replace(r, steward="new", effective_date=day) if r.recorded_at.date() > day else r for r in rows]
    assert rates(moved, period, day, grouped_by("steward")) == rates(rows, period, day, grouped_by("steward"))


@given(ledgers(), DAYS, MONTHS, MONTHS)
def test_the_figures_hold_together(rows: list[LedgerRow], day: date, one: date, other: date) -> None:
    period = Period(min(one, other), max(one, other))
    figures = rates(rows, period, day).get((), Figures())
    in_time = [r for r in rows if r.recorded_at.date() <= day]
    assert figures.open_current == balance(
        r for r in in_time if period.first_month <= r.service_month <= period.last_month
    )
    assert figures.open_earlier == balance(r for r in in_time if r.service_month < period.first_month)
    assert figures.opening == balance(
        r for r in in_time if r.service_month < period.first_month and r.recorded_at.date() < period.first_month
    )
    assert figures.units_paid <= figures.units_charged <= 3
    for key in (grouped_by("unit"), grouped_by("steward", "item")):
        groups = list(rates(rows, period, day, key).values())
        for name in ("charged", "collected", "waived", "opening", "billed_late", "recovered", "waived_earlier"):
            assert sum((getattr(group, name) for group in groups), D(0)) == getattr(figures, name)
    by_unit = rates(rows, period, day, grouped_by("unit")).values()
    assert sum(group.units_charged for group in by_unit) == figures.units_charged
    assert sum(group.units_paid for group in by_unit) == figures.units_paid


@given(ledgers(), DAYS, MONTHS)
def test_periods_that_follow_each_other_hand_over(rows: list[LedgerRow], day: date, month: date) -> None:
    """What is open at the end of a month is what the next one opens with, but for what was charged ahead."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    before = rates(rows, Period(month, month), following - timedelta(days=1)).get((), Figures())
    after = rates(rows, Period(following, following), max(day, following)).get((), Figures())
    assert after.opening == before.open_current + before.open_earlier
