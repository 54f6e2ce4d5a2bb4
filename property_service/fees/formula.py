"""Formulas of fee items: a few names, numbers and operators, read by the parser of the language and nothing else of it.

A text is turned into plain functions over `Decimal` once; nothing of it is ever executed. Whatever is not listed here is
refused with a sentence, so a wrong formula charges nothing instead of 0.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import (
    ROUND_DOWN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
    DecimalException,
    InvalidOperation,
    Overflow,
    localcontext,
)

from property_service.fees.amounts import MAX_AMOUNT
from property_service.fees.tiers import plain_or_text
from property_service.property_service.rule_error import RuleError
from property_service.property_service.rule_error import mark as _

NAMES: dict[str, str] = {
    "price": _("Price in force"),
    "billable_area": _("Billable Area"),
    "inner_area": _("Inner Area"),
    "coefficient": _("Coefficient"),
    "floor": _("Floor"),
    "household_size": _("Household Size"),
    "community_area": _("Billable area of the community"),
    "building_area": _("Billable area of the building"),
    "entrance_area": _("Billable area of the entrance"),
}
MAX_LENGTH = 500
MAX_DEPTH = 30
MAX_NUMBER = Decimal(10) ** 12
MAX_PLACES = 6
CONTEXT = Context(prec=28, rounding=ROUND_HALF_UP, traps=[InvalidOperation, Overflow])
# What a Chinese keyboard gives for the same signs.
SIGNS = str.maketrans("×÷（），。－＋＊／＜＞＝", "*/(),.-+*/<>=")

Values = Mapping[str, "Decimal | None"]
Number = Callable[[Values], Decimal]
Condition = Callable[[Values], bool]


def _dividing(operation: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Decimal, Decimal], Decimal]:
    def divide(left: Decimal, right: Decimal) -> Decimal:
        if right == 0:
            raise RuleError(_("The formula divides by zero."))
        return operation(left, right)

    return divide


OPERATORS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: _dividing(operator.truediv),
    ast.FloorDiv: _dividing(operator.floordiv),
    ast.Mod: _dividing(operator.mod),
}
COMPARISONS: dict[type[ast.cmpop], Callable[[Decimal, Decimal], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}


def _rounding(mode: str) -> Callable[..., Decimal]:
    def rounded(number: Decimal, places: Decimal = Decimal(0)) -> Decimal:
        if places != int(places) or not 0 <= places <= MAX_PLACES:
            raise RuleError(_("The formula rounds to {0} places. Use 0 to {1}."), plain_or_text(places), MAX_PLACES)
        return number.quantize(Decimal(1).scaleb(-int(places)), mode)

    return rounded


# name → function, fewest and most arguments; the rounding ones are those of a spreadsheet
FUNCTIONS: dict[str, tuple[Callable[..., Decimal], int, int]] = {
    "min": (min, 2, 10),
    "max": (max, 2, 10),
    "abs": (abs, 1, 1),
    "round": (_rounding(ROUND_HALF_UP), 1, 2),
    "roundup": (_rounding(ROUND_UP), 1, 2),
    "rounddown": (_rounding(ROUND_DOWN), 1, 2),
}


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that was read: its text and the names it needs. Two of the same text are equal."""

    text: str
    names: frozenset[str]
    compute: Number = field(repr=False, compare=False)


def parse(text: str) -> Formula:
    """Return the formula of a text such as `price * billable_area * (0 if floor < 3 else 1.1)`.

    Numbers, NAMES, `+ - * / // %`, comparisons, `a if b else c`, `and or not`, and FUNCTIONS are read; raises RuleError naming
    what it does not know.
    """
    source = text.translate(SIGNS).strip()
    if not source:
        raise RuleError(_("Enter a formula."))
    if len(source) > MAX_LENGTH:
        raise RuleError(_("The formula has {0} characters. Use at most {1}."), len(source), MAX_LENGTH)
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError):
        raise RuleError(_("The formula {0} cannot be read. Check signs and brackets."), _quoted(source)) from None
    names: set[str] = set()
    compute = _number(tree.body, names, 1)
    return Formula(source, frozenset(names), compute)


def evaluate(formula: Formula, values: Values) -> Decimal:
    """Return what the formula gives in yuan a month, unrounded, between 0 and MAX_AMOUNT.

    `values` holds the NAMES it needs. Raises RuleError for a value not entered, a division by zero, a negative or absurd result.
    """
    try:
        with localcontext(CONTEXT):
            result = formula.compute(values)
    except DecimalException:
        raise RuleError(_("The formula gives no number that can be billed.")) from None
    if result < 0:
        raise RuleError(_("The formula gives {0} yuan, less than 0."), plain_or_text(result))
    if result > MAX_AMOUNT:
        raise RuleError(_("The formula gives {0} yuan, more than {1}."), plain_or_text(result), MAX_AMOUNT)
    return result


def _quoted(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


def _unreadable(node: ast.AST) -> RuleError:
    try:
        shown = _quoted(ast.unparse(node))
    except RecursionError:
        shown = type(node).__name__
    return RuleError(_("The formula may not hold {0}. Use numbers, names, + - * / and brackets."), shown)


def _number(node: ast.expr, names: set[str], depth: int) -> Number:
    """Return the function that computes a part of the formula; `names` collects what it needs."""
    if depth > MAX_DEPTH:
        raise RuleError(_("The formula is nested too deeply. Use at most {0} levels."), MAX_DEPTH)
    if isinstance(node, ast.Constant):
        return _constant(node)
    if isinstance(node, ast.Name):
        return _named(node.id, names)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = _number(node.operand, names, depth + 1)
        return inner if isinstance(node.op, ast.UAdd) else lambda values: -inner(values)
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        combine = OPERATORS[type(node.op)]
        left, right = _number(node.left, names, depth + 1), _number(node.right, names, depth + 1)
        return lambda values: combine(left(values), right(values))
    if isinstance(node, ast.IfExp):
        test = _condition(node.test, names, depth + 1)
        yes, no = _number(node.body, names, depth + 1), _number(node.orelse, names, depth + 1)
        return lambda values: yes(values) if test(values) else no(values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        return _called(node.func.id, node.args, names, depth)
    raise _unreadable(node)


def _condition(node: ast.expr, names: set[str], depth: int) -> Condition:
    if depth > MAX_DEPTH:
        raise RuleError(_("The formula is nested too deeply. Use at most {0} levels."), MAX_DEPTH)
    if isinstance(node, ast.BoolOp):
        each = [_condition(value, names, depth + 1) for value in node.values]
        together = all if isinstance(node.op, ast.And) else any
        return lambda values: together(condition(values) for condition in each)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _condition(node.operand, names, depth + 1)
        return lambda values: not inner(values)
    if isinstance(node, ast.Compare) and all(type(op) in COMPARISONS for op in node.ops):
        terms = [_number(term, names, depth + 1) for term in (node.left, *node.comparators)]
        tests = [COMPARISONS[type(op)] for op in node.ops]
        return lambda values: all(
            test(left(values), right(values)) for test, left, right in zip(tests, terms, terms[1:], strict=False)
        )
    raise _unreadable(node)


def _constant(node: ast.Constant) -> Number:
    if isinstance(node.value, bool) or not isinstance(node.value, (int, float)):
        raise _unreadable(node)
    number = Decimal(str(node.value)) if abs(node.value) <= MAX_NUMBER else None
    if number is None:
        raise RuleError(_("A number in the formula is larger than {0}."), MAX_NUMBER)
    return lambda values: number


def _named(name: str, names: set[str]) -> Number:
    if name not in NAMES:
        raise RuleError(_("The formula does not know {0}. It knows {1}."), _quoted(name), ", ".join(NAMES))
    names.add(name)

    def value(values: Values) -> Decimal:
        found = values.get(name)
        if found is None:
            raise RuleError(_("The formula needs {0}, which is not entered."), name)
        return found

    return value


def _called(name: str, args: list[ast.expr], names: set[str], depth: int) -> Number:
    if name not in FUNCTIONS:
        raise RuleError(_("The formula does not know {0}. It knows {1}."), _quoted(name), ", ".join(FUNCTIONS))
    function, fewest, most = FUNCTIONS[name]
    if not fewest <= len(args) <= most:
        raise RuleError(_("{0} in the formula takes {1} to {2} numbers."), name, fewest, most)
    inner = [_number(arg, names, depth + 1) for arg in args]
    return lambda values: function(*(number(values) for number in inner))
