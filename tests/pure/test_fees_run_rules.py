"""What a fee run charges and leaves out, without a site."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from property_service.fees.billing_months import Cycle
from property_service.fees.price_history import Price
from property_service.fees.pricing import Terms, UnitFacts, Usage
from property_service.fees.run_rules import (
    NOT_ASSIGNED,
    AssignedFee,
    BilledItem,
    Found,
    Skip,
    Sources,
    Standing,
    one_per_month,
    price,
    what_is_due,
)
from property_service.fees.shared_meter import SharedPart
from property_service.fees.unit_fee_rules import FeeSpan, check_beside, settled
from property_service.property_service.occupancies import Span
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))
UNTIL = date(2026, 3, 20)
MONTHLY = Cycle(1, "In Advance", date(2000, 1, 1))
ARREARS = Cycle(1, "In Arrears", date(2000, 1, 1))
OWNER = Span("Wang", "Owner", date(2020, 1, 1))


def item(kind: str = "Area", cycle: Cycle = MONTHLY, amount: str = "2.4", terms: object = None) -> BilledItem:
    return BilledItem("FEE", kind, cycle, 15, terms or Terms("FEE", kind, (Price(date(2020, 1, 1), Decimal(amount)),)))


def sources(one: BilledItem | None = None, **values: object) -> Sources:
    given = {
        "items": {"FEE": one or item()},
        "facts": {"U": UnitFacts("U", billable_area=Decimal("89.35"))},
        "spans": {"U": [OWNER]},
        "handed_over": {},
        "standing": {},
    }
    return Sources(**{**given, **values})


def fee(begin: date = JAN, end: date | None = None, name: str = "A", **values: object) -> AssignedFee:
    return AssignedFee(name, "U", "FEE", begin, end, **values)


def billed(fees: list[AssignedFee], given: Sources, until: date = UNTIL) -> Found:
    due = what_is_due(["U"], fees, given, until)
    found = price(due.due, given)
    return Found(due.due, found.priced, [*due.skips, *found.skips])


def months(found: Found) -> list[tuple[date, str]]:
    return [(one.due.month, str(one.charge.amount)) for one in found.priced]


def test_each_month_due_is_charged_to_who_owes_it():
    found = billed([fee()], sources())
    assert months(found) == [(JAN, "214.44"), (FEB, "214.44"), (MAR, "214.44")]
    assert {one.debtor for one in found.priced} == {"Wang"}
    assert [one.due.pay_by for one in found.priced] == [day.replace(day=15) for day in (JAN, FEB, MAR)]
    assert [one.due.key for one in found.priced] == ["U|FEE|2026-01|A", "U|FEE|2026-02|A", "U|FEE|2026-03|A"]
    assert found.skips == []


@pytest.mark.parametrize(
    ("handed_over", "first", "amount"),
    [(date(2025, 6, 1), JAN, "214.44"), (date(2026, 2, 15), date(2026, 2, 15), "107.22"), (date(2026, 5, 1), None, "")],
)
def test_it_begins_at_the_handover_if_that_is_later(handed_over, first, amount):
    found = billed([fee()], sources(handed_over={"U": handed_over}))
    assert (found.priced[0].due.first if found.priced else None) == first
    assert not found.priced or str(found.priced[0].charge.amount) == amount


def test_what_stands_is_not_charged_again():
    standing = {("U", "FEE"): {JAN: [Standing("U|FEE|2026-01|A", JAN, date(2026, 1, 31))]}}
    assert [month for month, _amount in months(billed([fee()], sources(standing=standing)))] == [FEB, MAR]


def test_days_charged_by_another_entry_are_named():
    standing = {("U", "FEE"): {JAN: [Standing("U|FEE|2026-01|B", JAN, date(2026, 1, 10))]}}
    found = billed([fee(date(2026, 1, 10))], sources(standing=standing))
    assert [(skip.month, skip.params) for skip in found.skips] == [(JAN, (JAN, date(2026, 1, 10)))]
    found = billed([fee(date(2026, 1, 11))], sources(standing=standing))
    assert found.skips == [] and found.priced[0].due.first == date(2026, 1, 11)


@pytest.mark.parametrize(
    ("begin", "end", "charged", "said"),
    [
        (JAN, None, [("A", 1, 10)], [(JAN, date(2026, 1, 10))]),  # made longer after it was billed
        (JAN, date(2026, 1, 12), [("A", 1, 10)], [(JAN, date(2026, 1, 10))]),
        (JAN, None, [("A", 5, 31)], [(date(2026, 1, 5), date(2026, 1, 31))]),  # begins earlier now
        (JAN, date(2026, 1, 9), [("A", 1, 10)], []),  # made shorter: said where that is entered
        (JAN, None, [("B", 11, 31), ("A", 1, 10)], []),  # the other days were charged by another entry
        (JAN, None, [("B", 12, 31), ("A", 1, 10)], [(JAN, date(2026, 1, 10))]),
    ],
)
def test_days_added_to_a_month_that_was_charged_are_named(begin, end, charged, said):
    there = [Standing(f"U|FEE|2026-01|{name}", JAN.replace(day=a), JAN.replace(day=b)) for name, a, b in charged]
    found = billed([fee(begin, end)], sources(standing={("U", "FEE"): {JAN: there}}), until=date(2026, 1, 20))
    assert found.priced == []
    assert [(skip.month, skip.params) for skip in found.skips] == [(JAN, params) for params in said]
    metered = sources(item("Metered", ARREARS), standing={("U", "FEE"): {JAN: there}})
    assert billed([fee(begin, end)], metered, until=FEB).skips == []


def test_adjacent_fees_add_up_to_the_whole_month():
    parts = billed([fee(JAN, date(2026, 1, 10)), fee(date(2026, 1, 11), date(2026, 1, 31), "B")], sources())
    assert sum(one.charge.amount for one in parts.priced) == Decimal("214.44")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (sources(spans={}), "Nobody owes"),
        (sources(facts={"U": UnitFacts("U", billable_area=Decimal(0))}), "no billable area"),
        (sources(item(amount="0")), "0 yuan"),
        (sources(item(terms=RuleError("Enter a formula."))), "Enter a formula."),
        (sources(item("Metered", ARREARS)), "no reading"),
        (sources(item("Shared Meter"), shared={("FEE", JAN): RuleError("Not read.")}), "Not read."),
        (sources(item("Shared Meter")), "not been shared out"),
    ],
)
def test_whatever_cannot_be_charged_says_why(given, reason):
    found = billed([fee(end=date(2026, 1, 31))], given)
    assert found.priced == []
    assert len(found.skips) == 1 and reason in found.skips[0].template
    assert (found.skips[0].unit, found.skips[0].item, found.skips[0].month) == ("U", "FEE", JAN)


def test_a_unit_without_a_fee_is_named():
    assert billed([], sources()).skips == [Skip("U", "", None, NOT_ASSIGNED)]


def test_a_month_without_a_reading_is_billed_by_the_next_reading():
    usages = {("U", "FEE", FEB): Usage(JAN, date(2026, 2, 28), Decimal(10))}
    found = billed([fee()], sources(item("Metered", ARREARS), usages=usages), until=APR)
    assert months(found) == [(FEB, "24.00")]
    assert [skip.month for skip in found.skips] == [MAR]


def test_a_meter_is_paid_once_where_a_fee_changes_within_the_month():
    usages = {("U", "FEE", JAN): Usage(JAN, date(2026, 1, 31), Decimal(10))}
    fees = [fee(end=date(2026, 1, 15)), fee(date(2026, 1, 16), date(2026, 1, 31), "B")]
    found = billed(fees, sources(item("Metered", ARREARS), usages=usages))
    assert [(one.due.fee.name, one.charge.amount) for one in found.priced] == [("B", Decimal("24.00"))]
    parts = {("FEE", JAN): {"U": SharedPart("U", Decimal(1), Decimal(1), Decimal(3), Decimal(3))}}
    found = billed(fees, sources(item("Shared Meter", ARREARS), shared=parts))
    assert [one.due.fee.name for one in found.priced] == ["B"]
    standing = {("U", "FEE"): {JAN: [Standing("U|FEE|2026-01|C", JAN, JAN)]}}
    assert billed(fees, sources(item("Metered", ARREARS), usages=usages, standing=standing)).priced == []


def test_one_reason_per_unit_item_and_month():
    twice = [Skip("U", "FEE", JAN, "a"), Skip("U", "FEE", JAN, "b"), Skip("U", "FEE", FEB, "a")]
    assert one_per_month(twice) == [twice[0], twice[2]]


def test_own_prices_and_discounts():
    own = billed([fee(end=date(2026, 1, 31), own_price=Decimal(1))], sources())
    less = billed([fee(end=date(2026, 1, 31), discount=Decimal(30))], sources())
    nothing = billed([fee(end=date(2026, 1, 31), discount=Decimal(100))], sources())
    assert (months(own), months(less)) == ([(JAN, "89.35")], [(JAN, "150.11")])
    assert "0 yuan" in nothing.skips[0].template


UNIT = {"name": "U", "community": "LH"}
ITEM = {"name": "FEE", "community": "LH", "kind": "Area", "formula": None, "one_off": 0}
ROW = {
    "from_date": JAN,
    "to_date": None,
    "price_rule": "Item Price",
    "own_price": 0,
    "discount_percent": 0,
    "reason": "",
}


@pytest.mark.parametrize(
    ("row", "one"),
    [
        ({"price_rule": "Gift"}, {}),
        ({"to_date": date(2025, 12, 31)}, {}),
        ({"price_rule": "Own Price", "own_price": 2}, {}),
        ({"price_rule": "Own Price", "own_price": 2, "reason": "By contract"}, {"kind": "Shared Meter"}),
        (
            {"price_rule": "Own Price", "own_price": 2, "reason": "By contract"},
            {"kind": "Formula", "formula": "billable_area * 2"},
        ),
        ({"price_rule": "Discount", "discount_percent": 100.5, "reason": "Vacant"}, {}),
        ({}, {"community": "YQ"}),
        ({}, {"one_off": 1}),
    ],
)
def test_what_a_unit_cannot_pay(row, one):
    with pytest.raises(RuleError):
        settled({**ROW, **row}, UNIT, {**ITEM, **one})


def test_the_same_item_once_a_day():
    others = [FeeSpan(JAN, date(2026, 1, 31), "A"), FeeSpan(MAR, None, "B")]
    check_beside(FeeSpan(FEB, date(2026, 2, 28)), others)
    check_beside(FeeSpan(MAR, APR, "B"), others)
    for span in (FeeSpan(FEB, MAR), FeeSpan(FEB), FeeSpan(date(2026, 1, 31), FEB)):
        with pytest.raises(RuleError):
            check_beside(span, others)
