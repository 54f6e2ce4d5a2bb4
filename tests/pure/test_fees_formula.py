"""Formulas of fee items: what is computed, what is refused, and that nothing else can come of any text."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from property_service.fees.amounts import MAX_AMOUNT
from property_service.fees.formula import FUNCTIONS, NAMES, evaluate, parse
from property_service.property_service.rule_error import RuleError

pytestmark = pytest.mark.pure
D = Decimal
VALUES = {
    "price": D("0.35"),
    "billable_area": D("89.35"),
    "inner_area": None,
    "coefficient": D("1.1"),
    "floor": D(12),
    "household_size": D(3),
    "community_area": D(25000),
    "building_area": D(5000),
    "entrance_area": D(0),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("price * billable_area", "31.2725"),
        ("price × billable_area ÷ 1", "31.2725"),
        ("（price ＋ 1） * 2", "2.70"),
        (" 2 + 3 * 4 ", "14"),
        ("-2 + 3", "1"),
        ("+7", "7"),
        ("7 // 2", "3"),
        ("7 % 4", "3"),
        ("0.1 + 0.2", "0.3"),
        ("1e2", "100"),
        ("max(1, 2, floor)", "12"),
        ("min(50, price * billable_area)", "31.2725"),
        ("abs(1 - 3)", "2"),
        ("round(2.5)", "3"),
        ("round(price * billable_area, 1)", "31.3"),
        ("roundup(2.01)", "3"),
        ("rounddown(2.99, 1)", "2.9"),
        (
            "price * billable_area * (0 if floor < 3 else 1.0 if floor <= 10 else 1.1 if floor <= 20 else 1.2)",
            "34.39975",
        ),
        ("5 if 3 <= floor <= 12 and not household_size > 5 else 9", "5"),
        ("5 if floor == 1 or floor != 12 else 9", "9"),
        ("0 if floor < 3 else inner_area if floor > 30 else 4", "4"),  # what is not needed may be empty
        ("\n price * 2 ", "0.70"),
        ("max(\n1,\n2)", "2"),
    ],
)
def test_a_formula_is_computed(text: str, expected: str) -> None:
    assert evaluate(parse(text), VALUES) == D(expected)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Enter a formula"),
        ("   ", "Enter a formula"),
        ("price *", "cannot be read"),
        ("price billable_area", "cannot be read"),
        ("a = 1", "cannot be read"),
        ("1; 2", "cannot be read"),
        ("\x00", "cannot be read"),
        ("\ud800", "cannot be read"),
        ("area * 2", "does not know area"),
        ("__import__", "does not know __import__"),
        ("__import__('os')", "does not know __import__"),
        ("eval(price)", "does not know eval"),
        ("price.real", "may not hold"),
        ("price.__class__", "may not hold"),
        ("(1).__class__", "may not hold"),
        ("max.__call__(1, 2)", "may not hold"),
        ("[1, 2][0]", "may not hold"),
        ("{1: 2}", "may not hold"),
        ("'a' * 3", "may not hold 'a'"),
        ("b'a'", "may not hold"),
        ("f'{price}'", "may not hold"),
        ("True", "may not hold True"),
        ("None", "may not hold None"),
        ("...", "may not hold"),
        ("1j", "may not hold 1j"),
        ("2 ** 9", "may not hold"),
        ("1 << 3", "may not hold"),
        ("1 | 2", "may not hold"),
        ("~1", "may not hold"),
        ("floor > 3", "may not hold"),  # a condition is no number
        ("price * (floor > 3)", "may not hold"),
        ("1 if floor else 2", "may not hold floor"),
        ("1 if 1 else 2", "may not hold 1"),
        ("1 if floor is 3 else 2", "may not hold"),
        ("1 if floor in (3, 4) else 2", "may not hold"),
        ("lambda: 1", "may not hold"),
        ("(x := 3)", "may not hold"),
        ("[x for x in (1, 2)]", "may not hold"),
        ("max(*price)", "takes 2 to 10"),
        ("max(1, *price)", "may not hold"),
        ("max(1, 2, key=abs)", "may not hold"),
        ("max(1)", "takes 2 to 10"),
        ("round()", "takes 1 to 2"),
        ("max", "does not know max"),
        ("price(1)", "does not know price"),
        ("1" * 501, "has 501 characters"),
        ("9" * 20, "larger than"),
        ("1e999", "larger than"),
        ("(" * 31 + "1" + ")" * 31, None),  # brackets alone do not nest
        ("-" * 31 + "1", "nested too deeply"),
        ("+".join("1" * 40), "nested too deeply"),
        ("1 if " + "not " * 40 + "1 < 2 else 3", "nested too deeply"),
        ("price" + ".a" * 240, "may not hold"),
    ],
)
def test_what_a_formula_may_not_be(text: str, reason: str | None) -> None:
    if reason is None:
        assert evaluate(parse(text), {}) == 1
        return
    with pytest.raises(RuleError, match=reason):
        parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("price / entrance_area", "divides by zero"),
        ("0 / 0", "divides by zero"),
        ("price // entrance_area", "divides by zero"),
        ("price % 0", "divides by zero"),
        ("inner_area * price", "needs inner_area, which is not entered"),
        ("1 - 2", "gives -1 yuan, less than 0"),
        ("billable_area * 100000000", "more than 100000000"),
        ("1000000000000 % 0.000000000000000000000001", "no number that can be billed"),
        ("round(1, 7)", "rounds to 7 places"),
        ("round(1, 0.5)", "rounds to 0.5 places"),
        ("round(1, -1)", "rounds to -1 places"),
    ],
)
def test_a_failing_formula_says_why(text: str, reason: str) -> None:
    formula = parse(text)
    with pytest.raises(RuleError, match=reason):
        evaluate(formula, VALUES)


def test_a_value_that_was_not_handed_in_is_named() -> None:
    with pytest.raises(RuleError, match="needs price"):
        evaluate(parse("price"), {})


def test_a_formula_knows_the_names_it_needs() -> None:
    assert parse("price * max(floor, 1) if billable_area > 0 else 0").names == {"price", "floor", "billable_area"}
    assert parse("price  * 2") != parse("price * 2")
    assert parse(" price ") == parse("price")


WORDS = st.sampled_from(
    [*NAMES, *FUNCTIONS, *"0123456789.+-*/%(),<>=~^|&[]{}:;'\"\\ \n×（", "**", "//", " if ", " else ", " and ", " not ", "==",
     "lambda", "for", " in ", "True", "__class__", ".", "1e9", "0x", "1j", "await ", "yield ", "f''", "\x00", "\ud800", "价"]
)  # fmt: skip


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@settings(max_examples=500)
@given(st.one_of(st.text(max_size=600), st.lists(WORDS, max_size=60).map("".join)))
@example("-" * 499 + "1")
@example("(" * 250 + ")" * 250)
@example("(" * 249 + "1" + ")" * 249)
@example("1 if 1 < 2 else " * 31 + "1")
@example("price" + ".a" * 247)
@example("not " * 124 + "1")
@example("*".join(["999999999999"] * 38))
@example("1e-300*1e-300")
@example("/".join(["1e-9"] * 25))
def test_any_text_gives_a_number_or_a_sentence(text: str) -> None:
    try:
        result = evaluate(parse(text), VALUES)
    except RuleError as error:
        assert str(error)
    else:
        assert isinstance(result, Decimal) and result.is_finite() and 0 <= result <= MAX_AMOUNT


NUMBERS = st.decimals(0, 1000, places=2).map(lambda n: (f"{n:f}", n))
SUMS = st.recursive(
    NUMBERS,
    lambda inner: st.tuples(inner, st.sampled_from("+*"), inner).map(
        lambda t: (f"({t[0][0]} {t[1]} {t[2][0]})", t[0][1] + t[2][1] if t[1] == "+" else t[0][1] * t[2][1])
    ),
    max_leaves=4,
)


@given(SUMS)
def test_sums_and_products_are_exact(made: tuple[str, Decimal]) -> None:
    text, expected = made
    if expected <= MAX_AMOUNT:
        assert evaluate(parse(text), {}) == expected


def test_the_slowest_text_is_quick() -> None:
    began = time.perf_counter()
    for text in ("*".join(["999999999"] * 30), "(" * 180 + "1" + ")" * 180, "max(" + ",".join(["1e9"] * 10) + ")"):
        evaluate_or_refuse(text)
    assert time.perf_counter() - began < 1


def evaluate_or_refuse(text: str) -> None:
    try:
        evaluate(parse(text), VALUES)
    except RuleError:
        pass
