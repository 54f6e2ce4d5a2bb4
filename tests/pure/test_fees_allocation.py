"""Money received on open charges: never more than is open or was received, the same in whatever order it comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from property_service.fees.allocation import (
    MODES,
    POLICIES,
    Allocation,
    OpenCharge,
    Policy,
    Prepaid,
    PrepaidPart,
    Settled,
    Tender,
    allocate,
    allocate_chosen,
    apply,
    apply_prepayments,
    settle,
)
from property_service.property_service.money import money

pytestmark = pytest.mark.pure
D = Decimal


def open_charge(
    name: str, principal: str, late_fee: str = "0", month: int = 1, item: str = "Fee", unit: str = "U"
) -> OpenCharge:
    first = date(2026, month, 1)
    return OpenCharge(name, first + timedelta(days=14), first, D(principal), D(late_fee), item, unit)


JAN = open_charge("c-jan", "100", "5", 1)
FEB = open_charge("c-feb", "200", "3", 2)
MAR = open_charge("c-mar", "50", "0", 3)
BILLS = (MAR, FEB, JAN)


def shown(allocation: Allocation) -> tuple[dict[str, tuple[str, str]], str]:
    return {
        p.charge: (f"{p.principal:.2f}", f"{p.late_fee:.2f}") for p in allocation.parts
    }, f"{allocation.prepayment:.2f}"


@pytest.mark.parametrize(
    ("amount", "policy", "parts", "prepayment"),
    [
        ("60", "Principal First", {"c-jan": ("60.00", "0.00")}, "0.00"),
        ("100.01", "Principal First", {"c-jan": ("100.00", "0.00"), "c-feb": ("0.01", "0.00")}, "0.00"),
        ("351", "Principal First", {"c-jan": ("100.00", "1.00"), "c-feb": ("200.00", "0.00"), "c-mar": ("50.00", "0.00")}, "0.00"),
        ("358", "Principal First", {"c-jan": ("100.00", "5.00"), "c-feb": ("200.00", "3.00"), "c-mar": ("50.00", "0.00")}, "0.00"),
        ("400", "Principal First", {"c-jan": ("100.00", "5.00"), "c-feb": ("200.00", "3.00"), "c-mar": ("50.00", "0.00")}, "42.00"),
        ("104", "Charge by Charge", {"c-jan": ("100.00", "4.00")}, "0.00"),
        ("110", "Charge by Charge", {"c-jan": ("100.00", "5.00"), "c-feb": ("5.00", "0.00")}, "0.00"),
        ("400", "Charge by Charge", {"c-jan": ("100.00", "5.00"), "c-feb": ("200.00", "3.00"), "c-mar": ("50.00", "0.00")}, "42.00"),
    ],
)  # fmt: skip
def test_allocate(amount: str, policy: Policy, parts: dict, prepayment: str) -> None:
    assert shown(allocate(D(amount), BILLS, policy)) == (parts, prepayment)


def test_oldest_is_by_day_to_pay_then_month_then_name() -> None:
    a, b = open_charge("b", "10"), open_charge("a", "10")
    earlier_due = OpenCharge("z", date(2026, 1, 1), date(2026, 5, 1), D(10))
    assert [p.charge for p in allocate(D(25), [a, b, earlier_due]).parts] == ["z", "a", "b"]


def test_without_charges_all_is_a_prepayment() -> None:
    assert allocate(D("99.9"), []) == Allocation((), D("99.90"))


@pytest.mark.parametrize(
    ("amount", "charges", "policy", "reason"),
    [
        ("0", BILLS, "Principal First", "not above 0"),
        ("-5", BILLS, "Principal First", "not above 0"),
        ("1.005", BILLS, "Principal First", "parts of a cent"),
        ("1", [open_charge("a", "-1")], "Principal First", "cannot have -1 yuan open"),
        ("1", [open_charge("a", "1", "-0.01")], "Principal First", "cannot have -0.01 yuan open"),
        ("1", [open_charge("a", "1.001")], "Principal First", "cannot have 1.001 yuan open"),
        ("1", [JAN, JAN], "Principal First", "c-jan is named twice"),
        ("1", BILLS, "Newest", "no way to allocate"),
    ],
)
def test_what_cannot_be_allocated(amount: str, charges: Sequence[OpenCharge], policy: Policy, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        allocate(D(amount), charges, policy)


def test_the_cashier_chooses() -> None:
    found = allocate_chosen(D(300), BILLS, {"c-feb": D("201.5"), "c-mar": D(20)})
    assert shown(found) == ({"c-feb": ("200.00", "1.50"), "c-mar": ("20.00", "0.00")}, "78.50")
    assert allocate_chosen(D(5), BILLS, {}).prepayment == 5


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ({"c-jan": D("105.01")}, r"Only 105\.00 yuan are open|Only 105 yuan are open"),
        ({"c-jan": D(0)}, "not above 0"),
        ({"c-jan": D("0.001")}, "parts of a cent"),
        ({"c-dec": D(1)}, "c-dec is not open"),
        ({"c-jan": D(100), "c-feb": D("50.01")}, r"0\.01 yuan more were divided than the 150\.00 received"),
    ],
)
def test_what_the_cashier_cannot_choose(chosen: dict[str, Decimal], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        allocate_chosen(D(150), BILLS, chosen)


CENTS = st.integers(0, 50000).map(lambda cents: D(cents) / 100)
RECEIPTS = st.integers(1, 60000).map(lambda cents: D(cents) / 100)


@st.composite
def charge_lists(draw: st.DrawFn) -> list[OpenCharge]:
    return [
        open_charge(
            f"c{number}", str(draw(CENTS)), str(draw(CENTS)), draw(st.integers(1, 12)), draw(st.sampled_from("AB"))
        )
        for number in range(draw(st.integers(0, 6)))
    ]


def owed(charges: Sequence[OpenCharge]) -> Decimal:
    return sum((c.principal + c.late_fee for c in charges), D(0))


@given(RECEIPTS, charge_lists(), st.sampled_from(POLICIES))
def test_an_allocation_never_exceeds_charge_or_receipt(
    amount: Decimal, charges: list[OpenCharge], policy: Policy
) -> None:
    found = allocate(amount, charges, policy)
    by_name = {c.name: c for c in charges}
    assert sum((p.amount for p in found.parts), D(0)) + found.prepayment == amount
    for part in found.parts:
        charge = by_name[part.charge]
        assert 0 <= part.principal <= charge.principal and 0 <= part.late_fee <= charge.late_fee
        assert part.amount > 0 and part.amount == money(part.amount)
        assert part.late_fee == 0 or part.principal == charge.principal
    left = apply(charges, found)
    assert owed(left) - found.prepayment == owed(charges) - amount
    assert found.prepayment == 0 or owed(left) == 0
    assert [c.name for c in left] == [c.name for c in charges]


@given(st.lists(RECEIPTS, min_size=2, max_size=4), charge_lists(), st.sampled_from(POLICIES))
def test_the_order_of_receipts_never_changes_what_is_owed(
    receipts: list[Decimal], charges: list[OpenCharge], policy: Policy
) -> None:
    ends = set()
    for order in permutations(receipts):
        left, prepaid = tuple(charges), D(0)
        for amount in order:
            found = allocate(amount, left, policy)
            left, prepaid = apply(left, found), prepaid + found.prepayment
        ends.add((left, prepaid))
    at_once = allocate(sum(receipts, D(0)), charges, policy)
    assert ends == {(apply(charges, at_once), at_once.prepayment)}


def test_a_prepayment_tied_to_an_item_pays_that_item_first() -> None:
    water = open_charge("c-water", "30", month=1, item="Water")
    fees = (open_charge("c-fee-2", "80", month=2), open_charge("c-fee-1", "80", "9", month=1))
    prepaid = [Prepaid("p-any", D(100)), Prepaid("p-water", D(50), item="Water"), Prepaid("p-other", D(70), unit="V")]
    assert apply_prepayments(prepaid, (water, *fees)) == (
        PrepaidPart("p-water", "c-water", D(30)),
        PrepaidPart("p-any", "c-fee-1", D(80)),
        PrepaidPart("p-any", "c-fee-2", D(20)),
    )
    with pytest.raises(ValueError, match="prepayment of -1"):
        apply_prepayments([Prepaid("p", D(-1))], fees)


@given(charge_lists(), st.lists(st.tuples(CENTS, st.sampled_from(["", "A", "B"])), max_size=4))
def test_prepayments_never_exceed_themselves_or_the_principal(charges: list[OpenCharge], sums: list) -> None:
    prepaid = [Prepaid(f"p{number}", amount, item) for number, (amount, item) in enumerate(sums)]
    parts = apply_prepayments(prepaid, charges)
    for row in prepaid:
        used = sum((p.amount for p in parts if p.prepaid == row.name), D(0))
        fitting = [c for c in charges if row.item in ("", c.item)]
        still = sum((c.principal for c in fitting), D(0)) - sum(
            (p.amount for p in parts if p.charge in {c.name for c in fitting}), D(0)
        )
        assert used <= row.amount
        assert used == row.amount or still == 0  # what could be paid was paid
    for charge in charges:
        assert sum((p.amount for p in parts if p.charge == charge.name), D(0)) <= charge.principal
    assert all(part.amount > 0 for part in parts)


@pytest.mark.parametrize(
    ("tenders", "to_pay", "kept", "change"),
    [
        ([("Cash", "700")], "643.32", [("Cash", "643.32")], "56.68"),
        ([("WeChat", "643.32")], "643.32", [("WeChat", "643.32")], "0.00"),
        ([("WeChat", "500"), ("Cash", "200")], "643.32", [("WeChat", "500"), ("Cash", "143.32")], "56.68"),
        ([("Cash", "50"), ("POS", "100"), ("Cash", "50")], "120", [("POS", "100"), ("Cash", "20")], "80.00"),
    ],
)
def test_settle(tenders: list, to_pay: str, kept: list, change: str) -> None:
    found = settle([Tender(mode, D(amount)) for mode, amount in tenders], D(to_pay))
    assert found == Settled(tuple(Tender(mode, D(amount)) for mode, amount in kept), D(change))


@pytest.mark.parametrize(
    ("tenders", "to_pay", "reason"),
    [
        ([("Cash", "100")], "100.01", r"0\.01 yuan are missing"),
        ([], "1", r"1\.00 yuan are missing"),
        ([("WeChat", "100.01")], "100", r"0\.01 yuan too much without cash"),
        ([("WeChat", "110"), ("Cash", "5")], "100", r"10\.00 yuan too much without cash"),
        ([("Cash", "0"), ("POS", "5")], "5", "not above 0"),
        ([("Cash", "5.001")], "5", "parts of a cent"),
        ([("Gold", "5")], "5", "no mode of payment called Gold"),
        ([("Cash", "5")], "0", "not above 0"),
    ],
)
def test_money_that_does_not_settle(tenders: list, to_pay: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        settle([Tender(mode, D(amount)) for mode, amount in tenders], D(to_pay))


@given(st.lists(st.tuples(st.sampled_from(MODES), RECEIPTS), min_size=1, max_size=5), st.data())
def test_what_is_kept_is_what_was_to_pay(rows: list, data: st.DataObject) -> None:
    tenders = [Tender(mode, amount) for mode, amount in rows]
    total = sum((amount for _, amount in rows), D(0))
    other = sum((amount for mode, amount in rows if mode != "Cash"), D(0))
    lowest = int(max(other, D("0.01")) * 100)
    to_pay = D(data.draw(st.integers(lowest, int(total * 100)))) / 100
    found = settle(tenders, to_pay)
    assert sum((t.amount for t in found.tenders), D(0)) == to_pay
    assert found.change == total - to_pay and all(t.amount > 0 for t in found.tenders)
